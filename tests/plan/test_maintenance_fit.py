"""A plan in an instant: large years, crews that differ, many neighbours, rules of one's own."""

import itertools
import time
from collections.abc import Callable
from decimal import Decimal

import pytest

from synergie.maintenance.plan.year import _verify, solve
from synergie.maintenance.plan.year._bundles import list_bundles
from synergie.maintenance.plan.year._decisions import Decisions, compute_plan_weight
from synergie.maintenance.plan.year._fit import fit_visits
from synergie.maintenance.plan.year._year import Way, Year, format_visit_key, open_weeks, year
from synergie.maintenance.plan.year._year_model import block_model
from synergie.maintenance.records.maintenance import MaintenanceProblem, Visit
from synergie.plan.solver import Model
from tests.depth import times
from tests.plan.maintenance_cases import THIRDS, depot, hard_year, small, visit

HOURS = (("1.75", "3.5", "2", "5", "7"), THIRDS, ("0.41", "6.97"))
LATEST = 1.3
"""Seconds for one of its limit that a year may take, one more for what is not the search."""


def hold(made: Year, plan: Decisions) -> None:
    """What a plan has to keep, by flows over crew-days rather than by the rows of the model."""
    for one in made.visits:
        assert plan.weeks[format_visit_key(one)] in open_weeks(one)
    for crew in made.depots:
        for week, most in enumerate(crew.crew_days, 1):
            used = [n for (w, at), n in plan.days.items() if (w.depot, at) == (crew.id, week)]
            assert sum(used) <= most
    for zone, week in {(one.zone, plan.weeks[format_visit_key(one)]) for one in made.visits}:
        work = [
            one
            for one in made.visits
            if one.zone == zone and plan.weeks[format_visit_key(one)] == week
        ]
        days = [(w, n) for (w, at), n in plan.days.items() if at == week and zone in w.zones]
        assert is_served(made, zone, work, days), (zone, week)


def is_served(made: Year, zone: str, work: list[Visit], days: list[tuple[Way, int]]) -> bool:
    """Whether for every set of depots, what only they may do fits their hours."""
    names = sorted({depot.id for depot in made.depots})
    crews = {depot.id: depot for depot in made.depots}
    for size in range(1, len(names) + 1):
        for some in itertools.combinations(names, size):
            only = [
                one
                for one in work
                if not any(
                    (one.network_mix is None or one.network_mix in crews[d].network_mixes)
                    and set(one.skills) <= set(crews[d].skills)
                    for d in set(names) - set(some)
                )
            ]
            room = sum(n * dict(w.ticks)[zone] for w, n in days if w.depot in some)
            if sum(made.ticks(one) for one in only) > room:
                return False
    return True


@pytest.mark.parametrize("seed", range(1, 1 + times(6, deep=60)))
def test_a_fitted_plan_keeps_windows_crew_days_and_what_crews_may_do(seed: int) -> None:
    problem = hard_year(
        seed, visits=(20, 60, 120)[seed % 3], zones=7, depots=1 + seed % 4,
        pairs=(0, 5, 21)[seed % 3], hours=HOURS[seed // 3 % 3],
    )  # fmt: skip
    made = year(problem)
    plans = [fit_visits(made, look) for look in (lambda: True, count_to(300))]
    for plan in plans:
        assert plan is not None
        hold(made, plan)
    first, better = (compute_plan_weight(made, plan) for plan in plans if plan)
    assert better <= first


def count_to(most: int) -> Callable[[], bool]:
    """Over after so many looks."""
    looks = itertools.count()
    return lambda: next(looks) >= most


def test_equal_inputs_give_equal_fitted_plans() -> None:
    made = year(hard_year(3, visits=60))
    assert fit_visits(made, count_to(200)) == fit_visits(made, count_to(200))


def test_a_day_of_a_neighbour_is_shared_where_no_crew_day_is_left() -> None:
    visits = (
        visit("c1", "2", [0], last_week=1),
        visit("c2", "4", [0], zone="g2", organisation="org-b", last_week=1),
    )
    problem = small(visits=visits)
    crews = tuple(
        one.model_copy(update={"crew_days": (int(k == 0), *one.crew_days[1:])})
        for k, one in enumerate(problem.depots)
    )
    made = year(problem.model_copy(update={"depots": crews}))
    plan = fit_visits(made, lambda: True)
    assert plan is not None
    hold(made, plan)
    ((way, _),) = plan.days
    assert way.zones == {"g1", "g2"}


def test_a_visit_that_finds_no_place_puts_another_out() -> None:
    """The one with two weeks is fitted first, being longer, into the only week of the other."""
    visits = (
        visit("c1", "7", [0, 50], last_week=2),
        visit("c2", "1", [0], last_week=1),
    )
    crew = depot("depot-a", [1, 1], {"g1": 100}, organisation="org-a")
    problem = small(visits=visits, depots=(crew,), neighbours=(), weeks=2)
    plan = fit_visits(year(problem), lambda: True)
    assert plan is not None and plan.weeks == {"c1": 2, "c2": 1}


@pytest.mark.parametrize(
    ("visits", "zones", "depots", "pairs"),
    [(200, 13, 8, 60), (800, 40, 3, 0), (2_000, 40, 3, 40), (5_000, 60, 4, 0)][: times(2, deep=4)],
)
def test_a_large_year_has_a_plan_and_keeps_its_time(
    visits: int, zones: int, depots: int, pairs: int
) -> None:
    """Models that cannot be built in time are not built."""
    problem = hard_year(5, visits=visits, zones=zones, depots=depots, pairs=pairs)
    began = time.thread_time()
    plan = solve(problem, limit_s=2.0)
    spent = time.thread_time() - began
    assert len(plan.visits) == visits
    assert _verify.faults(problem, plan) == ()
    assert plan.bound_eur is not None and plan.bound_eur <= plan.objective_eur
    assert spent <= 2.0 * LATEST + 1.0 + visits / 1_000


def test_a_model_whose_time_ended_while_it_was_built_is_not_solved() -> None:
    made = year(hard_year(5, visits=200, depots=8, pairs=60))
    began = time.thread_time()
    model, _ = block_model(made, frozenset(made.zones()), limit_s=0.2)
    assert model.minimise(limit_s=60).stop == "time"
    assert time.thread_time() - began < 2.0
    late = Model("late", until=time.thread_time() - 1)
    late.require([(late.binary("a"), 1)], low=1)
    assert late.ended and late.minimise(limit_s=60).stop == "time"


def test_listing_bundles_ends_when_it_is_asked_to() -> None:
    made = year(hard_year(5, visits=200, depots=8, pairs=60))
    assert list_bundles(made, 4, lambda: True) is None


RULES = (
    {"kind": "apart", "id": "apart", "of": {"zone": "z01"}, "weeks": 1},
    {"kind": "at_most", "id": "few", "of": {"zone": "z02"}, "visits": 1},
)


def test_a_year_with_hard_rules_has_a_plan_that_keeps_them_within_seconds() -> None:
    plain = hard_year(2, visits=200, depots=4, pairs=20)
    crews = tuple(
        one.model_copy(update={"crew_days": tuple(n + 3 for n in one.crew_days)})
        for one in plain.depots
    )
    problem = MaintenanceProblem.model_validate(
        {**plain.model_dump(), "depots": crews, "rules": RULES}
    )
    plan = solve(problem, limit_s=3.0, explain=False)
    assert [one.missed for one in plan.rules] == [0, 0]
    for zone in ("z01", "z02"):
        weeks = [one.week for one in plan.visits if one.zone == zone]
        assert len(weeks) == len(set(weeks)) > 1
    assert plan.bound_eur is not None and plan.bound_eur > Decimal(0)
