"""Strategies: group relamping, the choice under budgets, the frontier, spare parts."""

import itertools
import math
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from synergie.errors import BadInput, Infeasible
from synergie.maintenance.plan import strategy
from synergie.maintenance.plan.strategy import _solve, _verify
from synergie.maintenance.plan.strategy._bodies import compute_avoided_failures
from synergie.maintenance.plan.strategy._choices import items
from synergie.maintenance.plan.strategy._ground import StrategyInputs
from synergie.maintenance.plan.strategy._options import Item, Option
from synergie.maintenance.plan.strategy._programme import (
    Chosen,
    Limits,
    _choose_plain_options,
    choose_options,
)
from synergie.maintenance.plan.strategy._streams import compute_renewal, first_failures
from synergie.maintenance.plan.strategy._verify import iterate_figure_faults
from synergie.maintenance.plan.strategy.frontiers import _describe_unproved_points, improve_options
from synergie.maintenance.plan.strategy.spares import compute_demand_probabilities
from synergie.maintenance.records.strategy import AgeCount, Criterion, StrategyPlan, StrategyProblem
from synergie.park.plan import compute_renewals
from synergie.park.plan.models import mean_life
from synergie.park.records.park import FailureModel
from tests.plan.strategy_cases import MODELS, build_cleaning_rule, group, model, problem

SHP, IM, LED = MODELS[:3]


# group against spot


@pytest.mark.parametrize("shape", [1.5, 3.0, 6.0])
@pytest.mark.parametrize("ratio", [0.1, 0.3, 0.6])
def test_no_period_of_a_fine_grid_costs_less_than_the_best(shape: float, ratio: float) -> None:
    lamp = model("SHP", shape, 20_000.0)
    best = strategy.best_period(lamp, spot_eur=100.0, group_eur=100 * ratio)
    grid = np.linspace(200, 60_000, 2_000)
    rates = (100 * ratio + 100 * compute_renewals(lamp, grid)) / grid
    least = min(float(rates.min()), 100 / mean_life(lamp))
    assert best.cost_hour == pytest.approx(least, rel=2e-4)
    assert best.cost_hour <= best.spot_hour


def test_a_lamp_without_wear_is_never_changed_early() -> None:
    assert strategy.best_period(LED, spot_eur=100, group_eur=1).period_hours is None
    dear = strategy.best_period(SHP, spot_eur=100, group_eur=100)
    assert dear.period_hours is None and dear.cost_hour == dear.spot_hour


def test_a_sharp_wear_out_is_met_just_before_it() -> None:
    lamp = model("IM", 50.0, 10_000.0)
    best = strategy.best_period(lamp, spot_eur=100, group_eur=10)
    assert best.period_hours is not None and 8_500 < best.period_hours < 9_600
    assert best.failures < 0.1


def test_after_a_very_long_period_only_failures_cost() -> None:
    far = strategy.cost_hour(SHP, 60 * mean_life(SHP), spot_eur=100, group_eur=30)
    assert far == pytest.approx(100 / mean_life(SHP), rel=0.01)


# failures by week


def test_without_memory_failures_come_at_a_steady_rate() -> None:
    lamp = model("SHP", 1.0, 8_200.0)
    delay = 0.02
    kind = compute_renewal(lamp, 4100.0, delay, 520)
    made = kind.of(kind.first)
    rate = 0.5 / (1 + 0.5 * delay)
    assert made[52:].sum() * 52 / 468 == pytest.approx(rate, rel=1e-3)


@pytest.mark.parametrize("lamp", [SHP, IM], ids=["SHP", "IM"])
def test_failures_by_week_sum_to_the_renewal_function(lamp: FailureModel) -> None:
    kind = compute_renewal(lamp, 4100.0, 0.0, 1040)
    summed = np.cumsum(kind.of(kind.first))
    hours = np.arange(1, 1041) / 52 * 4100
    told = compute_renewals(lamp, hours)
    assert np.allclose(summed[100:], told[100:], rtol=4e-3)


def test_a_lamp_that_is_not_replaced_in_kind_fails_once() -> None:
    given = group(lamps=(AgeCount(burned_hours=30_000, count=10),))
    first = first_failures(given, SHP, 1040)
    kind = compute_renewal(SHP, 4100.0, 0.0, 1040)
    assert kind.until(first, 0).sum() == pytest.approx(first.sum())
    assert first.sum() == pytest.approx(10, abs=0.01)
    assert kind.until(first, 520)[:520] == pytest.approx(kind.of(first)[:520])


# the choice


def two_bodies(**told: Any) -> StrategyProblem:
    end = date(2029, 6, 30)
    groups = (
        group("a", organisation="x", led_power_w=40, purchasable_until=end),
        group(
            "b",
            organisation="y",
            technology="IM",
            led_power_w=30,
            lamps=(AgeCount(burned_hours=9_000, count=150),),
            purchasable_until=end,
        ),
        group("c", organisation="y", lamps=(AgeCount(burned_hours=25_000, count=80),)),
    )
    fields: dict[str, Any] = {
        "years": 5,
        "relamp_years": (2.0, 4.0),
        "led_budgets_eur": (Decimal(100_000), Decimal(0), Decimal(245_000), Decimal(0), Decimal(0)),
        "inspection": strategy.assumed.inspection(),
        "cleaning": build_cleaning_rule(),
    }
    return problem(*groups, **(fields | told))


def feasible(given: StrategyProblem, chosen: tuple[Option, ...], most_out: float) -> bool:
    spent = [Decimal(0)] * given.years
    for option in chosen:
        if option.led_year is not None:
            spent[option.led_year] += option.invested
    budgets = given.led_budgets_eur or spent
    out = sum(option.gives.out for option in chosen)
    return all(s <= b for s, b in zip(spent, budgets, strict=True)) and out <= most_out


def every_choice(
    offered: tuple[Item, ...], given: StrategyProblem, most_out: float = math.inf
) -> list[tuple[Decimal, float]]:
    return [
        (sum((o.cost for o in chosen), Decimal(0)), sum(o.gives.out for o in chosen))
        for chosen in itertools.product(*(item.options for item in offered))
        if feasible(given, chosen, most_out)
    ]


def test_nothing_within_the_budgets_costs_less_than_the_plan() -> None:
    given = two_bodies(cleaning=None)
    plan = strategy.solve(given)
    best = min(cost for cost, _ in every_choice(items(StrategyInputs.of(given)), given))
    assert plan.status == "proved"
    assert best <= plan.objective_eur <= best * Decimal("1.0001")


def test_each_point_of_the_frontier_lies_on_that_of_all_choices() -> None:
    given = two_bodies(cleaning=None)
    every = every_choice(items(StrategyInputs.of(given)), given)
    found = strategy.frontier(given, points=6)
    assert found.complete and len(found.points) >= 3
    for point in found.points:
        cheaper = [c for c, out in every if out <= point.criteria.out * (1 + 1e-9)]
        assert float(point.cost_eur) <= float(min(cheaper)) * 1.0001
    costs = [point.cost_eur for point in found.points]
    outs = [point.criteria.out for point in found.points]
    assert costs == sorted(costs) and outs == sorted(outs, reverse=True)
    assert sum(point.knee for point in found.points) <= 1


@pytest.mark.parametrize("criterion", ["energy", "hours", "co2", "late"])
def test_other_criteria_have_their_frontier(criterion: Criterion) -> None:
    found = strategy.frontier(two_bodies(), criterion, points=3)
    first, last = found.points[0], found.points[-1]
    assert first.cost_eur <= last.cost_eur
    assert getattr(last.criteria, criterion) <= getattr(first.criteria, criterion)


def many_groups() -> StrategyProblem:
    """Thirty groups under budgets that fit badly."""
    groups = [
        group(
            f"g{n}",
            technology=("SHP", "IM")[n % 2],
            cabinets=1 + n % 7,
            lamps=(AgeCount(burned_hours=3_000.0 * (n % 9), count=90 + 37 * n % 211),),
            led_power_w=40,
        )
        for n in range(30)
    ]
    lamps = sum(age.count for one in groups for age in one.lamps)
    return problem(*groups, led_budgets_eur=(Decimal(60 * lamps),) * 10)


def test_a_polished_choice_is_cheaper_and_keeps_budgets_and_limits() -> None:
    given = many_groups()
    offered = items(StrategyInputs.of(given))
    least = tuple(min(item.options, key=lambda o: (o.invested, o.gives.out)) for item in offered)
    held = sum(option.gives.out for option in least) * 1.001
    limits = Limits(given.led_budgets_eur, {"out": held})
    found = improve_options(offered, limits, least, limit_s=20)
    assert feasible(given, found, held)
    assert sum(o.cost for o in found) < sum(o.cost for o in least)
    assert improve_options(offered, limits, found, limit_s=20) == found
    assert improve_options(offered, limits, least, limit_s=0) == least
    bound = choose_options(offered, limits, limit_s=2).bound
    assert bound is not None and bound <= sum(float(o.cost) for o in found) <= bound * 1.03


def test_a_frontier_that_time_stops_says_so_and_keeps_its_bounds() -> None:
    found = strategy.frontier(many_groups(), points=4, limit_s=2)
    said = [phrase.tell(str) for phrase in found.assumptions if "time ran out" in phrase.text]
    assert found.complete == (not said)
    bounds = [point.cost_bound_eur for point in found.points]
    for point, bound in zip(found.points, bounds, strict=True):
        assert bound is not None and bound <= point.cost_eur
    assert [b for b in bounds if b is not None] == sorted(b for b in bounds if b is not None)
    loose = found.points[0].model_copy(update={"cost_bound_eur": Decimal(0)})
    (late,) = _describe_unproved_points((loose, *found.points[1:]))
    assert late.tell(str).endswith("the widest gap is 100 %")


@pytest.mark.parametrize("held", [None, 1.001])
def test_whatever_ends_the_search_there_is_a_choice_and_a_bound(held: float | None) -> None:
    given = many_groups()
    offered = items(StrategyInputs.of(given))
    least = [min(item.options, key=lambda o: (o.invested, o.gives.out)) for item in offered]
    most: dict[Criterion, float] = {}
    if held is not None:
        most["out"] = held * sum(o.gives.out for o in least)
    found = choose_options(offered, Limits(given.led_budgets_eur, most), limit_s=0)
    assert found.options is not None and found.outcome.values == ()
    assert feasible(given, found.options, most.get("out", math.inf))
    best = choose_options(offered, Limits(given.led_budgets_eur, most), limit_s=1)
    assert best.options is not None and found.bound is not None
    assert 0 < found.bound <= sum(float(o.cost) for o in best.options)
    tight = Limits(given.led_budgets_eur, {"out": 0.0001})
    assert _choose_plain_options(offered, tight) is None, "no choice keeps it"


def test_a_frontier_without_time_has_its_points_and_their_bounds() -> None:
    found = strategy.frontier(many_groups(), points=4, limit_s=0.01)
    assert found.points and not found.complete
    assert all((one.cost_bound_eur or -1) <= one.cost_eur for one in found.points)
    assert None not in [one.cost_bound_eur for one in found.points]


def test_more_budget_never_costs_more_and_nobody_pays_more_than_alone() -> None:
    tight, wide = two_bodies(), two_bodies(led_budgets_eur=())
    plan, free = strategy.solve(tight), strategy.solve(wide)
    assert float(free.objective_eur) <= float(plan.objective_eur) * 1.0001
    for one in (plan, free):
        assert sum(m.cost_eur for m in one.members) == one.objective_eur
        assert all(m.gain_eur is None or m.gain_eur >= 0 for m in one.members)


def test_a_choice_dearer_than_all_alone_gives_way_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    given, asked = two_bodies(led_budgets_eur=()), []
    plan = strategy.solve(given)

    def near(items: tuple[Item, ...], *told: Any, **how: Any) -> Chosen:
        found = choose_options(items, *told, **how)
        asked.append(found)
        if len(asked) > 1:
            return found
        least = min(items[0].options, key=lambda option: (-option.cost, option.invested))
        return replace(found, options=(least, *(found.options or ())[1:]))

    monkeypatch.setattr(_solve, "choose_options", near)
    assert strategy.solve(given).objective_eur <= plan.objective_eur * Decimal("1.0001")


def test_a_limit_that_cannot_be_kept_is_named_with_what_is_missing() -> None:
    with pytest.raises(Infeasible) as caught_error:
        strategy.solve(two_bodies(), most={"out": 1.0})
    texts = [str(text) for text in caught_error.value.conflicts]
    assert any("light-point-days out within 1.0" in text for text in texts)
    assert any("light-point-days out more" in text for text in texts)


def test_a_limit_is_kept_and_costs_more() -> None:
    given = two_bodies()
    free = strategy.solve(given)
    held = strategy.solve(given, most={"out": free.criteria.out * 0.9})
    assert held.criteria.out <= free.criteria.out * 0.9
    assert held.objective_eur >= free.objective_eur * Decimal("0.9999")


def test_lamps_sold_no_more_are_bought_before_or_become_led() -> None:
    given = two_bodies(led_budgets_eur=())
    offered = items(StrategyInputs.of(given))[0]
    kept = [o for o in offered.options if o.led_year is None]
    assert any(o.last_buy > 0 for o in kept)
    assert all(o.led_year is None or o.led_year * 52 > 100 or o.last_buy == 0 for o in kept)
    gone = two_bodies(starts_on=date(2031, 1, 1), led_budgets_eur=())
    assert all(o.last_buy == 0 for o in items(StrategyInputs.of(gone))[0].options)


def test_more_frequent_inspections_catch_more() -> None:
    rule = strategy.assumed.inspection()
    shares = [compute_avoided_failures(rule, months) for months in (1, 3, 6, 12, 24)]
    assert shares == sorted(shares, reverse=True)
    assert 0 < shares[-1] < shares[0] < rule.finds


def test_a_period_beyond_the_lawful_one_is_never_chosen() -> None:
    rule = strategy.assumed.inspection().model_copy(update={"choices_months": (12, 24, 36)})
    plan = strategy.solve(two_bodies(inspection=rule))
    assert {body.inspection_months for body in plan.policy.bodies} == {12}
    none = rule.model_copy(update={"choices_months": (24,)})
    with pytest.raises(Infeasible, match="no period of inspection is lawful for x"):
        strategy.solve(two_bodies(inspection=none))


def test_the_check_finds_each_planted_fault() -> None:
    given = two_bodies()
    plan = strategy.solve(given)
    assert _verify.faults(given, plan) == ()
    policy = plan.policy
    first = policy.groups[0].model_copy(update={"led_year": 1})
    late = policy.bodies[0].model_copy(update={"inspection_months": 36})
    dirty = policy.bodies[0].model_copy(update={"cleaning_years": 20.0})

    def but(**told: object) -> StrategyPlan:
        return plan.model_copy(update={"policy": policy.model_copy(update=told)})

    wrong = {
        "decided exactly once": but(groups=policy.groups[1:]),
        "EUR of LED": but(groups=(first, *policy.groups[1:])),
        "inspection every 36": but(bodies=(late,)),
        "of the light is left": but(bodies=(dirty,)),
        "the criteria say": plan.model_copy(update={"objective_eur": Decimal(1)}),
    }
    for text, planted in wrong.items():
        assert any(text in fault for fault in _verify.faults(given, planted)), text
    limits = _verify.faults(given, plan, {"out": plan.criteria.out / 2})
    assert any(fault.startswith("out:") for fault in limits)


@pytest.mark.parametrize("budget", [0, 120_000], ids=["no-led", "led"])
def test_lamps_without_wear_are_added_again_and_planted_faults_are_found(budget: int) -> None:
    given = problem(
        group("a", technology="IM", led_power_w=40, cabinets=3),
        group("b", organisation="two", technology="LED", lamp_eur=Decimal(90)),
        models=(model("IM", 1.0, 9_000.0), LED, MODELS[3]),
        led_budgets_eur=(Decimal(0),) * 3 + (Decimal(2 * budget),) + (Decimal(0),) * 6,
        inspection=strategy.assumed.inspection(),
        cleaning=build_cleaning_rule(),
        costs=strategy.assumed.costs().model_copy(update={"out_day_eur": Decimal(2)}),
    )
    plan = strategy.solve(given)
    assert (plan.policy.groups[0].led_year == 3) == bool(budget)
    assert list(iterate_figure_faults(given, plan)) == []
    told = {"out": "light-point-days", "faults": "faults", "energy": "energy", "hours": "crew"}
    for field, name in told.items():
        more = getattr(plan.criteria, field) * 1.01 + 2
        wrong = plan.model_copy(update={"criteria": plan.criteria.model_copy(update={field: more})})
        (fault,) = iterate_figure_faults(given, wrong)
        assert fault.startswith(name)
    rule = plan.policy.bodies[0].model_copy(update={"inspection_months": 3})
    bodies = (rule, *plan.policy.bodies[1:])
    policy = plan.policy.model_copy(update={"bodies": bodies})
    found = _verify.faults(given, plan.model_copy(update={"policy": policy}))
    if plan.policy.bodies[0].inspection_months != 3:
        assert any(fault.startswith("crew-hours") for fault in found)


def test_the_same_problem_gives_the_same_bytes_but_the_seconds() -> None:
    one, two = (
        strategy.solve(two_bodies()).model_copy(update={"run": None}).model_dump_json()
        for _ in range(2)
    )
    assert one == two


# bad input


def test_bad_problems_are_refused_with_their_place() -> None:
    plain = problem()
    wrong = {
        "/groups/1": plain.model_copy(update={"groups": (group(), group())}),
        "/groups/0/technology": problem(group(technology="FLUO")),
        "/led_budgets_eur": problem(led_budgets_eur=(Decimal(1),)),
        "/responses/0/delays": plain.model_copy(
            update={
                "responses": (
                    plain.responses[0].model_copy(update={"delays": plain.responses[0].delays[:1]}),
                    plain.responses[1],
                )
            }
        ),
        "/responses": plain.model_copy(update={"responses": plain.responses[1:]}),
        "/groups/0/led_power_w": problem(group(purchasable_until=date(2015, 4, 12))),
    }
    for where, given in wrong.items():
        with pytest.raises(BadInput) as caught_error:
            strategy.solve(given)
        assert caught_error.value.where == where
    with pytest.raises(BadInput, match="/criterion"):
        strategy.frontier(plain, "cost")


# spare parts


@pytest.mark.parametrize("mean", [0.4, 3.0, 57.0])
@pytest.mark.parametrize("variance", [None, 4.0], ids=["poisson", "wide"])
def test_no_other_quantity_costs_less(mean: float, variance: float | None) -> None:
    spread = None if variance is None else mean * variance
    found = strategy.last_buy(mean, part_eur=Decimal(20), short_eur=Decimal(130), variance=spread)
    chance = compute_demand_probabilities(mean, spread)
    n = np.arange(len(chance))
    costs = [20 * q + 130 * float(chance @ np.maximum(n - q, 0)) for q in range(len(chance))]
    assert float(found.cost_eur) == pytest.approx(min(costs), abs=0.006)
    assert found.buy == int(np.argmin(costs))
    assert found.runs_out == pytest.approx(1 - chance[: found.buy + 1].sum(), abs=1e-9)


@pytest.mark.parametrize("variance", [None, 30.0], ids=["poisson", "wide"])
def test_the_demand_has_the_mean_and_the_variance_it_was_given(variance: float | None) -> None:
    chance = compute_demand_probabilities(12.0, variance)
    n = np.arange(len(chance))
    assert chance.sum() == pytest.approx(1)
    assert chance @ n == pytest.approx(12)
    assert chance @ (n - 12.0) ** 2 == pytest.approx(variance or 12.0, rel=1e-6)


def test_a_lamp_dearer_than_its_want_is_not_bought() -> None:
    found = strategy.last_buy(10, part_eur=Decimal(20), short_eur=Decimal(15))
    assert found.buy == 0 and float(found.cost_eur) == pytest.approx(150, abs=0.01)


@pytest.mark.parametrize("order", [5, 60])
@pytest.mark.parametrize("lead", [7.0, 60.0])
def test_no_other_reorder_point_costs_less(order: int, lead: float) -> None:
    found = strategy.reorder(
        40,
        lead_days=lead,
        order_eur=Decimal(order),
        hold_eur_year=Decimal(6),
        short_eur_day=Decimal("0.5"),
    )
    mean = 40 * lead / 365.25
    terms = [math.exp(-mean) * mean**k / math.factorial(k) for k in range(80)]

    def rate(level: int) -> float:
        over = sum(p * max(level - k, 0) for k, p in enumerate(terms))
        under = sum(p * max(k - level, 0) for k, p in enumerate(terms))
        return 6 * over + 0.5 * 365.25 * under

    rates = {level: rate(level) for level in range(-10, 70)}
    best = min(
        (order * 40 + sum(rates[y] for y in range(low + 1, high + 1))) / (high - low)
        for low in range(-10, 40)
        for high in range(low + 1, 70)
    )
    assert float(found.cost_eur) == pytest.approx(best, abs=0.006)
    assert found.reorder_at is not None and found.reorder_at < found.buy
    assert 0 <= found.runs_out < 0.6


def test_parts_that_cost_nothing_to_keep_are_refused() -> None:
    with pytest.raises(BadInput, match="/hold_eur_year"):
        strategy.reorder(
            40,
            lead_days=7,
            order_eur=Decimal(1),
            hold_eur_year=Decimal(0),
            short_eur_day=Decimal(1),
        )
