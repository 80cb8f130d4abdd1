"""The latest moment at which the store was in use: a clock behind it has gone back."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel import col

from synergie.storage.store import Session
from synergie.storage.tables import ClockMarkRow
from synergie.storage.trust.journal.journal_tables import JournalRow

_ONLY = 1


def read_clock_mark(session: Session) -> datetime | None:
    """The mark, or the time of the last record of the journal when that is later. None: neither."""
    mark = session.connection().execute(select(col(ClockMarkRow.at))).scalar_one_or_none()
    last = select(col(JournalRow.at)).order_by(col(JournalRow.seq).desc()).limit(1)
    recorded = session.connection().execute(last).scalar_one_or_none()
    return max(filter(None, (mark, recorded)), default=None)


def raise_clock_mark(session: Session, at: datetime) -> None:
    """Put the mark at *at*, unless it is later already."""
    mark = session.get(ClockMarkRow, _ONLY)
    if mark is None:
        session.add(ClockMarkRow(id=_ONLY, at=at))
    elif mark.at < at:
        session.connection().execute(update(ClockMarkRow).values(at=at))


def set_clock_mark(session: Session, at: datetime) -> None:
    """Put the mark at *at*, be it earlier: the operator says that the clock is right."""
    session.connection().execute(update(ClockMarkRow).values(at=at))


def read_database_time(session: Session) -> datetime | None:
    """What the clock of PostgreSQL's machine shows; None on SQLite, which has no other clock."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    shown: datetime = session.connection().execute(select(func.clock_timestamp())).scalar_one()
    return shown
