"""Hours on the road of a crew-day in a commune, from where its cabinets are: no round is made.

The way there and back, and between n stops in an area A `K·√(A·n)`: the length of the shortest tour
of many places (Beardwood, Halton and Hammersley, 1959), with the constant that rounds of 13
communes gave (docs/plan/maintenance.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import cos, radians, sqrt
from statistics import fmean

from synergie.park.plan.places import compute_distance_km
from synergie.park.records.crew import CrewBook, WorkDepot
from synergie.park.records.park import CabinetState
from synergie.schemas.assets.location import Location

K = 0.57
"""Of `K·√(A·n)`: 0.55 to 0.61 on 13 communes and 191 cabinets, rounds by PyVRP as the truth."""
_KM_A_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Travel:
    """Hours on the road in one commune."""

    trip_h: float
    """There and back, from the nearest depot."""
    area_km2: float
    """Of the hull of its cabinets; of some on a line, a quarter of their distance squared."""
    speed_km_h: float
    """Speed as the crow flies."""

    def estimate_between_h(self, stops: float) -> float:
        """Hours from one stop to the next where a day has so many."""
        return K * sqrt(self.area_km2 / max(stops, 1.0)) / self.speed_km_h

    def compute_day_share(self, hours: float, mean: float, day: float) -> float:
        """The share of a crew-day of *day* hours that a visit of *hours* takes with its road.

        *mean*: hours of a visit there, which tell how many stops a day has. The way there and back
        takes half of the day at most: no crew is sent further.
        """
        site = max(day - self.trip_h, day / 2)
        stops = site / mean
        stops = site / (mean + self.estimate_between_h(stops))
        return (hours + self.estimate_between_h(stops)) / site


def estimate_commune_travel(
    cabinets: Iterable[CabinetState], depots: Sequence[WorkDepot], book: CrewBook
) -> Mapping[str, Travel]:
    """The travel of each commune, from its cabinets and the nearest of *depots*."""
    places: dict[str, list[Location]] = defaultdict(list)
    for one in cabinets:
        places[one.insee_code].append(one.location)
    speed = book.speed_km_h / book.detour
    return {
        code: Travel(
            min(
                fmean(2 * compute_distance_km(depot.location, place) for place in found) / speed
                for depot in depots
            ),
            _compute_area_km2(found),
            speed,
        )
        for code, found in places.items()
    }


def _compute_area_km2(places: Sequence[Location]) -> float:
    widest = max((compute_distance_km(a, b) for a, b in combinations(places, 2)), default=0.0)
    shrink = cos(radians(fmean(place.latitude for place in places)))
    points = sorted(
        {(one.longitude * shrink * _KM_A_DEGREE, one.latitude * _KM_A_DEGREE) for one in places}
    )
    ring = _walk_hull(points)[:-1] + _walk_hull(points[::-1])[:-1]
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    hull = abs(sum(x * v - y * u for (x, y), (u, v) in pairs)) / 2
    return max(hull, widest**2 / 4)


def _walk_hull(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """One side of the convex hull of sorted points (Andrew's monotone chain, 1979)."""
    side: list[tuple[float, float]] = []
    for x, y in points:
        while len(side) > 1 and _turns_right(side[-2], side[-1], (x, y)):
            side.pop()
        side.append((x, y))
    return side


def _turns_right(
    first: tuple[float, float], second: tuple[float, float], third: tuple[float, float]
) -> bool:
    (a, b), (c, d), (x, y) = first, second, third
    return (c - a) * (y - b) - (d - b) * (x - a) <= 0
