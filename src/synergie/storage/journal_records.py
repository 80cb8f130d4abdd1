"""Records of the journal, for those whom they concern and nobody else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Select, and_, literal, select, true, tuple_, union_all
from sqlmodel import col

from synergie.policy import Permit
from synergie.schemas.journal import JournalRecord
from synergie.storage._columns import Instant
from synergie.storage._journal_tables import JournalPartyRow, JournalRow, JournalSubjectRow
from synergie.storage._tables import CabinetRow, LightPointRow, SeriesRow, SiteRow, SupplyPointRow
from synergie.storage.journal import concerned
from synergie.storage.store import Session


@dataclass(frozen=True, slots=True)
class Kept:
    """A record as it was hashed. An erased one concerns nobody any more: it is not found."""

    seq: int
    salt: bytes
    content: bytes
    leaf: bytes


def kept_record(permit: Permit, session: Session, seq: int) -> Kept | None:
    """One record that concerns the bearer; None when absent, erased, or of others."""
    query = select(*_COLUMNS).where(col(JournalRow.seq) == seq, col(JournalRow.record).is_not(None))
    row = session.connection().execute(query).first()
    if row is None or permit.bearer not in concerned(_record(row)):
        return None
    return _kept(row)


def accesses(
    permit: Permit,
    session: Session,
    *,
    subject: str | None = None,
    since: datetime | None = None,
    before: tuple[datetime, int] | None = None,
    limit: int,
) -> list[Kept]:
    """Who saw, or tried to see, what is another's: records that concern the bearer, newest first.

    *subject*: one thing, with what hangs on it where it is the bearer's own. *before*: only
    what comes after that time and number in this order.
    """
    query = _accesses(permit)
    if subject is not None:
        touched = select(col(JournalSubjectRow.seq)).where(
            col(JournalSubjectRow.subject).in_(_beneath(permit, subject))
        )
        query = query.where(col(JournalRow.seq).in_(touched))
    if since is not None:
        query = query.where(col(JournalPartyRow.at) >= since)
    if before is not None:
        at, seq = literal(before[0], Instant()), literal(before[1])
        query = query.where(tuple_(*_ORDER) < tuple_(at, seq))
    query = query.order_by(*(one.desc() for one in _ORDER)).limit(limit)
    return [_kept(row) for row in session.connection().execute(query)]


_COLUMNS = (
    col(JournalRow.seq),
    col(JournalRow.salt),
    col(JournalRow.record),
    col(JournalRow.leaf),
)
_ORDER = (col(JournalPartyRow.at), col(JournalPartyRow.seq))


def _accesses(permit: Permit) -> Any:
    """Accesses of which the bearer is a party: the one condition that none can take away."""
    same = (
        col(JournalPartyRow.at) == col(JournalRow.at),
        col(JournalPartyRow.seq) == col(JournalRow.seq),
    )
    mine = (col(JournalPartyRow.party) == permit.bearer, col(JournalPartyRow.access) == true())
    kept = col(JournalRow.record).is_not(None)
    return select(*_COLUMNS).join(JournalPartyRow, and_(*same)).where(*mine, kept)


def _beneath(permit: Permit, subject: str) -> CompoundSelect[Any]:
    """The thing, and the bearer's own things that hang on it."""

    def own(table: Any) -> Select[Any]:
        return select(table.id).where(table.owner == permit.bearer)

    named = own(SiteRow).where(col(SiteRow.id) == subject)
    points = own(SupplyPointRow).where(
        (col(SupplyPointRow.site) == subject) | (col(SupplyPointRow.id) == subject)
    )
    cabinets = own(CabinetRow).where(col(CabinetRow.id) == subject)
    return union_all(
        select(literal(subject)),
        named,
        points,
        own(SeriesRow).where(col(SeriesRow.supply_point).in_(points)),
        own(LightPointRow).where(col(LightPointRow.cabinet).in_(cabinets)),
    )


def _record(row: Any) -> JournalRecord:
    return JournalRecord.model_validate_json(bytes(row.record))


def _kept(row: Any) -> Kept:
    return Kept(row.seq, bytes(row.salt), bytes(row.record), bytes(row.leaf))
