"""One more way is never dearer and never "no plan", one more burden never cheaper, by optimiser.

The year has its own file (`test_maintenance_always`); what a brute force shows is not shown again.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synergie.errors import Infeasible
from synergie.lighting.plan import retrofit
from synergie.maintenance.plan import depots
from synergie.maintenance.records.depots import DepotsProblem
from synergie.maintenance.records.rounds import RoundsProblem
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.hedge import hedge
from synergie.purchase.records.purchase import PurchaseProblem, SupplierLimit
from tests.plan import depots_cases, retrofit_cases
from tests.plan.test_hedge import drawn as drawn_scenarios
from tests.plan.test_hedge import problem as hedge_problem
from tests.plan.test_purchase import problems
from tests.plan.test_rounds import cost as rounds_eur
from tests.plan.test_rounds import optional
from tests.plan.test_rounds_force import small

type Cost = Decimal | None
"""None: no plan."""


def never_dearer(richer: Cost, poorer: Cost) -> None:
    if poorer is not None:
        assert richer is not None and richer <= poorer


def purchase_eur(problem: PurchaseProblem) -> Cost:
    try:
        return purchase.solve(problem, explain=False).objective_eur
    except Infeasible:
        return None


@settings(max_examples=60)
@given(problems(), st.data())
def test_an_offer_or_a_tier_more_costs_a_group_nothing_and_a_limit_saves_nothing(
    problem: PurchaseProblem, data: Any
) -> None:
    """Without the promise that nobody pays more, which what each could do alone ties to offers."""
    problem = problem.model_copy(update={"nobody_pays_more": False})
    cost = purchase_eur(problem)
    at = data.draw(st.integers(0, len(problem.offers) - 1))
    gone = problem.offers[at]
    fewer = (*problem.offers[:at], *problem.offers[at + 1 :])
    first = gone.tiers[0].model_copy(update={"to_mwh": None})
    flat = (*fewer, gone.model_copy(update={"tiers": (first,)}))
    if any(offer.lot == gone.lot for offer in fewer):
        never_dearer(cost, purchase_eur(problem.model_copy(update={"offers": fewer})))
    lower = gone.tiers[1].prices[0].eur_per_mwh <= first.prices[0].eur_per_mwh
    if lower and not first.subscriptions[0].eur_per_point:
        never_dearer(cost, purchase_eur(problem.model_copy(update={"offers": flat})))
    twin = gone.model_copy(update={"id": "twin", "supplier": "twin"})
    cloned = purchase_eur(problem.model_copy(update={"offers": (*problem.offers, twin)}))
    never_dearer(cloned, cost)
    others = (one for one in problem.limits if one.supplier != gone.supplier)
    limits = (*others, SupplierLimit(supplier=gone.supplier, max_lots=0))
    never_dearer(cost, purchase_eur(problem.model_copy(update={"limits": limits})))


def depots_eur(problem: DepotsProblem) -> Cost:
    try:
        return depots.solve(problem).objective_eur
    except Infeasible:
        return None


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_a_site_more_costs_nothing_and_a_customer_more_saves_nothing(
    seed: int, *, single: bool
) -> None:
    problem = depots_cases.drawn(seed, single=single)
    cost = depots_eur(problem)
    sites = tuple(one.model_copy(update={"kept": False}) for one in problem.sites)
    free = problem.model_copy(update={"sites": sites})
    new = sites[0].model_copy(update={"id": "new"})
    customers = tuple(
        one.model_copy(update={"costs_eur": (*one.costs_eur, one.costs_eur[0])})
        for one in problem.customers
    )
    more = free.model_copy(update={"sites": (*sites, new), "customers": customers})
    never_dearer(depots_eur(free), cost)
    never_dearer(depots_eur(more), depots_eur(free))
    fewer = problem.model_copy(update={"customers": problem.customers[:-1]})
    never_dearer(depots_eur(fewer), cost)
    turned = tuple(
        one.model_copy(update={"costs_eur": one.costs_eur[::-1]}) for one in problem.customers[::-1]
    )
    changes = {"sites": problem.sites[::-1], "customers": turned}
    assert depots_eur(problem.model_copy(update=changes)) == cost


def retrofit_eur(problem: retrofit.Problem) -> Cost:
    try:
        return retrofit.solve(problem).cost
    except Infeasible:
        return None


@pytest.mark.parametrize("seed", range(15))
def test_an_option_more_costs_nothing_and_a_budget_more_saves_nothing(seed: int) -> None:
    problem = retrofit_cases.drawn(seed, 8, 4, 2, tight=0.7)
    cost = retrofit_eur(problem)
    draw = np.random.default_rng(seed)
    more = retrofit.Problem(
        segment=np.append(problem.segment, problem.segment[-1]),
        cost=np.append(problem.cost, -float(draw.integers(1, 90))),
        uses=np.vstack([problem.uses, draw.integers(0, 30, (1, 2)).astype(float)]),
        limits=problem.limits,
    )
    never_dearer(retrofit_eur(more), cost)
    third = draw.integers(0, 30, (len(problem.segment), 1)).astype(float)
    kinds = replace(
        problem, uses=np.hstack([problem.uses, third]), limits=np.append(problem.limits, 100.0)
    )
    never_dearer(cost, retrofit_eur(kinds))


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(small(4), st.integers(0, 3))
def test_a_stop_more_saves_nothing_and_a_week_later_costs_the_same(
    case: RoundsProblem, number: int
) -> None:
    case = optional(case)
    cost = rounds_eur(case)
    stops = case.stops
    new = stops[number % len(stops)].model_copy(update={"id": "new", "ticket": None})
    assert rounds_eur(case.model_copy(update={"stops": (*stops, new)})) >= cost
    assert rounds_eur(RoundsProblem.model_validate(_later(case.model_dump(), 7))) == cost


def _later(told: Any, days: int) -> Any:
    """The same, every moment so many days later."""
    if isinstance(told, dict):
        return {name: _later(value, days) for name, value in told.items()}
    if isinstance(told, tuple | list):
        return tuple(_later(value, days) for value in told)
    try:
        return told + timedelta(days)
    except TypeError:
        return told


@pytest.mark.parametrize("weight", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_a_product_that_may_be_bought_costs_nothing_and_a_spread_saves_nothing(
    seed: int, weight: float
) -> None:
    """Beside the same at a price nobody pays: a product also tells apart hours that have caps."""
    one, found = hedge_problem(risk_weights=(weight,)), drawn_scenarios(6, seed)

    def weigh(**changes: Any) -> Decimal:
        (choice,) = hedge(one.model_copy(update=changes), found).choices
        return choice.weighted_eur

    cost = weigh()
    *others, last = one.products
    dear = last.model_copy(update={"eur_per_mwh": last.eur_per_mwh + 900})
    assert cost <= weigh(products=(*others, dear))
    wide = one.resale_spread_eur_per_mwh + 9
    assert weigh(resale_spread_eur_per_mwh=wide) >= cost
