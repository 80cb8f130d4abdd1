"""Joint maintenance: skills, closed weeks, lateness, promises; against brute force, and relaxed."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput, Infeasible
from synergie.maintenance.plan import year as maintenance
from synergie.maintenance.plan.year import _verify, proof
from synergie.maintenance.records.maintenance import (
    MaintenancePlan,
    MaintenanceProblem,
    Promised,
    Zone,
)
from tests.plan.maintenance_cases import depot, services, small, visit
from tests.plan.maintenance_force import brute_force


def weighed(problem: MaintenanceProblem, plan: MaintenancePlan) -> Decimal:
    return plan.objective_eur + problem.move_eur * len(plan.moved)


def solved(problem: MaintenanceProblem) -> Decimal | None:
    try:
        return weighed(problem, maintenance.solve(problem))
    except Infeasible:
        return None


@given(services())
def test_the_plan_weighs_what_brute_force_finds(problem: MaintenanceProblem) -> None:
    best = brute_force(problem)
    if best is None:
        with pytest.raises(Infeasible) as caught:
            maintenance.solve(problem)
        assert caught.value.conflicts
        return
    plan = maintenance.solve(problem)
    assert weighed(problem, plan) == best
    assert (plan.status, plan.gap) == ("proved", 0.0)
    assert _verify.faults(problem, plan) == ()


def _unskilled(problem: MaintenanceProblem) -> MaintenanceProblem:
    visits = [v.model_copy(update={"skills": (), "network_mix": None}) for v in problem.visits]
    return problem.model_copy(update={"visits": tuple(visits)})


def _opened(problem: MaintenanceProblem) -> MaintenanceProblem:
    visits = [v.model_copy(update={"closed_weeks": ()}) for v in problem.visits]
    return problem.model_copy(update={"visits": tuple(visits)})


def _unhurried(problem: MaintenanceProblem) -> MaintenanceProblem:
    zones = tuple(zone.model_copy(update={"most_late": None}) for zone in problem.zones)
    return problem.model_copy(update={"zones": zones})


def _free_to_move(problem: MaintenanceProblem) -> MaintenanceProblem:
    return problem.model_copy(update={"promised": ()})


@pytest.mark.parametrize("relax", [_unskilled, _opened, _unhurried, _free_to_move])
@given(problem=services())
def test_a_requirement_less_never_costs_more(
    relax: Callable[[MaintenanceProblem], MaintenanceProblem], problem: MaintenanceProblem
) -> None:
    before = solved(problem)
    after = solved(relax(problem))
    assert before is None or (after is not None and after <= before)


@given(services(), st.randoms(use_true_random=False))
def test_a_crew_day_less_never_costs_less(problem: MaintenanceProblem, chance: Any) -> None:
    d = chance.randrange(len(problem.depots))
    week = chance.randrange(problem.weeks)
    days = list(problem.depots[d].crew_days)
    days[week] = max(0, days[week] - 1)
    fewer = list(problem.depots)
    fewer[d] = fewer[d].model_copy(update={"crew_days": tuple(days)})
    after = solved(problem.model_copy(update={"depots": tuple(fewer)}))
    if after is not None:
        before = solved(problem)
        assert before is not None and before <= after


@given(services())
def test_no_zone_is_served_later_than_alone(problem: MaintenanceProblem) -> None:
    able = tuple(v.model_copy(update={"skills": (), "network_mix": None}) for v in problem.visits)
    roomy = tuple(d.model_copy(update={"crew_days": (4,) * problem.weeks}) for d in problem.depots)
    zones = tuple(Zone(id=zone, name=zone) for zone in ("g1", "g2"))
    asked = problem.model_copy(
        update={"visits": able, "depots": roomy, "zones": zones, "never_later_than_alone": True}
    )
    plan = maintenance.solve(asked)
    assert all(one.late_alone is not None and one.late <= one.late_alone for one in plan.zones)
    free = maintenance.solve(asked.model_copy(update={"never_later_than_alone": False}))
    assert weighed(asked, free) <= weighed(asked, plan)


def hurried(**changes: Any) -> MaintenanceProblem:
    """One zone, one crew-day a week; two days of work, cheapest in week 2 and due in week 1."""
    given_: dict[str, Any] = {
        "weeks": 3,
        "depots": (depot("org-a", [1, 1, 1], {"g1": 100}),),
        "neighbours": (),
        "visits": (
            visit("c1", "7", [9, 0, 5], due_week=1, light_points=10),
            visit("c2", "7", [8, 0, 3], due_week=1, light_points=20),
        ),
    }
    return small(**(given_ | changes))


def weeks(plan: MaintenancePlan) -> dict[str, int]:
    return {one.cabinet: one.week for one in plan.visits}


def test_lateness_is_counted_and_kept() -> None:
    free = maintenance.solve(hurried())
    assert weeks(free) == {"c1": 2, "c2": 3}
    assert [(z.zone, z.late) for z in free.zones] == [("g1", 10 + 40)]
    assert {v.cabinet: v.late_weeks for v in free.visits} == {"c1": 1, "c2": 2}
    zones = (Zone(id="g1", name="G1", most_late=20), Zone(id="g2", name="G2"))
    kept = maintenance.solve(hurried(zones=zones))
    assert weeks(kept) == {"c1": 2, "c2": 1}
    line = next(line for line in kept.lines if line.subject == "c2")
    assert line.binding == "lateness of g1"


def test_too_little_lateness_is_told_in_light_point_weeks() -> None:
    zones = (Zone(id="g1", name="G1", most_late=5), Zone(id="g2", name="G2"))
    with pytest.raises(Infeasible) as caught:
        maintenance.solve(hurried(zones=zones))
    told = " ".join(caught.value.conflicts)
    assert "g1: at most 5 light-point-weeks late" in told
    assert "5 light-point-weeks late more in g1" in told


def test_a_closed_week_is_not_used_and_says_what_it_would_have_saved() -> None:
    visits = (visit("c1", "7", [9, 0, 5], closed_weeks=(2,)),)
    plan = maintenance.solve(hurried(visits=visits))
    assert weeks(plan) == {"c1": 3}
    (line,) = plan.lines
    assert (line.binding, line.runner_up) == ("closed weeks", "week 1")
    assert "week 2, which is closed, would be 5 EUR cheaper" in line.reason.tell(str)


def test_a_promise_is_kept_while_that_costs_less_than_its_penalty() -> None:
    promised = (Promised(visit="c1", week=1), Promised(visit="gone", week=2))
    one = (visit("c1", "7", [9, 0, 5]),)
    kept = maintenance.solve(hurried(visits=one, promised=promised, move_eur=Decimal(10)))
    assert (weeks(kept), kept.moved) == ({"c1": 1}, ())
    assert kept.lines[0].binding == "the week told before"
    gone = maintenance.solve(hurried(visits=one, promised=promised, move_eur=Decimal(8)))
    assert (weeks(gone), gone.moved) == ({"c1": 2}, ("c1",))
    assert (gone.objective_eur, gone.bound_eur, gone.gap) == (Decimal(100), Decimal(100), 0.0)
    assert any("weighs 8 EUR" in phrase.tell(str) for phrase in gone.assumptions)


def test_a_week_in_which_every_crew_is_taken_is_named() -> None:
    plan = maintenance.solve(hurried())
    line = next(line for line in plan.lines if line.subject == "c2")
    assert line.binding == "crew-days of week 2"


def test_only_crews_with_the_skill_are_sent() -> None:
    depots = (
        depot("org-a", [1, 1], {"g1": 10}),
        depot("org-b", [1, 1], {"g1": 90}, skills=("platform",)),
    )
    visits = (visit("c1", "7", [0, 0], skills=("platform",)),)
    plan = maintenance.solve(small(depots=depots, visits=visits, neighbours=()))
    assert [crew.depot for crew in plan.crews] == ["d-org-b"]
    told = [phrase.tell(str) for phrase in plan.assumptions]
    assert "the crews of d-org-a may do none of the visits" in told


def test_two_visits_of_one_cabinet_are_two_lines() -> None:
    visits = (
        visit("c1", "1.75", [0, 3], id="clean", task="cleaning"),
        visit("c1", "1.75", [5, 0], id="inspect", task="inspection"),
    )
    plan = maintenance.solve(small(visits=visits))
    assert [(v.id, v.cabinet, v.task) for v in plan.visits] == [
        ("clean", "c1", "cleaning"),
        ("inspect", "c1", "inspection"),
    ]


def test_weeks_without_any_crew_day_are_named() -> None:
    none = (depot("org-a", [2, 0], {"g1": 100}),)
    stuck = (visit("c7", "1", [0], first_week=2, last_week=2),)
    with pytest.raises(Infeasible, match="c7: no crew that may do it has a crew-day"):
        maintenance.solve(small(depots=none, visits=stuck, neighbours=()))


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"visits": (visit("c", "1", [0, 0], closed_weeks=(1, 2)),)}, "/visits/0/closed_weeks"),
        ({"visits": (visit("c", "0", [0, 0]),)}, "/visits/0/hours"),
        ({"visits": (visit("a", "1", [0], id="x"), visit("b", "1", [0], id="x"))}, "/visits"),
        ({"promised": (Promised(visit="c1", week=1), Promised(visit="c1", week=2))}, "/promised"),
        ({"move_eur": Decimal(-1)}, "/move_eur"),
    ],
)
def test_what_cannot_be_meant_is_bad_input(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(BadInput) as caught:
        maintenance.solve(small(**changes))
    assert caught.value.where == where


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"week": 2}, "week 2 is closed"),
        ({"late_weeks": 3}, "not 3 weeks late"),
    ],
)
def test_the_checker_sees_service_that_was_changed(change: dict[str, Any], said: str) -> None:
    problem = hurried(visits=(visit("c1", "7", [9, 0, 5], closed_weeks=(2,)),))
    plan = maintenance.solve(problem)
    visits = tuple(v.model_copy(update=change) for v in plan.visits)
    changed = plan.model_copy(update={"visits": visits})
    assert any(said in fault for fault in _verify.faults(problem, changed))


def test_the_checker_sees_a_crew_without_the_skill() -> None:
    problem = small(neighbours=())
    plan = maintenance.solve(problem)
    strict = tuple(v.model_copy(update={"skills": ("platform",)}) for v in problem.visits)
    faults = _verify.faults(problem.model_copy(update={"visits": strict}), plan)
    assert any("too few crew-hours" in fault for fault in faults)


def test_plans_alone_of_other_grain_stand_side_by_side() -> None:
    """Alone, org-a counts in half days and org-b in quarters of an hour."""
    problem = small(neighbours=(), never_later_than_alone=True)
    plan = maintenance.solve(problem)
    assert (plan.objective_eur, plan.baseline_eur) == (Decimal(210), Decimal(210))
    assert {crew.hours for crew in plan.crews} == {Decimal(7)}


def test_one_organisation_is_no_later_than_itself() -> None:
    plan = maintenance.solve(hurried(never_later_than_alone=True))
    assert [(one.late, one.late_alone) for one in plan.zones] == [(50, 50)]


def test_a_zone_kept_in_time_that_all_alone_make_too_late_may_cost_more_than_alone() -> None:
    bodies = ("org-a", "org-b")
    asked = small(
        zones=(Zone(id="g1", name="G1", most_late=10), Zone(id="g2", name="G2")),
        neighbours=(),
        depots=tuple(depot(name, [2, 2], {"g1": 100}) for name in bodies),
        visits=tuple(
            visit(f"c-{name}", "7", [100, 0], organisation=name, due_week=1, light_points=10)
            for name in bodies
        ),
    )
    plan = maintenance.solve(asked)
    assert plan.status == "proved"
    assert (plan.objective_eur, plan.baseline_eur) == (Decimal(300), Decimal(200))
    assert [(m.cost_eur, m.alone_eur) for m in plan.members] == [(Decimal(150), Decimal(100))] * 2
    assert any("side by side, make a zone later" in said.text for said in plan.baseline)
    assert proof.faults(asked, plan) == ()
    alone = plan.model_copy(
        update={"zones": (plan.zones[0].model_copy(update={"late_alone": 10}),)}
    )
    assert any("pays 150" in fault for fault in _verify.faults(asked, alone))
