"""Records of the journal, for those whom they concern and nobody else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    literal,
    select,
    true,
    tuple_,
    union_all,
)
from sqlmodel import col

from synergie.policy import Permit
from synergie.schemas.trust.journal import JournalRecord
from synergie.storage.columns import Instant
from synergie.storage.store import Session
from synergie.storage.tables import CabinetRow, LightPointRow, SeriesRow, SupplyPointRow
from synergie.storage.trust.journal.journal import list_concerned_parties
from synergie.storage.trust.journal.journal_bundles import find_in_bundle
from synergie.storage.trust.journal.journal_tables import (
    JournalPartyRow,
    JournalRow,
    JournalSubjectRow,
)


@dataclass(frozen=True, slots=True)
class JournalRecordBytes:
    """A record as it was hashed. An erased one concerns nobody any more: it is not found."""

    seq: int
    salt: bytes
    content: bytes
    leaf: bytes


def find_record_bytes(permit: Permit, session: Session, seq: int) -> JournalRecordBytes | None:
    """One record that concerns the bearer; None when absent, erased, or of others."""
    query = select(*_COLUMNS).where(col(JournalRow.seq) == seq, col(JournalRow.record).is_not(None))
    bundled = find_in_bundle(session, seq)  # always: a record of others costs as one that is absent
    row = session.connection().execute(query).first() or bundled
    if row is None or permit.bearer not in list_concerned_parties(_parse_journal_record(row)):
        return None
    return _build_record_bytes(row)


def accesses(
    permit: Permit,
    session: Session,
    *,
    subject: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    other: str | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int,
) -> list[JournalRecordBytes]:
    """Who saw, or tried to see, what is another's: records that concern the bearer, newest first.

    *subject*: one thing, with what hangs on it where it is the bearer's own. *since*, *until*
    (excluded): of that time. *other*: those that concern this organisation, too. *before*: only
    what comes after that time and number in this order.
    """
    if subject is None:
        query, order = (
            _select_all_accesses(permit),
            (col(JournalPartyRow.at), col(JournalPartyRow.seq)),
        )
    else:
        query, order = (
            _select_accesses_to(permit, subject),
            (col(JournalRow.at), col(JournalRow.seq)),
        )
    if since is not None:
        query = query.where(order[0] >= since)
    if until is not None:
        query = query.where(order[0] < until)
    if other is not None:
        query = query.where(_match_other_party(other).correlate(JournalRow).exists())
    if before is not None:
        at, seq = literal(before[0], Instant()), literal(before[1])
        query = query.where(tuple_(*order) < tuple_(at, seq))
    query = query.order_by(*(one.desc() for one in order)).limit(limit)
    return [_build_record_bytes(row) for row in session.connection().execute(query)]


_COLUMNS = (col(JournalRow.seq), col(JournalRow.salt), col(JournalRow.record), col(JournalRow.leaf))


def _select_all_accesses(permit: Permit) -> Any:
    """Accesses that concern the bearer, read in the order of the key of parties."""
    kept = col(JournalRow.record).is_not(None)
    return select(*_COLUMNS).join(JournalPartyRow, _match_bearer_access(permit)).where(kept)


def _select_accesses_to(permit: Permit, subject: str) -> Any:
    """Of those, the ones to one thing: few, found by the thing and sorted.

    `EXISTS`, for a join would let SQLite go through all accesses of the bearer (300 ms of 10⁶).
    """
    touched = select(col(JournalSubjectRow.seq)).where(
        col(JournalSubjectRow.subject).in_(_select_subjects_below(permit, subject))
    )
    concerning = select(literal(1)).select_from(JournalPartyRow).where(_match_bearer_access(permit))
    kept = col(JournalRow.record).is_not(None)
    return select(*_COLUMNS).where(
        col(JournalRow.seq).in_(touched), concerning.correlate(JournalRow).exists(), kept
    )


def _match_bearer_access(permit: Permit) -> ColumnElement[bool]:
    """That the bearer is a party of an access: the one condition that none can take away."""
    return and_(
        col(JournalPartyRow.party) == permit.bearer,
        col(JournalPartyRow.access) == true(),
        col(JournalPartyRow.at) == col(JournalRow.at),
        col(JournalPartyRow.seq) == col(JournalRow.seq),
    )


def _match_other_party(other: str) -> Select[Any]:
    """That another is a party of the same access."""
    return (
        select(literal(1))
        .select_from(JournalPartyRow)
        .where(
            col(JournalPartyRow.party) == other,
            col(JournalPartyRow.access) == true(),
            col(JournalPartyRow.at) == col(JournalRow.at),
            col(JournalPartyRow.seq) == col(JournalRow.seq),
        )
    )


def _select_subjects_below(permit: Permit, subject: str) -> CompoundSelect[Any]:
    """The thing, and the bearer's own things that hang on it."""

    def own(table: Any) -> Select[Any]:
        return select(table.id).where(table.owner == permit.bearer)

    points = own(SupplyPointRow).where(
        (col(SupplyPointRow.site) == subject) | (col(SupplyPointRow.id) == subject)
    )
    cabinets = own(CabinetRow).where(col(CabinetRow.id) == subject)
    return union_all(
        select(literal(subject)),
        points,
        own(SeriesRow).where(col(SeriesRow.supply_point).in_(points)),
        own(LightPointRow).where(col(LightPointRow.cabinet).in_(cabinets)),
    )


def _parse_journal_record(row: Any) -> JournalRecord:
    return JournalRecord.model_validate_json(bytes(row.record))


def _build_record_bytes(row: Any) -> JournalRecordBytes:
    return JournalRecordBytes(row.seq, bytes(row.salt), bytes(row.record), bytes(row.leaf))
