"""Routes: the same each time, faulty tasks, windows, prizes, reloads, overtime."""

import sys
from collections.abc import Callable
from dataclasses import replace
from subprocess import run
from unittest.mock import patch

import pytest

from synergie.errors import BadInput
from synergie.maintenance.plan.routing import Network, Stop, Task, check, list_missing_stops, route
from synergie.maintenance.plan.routing import _route as switch
from tests.plan.routing_tasks import DAY, STEPS, crew, line, mixed, scattered, town


@pytest.mark.parametrize("as_given", [lambda task: task, mixed], ids=["few", "many"])
def test_the_same_steps_give_the_same_routes(as_given: Callable[[Task], Task]) -> None:
    task = as_given(town())
    with patch.object(switch, "_LEAST", 0):
        assert route(task, iterations=80, seed=3) == route(task, iterations=80, seed=3)


@pytest.mark.parametrize("as_given", [lambda task: task, mixed], ids=["few", "many"])
def test_routes_that_are_given_are_never_left_for_worse_ones(
    as_given: Callable[[Task], Task],
) -> None:
    task = as_given(town())
    good = route(task, iterations=200)
    assert route(task, iterations=1, start=good.trips).cost <= good.cost
    assert route(task, iterations=0, start=good.trips).trips == good.trips
    plain = [trip.stops for trip in good.trips]
    assert route(task, iterations=0, start=plain).cost == good.cost


def test_a_stop_with_two_windows_is_served_in_one_of_them() -> None:
    early, late = (29_000, 30_000), (50_000, 51_000)
    stops = (Stop(1, 600, (early, late)), Stop(2, 600, (late,)))
    task = Task(stops, (crew(),), line((0, 0), (900, 0), (1_000, 0)))
    found = route(task, iterations=50)
    assert not check(task, found)
    assert found.trips[0].start > early[1], "it waits for the late window of both"


def test_a_stop_too_dear_to_reach_is_left_out_and_told() -> None:
    task = Task(
        (Stop(1, 600), Stop(2, 600, prize=100)), (crew(),), line((0, 0), (500, 0), (9_000, 0))
    )
    found = route(task, iterations=50)
    assert found.unserved == (1,)
    assert found.cost == found.trips[0].cost + 100


@pytest.mark.parametrize("given", [None, [[4, 0]]], ids=["no start", "a start"])
def test_an_optional_stop_that_none_can_serve_disturbs_no_other(given: list[list[int]]) -> None:
    optional = (Stop(5, 0, prize=1), Stop(6, 0, skills=frozenset({1}), prize=101))
    vans = (crew(per_s=0, per_m=0), crew(per_s=0, per_m=0, start=1))
    task = Task((Stop(2, 0), Stop(3, 0), Stop(4, 0), *optional), vans, line(*[(0, 0)] * 7))
    found = route(task, iterations=20 * STEPS, start=given)
    assert not check(task, found)
    assert (found.unserved, found.cost) == ((4,), 101)


def test_an_optional_stop_does_not_take_the_room_of_a_required_one() -> None:
    stops = (Stop(2, 0, loads=(3,)), Stop(3, 0, loads=(3,), prize=301), Stop(4, 0, loads=(1,)))
    vans = (crew(capacity=(3,)), crew(capacity=(3,), start=1, end=0))
    task = Task(stops, vans, line(*[(0, 0)] * 5))
    found = route(task, iterations=STEPS)
    assert (found.unserved, list_missing_stops(task, found)) == ((1,), ())


def test_required_stops_that_do_not_all_fit_are_told() -> None:
    task = Task((Stop(1, 20_000), Stop(2, 20_000)), (crew(),), line((0, 0), (500, 0), (600, 0)))
    found = route(task, iterations=100)
    assert len(found.trips[0].stops) == 1
    assert list_missing_stops(task, found) == found.unserved
    assert check(task, found) and not check(task, found, complete=False)


def test_as_many_required_stops_as_can_be_are_served() -> None:
    stops = tuple(Stop(1 + number, 600, loads=(3,)) for number in range(20))
    task = Task(stops, (crew(count=3, capacity=(10,)),), scattered(20))
    found = route(task, iterations=300)
    assert [len(trip.stops) for trip in found.trips] == [3, 3, 3]
    assert len(list_missing_stops(task, found)) == 20 - 9
    assert not check(task, found, complete=False)


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        (Stop(1, 600, skills=frozenset({7})), "skills"),
        (Stop(1, 600, vehicles=frozenset()), "skills"),
        (Stop(1, 600, loads=(9,)), "load"),
        (Stop(1, 600, ((0, 100),)), "hours"),
        (Stop(1, 40_000), "hours"),
    ],
)
def test_a_required_stop_that_none_can_serve_is_refused_by_name(stop: Stop, said: str) -> None:
    task = Task((Stop(2, 600), stop), (crew(capacity=(5,)),), line((0, 0), (500, 0), (600, 0)))
    with pytest.raises(BadInput, match=said) as refused:
        route(task, iterations=1)
    assert refused.value.where == "/stops/1"


def _holed(row: int, column: int, value: int) -> Network:
    good = scattered(3)
    durations = good.durations.copy()
    durations[row, column] = value
    return Network(durations, good.distances)


@pytest.mark.parametrize(
    ("task", "where"),
    [
        (Task((Stop(1, 1),), (crew(),), _holed(1, 2, -1)), "/network/durations/1/2"),
        (Task((Stop(1, 1),), (crew(),), _holed(2, 2, 5)), "/network/durations/2/2"),
        (Task((Stop(9, 1),), (crew(),), scattered(3)), "/stops/0"),
        (Task((Stop(1, -1),), (crew(),), scattered(3)), "/stops/0"),
        (Task((Stop(1, 1, ((9, 3),)),), (crew(),), scattered(3)), "/stops/0"),
        (Task((Stop(1, 1),), (), scattered(3)), "/vehicles"),
        (Task((Stop(1, 1),), (crew(start=8),), scattered(3)), "/vehicles/0"),
        (Task((Stop(1, 1),), (crew(closes=0),), scattered(3)), "/vehicles/0"),
        (Task((Stop(1, 1),), (crew(per_m=-1),), scattered(3)), "/vehicles/0"),
        (
            Task((Stop(1, 1),), (crew(),), Network(scattered(3).durations, scattered(2).distances)),
            "/network",
        ),
    ],
)
def test_a_faulty_task_is_refused_with_its_place(task: Task, where: str) -> None:
    with pytest.raises(BadInput) as refused:
        route(task, iterations=1)
    assert refused.value.where == where


def test_no_limit_and_start_routes_twice_are_refused() -> None:
    with pytest.raises(BadInput, match="/limit"):
        route(town())
    with pytest.raises(BadInput, match="/start"):
        route(town(), iterations=1, start=[[0, 1], [1]])
    with pytest.raises(BadInput, match="/start"):
        route(town(), iterations=1, start=[[0], [1], [2]])


def test_no_stops_make_no_trips() -> None:
    assert route(Task((), (crew(),), scattered(1)), iterations=1).trips == ()


def test_a_vehicle_loads_again_where_it_may() -> None:
    stops = tuple(Stop(place, 60, loads=(3,)) for place in (2, 3, 4, 5))
    network = line((0, 0), (500, 500), (400, 400), (600, 600), (500, 600), (600, 500))
    shuttle = crew(capacity=(6,), reload_places=(1,), max_reloads=1)
    task = Task(stops, (shuttle,), network)
    found = route(task, iterations=200)
    assert not check(task, found)
    assert [place for trip in found.trips for _, place in trip.reloads] == [1]
    again = route(task, iterations=0, start=found.trips)
    assert again.trips == found.trips


def test_what_was_left_at_the_depot_is_fetched_first() -> None:
    stops = (Stop(1, 60, loads=(1,)), Stop(2, 60, loads=(0,)))
    van = crew(capacity=(5,), stock=(0,), reload_places=(3,), max_reloads=1)
    task = Task(stops, (van,), line((0, 0), (100, 0), (50, 0), (900, 0)))
    found = route(task, iterations=100)
    assert not check(task, found)
    (trip,) = found.trips
    assert trip.stops.index(0) >= trip.reloads[0][0]


def test_overtime_is_paid_only_when_it_is_worth_it() -> None:
    stops = (Stop(1, 15_000), Stop(1, 15_000, prize=5_000))
    network = line((0, 0), (500, 0))
    dear = Task(stops, (crew(overtime_s=3_600, overtime_per_s=10),), network)
    cheap = Task(
        (stops[0], replace(stops[1], prize=60_000)),
        (crew(overtime_s=3_600, overtime_per_s=10),),
        network,
    )
    assert route(dear, iterations=50).unserved == (1,)
    found = route(cheap, iterations=50)
    assert not found.unserved
    assert not check(cheap, found)
    assert found.trips[0].end - found.trips[0].start > DAY[1] - DAY[0]


def test_relaxing_never_costs_more_and_a_crew_less_never_costs_less() -> None:
    stops = tuple(
        Stop(1 + n, 1_200, ((30_000, 40_000 + 1_000 * n),), loads=(1,), prize=20_000)
        for n in range(7)
    )
    crews = (crew(capacity=(4,)), crew(capacity=(4,), start=1, end=1))
    task = Task(stops, crews, scattered(7))
    cost = route(task, iterations=400).cost
    wide = tuple(replace(stop, windows=()) for stop in stops)
    assert route(replace(task, stops=wide), iterations=400).cost <= cost
    strong = tuple(replace(vehicle, capacity=(7,)) for vehicle in crews)
    assert route(replace(task, vehicles=strong), iterations=400).cost <= cost
    assert route(replace(task, vehicles=crews[:1]), iterations=400).cost >= cost


def test_the_package_does_not_pay_for_the_search_until_it_searches() -> None:
    code = "import sys, synergie.maintenance.plan.routing; sys.exit('pyvrp' in sys.modules)"
    assert run([sys.executable, "-c", code], check=False).returncode == 0
