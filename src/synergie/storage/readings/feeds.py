"""Which flows came, and which series each feeds: computed from the deposits and the batches."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import col

from synergie.policy import Permit
from synergie.policy.readings.flows import API
from synergie.storage.readings.bundles.bundle_tables import BundleRow
from synergie.storage.readings.bundles.bundles import list_newest_arrivals
from synergie.storage.store import Session
from synergie.storage.tables import BatchRow, DepositRow

LATEST = 30
"""Deposits of a flow that are looked at, the newest: enough to learn a cadence."""


_EVER = datetime(1970, 1, 1, tzinfo=UTC)


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
    found = [at for (at,) in session.connection().execute(query)]
    late = col(BundleRow.last_at) >= (found[-1] if len(found) == LATEST else _EVER)
    found += list_newest_arrivals(session, LATEST, col(BundleRow.owner) == permit.owner, late)
    return [Deposit(at, None) for at in sorted(found, reverse=True)[:LATEST]]


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
