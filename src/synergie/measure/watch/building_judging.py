"""Days of a building judged one after the other: what begins, what ends, what is usual since.

The state between two deposits is a value, as that of a cabinet: a day that was judged is not judged
again, so days that come one by one say what they say at once, and nothing is said twice.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import log

import numpy as np

from synergie.calendar import day_bounds, load_time_zone
from synergie.energy.plan.power.curves import Curve
from synergie.errors import BadInput
from synergie.measure.watch.building import (
    LEARN_DAYS,
    BuildingDays,
    HolidayUse,
    add_base_day,
    build_building_rules,
    build_holiday_finding,
    compute_base_levels,
    cut_days,
    find_count,
    find_step,
    learn_base,
    measure_holidays,
)
from synergie.measure.watch.cusum import Track
from synergie.measure.watch.fault_book import FaultBook
from synergie.measure.watch.state import Ending, Fault, Finding, OpenFault

_KEPT_DAYS = 250
"""Days whose energy is kept: the longest holidays, and 90 on each side."""
_SUNDAY, _AROUND = 6, timedelta(days=90)


@dataclass(frozen=True, slots=True)
class BuildingState:
    """What is known of a building after its newest judged day."""

    first: date
    """The first day of the curve that it stands on."""
    judged: date | None = None
    """The newest day that was judged. None: none yet."""
    learns_from: date | None = None
    """The first of the sixty days that are to teach the base. None: it is known, or not looked at.
    """
    base: Track | None = None
    """Ln of the base. None: not known."""
    runs: dict[Fault, tuple[int, date]] = field(default_factory=dict)
    """Days in a row that each rule holds, and the first of them."""
    faults: tuple[OpenFault, ...] = ()
    """Faults that are not over."""
    kwh: tuple[float | None, ...] = ()
    """Energy of the newest days, the newest last. None: not wholly measured."""
    holidays_to: date | None = None
    """The last day of holidays that too few days tell yet. None: there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingSupply:
    """What is declared of a building and its supply."""

    subscribed_va: float | None = None
    """None: not known."""
    has_base: bool = True
    """Whether its base is looked at."""
    is_holiday: Callable[[date], bool] | None = None
    """School holidays of its zone. None: its holidays are not looked at."""
    is_public: Callable[[date], bool] = lambda _day: False
    """Public holidays."""


@dataclass(frozen=True, slots=True)
class BuildingJudgement:
    """What days told."""

    state: BuildingState
    findings: tuple[Finding, ...]
    endings: tuple[Ending, ...]
    untaught: BadInput | None
    """Why the base is not known, by the days of this look. None: it is, or they tell nothing of it.
    """


def find_first_needed(state: BuildingState) -> date | None:
    """The first day that the next look needs. None: all."""
    days = [one for one in (state.learns_from, state.judged) if one is not None]
    return min(days, default=None)


def judge_building(
    curve: Curve, state: BuildingState | None, supply: BuildingSupply
) -> BuildingJudgement:
    """What the days of *curve* after those already judged tell, in their order.

    *curve* begins on the day of `find_first_needed` or before; where it begins later, the days
    between are without readings. Sixty days that do not teach the base are followed by sixty more.
    BadInput: no whole day.
    """
    if state is not None:
        curve = _extend_back(curve, find_first_needed(state))
    days = cut_days(curve)
    if state is None:
        state = BuildingState(days.first, learns_from=days.first if supply.has_base else None)
    judge = _BuildingJudge(curve, days, state, supply)
    begins = 0 if state.judged is None else (state.judged - days.first).days + 1
    for number in range(max(begins, 0), len(days.kwh)):
        judge.judge_day(number)
    return judge.close()


def _extend_back(curve: Curve, first: date | None) -> Curve:
    """*curve* from the day *first* on, without readings where it begins later."""
    if first is None:
        return curve
    start = day_bounds(first, load_time_zone(curve.zone))[0]
    missing = int((curve.start - start).total_seconds()) // curve.step_s
    if missing <= 0:
        return curve
    watts = np.concatenate([np.full(missing, np.nan), curve.watts])
    return Curve(
        curve.start - timedelta(seconds=missing * curve.step_s), curve.step_s, watts, curve.zone
    )


class _BuildingJudge(FaultBook):
    """Goes through days; what changes is its own."""

    def __init__(
        self, curve: Curve, days: BuildingDays, state: BuildingState, supply: BuildingSupply
    ) -> None:
        super().__init__(days.first, state.runs, state.faults)
        self.curve, self.days, self.state, self.supply = curve, days, state, supply
        self.rules = [
            (rule, rule.holds.tolist()) for rule in build_building_rules(days, supply.subscribed_va)
        ]
        self.levels = compute_base_levels(days.base_w).tolist()
        self.base, self.learns_from = deepcopy(state.base), state.learns_from
        self.kwh, self.holidays_to = list(state.kwh), state.holidays_to
        self.untaught: BadInput | None = None

    def judge_day(self, number: int) -> None:
        """Judge one day that was not judged before."""
        for rule, holds in self.rules:
            self.judge_rule(rule, holds[number], number)
        kwh = float(self.days.kwh[number])
        self.kwh.append(None if kwh != kwh else round(kwh, 3))  # noqa: PLR0124 (NaN)
        del self.kwh[:-_KEPT_DAYS]
        if self.base is not None:
            self._add_base(number)
        elif self.learns_from is not None:
            self._learn(number, self.learns_from)
        self._judge_holidays(number)

    def close(self) -> BuildingJudgement:
        """What was found, and the state after the last day."""
        last = self.find_day(len(self.days.kwh) - 1)
        judged = last if self.state.judged is None else max(last, self.state.judged)
        if self.learns_from == self.state.first:
            many = (judged - self.state.first).days + 1
            self.untaught = BadInput("/days", many, "sixty days, which teach the base")
        state = BuildingState(
            self.state.first,
            judged,
            self.learns_from,
            self.base,
            self.runs,
            tuple(self.open),
            tuple(self.kwh),
            self.holidays_to,
        )
        return BuildingJudgement(state, tuple(self.findings), tuple(self.endings), self.untaught)

    def _learn(self, number: int, first: date) -> None:
        """Learn the base once sixty days are there, and look for rises among them, too."""
        begins = (first - self.first).days
        if number - begins + 1 < LEARN_DAYS:
            return
        try:
            self.base = learn_base(self._take_days(begins, number + 1))
        except BadInput as fault:
            self.untaught, self.learns_from = fault, self.find_day(number + 1)
            return
        self.untaught, self.learns_from = None, None
        for day in range(begins, number + 1):
            self._add_base(day)

    def _take_days(self, begins: int, ends: int) -> BuildingDays:
        """The days from *begins* to before *ends*, and the least step of the meter in them."""
        tz = load_time_zone(self.curve.zone)
        low, high = (
            find_step(self.curve, day_bounds(self.find_day(one), tz)[0]) for one in (begins, ends)
        )
        part = Curve(self.curve.start, self.curve.step_s, self.curve.watts[low:high])
        days, span = self.days, slice(begins, ends)
        return BuildingDays(
            self.find_day(begins),
            days.base_w[span],
            days.kwh[span],
            days.peak_w[span],
            days.dead[span],
            find_count(part),
        )

    def _add_base(self, number: int) -> None:
        value, track = self.levels[number], self.base
        if value != value or track is None:  # noqa: PLR0124 (NaN: not measured)
            return
        before = self.end_changes(value, number, lambda fault: fault == "base")
        if before is not None:
            track.rebase(before)
            return
        for found in add_base_day(track, self.find_day(number), value):
            usual = log(found.expected)
            self.findings.append(found)
            self.open.append(OpenFault("base", found.first_night, usual, log(found.value) - usual))

    def _judge_holidays(self, number: int) -> None:
        """On the last day of holidays, or the Sunday after that tells enough: how they were used.

        What was said is over with the first holidays that are not used so, and is not said again
        before.
        """
        is_holiday, day = self.supply.is_holiday, self.find_day(number)
        if is_holiday is None:
            return
        if is_holiday(day) and not is_holiday(day + timedelta(days=1)):
            self.holidays_to = day
        last = self.holidays_to
        told = day == last or (day.weekday() == _SUNDAY and not is_holiday(day))
        if last is None or not told or day - last > _AROUND:
            return
        first = day - timedelta(days=len(self.kwh) - 1)
        kwh = np.array(self.kwh, dtype=np.float64)  # None becomes NaN
        known, run = (
            BuildingDays(first, kwh, kwh, kwh, kwh),
            _list_holidays(last, first, is_holiday),
        )
        use = measure_holidays(known, run, is_holiday, self.supply.is_public)
        if use is not None:
            self.holidays_to = None
            self._follow_holidays(run, use)

    def _follow_holidays(self, run: list[date], use: HolidayUse) -> None:
        there = [one for one in self.open if one.fault == "holidays"]
        if use.is_high and not there:
            self.open.append(OpenFault("holidays", run[0], 0.0, 0.0))
            self.findings.append(build_holiday_finding(run, use))
        for one in () if use.is_high else there:
            self.open.remove(one)
            end = Ending(fault="holidays", first_night=one.first_night, last_night=run[0])
            self.endings.append(end)


def _list_holidays(last: date, first: date, is_holiday: Callable[[date], bool]) -> list[date]:
    """The holidays that end on *last*, from *first* on."""
    run = [last]
    while run[0] > first and is_holiday(run[0] - timedelta(days=1)):
        run.insert(0, run[0] - timedelta(days=1))
    return run


def find_rule_breaks(days: BuildingDays, subscribed_va: float | None) -> tuple[Finding, ...]:
    """Each dead meter, and each power above *subscribed_va* (None: not known).

    What follows within three normal days is the same one.
    """
    book = FaultBook(days.first, {}, ())
    for rule in build_building_rules(days, subscribed_va):
        for number, holds in enumerate(rule.holds.tolist()):
            book.judge_rule(rule, holds, number)
    return tuple(book.findings)
