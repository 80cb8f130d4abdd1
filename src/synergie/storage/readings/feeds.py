"""Which flows came, and which series each feeds: computed from the deposits and the batches."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import col

from synergie.calendar import day_bounds, load_time_zone
from synergie.policy import Permit
from synergie.policy.readings.flows import API
from synergie.storage.store import Session
from synergie.storage.tables import BatchRow, DepositRow, FactRow, SeriesRow

LATEST = 30
"""Deposits of a flow that are looked at, the newest: enough to learn a cadence."""


_MOMENTS = ("register_reading", "interval_reading", "market_curve", "invoice_line")
_HOME = "Europe/Paris"
_PERIOD = "period_energy"
"""Its key ends with the day after its last one."""


class Deposit(NamedTuple):
    """A file that was deposited and not undone, or what a program sent."""

    received_at: datetime
    name: str | None


def deposits_by_source(permit: Permit, session: Session) -> dict[str, list[Deposit]]:
    """The newest deposits of each format, newest first, and under `api` what came by the API.

    One's own only; what was undone, or is not finished, is left out.
    """
    _check_own_flows(permit)
    mine = (
        col(DepositRow.owner) == permit.owner,
        col(DepositRow.undone_at).is_(None),
        col(DepositRow.report).is_not(None),
    )
    query = select(col(DepositRow.format)).where(*mine).distinct()
    found: dict[str, list[Deposit]] = {}
    for (form,) in session.connection().execute(query):
        newest = (
            select(col(DepositRow.received_at), col(DepositRow.name))
            .where(*mine, col(DepositRow.format) == form)
            .order_by(col(DepositRow.received_at).desc())
            .limit(LATEST)
        )
        found[form] = [Deposit(*row) for row in session.connection().execute(newest)]
    if sent := _list_program_deposits(permit, session):
        found[API] = sent
    return found


def _list_program_deposits(permit: Permit, session: Session) -> list[Deposit]:
    """What programs sent of curves, newest first."""
    query = (
        select(col(BatchRow.received_at))
        .where(col(BatchRow.owner) == permit.owner, col(BatchRow.undone_at).is_(None))
        .where(col(BatchRow.deposit).is_(None), col(BatchRow.kind) == "curve")
        .order_by(col(BatchRow.received_at).desc())
        .limit(LATEST)
    )
    return [Deposit(at, None) for (at,) in session.connection().execute(query)]


def last_by_source(permit: Permit, session: Session) -> dict[str, datetime]:
    """End of the newest reading that each format told: of curves, and of facts with a moment."""
    _check_own_flows(permit)
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


def find_series_formats(permit: Permit, session: Session, series: Sequence[str]) -> dict[str, str]:
    """The format that brought the newest batch of each of *series*; `api` for a program."""
    _check_own_flows(permit)
    newest = func.max(col(BatchRow.seq))
    query = (
        select(col(BatchRow.subject), col(BatchRow.source), newest)
        .where(col(BatchRow.owner) == permit.owner, col(BatchRow.undone_at).is_(None))
        .where(col(BatchRow.subject).in_(series))
        .group_by(col(BatchRow.subject), col(BatchRow.source))
    )
    rows = sorted(session.connection().execute(query), key=lambda row: row[2])
    return {str(subject): API if source is None else source for subject, source, _ in rows}


def _check_own_flows(permit: Permit) -> None:
    if permit.scope != "own":
        raise TypeError("only one's own flows are told")
