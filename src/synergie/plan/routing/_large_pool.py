"""All trips the search has met: those made once are reused, and the best mix is chosen of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from synergie.plan._solver import Model
from synergie.plan.routing._large_ground import Ground
from synergie.plan.routing._large_trip import Trip, trip
from synergie.plan.routing._limit import Limit
from synergie.plan.routing._task import Order

_MADE = 20_000  # trips remembered with what each stop more would make of them
_COLUMNS = 3_000
_NODES = 10
_GAP = 1e-4
_SECONDS = 6.0
_SHARE = 0.06

type _Key = tuple[int, frozenset[int]]


@dataclass(slots=True)
class Pool:
    """Trips by vehicle and order, and the cheapest by vehicle and stops."""

    ground: Ground
    prices: list[int]
    made: dict[tuple[int, tuple[int, ...]], Trip | None] = field(default_factory=dict)
    cheapest: dict[_Key, Trip] = field(default_factory=dict)

    def trip(self, vehicle: int, clients: tuple[int, ...]) -> Trip | None:
        """The trip in this order, made once."""
        key = vehicle, clients
        if key not in self.made:
            self._keep(key, trip(self.ground, vehicle, clients))
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
            same = (c for c in own if _within(window, self.ground.clients[c][1]))
            found.append(next(same, own[0]))
        return found

    def add(self, trips: Sequence[Trip]) -> None:
        """Keep these trips for the choice."""
        for one in trips:
            if one.clients:
                key = one.vehicle, frozenset(one.clients)
                known = self.cheapest.pop(key, None)
                better = known is None or one.cost < known.cost
                self.cheapest[key] = one if better or known is None else known

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
        left = limit.left_s(_SHARE, _SECONDS)
        if left <= 0:
            return None
        most = max(most, 1)
        self.add(now)
        trips = list(self.cheapest.values())[-_COLUMNS:]
        self.cheapest = {(one.vehicle, frozenset(one.clients)): one for one in trips}
        for one in trips:
            one.known, one.plain, one.loaded = {}, None, None
        model = self._model(trips, most)
        held = {(one.vehicle, frozenset(one.clients)) for one in now}
        outcome = model.minimise(
            limit_s=left,
            gap=_GAP,
            cancel=limit.cancel,
            options={"mip_max_nodes": _NODES},
            start={n: float(key in held) for n, key in enumerate(self.cheapest)},
        )
        if not outcome.values:
            return None
        return self._once([one for number, one in enumerate(trips) if outcome.chosen(number)])

    def _model(self, trips: Sequence[Trip], most: int) -> Model:
        """Which trips to make, in shares of *most*; a stop in several is taken out later."""
        model = Model("trips")
        of_stop: list[list[int]] = [[] for _ in self.prices]
        of_vehicle: list[list[int]] = [[] for _ in self.ground.task.vehicles]
        for number, one in enumerate(trips):
            of_vehicle[one.vehicle].append(model.binary(f"t{number}", one.cost / most))
            for stop in one.stops():
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


def _within(one: tuple[int, int] | None, two: tuple[int, int] | None) -> bool:
    return one is None or two is None or (two[0] <= one[0] and one[1] <= two[1])
