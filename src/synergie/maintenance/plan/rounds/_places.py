"""Places whose coordinates cannot be meant: longitude and latitude exchanged."""

from math import asin, cos, radians, sin, sqrt
from statistics import median

from synergie.maintenance.records.rounds import RoundsProblem
from synergie.schemas.assets.location import Location

_EARTH_M = 6_371_000.0
_FAR_M, _NEAR_M = 500_000.0, 200_000.0
_ENOUGH = 3
"""Places from which on a majority says where the others should be."""
_FRANCE = ((41.0, 51.6), (-5.6, 10.0))
"""Latitudes and longitudes of metropolitan France."""


def apart_m(one: Location, two: Location) -> float:
    """Metres between two places, by the great circle of a round Earth."""
    up = sin(radians(one.latitude - two.latitude) / 2) ** 2
    over = sin(radians(one.longitude - two.longitude) / 2) ** 2
    chord = up + cos(radians(one.latitude)) * cos(radians(two.latitude)) * over
    return 2 * _EARTH_M * asin(sqrt(min(1.0, chord)))


def odd_places(problem: RoundsProblem) -> frozenset[int]:
    """Places far from the middle of the others, and near it with the two numbers exchanged."""
    places = [place.location for place in problem.places]
    if len(places) < _ENOUGH:
        return frozenset()
    middle = Location(
        longitude=median(place.longitude for place in places),
        latitude=median(place.latitude for place in places),
    )
    return frozenset(
        number
        for number, place in enumerate(places)
        if _is_far_from_middle(place, middle)
        and apart_m(middle, place) > _FAR_M
        and _exchanged_near(place, middle)
    )


def _is_far_from_middle(place: Location, middle: Location) -> bool:
    return abs(place.latitude - middle.latitude) + abs(place.longitude - middle.longitude) > 1


def _exchanged_near(place: Location, middle: Location) -> bool:
    if abs(place.longitude) > 90:  # noqa: PLR2004 (no latitude)
        return False
    exchanged = Location(longitude=place.latitude, latitude=place.longitude)
    return apart_m(middle, exchanged) < _NEAR_M


def has_swapped_coordinates(problem: RoundsProblem) -> bool:
    """Whether all places lie in France with their two numbers exchanged, and not without."""
    (south, north), (west, east) = _FRANCE
    places = [place.location for place in problem.places]
    return bool(places) and all(
        south <= place.longitude <= north and west <= place.latitude <= east for place in places
    )
