"""One more stop in routes that stand or run, with the least disturbance of the others."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synergie.maintenance.plan.routing import _clock
from synergie.maintenance.plan.routing._load import fits_vehicle_loads, is_vehicle_able
from synergie.maintenance.plan.routing._route import build_routes as told
from synergie.maintenance.plan.routing._task import Order, Routes, Task, Trip


@dataclass(frozen=True, slots=True)
class Insertion:
    """Where one more stop goes."""

    trip: int | None
    """Number of the trip it goes into. None: a vehicle that stayed home leaves for it."""
    position: int
    """Place in the order of that trip."""
    made: Trip
    """The trip with it."""
    added_cost: int
    """What it costs more."""
    delay_s: int
    """How much later all other stops of the trip begin, added up, s."""
    routes: Routes
    """All routes with it."""


def best_insertion(
    task: Task,
    routes: Routes,
    stop: int,
    *,
    now: int | None = None,
    locked: Sequence[int] = (),
    delay_cost_per_s: int = 1,
) -> Insertion | None:
    """The insertion of *stop* that costs least, delays of others counted at *delay_cost_per_s*.

    No stop changes its trip or its order, none leaves its windows; no leg begins before *now*.
    *locked*: for each trip, how many of its first stops are done or under way; their times stay.
    None when no trip has room.
    """
    fixed = [*locked, *[0] * (len(routes.trips) - len(locked))]
    found = [
        *_in_trips(task, routes, stop, now=now, fixed=fixed),
        *_new_trips(task, routes, stop, now),
    ]
    best = min(
        found,
        key=lambda f: (f[3] + delay_cost_per_s * f[4], f[2].starts[f[1]], f[2].vehicle, f[1]),
        default=None,
    )
    if best is None:
        return None
    number, position, made, added, delay = best
    trips = [trip for index, trip in enumerate(routes.trips) if index != number]
    after = told(task, [*trips, made], routes.iterations, routes.stopped)
    return Insertion(number, position, made, added, delay, after)


type _Found = tuple[int | None, int, Trip, int, int]


def _in_trips(
    task: Task, routes: Routes, stop: int, *, now: int | None, fixed: Sequence[int]
) -> Iterator[_Found]:
    for number, trip in enumerate(routes.trips):
        if not is_vehicle_able(task.stops[stop], trip.vehicle, task.vehicles[trip.vehicle]):
            continue
        for position in range(fixed[number], len(trip.stops) + 1):
            order = _build_order_with_stop(trip, stop, position)
            made = _clock.reschedule_trip(task, trip, order, kept=fixed[number], now=now)
            if made is not None and fits_vehicle_loads(task, order):
                yield (
                    number,
                    position,
                    made,
                    made.cost - trip.cost,
                    _sum_stop_delays(trip, made, position),
                )


def _build_order_with_stop(trip: Trip, stop: int, position: int) -> Order:
    stops = [*trip.stops[:position], stop, *trip.stops[position:]]
    reloads = [(before + (before > position), place) for before, place in trip.reloads]
    return Order(trip.vehicle, stops, reloads)


def _sum_stop_delays(trip: Trip, made: Trip, position: int) -> int:
    """How much later the other stops begin, added up, s."""
    others = [*made.starts[:position], *made.starts[position + 1 :]]
    return sum(max(0, after - was) for was, after in zip(trip.starts, others, strict=True))


def _new_trips(task: Task, routes: Routes, stop: int, now: int | None) -> Iterator[_Found]:
    used = Counter(trip.vehicle for trip in routes.trips)
    for index, vehicle in enumerate(task.vehicles):
        order = Order(index, [stop])
        if used[index] < vehicle.count and is_vehicle_able(task.stops[stop], index, vehicle):
            made = _clock.time_trip(task, order, not_before=now)
            if made is not None and fits_vehicle_loads(task, order):
                yield None, 0, made, made.cost, 0
