"""Joint maintenance: brute force, invariants, requirements, diagnosis, published instances."""

import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.errors import BadInput, Cancelled, Infeasible, OutOfTime
from synergie.maintenance.plan import year as maintenance
from synergie.maintenance.plan.year import _verify
from synergie.maintenance.records.maintenance import (
    DayCost,
    MaintenancePlan,
    MaintenanceProblem,
    Neighbours,
)
from synergie.plan.solver import Progress
from tests.depth import times
from tests.plan import instances, territory
from tests.plan.maintenance_cases import depot, problems, small, visit
from tests.plan.maintenance_force import brute_force


@given(problems())
def test_the_plan_costs_what_brute_force_finds(problem: MaintenanceProblem) -> None:
    best = brute_force(problem)
    if best is None:
        with pytest.raises(Infeasible) as caught:
            maintenance.solve(problem)
        assert caught.value.conflicts
        return
    plan = maintenance.solve(problem)
    assert plan.objective_eur == best
    assert (plan.status, plan.gap, plan.bound_eur) == ("proved", 0.0, best)
    assert _verify.faults(problem, plan) == ()


@given(problems())
def test_nobody_pays_more_than_alone_and_shares_sum_to_the_cost(
    problem: MaintenanceProblem,
) -> None:
    roomy = tuple(d.model_copy(update={"crew_days": (9,) * problem.weeks}) for d in problem.depots)
    able = tuple(v.model_copy(update={"network_mix": "separate"}) for v in problem.visits)
    plan = maintenance.solve(problem.model_copy(update={"depots": roomy, "visits": able}))
    assert sum((m.cost_eur for m in plan.members), Decimal(0)) == plan.objective_eur
    if plan.baseline_eur is not None:
        assert plan.objective_eur <= plan.baseline_eur
        assert all((m.gain_eur or Decimal(0)) >= 0 for m in plan.members)


@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_change_the_plan(
    problem: MaintenanceProblem, chance: Any
) -> None:
    roomy = tuple(d.model_copy(update={"crew_days": (9,) * problem.weeks}) for d in problem.depots)
    able = tuple(v.model_copy(update={"network_mix": None}) for v in problem.visits)
    free = problem.model_copy(update={"depots": roomy, "visits": able})
    changes = {
        name: tuple(chance.sample(getattr(free, name), len(getattr(free, name))))
        for name in ("zones", "depots", "visits")
    }
    other = free.model_copy(update=changes)
    assert said(maintenance.solve(free)) == said(maintenance.solve(other))


@given(problems())
def test_more_crews_never_make_a_dearer_plan(problem: MaintenanceProblem) -> None:
    more = tuple(
        d.model_copy(update={"crew_days": tuple(n + 1 for n in d.crew_days)})
        for d in problem.depots
    )
    try:
        before = maintenance.solve(problem).objective_eur
    except Infeasible:
        return
    assert maintenance.solve(problem.model_copy(update={"depots": more})).objective_eur <= before


def said(plan: MaintenancePlan) -> str:
    """The plan without what a second run may change: seconds, and the digest of another order."""
    return plan.model_dump_json(exclude={"inputs_digest": True, "run": {"seconds"}})


def test_two_half_days_in_neighbouring_zones_share_a_crew_day() -> None:
    plan = maintenance.solve(small())
    (crew,) = plan.crews
    assert (crew.depot, crew.zone, crew.other_zone, crew.days) == ("d-org-a", "g1", "g2", 1)
    assert (crew.hours, crew.other_hours) == (Decimal("3.5"), Decimal(3))
    assert (plan.objective_eur, plan.baseline_eur) == (Decimal(125), Decimal(210))
    assert (plan.crew_days, plan.crew_days_alone) == (1, 2)
    assert {m.member: m.alone_eur for m in plan.members} == {
        "org-a": Decimal(100),
        "org-b": Decimal(110),
    }


def test_a_visit_away_from_its_cheapest_week_says_what_it_costs() -> None:
    lines = {line.subject: line for line in maintenance.solve(small()).lines}
    assert lines["c1"].reason.tell(str) == "the cheapest week of its window"
    assert (lines["c1"].runner_up, lines["c1"].difference_eur) == ("week 1", Decimal(10))
    assert (lines["c2"].runner_up, lines["c2"].difference_eur) == ("week 1", Decimal(-5))
    assert lines["c2"].binding == "whole crew-days in g2"


def test_without_neighbours_each_zone_pays_whole_days() -> None:
    plan = maintenance.solve(small(neighbours=()))
    assert plan.objective_eur == Decimal(210)
    assert any("no neighbours" in phrase.tell(str) for phrase in plan.assumptions)


def test_ten_times_the_costs_is_ten_times_the_plan() -> None:
    visits = tuple(
        v.model_copy(update={"costs_eur": tuple(c * 10 for c in v.costs_eur)})
        for v in small().visits
    )
    depots = tuple(
        d.model_copy(
            update={"day_costs": tuple(DayCost(zone=c.zone, eur=c.eur * 10) for c in d.day_costs)}
        )
        for d in small().depots
    )
    plan, dear = maintenance.solve(small()), maintenance.solve(small(visits=visits, depots=depots))
    assert dear.objective_eur == 10 * plan.objective_eur
    assert [v.week for v in dear.visits] == [v.week for v in plan.visits]


def test_an_organisation_without_crews_cannot_do_it_alone() -> None:
    plan = maintenance.solve(small(depots=small().depots[:1]))
    alone = {m.member: (m.alone_eur, m.gain_eur) for m in plan.members}
    assert alone["org-b"] == (None, None)
    assert plan.baseline_eur is None and plan.crew_days_alone is None
    assert plan.least_gain == "org-a"


def test_too_few_crew_days_are_named_week_by_week_with_what_is_missing() -> None:
    problem = small(
        depots=(depot("org-a", [1, 0], {"g1": 100, "g2": 100}),),
        visits=(visit("c1", "21", [0, 0]),),
        neighbours=(),
    )
    with pytest.raises(Infeasible) as caught:
        maintenance.solve(problem)
    conflicts = caught.value.conflicts
    assert "c1 is visited between week 1 and week 2" in conflicts
    assert any("2 crew-days more from d-org-a in week 1" in said_ for said_ in conflicts)


def test_a_network_that_no_crew_may_touch_is_named() -> None:
    only = (depot("org-a", [2, 2], {"g1": 100}, network_mixes=("separate",)),)
    stuck = (visit("c9", "1", [0], network_mix="shared_neutral"),)
    with pytest.raises(Infeasible, match="c9 in g1: no crew serves the zone"):
        maintenance.solve(small(depots=only, visits=stuck))


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"visits": (visit("c", "1", [0], zone="g9"),)}, "/visits/0/zone"),
        ({"visits": (visit("c", "1", [0, 0, 0]),)}, "/visits/0/first_week"),
        ({"visits": (visit("c", "1", [0, 0], last_week=1),)}, "/visits/0/costs_eur"),
        ({"visits": (visit("c", "1", [0]), visit("c", "1", [0]))}, "/visits"),
        ({"depots": (depot("o", [1], {"g1": 1}),)}, "/depots/0/crew_days"),
        ({"depots": (depot("o", [1, 1], {"g9": 1}),)}, "/depots/0/day_costs"),
        (
            {"neighbours": (Neighbours(first="g1", second="g1", travel_hours=Decimal(0)),)},
            "/neighbours/0",
        ),
    ],
)
def test_what_is_out_of_place_is_bad_input(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput) as caught:
        maintenance.solve(small(**changes))
    assert caught.value.where == where


def test_no_time_is_out_of_time_and_cancelling_first_is_cancelled() -> None:
    with pytest.raises(OutOfTime):
        maintenance.solve(territory.year_of(0), limit_s=0)
    with pytest.raises(Cancelled):
        maintenance.solve(small(), cancel=lambda: True)


def test_a_year_without_visits_costs_nothing() -> None:
    plan = maintenance.solve(small(visits=()))
    assert (plan.objective_eur, plan.status, plan.crew_days) == (Decimal(0), "proved", 0)


def test_a_cancelled_year_is_cancelled_or_keeps_a_plan() -> None:
    stop = threading.Event()
    seen: list[float] = []

    def watch(progress: Progress) -> None:
        seen.append(progress.done)
        stop.set()

    problem = territory.year_of(0)
    try:
        plan = maintenance.solve(problem, cancel=stop.is_set, progress=watch)
    except Cancelled:
        pass
    else:
        assert plan.status in {"cancelled", "proved"}
    assert seen


def test_durations_are_rounded_up_to_quarter_days() -> None:
    given_ = ["0", "0.1", "1.75", "1.76", "7", "8"]
    rounded = [maintenance.quarter_days(Decimal(h), Decimal(7)) for h in given_]
    assert rounded == [Decimal(h) for h in ["1.75", "1.75", "1.75", "3.5", "7", "8.75"]]


@pytest.mark.parametrize(
    ("field", "value", "said_"),
    [
        ("objective_eur", Decimal(1), "the lines sum to"),
        ("visits", (), "not visited exactly once"),
        ("crews", (), "too few crew-hours"),
    ],
)
def test_the_checker_sees_a_plan_that_was_changed(field: str, value: Any, said_: str) -> None:
    plan = maintenance.solve(small()).model_copy(update={field: value})
    assert any(said_ in fault for fault in _verify.faults(small(), plan))


@pytest.mark.parametrize(
    ("change", "said_"),
    [
        ({"days": 3}, "crew-days from"),
        ({"hours": Decimal(5)}, "cannot share a day so"),
        ({"cost_eur": Decimal(1)}, "is not its cost"),
    ],
)
def test_the_checker_sees_crew_days_that_cannot_be(change: dict[str, Any], said_: str) -> None:
    plan = maintenance.solve(small())
    crews = tuple(crew.model_copy(update=change) for crew in plan.crews)
    changed = plan.model_copy(update={"crews": crews})
    assert any(said_ in fault for fault in _verify.faults(small(), changed))


@pytest.mark.parametrize(("scale", "visits"), [(0.4, 76), (1.0, 191)][: times(1, deep=2)])
def test_a_year_of_the_demonstration_is_proved_and_joint_beats_alone(
    scale: float, visits: int
) -> None:
    problem = territory.year_of(1, window=8, scale=scale)
    assert len(problem.visits) == visits
    plan = maintenance.solve(problem, limit_s=300)
    assert (plan.status, plan.gap) == ("proved", 0.0)
    assert plan.baseline_eur is not None and plan.objective_eur < plan.baseline_eur
    assert plan.crew_days_alone is not None and plan.crew_days < plan.crew_days_alone
    assert all((m.gain_eur or Decimal(0)) > 0 for m in plan.members)


@settings(max_examples=5)
@given(st.integers(0, 10**6))
def test_crews_that_several_zones_want_are_shared_out(seed: int) -> None:
    """Depots so small that blocks of zones overdraw them and are repaired or merged."""
    problem = territory.year_of(seed, window=6, scale=0.12)
    tight = tuple(d.model_copy(update={"crew_days": (1,) * 52}) for d in problem.depots)
    try:
        plan = maintenance.solve(problem.model_copy(update={"depots": tight}), limit_s=60)
    except Infeasible:
        return  # the draw asks more than one crew-day a week can do
    assert plan.gap is not None and plan.gap <= 0.02
    roomy = maintenance.solve(problem, limit_s=60)
    assert roomy.objective_eur <= plan.objective_eur


@pytest.mark.parametrize("name", ["plan_200_s0", "plan_200_s1"])
def test_small_published_years_are_proved(name: str, shared: Path) -> None:
    known = instances.known(shared, "synergie-maintenance")[name]
    plan = maintenance.solve(instances.maintenance(shared, name))
    assert (plan.status, plan.gap) == ("proved", 0.0)
    assert abs(plan.objective_eur - Decimal(str(known["best_ub"]))) <= Decimal("0.01")


@pytest.mark.parametrize("name", ["plan_2000_s0", "plan_2000_s1"][: times(1, deep=2)])
def test_large_published_years_beat_the_known_plan_and_bound(name: str, shared: Path) -> None:
    known = instances.known(shared, "synergie-maintenance")[name]
    plan = maintenance.solve(instances.maintenance(shared, name), limit_s=120)
    assert plan.gap is not None and plan.gap <= 0.005
    assert plan.bound_eur is not None and plan.bound_eur >= Decimal(str(known["best_lb"]))
    assert plan.objective_eur <= Decimal(str(known["best_ub"])) * Decimal("1.001")
