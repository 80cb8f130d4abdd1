"""From a study to plans that no other beats: each opens as a scenario with the very same values."""

from decimal import Decimal
from itertools import pairwise, product

import pytest

from synergie.errors import BadInput, Cancelled
from synergie.lighting.plan.compare import compare
from synergie.lighting.plan.frontier import frontier, scenario_of
from synergie.lighting.records.effects import LightingCriterion
from synergie.lighting.records.frontier import CabinetChoice, LightingFrontier, LightingPlanPoint
from synergie.lighting.records.study import Budget, LightingScenario, LightingStudy
from synergie.lighting.samples import study as lighting_study

COST_AND_SKY: tuple[LightingCriterion, ...] = ("investment", "upward_flux")


@pytest.fixture(scope="module")
def few() -> LightingStudy:
    """Four cabinets of the demonstration."""
    whole = lighting_study.study(fast=True)
    cabinets = whole.cabinets[:4]
    names = {one.id for one in cabinets}
    return whole.model_copy(
        update={
            "cabinets": cabinets,
            "lights": tuple(one for one in whole.lights if one.cabinet in names),
            "budgets": (),
            "scenarios": (LightingScenario(id="s0", name="s0"),),
        }
    )


@pytest.fixture(scope="module")
def found(few: LightingStudy) -> LightingFrontier:
    return frontier(few, COST_AND_SKY, points=8)


def values_of(point: LightingPlanPoint) -> dict[str, float]:
    return {one.criterion: one.value for one in point.values}


def compared(
    study: LightingStudy, scenarios: list[LightingScenario]
) -> list[dict[str, float | None]]:
    told = compare(study.model_copy(update={"scenarios": tuple(scenarios)}))
    return [{i.criterion: i.value for i in one.indicators} for one in told.scenarios]


@pytest.mark.parametrize(
    "criteria",
    [
        ("investment", "upward_flux"),
        ("net_present_cost", "dark_hours"),
        ("bill", "priority_hours", "corridor_light"),
        ("energy_inhabitant", "points_out", "investment"),
        ("carbon", "bill_stress", "corridor_warm"),
    ],
    ids="-".join,
)
def test_a_point_opens_as_a_scenario_with_the_very_same_values(
    few: LightingStudy, criteria: tuple[LightingCriterion, ...]
) -> None:
    told = frontier(few, criteria, points=5)
    assert told.points
    effects = compared(few, [scenario_of(one) for one in told.points])
    for one, effect in zip(told.points, effects, strict=True):
        assert {name: effect[name] for name in criteria} == values_of(one)


def test_nothing_that_can_be_done_beats_a_point(
    few: LightingStudy, found: LightingFrontier
) -> None:
    """All pairs of retrofit and schedule behind each of two cabinets, the others as they are."""
    names = [one.id for one in few.cabinets[:2]]
    small = few.model_copy(
        update={
            "cabinets": few.cabinets[:2],
            "lights": tuple(one for one in few.lights if one.cabinet in names),
        }
    )
    told = frontier(small, COST_AND_SKY, points=1000)
    pairs = list(product([None, "led-40"], [None, *(one.id for one in few.schedules)]))
    tried = [
        scenario_of(
            told.points[0].model_copy(
                update={
                    "id": f"t{n}",
                    "choices": tuple(
                        CabinetChoice(cabinet=c, retrofit=r, schedule=s, year=2027)
                        for c, (r, s) in zip(names, each, strict=True)
                    ),
                }
            )
        )
        for n, each in enumerate(product(pairs, pairs))
    ]
    every = [(e["investment"], e["upward_flux"]) for e in compared(small, tried)]
    best = {v for v in every if not any(_beats(w, v) for w in every)}
    assert {tuple(v.value for v in one.values) for one in told.points} == best
    assert found.criteria == COST_AND_SKY


def _beats(one: tuple[float | None, ...], other: tuple[float | None, ...]) -> bool:
    pairs = [(a or 0.0, b or 0.0) for a, b in zip(one, other, strict=True)]
    return one != other and all(a <= b for a, b in pairs)


def test_points_go_up_in_one_criterion_and_down_in_the_other(found: LightingFrontier) -> None:
    values = [values_of(one) for one in found.points]
    assert len(values) >= 3
    for one, after in pairwise(values):
        assert one["investment"] < after["investment"]
        assert one["upward_flux"] > after["upward_flux"]
    assert found.status == "proved"
    assert sum(one.is_knee for one in found.points) <= 1
    ends = {one.criterion: (one.best, one.worst) for one in found.ranges}
    assert ends["investment"] == (values[0]["investment"], values[-1]["investment"])
    assert ends["upward_flux"] == (values[-1]["upward_flux"], values[0]["upward_flux"])
    assert values[0]["investment"] == 0


def test_the_same_study_gives_the_same_bytes(few: LightingStudy, found: LightingFrontier) -> None:
    again = frontier(few, COST_AND_SKY, points=8)

    def timeless(one: LightingFrontier) -> bytes:
        run = one.run.model_copy(update={"seconds": 0.0})
        return one.model_copy(update={"run": run}).model_dump_json().encode()

    assert timeless(again) == timeless(found)


def test_budgets_of_a_body_and_a_year_are_kept(few: LightingStudy) -> None:
    bodies = sorted({one.body for one in few.cabinets})
    budgets = tuple(
        Budget(body=body, year=year, eur=Decimal(60_000))
        for body in bodies
        for year in (2027, 2028)
    )
    study = few.model_copy(update={"budgets": (*budgets, Budget(eur=Decimal(100_000)))})
    told = frontier(study, COST_AND_SKY, points=5)
    scenarios = tuple(scenario_of(one) for one in told.points)
    effects = compare(study.model_copy(update={"scenarios": scenarios}))
    assert all(not one.over_budget for one in effects.scenarios)
    assert all(values_of(one)["investment"] <= 100_000 for one in told.points)
    years = {c.year for one in told.points for c in one.choices} - {None}
    assert years <= {2027, 2028}


def test_cabinets_that_cannot_be_programmed_do_not_follow_the_clock(few: LightingStudy) -> None:
    fixed = tuple(one.model_copy(update={"programmable": False}) for one in few.cabinets)
    study = few.model_copy(update={"cabinets": fixed})
    told = frontier(study, ("bill", "dark_hours"), points=6)
    done = {c.schedule for one in told.points for c in one.choices}
    assert "off-0000-0530" not in done
    assert "led-off-0000-0530" in done


def test_what_breaks_the_law_is_no_option(few: LightingStudy) -> None:
    blinding = tuple(one.model_copy(update={"ulr": 0.3}) for one in few.retrofits)
    study = few.model_copy(update={"retrofits": blinding})
    told = frontier(study, ("energy", "investment"), points=6)
    assert all(c.retrofit is None for one in told.points for c in one.choices)
    assert any("order of 27 December 2018" in one.text for one in told.assumptions)


def test_what_is_not_known_is_left_out_and_told(few: LightingStudy) -> None:
    free = tuple(one.model_copy(update={"price_eur": None}) for one in few.retrofits)
    told = frontier(few.model_copy(update={"retrofits": free}), ("energy", "dark_hours"), points=6)
    assert all(c.retrofit is None for one in told.points for c in one.choices)
    name = few.cabinets[0].id
    lights = tuple(
        one.model_copy(update={"power_w": None}) if one.cabinet == name else one
        for one in few.lights
    )
    part = frontier(few.model_copy(update={"lights": lights}), ("energy", "dark_hours"), points=6)
    assert all(c.cabinet != name for one in part.points for c in one.choices)
    texts = [one.tell(str) for one in part.assumptions]
    assert any(name in one for one in texts)
    assert any("energy is not known of the whole" in one for one in texts)


@pytest.mark.parametrize(
    ("criteria", "where"),
    [
        (("energy",), "/criteria"),
        (("energy", "energy"), "/criteria"),
        (("energy", "gain_spread"), "/criteria/1"),
        (("energy", "priority_light"), "/criteria/1"),
    ],
    ids=["one", "twice", "no-sum", "ratio"],
)
def test_criteria_that_are_no_sums_are_refused(
    few: LightingStudy, criteria: tuple[LightingCriterion, ...], where: str
) -> None:
    with pytest.raises(BadInput) as caught:
        frontier(few, criteria)
    assert caught.value.where == where


def test_a_study_of_which_nothing_is_known_is_refused(few: LightingStudy) -> None:
    dark = tuple(one.model_copy(update={"power_w": None}) for one in few.lights)
    with pytest.raises(BadInput):
        frontier(few.model_copy(update={"lights": dark}), ("energy", "investment"))
    with pytest.raises(BadInput):
        frontier(few, COST_AND_SKY, points=1)


def test_it_can_be_cancelled_and_tells_how_far_it_is(few: LightingStudy) -> None:
    with pytest.raises(Cancelled):
        frontier(few, COST_AND_SKY, cancel=lambda: True)
    seen: list[tuple[int, int]] = []
    frontier(few, COST_AND_SKY, points=4, progress=lambda n, of: seen.append((n, of)))
    assert seen[-1] == (100, 100)
    assert [n for n, _ in seen] == sorted(n for n, _ in seen)
