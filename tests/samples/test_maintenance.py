from collections import Counter
from decimal import Decimal

import pytest

from synergie.maintenance.plan.year import solve
from synergie.maintenance.records.maintenance import MaintenanceProblem
from synergie.maintenance.samples.maintenance import (
    WEEKS,
    compute_crew_hours,
    iterate_upkeep,
    maintenance_problem,
    upkeep,
)
from synergie.samples import COMMUNES, ENERGY, EPCI, LIGHTING, Territory, territory
from synergie.schemas.assets.light_point import LightPointRecord


@pytest.fixture(scope="module")
def whole() -> Territory:
    return territory()


@pytest.fixture(scope="module")
def problem(whole: Territory) -> MaintenanceProblem:
    return maintenance_problem(upkeep(whole))


def _points(count: int, kind: str) -> list[LightPointRecord]:
    return [
        LightPointRecord.model_validate(
            {"external_id": f"p{i}", "source_type": kind, "provenance": "synthetic"}
        )
        for i in range(count)
    ]


def test_every_cabinet_is_visited_once_by_whom_it_belongs_to(
    whole: Territory, problem: MaintenanceProblem
) -> None:
    owners = {c.external_id: h.owner for h in whole.holdings for c in h.cabinets}
    assert {visit.cabinet: visit.organisation for visit in problem.visits} == owners
    assert len(problem.visits) == 191


def test_communes_are_the_zones_and_three_organisations_have_crews(
    problem: MaintenanceProblem,
) -> None:
    assert [zone.id for zone in problem.zones] == [commune.insee_code for commune in COMMUNES]
    assert {depot.organisation for depot in problem.depots} == {EPCI, ENERGY, LIGHTING}
    assert all(len(depot.crew_days) == WEEKS for depot in problem.depots)


def test_windows_stay_in_the_half_year_with_one_cost_a_week(problem: MaintenanceProblem) -> None:
    for visit in problem.visits:
        assert 1 <= visit.first_week < visit.last_week <= WEEKS
        assert len(visit.costs_eur) == visit.last_week - visit.first_week + 1
        assert min(visit.costs_eur) == 0, "the week it is due costs nothing"


def test_durations_are_whole_quarters_of_a_day_and_grow_with_the_lamps() -> None:
    few, many = compute_crew_hours(_points(18, "LED")), compute_crew_hours(_points(55, "SHP"))
    assert few == Decimal("1.75") < many == Decimal("5.25")
    assert compute_crew_hours(_points(30, "SHP")) >= compute_crew_hours(_points(30, "LED"))
    assert compute_crew_hours([]) == Decimal("1.75")


def test_light_points_go_to_their_own_cabinet(whole: Territory) -> None:
    found = list(
        iterate_upkeep(EPCI, whole.holding(EPCI).cabinets, whole.holding(EPCI).light_points)
    )
    sizes = Counter(point.cabinet for point in whole.light_points)
    for one in found:
        assert len(one.light_points) == sizes[one.cabinet.external_id]
        assert {point.cabinet for point in one.light_points} == {one.cabinet.external_id}


def test_a_depot_costs_less_near_than_far(problem: MaintenanceProblem) -> None:
    depot = next(depot for depot in problem.depots if depot.organisation == LIGHTING)
    costs = {cost.zone: cost.eur for cost in depot.day_costs}
    assert costs["54318"] == Decimal("910.00"), "Liverdun, where it stands"
    assert costs["54376"] == max(costs.values()), "Montenoy, the other end of the territory"


def test_the_plan_is_proved_and_nobody_pays_more_than_alone(problem: MaintenanceProblem) -> None:
    plan = solve(problem)
    assert plan.status == "proved"
    assert plan.gap == 0
    for member in plan.members:
        assert member.gain_eur is not None and member.gain_eur > 0
    assert plan.crew_days_alone is not None and plan.crew_days < plan.crew_days_alone
