"""Energy of many series by civil month, in a few queries: as kept, else as their readings tell."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import batched
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from synergie.calendar import load_time_zone
from synergie.calendar.civil import month_bounds
from synergie.policy.readings.coarsen import choose_summing, compute_period_edges
from synergie.schemas.publication.release import Energy
from synergie.schemas.series import Quantity
from synergie.storage._fetch import fetch_each
from synergie.storage._sql import json_text, match_any_of
from synergie.storage.readings._periods import sum_pieces_by_period
from synergie.storage.readings.cover import Segment, find_visible_pieces
from synergie.storage.readings.grid import compute_step_bounds
from synergie.storage.readings.morning_tables import MonthEnergyRow
from synergie.storage.readings.segments import decode
from synergie.storage.store import Session
from synergie.storage.tables import SeriesRow

type Energies = tuple[int | None, ...]
"""Wh of consecutive months. None: not every second of it is measured."""

_CHUNK, _PART = 25_000, 1_000
_HOUR_S = 3600
_ENERGIES: dict[Quantity, Energy] = {
    "active_power": "electricity",
    "active_energy": "electricity",
    "gas_energy": "gas",
}
_KILO = {"kWh": 1000, "Wh": 1}
_BUILD: Any = select
SERIES = _BUILD(
    col(SeriesRow.id),
    col(SeriesRow.supply_point),
    *(
        json_text(col(SeriesRow.body), name).label(name)
        for name in ("quantity", "direction", "form")
    ),
    *(col(getattr(SeriesRow, name)) for name in ("unit", "decimals", "time_zone")),
)
"""Of series, what their months are counted by."""


class MonthSums(NamedTuple):
    """Energy of one series by civil month of a year of its zone, January first.

    `energy` None: it adds to no sum. `by_period`: it is told by periods.
    """

    by_period: bool
    series: str
    energy: Energy | None
    tz: ZoneInfo
    wh: Energies


class _Meter(NamedTuple):
    """A series that adds up to energy: its stored whole numbers times `factor`, over `over`, Wh.

    `by_time`: each number counts for its seconds.
    """

    energy: Energy
    factor: int
    over: int
    by_time: bool
    tz: ZoneInfo


def months_of_points(
    session: Session, points: Iterable[str], energy: Energy, year: int, *, last: int
) -> dict[str, list[MonthSums]]:
    """Point → the sums of January to *last* of each of its series of *energy*.

    In the order in which they are believed. *points* were found inside a permit in this
    transaction. What is not kept is counted, and not kept by this.
    """
    found: dict[str, list[MonthSums]] = defaultdict(list)
    for some in batched(sorted(points), _CHUNK):
        series = list_read_series(session, match_any_of(col(SeriesRow.supply_point), some))
        zones = {name: load_time_zone(tz) for name, _, tz in series}
        waiting = {name: point for name, point, _ in series}
        for (name, _, of, by_period, *_), wh in iterate_kept_months(session, zones, {year: last}):
            point = waiting.pop(name)
            if of == energy:
                found[point].append(MonthSums(by_period, name, energy, zones[name], tuple(wh)))
        for one in sum_months(session, waiting, year, last=last):
            if one.energy == energy:
                found[waiting[one.series]].append(one)
    for several in found.values():
        several.sort()
    return found


def sum_months(
    session: Session, series: Iterable[str], year: int, *, last: int
) -> Iterator[MonthSums]:
    """The sums of January to *last* of *series*, found inside a permit in this transaction."""
    by_zone: dict[str, list[Any]] = defaultdict(list)
    for some in batched(sorted(series), _CHUNK):
        for row in session.connection().execute(
            SERIES.where(match_any_of(col(SeriesRow.id), some))
        ):
            by_zone[row.time_zone].append(row)
    for name, rows in by_zone.items():
        meters = {row.id: one for row in rows if (one := _find_meter(row)) is not None}
        told = _sum_series_months(
            session, meters, month_edges(year, load_time_zone(name))[: last + 1]
        )
        for row in rows:
            energy = meters[row.id].energy if row.id in meters else None
            by_period = row.form == "period_energy"
            yield MonthSums(by_period, row.id, energy, load_time_zone(name), told.get(row.id, ()))


@lru_cache(maxsize=512)
def month_edges(year: int, tz: ZoneInfo) -> tuple[int, ...]:
    """The bounds of the twelve civil months of *year*, seconds since 1970 UTC."""
    start, end = month_bounds(date(year, 1, 1), tz)[0], month_bounds(date(year, 12, 1), tz)[1]
    return compute_period_edges(int(start.timestamp()), int(end.timestamp()), "month", tz)


def list_read_series(session: Session, which: ColumnElement[bool]) -> Sequence[Any]:
    """Those *which* series that have a reading: identifier, delivery point, time zone."""
    series = SeriesRow
    query = _BUILD(col(series.id), col(series.supply_point), col(series.time_zone)).where(
        which, col(series.removed_at).is_(None), col(series.last_end).is_not(None)
    )
    return session.connection().execute(query).all()


def iterate_kept_months(
    session: Session,
    series: Collection[str],
    closed: Mapping[int, int],
    *,
    owner: str | None = None,
) -> Iterator[tuple[Any, list[int | None]]]:
    """What is kept of *series* in each year of *closed*, as many months as it tells; and its row.

    The row: series, year, energy, whether it is told by periods. *owner*: of whom all of these
    are, if of one: found by an index, not each by itself.
    """
    row = MonthEnergyRow
    among = match_any_of(col(row.series), series) if owner is None else col(row.owner) == owner
    columns = row.series, row.year, row.energy, row.by_period, row.months, row.wh
    query = _BUILD(*map(col, columns)).where(among, col(row.year).in_(closed))
    for part in session.connection().execute(query).partitions(_PART):
        told = json.loads(f"[{','.join([one[-1] for one in part])}]")  # as one: it is faster
        for one, wh in zip(part, told, strict=True):
            name, year, _, _, months, _ = one
            if months >= (last := closed[year]) and name in series:
                yield one, wh if months == last else wh[:last]


def _find_meter(row: Any) -> _Meter | None:
    """How the numbers of a series add up; None: they add to no sum of energy that is drawn."""
    how, energy = choose_summing(row.quantity, row.form, row.unit), _ENERGIES.get(row.quantity)
    if how is None or energy is None or row.direction != "import":
        return None
    scale = 10**row.decimals
    if how.by_time:
        return _Meter(
            energy, how.factor, _HOUR_S * scale, by_time=True, tz=load_time_zone(row.time_zone)
        )
    return _Meter(energy, _KILO[how.unit], scale, by_time=False, tz=load_time_zone(row.time_zone))


def _sum_series_months(
    session: Session, meters: Mapping[str, _Meter], places: Sequence[int]
) -> dict[str, Energies]:
    """Energy by series, in the months between *places*; the *meters* are in the zone of these."""
    nothing: Energies = (None,) * (len(places) - 1)
    found = {}
    for name, rows in fetch_each(session, meters, (places[0], places[-1])).items():
        found[name] = _count_series_months(meters[name], rows, places) if rows else nothing
    return found


def _count_series_months(meter: _Meter, rows: Sequence[Any], places: Sequence[int]) -> Energies:
    if len(rows) == 1 and rows[0].step == "P1M" and not meter.by_time:
        return _watt_hours(meter, _read_month_steps(meter, rows[0], places))
    segments = [Segment(*row[1:]) for row in rows]
    pieces = find_visible_pieces(segments, places[0], places[-1], meter.tz)
    counted = sum_pieces_by_period(pieces, places, meter.tz, by_time=meter.by_time)
    return _watt_hours(meter, [one.total if one.is_complete else None for one in counted])


def _read_month_steps(meter: _Meter, row: Any, places: Sequence[int]) -> list[int | None]:
    """What the only segment of a series tells of each month: most points are told in this way."""
    starts = compute_step_bounds(row.start_s, row.end_s, row.step, meter.tz)
    values = dict(zip(starts, decode(row.codec, row.data), strict=False))
    return [values.get(start) for start in places[:-1]]


def _watt_hours(meter: _Meter, totals: Iterable[int | None]) -> Energies:
    """Whole watt-hours, rounded once, half to even."""
    factor, over = meter.factor, meter.over
    if over == 1:
        return tuple(None if one is None else one * factor for one in totals)
    return tuple(None if one is None else _round_quotient(one * factor, over) for one in totals)


def _round_quotient(number: int, over: int) -> int:
    whole, rest = divmod(number, over)
    return whole + (2 * rest > over or (2 * rest == over and whole % 2))
