"""A building that draws what it should not: a base that rose, holidays like working days, too much.

Also a meter that is dead, and a power above what is subscribed. The base of a day is its mean power
from 3 to 5 in the morning. Days without a whole measure of it count for nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import copysign, exp, log

import numpy as np

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.energy.plan.power.clock import Floats
from synergie.energy.plan.power.curves import Curve
from synergie.errors import BadInput
from synergie.measure.watch import limits
from synergie.measure.watch.cusum import Sums, Track
from synergie.measure.watch.learning import describe_spread
from synergie.measure.watch.state import Fault, Finding

_BASE_HOURS = (3, 5)
_LEARN_DAYS = 60
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
        begins, ends = (_find_step(curve, one) for one in day_bounds(day, tz))
        watts = np.asarray(curve.watts[begins:ends], dtype=np.float64)
        kwh.append(float(watts.sum()) * curve.step_s / 3_600_000)
        least, most = float(watts.min()), float(watts.max())
        peak.append(most)
        dead.append(float(bool(np.isnan(watts).all()) or 0 < least == most))
        hours = [datetime(day.year, day.month, day.day, h, tzinfo=tz) for h in _BASE_HOURS]
        night = curve.watts[_find_step(curve, hours[0]) : _find_step(curve, hours[1])]
        base.append(float(np.mean(np.asarray(night, dtype=np.float64))))
        day += timedelta(days=1)
    if not base:
        raise BadInput("/values", len(curve.watts), "one whole day at least")
    base_w, energy, peak_w, dead_days = (np.array(one) for one in (base, kwh, peak, dead))
    return BuildingDays(first, base_w, energy, peak_w, dead_days, _find_count(curve))


def _find_count(curve: Curve) -> float:
    """The least distance of two values, differences of rounding left out; 0 without any above 0."""
    watts = np.asarray(curve.watts, dtype=np.float64)
    levels = np.unique(np.append(watts[watts > 0], 0.0))
    if len(levels) == 1:
        return 0.0
    apart = np.diff(levels)
    steps = (_BASE_HOURS[1] - _BASE_HOURS[0]) * 3600 / curve.step_s
    return float(apart[apart > _ROUNDING * levels[1]].min()) / steps


def find_base_rises(days: BuildingDays) -> tuple[Finding, ...]:
    """Rises of the base that last, each against what was usual before (re-based after each).

    What is usual follows the season slowly, and a base of a few counts of its meter tells nothing.

    BadInput: the first sixty days do not tell a base above zero, or one that is alike enough for
    a rise to show.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        values = np.where(days.base_w > 0, np.log(days.base_w), np.nan)
    learned = values[:_LEARN_DAYS]
    known = int(np.count_nonzero(~np.isnan(learned)))
    none = int(np.count_nonzero(days.base_w[:_LEARN_DAYS] == 0))
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
    track = Track(spread.middle, spread.long_run, (_NEVER, log(1 + _LEAST_BASE_RISE)), Sums())
    found = []
    for number, value in enumerate(values.tolist()):
        if value == value:  # noqa: PLR0124 (NaN: not measured)
            found += _add_day(track, days.first + timedelta(days=number), value)
    return tuple(found)


def _add_day(track: Track, day: date, value: float) -> list[Finding]:
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
    found = []
    for run in _list_runs(days, is_holiday):
        own = [
            float(days.kwh[(day - days.first).days])
            for day in run
            if day.weekday() < _SATURDAY and not is_public(day)
        ]
        known = [one for one in own if one == one]  # noqa: PLR0124 (NaN)
        usual = _average_sundays(days, run, is_holiday)
        if len(known) < _LEAST_HOLIDAYS or usual is None or usual <= 0:
            continue
        middle = float(np.median(known))
        if middle > _HOLIDAY_SHARE * usual:
            found.append(
                Finding(
                    fault="holidays",
                    first_night=run[0],
                    said_night=run[-1],
                    value=middle,
                    expected=usual,
                    unit="kWh",
                    kwh_night=middle - usual,
                    sure=True,
                )
            )
    return tuple(found)


def find_rule_breaks(days: BuildingDays, subscribed_va: float | None) -> tuple[Finding, ...]:
    """Each run of days above *subscribed_va* (None: not known), and of a dead meter.

    Days without a whole measure end no run above what is subscribed.
    """
    dead = _list_rule_runs(days, "dead_meter", days.dead, expected=1.0)
    if subscribed_va is None:
        return dead
    over = np.where(np.isnan(days.peak_w), np.nan, days.peak_w > subscribed_va)
    return dead + _list_rule_runs(days, "over_power", over, expected=subscribed_va)


def _list_rule_runs(
    days: BuildingDays, fault: Fault, holds: Floats, *, expected: float
) -> tuple[Finding, ...]:
    over = fault == "over_power"
    least = 1 if over else _DEAD_DAYS
    return tuple(
        Finding(
            fault=fault,
            first_night=days.first + timedelta(days=run[0]),
            said_night=days.first + timedelta(days=run[least - 1]),
            value=float(max(days.peak_w[run])) if over else float(days.peak_w[run[0]] > 0),
            expected=expected,
            unit="VA" if over else "nights",
            kwh_night=None,
            sure=True,
        )
        for run in _list_true_runs(holds)
        if len(run) >= least
    )


def _list_true_runs(holds: Floats) -> list[list[int]]:
    runs: list[list[int]] = [[]]
    for number, value in enumerate(holds.tolist()):
        if value == 1:
            runs[-1].append(number)
        elif value == 0 and runs[-1]:
            runs.append([])
    return [one for one in runs if one]


def _find_step(curve: Curve, moment: datetime) -> int:
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
    days: BuildingDays, run: list[date], is_holiday: Callable[[date], bool]
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
