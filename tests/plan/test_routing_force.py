"""Routes against brute force: both searches, and the mix of trips."""

from itertools import permutations
from unittest.mock import patch

import pytest
from hypothesis import given, settings

from synergie.errors import BadInput
from synergie.maintenance.plan.routing import (
    Stop,
    Task,
    Vehicle,
    check,
    list_missing_stops,
    route,
)
from synergie.maintenance.plan.routing import _route as few
from synergie.maintenance.plan.routing import _route as switch
from synergie.maintenance.plan.routing._large import Pool
from synergie.maintenance.plan.routing._large_ground import WindowedTask
from synergie.maintenance.plan.routing._large_trip import Trip as SearchedTrip
from synergie.maintenance.plan.routing._limit import Limit
from synergie.maintenance.plan.routing._route import has_few_orders
from tests.plan import routing_force
from tests.plan.routing_tasks import crew, line, mixed, scattered, searched, tasks


@settings(deadline=None)
@given(task=tasks())
def test_routes_of_a_few_stops_are_what_brute_force_finds(task: Task) -> None:
    best = routing_force.cheapest(task)
    try:
        found = route(task, iterations=1)
    except BadInput:
        assert best is None
        return
    assert not check(task, found, complete=False)
    if best is None:
        assert list_missing_stops(task, found)
    else:
        assert (list_missing_stops(task, found), found.cost) == ((), best)


@settings(deadline=None)
@given(task=tasks())
def test_the_search_is_never_below_brute_force_and_tells_what_it_costs(task: Task) -> None:
    best = routing_force.cheapest(task)
    try:
        with patch.object(few, "_ORDERS", 0):
            found = searched(task, best)
    except BadInput:
        assert best is None
        return
    assert not check(task, found, complete=False)
    assert list_missing_stops(task, found) or (best is not None and found.cost >= best)


def test_a_stop_of_little_worth_is_served_beside_one_of_much_that_has_no_room() -> None:
    stops = tuple(Stop(0, 0, loads=(load,)) for load in (3, 1))
    stops += (Stop(0, 0, loads=(3,), prize=101), Stop(0, 0, loads=(0,), prize=1))
    task = Task(stops, (crew(capacity=(3,)), crew(capacity=(3,))), line((0, 0)))
    found = route(task, iterations=150)
    assert (found.unserved, found.cost) == ((2,), 101)


def test_two_stops_go_together_to_the_other_vehicle() -> None:
    vehicles = (Vehicle(0, 0, 0, 300, fixed=40, per_s=0), Vehicle(1, 1, 0, 300))
    task = Task((Stop(2, 9), Stop(3, 0)), vehicles, line((80, 0), (0, 0), (110, 0), (120, 90)))
    found = route(task, iterations=150)
    assert ([trip.vehicle for trip in found.trips], found.cost) == ([0], 40)


@pytest.mark.parametrize(
    ("stops", "sorts", "every"),
    [(5, 6, True), (5, 7, False), (6, 1, True), (7, 1, False), (12, 1, False)],
)
def test_only_a_few_stops_are_tried_in_every_order(stops: int, sorts: int, *, every: bool) -> None:
    task = Task(tuple(Stop(0, 0) for _ in range(stops)), (crew(),) * sorts, line((0, 0)))
    assert has_few_orders(task) == every


@settings(deadline=None)
@given(task=tasks())
def test_the_search_for_mixed_fleets_finds_it_too_but_for_a_choice_of_windows(task: Task) -> None:
    best, task = routing_force.cheapest(task), mixed(task)
    try:
        with patch.object(switch, "_LEAST", 0), patch.object(few, "_ORDERS", 0):
            found = searched(task, best)
    except BadInput:
        assert best is None
        return
    assert not check(task, found, complete=False)
    if best is None:
        assert list_missing_stops(task, found)
    elif all(len(stop.windows) < 2 for stop in task.stops):
        assert (list_missing_stops(task, found), found.cost) == ((), best)
    else:  # a stop keeps the window it was put into until it is taken out
        assert found.cost >= best


@settings(deadline=None)
@given(task=tasks(most=3))
def test_the_best_mix_of_all_trips_is_what_brute_force_finds(task: Task) -> None:
    prices = [10**6 if stop.prize is None else stop.prize for stop in task.stops]
    pool = Pool(WindowedTask(task), prices)
    pool.add(every_trip(pool))
    found = pool.best(Limit(None, 1, None), [], sum(prices))
    assert found is not None
    served = [stop for one in found for stop in one.stops()]
    assert len(set(served)) == len(served)
    left = sum(price for stop, price in enumerate(prices) if stop not in served)
    best, cost = routing_force.cheapest(task), sum(one.cost for one in found) + left
    assert cost == best if best is not None else cost >= 10**6


def every_trip(pool: Pool) -> list[SearchedTrip]:
    """Each vehicle through each choice of stops it may serve, in each order and each window."""
    ground, found = pool.ground, []
    for vehicle, able in enumerate(ground.able):
        own = [client for client, (stop, _) in enumerate(ground.clients) if able[stop]]
        for size in range(1, len(ground.task.stops) + 1):
            found += [
                pool.trip(vehicle, clients)
                for clients in permutations(own, size)
                if len({ground.clients[client][0] for client in clients}) == size
            ]
    return [made for made in found if made is not None]


@pytest.mark.parametrize("seed", range(3))
def test_seven_stops_and_two_vehicles_are_routed_as_brute_force_does(seed: int) -> None:
    stops = tuple(Stop(1 + n, 300, loads=(1 + n % 3,)) for n in range(7))
    crews = (crew(capacity=(8,), fixed=500), crew(capacity=(9,), start=1, end=0))
    task = Task(stops, crews, scattered(7, seed))
    assert route(task, iterations=200).cost == routing_force.cheapest(task)
