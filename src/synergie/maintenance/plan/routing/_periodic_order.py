"""The best order of the stops of a trip with reloads, whose cheapest place is hard to guess."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from synergie.maintenance.plan.routing._periodic_trip import Kind, Leg, rank_leg

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
