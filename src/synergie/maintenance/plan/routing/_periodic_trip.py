"""One day's trip of one vehicle as the search over day sets sees it: cost, and what it exceeds.

Times of day are left aside: the routes of each day are searched with them afterwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from synergie.maintenance.plan.routing._load import is_vehicle_able
from synergie.maintenance.plan.routing._task import Matrix, Network, Stop, Vehicle

type Rows = list[list[int]]
_TRIED = 3  # places of insertion whose reloads are planned anew


class Leg:
    """A trip that does not change. `offers` remembers what one stop more would make of it."""

    __slots__ = (
        "away",
        "cost",
        "load",
        "offers",
        "over_load",
        "over_s",
        "places",
        "reloads",
        "stops",
    )

    def __init__(self, stops: tuple[int, ...], places: list[int]) -> None:
        self.stops, self.places = stops, places
        self.cost = self.away = self.over_load = self.over_s = 0
        self.load: tuple[int, ...] = ()
        self.reloads: tuple[tuple[int, int], ...] = ()
        self.offers: dict[int, Offer | None] = {}


class Offer(NamedTuple):
    """A trip with one stop more, where it costs least."""

    cost: int
    over_load: int
    over_s: int
    at: int
    """Position of the new stop."""
    leg: Leg | None
    """The trip, when it had to be made to know its cost."""


@dataclass(frozen=True, eq=False)
class Kind:
    """A vehicle, with the lengths and times it pays for as plain lists."""

    index: int
    """Number of the vehicle in its day."""
    vehicle: Vehicle
    network: Network
    stops: tuple[Stop, ...]

    @cached_property
    def costs(self) -> Rows:
        """Cost of each arc."""
        found: Rows = self._costs.tolist()
        return found

    @cached_property
    def _costs(self) -> Matrix:
        vehicle, network = self.vehicle, self.network
        found: Matrix = vehicle.per_m * network.distances + vehicle.per_s * network.durations
        return found

    @cached_property
    def inward(self) -> Rows:
        """Cost of each arc, by its end."""
        found: Rows = self._costs.T.tolist()
        return found

    @cached_property
    def times(self) -> Rows:
        """Seconds of each arc."""
        found: Rows = self.network.durations.tolist()
        return found

    @cached_property
    def allowed(self) -> frozenset[int]:
        """Stops it may serve."""
        vehicle = enumerate(self.stops)
        return frozenset(
            n for n, stop in vehicle if is_vehicle_able(stop, self.index, self.vehicle)
        )

    @cached_property
    def via(self) -> list[list[int]]:
        """The reload place that lengthens each arc least."""
        places = list(self.vehicle.reload_places)
        detours = [self._costs[:, [p]] + self._costs[[p], :] for p in places]
        best = np.argmin(np.stack(detours), axis=0)
        found: list[list[int]] = np.array(places)[best].tolist()
        return found

    @cached_property
    def loads(self) -> list[tuple[int, ...]]:
        """Loads of each stop in the dimensions that are limited."""
        width = len(self.vehicle.capacity)
        return [(*stop.loads[:width], *[0] * (width - len(stop.loads))) for stop in self.stops]

    @cached_property
    def longest(self) -> int:
        """Longest trip, s."""
        vehicle = self.vehicle
        return min(vehicle.shift_s + vehicle.overtime_s, vehicle.last - vehicle.opens)

    @cached_property
    def reloads(self) -> bool:
        """Whether it can be loaded again on its way."""
        return bool(self.vehicle.reload_places) and self.vehicle.max_reloads > 0

    @cached_property
    def limits(self) -> tuple[int, ...]:
        """Most load at departure."""
        return self.vehicle.loaded

    def build_trip(self, stops: tuple[int, ...]) -> Leg:
        """The trip that serves *stops* in this order."""
        vehicle = self.vehicle
        leg = Leg(stops, [vehicle.start, *[self.stops[s].place for s in stops], vehicle.end])
        leg.load = tuple(map(sum, zip(*[self.loads[stop] for stop in stops], strict=True)))
        if not stops:
            leg.load = (0,) * len(self.limits)
            return leg
        if self.reloads:
            self._reload(leg)
        else:
            leg.over_load = self._over(leg.load)
        self._count(leg)
        return leg

    def _over(self, load: Sequence[int]) -> int:
        return sum([max(0, a - b) for a, b in zip(load, self.limits, strict=True)])

    def _count(self, leg: Leg) -> None:
        """Cost and time of the way, the service and the fixed cost."""
        vehicle, costs, times = self.vehicle, self.costs, self.times
        service = sum([self.stops[stop].service_s for stop in leg.stops])
        pairs = list(pairwise(self.way(leg)))
        leg.away = sum([times[a][b] for a, b in pairs]) + service
        leg.cost = vehicle.fixed + sum([costs[a][b] for a, b in pairs]) + vehicle.per_s * service
        leg.cost += self._overtime(leg.away)
        leg.over_s = max(0, leg.away - self.longest)

    def way(self, leg: Leg) -> list[int]:
        """Places of the trip, those of reloads too."""
        way = leg.places
        for before, place in reversed(leg.reloads):
            way = [*way[: before + 1], place, *way[before + 1 :]]
        return way

    def _overtime(self, away: int) -> int:
        return self.vehicle.overtime_per_s * max(0, away - self.vehicle.shift_s)

    @cached_property
    def detours(self) -> Rows:
        """What the best reload place adds to the cost of each arc."""
        costs, via = self._costs, np.array(self.via)
        rows, columns = np.arange(len(via))[:, None], np.arange(len(via))[None, :]
        found: Rows = (costs[rows, via] + costs[via, columns] - costs).tolist()
        return found

    def _reload(self, leg: Leg) -> None:
        """The cheapest reloads between these stops, by dynamic programming over the last one."""
        if self._over(leg.load) == 0:
            return
        firsts = self._firsts(leg.stops)
        if firsts is None:
            leg.over_load = self._over(leg.load)
            return
        added = [0, *[self.detours[a][b] for a, b in pairwise(leg.places[1:-1])]]
        begun: list[int] = []  # cost of all before a part that begins there
        best = 0
        for end, first in enumerate(firsts):
            begun.append(best + added[end])
            best = min(begun[first:])
        leg.reloads = self._back(leg, firsts, begun)
        if len(leg.reloads) > self.vehicle.max_reloads:
            leg.over_load = self._over(leg.load)

    def _firsts(self, stops: tuple[int, ...]) -> list[int] | None:
        """For each stop, where a part that ends with it can begin. None: a stop is too much."""
        firsts = [0] * len(stops)
        for dimension, limit in enumerate(self.vehicle.capacity):
            first = load = 0
            for end, stop in enumerate(stops):
                load += self.loads[stop][dimension]
                while load > limit:
                    load -= self.loads[stops[first]][dimension]
                    first += 1
                if first > end:
                    return None
                firsts[end] = max(firsts[end], first)
        return firsts

    def _back(self, leg: Leg, firsts: list[int], begun: list[int]) -> tuple[tuple[int, int], ...]:
        """The reloads of the cheapest parts, from the last to the first."""
        reloads: list[tuple[int, int]] = []
        end = len(leg.stops) - 1
        while (begin := min(range(firsts[end], end + 1), key=begun.__getitem__)) > 0:
            a, b = leg.places[begin], leg.places[begin + 1]
            reloads.append((begin, self.via[a][b]))
            end = begin - 1
        return tuple(reversed(reloads))

    def offer(self, leg: Leg, stop: int) -> Offer | None:
        """What the trip would be with one stop more. None: the vehicle may not serve it."""
        if stop in leg.offers:
            return leg.offers[stop]
        found = self._offer(leg, stop) if stop in self.allowed else None
        leg.offers[stop] = found
        return found

    def _offer(self, leg: Leg, stop: int) -> Offer:
        place, places, costs = self.stops[stop].place, leg.places, self.costs
        into, out = self.inward[place], costs[place]
        added = [into[a] + out[b] - costs[a][b] for a, b in pairwise(places)]
        if self.reloads or not leg.stops:
            return self._best_offer(leg, stop, added)
        least = min(added)
        at = added.index(least)
        a, b, times = places[at], places[at + 1], self.times
        service = self.stops[stop].service_s
        away = leg.away + times[a][place] + times[place][b] - times[a][b] + service
        load = [x + y for x, y in zip(leg.load, self.loads[stop], strict=True)]
        cost = leg.cost + least + self.vehicle.per_s * service
        if self.vehicle.overtime_per_s:
            cost += self._overtime(away) - self._overtime(leg.away)
        return Offer(cost, self._over(load), max(0, away - self.longest), at, None)

    def _best_offer(self, leg: Leg, stop: int, added: list[int]) -> Offer:
        """The offer of a trip that is made: the best known, or the best of the cheapest places."""
        key = frozenset((*leg.stops, stop))
        made = self.best_trips.get(key)
        if made is None:
            near = sorted(range(len(added)), key=added.__getitem__)[:_TRIED]
            stops = leg.stops
            tried = (self.build_trip((*stops[:at], stop, *stops[at:])) for at in near)
            made = self.best_trips[key] = min(tried, key=rank_leg)
        return Offer(made.cost, made.over_load, made.over_s, 0, made)

    @cached_property
    def tidied(self) -> set[frozenset[int]]:
        """Sets of stops whose best order has been looked for."""
        return set()

    @cached_property
    def best_trips(self) -> dict[frozenset[int], Leg]:
        """The best trip known for a set of stops."""
        return {}

    def insert_stop(self, leg: Leg, stop: int, offer: Offer) -> Leg:
        """The trip with the stop."""
        at = offer.at
        return offer.leg or self.build_trip((*leg.stops[:at], stop, *leg.stops[at:]))


def rank_leg(leg: Leg) -> tuple[int, int, int]:
    """What makes a trip better than another of the same stops."""
    return leg.over_load, leg.over_s, leg.cost
