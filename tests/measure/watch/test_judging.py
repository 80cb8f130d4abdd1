"""Nights judged: planted faults are found, sound cabinets are left alone, nothing is said twice."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from tests.measure.watch.park import (
    PLACE,
    STEP_S,
    Cabinet,
    Drawn,
    Fault,
    draw_cabinet,
    draw_curve,
)

from synergie.errors import BadInput
from synergie.measure.watch.judging import begin_watch, judge_nights
from synergie.measure.watch.nights import Nights, cut_nights
from synergie.measure.watch.state import Ending, Finding, Judgement, Supply, WatchState
from synergie.measure.watch.testable import list_untestable

FIRST, NIGHT = date(2025, 9, 20), 90
SUPPLY = Supply(three_phase=True)
CLOCK = Cabinet(5_001, 40, 90.0, False, -2.0, 0.0, None, 0.0, 30.0)
CELL = Cabinet(5_002, 40, 90.0, True, -2.5, 0.0, None, 0.0, 30.0)
HALF = Cabinet(5_003, 40, 90.0, False, -2.0, 0.0, (23.0, 5.0), 0.0, 30.0)


def cut(drawn: Drawn) -> Nights:
    return cut_nights(drawn.start, STEP_S, drawn.values, place=PLACE)


def judge(
    cabinet: Cabinet,
    *faults: Fault,
    nights: int = 130,
    supply: Supply = SUPPLY,
    gaps: bool = False,
) -> Judgement:
    drawn = draw_curve(cabinet, FIRST, nights, faults, failures=False, gaps=gaps)
    found = cut(drawn)
    return judge_nights(found, begin_watch(found), supply)


class Planted(NamedTuple):
    cabinet: Cabinet
    fault: Fault
    names: set[str]
    nights: int = 7
    """Nights within which it is said."""


PLANTED = {
    "day": Planted(CLOCK, Fault("day", NIGHT), {"lit_by_day"}),
    "dark": Planted(CLOCK, Fault("dark", NIGHT), {"dark"}),
    "partial": Planted(CELL, Fault("partial", NIGHT, 0.10), {"partial"}),
    "phase": Planted(CELL, Fault("phase", NIGHT, 0.33), {"phase"}),
    "early": Planted(CLOCK, Fault("clock", NIGHT, -15), {"dusk", "dawn"}),
    "late": Planted(HALF, Fault("clock", NIGHT, 15), {"dusk", "dawn"}),
    "summer time": Planted(CLOCK, Fault("clock", NIGHT, 60), {"dusk", "dawn"}),
    "cell": Planted(CELL, Fault("cell", NIGHT, 30), {"dusk", "dawn"}, 14),
    "base": Planted(CLOCK, Fault("base", NIGHT, 0.05), {"base"}),
    "silent": Planted(CLOCK, Fault("silent", NIGHT), {"dead_meter"}),
    "stuck": Planted(CLOCK, Fault("stuck", NIGHT), {"dead_meter"}),
    "no schedule": Planted(HALF, Fault("no_schedule", NIGHT), {"schedule"}),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_said_once_and_dated(name: str) -> None:
    planted = PLANTED[name]
    mine = judge(planted.cabinet, planted.fault).findings
    (said,) = [one for one in mine if one.fault in planted.names]
    begun = FIRST + timedelta(days=NIGHT)
    assert abs((said.first_night - begun).days) <= 1
    assert 0 <= (said.said_night - begun).days < planted.nights
    assert {one.fault for one in mine} <= planted.names | {"cut"}


def test_figures_of_a_finding_are_those_of_the_fault() -> None:
    (said,) = judge(CELL, Fault("partial", NIGHT, 0.20)).findings
    assert said.value / said.expected == pytest.approx(0.80, abs=0.03)
    assert said.kwh_night is not None
    assert said.kwh_night == pytest.approx(-0.2 * CELL.watts * 14.8 / 1000, rel=0.2)
    (late,) = judge(CLOCK, Fault("clock", NIGHT, 60)).findings
    assert late.value - late.expected == pytest.approx(-60 if late.fault == "dusk" else 60, abs=5)


def test_sound_cabinets_are_left_alone() -> None:
    for seed in range(5_010, 5_018):
        cabinet = draw_cabinet(seed)
        found = judge(cabinet, nights=240, supply=Supply(declared_w=cabinet.watts), gaps=True)
        assert [one.fault for one in found.findings if one.fault != "dead_meter"] == [], seed


def test_a_fault_that_ends_is_closed_after_three_normal_nights() -> None:
    for kind, name in (("dark", "dark"), ("partial", "partial"), ("clock", "dusk")):
        size = {"partial": 0.2, "clock": -30.0}.get(kind, 0.0)
        found = judge(CLOCK, Fault(kind, NIGHT, size, nights=12), nights=150)
        (end,) = [one for one in found.endings if one.fault == name]
        assert abs((end.last_night - (FIRST + timedelta(days=NIGHT + 12))).days) <= 1
        assert [one.fault for one in found.findings] == [name]
        assert found.state.faults == ()


def test_nights_judged_deposit_by_deposit_say_what_they_say_at_once() -> None:
    faults = (Fault("partial", 80, 0.15, 20), Fault("day", 110, nights=6))
    drawn = draw_curve(CLOCK, FIRST, 141, faults, failures=False, gaps=False)
    whole = cut(drawn)
    at_once = judge_nights(whole, begin_watch(whole), SUPPLY)
    state: WatchState = begin_watch(whole)
    findings: list[Finding] = []
    endings: list[Ending] = []
    for nights in range(65, 141, 5):
        some = judge_nights(whole.take(nights), state, SUPPLY)
        state = some.state
        findings += some.findings
        endings += some.endings
    assert tuple(findings) == at_once.findings
    assert tuple(endings) == at_once.endings
    assert state == at_once.state
    again = judge_nights(whole, state, SUPPLY)
    assert again.findings == ()
    assert again.endings == ()


def test_a_change_that_was_said_is_the_new_reference() -> None:
    faults = (Fault("partial", 80, 0.15, 60), Fault("partial", 110, 0.15, 30))
    found = judge(CLOCK, *faults, nights=138).findings
    assert [one.fault for one in found] == ["partial", "partial"]
    assert found[1].expected == pytest.approx(found[0].value, rel=0.02)


def test_power_over_the_subscribed_one_and_another_inventory_are_said() -> None:
    supply = Supply(subscribed_va=CLOCK.watts * 0.9, declared_w=CLOCK.watts * 0.7)
    found = {one.fault: one for one in judge(CLOCK, supply=supply).findings}
    assert set(found) == {"over_power", "inventory"}
    assert found["inventory"].value == pytest.approx(CLOCK.watts, rel=0.03)


def test_too_few_nights_teach_nothing() -> None:
    with pytest.raises(BadInput, match="sixty"):
        begin_watch(cut(draw_curve(CLOCK, FIRST, 59)))


def test_a_lamp_that_never_lights_teaches_nothing() -> None:
    drawn = draw_curve(CLOCK, FIRST, 70)
    with pytest.raises(BadInput):
        begin_watch(cut(Drawn(drawn.start, drawn.values * 0, drawn.lost)))


def test_a_night_goes_from_noon_to_noon_over_both_clock_changes() -> None:
    zone = ZoneInfo("Europe/Paris")
    start = datetime(2026, 3, 27, 0, tzinfo=zone)
    nights = cut_nights(start, 1800, np.zeros(48 * 5), place=PLACE)
    assert nights.grid.first == date(2026, 3, 27)
    assert np.diff(nights.grid.bounds).tolist() == [48, 46, 48, 48]
    start = datetime(2026, 10, 23, 12, tzinfo=zone)
    nights = cut_nights(start, 600, np.zeros(144 * 3 + 6), place=PLACE)
    assert np.diff(nights.grid.bounds).tolist() == [144, 150, 144]


def test_a_step_that_tells_no_switching_is_refused() -> None:
    for step_s in (86400, 7200, 5400, 90):
        with pytest.raises(BadInput, match="step_s"):
            cut_nights(
                datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC")), step_s, [0.0] * 99, place=PLACE
            )


def test_a_cabinet_without_a_surely_lit_half_hour_in_june_is_not_testable_until_a_day() -> None:
    early = Cabinet(5_004, 40, 90.0, False, -2.0, 0.0, (22.5, 5.5), 0.0, 30.0)
    expected = begin_watch(cut(draw_curve(early, FIRST, 70))).expected
    found = {
        one.test: one.until for one in list_untestable(expected, date(2026, 6, 10), place=PLACE)
    }
    until = found["power"]
    assert until is not None
    assert date(2026, 7, 15) < until < date(2026, 8, 20)
    assert list_untestable(expected, date(2026, 1, 10), place=PLACE) == ()
    whole = begin_watch(cut(draw_curve(CLOCK, FIRST, 70))).expected
    assert list_untestable(whole, date(2026, 6, 20), place=PLACE) == ()
