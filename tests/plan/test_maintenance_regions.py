"""A large year by zones: its bound is below and its plan above what brute force finds."""

import itertools
import threading
from decimal import Decimal
from unittest.mock import patch as replaced

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import Infeasible
from synergie.maintenance.plan import year as maintenance
from synergie.maintenance.plan.year import _regions, _search, _tasks
from synergie.maintenance.plan.year._decisions import compute_plan_weight
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._moves import Layout, compute_day_costs
from synergie.maintenance.plan.year._patch import Patch, build_zone_patch, solve_week_knapsacks
from synergie.maintenance.plan.year._patterns import compute_zone_bound
from synergie.maintenance.plan.year._plans import plan_whole_days
from synergie.maintenance.plan.year._regions import Regions
from synergie.maintenance.plan.year._year import year
from synergie.maintenance.records.maintenance import MaintenanceProblem
from synergie.plan.solver import Progress
from tests.plan import territory
from tests.plan.maintenance_cases import departement, depot, services, small, visit
from tests.plan.maintenance_force import brute_force

CENT = Decimal("0.01")


@given(services(), st.sampled_from([0, 10**6]))
def test_bound_and_plan_enclose_the_optimum(problem: MaintenanceProblem, small_at: int) -> None:
    best = brute_force(problem)
    try:
        whole = year(problem)
        with replaced.object(_tasks, "_SMALL", small_at):
            found = Regions(whole, Effort(0.009, 20)).run()
    except Infeasible:
        assert best is None
        return
    if best is not None and found.bound is not None:
        assert found.bound <= float(best) + 1e-4
    if found.decisions is not None:
        assert best is not None and compute_plan_weight(whole, found.decisions) >= best


def test_a_zone_whose_only_crew_day_went_to_another_has_no_quick_plan() -> None:
    """The day of week 2 goes to the larger zone: nothing is computed from a visit without one."""
    visits = (
        visit("v0", "1.75", [0], zone="g1", first_week=2, last_week=2),
        visit("v1", "1.75", [0], zone="g1", first_week=2, last_week=2),
        visit("v2", "1.75", [0], zone="g2", first_week=2, last_week=2),
    )
    depots = (depot("org-a", [0, 1], {"g1": 40, "g2": 40}),)
    whole = year(small(weeks=2, visits=visits, depots=depots, neighbours=()))
    assert plan_whole_days(whole, lambda: False) is None


@given(services())
def test_a_year_by_zones_passes_the_checker(problem: MaintenanceProblem) -> None:
    """`solve` raises when the checker finds a fault."""
    roomy = tuple(d.model_copy(update={"crew_days": (9,) * problem.weeks}) for d in problem.depots)
    zones = tuple(zone.model_copy(update={"most_late": None}) for zone in problem.zones)
    able = tuple(v.model_copy(update={"skills": (), "network_mix": None}) for v in problem.visits)
    changed = problem.model_copy(update={"depots": roomy, "zones": zones, "visits": able})
    exact = maintenance.solve(changed)
    with replaced.object(_search, "_LARGE", 0), replaced.object(_tasks, "_SMALL", 0):
        plan = maintenance.solve(changed)
    penalty = changed.move_eur
    assert plan.objective_eur + penalty * len(plan.moved) >= exact.objective_eur + penalty * len(
        exact.moved
    )
    assert plan.bound_eur is not None


@st.composite
def patches(draw: st.DrawFn) -> Patch:
    """Up to six visits of one zone over four weeks."""
    visits = tuple(
        visit(
            f"c{i}",
            draw(st.sampled_from(["1.75", "3.5", "5.25", "8.75"])),
            [draw(st.integers(0, 60)) for _ in range(4)],
            closed_weeks=tuple(sorted(draw(st.sets(st.integers(1, 4), max_size=2)))),
        )
        for i in range(draw(st.integers(1, 6)))
    )
    depots = (depot("org-a", [draw(st.integers(3, 6)) for _ in range(4)], {"g1": 50}),)
    return build_zone_patch(year(small(weeks=4, visits=visits, depots=depots, neighbours=())), "g1")


def _all(given_: Patch) -> list[float]:
    """The cost of every choice of weeks, days at 50 EUR."""
    found = []
    for weeks in itertools.product(range(given_.weeks), repeat=len(given_.ticks)):
        load = np.bincount(weeks, weights=given_.ticks, minlength=given_.weeks)
        days = np.ceil(load / given_.day)
        visits = given_.cost[np.arange(len(weeks)), list(weeks)].sum()
        if (days <= given_.room).all() and np.isfinite(visits):
            found.append(float(visits + 50 * days.sum()))
    return found


@given(patches())
def test_columns_bound_a_zone_below_its_optimum_and_exchanges_stay_above(given_: Patch) -> None:
    best = min(_all(given_))
    found = compute_zone_bound(given_, np.full(given_.weeks, 50.0))
    assert found.bound <= best + 1e-6
    steps = compute_day_costs([(np.full(given_.weeks, 50.0), given_.room)], 20)
    layout = Layout(given_, given_.cost, steps, np.isfinite(given_.cost).argmax(axis=1))
    before = layout.cost()
    layout.improve()
    assert best - 1e-6 <= layout.cost() <= before + 1e-9
    assert (layout.load == np.bincount(layout.week, given_.ticks, given_.weeks)).all()


@given(patches(), st.integers(0, 10**6))
def test_a_knapsack_gains_what_trying_all_sets_gains(given_: Patch, seed: int) -> None:
    chance = np.random.default_rng(seed)
    value = np.where(np.isfinite(given_.cost), chance.integers(-20, 90, given_.cost.shape), -np.inf)
    price = chance.integers(20, 80, given_.weeks).astype(float)
    found = solve_week_knapsacks(given_, value, price)
    for week in range(given_.weeks):
        gains = [0.0]
        for size in range(1, len(given_.ticks) + 1):
            for some in itertools.combinations(range(len(given_.ticks)), size):
                days = -(-int(given_.ticks[list(some)].sum()) // given_.day)
                if days <= given_.room[week]:
                    gains.append(float(value[list(some), week].sum() - days * price[week]))
        chosen = found.chosen[:, week]
        assert found.gain[week] == max(gains)
        assert given_.ticks[chosen].sum() <= found.days[week] * given_.day
        told = value[chosen, week].sum() - found.days[week] * price[week]
        assert told == pytest.approx(found.gain[week])


def test_equal_inputs_give_equal_plans_and_processes_change_nothing_in_the_bound() -> None:
    problem = territory.year_of(3, scale=0.2)
    whole = year(problem)
    with replaced.object(_tasks, "_SMALL", 0):
        first, again = (Regions(whole, Effort(0.009, 300)).run() for _ in range(2))
    assert first.decisions == again.decisions
    assert (first.bound, first.stop) == (again.bound, again.stop)


def test_two_processes_find_a_plan_with_the_same_bound() -> None:
    problem = departement(0, lights=3_600, zones=3, depots=1)
    whole = year(problem)
    with replaced.object(_regions, "_KICKS", (0, 10)):
        one = Regions(whole, Effort(0.009, 120)).run()
        two = Regions(whole, Effort(0.009, 120, workers=2)).run()
    assert one.bound is not None and one.bound == two.bound
    for found in (one, two):
        assert found.decisions is not None
        assert float(compute_plan_weight(whole, found.decisions)) <= 1.03 * one.bound


def test_a_large_year_that_is_cancelled_keeps_what_it_has() -> None:
    stop = threading.Event()

    def watch(progress: Progress) -> None:
        if progress.best is not None:
            stop.set()

    problem = departement(1, lights=3_600, zones=3, depots=1)
    plan = maintenance.solve(problem, limit_s=120, cancel=stop.is_set, progress=watch)
    assert plan.status == "cancelled"
    assert plan.gap is not None and plan.gap < 0.1


def test_a_large_year_with_too_few_crew_days_says_so() -> None:
    """64 visits of nearly a day each, in 52 days; a year of any size is solved as a large one."""
    problem = departement(1, lights=1_600, zones=3, depots=1)
    few = tuple(d.model_copy(update={"crew_days": (1,) * 52}) for d in problem.depots)
    with replaced.object(_search, "_LARGE", 0), pytest.raises(Infeasible) as caught:
        maintenance.solve(problem.model_copy(update={"depots": few}), limit_s=300)
    assert any("crew-days more from depot-0" in told for told in caught.value.conflicts)
