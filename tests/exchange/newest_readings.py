"""The newest reading that each format told, counted from every row: what the tally must say."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import col

from synergie.calendar import day_bounds, load_time_zone
from synergie.policy import Permit
from synergie.policy.readings.flows import API
from synergie.storage.store import Session
from synergie.storage.tables import BatchRow, FactRow, SeriesRow

_MOMENTS = ("register_reading", "interval_reading", "market_curve", "invoice_line")
_HOME = "Europe/Paris"
_PERIOD = "period_energy"
"""Its key ends with the day after its last one."""


def last_by_source(permit: Permit, session: Session) -> dict[str, datetime]:
    """End of the newest reading that each format told: of curves, and of facts with a moment."""
    newest: dict[str, datetime] = {}
    for source, at in (*_of_curves(permit, session), *_of_facts(permit, session)):
        name = API if source is None else source
        newest[name] = max(at, newest.get(name, at))
    return newest


def _of_curves(permit: Permit, session: Session) -> Sequence[tuple[str | None, datetime]]:
    """Of the series whose newest reading a batch of the source brought."""
    query = (
        select(col(BatchRow.source), func.max(col(SeriesRow.last_end)))
        .join(SeriesRow, col(BatchRow.subject) == col(SeriesRow.id))
        .where(col(SeriesRow.owner) == permit.owner, col(BatchRow.owner) == permit.owner)
        .where(col(BatchRow.undone_at).is_(None), col(SeriesRow.removed_at).is_(None))
        .where(col(BatchRow.received_at) == col(SeriesRow.last_received))
        .group_by(col(BatchRow.source))
    )
    rows = session.connection().execute(query)
    return [(source, at) for source, at in rows if at is not None]


def _of_facts(permit: Permit, session: Session) -> Sequence[tuple[str, datetime]]:
    """Of readings that are facts; terms, lists and works tell no reading."""
    there = col(FactRow.owner) == permit.owner, col(FactRow.undone_at).is_(None)
    query = (
        select(col(FactRow.source), func.max(col(FactRow.at)))
        .where(*there, col(FactRow.kind).in_(_MOMENTS))
        .group_by(col(FactRow.source))
    )
    rows = session.connection().execute(query)
    found = [(source, at) for source, at in rows if at is not None]
    last_ten = func.length(col(FactRow.key)) - 9  # 2026-11-25
    billed = (
        select(col(FactRow.source), func.max(func.substr(col(FactRow.key), last_ten)))
        .where(*there, col(FactRow.kind) == _PERIOD)
        .group_by(col(FactRow.source))
    )
    ends = session.connection().execute(billed)
    return found + [(source, _compute_period_end(day)) for source, day in ends]


def _compute_period_end(day: str) -> datetime:
    """The end of a period of civil days, where the senders are."""
    return day_bounds(date.fromisoformat(day), load_time_zone(_HOME))[0]
