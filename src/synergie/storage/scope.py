"""From a Permit to a WHERE: callers add conditions, none can take one away."""

from collections.abc import Callable
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from synergie.applications import load_declared
from synergie.policy import Permit
from synergie.schemas.trust.agreement import Dataset
from synergie.storage.publication.aggregate_tables import (
    AggregateMemberRow,
    CellSchemeRow,
    OpenFileRow,
    ReleaseRow,
)
from synergie.storage.publication.publication_tables import (
    EmbedRow,
    PublicationRow,
    PublicNamingRow,
)
from synergie.storage.readings.bundles.bundle_tables import BundleRow
from synergie.storage.readings.fact_scope import opened_facts
from synergie.storage.readings.morning_tables import CalendarFeedRow, NewestFactRow, YearEnergyRow
from synergie.storage.readings.published.published_tables import ClosureRow
from synergie.storage.shared_scope import items, match_named_or_below
from synergie.storage.tables import (
    AgreementRow,
    BatchRow,
    CabinetRow,
    ChangeRow,
    DepositRow,
    FactRow,
    LightPointRow,
    OrganisationRow,
    OwnedHistoryRow,
    ProfileRow,
    RelianceRow,
    Row,
    SeriesRow,
    SharedPointRow,
    SiteRow,
    SupplyPointRow,
    UndoRow,
)
from synergie.storage.trust.account_tables import SavedViewRow
from synergie.storage.trust.agreements.agreement_tables import (
    AgreementFaultRow,
    ConsentRow,
    NamedPerimeterRow,
)
from synergie.storage.trust.export_tables import ExportRow
from synergie.storage.trust.persons import match_person_consent
from synergie.storage.trust.trust_tables import KeyCustodyRow, NeedRow
from synergie.storage.trust.webhook_tables import WebhookDeliveryRow, WebhookRow

DATASET: dict[type[Row], Dataset] = {
    SiteRow: "assets",
    CabinetRow: "assets",
    LightPointRow: "assets",
    SupplyPointRow: "consumption",
    SeriesRow: "consumption",
}
"""The data tables, and the dataset of an agreement that opens each."""

OWN: tuple[type[Row], ...] = (
    AggregateMemberRow,
    NeedRow,
    BatchRow,
    BundleRow,
    CalendarFeedRow,
    ClosureRow,
    ConsentRow,
    DepositRow,
    FactRow,
    KeyCustodyRow,
    NamedPerimeterRow,
    NewestFactRow,
    OwnedHistoryRow,
    ProfileRow,
    RelianceRow,
    SavedViewRow,
    UndoRow,
    WebhookDeliveryRow,
    WebhookRow,
    YearEnergyRow,
)
"""What its owner alone reads, whatever is agreed."""


def scoped_select[RowT: Row](
    permit: Permit, table: type[RowT], *, as_of: datetime | None = None
) -> SelectOfScalar[RowT]:
    """Rows of *table* inside the permit, and no other.

    What an undo took away is left out; with *as_of* its owner still sees what it took away after
    that moment. Nobody else does: what was told by mistake may be another's.
    """
    query = select(table).where(_build_table_rule(permit, table))
    if table not in DATASET:
        return query
    return query.where(_match_not_removed(table, as_of if permit.scope == "own" else None))


def _match_not_removed(table: Any, as_of: datetime | None) -> ColumnElement[bool]:
    removed = col(table.removed_at)
    return removed.is_(None) if as_of is None else or_(removed.is_(None), removed > as_of)


def _build_table_rule(permit: Permit, table: type[Row]) -> ColumnElement[bool]:
    if table in {OrganisationRow, CellSchemeRow}:
        return true()
    if table in _RULES:
        return _RULES[table](permit)
    if permit.scope == "own" and (table in DATASET or table in OWN):
        return _build_owner_rule(table, permit)
    if permit.scope == "agreement" and table is FactRow:
        named = items(permit)
        return and_(
            _build_owner_rule(table, permit),
            opened_facts(permit, lambda one: match_named_or_below(one, named)),
        )
    if permit.scope == "agreement" and DATASET.get(table) in permit.datasets:
        return and_(
            _build_owner_rule(table, permit),
            match_named_or_below(table, items(permit)),
            match_person_consent(permit, table),
        )
    return false()


def _build_export_rule(permit: Permit) -> ColumnElement[bool]:
    mine = col(ExportRow.recipient) == permit.bearer, col(ExportRow.owner) == permit.bearer
    return or_(*mine) if permit.scope == "party" else false()


def _build_change_rule(permit: Permit) -> ColumnElement[bool]:
    return or_(col(ChangeRow.owner) == permit.bearer, col(ChangeRow.other) == permit.bearer)


def _build_release_rule(permit: Permit) -> ColumnElement[bool]:
    """One's own; those of a scheme that an agreement opens in sums; what anybody may read."""
    mine = col(ReleaseRow.owner) == permit.owner
    if permit.scope == "own":
        return mine
    if permit.scope == "agreement" and permit.granularity == "aggregate":
        scheme = col(ReleaseRow.scheme) == permit.cell_scheme
        return and_(mine, scheme, col(ReleaseRow.onward).is_(true()))
    return col(ReleaseRow.is_open).is_(true()) if permit.scope == "public" else false()


def _build_measure_rule(permit: Permit) -> ColumnElement[bool]:
    """Of one's own files; the public's reader asks for those of releases that it may read."""
    if permit.scope == "own":
        return col(OpenFileRow.owner) == permit.owner
    return true() if permit.scope == "public" else false()


def _build_publication_rule(permit: Permit) -> ColumnElement[bool]:
    """One's own publications; the public reads which are open and which are no more."""
    return _match_own_or_public(PublicationRow, permit)


def _match_own_or_public(table: Any, permit: Permit) -> ColumnElement[bool]:
    if permit.scope == "own":
        return _build_owner_rule(table, permit)
    return true() if permit.scope == "public" else false()


def _build_embed_rule(permit: Permit) -> ColumnElement[bool]:
    """One's own figures; the public reads those whose signed address it was given."""
    return _match_own_or_public(EmbedRow, permit)


def _build_naming_rule(permit: Permit) -> ColumnElement[bool]:
    """The word of each party on the bearer's agreements; the public's reader compares them all."""
    if permit.scope == "public":
        return true()
    sides = or_(
        col(AgreementRow.owner) == permit.bearer, col(AgreementRow.recipient) == permit.bearer
    )
    mine = col(PublicNamingRow.agreement).in_(select(AgreementRow.id).where(sides))
    return mine if permit.scope == "party" else false()


def _build_owner_rule(table: Any, permit: Permit) -> ColumnElement[bool]:
    same: ColumnElement[bool] = col(table.owner) == permit.owner
    return same


def _build_party_rule(permit: Permit) -> ColumnElement[bool]:
    """Agreements of the bearer; a draft is its author's alone. The operator sees all but drafts."""
    if permit.scope == "operator":
        return col(AgreementRow.state) != "draft"
    mine = or_(
        col(AgreementRow.owner) == permit.bearer, col(AgreementRow.recipient) == permit.bearer
    )
    told = or_(col(AgreementRow.state) != "draft", col(AgreementRow.author) == permit.bearer)
    return and_(mine, told)


def _build_fault_rule(permit: Permit) -> ColumnElement[bool]:
    """Of the bearer's own agreements; the operator's upkeep compares them all."""
    if permit.scope == "operator":
        return true()
    row = AgreementFaultRow
    mine = or_(col(row.owner) == permit.bearer, col(row.recipient) == permit.bearer)
    return mine if permit.scope == "party" else false()


def _build_shared_point_rule(permit: Permit) -> ColumnElement[bool]:
    """Of its first holder; the operator sees all."""
    if permit.scope == "operator":
        return true()
    mine = col(SharedPointRow.owner) == permit.bearer
    return mine if permit.scope in {"own", "party"} else false()


_RULES: dict[type[Row], Callable[[Permit], ColumnElement[bool]]] = {
    **dict(chain.from_iterable(rules.items() for rules in load_declared("rules"))),
    AgreementFaultRow: _build_fault_rule,
    AgreementRow: _build_party_rule,
    ChangeRow: _build_change_rule,
    EmbedRow: _build_embed_rule,
    ExportRow: _build_export_rule,
    PublicNamingRow: _build_naming_rule,
    PublicationRow: _build_publication_rule,
    OpenFileRow: _build_measure_rule,
    ReleaseRow: _build_release_rule,
    SharedPointRow: _build_shared_point_rule,
}
"""The tables that more than their owner may read, each by a rule of its own; the core's prevail."""


def own_write(permit: Permit) -> None:
    """TypeError unless *permit* is to write one's own data: a fault of ours, never of a caller."""
    if permit.scope != "own" or permit.action != "write":
        raise TypeError("only one's own data are written, with a permit to write")
