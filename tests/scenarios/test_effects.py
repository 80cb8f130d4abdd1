"""Scenarios as columns: S0 to S5 of the Bassin, what is not known, sums that hold, sweeps."""

from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.energy.plan.power.burn import burn_curve
from synergie.energy.records.power import LightingUse, OffPeakWindow
from synergie.errors import BadInput
from synergie.lighting.plan import _effects_text as text
from synergie.lighting.plan import effects, nights
from synergie.lighting.plan.lights import park_of
from synergie.lighting.plan.measured import SOURCES, Measured
from synergie.lighting.records.study import (
    CabinetTerms,
    LightingAction,
    LightingScenario,
    LightingStudy,
    StudyLight,
)
from synergie.schemas.assets.location import Location
from tests.scenarios.effects_cases import (
    FULL,
    GEAR,
    LED,
    POMPEY,
    cabinet,
    light,
    scenario,
    schedule,
    span,
    study,
)

HERE = nights.build_place_cell(POMPEY.longitude, POMPEY.latitude)


def find(told: LightingStudy, *actions: LightingAction) -> Measured:
    return effects.measured(told, park_of(told), scenario(*actions))


BASSIN = study(
    [light("can", count=6_900), light("cannot", count=600, cabinet="c2")],
    [cabinet("c1"), cabinet("c2", programmable=False)],
)


@pytest.mark.parametrize(
    ("actions", "gwh"),
    [
        ((), 4.0063),
        ((LightingAction(schedule="off"),), 2.2114),
        ((LightingAction(retrofit="led"),), 1.2327),
        ((LightingAction(retrofit="led", schedule="half"),), 0.8012),
        ((LightingAction(retrofit="led", schedule="third"),), 0.6285),
        ((LightingAction(retrofit="led", schedule="off", make_programmable=True),), 0.6324),
    ],
    ids=["s0", "s1", "s2", "s3", "s4", "s5"],
)
def test_energy_of_the_six_scenarios_of_the_bassin(
    actions: tuple[LightingAction, ...], gwh: float
) -> None:
    """domain.md §6.6, 7,500 points of 130 W."""
    found = find(BASSIN, *actions)
    assert found.kwh().sum() / 1e6 == pytest.approx(gwh, abs=4e-4)
    assert found.months_kwh.sum() == pytest.approx(found.kwh().sum())


def test_the_teaching_pair_differs_in_all_but_energy() -> None:
    dim = find(BASSIN, LightingAction(retrofit="led", schedule="third"))
    off = find(BASSIN, LightingAction(retrofit="led", schedule="off", make_programmable=True))
    assert dim.kwh().sum() == pytest.approx(off.kwh().sum(), rel=0.01)
    assert (dim.lit.dark_hours[0], off.lit.dark_hours[0]) == (0, 1825)
    assert dim.lit.hours[0] == pytest.approx(4109, abs=1)
    assert off.lit.hours[0] == pytest.approx(2108, abs=1)
    assert off.profile_kw[3] == 0 < dim.profile_kw[3]


def test_months_are_those_of_the_reference() -> None:
    """domain.md §6.1."""
    told = study([light("l1", power_w=1000, flux_lm=None)])
    months = find(told).months_kwh
    golden = [455.2, 373.4, 359.3, 294.2, 253.9, 220.6, 241.3, 285.9, 329.8, 396.9, 429.7, 469.0]
    assert months == pytest.approx(golden, abs=0.1)


@pytest.mark.parametrize("year", [2024, 2025])
def test_the_profile_is_the_mean_of_each_local_hour(year: int) -> None:
    """Of `energy.plan.power`, which counts by another way; a leap year has 366 of each."""
    rules = study().rules.model_copy(update={"year": year})
    told = study([light("l1", power_w=1000, flux_lm=None)], rules=rules)
    use = LightingUse(installed_w=1000, longitude=6.13, latitude=48.77)
    curve = burn_curve(use, date(year, 1, 1), date(year + 1, 1, 1))
    hour = nights.time_of(year).hour
    mean = [curve.watts[hour == n].mean() / 1000 for n in range(24)]
    assert find(told).profile_kw == pytest.approx(mean)


def test_each_column_is_that_of_its_night() -> None:
    windows = (OffPeakWindow(starts="02:00", ends="06:00"),)
    terms = CabinetTerms(tariff_code="BTINFMU4", subscribed_kva=6.0, windows=windows)
    boxes = [
        cabinet("c1", schedule="off"),
        cabinet("c2", terms=terms, location=Location(longitude=-4.5, latitude=48.4)),
    ]
    told = study([light("a"), light("b", cabinet="c2"), light("c", schedule="half")], boxes)
    found = find(told).lit_today
    expected = [
        nights.compute_night(told.schedules[1], HERE, 2025),
        nights.compute_night(FULL, nights.build_place_cell(-4.5, 48.4), 2025, windows),
        nights.compute_night(told.schedules[2], HERE, 2025),
    ]
    assert found.hours.tolist() == [one.hours for one in expected]
    assert found.light_hours.tolist() == [one.light_hours for one in expected]
    assert found.dark_hours.tolist() == [one.dark_hours for one in expected]
    assert found.power_hours.tolist() == [list(one.power_hours) for one in expected]


def test_whose_sun_it_is() -> None:
    """Its cabinet's; its own when it follows a schedule by itself; else a middle, and said so."""
    west, east = Location(longitude=-4.0, latitude=48.0), Location(longitude=8.0, latitude=48.0)
    boxes = [cabinet("c1"), cabinet("c2", location=None), cabinet("c3", location=None)]
    lights = [
        light("a", location=west),
        light("b", location=west, schedule="full"),
        light("c", location=west, cabinet="c2", count=3),
        light("d", location=east, cabinet="c2"),
        light("e", cabinet="c3", insee_code="54318"),
        light("f", cabinet=None, insee_code=None, schedule="full"),
        light("g", cabinet=None, insee_code="54318", location=east, schedule="full"),
    ]
    told = study(lights, boxes)
    found = find(told).lit.power_hours
    at = [6.13, -4.0, -1.0, -1.0, 8.0, None, 8.0]
    for row, longitude in zip(found, at, strict=True):
        if longitude is None:
            assert np.isnan(row).all()
        else:
            latitude = POMPEY.latitude if longitude == 6.13 else 48.0
            there = nights.compute_night(FULL, nights.build_place_cell(longitude, latitude), 2025)
            assert row.tolist() == list(there.power_hours)
    said = {one.text: one.values for one in effects.list_energy_assumptions(told, park_of(told))}
    assert said[text.SUN_OF_LIGHTS] == ("1",)
    assert said[text.SUN_OF_COMMUNE] == ("1",)
    assert said[text.SUN_UNKNOWN] == ("1",)
    assert said[text.WINDOWS_ASSUMED] == ("3",)
    assert said[text.SCHEDULE_ASSUMED] == ("full", "3")


def test_what_is_not_known_stays_so() -> None:
    lights = [light("a"), light("b", power_w=None), light("c", flux_lm=None, ulr=None)]
    found = find(study(lights))
    assert np.isnan(found.kwh()).all(axis=1).tolist() == [False, True, False]
    assert np.isnan(found.flux_lm).tolist() == [False, False, True]
    assert np.isnan(found.profile_kw).all() and np.isnan(found.months_kwh).all()
    few = effects.build_scenario_sums(found)
    assert few.known == pytest.approx((2 / 3, 2 / 3, 1.0))


def test_a_light_whose_schedule_is_not_known_has_no_hours() -> None:
    found = find(study([light("a", cabinet=None, location=POMPEY)]))
    assert np.isnan(found.lit.hours).all() and np.isnan(found.lit.dark_hours).all()
    known = find(
        study([light("a", cabinet=None, location=POMPEY)]), LightingAction(schedule="full")
    )
    assert known.lit.hours[0] == nights.compute_night(FULL, HERE, 2025).hours
    assert np.isnan(known.lit_today.hours).all()


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({}, (40, 4800, 0.01, 2700, "LED")),
        ({"power_w": None}, (None, 4800, 0.01, 2700, "LED")),
        ({"power_w": None, "power_share": 0.5}, (65, 4800, 0.01, 2700, "LED")),
        ({"flux_lm": None}, (40, None, 0.01, 2700, "LED")),
        ({"flux_lm": None, "flux_share": 2.0}, (40, 18000, 0.01, 2700, "LED")),
        ({"ulr": None, "cct_k": None}, (40, 4800, None, None, "LED")),
        ({"ulr": None, "cct_k": None, "source_type": None}, (40, 4800, 0.1, 2000, "SHP")),
        ({"source_type": None}, (40, 4800, 0.01, 2700, "SHP")),
    ],
    ids=["all", "no-power", "share", "no-flux", "flux-share", "no-beam", "gear-only", "gear-told"],
)
def test_what_a_luminaire_becomes(entry: dict[str, Any], expected: tuple[Any, ...]) -> None:
    told = study([light("a", cct_k=2000)], retrofits=(GEAR, LED.model_copy(update=entry)))
    found = find(told, LightingAction(retrofit="led"))
    columns = (found.power_w, found.flux_lm, found.ulr, found.cct_k)
    row = [None if np.isnan(one[0]) else float(one[0]) for one in columns]
    assert (
        row == pytest.approx(list(expected[:4])) if None not in row else row == list(expected[:4])
    )
    assert SOURCES[found.source[0]] == expected[4]


MEASURES = st.lists(
    st.builds(
        LightingAction,
        source_types=st.sampled_from([(), ("SHP",), ("LED",)]),
        retrofit=st.sampled_from([None, "led", "gear"]),
        schedule=st.sampled_from([None, "full", "off", "half", "steps"]),
        make_programmable=st.booleans(),
        programmable=st.sampled_from([None, True, False]),
    ),
    max_size=3,
)
LAMPS = st.builds(
    light,
    st.integers(0, 10**9).map(str),
    count=st.integers(2, 9),
    cabinet=st.sampled_from(["c1", "c2", None]),
    source_type=st.sampled_from(["SHP", "LED", "IM", None]),
    schedule=st.sampled_from([None, None, "half"]),
    location=st.sampled_from([None, POMPEY]),
)


@given(st.lists(LAMPS, min_size=1, max_size=5, unique_by=lambda one: one.id), MEASURES)
def test_a_group_split_in_two_changes_nothing(
    lamps: list[StudyLight], actions: list[LightingAction]
) -> None:
    boxes = [cabinet("c1"), cabinet("c2", programmable=None, location=None)]
    parts = [
        one.model_copy(update={"id": f"{one.id}-{n}", "count": count})
        for one in lamps
        for n, count in enumerate((1, one.count - 1))
    ]
    whole, split = (find(study(one, boxes), *actions) for one in (lamps, parts))
    assert np.nansum(split.kwh(), axis=0) == pytest.approx(np.nansum(whole.kwh(), axis=0))
    assert split.schedule.tolist() == np.repeat(whole.schedule, 2).tolist()
    assert split.profile_kw == pytest.approx(whole.profile_kw, nan_ok=True)
    assert split.clocks == whole.clocks
    assert split.not_done == whole.not_done
    assert effects.build_scenario_sums(split).known == pytest.approx(
        effects.build_scenario_sums(whole).known
    )


SHARED = st.tuples(
    st.sampled_from(["21:00", "23:30", "02:00"]), st.sampled_from(["04:00", "06:00"])
)


@given(st.lists(st.tuples(SHARED, st.sampled_from([0.0, 0.4])), min_size=1, max_size=3))
def test_energy_never_rises_with_a_darker_schedule(
    told: list[tuple[tuple[str, str], float]],
) -> None:
    spans = [span(starts, ends, share) for (starts, ends), share in told]
    schedules = (FULL, schedule("a", *spans[1:]), schedule("b", *spans))
    lit = study([light("x", source_type="LED", power_w=60)], schedules=schedules)
    lighter, darker = (find(lit, LightingAction(schedule=one)) for one in ("a", "b"))
    assert (darker.kwh() <= lighter.kwh() + 1e-9).all()
    assert (darker.lit.dark_hours >= lighter.lit.dark_hours - 1e-9).all()
    assert (darker.profile_kw <= lighter.profile_kw + 1e-12).all()


def test_a_fault_of_a_scenario_is_told_at_its_place_in_the_study() -> None:
    bad = scenario(LightingAction(retrofit="none"), key="bad")
    told = study(scenarios=[LightingScenario(id="s0", name="s0"), bad])
    with pytest.raises(BadInput) as refused:
        effects.measured(told, park_of(told), bad)
    assert refused.value.where == "/scenarios/1/actions/0/retrofit"


def test_a_schedule_that_is_not_sound_is_told_at_its_place() -> None:
    wrong = schedule("wrong", span("00:00", "05:00", from_day="02-30"))
    told = study(schedules=(FULL, wrong))
    with pytest.raises(BadInput) as refused:
        park_of(told)
    assert refused.value.where == "/schedules/1/spans/0/from_day"


SWEPT = [
    LightingScenario(id="a", name="a"),
    scenario(LightingAction(schedule="off"), key="b"),
    scenario(LightingAction(schedule="none"), key="c"),
    scenario(LightingAction(retrofit="led"), key="d"),
]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_sweep_answers_as_one_by_one(processes: int) -> None:
    found = effects.swept(BASSIN, SWEPT, processes=processes)
    assert [one.case.id for one in found] == ["a", "b", "c", "d"]
    assert isinstance(found[2].error, BadInput)
    for at in (0, 1, 3):
        alone = effects.build_scenario_sums(effects.measured(BASSIN, park_of(BASSIN), SWEPT[at]))
        assert found[at].expect() == alone


def test_a_sweep_tells_what_it_is_asked_for() -> None:
    found = effects.swept(BASSIN, SWEPT[:2], lambda one: one.scenario.id)
    assert [one.expect() for one in found] == ["a", "b"]


def test_the_same_study_gives_the_same_columns() -> None:
    actions = (LightingAction(retrofit="led", schedule="half"),)
    one, two = find(BASSIN, *actions), find(BASSIN, *actions)
    for field in fields(Measured):
        a, b = getattr(one, field.name), getattr(two, field.name)
        if isinstance(a, np.ndarray):
            assert a.tobytes() == b.tobytes()
    assert one.not_done == two.not_done
