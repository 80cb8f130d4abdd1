"""Search over the day sets of stops: some stops near each other leave, and come back elsewhere.

Slack induction by string removals (Christiaens and Vanden Berghe, 2020), with the day sets of
Cordeau, Gendreau and Laporte (1997) chosen at each return, and simulated annealing. What a trip
exceeds costs a price that follows how often trips keep their limits.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from random import Random

from synergie.maintenance.plan.routing._periodic_task import Days, Periodic
from synergie.maintenance.plan.routing._periodic_trip import Kind, Leg, Offer, rank_leg

# The best order of the stops of a trip with reloads, whose cheapest place is hard to guess.

_LONGEST = 30  # stops of a trip that is looked through


def improve_leg(kind: Kind, leg: Leg) -> Leg:
    """A better order of the same stops: parts of one to three move, turned or not, while it helps.

    The best order of each set of stops is remembered, and what one stop more costs is known from
    it.
    """
    if not kind.reloads or not 2 < len(leg.stops) <= _LONGEST:  # noqa: PLR2004
        return leg
    key = frozenset(leg.stops)
    if key not in kind.tidied:
        kind.tidied.add(key)
        kind.best_trips[key] = _descend_leg(kind, leg)
    return kind.best_trips[key]


def _descend_leg(kind: Kind, leg: Leg) -> Leg:
    while (better := _find_better_leg(kind, leg)) is not None:
        leg = better
    return leg


def _find_better_leg(kind: Kind, leg: Leg) -> Leg | None:
    """A trip by one move that is better; only ways that may be shorter are made."""
    costs, vehicle = kind.costs, kind.vehicle
    place = dict(zip(leg.stops, leg.places[1:], strict=False))
    whole = sum([costs[a][b] for a, b in pairwise(kind.way(leg))])
    needed, detours = _count_needed_reloads(leg.load, vehicle.capacity), kind.detours
    for stops in _iterate_stop_moves(leg.stops):
        places = [vehicle.start, *[place[stop] for stop in stops], vehicle.end]
        least = sum([costs[a][b] for a, b in pairwise(places)])
        if least < whole and needed:
            least += needed * min([detours[a][b] for a, b in pairwise(places[1:-1])])
        if least < whole:
            made = kind.build_trip(stops)
            if rank_leg(made) < rank_leg(leg):
                return made
    return None


def _count_needed_reloads(load: Sequence[int], capacity: Sequence[int]) -> int:
    """Reloads that the load asks for at least."""
    pairs = zip(load, capacity, strict=True)
    return max([-(-most // limit) - 1 for most, limit in pairs if most > limit > 0], default=0)


def _iterate_stop_moves(stops: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """The same stops with a part of one to three moved, turned or not, or any part turned."""
    for size in (1, 2, 3):
        for at in range(len(stops) - size + 1):
            part, rest = stops[at : at + size], stops[:at] + stops[at + size :]
            for to in range(len(rest) + 1):
                if to != at:
                    yield (*rest[:to], *part, *rest[to:])
                if size > 1:
                    yield (*rest[:to], *part[::-1], *rest[to:])
    for at in range(len(stops) - 3):
        for end in range(at + 4, len(stops) + 1):
            yield (*stops[:at], *stops[at:end][::-1], *stops[end:])


_REMOVED = 8  # stops a step, on average
_STRING = 10  # longest string
_BLINK, _BLIND = 0.01, 0.05  # trips, and sets of days, that are overlooked
_ROUND = 0.5  # share of removals that take all stops around one
_HOT, _COLD = 2.0, 0.03  # temperature at the start and the end, in mean costs of a visit
_FEASIBLE = 0.4  # share of new plans that shall keep all limits
_RESCUE = 400
_SPAN = 50  # steps between two prices

type Fleet = list[tuple[Kind, Leg]]


@dataclass(frozen=True, slots=True)
class State:
    """Trips of each day, and the days of each stop."""

    days: tuple[tuple[tuple[Kind, Leg], ...], ...]
    chosen: tuple[Days, ...]

    def legs(self) -> Iterator[Leg]:
        """All trips."""
        return (leg for day in self.days for _, leg in day)

    @property
    def cost(self) -> int:
        """Cost of all trips."""
        return sum(leg.cost for leg in self.legs())

    @property
    def over(self) -> tuple[int, int]:
        """Load and seconds above the limits."""
        legs = list(self.legs())
        return sum(leg.over_load for leg in legs), sum(leg.over_s for leg in legs)


@dataclass
class Search:
    """A walk over states; `best` is the cheapest that keeps all limits, None before the first."""

    task: Periodic
    draws: Random
    state: State = field(init=False)
    best: State | None = None
    price_load: float = 1.0
    price_s: float = 1.0
    _kept: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.price_load, self.price_s = self._prices()
        empty = State(
            tuple(tuple((kind, kind.build_trip(())) for kind in fleet) for fleet in self._fleets),
            ((),) * len(self.task.stops),
        )
        everyone = sorted(range(len(self.task.stops)), key=lambda s: -len(self.task.choices[s][0]))
        self.state = self._returned(empty, everyone)
        self._keep(self.state)

    def _prices(self) -> tuple[float, float]:
        """A medium load, and a medium time of service and way, too much cost a visit each."""
        loads = [load for stop in self.task.stops for load in stop.loads if load] or [1]
        service = sum(stop.service_s for stop in self.task.stops) / len(self.task.stops)
        near = float(self.task.network.durations.mean()) / 4
        return self._visit_cost * len(loads) / sum(loads), self._visit_cost / max(1, service + near)

    def rescue(self, stopped: Callable[[], bool]) -> None:
        """Some steps at rising prices, when no state has kept all limits yet."""
        for turn in range(_RESCUE):
            if self.best is not None or stopped():
                return
            if turn % 20 == 0:
                self.price_load, self.price_s = 2 * self.price_load, 2 * self.price_s
            self.step(1.0)

    @cached_property
    def _fleets(self) -> list[list[Kind]]:
        """Vehicles of each day, each by itself; equal vehicles of several days are one kind."""
        made: dict[tuple[int, object], Kind] = {}
        return [
            [
                made.setdefault((i, v), Kind(i, v, self.task.network, self.task.stops))
                for i, v in enumerate(day)
                for _ in range(min(v.count, len(self.task.stops)))
            ]
            for day in self.task.days
        ]

    @cached_property
    def _near(self) -> list[list[int]]:
        """Stops from each stop, nearest first."""
        places = [stop.place for stop in self.task.stops]
        lengths = self.task.network.durations + self.task.network.distances
        away = lengths[places][:, places]
        found: list[list[int]] = (away + away.T).argsort(axis=1, kind="stable").tolist()
        return found

    @cached_property
    def _visit_cost(self) -> float:
        """Roughly what a visit costs: the way to its nearest stops."""
        kind = self._fleets[0][0]
        places = [stop.place for stop in self.task.stops]
        near = [
            kind.costs[places[stop]][places[other]]
            for stop, others in enumerate(self._near)
            for other in others[1:4]
        ]
        return max(1.0, 1.5 * sum(near) / max(1, len(near)))

    def step(self, done: float) -> None:
        """One removal and return; *done* is the share of the search that is over."""
        found = self._returned(self.state, self._order(self._draw_removed_stops()))
        heat = self._visit_cost * _HOT * (_COLD / _HOT) ** done
        allowed = self._priced(self.state) - heat * math.log(1.0 - self.draws.random())
        if self._priced(found) < allowed:
            self.state = found
        self._keep(found)

    def _priced(self, state: State) -> float:
        load, seconds = state.over
        return state.cost + self.price_load * load + self.price_s * seconds

    def _keep(self, state: State) -> None:
        kept = state.over == (0, 0)
        if kept and (self.best is None or state.cost < self.best.cost):
            self.best = state
        self._kept.append(kept)
        if len(self._kept) == _SPAN:
            self._reprice(sum(self._kept) / _SPAN)
            self._kept.clear()

    def _reprice(self, share: float) -> None:
        factor = 1.2 if share < _FEASIBLE else 0.85
        if self.best is None:
            factor = 2.0
        self.price_load = min(max(self.price_load * factor, 0.01), 1e9)
        self.price_s = min(max(self.price_s * factor, 0.01), 1e9)

    def _draw_removed_stops(self) -> list[int]:
        """Stops that leave: all near a stop drawn, or strings of the trips of a day near it."""
        if self.draws.random() < _ROUND:
            near = self._near[self.draws.randrange(len(self.task.stops))]
            return near[: self.draws.randint(1, min(2 * _REMOVED, len(near)))]
        return self._strings()

    def _strings(self) -> list[int]:
        draws, state = self.draws, self.state
        day = draws.randrange(len(state.days))
        longest = max(1, min(_STRING, max(len(leg.stops) for _, leg in state.days[day])))
        strings = max(1, int(draws.uniform(1, 4 * _REMOVED / (1 + longest))))
        gone: list[int] = []
        used: set[int] = set()
        for stop in self._near[draws.randrange(len(self.task.stops))]:
            if len(used) >= strings:
                break
            at = next((i for i, (_, leg) in enumerate(state.days[day]) if stop in leg.stops), None)
            if at is not None and at not in used:
                used.add(at)
                gone += self._string(state.days[day][at][1].stops, stop, longest)
        return list(dict.fromkeys(gone)) or [draws.randrange(len(self.task.stops))]

    def _string(self, stops: tuple[int, ...], stop: int, longest: int) -> list[int]:
        size = self.draws.randint(1, min(longest, len(stops)))
        at = stops.index(stop)
        first = self.draws.randint(max(0, at - size + 1), min(at, len(stops) - size))
        return list(stops[first : first + size])

    def _order(self, gone: list[int]) -> list[int]:
        """Stops in the order of their return: at random, most visits, largest, farthest first."""
        stops, way = self.task.stops, self.draws.randrange(7)
        self.draws.shuffle(gone)
        if way < 2:  # noqa: PLR2004
            gone.sort(key=lambda s: -len(self.task.choices[s][0]))
        elif way < 4:  # noqa: PLR2004
            gone.sort(key=lambda s: -sum(stops[s].loads) * len(self.task.choices[s][0]))
        elif way == 4:  # noqa: PLR2004
            depot = self._fleets[0][0].vehicle.start
            row = self._fleets[0][0].costs[depot]
            gone.sort(key=lambda s: -row[stops[s].place])
        return gone

    def _returned(self, state: State, gone: list[int]) -> State:
        """*state* with the stops *gone* taken out and put back where they cost least."""
        leaving = set(gone)
        days = [[_remove_trip_stops(trip, leaving) for trip in day] for day in state.days]
        chosen = list(state.chosen)
        for stop in gone:
            chosen[stop] = self._placed(days, stop)
        tidied = (tuple((kind, improve_leg(kind, leg)) for kind, leg in day) for day in days)
        return State(tuple(tidied), tuple(chosen))

    def _placed(self, days: list[Fleet], stop: int) -> Days:
        """The days on which *stop* costs least; it is put into their trips."""
        choices, draws = self.task.choices[stop], self.draws
        choices = tuple(choice for choice in choices if draws.random() >= _BLIND) or choices
        wanted = {day for choice in choices for day in choice}
        found = {day: self._cheapest(days[day], stop) for day in sorted(wanted)}
        best = min(choices, key=lambda c: (sum([found[d][0] for d in c]), draws.random()))
        for day in best:
            _, at, offer = found[day]
            kind, leg = days[day][at]
            days[day][at] = (kind, kind.insert_stop(leg, stop, offer))
        return best

    def _cheapest(self, fleet: Fleet, stop: int) -> tuple[float, int, Offer]:
        best: tuple[float, int, Offer] | None = None
        empty: Kind | None = None
        draws, price_load, price_s = self.draws.random, self.price_load, self.price_s
        for at, (kind, leg) in enumerate(fleet):
            if not leg.stops:
                if kind is empty:
                    continue
                empty = kind
            offer = kind.offer(leg, stop)
            if offer is None or (best is not None and draws() < _BLINK):
                continue
            added = offer.cost - leg.cost + price_load * (offer.over_load - leg.over_load)
            added += price_s * (offer.over_s - leg.over_s)
            if best is None or added < best[0]:
                best = (added, at, offer)
        if best is None:
            raise AssertionError("a stop that no vehicle may serve")
        return best


def _remove_trip_stops(trip: tuple[Kind, Leg], leaving: set[int]) -> tuple[Kind, Leg]:
    kind, leg = trip
    if leaving.isdisjoint(leg.stops):
        return trip
    return kind, kind.build_trip(tuple(stop for stop in leg.stops if stop not in leaving))
