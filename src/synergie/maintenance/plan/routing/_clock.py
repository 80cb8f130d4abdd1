"""The times and the cost of one trip whose order is given."""

from collections.abc import Sequence
from dataclasses import dataclass

from synergie.maintenance.plan.routing._task import (
    Order,
    Stop,
    Task,
    Trip,
    Vehicle,
    Window,
    merge_windows,
)


@dataclass(frozen=True, slots=True)
class _Leg:
    """A stop or a reload on the way."""

    place: int
    service_s: int
    windows: Sequence[Window]
    position: int | None


@dataclass(frozen=True, slots=True)
class _Past:
    """What of a running trip is done: the first *kept* stops, and all before *now*."""

    trip: Trip
    kept: int
    now: int | None

    def times(self, leg: _Leg) -> tuple[int, int] | None:
        """Arrival and start of a stop that is done or under way."""
        if leg.position is None or leg.position >= self.kept:
            return None
        return self.trip.arrivals[leg.position], self.trip.starts[leg.position]

    def over(self, ready: int) -> int:
        """When a vehicle that is ready then can leave: not in the past."""
        return ready if self.now is None else max(ready, self.now)


def time_trip(task: Task, order: Order, *, not_before: int | None = None) -> Trip | None:
    """The trip in the order given, the shortest time away: back early, left as late as can be.

    Alternatives of windows that the order leaves open are tried from each departure that reaches
    one of them as it opens. None when it breaks a window, a shift or a longest trip; loads and
    skills are not looked at.
    """
    vehicle = task.vehicles[order.vehicle]
    legs = _build_legs(task, order)
    first = vehicle.opens if not_before is None else max(vehicle.opens, not_before)
    tried = [_time_departure(task, order, legs, first)]
    if any(len(leg.windows) > 1 for leg in legs):
        later = sorted(
            start for start in _find_waitless_departures(task, vehicle, legs) if start > first
        )
        tried += [_time_departure(task, order, legs, start) for start in later]
    made = [trip for trip in tried if trip is not None]
    return min(made, key=lambda trip: (trip.cost, trip.end), default=None)


def _time_departure(task: Task, order: Order, legs: Sequence[_Leg], first: int) -> Trip | None:
    """The trip that leaves at *first*, or so much later as it can and be back at the same time."""
    vehicle = task.vehicles[order.vehicle]
    if vehicle.leaves_by is not None and first > vehicle.leaves_by:
        return None
    times = _run_legs(task, vehicle, legs, first)
    if times is None:
        return None
    start = first + _compute_departure_shift(vehicle, legs, times, first)
    times = _run_legs(task, vehicle, legs, start, chosen=[window for *_, window in times[0]])
    return None if times is None else _build_timed_trip(task, order, legs, start=start, times=times)


def _find_waitless_departures(task: Task, vehicle: Vehicle, legs: Sequence[_Leg]) -> set[int]:
    """Departures that reach some stop at the opening of one of its windows, without a wait."""
    durations, place, after = task.network.durations, vehicle.start, 0
    found = set()
    for leg in legs:
        after += int(durations[place, leg.place])
        found |= {low - after for low, _ in leg.windows}
        place, after = leg.place, after + leg.service_s
    return found


type _Times = tuple[list[tuple[int, int, Window | None]], int]


def _build_legs(task: Task, order: Order) -> list[_Leg]:
    reloads: dict[int, list[int]] = {}
    for before, place in order.reloads:
        reloads.setdefault(before, []).append(place)
    legs = []
    for position in range(len(order.stops) + 1):
        legs += [_Leg(place, 0, (), None) for place in reloads.get(position, ())]
        if position < len(order.stops):
            legs.append(_build_stop_leg(task.stops[order.stops[position]], order, position))
    return legs


def _build_stop_leg(stop: Stop, order: Order, position: int) -> _Leg:
    chosen = order.windows[position] if order.windows else None
    windows = (chosen,) if chosen else merge_windows(stop.windows)
    return _Leg(stop.place, stop.service_s, windows, position)


def _run_legs(
    task: Task,
    vehicle: Vehicle,
    legs: Sequence[_Leg],
    start: int,
    *,
    chosen: Sequence[Window | None] | None = None,
    past: _Past | None = None,
) -> _Times | None:
    """Arrival, start and window of each leg when leaving at *start*, and the return."""
    durations = task.network.durations
    place, now = vehicle.start, start
    times: list[tuple[int, int, Window | None]] = []
    for index, leg in enumerate(legs):
        if past is not None and (known := past.times(leg)) is not None:
            times.append((*known, None))
            place, now = leg.place, known[1] + leg.service_s
            continue
        now = now if past is None else past.over(now)
        arrival = now + int(durations[place, leg.place])
        window = chosen[index] if chosen else _find_next_window(leg, arrival)
        if leg.windows and (window is None or arrival > window[1]):
            return None
        begun = max(arrival, window[0]) if window else arrival
        times.append((arrival, begun, window))
        place, now = leg.place, begun + leg.service_s
    end = now + int(durations[place, vehicle.end])
    return (times, end) if end <= vehicle.last else None


def _find_next_window(leg: _Leg, arrival: int) -> Window | None:
    return next((window for window in leg.windows if arrival <= window[1]), None)


def _compute_departure_shift(
    vehicle: Vehicle, legs: Sequence[_Leg], times: _Times, first: int
) -> int:
    """How much later it can leave and still be back at the same time, s."""
    waited, slack = 0, (1 << 62)
    for _, (arrival, begun, window) in zip(legs, times[0], strict=True):
        waited += begun - arrival
        if window:
            slack = min(slack, window[1] - begun + waited)
    if vehicle.leaves_by is not None:
        slack = min(slack, vehicle.leaves_by - first)
    return min(slack, waited)


def _build_timed_trip(
    task: Task, order: Order, legs: Sequence[_Leg], *, start: int, times: _Times
) -> Trip | None:
    vehicle = task.vehicles[order.vehicle]
    away = times[1] - start
    way = compute_way_length(task, vehicle, [leg.place for leg in legs])
    if away > vehicle.shift_s + vehicle.overtime_s:
        return None
    if vehicle.longest_m is not None and way > vehicle.longest_m:
        return None
    served = [times[0][i] for i, leg in enumerate(legs) if leg.position is not None]
    return Trip(
        vehicle=order.vehicle,
        stops=tuple(order.stops),
        start=start,
        arrivals=tuple(arrival for arrival, _, _ in served),
        starts=tuple(begun for _, begun, _ in served),
        end=times[1],
        cost=cost(vehicle, away, way),
        reloads=tuple(order.reloads),
    )


def compute_way_length(task: Task, vehicle: Vehicle, places: Sequence[int]) -> int:
    """Way from the start through *places* to the end, m."""
    chain = [vehicle.start, *places, vehicle.end]
    return int(task.network.distances[chain[:-1], chain[1:]].sum())


def cost(vehicle: Vehicle, away_s: int, way_m: int) -> int:
    """Cost of a trip so long and so far."""
    over = max(0, away_s - vehicle.shift_s)
    paid = vehicle.per_s * away_s + vehicle.per_m * way_m + vehicle.overtime_per_s * over
    return vehicle.fixed + paid


def reschedule_trip(
    task: Task, before: Trip, order: Order, *, kept: int = 0, now: int | None = None
) -> Trip | None:
    """The trip in a new *order* whose first *kept* stops stay at the times of *before*.

    The rest follows as early as it can, not before *now*. None as for `trip`.
    """
    if not kept and (now is None or before.start >= now):
        return time_trip(task, order, not_before=now)
    vehicle, legs = task.vehicles[order.vehicle], _build_legs(task, order)
    times = _run_legs(task, vehicle, legs, before.start, past=_Past(before, kept, now))
    return (
        None
        if times is None
        else _build_timed_trip(task, order, legs, start=before.start, times=times)
    )
