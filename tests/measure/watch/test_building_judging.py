"""Days of a building judged one by one: said once, ended, the same however they come."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from tests.measure.watch.test_building import AUTUMN, FIRST, is_autumn, is_public, school

from synergie.energy.plan.power.curves import Curve
from synergie.measure.watch.building_judging import (
    BuildingJudgement,
    BuildingState,
    BuildingSupply,
    judge_building,
)
from synergie.measure.watch.state import Ending, Finding

SUPPLY = BuildingSupply(subscribed_va=36_000, is_holiday=is_autumn, is_public=is_public)
DAY = 48


def take(curve: Curve, first: int, last: int) -> Curve:
    """The days from *first* to before *last*."""
    start = curve.start + timedelta(days=first)
    return Curve(start, curve.step_s, curve.watts[first * DAY : last * DAY])


def judge_by_days(curve: Curve, days: int) -> tuple[list[Finding], list[Ending], BuildingState]:
    """Every day alone, each from where the state needs it."""
    state, findings, endings = None, list[Finding](), list[Ending]()
    for last in range(1, days + 1):
        first = 0
        if state is not None:
            needed = min(one for one in (state.learns_from, state.judged) if one is not None)
            first = (needed - date(2025, 10, 1)).days
        if np.isnan(curve.watts[(last - 1) * DAY : last * DAY]).all():
            continue  # nothing came
        while np.isnan(curve.watts[first * DAY : (first + 1) * DAY]).all():
            first += 1  # a store begins with the first reading that it has
        judged = judge_building(take(curve, first, last), state, SUPPLY)
        state = judged.state
        findings += judged.findings
        endings += judged.endings
    assert state is not None
    return findings, endings, state


def faulty() -> Curve:
    """Holidays used, six days silent, a base that rose for forty days, a step over 36 kVA."""
    curve = school(150, used=True)
    watts = np.array(curve.watts)
    watts[80 * DAY : 120 * DAY] += 900
    watts[66 * DAY : 72 * DAY] = np.nan
    watts[130 * DAY + 20] = 40_000
    return replace(curve, watts=watts)


def told(judged: BuildingJudgement) -> set[tuple[str, date]]:
    return {(one.fault, one.first_night) for one in judged.findings}


def test_days_judged_one_by_one_say_what_they_say_at_once() -> None:
    curve = faulty()
    whole = judge_building(curve, None, SUPPLY)
    key = lambda one: (one.fault, one.first_night)  # noqa: E731 (two uses)
    findings, endings, state = judge_by_days(curve, 150)
    assert sorted(findings, key=key) == sorted(whole.findings, key=key)
    assert sorted(endings, key=key) == sorted(whole.endings, key=key)
    assert state == whole.state
    assert [one.fault for one in sorted(whole.findings, key=key)] == [
        "base", "dead_meter", "holidays", "over_power",
    ]  # fmt: skip


def test_what_is_over_ends_after_three_normal_days_and_holidays_with_the_next_ones() -> None:
    whole = judge_building(faulty(), None, SUPPLY)
    ends = {one.fault: one.last_night for one in whole.endings}
    assert ends["dead_meter"] == date(2025, 10, 1) + timedelta(days=71), "an hour of winter time"
    assert ends["base"] == date(2025, 10, 1) + timedelta(days=120)
    assert ends["over_power"] == date(2025, 10, 1) + timedelta(days=131)
    assert "holidays" not in ends
    assert [one.fault for one in whole.state.faults] == ["holidays"]
    later = (date(2025, 12, 20), date(2026, 1, 4))
    both = replace(SUPPLY, is_holiday=lambda day: is_autumn(day) or later[0] <= day <= later[1])
    curve = school(150, used=True)
    again = judge_building(curve, None, both)
    assert told(again) == {("holidays", AUTUMN[0])}, "the second ones go on with the first"
    watts, first = np.array(curve.watts), (later[0] - date(2025, 10, 1)).days
    watts[first * DAY : (first + 16) * DAY] = 3_000 + np.arange(16 * DAY) % 7
    kept = judge_building(replace(curve, watts=watts), None, both)
    (end,) = kept.endings
    assert (end.fault, end.first_night, end.last_night) == ("holidays", AUTUMN[0], later[0])


def test_sixty_days_that_teach_nothing_are_followed_by_sixty_more() -> None:
    rng = np.random.default_rng(9)
    curve = school(150, rise=130)
    watts = np.array(curve.watts)
    watts[: 60 * DAY] *= np.repeat(np.exp(rng.normal(0, 0.8, 60)), DAY)
    supply = BuildingSupply()
    assert judge_building(take(curve, 0, 50), None, supply).untaught is not None
    first = judge_building(take(replace(curve, watts=watts), 0, 70), None, supply)
    assert first.untaught is not None and "alike night after night" in str(first.untaught)
    assert first.state.learns_from == date(2025, 10, 1) + timedelta(days=60)
    whole = judge_building(replace(curve, watts=watts), None, supply)
    assert whole.untaught is None
    assert [(one.fault, one.value > one.expected) for one in whole.findings] == [("base", True)]
    assert curve.start == FIRST
    gas = judge_building(curve, None, replace(supply, has_base=False))
    assert (gas.findings, gas.untaught, gas.state.base) == ((), None, None)
