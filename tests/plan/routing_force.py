"""Routes by brute force: every split of the stops over the vehicles, every order, every window.

Written from docs/plan/routing.md alone: it shares nothing with the search nor with its checker.
"""

from collections.abc import Iterator
from itertools import permutations, product

from synergie.maintenance.plan.routing import Stop, Task, Vehicle


def cheapest(task: Task) -> int | None:
    """The least cost of all trips and prizes; None when not all required stops can be served.

    Vehicles count one each, without reloads.
    """
    best: int | None = None
    memory: Memory = {}
    places: list[int | None] = [*range(len(task.vehicles)), None]
    for split in product(places, repeat=len(task.stops)):
        cost = _split(task, split, memory)
        if cost is not None and (best is None or cost < best):
            best = cost
    return best


type Memory = dict[tuple[int, tuple[Stop, ...]], int | None]


def _split(task: Task, split: tuple[int | None, ...], memory: Memory) -> int | None:
    total = 0
    for stop, chosen in zip(task.stops, split, strict=True):
        if chosen is None:
            if stop.prize is None:
                return None
            total += stop.prize
        elif not _may(stop, chosen, task.vehicles[chosen]):
            return None
    for index, vehicle in enumerate(task.vehicles):
        stops = tuple(s for s, place in zip(task.stops, split, strict=True) if place == index)
        if (index, stops) not in memory:
            memory[index, stops] = _vehicle(task, vehicle, stops)
        if (cost := memory[index, stops]) is None:
            return None
        total += cost
    return total


def _may(stop: Stop, index: int, vehicle: Vehicle) -> bool:
    named = stop.vehicles is None or index in stop.vehicles
    return named and all(skill in vehicle.skills for skill in stop.skills)


def _vehicle(task: Task, vehicle: Vehicle, stops: tuple[Stop, ...]) -> int | None:
    if not stops:
        return 0
    for dimension, capacity in enumerate(vehicle.capacity):
        if sum(stop.loads[dimension] for stop in stops if dimension < len(stop.loads)) > capacity:
            return None
    costs = (cost for order in permutations(stops) for cost in _order(task, vehicle, order))
    return min(costs, default=None)


def _order(task: Task, vehicle: Vehicle, order: tuple[Stop, ...]) -> Iterator[int]:
    """Cost in this order, for each choice of windows and each departure that could be best."""
    for windows in product(*[stop.windows or ((0, 10**9),) for stop in order]):
        for start in _departures(task, vehicle, order, windows):
            cost = _leave(task, vehicle, order, windows, start)
            if cost is not None:
                yield cost


def _departures(
    task: Task,
    vehicle: Vehicle,
    order: tuple[Stop, ...],
    windows: tuple[tuple[int, int], ...],
) -> set[int]:
    """Time away falls, then stays, between these: opening, just in time, and just not late."""
    after, place, found = 0, vehicle.start, {vehicle.opens}
    for stop, (low, high) in zip(order, windows, strict=True):
        after += int(task.network.durations[place, stop.place])
        found |= {max(vehicle.opens, low - after), max(vehicle.opens, high - after)}
        after, place = after + stop.service_s, stop.place
    last = vehicle.closes + vehicle.overtime_s
    if vehicle.leaves_by is not None:
        last = min(last, vehicle.leaves_by)
    return {min(start, last) for start in found}


def _leave(
    task: Task,
    vehicle: Vehicle,
    order: tuple[Stop, ...],
    windows: tuple[tuple[int, int], ...],
    start: int,
) -> int | None:
    now, place, way = start, vehicle.start, 0
    for stop, (low, high) in zip(order, windows, strict=True):
        now += int(task.network.durations[place, stop.place])
        way += int(task.network.distances[place, stop.place])
        if now > high:
            return None
        now, place = max(now, low) + stop.service_s, stop.place
    now += int(task.network.durations[place, vehicle.end])
    way += int(task.network.distances[place, vehicle.end])
    usual = vehicle.closes - vehicle.opens if vehicle.longest_s is None else vehicle.longest_s
    over = max(0, now - start - usual)
    if now > vehicle.closes + vehicle.overtime_s or over > vehicle.overtime_s:
        return None
    if vehicle.longest_m is not None and way > vehicle.longest_m:
        return None
    paid = vehicle.per_s * (now - start) + vehicle.per_m * way
    return vehicle.fixed + paid + vehicle.overtime_per_s * over
