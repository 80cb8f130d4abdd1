"""Places whose coordinates cannot be meant: longitude and latitude exchanged."""

from statistics import median

from synergie.plan.rounds._network import straight_m
from synergie.schemas.location import Location
from synergie.schemas.rounds import RoundsProblem

_FAR_M, _NEAR_M = 500_000.0, 200_000.0
_ENOUGH = 3
"""Places from which on a majority says where the others should be."""
_FRANCE = ((41.0, 51.6), (-5.6, 10.0))
"""Latitudes and longitudes of metropolitan France."""


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
        if _elsewhere(place, middle)
        and float(straight_m([middle, place])[0, 1]) > _FAR_M
        and _exchanged_near(place, middle)
    )


def _elsewhere(place: Location, middle: Location) -> bool:
    return abs(place.latitude - middle.latitude) + abs(place.longitude - middle.longitude) > 1


def _exchanged_near(place: Location, middle: Location) -> bool:
    if abs(place.longitude) > 90:  # noqa: PLR2004 (no latitude)
        return False
    exchanged = Location(longitude=place.latitude, latitude=place.longitude)
    return float(straight_m([middle, exchanged])[0, 1]) < _NEAR_M


def turned(problem: RoundsProblem) -> bool:
    """Whether all places lie in France with their two numbers exchanged, and not without."""
    (south, north), (west, east) = _FRANCE
    places = [place.location for place in problem.places]
    return bool(places) and all(
        south <= place.longitude <= north and west <= place.latitude <= east for place in places
    )
