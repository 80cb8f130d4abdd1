"""All trips the search has met: those made once are reused, and the best mix is chosen of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from synergie.maintenance.plan.routing._large_ground import WindowedTask
from synergie.maintenance.plan.routing._large_trip import Trip, build_large_trip
from synergie.maintenance.plan.routing._limit import Limit
from synergie.maintenance.plan.routing._task import Order
from synergie.plan.linear import Floats, Linear
from synergie.plan.solver import Model

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
