"""Which luminaires stand near priority places."""

from collections.abc import Iterable

import numpy as np

from synergie.lighting.plan.measured import Floats, Marks
from synergie.lighting.records.study import PriorityPlace

EARTH_M = 6_371_008.8
"""Mean radius of the Earth (IUGG), m."""
_WIDER = 1.001


def mark_points_near_places(
    places: Iterable[PriorityPlace], longitude: Floats, latitude: Floats
) -> Marks:
    """1 for each point within the radius of one of *places*, else 0; degrees, NaN is near none.

    Great-circle distances. Only points of the same band of latitude are looked at.
    """
    found = np.zeros(len(latitude), np.int8)
    order = np.argsort(latitude, kind="stable")
    sorted_latitude = latitude[order]
    for place in places:
        reach = np.degrees(place.radius_m / EARTH_M) * _WIDER
        north = place.location.latitude
        first = np.searchsorted(sorted_latitude, north - reach)
        last = np.searchsorted(sorted_latitude, north + reach, side="right")
        band = order[first:last]
        away = compute_distances_m(place.location.longitude, north, longitude[band], latitude[band])
        found[band[away <= place.radius_m]] = 1
    return found


def compute_distances_m(
    longitude: float, latitude: float, longitudes: Floats, latitudes: Floats
) -> Floats:
    """Great-circle distance (haversine) from one place to others, degrees, m."""
    north, norths = np.radians(latitude), np.radians(latitudes)
    half = np.sin((norths - north) / 2) ** 2
    half += np.cos(north) * np.cos(norths) * np.sin(np.radians(longitudes - longitude) / 2) ** 2
    found: Floats = 2 * EARTH_M * np.arcsin(np.minimum(1.0, np.sqrt(half)))
    return found
