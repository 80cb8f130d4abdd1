"""What the morning keeps, counted again from all that came; and set right where it differs.

A kept sum goes wrong only by a fault of ours or a hand in the tables; a deposit never mends it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override

from sqlalchemy import func, select, update
from sqlmodel import col
from sqlmodel import select as rows_of

from synergie.calendar import load_time_zone
from synergie.policy import Permit
from synergie.policy.readings.flows import API
from synergie.storage.readings._newest import Newest, newest_arrived
from synergie.storage.readings.morning import MOMENTS, PERIOD, compute_day_start
from synergie.storage.readings.morning_tables import NewestFactRow
from synergie.storage.readings.sums.sums_check import AstraySum, astray_sums, forget_sum
from synergie.storage.store import Session
from synergie.storage.tables import BatchRow, FactRow, SeriesRow

_PAGE = 500


@dataclass(frozen=True, slots=True)
class AstraySeries:
    """A series beside which something is kept that is not so, and what is."""

    series: str
    kept: tuple[object, ...]
    true: tuple[str | None, str | None, datetime | None, datetime | None]
    """`fed_by`, `told_by`, `last_end`, `last_received`."""

    @override
    def __str__(self) -> str:
        return f"series {self.series}: what the morning is summed from is not what came"


@dataclass(frozen=True, slots=True)
class AstrayFacts:
    """The newest reading of the facts of one format, kept otherwise than it is."""

    owner: str
    source: str
    true: datetime | None
    """None: there is none."""

    @override
    def __str__(self) -> str:
        return f"{self.source} of {self.owner}: its newest reading is not the one that is kept"


type Astray = AstraySeries | AstrayFacts | AstraySum


def find_astray_rows(permit: Permit, session: Session) -> Iterator[Astray]:
    """Where what is kept differs from what came. Reads everything, changes nothing."""
    _check_mending_permit(permit)
    yield from _find_astray_series(permit, session)
    kept = {(row.owner, row.source): row.at for row in session.exec(rows_of(NewestFactRow))}
    true = _true_facts(session)
    for owner, source in sorted(kept.keys() | true.keys()):
        if kept.get((owner, source)) != true.get((owner, source)):
            yield AstrayFacts(owner, source, true.get((owner, source)))
    yield from astray_sums(permit, session)


def mend_astray_rows(permit: Permit, session: Session) -> int:
    """Set right what differs; how many rows were."""
    _check_mending_permit(permit)
    found = list(find_astray_rows(permit, session))
    for one in found:
        if isinstance(one, AstraySeries):
            _set_series(session, one)
        elif isinstance(one, AstraySum):
            forget_sum(session, one)
        else:
            _set_facts(session, one)
    return len(found)


def _find_astray_series(permit: Permit, session: Session) -> Iterator[AstraySeries]:
    table = SeriesRow
    kept = (col(table.fed_by), col(table.told_by), col(table.last_end), col(table.last_received))
    query = select(col(table.id), col(table.time_zone), *kept, _newest_batch())
    after = ""
    while True:
        some = query.where(col(table.id) > after).order_by(col(table.id)).limit(_PAGE)
        rows = list(session.connection().execute(some))
        for name, time_zone, *held, fed_by in rows:
            newest = newest_arrived(permit, session, name, load_time_zone(time_zone))
            true = fed_by, *_find_newest_origin(session, newest)
            if tuple(held) != true:
                yield AstraySeries(name, tuple(held), true)
        if len(rows) < _PAGE:
            return
        after = rows[-1][0]


def _newest_batch() -> Any:
    return (
        select(func.coalesce(col(BatchRow.source), API))
        .where(col(BatchRow.subject) == col(SeriesRow.id))
        .where(col(BatchRow.owner) == col(SeriesRow.owner), col(BatchRow.undone_at).is_(None))
        .order_by(col(BatchRow.seq).desc())
        .limit(1)
        .scalar_subquery()
    )


def _find_newest_origin(
    session: Session, newest: Newest | None
) -> tuple[str | None, datetime | None, datetime | None]:
    if newest is None:
        return None, None, None
    query = select(func.coalesce(col(BatchRow.source), API)).where(col(BatchRow.id) == newest.batch)
    return session.connection().execute(query).scalar(), newest.end, newest.received_at


def _true_facts(session: Session) -> dict[tuple[str, str], datetime]:
    by = col(FactRow.owner), col(FactRow.source)
    there = col(FactRow.undone_at).is_(None)
    moments = (
        select(*by, func.max(col(FactRow.at)))
        .where(there, col(FactRow.kind).in_(sorted(MOMENTS)))
        .group_by(*by)
    )
    last_ten = func.substr(col(FactRow.key), func.length(col(FactRow.key)) - 9)
    periods = (
        select(*by, func.max(last_ten)).where(there, col(FactRow.kind) == PERIOD).group_by(*by)
    )
    found: dict[tuple[str, str], datetime] = {}
    told = [(*row,) for row in session.connection().execute(moments)]
    told += [
        (owner, source, compute_day_start(day))
        for owner, source, day in session.connection().execute(periods)
    ]
    for owner, source, at in told:
        if at is not None:
            found[owner, source] = max(at, found.get((owner, source), at))
    return found


def _set_series(session: Session, one: AstraySeries) -> None:
    names = ("fed_by", "told_by", "last_end", "last_received")
    session.connection().execute(
        update(SeriesRow)
        .where(col(SeriesRow.id) == one.series)
        .values(**dict(zip(names, one.true, strict=True)))
    )


def _set_facts(session: Session, one: AstrayFacts) -> None:
    row = session.get(NewestFactRow, (one.owner, one.source))
    if row is not None and one.true is None:
        session.delete(row)
    elif row is not None and one.true is not None:
        row.at = one.true
        session.add(row)
    elif one.true is not None:
        session.add(NewestFactRow(owner=one.owner, source=one.source, at=one.true))
    session.flush()


def _check_mending_permit(permit: Permit) -> None:
    if permit.scope != "operator":
        raise TypeError("only the operator's own upkeep reads what no agreement opens")
