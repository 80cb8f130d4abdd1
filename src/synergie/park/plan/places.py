"""Places that cannot be: swapped, in a projection, out of France, far from the rest."""

from collections.abc import Sequence
from math import cos, hypot, isfinite, radians

import numpy as np
from numpy.typing import NDArray

from synergie.errors import BadInput
from synergie.park.plan import _text
from synergie.schemas.assets.france import METROPOLE, OVERSEAS, Box
from synergie.schemas.assets.location import Location

type Floats = NDArray[np.float64]

FAR_KM = 30.0
"""Kilometres from the middle of the commune's assets beyond which a place is not believed."""
SPREAD_SHARE = 0.1
"""Share of a commune's assets, and three at least, that lie beyond `FAR_KM` when it is simply a
large one (Arles)."""

_KM_A_DEGREE = 111.2
_FEW = 3
_METRES = 1000

PROJECTIONS: tuple[tuple[str, Box], ...] = (
    ("Lambert-93 (EPSG:2154)", Box(0, 6_000_000, 1_300_000, 7_200_000)),
    ("CC42 to CC50 (EPSG:3942 to 3950)", Box(900_000, 1_000_000, 2_500_000, 9_900_000)),
    ("Web Mercator (EPSG:3857)", Box(-20_037_509, -20_048_967, 20_037_509, 20_048_967)),
)
"""Reference systems in metres and the values they have, the most likely first."""


def read_place(x: float, y: float, where: str) -> Location:
    """The place of longitude *x* and latitude *y*, WGS 84 degrees.

    BadInput at *where* when they are in a projection, out of the globe, not numbers, or 0, 0; and
    when they are swapped, which shows for metropolitan France only.
    """
    fault = _find_coordinate_fault(x, y)
    if fault is not None:
        raise BadInput(where, f"{x:g}, {y:g}" if abs(x) < _METRES else f"{x:.0f}, {y:.0f}", fault)
    return Location(longitude=x, latitude=y)


def _find_coordinate_fault(x: float, y: float) -> str | None:
    if not (isfinite(x) and isfinite(y)):
        return _text.DEGREES
    if abs(x) > 180 or abs(y) > 90:  # noqa: PLR2004 (degrees)
        return _describe_projection(x, y)
    if x == 0 and y == 0:
        return _text.NO_PLACE
    return _text.SWAPPED if METROPOLE.holds(y, x) else None


def _describe_projection(x: float, y: float) -> str:
    names = [name for name, box in PROJECTIONS if box.holds(x, y)]
    if abs(x) < _METRES or not names:
        return _text.DEGREES
    return _text.IN_PROJECTION[names[0]]


def is_swapped(place: Location, insee_code: str | None) -> bool:
    """Whether longitude and latitude are exchanged, as the commune's department tells."""
    box = box_of(insee_code)
    return box is not None and box.holds(place.latitude, place.longitude)


def box_of(insee_code: str | None) -> Box | None:
    """The area of the commune's part of France. None: no commune told, or a Pacific one."""
    if insee_code is None or insee_code.startswith("98"):
        return None
    return OVERSEAS.get(insee_code[:3], METROPOLE)


def faults(placed: Sequence[tuple[Location, str | None]]) -> list[str | None]:
    """What is wrong with each place of one owner, told with its commune; None: nothing."""
    found = [_find_place_fault(place, code) for place, code in placed]
    groups: dict[str | None, list[int]] = {}
    for i, (_, code) in enumerate(placed):
        if found[i] is None:
            groups.setdefault(code, []).append(i)
    good = _build_coordinates_array(
        [place for i, (place, _) in enumerate(placed) if found[i] is None]
    )
    for rows in groups.values():
        mine = _build_coordinates_array([placed[i][0] for i in rows])
        for i, is_far in zip(rows, _find_far_places(mine, good), strict=True):
            if is_far:
                found[i] = _text.SWAPPED if _nears_swapped(placed[i][0], mine) else _text.FAR
    return found


def compute_distance_km(one: Location, other: Location) -> float:
    """Distance as the crow flies, km; flat, good to 1 % within a department."""
    shrink = cos(radians((one.latitude + other.latitude) / 2))
    east = (one.longitude - other.longitude) * shrink
    return _KM_A_DEGREE * hypot(east, one.latitude - other.latitude)


class Nearby:
    """Numbered places, of which the nearest is looked for."""

    def __init__(self, numbers: Sequence[int], places: Sequence[Location]) -> None:
        self._numbers, self._xy = numbers, _build_coordinates_array(places)

    def nearest(self, place: Location) -> tuple[int, float]:
        """Number of the nearest place, the first of several, and its distance, km."""
        away = _compute_distances_km(self._xy, place.longitude, place.latitude)
        at = int(away.argmin())
        return self._numbers[at], float(away[at])


def _find_place_fault(place: Location, code: str | None) -> str | None:
    if place.longitude == 0 and place.latitude == 0:
        return _text.NO_PLACE
    if is_swapped(place, code):
        return _text.SWAPPED
    box = box_of(code)
    if box is not None and not box.holds(place.longitude, place.latitude):
        return _text.OUT_OF_FRANCE
    return None


def _build_coordinates_array(places: Sequence[Location]) -> Floats:
    return np.array([(p.longitude, p.latitude) for p in places], np.float64).reshape(-1, 2)


def _compute_distances_km(points: Floats, x: float, y: float) -> Floats:
    east = (points[:, 0] - x) * np.cos(np.radians((points[:, 1] + y) / 2))
    found: Floats = _KM_A_DEGREE * np.hypot(east, points[:, 1] - y)
    return found


def _find_far_places(mine: Floats, all_good: Floats) -> list[bool]:
    """Which of a commune's places lie far from the rest of it; of a few, from all the owner's."""
    if len(mine) < _FEW:
        return [_is_lonely(x, y, all_good) for x, y in mine]
    away = _compute_distances_km(mine, *np.median(mine, axis=0)) > FAR_KM
    is_large = int(away.sum()) >= max(_FEW, SPREAD_SHARE * len(away))
    return [bool(one) and not is_large for one in away]


def _is_lonely(x: float, y: float, all_good: Floats) -> bool:
    near = int((_compute_distances_km(all_good, x, y) <= FAR_KM).sum())
    return len(all_good) > _FEW and near == 1


def _nears_swapped(place: Location, mine: Floats) -> bool:
    middle = np.median(mine, axis=0)
    return float(_compute_distances_km(middle[None], place.latitude, place.longitude)[0]) <= FAR_KM
