"""Large neighbourhood search: take some stops out, put each back where it costs least or soonest.

For fleets of many different vehicles, where PyVRP is slow (Ropke and Pisinger, 2006; strings by
Christiaens and Vanden Berghe, 2020). Simulated annealing accepts.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synergie.maintenance.plan.routing._large_ground import WindowedTask
from synergie.maintenance.plan.routing._large_ruin import Ruin
from synergie.maintenance.plan.routing._large_trip import Trip, build_large_trip
from synergie.maintenance.plan.routing._limit import Limit
from synergie.maintenance.plan.routing._task import Order
from synergie.plan.linear import Floats, Linear
from synergie.plan.solver import Model

# All trips the search has met: those made once are reused, and the best mix is chosen of them.

_MADE = 20_000  # trips remembered with what each stop more would make of them
_KEPT = 20_000  # trips of which the best mix is sought,
_COLUMNS = 1_000  # and of those the ones that look best, in whole numbers
_NODES = 500
_GAP = 1e-4
_SECONDS = 12.0
_SHARE = 0.1

type _Key = tuple[int, frozenset[int]]


@dataclass(slots=True)
class Pool:
    """Trips by vehicle and order, and the cheapest by vehicle and stops."""

    ground: WindowedTask
    prices: list[int]
    made: dict[tuple[int, tuple[int, ...]], Trip | None] = field(default_factory=dict)
    cheapest: dict[_Key, tuple[int, tuple[int, ...]]] = field(default_factory=dict)

    def trip(self, vehicle: int, clients: tuple[int, ...]) -> Trip | None:
        """The trip in this order, made once."""
        key = vehicle, clients
        if key not in self.made:
            self._keep(key, build_large_trip(self.ground, vehicle, clients))
        return self.made[key]

    def same(self, made: Trip) -> Trip:
        """The trip as it was made first."""
        key = made.vehicle, made.clients
        known = self.made.get(key)
        if known is None:
            self._keep(key, made)
            return made
        return known

    def _keep(self, key: tuple[int, tuple[int, ...]], made: Trip | None) -> None:
        if len(self.made) >= _MADE:
            self.made.clear()
        self.made[key] = made

    def clients(self, order: Order) -> list[int]:
        """The clients of an order: the windows chosen, or the first."""
        windows = order.windows or [None] * len(order.stops)
        found = []
        for stop, window in zip(order.stops, windows, strict=True):
            own = self.ground.of_stop[stop]
            same = (c for c in own if _contains_window(window, self.ground.clients[c][1]))
            found.append(next(same, own[0]))
        return found

    def add(self, trips: Sequence[Trip]) -> None:
        """Keep these trips for the choice."""
        for one in trips:
            key = one.vehicle, frozenset(one.clients)
            known = self.cheapest.get(key)
            if one.clients and (known is None or one.cost < known[0]):
                self.cheapest[key] = one.cost, one.clients

    def spread(self, trips: Sequence[Trip]) -> None:
        """Keep these trips as every other vehicle would make them, too."""
        for one in trips:
            stops = one.stops()
            for vehicle in self.ground.able[:, stops].all(axis=1).nonzero()[0].tolist():
                made = self.trip(vehicle, one.clients) if stops else None
                self.add([] if made is None else [made])

    def best(self, limit: Limit, now: Sequence[Trip], most: int) -> list[Trip] | None:
        """The cheapest mix that serves each stop once or pays for it; None: no time.

        *now*: the trips of the best routes, which cost *most* in all.
        """
        left = limit.remaining_s(_SHARE, _SECONDS)
        if left <= 0:
            return None
        self.add(now)
        held = {(one.vehicle, frozenset(one.clients)) for one in now if one.clients}
        keys = self._promising(held, max(most, 1))
        outcome = self._model(keys, max(most, 1)).minimise(
            limit_s=left,
            gap=_GAP,
            cancel=limit.cancel,
            options={"mip_max_nodes": _NODES},
            start={number: float(key in held) for number, key in enumerate(keys)},
        )
        if not outcome.values:
            return None
        chosen = [key for number, key in enumerate(keys) if outcome.chosen(number)]
        made = [self.trip(vehicle, self.cheapest[vehicle, key][1]) for vehicle, key in chosen]
        return self._once([one for one in made if one is not None])

    def _promising(self, held: set[_Key], most: int) -> list[_Key]:
        """Those held, and those of least reduced cost in the linear programme of all trips met."""
        keys = list(self.cheapest)[-_KEPT:]
        self.cheapest = {key: self.cheapest[key] for key in [*keys, *held]}
        costs = np.array([self.cheapest[key][0] for key in keys]) / most
        matrix = self._matrix(keys)
        duals = self._duals(matrix, costs, most)
        if duals is not None:
            order = (costs - matrix @ duals).argsort(kind="stable")
            keys = [keys[number] for number in order[:_COLUMNS].tolist()]
        return [*held, *(key for key in keys[:_COLUMNS] if key not in held)]

    def _matrix(self, keys: Sequence[_Key]) -> Floats:
        """Each trip (row): its stops, then its vehicle."""
        stops, vehicles = len(self.prices), len(self.ground.task.vehicles)
        matrix = np.zeros((len(keys), stops + vehicles))
        for row, (vehicle, clients) in enumerate(keys):
            matrix[row, [self.ground.clients[client][0] for client in clients]] = 1
            matrix[row, stops + vehicle] = 1
        return matrix

    def _duals(self, matrix: Floats, costs: Floats, most: int) -> Floats | None:
        """What each stop and each vehicle is worth when trips may be made in part."""
        counts = [vehicle.count for vehicle in self.ground.task.vehicles]
        prices = np.array(self.prices) / most
        programme = Linear()
        programme.require(
            np.zeros((matrix.shape[1], 0)),
            np.array([*np.ones(len(prices)), *np.full(len(counts), -np.inf)]),
            np.array([*np.full(len(prices), np.inf), *counts]),
        )
        programme.enter(np.eye(len(prices), matrix.shape[1]), prices)
        programme.enter(matrix, costs)
        answer = programme.minimise()
        return None if answer is None else answer.duals

    def _model(self, keys: Sequence[_Key], most: int) -> Model:
        """Which trips to make, in shares of *most*; a stop in several is taken out later."""
        model = Model("trips")
        of_stop: list[list[int]] = [[] for _ in self.prices]
        of_vehicle: list[list[int]] = [[] for _ in self.ground.task.vehicles]
        for number, (index, clients) in enumerate(keys):
            cost, _ = self.cheapest[index, clients]
            of_vehicle[index].append(model.binary(f"t{number}", cost / most))
            for stop in {self.ground.clients[client][0] for client in clients}:
                of_stop[stop].append(number)
        for stop, price in enumerate(self.prices):
            of_stop[stop].append(model.binary(f"out{stop}", price / most))
            model.require([(column, 1) for column in of_stop[stop]], low=1)
        for vehicle, own in zip(self.ground.task.vehicles, of_vehicle, strict=True):
            model.require([(column, 1) for column in own], high=vehicle.count)
        return model

    def _once(self, trips: list[Trip]) -> list[Trip]:
        """Each stop once: it stays where leaving it out would save least."""
        count = Counter(stop for one in trips for stop in one.stops())
        for stop in (stop for stop, times in count.items() if times > 1):
            savings = []
            for slot, one in enumerate(trips):
                left = [c for c in one.clients if self.ground.clients[c][0] != stop]
                if len(left) < len(one.clients):
                    made = self.trip(one.vehicle, tuple(left))
                    if made is not None:
                        savings.append((one.cost - made.cost, slot, made))
            for _, slot, made in sorted(savings, key=lambda saving: saving[:2])[1:]:
                trips[slot] = made
        return trips


def _contains_window(one: tuple[int, int] | None, two: tuple[int, int] | None) -> bool:
    return one is None or two is None or (two[0] <= one[0] and one[1] <= two[1])


_HOT, _COLD = 2e-2, 5e-4  # temperatures, shares of the cost
_NOISE = 0.4
_DEPTH = 4  # most choices compared by regret
_POOLED = 4  # how many times the pool of trips is recombined


@dataclass(slots=True)
class State:
    """Trips, a slot for each vehicle, and the stops left out."""

    trips: list[Trip]
    out: list[int]
    cost: int


@dataclass(slots=True)
class Large:
    """The search; *prices* of the stops left out."""

    ground: WindowedTask
    limit: Limit
    prices: list[int]
    draws: np.random.Generator
    pool: Pool = field(init=False)
    ruin: Ruin = field(init=False)

    def __post_init__(self) -> None:
        self.pool = Pool(self.ground, self.prices)
        self.ruin = Ruin(self.ground, self.draws)

    def run(self, begin: Sequence[Order]) -> list[Order] | None:
        """Better orders than those to begin from; None when there are none."""
        first = self._state(begin)
        best = now = first
        parts = [(1 + part) / (_POOLED + 0.5) for part in range(_POOLED)]
        self.pool.add(first.trips)
        spread: set[Trip] = set()
        least = self.limit.share()
        while not self.limit(0):
            done = (self.limit.share() - least) / (1 - least)
            new = self._step(now)
            if new is not None:
                self.pool.add(new.trips)
                heat = _HOT * (_COLD / _HOT) ** done * max(best.cost, 1)
                if new.cost < now.cost - heat * math.log(max(self.draws.random(), 1e-12)):
                    now = new
                if new.cost < best.cost:
                    best = new
                    fresh = [one for one in new.trips if one not in spread]
                    spread.update(fresh)
                    self.pool.spread(fresh)
            if parts and done >= parts[0]:
                parts.pop(0)
                best = self._pooled(best)
                now = now if len(parts) > 1 else best
        return [one.order() for one in best.trips if one.clients] if best is not first else None

    def _state(self, begin: Sequence[Order]) -> State:
        """These orders, one a slot; what they leave out goes in where it costs least."""
        slots = [i for i, v in enumerate(self.ground.task.vehicles) for _ in range(v.count)]
        trips = [Trip(self.ground, vehicle, (), 0) for vehicle in slots]
        free = list(range(len(slots)))
        out = set(range(len(self.ground.task.stops)))
        for order in begin:
            made = build_large_trip(self.ground, order.vehicle, self.pool.clients(order))
            slot = next((s for s in free if slots[s] == order.vehicle), None)
            if made is not None and slot is not None:
                free.remove(slot)
                trips[slot] = made
                out -= set(order.stops)
        return self._state_of(trips, sorted(out))

    def _state_of(self, trips: list[Trip], out: list[int]) -> State:
        cost = sum(one.cost for one in trips) + sum(self.prices[stop] for stop in out)
        return State(trips, out, cost)

    def _step(self, now: State) -> State | None:
        gone = self.ruin.some(now.trips)
        trips, out = list(now.trips), [*now.out, *gone]
        for slot, one in enumerate(now.trips):
            if gone.isdisjoint(stops := one.stops()):
                continue
            left = [c for c, stop in zip(one.clients, stops, strict=True) if stop not in gone]
            made = self.pool.trip(one.vehicle, tuple(left))
            if made is None:
                return None
            trips[slot] = made
        return self._back(trips, out)

    def _back(self, trips: list[Trip], out: list[int]) -> State:
        """Put stops back one by one: the cheapest, or the one that would regret most."""
        slots = _list_open_slots(trips)
        costs = self._costs([trips[slot] for slot in slots], out)
        noise = self._noise(costs.shape)
        depth = int(self.draws.integers(1, _DEPTH + 1))
        rest, rows, left = list(out), np.arange(len(out)), []
        while rest:
            row, column = _choose_regret_cell(costs[rows] * noise[rows], depth)
            stop, rows = rest.pop(row), np.delete(rows, row)
            if column == len(slots):
                left.append(stop)
                continue
            slot = slots[column]
            before, trips[slot] = trips[slot], self.pool.same(trips[slot].and_(stop))
            if not before.clients and _has_empty_trip(trips, before.vehicle):
                return self._back(trips, rest + left)  # one more of its sort may be taken
            costs[rows, column] = trips[slot].more(rest)
        return self._state_of(trips, left)

    def _costs(self, trips: Sequence[Trip], out: Sequence[int]) -> NDArray[np.float64]:
        """What each stop (row) adds to each trip; in the last column, what it costs left out."""
        prices = [self.prices[stop] for stop in out]
        columns = [one.more(out) for one in trips]
        return np.array([*columns, prices], dtype=float).T

    def _noise(self, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Factors of the costs: none, or of each vehicle and of each of its places."""
        if self.draws.random() < 0.5:  # noqa: PLR2004
            return np.ones(shape)
        places = 1 + _NOISE * self.draws.random(shape)
        return np.asarray(places * (1 + 3 * _NOISE * self.draws.random(shape[1])))

    def _pooled(self, best: State) -> State:
        found = self.pool.best(self.limit, best.trips, best.cost)
        if found is None:
            return best
        state = self._state([one.order() for one in found])
        return state if state.cost < best.cost else best


def _list_open_slots(trips: Sequence[Trip]) -> list[int]:
    """Slots in use, and one that is empty of each vehicle."""
    empty = {one.vehicle: slot for slot, one in reversed([*enumerate(trips)]) if not one.clients}
    used = [slot for slot, one in enumerate(trips) if one.clients]
    return sorted([*used, *empty.values()])


def _has_empty_trip(trips: Sequence[Trip], vehicle: int) -> bool:
    return any(one.vehicle == vehicle and not one.clients for one in trips)


def _choose_regret_cell(costs: NDArray[np.float64], depth: int) -> tuple[int, int]:
    """Row and column to take: the largest regret over *depth* choices; 1: the least cost."""
    if depth == 1 or costs.shape[1] <= depth:
        row, column = divmod(int(costs.argmin()), costs.shape[1])
        return row, column
    capped = np.minimum(costs, 2 * costs[:, -1:])  # what cannot be weighs as much for all
    least = np.partition(capped, depth - 1, axis=1)[:, :depth]
    row = int((least.sum(axis=1) - depth * least.min(axis=1)).argmax())
    return row, int(costs[row].argmin())
