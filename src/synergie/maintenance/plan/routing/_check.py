"""Whether routes do what they say: every number added again, nothing shared with the search."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from synergie.maintenance.plan.routing._task import Routes, Stop, Task, Trip, Vehicle


def check(task: Task, routes: Routes, *, complete: bool = True) -> tuple[str, ...]:
    """What is wrong, in words; empty when all holds.

    *complete*: a required stop left out is a fault, even when `unserved` tells it.
    """
    faults = [*_iterate_number_faults(task, routes)]
    if not faults:
        faults += [
            *_iterate_repeat_faults(task, routes),
            *_iterate_fleet_faults(task, routes),
            *_iterate_total_faults(task, routes),
        ]
        for number, trip in enumerate(routes.trips):
            faults += [f"trip {number}: {fault}" for fault in _iterate_trip_faults(task, trip)]
    if complete and not faults:
        faults += [
            f"stop {stop} is required, no trip serves it"
            for stop in list_missing_stops(task, routes)
        ]
    return tuple(faults)


def list_missing_stops(task: Task, routes: Routes) -> tuple[int, ...]:
    """Required stops that no trip serves."""
    served = {stop for trip in routes.trips for stop in trip.stops}
    return tuple(
        number
        for number, stop in enumerate(task.stops)
        if stop.prize is None and number not in served
    )


def _iterate_number_faults(task: Task, routes: Routes) -> Iterator[str]:
    for trip in routes.trips:
        if not 0 <= trip.vehicle < len(task.vehicles):
            yield f"vehicle {trip.vehicle} does not exist"
        if not len(trip.stops) == len(trip.arrivals) == len(trip.starts):
            yield "stops, arrivals and starts differ in number"
        if not trip.stops:
            yield "a trip serves nothing"
    told = [stop for trip in routes.trips for stop in trip.stops] + [*routes.unserved]
    yield from (f"stop {stop} does not exist" for stop in told if not 0 <= stop < len(task.stops))


def _iterate_repeat_faults(task: Task, routes: Routes) -> Iterator[str]:
    told = Counter(stop for trip in routes.trips for stop in trip.stops)
    told.update(routes.unserved)
    for stop in range(len(task.stops)):
        if told[stop] != 1:
            yield f"stop {stop} is told {told[stop]} times"


def _iterate_fleet_faults(task: Task, routes: Routes) -> Iterator[str]:
    used = Counter(trip.vehicle for trip in routes.trips)
    for vehicle, count in sorted(used.items()):
        if count > task.vehicles[vehicle].count:
            yield f"vehicle {vehicle} makes {count} trips of {task.vehicles[vehicle].count}"


def _iterate_total_faults(task: Task, routes: Routes) -> Iterator[str]:
    trips = sum(trip.cost for trip in routes.trips)
    prizes = sum(task.stops[stop].prize or 0 for stop in routes.unserved)
    if trips + prizes != routes.cost:
        yield f"cost {routes.cost} told, {trips + prizes} found"


def _iterate_trip_faults(task: Task, trip: Trip) -> Iterator[str]:
    vehicle = task.vehicles[trip.vehicle]
    for number in trip.stops:
        yield from _iterate_stop_mismatches(number, task.stops[number], trip.vehicle, vehicle)
    yield from _iterate_reload_faults(vehicle, trip)
    yield from _iterate_load_faults(task, vehicle, trip)
    yield from _iterate_time_faults(task, vehicle, trip)
    yield from _iterate_limit_faults(task, vehicle, trip)


def _iterate_stop_mismatches(
    number: int, stop: Stop, index: int, vehicle: Vehicle
) -> Iterator[str]:
    if not stop.skills <= vehicle.skills:
        yield f"stop {number} asks for skills that vehicle {index} has not"
    if stop.vehicles is not None and index not in stop.vehicles:
        yield f"stop {number} is not for vehicle {index}"


def _iterate_reload_faults(vehicle: Vehicle, trip: Trip) -> Iterator[str]:
    if len(trip.reloads) > vehicle.max_reloads:
        yield f"{len(trip.reloads)} reloads of {vehicle.max_reloads}"
    if [*trip.reloads] != sorted(trip.reloads, key=lambda reload: reload[0]):
        yield "reloads are not in order"
    for before, place in trip.reloads:
        if place not in vehicle.reload_places or not 0 <= before <= len(trip.stops):
            yield f"no reload at place {place} after {before} stops"


def _iterate_load_faults(task: Task, vehicle: Vehicle, trip: Trip) -> Iterator[str]:
    """Load of each part of the trip: the first from the stock, the others from the capacity."""
    ends = [0, *(before for before, _ in trip.reloads), len(trip.stops)]
    for part in range(len(ends) - 1):
        stops = trip.stops[ends[part] : ends[part + 1]]
        for dimension, most in enumerate(vehicle.capacity):
            stock = (vehicle.stock or ())[dimension : dimension + 1] if part == 0 else ()
            limit = min((most, *stock))
            load = sum(sum(task.stops[s].loads[dimension : dimension + 1]) for s in stops)
            if load > limit:
                yield f"load {load} of {limit} in dimension {dimension}, part {part}"


def _iterate_trip_places(
    task: Task, vehicle: Vehicle, trip: Trip
) -> Iterator[tuple[int, int | None]]:
    """Places on the way, each with the position of the stop; None for a reload."""
    for position in range(len(trip.stops) + 1):
        yield from ((place, None) for before, place in trip.reloads if before == position)
        if position < len(trip.stops):
            yield task.stops[trip.stops[position]].place, position
    yield vehicle.end, None


def _iterate_time_faults(task: Task, vehicle: Vehicle, trip: Trip) -> Iterator[str]:
    place, ready = vehicle.start, trip.start
    for towards, position in _iterate_trip_places(task, vehicle, trip):
        ready += int(task.network.durations[place, towards])
        place = towards
        if position is None:
            continue
        stop, begun = task.stops[trip.stops[position]], trip.starts[position]
        if trip.arrivals[position] < ready:
            yield f"stop {trip.stops[position]} is reached at {ready}, not before"
        if begun < trip.arrivals[position]:
            yield f"stop {trip.stops[position]} begins before the arrival"
        if stop.windows and not any(low <= begun <= high for low, high in stop.windows):
            yield f"stop {trip.stops[position]} begins outside its windows"
        ready = begun + stop.service_s
    if trip.end < ready:
        yield f"the return is at {ready}, not before"


def _iterate_limit_faults(task: Task, vehicle: Vehicle, trip: Trip) -> Iterator[str]:
    if trip.start < vehicle.opens or trip.end > vehicle.closes + vehicle.overtime_s:
        yield "outside the hours of the vehicle"
    if vehicle.leaves_by is not None and trip.start > vehicle.leaves_by:
        yield "leaves too late"
    longest = vehicle.longest_s
    if longest is None:
        longest = vehicle.closes - vehicle.opens
    away = trip.end - trip.start
    if away > longest + vehicle.overtime_s:
        yield f"{away} s away"
    places = [vehicle.start, *(place for place, _ in _iterate_trip_places(task, vehicle, trip))]
    pairs = pairwise(places)
    way = sum(int(task.network.distances[a, b]) for a, b in pairs)
    if vehicle.longest_m is not None and way > vehicle.longest_m:
        yield f"{way} m long"
    overtime = max(0, away - longest) * vehicle.overtime_per_s
    cost = vehicle.fixed + away * vehicle.per_s + way * vehicle.per_m + overtime
    if cost != trip.cost:
        yield f"cost {trip.cost} told, {cost} found"
