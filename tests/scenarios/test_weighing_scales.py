"""The shipped scales: from today's park alone, each with its reason."""

from typing import get_args

from synergie.lighting.plan.weighing import bounds_of, weigh
from synergie.lighting.plan.weighing.scales import read_scale_rules
from synergie.lighting.records.effects import LightingCriterion, ScenarioEffects
from synergie.lighting.samples.study import study
from tests.scenarios.comparisons import comparison, indicator, voices

KNOWN: dict[LightingCriterion, float | None] = {
    "energy": 2_000.0, "bill": 300_000.0, "carbon": None, "upward_flux": 0.0, "dark_hours": 900.0,
}  # fmt: skip

ASKED: tuple[LightingCriterion, ...] = ("energy", "bill", "investment", "dark_hours")
ALL: tuple[LightingCriterion, ...] = get_args(LightingCriterion.__value__)


def _today() -> ScenarioEffects:
    rows = tuple(indicator(name, value) for name, value in KNOWN.items())
    return ScenarioEffects(scenario="s0", indicators=rows, communes=())


def test_each_rule_is_of_one_criterion_and_has_a_reason() -> None:
    names = [rule.criterion for rule in read_scale_rules()]
    assert len(names) == len(set(names))
    assert set(names) <= set(get_args(LightingCriterion.__value__))
    assert set(get_args(LightingCriterion.__value__)) - set(names) == {"legal", "worse_off"}
    assert all(len(rule.reason) > 20 for rule in read_scale_rules())
    assert {rule.kind for rule in read_scale_rules()} == {"fixed", "light", "today"}
    assert all(rule.worst != rule.best for rule in read_scale_rules())


def test_scales_stand_on_today_and_on_the_number_of_luminaires() -> None:
    park = study(fast=True)
    lights = sum(light.count for light in park.lights)
    found = {one.criterion: (one.worst, one.best) for one in bounds_of(park, _today(), ASKED)}
    assert found["energy"] == (2_000.0, 0.0)
    assert found["bill"] == (450_000.0, 0.0)
    assert found["investment"] == (1_000.0 * lights, 0.0)
    assert found["dark_hours"] == (0.0, 2_190.0)


def test_of_each_stake_one_criterion_has_a_scale() -> None:
    """Two indicators of one stake would count it twice."""
    found = [one.criterion for one in bounds_of(study(fast=True), _today())]
    stakes = [rule.stake for rule in read_scale_rules() if rule.criterion in found]
    assert len(stakes) == len(set(stakes))
    assert "energy" in found
    assert len({rule.stake for rule in read_scale_rules()}) == 12


def test_ends_are_rounded_away_from_zero() -> None:
    today = ScenarioEffects(
        scenario="s0", indicators=(indicator("energy", 843.392804167),), communes=()
    )
    (found, *_) = bounds_of(study(fast=True), today)
    assert (found.worst, found.best) == (843.393, 0.0)


def test_what_is_not_known_today_or_is_nothing_has_no_scale() -> None:
    found = {one.criterion for one in bounds_of(study(fast=True), _today(), ALL)}
    assert "dark_hours" in found
    assert not found & {"carbon", "upward_flux", "priority_hours"}


def test_scenarios_of_the_study_change_no_scale() -> None:
    park = study(fast=True)
    less = park.model_copy(update={"scenarios": park.scenarios[:1]})
    assert bounds_of(less, _today()) == bounds_of(park, _today())


def test_shipped_scales_are_taken_by_a_weighing() -> None:
    names: tuple[LightingCriterion, ...] = ("energy", "bill", "dark_hours")
    table = {"s0": (2_000.0, 300_000.0, 900.0), "s1": (1_000.0, 200_000.0, 800.0)}
    made = weigh(
        comparison(table, names),
        voices(scales=bounds_of(study(fast=True), _today(), names)),
        samples=100,
    )
    assert made.criteria == names
    assert [one.criterion for one in made.bounds] == list(names)
