"""Large neighbourhood search: take some stops out, put each back where it costs least or soonest.

For fleets of many different vehicles, where PyVRP is slow (Ropke and Pisinger, 2006; strings by
Christiaens and Vanden Berghe, 2020). Simulated annealing accepts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synergie.maintenance.plan.routing._large_ground import WindowedTask
from synergie.maintenance.plan.routing._large_pool import Pool
from synergie.maintenance.plan.routing._large_ruin import Ruin
from synergie.maintenance.plan.routing._large_trip import Trip, build_large_trip
from synergie.maintenance.plan.routing._limit import Limit
from synergie.maintenance.plan.routing._task import Order

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
