"""A maintenance year from all sides, held to solves and to every assignment of a small year."""

from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from synergie.errors import BadInput
from synergie.maintenance.plan import year as maintenance
from synergie.maintenance.plan.study import fairness, share, study, ways_out, worth
from synergie.maintenance.records.maintenance import DayCost, Depot, MaintenanceProblem, Visit, Zone

WEEKS = 4


def visit(name: str, zone: str, **more: Any) -> Visit:
    """A half-day visit, due in week 1, that costs nothing more when it is late."""
    first = more.get("first_week", 1)
    last = more.get("last_week", WEEKS)
    told: dict[str, Any] = {
        "cabinet": name,
        "organisation": zone,
        "zone": zone,
        "hours": Decimal("3.5"),
        "first_week": first,
        "last_week": last,
        "costs_eur": (Decimal(0),) * (last - first + 1),
        "due_week": first,
        "light_points": 10,
    }
    return Visit(**(told | more))


def depot(name: str, days: tuple[int, ...], **more: Any) -> Depot:
    costs = (DayCost(zone="a", eur=Decimal(100)), DayCost(zone="b", eur=Decimal(110)))
    return Depot(
        **({"id": name, "organisation": name, "crew_days": days, "day_costs": costs} | more)
    )


def year(visits: tuple[Visit, ...], depots: tuple[Depot, ...], **more: Any) -> MaintenanceProblem:
    return MaintenanceProblem(
        weeks=WEEKS,
        crew_day_hours=Decimal(7),
        zones=(Zone(id="a", name="a"), Zone(id="b", name="b")),
        depots=depots,
        visits=visits,
        **more,
    )


TIGHT = year(
    (
        *(visit(f"a{i}", "a", costs_eur=tuple(map(Decimal, (0, 30, 60, 90)))) for i in range(4)),
        *(visit(f"b{i}", "b", costs_eur=tuple(map(Decimal, (0, 5, 10, 15)))) for i in range(4)),
    ),
    (depot("a", (1, 1, 1, 1)), depot("b", (1, 1, 0, 1))),
)


def test_a_day_more_is_worth_what_the_year_then_costs_less() -> None:
    plan = maintenance.solve(TIGHT)
    rows = worth(TIGHT, plan, crew=1)
    assert {row.week for row in rows if row.depot == "a"} >= {1, None}
    for row in rows:
        assert row.cost_eur is not None or row.conflicts
        if row.saves_eur is not None:
            assert row.proved
            assert (row.saves_eur >= 0) == (row.days > 0) or row.saves_eur == 0
    first = next(row for row in rows if (row.depot, row.week) == ("a", 1))
    more = depot("a", (2, 1, 1, 1))
    then = maintenance.solve(TIGHT.model_copy(update={"depots": (more, TIGHT.depots[1])}))
    assert first.cost_eur == then.objective_eur
    assert first.saves_eur == plan.objective_eur - then.objective_eur > 0


def test_a_depot_that_is_never_full_has_no_day_to_add() -> None:
    loose = year(TIGHT.visits, (depot("a", (9,) * WEEKS), depot("b", (9,) * WEEKS)))
    rows = worth(loose, maintenance.solve(loose))
    assert all(row.days < 0 for row in rows)


def assigned(problem: MaintenanceProblem) -> list[tuple[int, int]]:
    """(cost, worst zone's light-point-weeks late) of every assignment, one depot, pooled days."""
    (only,) = problem.depots
    prices = {cost.zone: int(cost.eur) for cost in only.day_costs}
    found = []
    for weeks in product(range(1, WEEKS + 1), repeat=len(problem.visits)):
        pairs = list(zip(problem.visits, weeks, strict=True))
        cost, fits = 0, True
        for week in range(1, WEEKS + 1):
            halves = {z: sum(v.zone == z and w == week for v, w in pairs) for z in prices}
            days = {z: -(-n // 2) for z, n in halves.items()}
            fits &= sum(days.values()) <= only.crew_days[week - 1]
            cost += sum(days[z] * prices[z] for z in days)
        cost += sum(int(v.costs_eur[w - 1]) for v, w in pairs)
        late = {z: sum(10 * (w - 1) for v, w in pairs if v.zone == z) for z in prices}
        if fits:
            found.append((cost, max(late.values())))
    return found


def test_the_fairest_plan_is_that_of_every_assignment_and_none_beats_another() -> None:
    visits = (
        *(visit(f"a{i}", "a", costs_eur=tuple(map(Decimal, (0, 9, 18, 27)))) for i in range(3)),
        *(visit(f"b{i}", "b") for i in range(3)),
    )
    problem = year(visits, (depot("a", (1, 1, 1, 1)),))
    points = fairness(problem, maintenance.solve(problem), points=30)
    every = assigned(problem)
    assert points[0].cost_eur == min(cost for cost, _ in every)
    fairest = min(late for _, late in every)
    assert points[-1].most_late == pytest.approx(fairest / 30)
    for point in points:
        within = [cost for cost, late in every if late <= point.most_late * 30 + 1e-9]
        assert point.cost_eur == min(within)
        assert point.proved
    assert len(points) > 1
    assert [p.cost_eur for p in points] == sorted(p.cost_eur for p in points)


def test_every_coalition_is_priced_and_the_whole_is_the_plan() -> None:
    shared = share(TIGHT)
    assert shared.total_eur == maintenance.solve(TIGHT).objective_eur
    for sharing in shared.sharings:
        assert sum(one.share_eur for one in sharing.shares) == shared.total_eur


def test_too_many_organisations_are_refused() -> None:
    visits = tuple(visit(f"v{i}", "a", organisation=f"o{i}") for i in range(9))
    with pytest.raises(BadInput, match="at most 8"):
        share(year(visits, (depot("a", (9,) * WEEKS),)))


IMPOSSIBLE = {
    "too few crew-days": (
        year(tuple(visit(f"a{i}", "a") for i in range(12)), (depot("a", (1,) * WEEKS),)),
        "crew_days",
    ),
    "a skill that nobody has": (
        year((visit("a0", "a", skills=("platform",)), visit("a1", "a")), (depot("a", (1,) * 4),)),
        "crew",
    ),
    "weeks closed": (
        year(
            tuple(visit(f"a{i}", "a", closed_weeks=(2, 3, 4)) for i in range(3)),
            (depot("a", (1,) * WEEKS),),
        ),
        "closed_weeks",
    ),
    "windows too short": (
        year(tuple(visit(f"a{i}", "a", last_week=1) for i in range(3)), (depot("a", (1,) * 4),)),
        "windows",
    ),
    "lateness": (
        year(tuple(visit(f"a{i}", "a") for i in range(3)), (depot("a", (1,) * WEEKS),)).model_copy(
            update={"zones": (Zone(id="a", name="a", most_late=0), Zone(id="b", name="b"))}
        ),
        "lateness",
    ),
}


@pytest.mark.parametrize("name", sorted(IMPOSSIBLE))
def test_an_impossible_year_says_what_would_make_it_possible(name: str) -> None:
    problem, kind = IMPOSSIBLE[name]
    found = ways_out(problem)
    assert found.conflicts
    assert kind in {way.kind for way in found.ways}
    assert [way.cost_eur for way in found.ways] == sorted(way.cost_eur for way in found.ways)


def test_the_least_number_of_days_that_is_enough_is_told() -> None:
    problem, _ = IMPOSSIBLE["too few crew-days"]
    (days,) = [way for way in ways_out(problem).ways if way.kind == "crew_days"]
    assert days.said.values == ("1", "a")  # 12 half-days: 6 days in 4 weeks of 1


def test_a_possible_year_has_no_way_out() -> None:
    found = ways_out(TIGHT)
    assert (found.conflicts, found.ways) == ((), ())


def test_a_study_says_all_of_it_in_words() -> None:
    plan = maintenance.solve(TIGHT)
    found = study(TIGHT, plan, crew=1)
    told = [phrase.tell(str) for phrase in found.said]
    assert any("a: one crew-day more in week" in one for one in told)
    assert any("crew fewer" in one for one in told)
    assert found.sharing is not None
    assert study(TIGHT, plan, crew=1) == found


def test_a_study_of_another_plan_is_refused() -> None:
    other = year(TIGHT.visits[:2], TIGHT.depots)
    with pytest.raises(BadInput, match="inputs_digest"):
        study(other, maintenance.solve(TIGHT))
