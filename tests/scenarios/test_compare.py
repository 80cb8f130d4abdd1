"""Scenarios side by side: what is excluded, what beats what, and that others change nothing."""

import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput, Cancelled
from synergie.lighting.plan.compare import (
    WEIGHED,
    compare,
    find_dominated_scenarios,
    list_comparable_criteria,
    not_compared,
)
from synergie.lighting.plan.criteria import CRITERIA
from synergie.lighting.records.effects import (
    Indicator,
    LightingComparison,
    LightingCriterion,
    ScenarioEffects,
)
from synergie.lighting.records.study import (
    Budget,
    CabinetTerms,
    LightingAction,
    LightingStudy,
    Stated,
)
from synergie.lighting.samples import study as lighting_study
from synergie.park.records.park import FailureModel
from synergie.schemas.plan import Phrase
from synergie.schemas.plan_bytes import digest
from tests.scenarios.criteria_cases import TOWN, A, B, commune, led, light, rules, scenario, study

LED, OFF = LightingAction(retrofit="led"), LightingAction(schedule="off")
SCENARIOS = (
    scenario("s0"),
    scenario("part-night", OFF),
    scenario("leds", LED),
    scenario("dimmed", LED, LightingAction(schedule="dim")),
)
BAD = scenario("bad", LightingAction(retrofit="cold"))
"""Puts up what the law forbids."""
BEATEN = scenario("beaten", LightingAction(retrofit="led-weak"))
"""As `leds`, and worse in power, price and life."""
WEAK = led("led-weak", power_w=80, price_eur=Decimal(900), failures_year=0.02, ulr=0.02,
           embodied_kgco2e=300.0)  # fmt: skip


def made(*scenarios: Any, **told: Any) -> LightingStudy:
    rows = (light("l1", count=3), light("l2", cabinet="c2", insee_code=B, is_priority=True))
    return study(*rows, retrofits=(led(), led("cold", cct_k=5000), WEAK),
                 scenarios=scenarios or SCENARIOS, **told)  # fmt: skip


def value(found: LightingComparison, name: str, criterion: LightingCriterion) -> float:
    one = next(each for each in found.scenarios if each.scenario == name)
    told = next(each for each in one.indicators if each.criterion == criterion)
    assert told.value is not None, told.unknown
    return told.value


@pytest.fixture(scope="module")
def bassin() -> LightingComparison:
    """The six scenarios of three communes of the Bassin."""
    return compare(lighting_study.study(fast=True), cabinets=True)


def test_every_criterion_is_told_for_every_scenario_in_one_order(
    bassin: LightingComparison,
) -> None:
    order = tuple(CRITERIA)
    assert tuple(one.criterion for one in bassin.criteria) == order
    for one in bassin.scenarios:
        assert tuple(each.criterion for each in one.indicators) == order
        assert len(one.profile_kw) == 24
        assert sum(one.months_kwh) / 1000 == pytest.approx(
            value(bassin, one.scenario, "energy"), rel=1e-9
        )
        assert len(one.carbon_t) == 2
        assert one.cabinets
    assert [one.scenario for one in bassin.scenarios] == ["s0", "s1", "s2", "s3", "s4", "s5"]
    assert bassin.study_digest == digest(lighting_study.study(fast=True))


def test_the_teaching_pair_is_equal_in_energy_and_opposite_in_night_and_service(
    bassin: LightingComparison,
) -> None:
    """S4 dims to 30 %, S5 switches off (domain.md §6.6)."""
    for criterion in ("energy", "carbon", "upward_flux"):
        pair = [value(bassin, name, criterion) for name in ("s4", "s5")]
        assert pair[0] == pytest.approx(pair[1], rel=0.01)
    assert value(bassin, "s4", "dark_hours") == 0
    service: tuple[LightingCriterion, ...] = ("priority_hours", "least_service")
    for criterion in service:
        assert value(bassin, "s4", criterion) == pytest.approx(4109, abs=3)
        assert value(bassin, "s5", criterion) == pytest.approx(2108, abs=3)
    assert value(bassin, "s5", "dark_hours") > 1800
    lit = [one.profile_kw[2] for one in bassin.scenarios if one.scenario in {"s4", "s5"}]
    assert lit[0] > 0
    assert lit[1] == 0
    beaten = {one.scenario for one in bassin.dominated}
    assert not {"s4", "s5"} & beaten


def test_dimming_costs_light_so_that_deeper_dimming_does_not_beat_less_of_it(
    bassin: LightingComparison,
) -> None:
    """S3 dims to 50 %, S4 to 30 %, from 22:00 to 06:00; all others give full light while lit."""
    found = {one.scenario: value(bassin, one.scenario, "priority_light")
             for one in bassin.scenarios}  # fmt: skip
    assert found.pop("s3") == pytest.approx(65, abs=1)
    assert found.pop("s4") == pytest.approx(51, abs=1)
    assert set(found.values()) == {100}
    assert ("s3", "s4") not in {(one.scenario, one.by) for one in bassin.dominated}


def test_the_energy_falls_more_than_the_bill(bassin: LightingComparison) -> None:
    for name in ("s1", "s2", "s3", "s4", "s5"):
        energy, bill = (
            value(bassin, name, criterion) / value(bassin, "s0", criterion)
            for criterion in ("energy", "bill")
        )
        assert energy < bill < 1


def test_nobody_is_worse_off_and_every_body_is_told_what_it_pays(
    bassin: LightingComparison,
) -> None:
    assert bassin.excluded == ()
    for one in bassin.scenarios:
        assert value(bassin, one.scenario, "worse_off") == 0
        paid = [each for each in bassin.bodies if each.scenario == one.scenario]
        assert sum(float(each.bill_eur or 0) for each in paid) == pytest.approx(
            value(bassin, one.scenario, "bill")
        )


def test_the_same_study_gives_the_same_bytes() -> None:
    assert compare(made()).model_dump_json() == compare(made()).model_dump_json()


def test_the_bytes_do_not_hang_on_the_process(bassin: LightingComparison) -> None:
    """Sets and hashes of texts differ from process to process."""
    code = (
        "from synergie.lighting.samples import study as lighting_study\n"
        "from synergie.lighting.plan.compare import compare\n"
        "print(compare(lighting_study.study(fast=True), cabinets=True).model_dump_json(), end='')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": "1"},
        capture_output=True, check=True, timeout=120,
    )  # fmt: skip
    assert done.stdout.decode() == bassin.model_dump_json()


def test_what_the_law_forbids_is_excluded_and_what_is_there_today_is_not() -> None:
    found = compare(made(*SCENARIOS, BAD))
    assert found.excluded == ("bad",)
    cold = light("l3", cct_k=6000, ulr=0.01, installed_on=date(2023, 1, 1))
    given_study = made().model_copy(update={"lights": (*made().lights, cold)})
    today = compare(given_study)
    assert today.excluded == ()
    assert [one.rule for one in today.scenarios[0].breaches] == ["cct-road"]


def test_a_missing_order_is_told_and_excludes_nothing() -> None:
    found = compare(made(communes=(commune(A, allowed_schedules=()), commune(B))))
    assert found.excluded == ()
    assert [one.rule for one in found.scenarios[1].breaches] == ["mayor-order"]
    assert any("orders of mayors" in one.tell(str) for one in found.assumptions)


def test_a_commune_whose_bill_is_not_known_is_told_and_excludes_nothing() -> None:
    rows = (light("l1", power_w=0, flux_lm=None), light("l2", cabinet="c2", insee_code=B))
    found = compare(study(*rows, scenarios=(scenario("s0"), scenario("off", OFF))))
    worse = next(i for i in found.scenarios[1].indicators if i.criterion == "worse_off")
    assert worse.value is None
    assert (worse.low, worse.high) == (0, 2)
    assert found.excluded == ()
    assert any("whether 2 communes are worse off" in one.tell(str) for one in found.assumptions)


def test_a_commune_that_pays_more_for_no_more_light_excludes() -> None:
    given_study = lighting_study.study(fast=True)
    hot = led("hot", power_w=400, flux_lm=40_000, price_eur=Decimal(10))
    code = given_study.communes[0].insee_code
    loses = scenario("loses", LightingAction(retrofit="hot", communes=(code,)))
    found = compare(
        given_study.model_copy(
            update={"retrofits": (hot,), "scenarios": (given_study.scenarios[0], loses)}
        )
    )
    assert found.excluded == ("loses",)
    assert value(found, "loses", "worse_off") == 1


def shown(found: LightingComparison, names: Sequence[str]) -> list[object]:
    kept = [one.model_dump_json() for one in found.scenarios if one.scenario in names]
    beaten = [one for one in found.dominated if one.scenario in names]
    return [kept, beaten, [one for one in found.excluded if one in names], found.not_compared]


@pytest.mark.parametrize("other", [BAD, BEATEN], ids=["bad", "beaten"])
@pytest.mark.parametrize("place", [1, 2, 4])
def test_a_bad_or_beaten_scenario_changes_nothing_for_the_others(other: Any, place: int) -> None:
    names = [one.id for one in SCENARIOS]
    more = (*SCENARIOS[:place], other, *SCENARIOS[place:])
    before, after = compare(made()), compare(made(*more))
    assert shown(after, names) == shown(before, names)
    if other is BEATEN:
        assert [(one.scenario, one.by) for one in after.dominated if one.scenario == "beaten"] == [
            ("beaten", "leds")
        ]
    else:
        assert after.excluded == ("bad",)
        assert "bad" not in {one.scenario for one in after.dominated}


def test_an_excluded_scenario_does_not_take_a_criterion_away() -> None:
    unknown = led("cold", cct_k=5000, embodied_kgco2e=None, insertion_hours=None)
    given_study = made(*SCENARIOS, BAD).model_copy(update={"retrofits": (led(), unknown, WEAK)})
    assert compare(given_study).not_compared == ()


def test_a_criterion_unknown_for_some_only_is_left_out_for_all_and_told() -> None:
    told = Stated(criterion="agent_minutes", value=1.0, source="made")
    found = compare(made(scenario("s0", stated=(told,)), scenario("s1")))
    assert found.not_compared == ("agent_minutes",)
    assert found.dominated == ()
    assert any("agent_minutes is not known for 1 of 2" in a.tell(str) for a in found.assumptions)


def test_what_is_assumed_is_told_once_and_only_where_it_is() -> None:
    said = [one.tell(str) for one in compare(made()).assumptions]
    assert len(said) == len(set(said))
    assert any("one emission factor only" in one for one in said)
    assert not any("no known commune" in one for one in said)
    loose = made().model_copy(
        update={"lights": (*made().lights, light("l3", insee_code=None, cabinet=None, count=7))}
    )
    told = [one.tell(str) for one in compare(loose).assumptions]
    assert any(one.startswith("7 luminaires stand in no known commune") for one in told)
    learned = FailureModel(technology="SHP", shape=3.0, scale_hours=40_000.0, source="tickets")
    again = [one.tell(str) for one in compare(made(failures=(learned,))).assumptions]
    assert any("fail is assumed" in one for one in said)
    assert not any("fail is assumed" in one for one in again)


def test_a_commune_without_lights_is_there_and_has_no_figures() -> None:
    given_study = made(communes=(commune(A), commune(B), commune("54318", 500)))
    found = compare(given_study)
    empty = found.scenarios[0].communes[2]
    assert empty.insee_code == "54318"
    assert all(one.value is None and one.unknown is not None for one in empty.indicators)
    assert value(found, "s0", "least_service") == value(compare(made()), "s0", "least_service")


def test_what_people_told_of_a_commune_is_shown_there() -> None:
    told = Stated(criterion="felt_safety", value=7.0, respondents=40, insee_code=B, source="made")
    found = compare(made(scenario("s0", stated=(told,))))
    shown_in = [
        [one.criterion for one in each.indicators if one.criterion == "felt_safety"]
        for each in found.scenarios[0].communes
    ]
    assert shown_in == [[], ["felt_safety"]]


def test_a_reserve_asks_for_warmer_light() -> None:
    rows = (light("l1", area="reserve"), light("l2"))
    both = (scenario("s0"), scenario("s1", LED))
    reserve = TOWN.model_copy(update={"id": "reserve", "is_natural": True})
    assert compare(study(*rows, areas=(TOWN, reserve), scenarios=both)).excluded == ("s1",)
    plain = reserve.model_copy(update={"is_natural": False})
    assert compare(study(*rows, areas=(TOWN, plain), scenarios=both)).excluded == ()


STRANGE: dict[str, tuple[dict[str, Any], str]] = {
    "commune twice": ({"communes": (commune(A), commune(A))}, "/communes/1/insee_code"),
    "order of no schedule": (
        {"communes": (commune(A), commune(B, allowed_schedules=("full", "no")))},
        "/communes/1/allowed_schedules/1",
    ),
    "budget of nobody": (
        {"budgets": (Budget(eur=Decimal(1)), Budget(body="nobody", eur=Decimal(1)))},
        "/budgets/1/body",
    ),
    "told of no commune": (
        {"scenarios": (scenario("s0", stated=(Stated(criterion="felt_safety", value=1.0,
                                                     insee_code="75056", source="x"),)),)},
        "/scenarios/0/stated/0/insee_code",
    ),
    "told of what is found": (
        {"scenarios": (scenario("s0"), scenario("s1", stated=(
            Stated(criterion="energy", value=1.0, source="x"),)))},
        "/scenarios/1/stated/0/criterion",
    ),
    "told twice": (
        {"scenarios": (scenario("s0", stated=(
            Stated(criterion="retention", value=1.0, source="x"),
            Stated(criterion="retention", value=2.0, source="x"))),)},
        "/scenarios/0/stated/1/criterion",
    ),
    "a score of twelve": (
        {"scenarios": (scenario("s0", stated=(
            Stated(criterion="felt_safety", value=12.0, source="x"),)),)},
        "/scenarios/0/stated/0/value",
    ),
    "more than the most": (
        {"scenarios": (scenario("s0", stated=(
            Stated(criterion="retention", value=9.0, high=8.0, source="x"),)),)},
        "/scenarios/0/stated/0/value",
    ),
    "cabinet that is not there": (
        {"lights": (light("l1"), light("l2", cabinet="c9"))}, "/lights/1/cabinet",
    ),
    "entry that is not there": (
        {"scenarios": (scenario("s0"), scenario("s1", LED, LightingAction(retrofit="no")))},
        "/scenarios/1/actions/1/retrofit",
    ),
    "commune of a measure": (
        {"scenarios": (scenario("s0", LightingAction(communes=("75056",), retrofit="led")),)},
        "/scenarios/0/actions/0/communes/0",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STRANGE)
def test_a_name_that_the_study_does_not_have_is_refused_at_its_place(case: str) -> None:
    told, where = STRANGE[case]
    with pytest.raises(BadInput) as refused:
        compare(study().model_copy(update=told))
    assert refused.value.where == where


def test_a_price_schedule_that_is_not_there_is_refused() -> None:
    terms = CabinetTerms(tariff_code="BTINFCU4", subscribed_kva=6.0, prices="no such")
    cabinets = (study().cabinets[0], study().cabinets[1].model_copy(update={"terms": terms}))
    with pytest.raises(BadInput) as refused:
        compare(study().model_copy(update={"cabinets": cabinets}))
    assert refused.value.where == "/cabinets/1/terms/prices"


def test_it_tells_how_far_it_is_and_stops_when_asked() -> None:
    seen: list[tuple[int, int]] = []
    compare(made(), progress=lambda done, of: seen.append((done, of)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    with pytest.raises(Cancelled):
        compare(made(), cancel=lambda: True)


def row(name: str, values: Sequence[float | None]) -> ScenarioEffects:
    source = Phrase(text="made")
    return ScenarioEffects(
        scenario=name, communes=(),
        indicators=tuple(
            Indicator(criterion=criterion, value=told, known=float(told is not None), source=source)
            for criterion, told in zip(WEIGHED, values, strict=True)
        ),
    )  # fmt: skip


few = st.sampled_from([0.0, 1.0, 2.0])
tables = st.lists(st.lists(few, min_size=3, max_size=3), min_size=1, max_size=7)


def filled(told: Sequence[Sequence[float]]) -> list[ScenarioEffects]:
    """The first three criteria as told, the others alike for all."""
    rest = [5.0] * (len(WEIGHED) - 3)
    return [row(f"r{n}", [*values, *rest]) for n, values in enumerate(told)]


@given(tables)
def test_what_is_beaten_is_what_brute_force_says(told: list[list[float]]) -> None:
    """Energy, energy by inhabitant and investment: less is better."""
    scenarios = filled(told)
    found = {
        one.scenario: one.by
        for one in find_dominated_scenarios(scenarios, list_comparable_criteria(scenarios))
    }
    for n, mine in enumerate(told):
        better = [
            f"r{m}"
            for m, other in enumerate(told)
            if all(o <= x for o, x in zip(other, mine, strict=True)) and other != mine
        ]
        assert (f"r{n}" in found) == bool(better)
        if better:
            assert found[f"r{n}"] in better
            assert found[f"r{n}"] not in found


@given(tables, st.lists(few, min_size=3, max_size=3), st.randoms(use_true_random=False))
def test_one_more_that_is_beaten_never_changes_the_others(
    told: list[list[float]], more: list[float], draw: Any
) -> None:
    scenarios = filled(told)
    beaten = [base + extra for base, extra in zip(draw.choice(told), more, strict=True)]
    worse = {c: -6.0 if CRITERIA[c].told.direction == "max" else 6.0 for c in WEIGHED[3:]}
    extra = row("more", [*beaten, *worse.values()])
    before = find_dominated_scenarios(scenarios, list_comparable_criteria(scenarios))
    where = draw.randrange(len(scenarios) + 1)
    after = find_dominated_scenarios(
        [*scenarios[:where], extra, *scenarios[where:]], list_comparable_criteria(scenarios)
    )
    assert [one for one in after if one.scenario != "more"] == list(before)
    assert "more" in {one.scenario for one in after}


def test_more_is_better_where_the_criterion_says_so() -> None:
    base = [5.0] * len(WEIGHED)
    for n, criterion in enumerate(WEIGHED):
        higher = [*base]
        higher[n] = 6.0
        rows = [row("low", base), row("high", higher)]
        (one,) = find_dominated_scenarios(rows, list_comparable_criteria(rows))
        least = "low" if CRITERIA[criterion].told.direction == "max" else "high"
        assert one.scenario == least


def test_criteria_known_for_some_only_are_neither_compared_nor_forgotten() -> None:
    base: list[float | None] = [5.0] * len(WEIGHED)
    some, none = [*base], [*base]
    some[0] = none[1] = None
    rows = [row("a", [*base[:1], None, *base[2:]]), row("b", [*some[:1], None, *some[2:]])]
    assert not_compared(rows) == (WEIGHED[0],)
    assert WEIGHED[0] not in list_comparable_criteria(rows)
    assert WEIGHED[1] not in list_comparable_criteria(rows)
    assert not_compared([]) == ()


def test_nothing_beats_anything_on_a_few_criteria() -> None:
    """Today costs nothing: on money alone it would beat all that is done."""
    half = (len(WEIGHED) + 1) // 2
    for known, beaten in ((half - 1, 0), (half, 1)):
        lost: list[float | None] = [None] * (len(WEIGHED) - known)
        rows = [row(name, [cost] * known + lost) for name, cost in (("a", 1.0), ("b", 1.0))]
        rows[1] = row("b", [2.0, *[1.0] * (known - 1), *lost])
        assert len(find_dominated_scenarios(rows, list_comparable_criteria(rows))) == beaten


def test_a_park_of_which_little_is_known_says_so() -> None:
    rows = (light("l1", power_w=None, flux_lm=None, reference=None, is_priority=None,
                  location=None, in_corridor=None, ulr=None),)  # fmt: skip
    found = compare(study(*rows, scenarios=(scenario("s0"), scenario("s1", LED)),
                          rules=rules(repair_delay_hours=None)))  # fmt: skip
    assert found.dominated == ()
    assert any("no scenario is said to beat" in one.tell(str) for one in found.assumptions)


def test_twins_beat_neither() -> None:
    for order in permutations(["a", "b"]):
        rows = [row(name, [5.0] * len(WEIGHED)) for name in order]
        assert find_dominated_scenarios(rows, list_comparable_criteria(rows)) == ()
