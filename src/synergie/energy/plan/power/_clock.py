"""Local time of the steps of a curve, vectorised: civil day, season, seconds off-peak.

Held equal to `calendar.time_class`, which looks at one moment at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from synergie.calendar import load_time_zone
from synergie.energy.records.power import OffPeakWindow, PowerClass

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]

CLASSES: tuple[PowerClass, ...] = ("HPH", "HCH", "HPB", "HCB")
"""The four classes in the order in which subscribed powers rise (TURPE 7)."""
DAY_S = 86_400
_DAY_MIN = 1440
_LOW_SEASON = range(4, 11)  # April to October: calendar.time_class
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = date(1970, 1, 1)


class Grid(NamedTuple):
    """Equal steps from a moment on."""

    start: datetime
    """Start of the first step, UTC."""
    step_s: int
    """Seconds of each step, whole minutes."""
    steps: int
    """How many."""
    zone: str = "Europe/Paris"
    """Zone of the civil days (IANA)."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What the steps of a grid are, local time."""

    days: Ints
    """Civil day of each step, counted from 1970-01-01."""
    seconds: Ints
    """Seconds of each step in each of the four classes, (steps, 4): whole numbers."""
    classes: NDArray[np.int8]
    """The class that holds most of each step, 0 to 3; the earlier one when two hold as much."""

    day_starts: Ints
    """Where each civil day begins among the steps."""
    runs: Ints
    """Where the parts of classes change from one step to the next; the first step begins one."""


def convert_day_number(number: int) -> date:
    """The date of a day counted from 1970-01-01."""
    return _FIRST + timedelta(days=number)


@lru_cache(maxsize=32)
def build_clock(grid: Grid, windows: tuple[OffPeakWindow, ...]) -> Clock:
    """The local time of *grid* with these off-peak *windows*."""
    local = local_seconds(grid)
    days = local // DAY_S
    off = _offpeak_seconds(local, days, grid.step_s, windows)
    low = _low_season(days)
    peak = grid.step_s - off
    seconds = np.stack([peak * ~low, off * ~low, peak * low, off * low], axis=1)
    starts = np.flatnonzero(np.diff(days, prepend=days[:1] - 1))
    changed = np.any(np.diff(seconds, axis=0, prepend=-1) != 0, axis=1)
    return Clock(
        days=days,
        seconds=seconds,
        classes=seconds.argmax(axis=1).astype(np.int8),
        day_starts=starts,
        runs=np.flatnonzero(changed),
    )


def local_seconds(grid: Grid) -> Ints:
    """Local seconds since 1970 of the start of each step: UTC and the offset that holds then."""
    first = int((grid.start - _EPOCH).total_seconds())
    utc = first + grid.step_s * np.arange(grid.steps, dtype=np.int64)
    moments, offsets = _find_zone_offsets(
        first, first + grid.step_s * grid.steps, load_time_zone(grid.zone)
    )
    return utc + offsets[np.searchsorted(moments, utc, side="right") - 1]


def _find_zone_offsets(first: int, last: int, tz: ZoneInfo) -> tuple[Ints, Ints]:
    """When the offset of the zone changes, UTC seconds, and the offset from then on."""
    found = [(first, _compute_utc_offset(first, tz))]
    for day in range(first, last, DAY_S):
        low, high = day, min(day + DAY_S, last)
        while _compute_utc_offset(low, tz) != _compute_utc_offset(high, tz):
            moment = _find_offset_change(low, high, tz)
            found.append((moment, _compute_utc_offset(moment, tz)))
            low = moment
    moments, offsets = zip(*found, strict=True)
    return np.array(moments), np.array(offsets)


def _find_offset_change(low: int, high: int, tz: ZoneInfo) -> int:
    """The first second in ]low, high] with another offset than at *low*."""
    before = _compute_utc_offset(low, tz)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _compute_utc_offset(middle, tz) == before else (low, middle)
    return high


def _compute_utc_offset(second: int, tz: ZoneInfo) -> int:
    told = (_EPOCH + timedelta(seconds=second)).astimezone(tz).utcoffset()
    return int(told.total_seconds()) if told is not None else 0


def _low_season(days: Ints) -> NDArray[np.bool_]:
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    return (months >= _LOW_SEASON.start) & (months < _LOW_SEASON.stop)


def _offpeak_seconds(
    local: Ints, days: Ints, step_s: int, windows: tuple[OffPeakWindow, ...]
) -> Ints:
    """Off-peak seconds of each step: the windows that hold on its civil day."""
    minute = local % DAY_S // 60
    off = np.zeros(len(local), np.int64)
    first, numbers = int(days[0]), np.arange(int(days[0]), int(days[-1]) + 1)
    low = _low_season(numbers)
    holding = [
        _select_valid_windows(windows, convert_day_number(first + i), is_low=bool(low[i]))
        for i in range(len(low))
    ]
    of_day = days - first
    for held in set(holding) - {()}:
        mine = np.array([one == held for one in holding])[of_day]
        table = _sum_offpeak_minutes(held)
        at = minute[mine]
        off[mine] = 60 * (table[at + step_s // 60] - table[at])
    return off


def _select_valid_windows(
    windows: Sequence[OffPeakWindow], day: date, *, is_low: bool
) -> tuple[OffPeakWindow, ...]:
    """The windows that hold on *day*."""
    season = "low" if is_low else "high"
    return tuple(
        one
        for one in windows
        if one.season in ("all", season)
        and (one.valid_from is None or one.valid_from <= day)
        and (one.valid_to is None or day < one.valid_to)
    )


def _sum_offpeak_minutes(windows: Sequence[OffPeakWindow]) -> Ints:
    """Off-peak minutes before each minute of the day, over two days: a step may pass midnight."""
    off = np.zeros(_DAY_MIN, np.int64)
    for one in windows:
        starts, ends = parse_day_minutes(one.starts), parse_day_minutes(one.ends)
        if starts < ends:
            off[starts:ends] = 1
        else:
            off[starts:] = 1
            off[:ends] = 1
    return np.concatenate([[0], np.cumsum(np.tile(off, 2))])


def parse_day_minutes(told: str) -> int:
    """Minutes after midnight of `22:30`."""
    return int(told[:2]) * 60 + int(told[3:])
