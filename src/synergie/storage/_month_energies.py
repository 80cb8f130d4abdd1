"""Energy of many series by civil month, in a few queries."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from synergie.storage._cover import Segment, visible
from synergie.storage._fetch import fetch_each
from synergie.storage._periods import sums
from synergie.storage.grid import bounds
from synergie.storage.segments import decode
from synergie.storage.store import Session

type Energies = tuple[int | None, ...]
"""Wh of consecutive months. None: not every second of it is measured."""


class Meter(NamedTuple):
    """A series that adds up to energy: its stored whole numbers times `factor`, over `over`, Wh.

    `by_time`: each number counts for its seconds.
    """

    series: str
    factor: int
    over: int
    by_time: bool
    tz: ZoneInfo


def month_energies(
    session: Session, meters: Iterable[Meter], places: Sequence[int]
) -> dict[str, Energies]:
    """Energy by series, in the months between *places*, seconds since 1970 UTC.

    *meters* are in the zone of *places*, and were found inside a permit in this transaction.
    """
    some = {one.series: one for one in meters}
    nothing: Energies = (None,) * (len(places) - 1)
    found = {}
    for name, rows in fetch_each(session, some, (places[0], places[-1])).items():
        found[name] = _counted(some[name], rows, places) if rows else nothing
    return found


def _counted(meter: Meter, rows: Sequence[Any], places: Sequence[int]) -> Energies:
    if len(rows) == 1 and rows[0].step == "P1M" and not meter.by_time:
        return _watt_hours(meter, _told_by_month(meter, rows[0], places))
    segments = [Segment(*row[1:]) for row in rows]
    pieces = visible(segments, places[0], places[-1], meter.tz)
    counted = sums(pieces, places, meter.tz, by_time=meter.by_time)
    return _watt_hours(meter, [one.total if one.is_complete else None for one in counted])


def _told_by_month(meter: Meter, row: Any, places: Sequence[int]) -> list[int | None]:
    """What the only segment of a series tells of each month: most points are told in this way."""
    starts = bounds(row.start_s, row.end_s, row.step, meter.tz)
    values = dict(zip(starts, decode(row.codec, row.data), strict=False))
    return [values.get(start) for start in places[:-1]]


def _watt_hours(meter: Meter, totals: Iterable[int | None]) -> Energies:
    """Whole watt-hours, rounded once, half to even."""
    factor, over = meter.factor, meter.over
    if over == 1:
        return tuple(None if one is None else one * factor for one in totals)
    return tuple(None if one is None else _rounded(one * factor, over) for one in totals)


def _rounded(number: int, over: int) -> int:
    whole, rest = divmod(number, over)
    return whole + (2 * rest > over or (2 * rest == over and whole % 2))
