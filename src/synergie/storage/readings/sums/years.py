"""Energy of series over whole civil years: counted once, kept, and forgotten by each deposit.

Months are forgotten with them (`month_sums`).

A point may have several series of the same energy (a curve, its days, its months): of them the
one that tells the most counts, for the others tell less of the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, datetime, timedelta
from itertools import batched
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, ColumnElement, bindparam, delete, func, select
from sqlmodel import col

from synergie.policy import Permit
from synergie.storage._fetch import fetch_segments
from synergie.storage._sql import json_text
from synergie.storage.assets.held import SeriesInPermit, lock_series
from synergie.storage.readings._periods import sum_pieces_by_period
from synergie.storage.readings.cover import Segment, find_visible_pieces
from synergie.storage.readings.morning_tables import MonthEnergyRow, YearEnergyRow
from synergie.storage.readings.once import insert_once
from synergie.storage.readings.sums.month_energies import month_edges
from synergie.storage.scope import own_write, scoped_select
from synergie.storage.store import Session
from synergie.storage.tables import SeriesRow

_CHUNK = 500
_HOUR_S = 3600
_DAY = timedelta(days=1)
_KILO = {"kWh": 1000, "Wh": 1}


@dataclass(frozen=True, slots=True)
class Counted:
    """Energy of points over a year.

    `wh`: their sum. `points`: how many have a value. `partial`: of those, how many lack a part of
    the year. `waiting`: series that were not counted yet.
    """

    wh: int
    points: int
    partial: int
    waiting: int


_AMONG: BindParameter[str] = bindparam("some", expanding=True)
_FORGET_YEARS = delete(YearEnergyRow).where(
    col(YearEnergyRow.owner) == bindparam("by"),
    col(YearEnergyRow.year).between(bindparam("first"), bindparam("last")),
    col(YearEnergyRow.series).in_(_AMONG),
)
_FORGET_MONTHS = delete(MonthEnergyRow).where(
    col(MonthEnergyRow.owner) == bindparam("by"),
    col(MonthEnergyRow.year) <= bindparam("last"),
    12 * col(MonthEnergyRow.year) + col(MonthEnergyRow.months) >= bindparam("counted"),
    col(MonthEnergyRow.series).in_(_AMONG),
)
"""Built once: to build them costs more than to find nothing."""


def forget_years(
    permit: Permit, session: Session, spans: Mapping[str, tuple[datetime, datetime] | None]
) -> None:
    """Forget years and months of series: something of a span came, or was undone (None: of any).

    A year is forgotten when a day of it, in any zone, is in the spans of those that go together;
    its months when a day of one that was counted is, or of one before.
    """
    own_write(permit)
    told = [one for one in spans.values() if one is not None]
    which: dict[str, object] = {"by": permit.owner, "first": 0, "last": MAXYEAR, "counted": 0}
    if told and len(told) == len(spans):
        first, last = min(start for start, _ in told) - _DAY, max(end for _, end in told) + _DAY
        counted = 12 * first.year + first.month
        which |= {"first": first.year, "last": last.year, "counted": counted}
    for some in batched(sorted(spans), _CHUNK):
        for forget in (_FORGET_YEARS, _FORGET_MONTHS):
            session.connection().execute(forget, {**which, "some": some})


def list_uncounted_series(permit: Permit, session: Session, year: int, *, limit: int) -> list[str]:
    """The bearer's own series that have readings and were not counted, by id."""
    if not _count_uncounted_series(permit, session, year):
        return []
    row = YearEnergyRow
    there = (
        select(col(row.series))
        .where(col(row.series) == col(SeriesRow.id), col(row.year) == year)
        .exists()
    )
    query = select(col(SeriesRow.id)).where(*_build_reading_conditions(permit), ~there)
    found = session.connection().execute(query.order_by(col(SeriesRow.id)).limit(limit))
    return [str(one) for one in found.scalars()]


def count_years(permit: Permit, session: Session, series: Sequence[str], year: int) -> None:
    """Count some of the bearer's own series and keep it; those that are gone are left out.

    Nothing is deposited into them meanwhile: else what comes between would be forgotten too early.
    """
    own_write(permit)
    held = lock_series(permit, session, series)
    query = (
        scoped_select(permit, SeriesRow)
        .with_only_columns(
            col(SeriesRow.id),
            col(SeriesRow.supply_point),
            json_text(col(SeriesRow.body), "direction"),
        )
        .where(col(SeriesRow.id).in_(sorted(held)))
    )
    for name, point, direction in list(session.connection().execute(query)):
        one = held[name]
        found = fetch_segments(permit, session, one, year_bounds(one.tz, year))
        wh, missing_s = sum_year(one, direction, found, year)
        insert_once(
            session,
            YearEnergyRow,
            series=name,
            year=year,
            owner=permit.owner,
            supply_point=point,
            wh=wh,
            missing_s=missing_s,
        )


def sum_year(
    series: SeriesInPermit, direction: str, found: Sequence[Segment], year: int
) -> tuple[int | None, int]:
    """Wh of *year*, and the seconds that no value of the segments *found* tells."""
    start, end = year_bounds(series.tz, year)
    how = series.summing
    if direction != "import":
        return None, 0
    if how is None or how.unit not in _KILO:
        return None, end - start
    pieces = find_visible_pieces(found, start, end, series.tz)
    (told,) = sum_pieces_by_period(pieces, (start, end), series.tz, by_time=how.by_time)
    if not told.measured_s:
        return None, end - start
    over = series.scale * (_HOUR_S if how.by_time else 1)
    factor = how.factor * _KILO[how.unit]
    wh = round(told.total * factor / over)
    return wh, end - start - told.measured_s


def year_bounds(tz: ZoneInfo, year: int) -> tuple[int, int]:
    """The civil *year*, seconds since 1970 UTC."""
    places = month_edges(year, tz)
    return places[0], places[-1]


def year_of(permit: Permit, session: Session, year: int) -> Counted:
    """What was counted of the bearer's own points over *year*."""
    best = _select_best_series(permit, year).subquery()
    query = select(
        func.coalesce(func.sum(best.c.wh), 0),
        func.count(best.c.wh),
        func.count(func.nullif(best.c.missing_s, 0)).filter(best.c.wh.is_not(None)),
    )
    wh, points, partial = session.connection().execute(query).one()
    return Counted(
        int(wh), int(points), int(partial), _count_uncounted_series(permit, session, year)
    )


def years_of_points(
    permit: Permit, session: Session, points: Sequence[str], year: int
) -> dict[str, tuple[int, bool]]:
    """Point → Wh over *year* and whether nothing is missing; those without a value are left out."""
    query = _select_best_series(permit, year).where(col(YearEnergyRow.supply_point).in_(points))
    rows = session.connection().execute(query)
    return {name: (int(wh), not missing) for name, wh, missing in rows if wh is not None}


def _select_best_series(permit: Permit, year: int) -> Any:
    """Of each point the fullest of its series."""
    row = YearEnergyRow
    return (
        select(
            col(row.supply_point),
            func.max(col(row.wh)).label("wh"),
            func.min(col(row.missing_s)).label("missing_s"),
        )
        .where(col(row.owner) == _get_own_series_owner(permit), col(row.year) == year)
        .group_by(col(row.supply_point))
    )


def _build_reading_conditions(permit: Permit) -> tuple[ColumnElement[bool], ...]:
    """The bearer's own series that have a reading."""
    removed = col(SeriesRow.removed_at).is_(None)
    return (
        col(SeriesRow.owner) == _get_own_series_owner(permit),
        removed,
        col(SeriesRow.last_end).is_not(None),
    )


def _count_uncounted_series(permit: Permit, session: Session, year: int) -> int:
    """How many series were not counted: two counts in indexes, no look at each."""
    row = YearEnergyRow
    read = select(func.count()).select_from(SeriesRow).where(*_build_reading_conditions(permit))
    done = select(func.count()).where(col(row.owner) == permit.owner, col(row.year) == year)
    counts = (session.connection().execute(query).scalar_one() for query in (read, done))
    every, counted = counts
    return max(0, int(every) - int(counted))


def _get_own_series_owner(permit: Permit) -> str:
    if permit.scope != "own":
        raise TypeError("only one's own years are counted")
    return permit.owner
