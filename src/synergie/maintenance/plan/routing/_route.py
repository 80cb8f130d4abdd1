"""The search for routes: PyVRP's iterated local search, stopped by time, steps or the caller."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from math import perm
from typing import Any

import numpy as np

from synergie.errors import BadInput, Cancelled
from synergie.maintenance.plan.routing import _clock, _text
from synergie.maintenance.plan.routing._check import check, list_missing_stops
from synergie.maintenance.plan.routing._input import describe_unservable_stop, refuse_faults
from synergie.maintenance.plan.routing._large import Large
from synergie.maintenance.plan.routing._large_ground import WindowedTask
from synergie.maintenance.plan.routing._limit import Limit
from synergie.maintenance.plan.routing._load import fits_vehicle_loads, is_vehicle_able
from synergie.maintenance.plan.routing._search import has_slow_steps, search_best_solution
from synergie.maintenance.plan.routing._search_model import Model
from synergie.maintenance.plan.routing._task import Ended, Order, Routes, Task, Trip
from synergie.plan.seconds import check_seconds

type Start = Sequence[Trip | Sequence[int]]


_LEAST = 30  # below, PyVRP is as good; the other search may not leave a window it chose
_MOST = 400  # stops up to which the large neighbourhood search makes steps enough
_SHARE = 0.05  # of the limit, for PyVRP, when that search follows


@check_seconds
def route(
    task: Task,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 0,
    start: Start | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Routes:
    """Cheap routes, found by a heuristic: there is no bound.

    With *iterations* alone the same task gives the same routes; *seconds* is for people who wait.
    *start*: trips to begin from, or the stops of each vehicle in the order of the task (counts
    unrolled). A required stop is left out only when no routes for all were found, and is told.
    Raises BadInput for a faulty task and for a required stop that no vehicle can serve, Cancelled
    when *cancel* says so before anything is found.
    """
    if seconds is None and iterations is None:
        raise BadInput("/limit", "none", _text.LIMIT)
    refuse_faults(task)
    begin = None if start is None else _convert_start_to_orders(task, start)
    if cancel is not None and cancel():
        raise Cancelled
    return _route_servable_stops(task, Limit(seconds, iterations, cancel), seed, begin)


def _route_servable_stops(
    task: Task, limit: Limit, seed: int, begin: Sequence[Order] | None
) -> Routes:
    """Routes sought without the optional stops that no vehicle can serve.

    Their prizes would draw them into trips that break something, for as long as it is searched.
    """
    ids = [
        n
        for n, s in enumerate(task.stops)
        if s.prize is None or describe_unservable_stop(task, n) is None
    ]
    if len(ids) == len(task.stops):
        return _find_routes(task, limit, seed, begin)
    number = {stop: at for at, stop in enumerate(ids)}
    orders = None if begin is None else [_renumber_order(order, number) for order in begin]
    part = replace(task, stops=tuple(task.stops[stop] for stop in ids))
    found = _find_routes(part, limit, seed, orders)
    trips = [replace(trip, stops=tuple(ids[stop] for stop in trip.stops)) for trip in found.trips]
    return build_routes(task, trips, found.iterations, found.stopped)


def _renumber_order(order: Order, number: dict[int, int]) -> Order:
    """The order without the stops that have no new number; then without reloads and windows."""
    stops = [number[stop] for stop in order.stops if stop in number]
    if len(stops) < len(order.stops):
        return Order(order.vehicle, stops)
    return replace(order, stops=stops)


def improve_routes(
    task: Task,
    begin: Sequence[Order],
    *,
    seconds: float | None,
    iterations: int | None,
    cancel: Callable[[], bool] | None,
) -> Routes:
    """Routes begun from these orders; the task is known to be sound."""
    return _find_routes(task, Limit(seconds, iterations, cancel), 0, begin)


def _find_routes(task: Task, limit: Limit, seed: int, begin: Sequence[Order] | None) -> Routes:
    """Routes for all; or, when half the limit brought none, as many required stops as can be."""
    if not task.stops:
        return Routes((), (), 0, 0, "iterations")
    if has_few_orders(task):
        return _route_few_stops(task, begin)
    model = Model(task)
    if _has_mixed_fleet(model):
        return _route_by_large_search(model, limit, seed, begin)
    best = _search_solution(model, limit, seed, begin)
    if not best.is_feasible() and limit.ended != "cancelled":
        limit.hopeful = False
        required = _required_alone(task, limit, seed)
        if required is not None:
            return _build_found_routes(model, _search_solution(model, limit, seed, required), limit)
        begin = _select_feasible_starts(task, model.orders(best))
        model = Model(task, relaxed=_compute_stop_penalty(task))
        best = _search_solution(model, limit, seed, begin)
    if not best.is_feasible():
        best = model.solution(_select_feasible_starts(task, model.orders(best)))
    return _build_found_routes(model, best, limit)


def _route_few_stops(task: Task, begin: Sequence[Order] | None) -> Routes:
    """The best routes of a few stops; those it begins with, when they are as good."""
    trips = find_cheapest_trips(task, _price_stops(task))
    best = build_routes(task, trips, 0, "iterations")
    known = [_clock.time_trip(task, order) for order in begin or () if order.stops]
    start = build_routes(task, [trip for trip in known if trip], 0, "iterations")
    sound = begin is not None and None not in known and not check(task, start, complete=False)
    served = set(best.unserved) >= set(list_missing_stops(task, start))
    return start if sound and served and start.cost <= best.cost else best


def _price_stops(task: Task) -> list[int]:
    """What it costs to leave out each stop: a required one, more than anything else."""
    dear = _compute_stop_penalty(task)
    return [dear if stop.prize is None else stop.prize for stop in task.stops]


def _required_alone(task: Task, limit: Limit, seed: int) -> list[Order] | None:
    """Orders of the required stops, sought without the optional ones that fill the vehicles.

    None: there is no optional stop, or they were not found by half of what is left.
    """
    ids = [number for number, stop in enumerate(task.stops) if stop.prize is None]
    if not ids or len(ids) == len(task.stops):
        return None
    model = Model(replace(task, stops=tuple(task.stops[number] for number in ids)))
    limit.part = (1 + limit.share()) / 2
    best = _search_solution(model, limit, seed, None)
    limit.part = 1.0
    if not best.is_feasible():
        return None
    return [
        replace(order, stops=[ids[stop] for stop in order.stops]) for order in model.orders(best)
    ]


def _has_mixed_fleet(model: Model) -> bool:
    """Whether the fleet is one of many different vehicles, and the task small enough."""
    task = model.task
    once = all(vehicle.max_reloads <= 1 for vehicle in task.vehicles)
    return once and _LEAST <= len(task.stops) <= _MOST and has_slow_steps(model.data)


def _route_by_large_search(
    model: Model, limit: Limit, seed: int, begin: Sequence[Order] | None
) -> Routes:
    """Routes by the large neighbourhood search, from what PyVRP finds at once."""
    task = model.task
    limit.part = _SHARE
    best = _search_solution(model, limit, seed, begin)
    orders = model.orders(best) if best.is_feasible() or begin is None else begin
    orders = [order for order in _select_feasible_starts(task, orders) if order.stops]
    limit.part = 1.0
    search = Large(WindowedTask(task), limit, _price_stops(task), np.random.default_rng(seed))
    found = search.run(orders) or orders
    trips = [made for order in found if (made := _clock.time_trip(task, order))]
    return build_routes(task, trips, limit.done, limit.ended or "iterations")


def _select_feasible_starts(task: Task, orders: Sequence[Order]) -> list[Order]:
    """The first stops of each order, as many as hold."""
    kept = []
    for order in orders:
        vehicle = task.vehicles[order.vehicle]
        stops = [
            stop
            for stop in order.stops
            if is_vehicle_able(task.stops[stop], order.vehicle, vehicle)
        ]
        whole = len(stops) == len(order.stops)
        part = Order(order.vehicle, stops, list(order.reloads) if whole else [])
        while part.stops and not (fits_vehicle_loads(task, part) and _clock.time_trip(task, part)):
            part.stops.pop()
            part.reloads = [reload for reload in part.reloads if reload[0] <= len(part.stops)]
        kept.append(part)
    return kept


def _search_solution(model: Model, limit: Limit, seed: int, begin: Sequence[Order] | None) -> Any:
    first = None if begin is None else model.solution(begin)
    return search_best_solution(model.data, limit, seed, first)


def _compute_stop_penalty(task: Task) -> int:
    """More than a trip and all prizes: a required stop is left out last."""
    farthest = int(task.network.distances.max()) * (len(task.stops) + 3)
    trips = (
        _clock.cost(vehicle, vehicle.shift_s + vehicle.overtime_s, farthest)
        for vehicle in task.vehicles
    )
    return 1 + max(trips) + sum(stop.prize or 0 for stop in task.stops)


def _build_found_routes(model: Model, best: Any, limit: Limit) -> Routes:
    trips = [made for order in model.orders(best) if (made := _clock.time_trip(model.task, order))]
    return build_routes(model.task, trips, limit.done, limit.ended or "iterations")


def build_routes(task: Task, trips: Sequence[Trip], iterations: int, stopped: Ended) -> Routes:
    """These trips with what they leave out and what all costs."""
    served = {stop for trip in trips for stop in trip.stops}
    unserved = tuple(stop for stop in range(len(task.stops)) if stop not in served)
    prizes = sum(task.stops[stop].prize or 0 for stop in unserved)
    ordered = tuple(sorted(trips, key=lambda trip: (trip.vehicle, trip.start, trip.stops)))
    cost = sum(trip.cost for trip in trips) + prizes
    return Routes(ordered, unserved, cost, iterations, stopped)


def _convert_start_to_orders(task: Task, start: Start) -> list[Order]:
    """Start trips as orders. Raises BadInput when a stop comes twice or does not exist."""
    slots = [index for index, vehicle in enumerate(task.vehicles) for _ in range(vehicle.count)]
    orders = []
    for slot, given in enumerate(start):
        if isinstance(given, Trip):
            orders.append(_convert_trip_to_order(task, given))
        elif given:
            if slot >= len(slots):
                raise BadInput("/start", len(start), _text.START)
            orders.append(Order(slots[slot], list(given)))
    stops = [stop for order in orders for stop in order.stops]
    if len(set(stops)) < len(stops) or not set(stops) <= set(range(len(task.stops))):
        raise BadInput("/start", len(stops), _text.START)
    return orders


def _convert_trip_to_order(task: Task, trip: Trip) -> Order:
    """The order of a trip, with the windows that it begins in."""
    windows = [
        next((w for w in task.stops[stop].windows if w[0] <= begun <= w[1]), None)
        for stop, begun in zip(trip.stops, trip.starts, strict=True)
    ]
    return Order(trip.vehicle, list(trip.stops), list(trip.reloads), windows)


# Routes of a few stops: every trip there is, and the cheapest that together serve them.
#
# PyVRP moves some stops at a time and may end beside the best of even two stops: where a step of
# the way costs more (two stops from one depot to another), or where the best of what breaks nothing
# was only passed on the way through what does (a stop of prize 1 beside one of 101).

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
