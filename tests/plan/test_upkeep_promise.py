"""The year and its weeks agree: the road is in the year, promised crew-days are kept or told."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from math import cos, isclose, pi, sin, sqrt

import pytest

from synergie.maintenance.plan.rounds import solve as solve_rounds
from synergie.maintenance.plan.upkeep import (
    YearPlan,
    compare_crew_days,
    plan_promised_week,
    week_problem,
    year_problem,
)
from synergie.maintenance.plan.upkeep.travel import K, Travel, estimate_commune_travel
from synergie.maintenance.plan.year import solve as solve_year
from synergie.maintenance.records.rounds import RoundsPlan, RoundsProblem
from synergie.park.records.crew import CrewBook
from synergie.park.records.park import ParkState
from synergie.schemas.assets.work_order import WorkOrder
from tests.plan.upkeep_cases import MONDAY, at, book, cabinet, crew, depot, order, park, points

WEEKS = 16
ROUNDS = partial(solve_rounds, iterations=30)


def drawn_park(seed: int, orders: tuple[WorkOrder, ...] = ()) -> tuple[ParkState, CrewBook]:
    """Three to six communes within 18 km of the depot, three to nine cabinets each."""
    chance = random.Random(seed)  # noqa: S311 (a draw that must repeat, not a secret)
    boxes, lamps = [], []
    for zone in range(chance.randint(3, 6)):
        code, size = f"54{100 + zone}", chance.uniform(0.5, 3)
        away, angle = chance.uniform(1, 18), chance.uniform(0, 2 * pi)
        for i in range(chance.randint(3, 9)):
            name = f"A-{zone}{i:02d}"
            place = at(
                away * sin(angle) + chance.uniform(-size, size),
                away * cos(angle) + chance.uniform(-size, size),
            )
            before = date(2024, 1, 1) + timedelta(days=chance.randint(0, 1000))
            boxes.append(cabinet(name, insee_code=code, location=place, inspected_on=before))
            lamps += points(name, chance.randint(2, 45), insee_code=code, location=place)
    more = (crew("nacelle-2"),) if chance.random() < 0.5 else ()
    return park(boxes, lamps, orders), book(crews=(crew(), *more))


def iterate_weeks(seed: int) -> Iterator[tuple[int, RoundsPlan, bool]]:
    """Of a drawn year, by week: the days that were promised, its rounds, whether they are told."""
    here, crews = drawn_park(seed)
    problem = year_problem(here, crews, starts_on=MONDAY, weeks=WEEKS).problem
    plan = solve_year(problem, limit_s=20)
    for week in sorted({one.week for one in plan.crews}):
        visits = tuple(one for one in plan.visits if one.week == week)
        year = YearPlan(problem, plan.model_copy(update={"visits": visits}))
        monday = MONDAY + timedelta(weeks=week - 1)
        case = week_problem(year, here, crews, monday=monday)
        case, rounds = plan_promised_week(year, case, monday, ROUNDS)
        days = sum(one.days for one in plan.crews if one.week == week)
        yield days, rounds, bool(compare_crew_days(year, case, rounds, monday))


def test_weeks_of_drawn_years_keep_the_promised_crew_days_or_tell_it() -> None:
    """A hundred years, all their weeks: 99 keep every crew-day, one week of one has one more."""
    kept = 0
    for seed in range(1, 101):
        weeks = list(iterate_weeks(seed))
        assert weeks
        for days, rounds, told in weeks:
            assert rounds.left_out == ()
            assert told == (len(rounds.rounds) != days)
        kept += all(len(rounds.rounds) <= days for days, rounds, _ in weeks)
    assert kept >= 95


def test_rounds_of_more_days_than_promised_are_made_again_by_fewer() -> None:
    here, crews = drawn_park(8)
    problem = year_problem(here, crews, starts_on=MONDAY, weeks=WEEKS).problem
    year = YearPlan(problem, solve_year(problem, limit_s=20))
    free = week_problem(year, here, crews, monday=MONDAY)
    promised = sum(one.days for one in year.plan.crews if one.week == 1)
    assert len(ROUNDS(free.problem).rounds) > promised, "half days cost less on the road"
    case, plan = plan_promised_week(year, free, MONDAY, ROUNDS)
    assert len(plan.rounds) == promised == len(case.problem.shifts)
    assert plan.left_out == ()
    assert case.problem.stops == free.problem.stops
    assert len(plan_promised_week(None, free, MONDAY, ROUNDS)[1].rounds) > promised


def test_a_week_with_a_danger_keeps_its_first_rounds() -> None:
    here, crews = drawn_park(8)
    problem = year_problem(here, crews, starts_on=MONDAY, weeks=WEEKS).problem
    year = YearPlan(problem, solve_year(problem, limit_s=20))
    wires = order("T-1", asset="A-000", fault_type="porte ouverte, fils nus")
    case = week_problem(year, drawn_park(8, (wires,))[0], crews, monday=MONDAY)
    asked: list[RoundsProblem] = []

    def solve(one: RoundsProblem) -> RoundsPlan:
        asked.append(one)
        return ROUNDS(one)

    plan_promised_week(year, case, MONDAY, solve)
    assert len(asked) == 1


def test_the_road_of_a_commune_is_the_way_there_and_a_tour_of_its_stops() -> None:
    corners = [cabinet(f"A-{i}", location=at(10 + 2 * (i % 2), 2 * (i // 2))) for i in range(4)]
    middle = cabinet("A-9", location=at(11, 1))
    told = book(speed_km_h=30, detour=1.5)
    (found,) = estimate_commune_travel(
        park([*corners, middle]).cabinets, [depot(), depot("far", location=at(-90))], told
    ).values()
    assert found.speed_km_h == 20
    assert isclose(found.area_km2, 4, rel_tol=0.01), "the hull of the corners"
    assert isclose(found.trip_h, 2 * 11 / 20, rel_tol=0.02), "from the nearer depot"
    assert isclose(found.estimate_between_h(4), K * sqrt(found.area_km2 / 4) / 20)


@pytest.mark.parametrize(("away", "area"), [((), 0), ((4,), 4), ((2, 4), 4)])
def test_cabinets_on_a_line_have_the_road_between_the_outermost(
    away: tuple[float, ...], area: float
) -> None:
    boxes = [cabinet("A-0", location=at(5))]
    boxes += [cabinet(f"A-{n}", location=at(5, east)) for n, east in enumerate(away, 1)]
    (found,) = estimate_commune_travel(park(boxes).cabinets, [depot()], book()).values()
    assert isclose(found.area_km2, area, rel_tol=0.01)


def test_a_visit_takes_its_hours_and_its_road_of_what_the_way_there_leaves() -> None:
    near, far = Travel(1.0, 0.0, 20.0), Travel(3.0, 0.0, 20.0)
    assert near.compute_day_share(3.5, 3.5, 8.0) == 0.5
    assert far.compute_day_share(2.5, 2.5, 8.0) == 0.5
    assert Travel(7.0, 0.0, 20.0).compute_day_share(2.0, 2.0, 8.0) == 0.5, "half a day at least"
    wide = Travel(1.0, 9.0, 20.0)
    assert near.compute_day_share(1.0, 1.0, 8.0) < wide.compute_day_share(1.0, 1.0, 8.0)
