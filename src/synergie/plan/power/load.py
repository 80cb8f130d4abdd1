"""A curve reduced once to what a bill depends on: energy by class, peaks, steps above each kVA.

Exact: powers are whole watts (thousandths when the file has decimals), energies sums of whole
joules, rounded once to the watt-hour. A missing step is counted and left out, never zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synergie.calendar import day_bounds, day_of, zone
from synergie.errors import BadInput
from synergie.plan.power._clock import CLASSES, Clock, Grid, Ints, clock
from synergie.schemas.power import ClassLoad, OffPeakWindow, PowerLoad

ASSUMED_WINDOWS = (OffPeakWindow(starts="22:00", ends="06:00"),)
"""Off-peak hours where none is told; flagged in the load."""
C4_POWER_FACTOR = Decimal("0.93")
"""kW of a kVA for the active control of meters above 36 kVA (Enedis)."""

_TOGETHER = 64
"""Curves of the same steps that are reduced in one go."""
_MILLI = 1000
_MINUTE, _JOULES = 60, 3600
_MOST_W = 1e8


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Mean power of one delivery point, step after step."""

    start: datetime
    """Start of the first step, aware."""
    step_s: int
    """Seconds of each step."""
    watts: NDArray[Any]
    """W, one a step: whole numbers, or floats with NaN where there is no value."""
    zone: str = "Europe/Paris"
    """Zone of its civil days (IANA)."""

    @property
    def end(self) -> datetime:
        """End of the last step."""
        return self.start + timedelta(seconds=self.step_s * len(self.watts))


@dataclass(frozen=True, slots=True)
class Reading:
    """How curves are read: off-peak hours, kind of meter, since when the use is as it is."""

    windows: tuple[OffPeakWindow, ...] | None = None
    """Off-peak hours. None: assumed from 22:00 to 06:00, and flagged."""
    stepped: bool = False
    """Whether overruns are counted by class (C4) beside the peaks of each day."""
    power_factor: Decimal = Decimal(1)
    """kW of one kVA."""
    since: date | None = None
    """Day of a change of the hours of use: what came before is cut off, not averaged."""


def c4_reading(windows: tuple[OffPeakWindow, ...] | None = None) -> Reading:
    """How a curve above 36 kVA is read: overruns by class, 0.93 kW a kVA."""
    return Reading(windows, stepped=True, power_factor=C4_POWER_FACTOR)


def load(curve: Curve, reading: Reading | None = None) -> PowerLoad:
    """The last twelve whole months of *curve*, or all of it when it is shorter.

    BadInput: no whole civil day, a step of less than a minute or more than an hour, a negative or
    infinite power.
    """
    return next(loads([curve], reading))


def loads(curves: Iterable[Curve], reading: Reading | None = None) -> Iterator[PowerLoad]:
    """The same for many curves in their order; those of equal steps go together, memory bounded."""
    how = reading or Reading()
    cut = (last_year(curve, how.since) for curve in curves)
    for grid, some in groupby(cut, key=_grid):
        local = clock(grid, ASSUMED_WINDOWS if how.windows is None else how.windows)
        for batch in _batches(some):
            yield from _reduced(batch, grid, local, how)


def _batches(curves: Iterable[Curve]) -> Iterator[list[Curve]]:
    batch: list[Curve] = []
    for curve in curves:
        batch.append(curve)
        if len(batch) == _TOGETHER:
            yield batch
            batch = []
    if batch:
        yield batch


def _grid(curve: Curve) -> Grid:
    return Grid(curve.start, curve.step_s, len(curve.watts), curve.zone)


def last_year(curve: Curve, since: date | None = None) -> Curve:
    """The last twelve months of whole civil days, from *since* on at the earliest."""
    if not _MINUTE <= curve.step_s <= _JOULES or curve.step_s % _MINUTE:
        raise BadInput("/step_s", curve.step_s, "steps of whole minutes, an hour at most")
    tz = zone(curve.zone)
    ends = day_of(curve.end, tz)
    first = day_of(curve.start, tz)
    if day_bounds(first, tz)[0] < curve.start:
        first += timedelta(days=1)
    begins = max(first, year_before(ends), since or first)
    if begins >= ends:
        raise BadInput("/watts", f"{len(curve.watts)} steps", "one whole civil day at least")
    step = timedelta(seconds=curve.step_s)
    i, j = (-((curve.start - day_bounds(day, tz)[0]) // step) for day in (begins, ends))
    start = (curve.start + i * step).astimezone(UTC)
    return replace(curve, start=start, watts=curve.watts[i:j])


def year_before(day: date) -> date:
    """The same day one year before; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def _reduced(batch: Sequence[Curve], grid: Grid, local: Clock, how: Reading) -> Iterator[PowerLoad]:
    powers = [_sound(curve.watts) for curve in batch]
    for (watts, missing), joules in zip(
        powers, _joules([w for w, _ in powers], local), strict=True
    ):
        va = apparent(watts, how.power_factor)
        known = ~missing if missing.any() else None
        yield _load(_Reduced(grid, local, how, va, known), joules)


def _sound(watts: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Powers with zero in place of what is missing, whole when they are, and what is missing."""
    if watts.dtype.kind in "iub":
        missing = np.zeros(len(watts), bool)
    else:
        missing = np.isnan(watts)
        watts = np.where(missing, 0.0, watts)
    if len(watts) and not (float(watts.min()) >= 0 and float(watts.max()) < _MOST_W):
        raise BadInput("/watts", float(watts.min()), "powers that are not negative, in W")
    return watts, missing


def _joules(powers: Sequence[NDArray[Any]], local: Clock) -> Ints:
    """Energy by class of each curve, J. Exact: whole watts times whole seconds, below 2^53."""
    whole = np.stack(powers).astype(np.float64)
    if all(p.dtype.kind in "iub" or not np.any(p % 1) for p in powers):
        return (whole @ local.seconds).astype(np.int64)
    milli = np.rint(whole * _MILLI).astype(np.int64)
    return (milli @ local.seconds.astype(np.int64) + _MILLI // 2) // _MILLI


def apparent(watts: NDArray[Any], power_factor: Decimal) -> Ints:
    """VA of *watts*, rounded up: above a whole number of kVA exactly when the power is."""
    kw, kva = power_factor.as_integer_ratio()
    if watts.dtype.kind in "iub":
        va = watts.astype(np.int64)
        return va if kw == kva else -(-va * kva // kw)
    return np.ceil(watts * kva / kw).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Reduced:
    grid: Grid
    local: Clock
    how: Reading
    va: Ints
    known: NDArray[np.bool_] | None
    """Which steps have a value. None: all."""


def _load(of: _Reduced, joules: Ints) -> PowerLoad:
    wh = (2 * joules + _JOULES) // (2 * _JOULES)
    peaks = _daily(of.va, of.local.days, of.known, range_of(of.local))
    days = of.local.days
    missing = 0 if of.known is None else int((~of.known).sum())
    return PowerLoad(
        source="curve",
        starts=of.local.first_day,
        ends=of.local.first_day + timedelta(days=int(days[-1] - days[0]) + 1),
        step_s=of.grid.step_s,
        steps=of.grid.steps,
        missing_steps=missing,
        classes=tuple(
            _stepped(of, k, int(wh[k])) if of.how.stepped else _class(k, int(wh[k]))
            for k in range(4)
        ),
        reached_va=max((peak for peak in peaks if peak is not None), default=None),
        daily_peak_va=tuple(peaks),
        offpeak_assumed=of.how.windows is None,
        schedule_changed=of.how.since,
        power_factor=of.how.power_factor,
    )


def _class(k: int, wh: int) -> ClassLoad:
    return ClassLoad(time_class=CLASSES[k], kwh=Decimal(wh).scaleb(-3))


def _stepped(of: _Reduced, k: int, wh: int) -> ClassLoad:
    """One class with how many of its steps are above each kVA, and its peak of each day."""
    mine = of.local.classes == k
    if of.known is not None:
        mine &= of.known
    va, days = of.va[mine], of.local.days[mine]
    over = steps_over(va)
    return ClassLoad(
        time_class=CLASSES[k],
        kwh=Decimal(wh).scaleb(-3),
        reached_va=int(va.max()) if len(va) else None,
        steps_over=tuple(over.tolist()),
        daily_peak_va=tuple(_daily(va, days, None, range_of(of.local))) if len(va) else (),
    )


def steps_over(va: Ints) -> Ints:
    """How many of *va* are above 0, 1, 2 … kVA, until none is."""
    counts = np.bincount(-(-va // 1000), minlength=1)
    return len(va) - np.cumsum(counts)


def range_of(local: Clock) -> tuple[int, int]:
    """First and last civil day."""
    return int(local.days[0]), int(local.days[-1])


def _daily(
    va: Ints, days: Ints, known: NDArray[np.bool_] | None, whole: tuple[int, int]
) -> list[int | None]:
    """The greatest power of each civil day; None on a day without a value."""
    if known is not None:
        va, days = va[known], days[known]
    peaks: list[int | None] = [None] * (whole[1] - whole[0] + 1)
    if not len(va):
        return peaks
    starts = np.flatnonzero(np.diff(days, prepend=days[:1] - 1))
    found = np.maximum.reduceat(va, starts).tolist()
    if len(found) == len(peaks):
        return list(found)
    for day, peak in zip((days[starts] - whole[0]).tolist(), found, strict=True):
        peaks[day] = peak
    return peaks


def one_curve(parts: Iterable[Curve]) -> Curve:
    """Runs of one point put together; what lies between them is missing.

    Runs of other steps are brought to the greatest step that divides all: a mean power holds in
    each of its parts. Where two runs overlap, the later in the list holds.
    """
    runs = sorted(parts, key=lambda run: run.start)
    if not runs:
        raise BadInput("/curves", "none", "at least one run")
    step = int(np.gcd.reduce([run.step_s for run in runs]))
    start, end = runs[0].start, max(run.end for run in runs)
    watts = np.full(int((end - start).total_seconds()) // step, np.nan)
    for run in runs:
        offset, rest = divmod(int((run.start - start).total_seconds()), step)
        if rest:
            raise BadInput("/curves", run.start.isoformat(), "steps that begin where others end")
        values = np.repeat(run.watts.astype(np.float64), run.step_s // step)
        held = watts[offset : offset + len(values)]
        watts[offset : offset + len(values)] = np.where(np.isnan(values), held, values)
    return Curve(start, step, watts, runs[0].zone)


def by_point(runs: Iterable[tuple[str, Curve]]) -> dict[str, Curve]:
    """The curve of each point out of its runs in any order."""
    found: dict[str, list[Curve]] = defaultdict(list)
    for name, run in runs:
        found[name].append(run)
    return {name: one_curve(found[name]) for name in sorted(found)}
