"""Energy of series by civil month: counted once, and kept until a deposit changes one of them.

What is kept is what `_month_energies` would count: sums of many points are read from it.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import batched, zip_longest

from sqlalchemy import ColumnElement, and_, delete, func, insert, select
from sqlmodel import col

from synergie.policy import Permit
from synergie.schemas.publication.release import Energy
from synergie.storage._sql import match_any_of
from synergie.storage.assets.held import lock_series
from synergie.storage.readings.morning_tables import MonthEnergyRow
from synergie.storage.readings.sums.month_energies import (
    MonthSums,
    iterate_kept_months,
    list_read_series,
    months_of_points,
    sum_months,
)
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import SeriesRow

_CHUNK = 500
_POINTS = 25_000
_YEAR = 12


def list_uncounted_months(
    permit: Permit, session: Session, year: int, *, last: int, limit: int
) -> list[str]:
    """The bearer's own series that have readings and whose January to *last* are not kept, by id.

    Nothing to count is found by two counts in indexes, without a look at each.
    """
    row, series = MonthEnergyRow, SeriesRow
    kept = col(row.owner) == permit.owner, col(row.year) == year, col(row.months) >= last
    read = scoped_select(permit, SeriesRow).where(col(series.last_end).is_not(None))
    counts = (
        read.with_only_columns(func.count()).order_by(None),
        select(func.count()).where(*kept),
    )
    every, done = (int(session.connection().execute(one).scalar_one()) for one in counts)
    if every <= done:
        return []
    there = select(col(row.series)).where(col(row.series) == col(series.id), *kept).exists()
    query = read.with_only_columns(col(series.id)).where(~there)
    found = session.connection().execute(query.order_by(col(series.id)).limit(limit))
    return [str(one) for one in found.scalars()]


def count_months(
    permit: Permit, session: Session, series: Sequence[str], year: int, *, last: int
) -> None:
    """Count January to *last* of some of the bearer's own series, and keep them.

    Those that are gone are left out. Nothing is deposited into them meanwhile: else what comes
    between would be forgotten too early.
    """
    own_write(permit)
    held = sorted(lock_series(permit, session, series))
    for some in batched(held, _CHUNK):
        same = col(MonthEnergyRow.series).in_(some), col(MonthEnergyRow.year) == year
        session.connection().execute(delete(MonthEnergyRow).where(*same))
    rows = [
        {
            "series": one.series,
            "year": year,
            "owner": permit.owner,
            "energy": one.energy,
            "by_period": one.by_period,
            "months": last,
            "wh": json.dumps(one.wh),
        }
        for one in sum_months(session, held, year, last=last)
    ]
    if rows:
        session.connection().execute(insert(MonthEnergyRow), rows)


def list_kept_months(
    permit: Permit,
    session: Session,
    points: Sequence[str] | None,
    closed: Mapping[int, int],
    *,
    energy: Energy,
) -> tuple[dict[int, dict[str, list[int | None]]], int]:
    """Year → point → Wh of each month of *closed*, of the bearer's own *points* (None: of all).

    As kept; of several series the first in which a month is known. *closed*: year → how many of its
    months are over. Beside it how many years of series wait to be counted: nothing is by this, a
    page reads it in a few milliseconds. TypeError for another permit.
    """
    if permit.scope != "own":
        raise TypeError("only one's own months are read")
    found: dict[int, dict[str, list[int | None]]] = {year: {} for year in closed}
    several: dict[tuple[int, str], list[tuple[bool, str, list[int | None]]]] = defaultdict(list)
    waiting = 0
    owner = permit.owner if points is None else None
    for which in _iterate_own_series(permit, points):
        series = {name: point for name, point, _ in list_read_series(session, which)}
        n = Counter(series.values())
        waiting += len(series) * len(closed)
        kept = iterate_kept_months(session, series, closed, owner=owner)
        for (name, year, of, by_period, _, _), wh in kept:
            waiting -= 1
            if of != energy:
                continue
            if n[point := series[name]] == 1:
                found[year][point] = wh
            else:
                several[year, point].append((by_period, name, wh))
    for (year, point), those in several.items():
        found[year][point] = _merge_months(those)
    return found, waiting


def _iterate_own_series(
    permit: Permit, points: Sequence[str] | None
) -> Iterator[ColumnElement[bool]]:
    """Conditions that find the series of *points*, or all of the bearer's."""
    own = col(SeriesRow.owner) == permit.owner
    if points is None:
        yield own
        return
    for some in batched(sorted(points), _POINTS):
        yield and_(own, match_any_of(col(SeriesRow.supply_point), some))


def _merge_months(several: list[tuple[bool, str, list[int | None]]]) -> list[int | None]:
    """Each month of the first series, in the order in which they are believed, that knows it."""
    months = zip_longest(*(wh for _, _, wh in sorted(several)))
    return [next((wh for wh in month if wh is not None), None) for month in months]


def sum_own_months(
    permit: Permit, session: Session, points: Sequence[str], energy: Energy, *, year: int
) -> dict[str, list[MonthSums]]:
    """The months of *year* of the bearer's own *points*: what is not kept is counted, not kept.

    *points* were found by this permit in this transaction. TypeError for another permit.
    """
    if permit.scope != "own":
        raise TypeError("only one's own months are read")
    return months_of_points(session, points, energy, year, last=_YEAR)
