"""Always a plan: pairs of neighbours and crews of different skills never leave a year without one.

Limits are processor seconds of this process, so that a busy machine changes nothing.
"""

import time
from collections.abc import Callable
from decimal import Decimal

import pytest

from synergie.errors import OutOfTime
from synergie.maintenance.plan.year import solve
from synergie.maintenance.plan.year._decisions import Decisions, compute_plan_weight, in_time
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._first import least_weight, without_shared_days
from synergie.maintenance.plan.year._search import find_cheapest_year
from synergie.maintenance.plan.year._shared import share_days
from synergie.maintenance.plan.year._text import OUT_OF_TIME, out_of_time
from synergie.maintenance.plan.year._year import Year, format_visit_key, open_weeks, year
from synergie.maintenance.records.maintenance import MaintenanceProblem
from tests.depth import times
from tests.plan.maintenance_cases import hard_year, small

LONG = 3_000.0
"""Seconds of the wall that no test comes near."""


def within(seconds: float) -> Callable[[], bool]:
    until = time.process_time() + seconds
    return lambda: time.process_time() > until


def without_pairs(problem: MaintenanceProblem) -> MaintenanceProblem:
    return problem.model_copy(update={"neighbours": ()})


@pytest.mark.parametrize("seed", range(1, 1 + times(1, deep=20)))
def test_pairs_of_neighbours_never_cost_the_plan_without_them(seed: int) -> None:
    problem = hard_year(seed)
    plain = solve(without_pairs(problem), limit_s=LONG, cancel=within(6))
    plan = solve(problem, limit_s=LONG, cancel=within(9))
    assert plan.objective_eur <= plain.objective_eur
    assert plan.bound_eur is not None
    assert plan.bound_eur <= plan.objective_eur


def test_a_plan_without_shared_days_shares_them_where_that_is_cheaper() -> None:
    made = year(small())
    plain = without_shared_days(made)
    assert plain is not None
    found = find_cheapest_year(plain, Effort(0.009, LONG)).decisions
    assert found is not None
    better = share_days(made, found, Effort(0.009, LONG))
    assert (
        compute_plan_weight(made, better)
        == solve(small()).objective_eur
        < compute_plan_weight(made, found)
    )
    assert share_days(made, found, Effort(0.009, 0.0)) == found, "without time nothing changes"


@pytest.mark.parametrize("seed", range(1, 1 + times(3, deep=40)))
def test_shared_days_make_no_plan_worse_nor_move_a_visit_out_of_its_window(seed: int) -> None:
    made = year(hard_year(seed, visits=14, zones=5, depots=2, pairs=5, weeks=16))
    found = side_of(made)
    better = share_days(made, found, Effort(0.009, LONG))
    assert compute_plan_weight(made, better) <= compute_plan_weight(made, found)
    assert all(better.weeks[format_visit_key(visit)] in open_weeks(visit) for visit in made.visits)
    for depot in made.depots:
        for week, most in enumerate(depot.crew_days, 1):
            used = [
                n for (way, at), n in better.days.items() if (way.depot, at) == (depot.id, week)
            ]
            assert sum(used) <= most
    assert in_time(made, better)


def side_of(made: Year) -> Decisions:
    """A plan that shares no day."""
    plain = without_shared_days(made)
    assert plain is not None
    found = find_cheapest_year(plain, Effort(0.009, LONG, within(20))).decisions
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("visits", "zones", "depots", "pairs"),
    [(160, 13, 3, 0), (12, 5, 2, 4), (80, 13, 4, 20), (200, 20, 3, 0)][: times(2, deep=4)],
)
def test_crews_that_differ_leave_no_year_without_a_plan(
    visits: int, zones: int, depots: int, pairs: int
) -> None:
    problem = hard_year(1, visits=visits, zones=zones, depots=depots, pairs=pairs)
    plan = solve(problem, limit_s=LONG, cancel=within(5))
    assert len(plan.visits) == visits
    assert plan.bound_eur is not None


@pytest.mark.parametrize("pairs", [0, 1, 3])
def test_the_least_weight_is_below_every_proved_plan(pairs: int) -> None:
    for seed in range(1, 3):
        problem = hard_year(seed, visits=6, zones=4, depots=2, pairs=pairs, weeks=12)
        plan = solve(problem, limit_s=LONG, cancel=within(2))
        assert least_weight(year(problem)) <= float(plan.bound_eur or 0) + 0.01


def test_no_time_at_all_says_what_no_plan_costs_less_than() -> None:
    with pytest.raises(OutOfTime) as found:
        solve(hard_year(1), limit_s=0)
    said = found.value.tell(str)
    assert "none costs less than" in said
    assert "more crew-days" in said


def test_a_plan_that_time_ended_says_its_bound_and_what_would_help() -> None:
    (said,) = out_of_time("time", Decimal("12.5"))
    assert (said.text, said.values) == (OUT_OF_TIME, ("12.50",))
    assert out_of_time("proved", Decimal("12.5")) == ()
