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

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.energy.plan.power._clock import (
    CLASSES,
    Clock,
    Grid,
    Ints,
    build_clock,
    convert_day_number,
)
from synergie.energy.records.power import ClassLoad, OffPeakWindow, PowerLoad
from synergie.errors import BadInput

ASSUMED_WINDOWS = (OffPeakWindow(starts="22:00", ends="06:00"),)
"""Off-peak hours where none is told; flagged in the load."""
C4_POWER_FACTOR = Decimal("0.93")
"""kW of a kVA for the active control of meters above 36 kVA (Enedis)."""

UNKNOWN = -1
"""In place of a power without a value."""

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


def compute_curve_load(curve: Curve, reading: Reading | None = None) -> PowerLoad:
    """The last twelve whole months of *curve*, or all of it when it is shorter.

    BadInput: no whole civil day, a step of less than a minute or more than an hour, a negative or
    infinite power.
    """
    return next(loads([curve], reading))


def loads(curves: Iterable[Curve], reading: Reading | None = None) -> Iterator[PowerLoad]:
    """The same for many curves in their order; those of equal steps go together, memory bounded."""
    how = reading or Reading()
    cut = (last_year(curve, how.since) for curve in curves)
    for grid, some in groupby(cut, key=grid_of):
        local = build_clock(grid, ASSUMED_WINDOWS if how.windows is None else how.windows)
        for batch in batch_curves(some):
            yield from _iterate_batch_loads(batch, grid, local, how)


def batch_curves(curves: Iterable[Curve]) -> Iterator[list[Curve]]:
    """Curves by as many as are reduced in one go: what is in memory is bounded."""
    batch: list[Curve] = []
    for curve in curves:
        batch.append(curve)
        if len(batch) == _TOGETHER:
            yield batch
            batch = []
    if batch:
        yield batch


def grid_of(curve: Curve) -> Grid:
    """The steps of *curve*."""
    return Grid(curve.start, curve.step_s, len(curve.watts), curve.zone)


def last_year(curve: Curve, since: date | None = None) -> Curve:
    """The last twelve months of whole civil days, from *since* on at the earliest."""
    if not _MINUTE <= curve.step_s <= _JOULES or curve.step_s % _MINUTE:
        raise BadInput("/step_s", curve.step_s, "steps of whole minutes, an hour at most")
    tz = load_time_zone(curve.zone)
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


@dataclass(frozen=True, slots=True)
class Reduced:
    """Curves of the same steps, reduced together."""

    local: Clock
    energy_wh: Ints
    """Energy of each class, Wh, (curves, 4)."""
    daily_va: Ints
    """Greatest power of each civil day, VA, (curves, days); UNKNOWN on a day without a value."""
    watts: NDArray[Any]
    """(curves, steps); UNKNOWN where there is no value."""

    @property
    def reached_va(self) -> Ints:
        """Greatest power, VA; UNKNOWN when there is no value at all."""
        return _cast_to_ints(self.daily_va.max(axis=1))

    @property
    def days(self) -> Ints:
        """The civil days, counted from 1970-01-01."""
        return self.local.days[self.local.day_starts]


def reduce_curves(batch: Sequence[Curve], local: Clock, power_factor: Decimal) -> Reduced:
    """Energies and peaks of *batch*, whose curves all have the steps of *local*.

    BadInput: a negative or infinite power.
    """
    watts = _mark_unknown_watts(np.stack([curve.watts for curve in batch]))
    peaks = np.maximum.reduceat(watts, local.day_starts, axis=1)
    joules = _sum_class_joules(watts, local)
    return Reduced(
        local=local,
        energy_wh=(2 * joules + _JOULES) // (2 * _JOULES),
        daily_va=np.where(peaks == UNKNOWN, UNKNOWN, compute_apparent_power(peaks, power_factor)),
        watts=watts,
    )


def _mark_unknown_watts(watts: NDArray[Any]) -> NDArray[Any]:
    """Powers with UNKNOWN in place of what is missing."""
    least, most = float(np.fmin.reduce(watts, None)), float(np.fmax.reduce(watts, None))
    if least < 0 or most >= _MOST_W:
        raise BadInput("/watts", least if least < 0 else most, "powers that are not negative, in W")
    if watts.dtype.kind == "f":
        missing = np.isnan(watts)
        if missing.any():
            watts = np.where(missing, UNKNOWN, watts)
    return watts


def _sum_class_joules(watts: NDArray[Any], local: Clock) -> Ints:
    """Energy by class of each curve, J: steps of equal parts are added up first, then weighed.

    Exact: whole watts times whole seconds; thousandths of a watt when a power has decimals.
    """
    drawn = watts if watts.dtype.kind in "iub" else np.maximum(watts, 0)
    seconds = local.seconds[local.runs]
    if watts.dtype.kind == "f" and np.any(drawn != np.rint(drawn)):
        milli = np.rint(drawn * _MILLI).astype(np.int64)
        sums = np.add.reduceat(milli, local.runs, axis=1)
        return _cast_to_ints((sums @ seconds + _MILLI // 2) // _MILLI)
    exact = np.float64 if watts.dtype.kind == "f" else np.int64  # whole watts: below 2^53
    sums = np.add.reduceat(drawn, local.runs, axis=1, dtype=exact)
    return _cast_to_ints(sums.astype(np.int64) @ seconds)


def _cast_to_ints(found: Any) -> Ints:
    whole: Ints = found
    return whole


def compute_apparent_power(watts: NDArray[Any], power_factor: Decimal) -> Ints:
    """VA of *watts*, rounded up: above a whole number of kVA exactly when the power is."""
    kw, kva = power_factor.as_integer_ratio()
    if kw == kva and watts.dtype.kind in "iub":
        return watts.astype(np.int64)
    return np.ceil(watts * kva / kw).astype(np.int64)


def _iterate_batch_loads(
    batch: Sequence[Curve], grid: Grid, local: Clock, how: Reading
) -> Iterator[PowerLoad]:
    found = reduce_curves(batch, local, how.power_factor)
    first, last = int(local.days[0]), int(local.days[-1])
    for row in range(len(batch)):
        known, daily = found.watts[row] != UNKNOWN, found.daily_va[row].tolist()
        yield PowerLoad(
            source="curve",
            starts=convert_day_number(first),
            ends=convert_day_number(last + 1),
            step_s=grid.step_s,
            steps=grid.steps,
            missing_steps=grid.steps - int(known.sum()),
            classes=tuple(
                _build_stepped_class_load(found, row, k, how)
                if how.stepped
                else _build_class_load(found, row, k)
                for k in range(len(CLASSES))
            ),
            reached_va=_unmask_power(max(daily)),
            daily_peak_va=tuple(map(_unmask_power, daily)),
            offpeak_assumed=how.windows is None,
            schedule_changed=how.since,
            power_factor=how.power_factor,
        )


def _unmask_power(va: int) -> int | None:
    return None if va == UNKNOWN else va


def _build_class_load(found: Reduced, row: int, k: int) -> ClassLoad:
    wh = int(found.energy_wh[row, k])
    return ClassLoad(time_class=CLASSES[k], kwh=Decimal(wh).scaleb(-3))


def _build_stepped_class_load(found: Reduced, row: int, k: int, how: Reading) -> ClassLoad:
    """One class with how many of its steps are above each kVA, and its peak of each day."""
    mine = (found.local.classes == k) & (found.watts[row] != UNKNOWN)
    plain = _build_class_load(found, row, k)
    if not mine.any():
        return plain
    va = compute_apparent_power(found.watts[row][mine], how.power_factor)
    return ClassLoad(
        time_class=plain.time_class,
        kwh=plain.kwh,
        reached_va=int(va.max()),
        steps_over=tuple(steps_over(va).tolist()),
        daily_peak_va=tuple(_iterate_daily_peaks(va, found.local.days[mine], found.days)),
    )


def steps_over(va: Ints) -> Ints:
    """How many of *va* are above 0, 1, 2 … kVA, until none is."""
    counts = np.bincount(-(-va // 1000), minlength=1)
    return _cast_to_ints(len(va) - np.cumsum(counts))


def _iterate_daily_peaks(va: Ints, days: Ints, whole: Ints) -> Iterator[int | None]:
    """The greatest power of each of the *whole* days; None on a day without a step."""
    starts = np.flatnonzero(np.diff(days, prepend=days[:1] - 1))
    peaks = np.maximum.reduceat(va, starts)
    found = dict(zip(days[starts].tolist(), peaks.tolist(), strict=True))
    return (found.get(day) for day in whole.tolist())


def join_curve_runs(parts: Iterable[Curve]) -> Curve:
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
    return {name: join_curve_runs(found[name]) for name in sorted(found)}
