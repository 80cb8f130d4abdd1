"""A building that draws what it should not: a base that rose, holidays like working days, too much.

Also a meter that is dead, and a power above what is subscribed. The base of a day is its mean power
from 3 to 5 in the morning. Days without a whole measure of it count for nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import copysign, exp, log
from typing import NamedTuple

import numpy as np

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.energy.plan.power.clock import Floats
from synergie.energy.plan.power.curves import Curve
from synergie.errors import BadInput
from synergie.measure.watch import limits
from synergie.measure.watch.cusum import Sums, Track
from synergie.measure.watch.learning import describe_spread
from synergie.measure.watch.rules import Rule
from synergie.measure.watch.state import Finding

_BASE_HOURS = (3, 5)
LEARN_DAYS = 60
"""Days that teach the base."""
_LEAST_DAYS = 20
_LEAST_BASE_RISE = 0.15
"""A rise of the base that counts: a heater of 500 W beside 3 kW."""
_FLOOR_BASE = 0.02
_NEVER = 1e9
_MOST_BASE_SPREAD = log(2) / 1.65
"""Long-run σ of ln(base) above which a base that doubled would not be said within fourteen nights:
each adds how far it lies off less the allowance, and the sums must pass `CUSUM_LIMIT`."""
_ROUNDING = 0.05
"""Of the least value above 0: values that lie closer are one count, told with more digits."""
_DRIFT = 0.03
"""Long-run σ that what is usual moves each day towards what is found: a season, and no step."""
_STEADY = 0.8
"""Part of the last days that lie beyond half of a rise: four of five; two odd nights are none."""
_SETTLE_DAYS = 10
"""Days after a rise that teach what is usual since."""
_DEAD_DAYS = 3
"""Days without readings, or of one value, in a row: the real C4, in steps of 1 kW, has no day of
one value."""
_HOLIDAY_SHARE = 1.3
"""Of a Sunday: weekdays of holidays above it are used as if people were there. The real C4 of a
public building: 52 kWh a weekday of August, 61 a Sunday, 110 a weekday of June."""
_LEAST_HOLIDAYS, _LEAST_SUNDAYS = 4, 6
_SUNDAY, _SATURDAY = 6, 5
_AROUND = timedelta(days=90)


@dataclass(frozen=True, slots=True, eq=False)
class BuildingDays:
    """What a building drew on each civil day; NaN: not wholly measured."""

    first: date
    base_w: Floats
    kwh: Floats
    peak_w: Floats
    """The greatest step."""
    dead: Floats
    """1 without a reading, or where all have one value above 0."""
    count_w: float = 0.0
    """The least step of the meter, as mean of the hours that tell the base. 0: not known."""


def cut_days(curve: Curve) -> BuildingDays:
    """The civil days of *curve*, which may have 23 or 25 hours. BadInput: there is no whole day."""
    tz = load_time_zone(curve.zone)
    first = day_of(curve.start, tz)
    if day_bounds(first, tz)[0] < curve.start:
        first += timedelta(days=1)
    base, kwh, peak, dead = [], [], [], []
    day = first
    while day_bounds(day, tz)[1] <= curve.end:
        begins, ends = (find_step(curve, one) for one in day_bounds(day, tz))
        watts = np.asarray(curve.watts[begins:ends], dtype=np.float64)
        kwh.append(float(watts.sum()) * curve.step_s / 3_600_000)
        least, most = float(watts.min()), float(watts.max())
        peak.append(most)
        dead.append(float(bool(np.isnan(watts).all()) or 0 < least == most))
        hours = [datetime(day.year, day.month, day.day, h, tzinfo=tz) for h in _BASE_HOURS]
        night = curve.watts[find_step(curve, hours[0]) : find_step(curve, hours[1])]
        base.append(float(np.mean(np.asarray(night, dtype=np.float64))))
        day += timedelta(days=1)
    if not base:
        raise BadInput("/values", len(curve.watts), "one whole day at least")
    base_w, energy, peak_w, dead_days = (np.array(one) for one in (base, kwh, peak, dead))
    return BuildingDays(first, base_w, energy, peak_w, dead_days, find_count(curve))


def find_count(curve: Curve) -> float:
    """The least distance of two values, differences of rounding left out; 0 without any above 0.

    Where values closer than rounding follow each other over more than that, they are no counts.
    """
    watts = np.asarray(curve.watts, dtype=np.float64)
    levels = np.unique(np.append(watts[watts > 0], 0.0))
    if len(levels) == 1:
        return 0.0
    apart = np.diff(levels)
    steps = (_BASE_HOURS[1] - _BASE_HOURS[0]) * 3600 / curve.step_s
    least = _ROUNDING * levels[1]
    clusters = np.split(levels, np.flatnonzero(apart > least) + 1)
    if any(one[-1] - one[0] > least for one in clusters):
        return float(apart.min()) / steps
    return float(apart[apart > least].min()) / steps


def learn_base(days: BuildingDays) -> Track:
    """What the first sixty days teach of the base.

    BadInput: they do not tell a base above zero, of more than a few counts of its meter, or one
    that is alike enough for a rise to show.
    """
    learned = compute_base_levels(days.base_w[:LEARN_DAYS])
    known = int(np.count_nonzero(~np.isnan(learned)))
    none = int(np.count_nonzero(days.base_w[:LEARN_DAYS] == 0))
    if known < max(_LEAST_DAYS, none):
        raise BadInput("/days", len(learned), "twenty days that tell the base, of the first sixty")
    least = days.count_w / exp(float(np.nanmedian(learned)))
    if least > _MOST_BASE_SPREAD:
        raise BadInput("/base_w", f"{1 / least:.1f}", "a base of three counts of its meter or more")
    spread = describe_spread(learned, max(_FLOOR_BASE, least))
    if spread.long_run > _MOST_BASE_SPREAD:
        raise BadInput(
            "/base_w", round(spread.long_run, 2), "a base that is alike night after night"
        )
    return Track(spread.middle, spread.long_run, (_NEVER, log(1 + _LEAST_BASE_RISE)), Sums())


def compute_base_levels(base_w: Floats) -> Floats:
    """Ln of the base of each day; NaN: not measured, or 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(base_w > 0, np.log(base_w), np.nan)


def find_base_rises(days: BuildingDays) -> tuple[Finding, ...]:
    """Rises of the base that last, each against what was usual before (re-based after each).

    What is usual follows the season slowly, and a base of a few counts of its meter tells nothing.

    BadInput: as `learn_base`.
    """
    track, found = learn_base(days), []
    for number, value in enumerate(compute_base_levels(days.base_w).tolist()):
        if value == value:  # noqa: PLR0124 (NaN: not measured)
            found += add_base_day(track, days.first + timedelta(days=number), value)
    return tuple(found)


def add_base_day(track: Track, day: date, value: float) -> list[Finding]:
    """The rise that *day* makes certain, at most one; *value*: ln of its base."""
    track.sums.add_night((value - track.middle) / track.long_run, value, day.toordinal())
    if track.settle:
        track.settle_night()
        return []
    change = track.sums.find_change(track.middle, day.toordinal(), track.least)
    if change is None or not _is_steady(track, change[1]):
        track.middle += copysign(_DRIFT * track.long_run, value - track.middle)
        return []
    before, after = exp(track.middle), exp(track.middle + change[1])
    track.rebase(track.middle + change[1], _SETTLE_DAYS)
    return [
        Finding(
            fault="base",
            first_night=date.fromordinal(change[0]),
            said_night=day,
            value=after,
            expected=before,
            unit="W",
            kwh_night=(after - before) * 24 / 1000,
            sure=False,
        )
    ]


def _is_steady(track: Track, change: float) -> bool:
    """Whether most of the last days since it began lie beyond half of *change*."""
    sums = track.sums
    last = [one for day, one in sums.last if day >= sums.up_first][-limits.ESTIMATE_NIGHTS :]
    beyond = sum(one - track.middle > change / 2 for one in last)
    return len(last) >= limits.CUSUM_LEAST and beyond >= _STEADY * len(last)


def find_holiday_use(
    days: BuildingDays, is_holiday: Callable[[date], bool], is_public: Callable[[date], bool]
) -> tuple[Finding, ...]:
    """Holidays whose weekdays draw more than Sundays do: one finding a run of holidays.

    *is_holiday*: school holidays of its zone; *is_public*: public holidays, which are left out.
    Sundays are those of 90 days around, out of holidays; fewer than six tell nothing.
    """
    runs = ((run, measure_holidays(days, run, is_holiday, is_public))
            for run in _list_runs(days, is_holiday))  # fmt: skip
    return tuple(
        build_holiday_finding(run, use) for run, use in runs if use is not None and use.is_high
    )


class HolidayUse(NamedTuple):
    """What holidays drew, kWh."""

    weekday: float
    """The median of their weekdays."""
    sunday: float
    """The median of Sundays around, out of holidays."""

    @property
    def is_high(self) -> bool:
        """Whether they were used as if people were there."""
        return self.weekday > _HOLIDAY_SHARE * self.sunday


def measure_holidays(
    days: BuildingDays,
    run: Sequence[date],
    is_holiday: Callable[[date], bool],
    is_public: Callable[[date], bool],
) -> HolidayUse | None:
    """What the holidays *run* drew. None: too few of their weekdays or of Sundays tell it."""
    own = [
        float(days.kwh[(day - days.first).days])
        for day in run
        if day.weekday() < _SATURDAY and not is_public(day)
    ]
    known = [one for one in own if one == one]  # noqa: PLR0124 (NaN)
    usual = _average_sundays(days, run, is_holiday)
    if len(known) < _LEAST_HOLIDAYS or usual is None or usual <= 0:
        return None
    return HolidayUse(float(np.median(known)), usual)


def build_holiday_finding(run: Sequence[date], use: HolidayUse) -> Finding:
    """The finding of holidays that are used as working days; its energy is that of a weekday."""
    return Finding(
        fault="holidays",
        first_night=run[0],
        said_night=run[-1],
        value=use.weekday,
        expected=use.sunday,
        unit="kWh",
        kwh_night=use.weekday - use.sunday,
        sure=True,
    )


def build_building_rules(days: BuildingDays, subscribed_va: float | None) -> tuple[Rule, ...]:
    """A dead meter, and a power above *subscribed_va* (None: not known).

    A day without a whole measure neither begins nor ends a power above what is subscribed.
    """
    none = np.full(len(days.kwh), np.nan)
    alive = (days.peak_w > 0).astype(np.float64)
    dead = Rule("dead_meter", _DEAD_DAYS, days.dead, alive, 1.0, "nights", none)
    if subscribed_va is None:
        return (dead,)
    over = np.where(np.isnan(days.peak_w), np.nan, days.peak_w > subscribed_va)
    return dead, Rule("over_power", 1, over, days.peak_w, subscribed_va, "VA", none)


def find_step(curve: Curve, moment: datetime) -> int:
    """The place of the step that begins at *moment*."""
    return int((moment - curve.start).total_seconds()) // curve.step_s


def _list_runs(days: BuildingDays, is_holiday: Callable[[date], bool]) -> list[list[date]]:
    runs: list[list[date]] = []
    for number in range(len(days.kwh)):
        day = days.first + timedelta(days=number)
        if not is_holiday(day):
            continue
        if runs and runs[-1][-1] == day - timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _average_sundays(
    days: BuildingDays, run: Sequence[date], is_holiday: Callable[[date], bool]
) -> float | None:
    begins, ends = run[0] - _AROUND, run[-1] + _AROUND
    known = [
        float(value)
        for number, value in enumerate(days.kwh.tolist())
        if begins <= (day := days.first + timedelta(days=number)) <= ends
        and day.weekday() == _SUNDAY
        and not is_holiday(day)
        and value == value  # noqa: PLR0124 (NaN)
    ]
    return float(np.median(known)) if len(known) >= _LEAST_SUNDAYS else None
