"""A curve made into days: energy of each civil day by time class, exact, and its share measured.

Each run is summed when it comes by, so that memory grows with the days and not with the steps.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from synergie.calendar import civil_days, day_bounds, day_of, month_bounds, time_class, year_bounds
from synergie.exchange._reference import ALL, JOULES_A_KWH, Joules, Source, Stretch
from synergie.schemas.readings.curve import Value
from synergie.schemas.readings.meter_curve import MeterCurve

type Windows = tuple[tuple[time, time], ...]
"""Off-peak hours of a point: local, half-open, over midnight or not."""

_JOULES = {"W": 1, "kW": 1000, "Wh": 3600, "kWh": JOULES_A_KWH}
_WINDOW = re.compile(r"(\d{1,2})\s*[Hh:]\s*(\d{2})?\s*-\s*(\d{1,2})\s*[Hh:]\s*(\d{2})?", re.ASCII)
_CIVIL: dict[str, Callable[[date, ZoneInfo], tuple[datetime, datetime]]] = {
    "P1D": day_bounds,
    "P1M": month_bounds,
    "P1Y": year_bounds,
}
_ORDINARY_S = 86_400
_MINUTE_S = 60


def parse_offpeak_windows(text: str | None) -> Windows:
    """Off-peak windows of a text as `HC (22H50-6H50)` or `HC (0H30-7H30;13H-14H)`.

    Empty when it tells none, or one that is no time of day: nothing is assumed.
    """
    found: list[tuple[time, time]] = []
    for one in _WINDOW.finditer(text or ""):
        hours = [(int(one[i]) % 24, int(one[i + 1] or 0)) for i in (1, 3)]
        if any(minute > 59 for _, minute in hours) or int(one[1]) > 24 or int(one[3]) > 24:  # noqa: PLR2004 (a clock)
            return ()
        start, end = (time(hour, minute) for hour, minute in hours)
        if start != end:
            found.append((start, end))
    return tuple(found)


class Piece(NamedTuple):
    """What one run tells of one civil day."""

    start_s: int
    """From when, seconds since 1970."""
    end_s: int
    measured_s: int
    joules: dict[str, Joules]


@dataclass(slots=True)
class Days:
    """Days of one point, from one source."""

    name: str
    rank: int
    windows: Windows
    tz: ZoneInfo
    pieces: dict[tuple[date, date], list[Piece]] = field(default_factory=dict)
    """By first day and the day after the last: one day, or one month of a monthly curve."""
    overlapping: int = 0
    """Days told twice, with two energies: the first one holds."""

    def add(self, curve: MeterCurve) -> None:
        """One more run, if it is an energy drawn from the grid."""
        if not is_energy(curve):
            return
        if curve.step in _CIVIL:
            self._civil(curve)
        else:
            self._steps(curve)

    def _civil(self, curve: MeterCurve) -> None:
        day, unit = day_of(curve.start, self.tz), _JOULES[curve.unit]
        for value in curve.values:
            low, high = _CIVIL[curve.step](day, self.tz)
            after = day_of(high, self.tz)
            told: dict[str, Joules] = (
                {} if value is None else {ALL: _convert_to_exact(value) * unit}
            )
            start_s, end_s = int(low.timestamp()), int(high.timestamp())
            measured_s = 0 if value is None else end_s - start_s
            self._put((day, after), Piece(start_s, end_s, measured_s, told))
            day = after

    def _steps(self, curve: MeterCurve) -> None:
        step_s, end = curve.step_s, curve.end
        if step_s is None or end is None:
            return
        unit = _JOULES[curve.unit] * (step_s if curve.form == "mean_power" else 1)
        first_s = int(curve.start.timestamp())
        for day in civil_days(curve.start, end, self.tz):
            low_s, high_s = (int(moment.timestamp()) for moment in day_bounds(day, self.tz))
            at, to = (max(0, -((first_s - edge) // step_s)) for edge in (low_s, high_s))
            values = curve.values[at:to]
            if not values:
                continue
            start_s = first_s + at * step_s
            measured_s = step_s * (len(values) - values.count(None))
            parts = build_day_schedule(day, self.tz, self.windows)
            sums = _by_class(values, start_s - low_s, step_s, parts)
            told = {name: total * unit for name, total in sums.items()}
            piece = Piece(start_s, start_s + step_s * len(values), measured_s, told)
            self._put((day, day + timedelta(days=1)), piece)

    def _put(self, span: tuple[date, date], piece: Piece) -> None:
        known = self.pieces.setdefault(span, [])
        for i, one in enumerate(known):
            if one.start_s < piece.end_s and piece.start_s < one.end_s:
                if one != piece:
                    self.overlapping += 1
                    if piece.measured_s > one.measured_s:
                        known[i] = piece
                return
        known.append(piece)

    def source(self) -> Source | None:
        """All of it in order; None when nothing was measured."""
        spans = sorted(self.pieces)
        stretches = [self._stretch(span) for span in spans]
        if not any(one.measured for one in stretches):
            return None
        return Source(self.name, stretches, (), self.rank)

    def _stretch(self, span: tuple[date, date]) -> Stretch:
        low, high = (day_bounds(day, self.tz)[0] for day in span)
        length = int((high - low).total_seconds())
        pieces = self.pieces[span]
        sums: dict[str, Joules] = {}
        for piece in pieces:
            for name, energy in piece.joules.items():
                sums[name] = sums.get(name, 0) + energy
        measured_s = sum(piece.measured_s for piece in pieces)
        return Stretch(*span, sums, 1 if measured_s >= length else Fraction(measured_s, length))


def is_energy(curve: MeterCurve) -> bool:
    """Whether it tells energy drawn from the network."""
    if curve.direction != "import" or curve.unit not in _JOULES:
        return False
    power = curve.quantity == "active_power" and curve.form == "mean_power"
    energy = curve.quantity in ("active_energy", "gas_energy") and curve.form == "interval_energy"
    return (power and curve.unit in ("W", "kW")) or (energy and curve.unit in ("Wh", "kWh"))


def _convert_to_exact(value: float) -> Joules:
    return value if isinstance(value, int) else Fraction(Decimal(repr(value)))


def _by_class(
    values: Sequence[Value], offset_s: int, step_s: int, parts: Sequence[tuple[int, int, str]]
) -> dict[str, Joules]:
    """Sum of *values* in each class; a step over a change of class is shared out by its time.

    The first value starts *offset_s* after midnight.
    """
    sums: dict[str, Joules] = {}
    for low_s, high_s, name in parts:
        total = _sum_values_between(values, low_s - offset_s, high_s - offset_s, step_s)
        if total is not None:
            sums[name] = sums.get(name, 0) + total
    return sums


def _sum_values_between(
    values: Sequence[Value], low_s: int, high_s: int, step_s: int
) -> Joules | None:
    """Sum of *values* over [low_s, high_s) seconds after the first; None when no step is there."""
    low_s, high_s = max(0, low_s), min(high_s, len(values) * step_s)
    if low_s >= high_s:
        return None
    first, last = -(-low_s // step_s), high_s // step_s
    total = sum_of(values[first:last])
    if low_s % step_s:
        total += _compute_step_share(
            values, low_s // step_s, min(high_s, first * step_s) - low_s, step_s
        )
    if high_s % step_s and last >= first:
        total += _compute_step_share(values, last, high_s - last * step_s, step_s)
    return total


def _compute_step_share(values: Sequence[Value], at: int, seconds: int, step_s: int) -> Joules:
    value = values[at]
    return 0 if value is None else _convert_to_exact(value) * Fraction(seconds, step_s)


def sum_of(values: Sequence[Value]) -> Joules:
    """The exact sum of the values that are there."""
    return sum(_convert_to_exact(value) for value in values if value is not None)


@lru_cache(maxsize=4096)
def build_day_schedule(
    day: date, tz: ZoneInfo, offpeak: Windows
) -> tuple[tuple[int, int, str], ...]:
    """Time classes of the civil *day*: from and to in seconds after midnight, and the class.

    Off-peak hours not known: one stretch for all classes together.
    """
    start, end = day_bounds(day, tz)
    length = int((end - start).total_seconds())
    if not offpeak:
        return ((0, length, ALL),)
    if length == _ORDINARY_S and day.day != 1:
        return (
            build_day_schedule(day.replace(day=1), tz, offpeak)
            if _is_ordinary_day(day, tz)
            else _split_day_by_class(day, tz, offpeak)
        )
    return _split_day_by_class(day, tz, offpeak)


def _is_ordinary_day(day: date, tz: ZoneInfo) -> bool:
    """Whether the first of its month is an ordinary day too, so that both are alike."""
    start, end = day_bounds(day.replace(day=1), tz)
    return int((end - start).total_seconds()) == _ORDINARY_S


def _split_day_by_class(
    day: date, tz: ZoneInfo, offpeak: Windows
) -> tuple[tuple[int, int, str], ...]:
    start, end = day_bounds(day, tz)
    told = groupby(
        _iterate_minutes(start, end), key=lambda moment: str(time_class(moment, tz, offpeak))
    )
    parts: list[tuple[int, int, str]] = []
    at = 0
    for name, minutes in told:
        to = at + _MINUTE_S * sum(1 for _ in minutes)
        parts.append((at, to, name))
        at = to
    return tuple(parts)


def _iterate_minutes(start: datetime, end: datetime) -> Iterator[datetime]:
    moment = start.astimezone(UTC)
    while moment < end:
        yield moment
        moment += timedelta(minutes=1)
