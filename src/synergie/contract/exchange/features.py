"""Statements of contracts as features, without a place: rows of a map's table, by their readers."""

from collections.abc import Sequence
from datetime import datetime

from synergie.contract.exchange.contracts import build_contract_entry
from synergie.contract.exchange.years import build_contract_year
from synergie.contract.records.document import ContractHead
from synergie.contract.records.statement import GuaranteeState
from synergie.contract.storage.documents import list_document_heads, load_document
from synergie.errors import NotAllowed
from synergie.exchange.publication.feature_sources import FeatureSource, SourceItem, SourceList
from synergie.exchange.shared_plan import authorize_side
from synergie.policy import Principal
from synergie.storage.store import Store
from synergie.storage.trust.journal.journal import append


class StatementFigures(ContractHead):
    """A statement as its reader reads it: of the whole to a party, to a member of its points."""

    saved_kwh: float
    """Saving, kWh."""
    guaranteed_kwh: float | None = None
    """What is guaranteed, kWh. Null: to a member."""
    result: GuaranteeState
    """Whether the guarantee of the whole holds."""
    saved_eur: float
    """What was saved, EUR."""
    saved_kgco2: float
    """Emissions saved, kgCO2."""
    due_eur: float
    """What the operator owes, EUR; below zero what is owed to it."""


def list_statement_items(
    store: Store, caller: Principal, *, agreement: str | None, now: datetime
) -> SourceList:
    """Statements that the caller reads as party or member. NotAllowed: under an agreement.

    That another than the client reads one is recorded, as for the document.
    """
    if agreement is not None:
        raise NotAllowed("dataset")
    permit, who = authorize_side(caller, action="read", now=now), caller.organisation
    with store.read() as session:
        heads = list_document_heads(permit, session, kind="statement")
        told = [load_document(permit, session, one.id) for one in heads]
    years = [build_contract_year(one, who) for one in told if one is not None]
    items = [
        SourceItem(
            id=one.head.id,
            place=None,
            changed_at=one.head.changed_at,
            record=StatementFigures(
                **dict(one.head),
                saved_kwh=float(one.saved_kwh),
                guaranteed_kwh=None if one.guaranteed_kwh is None else float(one.guaranteed_kwh),
                result=one.state,
                saved_eur=float(one.saved_eur),
                saved_kgco2=float(one.saved_kgco2),
                due_eur=float(one.due_eur),
            ),
        )
        for one in years
    ]

    def record(names: Sequence[str]) -> None:
        strange = [one.head for one in years if one.head.id in names and one.head.owner != who]
        if not strange:
            return
        with store.write(essential=True) as session:
            for head in strange:
                entry = build_contract_entry("contract.read", head, who, caller.client_id)
                append(permit, session, entry, now=now)

    return SourceList(items=items, fingerprint=permit.fingerprint, record=record)


STATEMENTS = FeatureSource(
    id="statements",
    scope="contracts:read",
    title="Bilans des contrats de performance",
    about="Économies garanties et constatées, année par année ; sans place sur la carte.",
    schema=StatementFigures,
    list_items=list_statement_items,
)
