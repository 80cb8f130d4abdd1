"""A trip that knows what each stop more would make of it: exact times, loads and reloads."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synergie.maintenance.plan.routing._large_ground import Leg, WindowedTask
from synergie.maintenance.plan.routing._task import Order

type Reload = tuple[int, int]  # stops before, place
type More = tuple[int, int, int, Reload | None]  # cost, client, position, reload
type _Place = tuple[Leg, Leg, int, int, Reload | None]  # before, after, room, position, reload

NEVER = 1 << 60
_NOWHERE = (0, 0, None)


@dataclass(slots=True, eq=False)
class Trip:
    """Clients in order by one vehicle, with the best place of the reload when it needs one."""

    ground: WindowedTask
    vehicle: int
    clients: tuple[int, ...]
    cost: int
    reload: Reload | None = None
    known: dict[int, More | None] = field(default_factory=dict)
    plain: "_Places | None" = None
    loaded: "_Places | None" = None

    def order(self) -> Order:
        """The trip as others read it."""
        pairs = [self.ground.clients[client] for client in self.clients]
        reloads = [self.reload] if self.reload else []
        return Order(self.vehicle, [s for s, _ in pairs], reloads, [w for _, w in pairs])

    def stops(self) -> list[int]:
        """Stops in order."""
        return [self.ground.clients[client][0] for client in self.clients]

    def more(self, stops: Sequence[int]) -> list[int]:
        """What each of these stops would add to the cost; `NEVER` when it cannot come."""
        new = [stop for stop in stops if stop not in self.known]
        if new:
            self._learn(new)
        found = (self.known[stop] for stop in stops)
        return [NEVER if more is None else more[0] - self.cost for more in found]

    def and_(self, stop: int) -> "Trip":
        """The trip with the stop at its best place."""
        cost, client, position, reload = self.known[stop] or (NEVER, *_NOWHERE)
        clients = (*self.clients[:position], client, *self.clients[position:])
        return Trip(self.ground, self.vehicle, clients, cost, reload)

    def _learn(self, stops: list[int]) -> None:
        self.known.update(dict.fromkeys(stops))
        able = self.ground.able[self.vehicle]
        stops = [stop for stop in stops if able[stop]]
        if self.plain is None:
            self.plain = _find_insert_places(self, loads=False)
        rest = self._ask(self.plain, stops)
        if rest and _may_reload(self):
            if self.loaded is None:
                self.loaded = _find_insert_places(self, loads=True)
            self._ask(self.loaded, rest)

    def _ask(self, places: "_Places", stops: list[int]) -> list[int]:
        """Ask the places for stops; those whose load fits nowhere come back."""
        if not len(places.rooms):
            return stops
        fits = (self.ground.loads[stops][:, None, :] <= places.rooms[None]).all(axis=2)
        some = fits.any(axis=1)
        rest = [stop for stop, fit in zip(stops, some, strict=True) if not fit]
        asked = [stop for stop, fit in zip(stops, some, strict=True) if fit]
        if not asked:
            return rest
        clients = [client for stop in asked for client in self.ground.of_stop[stop]]
        row = [r for r, stop in enumerate(stops) if some[r] for _ in self.ground.of_stop[stop]]
        costs = places.costs(self, clients, fits[row])
        best = costs.argmin(axis=1)
        for number, client in enumerate(clients):
            cost = int(costs[number, best[number]])
            stop = self.ground.clients[client][0]
            before = self.known[stop]
            if cost < NEVER and (before is None or cost < before[0]):
                self.known[stop] = (cost, client, *places.where[best[number]])
        return rest


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Where one more stop could go into a trip: what comes before and after, and the room."""

    before: NDArray[np.int64]
    after: NDArray[np.int64]
    room: NDArray[np.int64]
    rooms: NDArray[np.int64]
    where: list[tuple[int, Reload | None]]

    def costs(self, trip: Trip, clients: list[int], fits: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Cost of the trip with each client (row) at each place (column)."""
        ground, vehicle = trip.ground, trip.ground.task.vehicles[trip.vehicle]
        network = ground.task.network
        place, service, early, late = ground.table[:, clients, None]
        _, last, away, first_early, first_late, way = self.before
        first, _, then, next_early, next_late, way_on = self.after
        there = away + network.durations[last, place]
        bad = first_early + there > late
        wait = np.maximum(early - there - first_late, 0)
        begins = np.maximum(early - there, first_early) - wait
        ends = np.minimum(late - there, first_late)
        on = there + wait + service + network.durations[place, first]
        bad |= begins + on > next_late
        total = on + np.maximum(next_early - on - ends, 0) + then
        bad |= total > vehicle.shift_s + vehicle.overtime_s
        costs = vehicle.fixed + vehicle.per_s * total
        if vehicle.overtime_per_s:
            costs += vehicle.overtime_per_s * np.maximum(total - vehicle.shift_s, 0)
        if vehicle.per_m or vehicle.longest_m is not None:
            ways = network.distances[last, place] + network.distances[place, first] + way + way_on
            costs += vehicle.per_m * ways
            if vehicle.longest_m is not None:
                bad |= ways > vehicle.longest_m
        bad |= ~fits[:, self.room]
        return np.where(bad, NEVER, costs)


def _may_reload(trip: Trip) -> bool:
    vehicle = trip.ground.task.vehicles[trip.vehicle]
    return vehicle.max_reloads > 0 and bool(vehicle.reload_places)


def build_large_trip(ground: WindowedTask, vehicle: int, clients: Sequence[int]) -> Trip | None:
    """The trip in this order, reloaded once where that is cheapest, or not; None: it breaks."""
    if not clients:
        return Trip(ground, vehicle, (), 0)
    before, after = _build_side_legs(ground, vehicle, clients)
    loads = _sum_first_loads(ground, clients)
    stock, _ = ground.rooms[vehicle]
    if (loads[-1] <= stock).all():
        cost = ground.price(vehicle, before[-1] and ground.joined(before[-1], after[-1]))
        return None if cost is None else Trip(ground, vehicle, tuple(clients), cost)
    best: tuple[int, Reload] | None = None
    for position, place in _list_possible_reloads(ground, vehicle, loads):
        stay = Leg(place, place, 0, 0, 1 << 40, 0)
        whole = ground.joined(ground.joined(before[position], stay), after[position])
        cost = ground.price(vehicle, whole)
        if cost is not None and (best is None or cost < best[0]):
            best = cost, (position, place)
    return None if best is None else Trip(ground, vehicle, tuple(clients), *best)


def _list_possible_reloads(
    ground: WindowedTask, vehicle: int, loads: NDArray[np.int64]
) -> list[Reload]:
    """Where a reload lets both parts hold."""
    given = ground.task.vehicles[vehicle]
    if not given.max_reloads:
        return []
    stock, capacity = ground.rooms[vehicle]
    holds = (loads <= stock).all(axis=1) & (loads[-1] - loads <= capacity).all(axis=1)
    positions = holds.nonzero()[0].tolist()
    return [(position, place) for position in positions for place in given.reload_places]


def _build_side_legs(
    ground: WindowedTask, vehicle: int, clients: Sequence[int]
) -> tuple[list[Leg | None], list[Leg | None]]:
    """What comes before and after each position."""
    begin, end = ground.ends[vehicle]
    before: list[Leg | None] = [begin]
    after: list[Leg | None] = [end]
    for client in clients:
        before.append(ground.joined(before[-1], ground.legs[client]))
    for client in reversed(clients):
        after.append(ground.joined(ground.legs[client], after[-1]))
    return before, after[::-1]


def _sum_first_loads(ground: WindowedTask, clients: Sequence[int]) -> NDArray[np.int64]:
    """Loads of the first stops, by how many."""
    taken = np.zeros((len(clients) + 1, ground.width), dtype=np.int64)
    if clients:
        stops = [ground.clients[client][0] for client in clients]
        ground.loads[stops].cumsum(axis=0, out=taken[1:])
    return taken


def _find_insert_places(made: Trip, *, loads: bool) -> _Places:
    """All places for one more stop: with a reload or without."""
    ground = made.ground
    taken = _sum_first_loads(ground, made.clients)
    before, after = _build_side_legs(ground, made.vehicle, made.clients)
    if loads:
        found, rooms = _with_reload(made, before, after, taken)
    else:
        room = ground.rooms[made.vehicle][0] - taken[-1]
        rooms = [room] if (room >= 0).all() else []
        found = [
            (left, right, 0, position, None)
            for position, (left, right) in enumerate(zip(before, after, strict=True))
            if rooms and left is not None and right is not None
        ]
    if not found:
        rooms = []
    lefts = np.array([place[0] for place in found], dtype=np.int64).reshape(-1, 6)
    rights = np.array([place[1] for place in found], dtype=np.int64).reshape(-1, 6)
    return _Places(
        lefts.T.copy(),
        rights.T.copy(),
        np.array([place[2] for place in found], dtype=np.int64),
        np.array(rooms, dtype=np.int64).reshape(len(rooms), ground.width),
        [(position, reload) for _, _, _, position, reload in found],
    )


def _with_reload(
    made: Trip, before: list[Leg | None], after: list[Leg | None], taken: NDArray[np.int64]
) -> tuple[list[_Place], list[NDArray[np.int64]]]:
    """Each place of the reload with each place of the stop, before or after it."""
    ground, clients = made.ground, made.clients
    stock, capacity = ground.rooms[made.vehicle]
    found: list[_Place] = []
    rooms: list[NDArray[np.int64]] = []
    for at, place in _list_possible_reloads(ground, made.vehicle, taken):
        stay = Leg(place, place, 0, 0, 1 << 40, 0)
        rooms += [stock - taken[at], capacity - (taken[-1] - taken[at])]
        right, left = ground.joined(stay, after[at]), ground.joined(before[at], stay)
        for position in range(at, -1, -1):
            if right is not None and (ahead := before[position]) is not None:
                found.append((ahead, right, len(rooms) - 2, position, (at + 1, place)))
            if position:
                right = ground.joined(ground.legs[clients[position - 1]], right)
        for position in range(at, len(clients) + 1):
            if left is not None and (behind := after[position]) is not None:
                found.append((left, behind, len(rooms) - 1, position, (at, place)))
            if position < len(clients):
                left = ground.joined(left, ground.legs[clients[position]])
    return found, rooms
