"""Routes of a few stops: every trip there is, and the cheapest that together serve them.

PyVRP moves some stops at a time and may end beside the best of even two stops: where a step of
the way costs more (two stops from one depot to another), or where the best of what breaks nothing
was only passed on the way through what does (a stop of prize 1 beside one of 101).
"""

from collections.abc import Iterator, Sequence
from itertools import permutations
from math import perm

from synergie.maintenance.plan.routing import _clock
from synergie.maintenance.plan.routing._load import fits_vehicle_loads, is_vehicle_able
from synergie.maintenance.plan.routing._task import Order, Task, Trip

_ORDERS = 2_000  # orders of stops that are timed, 40 µs each: 5 stops of 6 sorts of vehicles
_STOPS = 6  # of which there are 1,956 orders

type _Choice = tuple[int, tuple[Trip, ...]]


def has_few_orders(task: Task) -> bool:
    """Whether every order of the stops, by each sort of vehicle, can be timed at once."""
    count = len(task.stops)
    if count > _STOPS or any(vehicle.max_reloads for vehicle in task.vehicles):
        return False
    return sum(perm(count, size + 1) for size in range(count)) * len(task.vehicles) <= _ORDERS


def find_cheapest_trips(task: Task, prices: Sequence[int]) -> tuple[Trip, ...]:
    """The trips of least cost, *prices* of the stops left out included: the optimum."""
    best: dict[int, _Choice] = {0: (0, ())}  # by the stops served, as bits
    for index, vehicle in enumerate(task.vehicles):
        trips = _find_trips_by_stops(task, index)
        for _ in range(min(vehicle.count, len(task.stops))):
            best = _add_vehicle(best, trips)

    def add_prices(served: int) -> int:
        left = sum(price for stop, price in enumerate(prices) if not served >> stop & 1)
        return best[served][0] + left

    return best[min(sorted(best, reverse=True), key=add_prices)][1]


def _add_vehicle(best: dict[int, _Choice], trips: dict[int, Trip]) -> dict[int, _Choice]:
    """The cheapest choice for each set of stops with one vehicle more, or without it."""
    after = dict(best)
    for served, (cost, chosen) in best.items():
        for stops, trip in trips.items():
            both, total = served | stops, cost + trip.cost
            if not served & stops and (both not in after or total < after[both][0]):
                after[both] = (total, (*chosen, trip))
    return after


def _find_trips_by_stops(task: Task, vehicle: int) -> dict[int, Trip]:
    """The cheapest trip of the vehicle through each set of stops that it can serve."""
    found: dict[int, Trip] = {}
    for order in _iterate_orders(task, vehicle):
        stops = sum(1 << stop for stop in order.stops)
        made = _clock.time_trip(task, order) if fits_vehicle_loads(task, order) else None
        if made is not None and (stops not in found or made.cost < found[stops].cost):
            found[stops] = made
    return found


def _iterate_orders(task: Task, vehicle: int) -> Iterator[Order]:
    stops = enumerate(task.stops)
    able = [n for n, stop in stops if is_vehicle_able(stop, vehicle, task.vehicles[vehicle])]
    for size in range(1, len(able) + 1):
        for order in permutations(able, size):
            yield Order(vehicle, list(order))
