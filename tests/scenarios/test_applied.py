"""Measures in order: who is selected, what can be carried out, what is told instead."""

from typing import Any

import numpy as np
import pytest

from synergie.errors import BadInput
from synergie.lighting.plan import _effects_text as text
from synergie.lighting.plan.applied import Applied, Names, apply_scenario_actions
from synergie.lighting.plan.lights import park_of
from synergie.lighting.records.study import LightingAction, LightingStudy, StudyCommune
from tests.scenarios.effects_cases import LED, cabinet, light, scenario, schedule, span, study

FULL, OFF, HALF, _, STEPS = range(5)


def act(told: LightingStudy, *actions: LightingAction) -> Applied:
    return apply_scenario_actions(Names(told, park_of(told)), scenario(*actions))


def said(found: Applied) -> list[tuple[str, int, str]]:
    return [(one.subject, one.count, one.reason.text) for one in found.not_done]


def test_nothing_changes_without_a_measure() -> None:
    found = act(study())
    assert (found.retrofit.tolist(), found.schedule.tolist()) == ([-1], [FULL])
    assert (found.year.tolist(), found.clocks, found.not_done) == ([-1], (), ())


def test_a_cabinet_that_can_be_programmed_follows() -> None:
    found = act(study(), LightingAction(schedule="off", year=2030))
    assert (found.schedule.tolist(), found.year.tolist()) == ([OFF], [2030])
    assert not found.not_done


@pytest.mark.parametrize(
    ("programmable", "reason"), [(False, text.CANNOT_PROGRAM), (None, text.PROGRAM_UNKNOWN)]
)
def test_a_cabinet_that_cannot_stays_and_is_told(*, programmable: bool | None, reason: str) -> None:
    boxes = [cabinet("c1", programmable=programmable), cabinet("c2")]
    lights = [light("a", count=7), light("b"), light("c", cabinet="c2")]
    found = act(study(lights, boxes), LightingAction(schedule="off"))
    assert found.schedule.tolist() == [FULL, FULL, OFF]
    assert found.year.tolist() == [-1, -1, 2027]
    assert said(found) == [("c1", 8, reason)]


def test_a_light_without_a_cabinet_has_no_clock() -> None:
    told = study([light("a", cabinet=None, schedule="full")])
    found = act(told, LightingAction(schedule="off", make_programmable=True))
    assert found.schedule.tolist() == [FULL]
    assert [reason for _, _, reason in said(found)] == [text.NO_CLOCK, text.NO_CABINET]


def test_a_clock_makes_a_cabinet_follow() -> None:
    told = study(cabinets=[cabinet("c1", programmable=False), cabinet("c2")])
    found = act(told, LightingAction(schedule="off", make_programmable=True, year=2028))
    assert (found.clocks, found.schedule.tolist()) == ((0,), [OFF])
    later = act(
        told, LightingAction(make_programmable=True, year=2028), LightingAction(schedule="off")
    )
    assert (later.clocks, later.schedule.tolist(), later.year.tolist()) == ((0,), [OFF], [2027])
    only = act(told, LightingAction(make_programmable=True, year=2028))
    assert (only.clocks, only.schedule.tolist(), only.year.tolist()) == ((0,), [FULL], [2028])


def test_a_schedule_of_luminaires_needs_one_that_is_autonomous() -> None:
    found = act(study(), LightingAction(schedule="half"))
    assert (found.schedule.tolist(), said(found)) == ([FULL], [("c1", 1, text.NOT_AUTONOMOUS)])
    assert act(study(), LightingAction(retrofit="led", schedule="half")).schedule.tolist() == [HALF]
    mute = LED.model_copy(update={"autonomous": None})
    found = act(study(retrofits=(mute,)), LightingAction(retrofit="led", schedule="half"))
    assert found.schedule.tolist() == [FULL]


def test_a_light_keeps_what_it_follows_by_itself() -> None:
    told = study([light("a", source_type="LED", schedule="half")])
    found = act(told, LightingAction(schedule="half"))
    assert (found.schedule.tolist(), found.not_done) == ([HALF], ())


@pytest.mark.parametrize(
    ("source", "retrofit", "follows"),
    [
        ("SHP", None, text.CANNOT_DIM),
        ("LED", None, None),
        (None, None, text.DIM_UNKNOWN),
        ("XX", None, text.DIM_UNKNOWN),
        ("SHP", {"dimmable": None}, None),
        ("SHP", {"dimmable": False}, text.CANNOT_DIM),
        ("SHP", {"dimmable": None, "source_type": None}, text.CANNOT_DIM),
        ("SHP", {"dimmable": True, "source_type": None}, None),
        ("SHP", {"dimmable": None, "source_type": "IM"}, text.CANNOT_DIM),
    ],
    ids=[
        "sodium", "led", "unknown", "unknown-as-told", "led-put-in", "led-that-cannot", "gear",
        "gear-that-dims", "halide",
    ],
)  # fmt: skip
def test_only_lamps_that_can_be_dimmed_are(
    source: str | None, retrofit: dict[str, Any] | None, follows: str | None
) -> None:
    entry = LED.model_copy(update=retrofit or {})
    told = study([light("a", source_type=source)], retrofits=(entry,))
    found = act(
        told, LightingAction(retrofit=None if retrofit is None else "led", schedule="steps")
    )
    assert found.schedule.tolist() == [FULL if follows else STEPS]
    assert said(found) == ([("c1", 1, follows)] if follows else [])


@pytest.mark.parametrize(
    ("light_share", "presence", "dims"),
    [(0.0, None, False), (1.0, None, False), (0.5, None, True), (0.0, 0.1, True)],
)
def test_presence_is_dimming_too(light_share: float, presence: float | None, *, dims: bool) -> None:
    told = schedule("p", span("00:00", "05:00", light_share, presence_share=presence))
    found = act(study(schedules=(study().schedules[0], told)), LightingAction(schedule="p"))
    assert found.schedule.tolist() == [0 if dims else 1]


def test_later_measures_go_before() -> None:
    found = act(
        study(),
        LightingAction(retrofit="gear", schedule="off", year=2028),
        LightingAction(retrofit="led", year=2031),
        LightingAction(schedule="full"),
    )
    assert (found.retrofit.tolist(), found.schedule.tolist()) == ([0], [FULL])
    assert found.year.tolist() == [2031]


def test_an_entry_is_put_only_where_it_fits() -> None:
    lights = [light("a"), light("b", source_type="IM", count=2), light("c", source_type=None)]
    found = act(study(lights), LightingAction(retrofit="gear"))
    assert found.retrofit.tolist() == [1, -1, -1]
    assert said(found) == [("gear", 2, text.DOES_NOT_FIT), ("gear", 1, text.FIT_UNKNOWN)]


TWO = [light("a", source_type="LED"), light("b", count=3), light("c", cabinet="c2")]
C2 = [cabinet("c1"), cabinet("c2")]
SHP_OFF = LightingAction(source_types=("SHP",), schedule="off")
LED_OFF = LightingAction(source_types=("LED",), schedule="off")


@pytest.mark.parametrize(
    ("actions", "follows", "told"),
    [
        ((SHP_OFF,), [FULL, FULL, OFF], [("c1", 3)]),
        ((SHP_OFF, LED_OFF), [OFF, OFF, OFF], []),
        ((LED_OFF, SHP_OFF), [OFF, OFF, OFF], []),
        ((LightingAction(schedule="off"), LightingAction(source_types=("SHP",), schedule="full")),
         [OFF, OFF, FULL], [("c1", 3)]),
        ((LightingAction(schedule="off"), LightingAction(source_types=("LED",), schedule="steps")),
         [OFF, OFF, OFF], [("c1", 1)]),
        ((SHP_OFF, LightingAction(source_types=("LED",), retrofit="led", schedule="half")),
         [HALF, OFF, OFF], []),
    ],
    ids=["part", "part-and-part", "the-other-way", "part-taken-back", "part-otherwise",
         "by-itself"],
)  # fmt: skip
def test_a_cabinet_switches_all_its_lights_or_none(
    actions: tuple[LightingAction, ...], follows: list[int], told: list[tuple[str, int]]
) -> None:
    """Two actions may make up the whole; else the cabinet stays at the last wish of all."""
    found = act(study(TWO, C2), *actions)
    assert found.schedule.tolist() == follows
    assert said(found) == [(*one, text.PART_OF_CABINET) for one in told]


def test_a_light_that_follows_a_schedule_by_itself_is_not_switched() -> None:
    alone = study([light("a", source_type="LED", schedule="half"), light("b")])
    assert act(alone, SHP_OFF).schedule.tolist() == [HALF, OFF]
    found = act(alone, LED_OFF)
    assert found.schedule.tolist() == [HALF, FULL]
    assert said(found) == [("c1", 1, text.PART_OF_CABINET)]


def test_a_luminaire_goes_its_own_way_in_a_cabinet_of_two_minds() -> None:
    """The part asked to go out stays, for the halides are not asked; the new LED dims by itself."""
    lights = [light("a", source_type="LED"), light("b"), light("c", source_type="IM")]
    led = LightingAction(source_types=("LED",), retrofit="led", schedule="half")
    for actions in ((SHP_OFF, led), (led, SHP_OFF)):
        found = act(study(lights), *actions)
        assert found.schedule.tolist() == [HALF, FULL, FULL]
        assert said(found) == [("c1", 1, text.PART_OF_CABINET)]


def test_what_follows_the_sun_alone_does_not_hold_its_cabinet_back() -> None:
    own = study([light("a", source_type="LED", schedule="full"), light("b")])
    assert act(own, SHP_OFF).schedule.tolist() == [FULL, OFF]
    late = schedule("late", executor="none", lit_below_deg=-6.0)
    told = study(TWO, C2, schedules=(study().schedules[FULL], late))
    found = act(told, LightingAction(source_types=("SHP",), schedule="late"))
    assert (found.schedule.tolist(), found.not_done) == ([0, 1, 1], ())


def test_the_year_is_that_of_the_retrofit() -> None:
    found = act(
        study(),
        LightingAction(schedule="off", year=2030),
        LightingAction(retrofit="led", year=2028),
    )
    assert (found.schedule.tolist(), found.year.tolist()) == ([OFF], [2028])


LIGHTS = [
    light("a", insee_code="54318", usage="A", is_priority=True, in_corridor=True),
    light("b", cabinet="c2", source_type="LED", usage="B1", is_priority=False, in_corridor=False),
    light("c", cabinet=None, insee_code=None, source_type=None, usage=None),
]
BOXES = [cabinet("c1"), cabinet("c2", programmable=False)]


@pytest.mark.parametrize(
    ("asked", "done", "unsure"),
    [
        ({}, [0, 1, 2], 0),
        ({"communes": ("54430",)}, [1], 1),
        ({"communes": ("54430", "54318")}, [0, 1], 1),
        ({"cabinets": ("c1",)}, [0], 1),
        ({"source_types": ("LED",)}, [1], 1),
        ({"usages": ("A",)}, [0], 1),
        ({"usages": ("C",)}, [], 1),
        ({"programmable": True}, [0], 0),
        ({"programmable": False}, [1, 2], 0),
        ({"is_priority": True}, [0], 1),
        ({"is_priority": False}, [1, 2], 0),
        ({"in_corridor": True}, [0], 1),
        ({"in_corridor": False}, [1], 1),
        ({"in_corridor": True, "programmable": True}, [0], 0),
        ({"in_corridor": True, "programmable": False}, [], 1),
    ],
    ids=lambda told: (
        "-".join(f"{k}.{v}" for k, v in told.items()) if isinstance(told, dict) else ""
    ),
)
def test_conditions_hold_together_and_the_unsure_are_told(
    asked: dict[str, Any], done: list[int], unsure: int
) -> None:
    found = act(study(LIGHTS, BOXES), LightingAction(retrofit="led", **asked))
    assert np.flatnonzero(found.retrofit == 0).tolist() == done
    assert [count for _, count, reason in said(found) if reason == text.NOT_SELECTED] == (
        [unsure] if unsure else []
    )


def test_a_light_is_counted_once_for_a_reason() -> None:
    lights = [light("a", source_type=None, count=3)]
    actions = [LightingAction(source_types=(one,), retrofit="led") for one in ("SHP", "IM", "VM")]
    assert said(act(study(lights), *actions)) == [("c1", 3, text.NOT_SELECTED)]


def test_a_cabinet_with_a_new_clock_is_one_that_can_be_programmed() -> None:
    told = study(LIGHTS[:2], BOXES)
    found = act(
        told,
        LightingAction(programmable=False, make_programmable=True),
        LightingAction(programmable=True, schedule="off"),
    )
    assert (found.clocks, found.schedule.tolist()) == ((1,), [OFF, OFF])


def test_a_schedule_without_an_order_is_counted_and_told() -> None:
    communes = (
        StudyCommune(insee_code="54430", name="Pompey", allowed_schedules=("full", "half")),
        StudyCommune(insee_code="54318", name="Lay"),
    )
    lights = [light("a", count=4), light("b", insee_code="54318")]
    found = act(study(lights, communes=communes), LightingAction(schedule="off"))
    assert found.schedule.tolist() == [OFF, OFF]
    assert said(found) == [("54430", 4, text.NO_ORDER)]
    assert not act(study(lights, communes=communes), LightingAction(retrofit="led")).not_done


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"retrofit": "none"}, "/actions/1/retrofit"),
        ({"schedule": "none"}, "/actions/1/schedule"),
        ({"communes": ("54430", "54000")}, "/actions/1/communes/1"),
        ({"cabinets": ("c9",)}, "/actions/1/cabinets/0"),
        ({"year": 2026}, "/actions/1/year"),
        ({"year": 2042}, "/actions/1/year"),
    ],
    ids=["retrofit", "schedule", "commune", "cabinet", "too-early", "too-late"],
)
def test_a_name_that_the_study_does_not_have_is_refused(asked: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput) as refused:
        act(study(), LightingAction(), LightingAction(**asked))
    assert refused.value.where == where
