"""Agreements: versions whose terms never change, and what they cover."""

import json
from typing import Any

from sqlmodel import col, select

from synergie.policy import Permit
from synergie.policy.sentence import sentence
from synergie.schemas.agreement import Agreement, Signature, State, Terms, Transition
from synergie.storage._scope import scoped_select
from synergie.storage._tables import (
    AgreementItemRow,
    AgreementRow,
    LightPointRow,
    SeriesRow,
    SupplyPointRow,
)
from synergie.storage.store import Session


def agreement(
    permit: Permit, session: Session, agreement_id: str, *, for_update: bool = False
) -> Agreement | None:
    """The newest version of one agreement of the bearer's, or None.

    With *for_update* other transactions wait to change it (PostgreSQL; SQLite has one writer).
    """
    query = (
        scoped_select(permit, AgreementRow)
        .where(col(AgreementRow.id) == agreement_id)
        .order_by(col(AgreementRow.version).desc())
        .limit(1)
    )
    row = session.exec(query.with_for_update() if for_update else query).first()
    return None if row is None else _wire(row)


def agreements(permit: Permit, session: Session, *, after: str, limit: int) -> list[Agreement]:
    """Agreements of the bearer's by id, after *after*."""
    query = (
        scoped_select(permit, AgreementRow)
        .where(col(AgreementRow.id) > after)
        .order_by(col(AgreementRow.id))
        .limit(limit)
    )
    return [_wire(row) for row in session.exec(query)]


def covering(permit: Permit, session: Session, table: str, subject: str) -> list[Agreement]:
    """Agreements that the bearer received and that cover one thing, whatever their state.

    *table* is the noun's table: `site`, `supply_point`, `series`, `cabinet`, `light_point`. A
    thing is covered when it is named, or hangs on something that is.
    """
    named = select(AgreementItemRow.agreement).where(
        col(AgreementItemRow.subject).in_(_lineage(table, subject))
    )
    query = (
        scoped_select(permit, AgreementRow)
        .where(col(AgreementRow.recipient) == permit.bearer)
        .where(col(AgreementRow.state).not_in(("draft", "proposed")))
        .where(col(AgreementRow.id).in_(named))
        .order_by(col(AgreementRow.id))
    )
    return [_wire(row) for row in session.exec(query)]


def _lineage(table: str, subject: str) -> Any:
    """The thing itself and what it hangs on, as a subquery of identifiers."""
    if table == "supply_point":
        site = select(SupplyPointRow.site).where(col(SupplyPointRow.id) == subject)
        return site.union_all(select(SupplyPointRow.id).where(col(SupplyPointRow.id) == subject))
    if table == "series":
        point = select(SeriesRow.supply_point).where(col(SeriesRow.id) == subject)
        site = select(SupplyPointRow.site).where(col(SupplyPointRow.id).in_(point))
        return point.union_all(site)
    if table == "light_point":
        return select(LightPointRow.cabinet).where(col(LightPointRow.id) == subject)
    return [subject]


def save_agreement(permit: Permit, session: Session, body: Agreement, *, author: str) -> None:
    """Write a new agreement with the things it names."""
    _writes(permit)
    terms = body.terms
    session.add(
        AgreementRow(
            id=body.id,
            version=body.version,
            owner=terms.owner,
            recipient=terms.recipient,
            author=author,
            state=body.state,
            valid_from=terms.valid_from,
            valid_until=terms.valid_until,
            terms=terms.model_dump_json(),
            terms_sha256=body.terms_sha256,
            signatures=_listed(body.signatures),
            history=_listed(body.history),
        )
    )
    session.add_all(
        AgreementItemRow(agreement=body.id, version=body.version, subject=subject)
        for subject in sorted(terms.selector.ids())
    )


def move_agreement(permit: Permit, session: Session, body: Agreement) -> None:
    """Write the new state, signatures and history of an agreement; its terms never change."""
    _writes(permit)
    query = scoped_select(permit, AgreementRow).where(
        col(AgreementRow.id) == body.id, col(AgreementRow.version) == body.version
    )
    row = session.exec(query).one()
    row.state = body.state
    row.signatures = _listed(body.signatures)
    row.history = _listed(body.history)
    session.add(row)


def _writes(permit: Permit) -> None:
    if permit.scope != "party" or permit.action != "write":
        raise TypeError("a party's permit to write is needed")


def _listed(records: tuple[Any, ...]) -> str:
    return json.dumps([record.model_dump(mode="json") for record in records])


def _wire(row: AgreementRow) -> Agreement:
    terms = Terms.model_validate_json(row.terms)
    state: State = row.state  # type: ignore[assignment]  # written from a State only
    return Agreement(
        id=row.id,
        version=row.version,
        terms=terms,
        terms_sha256=row.terms_sha256,
        state=state,
        signatures=tuple(Signature.model_validate(one) for one in json.loads(row.signatures)),
        history=tuple(Transition.model_validate(one) for one in json.loads(row.history)),
        summary=sentence(terms),
    )
