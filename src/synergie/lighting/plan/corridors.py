"""Ecological corridors: polygons out of files, and which luminaires stand within."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from os import PathLike
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from synergie.errors import BadInput, Words
from synergie.formats.lighting import areas
from synergie.lighting.plan.measured import Floats, Marks
from synergie.lighting.plan.places import EARTH_M
from synergie.lighting.records.study import Corridor, Position

_FRANCE = (-5.5, 41.0, 10.0, 51.5)
"""West, south, east and north of the mainland with Corsica, degrees."""
_WIDER = 1.001
_CLOSED = 4
_AS_CLOSED = "a closed ring: the last position is the first one (RFC 7946)"


def mark_corridor_points(
    corridors: Sequence[Corridor], longitude: Floats, latitude: Floats, *, margin_m: float = 0.0
) -> Marks:
    """1 for each point inside one of *corridors* or within *margin_m* of it, else 0.

    Degrees; NaN is inside none. A point in a hole is outside, unless it is near its edge. BadInput
    with a JSON pointer for a polygon that is none: see `sound`.
    """
    found = np.zeros(len(latitude), np.int8)
    order = np.argsort(latitude, kind="stable")
    points = longitude[order], latitude[order]
    for n, corridor in enumerate(corridors):
        check_corridor_rings(corridor, f"/corridors/{n}")
        inside, first = _find_inside_points(corridor, points, margin_m)
        found[order[first : first + len(inside)][inside]] = 1
    return found


def read(source: BinaryIO | PathLike[str] | str, layer: str | None = None) -> tuple[Corridor, ...]:
    """The areas of a GeoJSON or GeoPackage file, in any reference system that it tells.

    Each part of a feature is a corridor, named after it. *layer* chooses among those of a
    GeoPackage. BadInput: see `formats.lighting.areas.read` and `sound`.
    """
    if isinstance(source, str | PathLike):
        with Path(source).open("rb") as opened:
            return read(opened, layer)
    found = []
    for n, area in enumerate(areas.read(source, layer), start=1):
        for part, rings in enumerate(area.polygons, start=1):
            key = str(n) if len(area.polygons) == 1 else f"{n}-{part}"
            found.append(_parse_corridor(key, area, rings))
    return tuple(found)


def _parse_corridor(key: str, area: areas.Area, rings: areas.Rings) -> Corridor:
    """One corridor. BadInput at the place of its feature when it is none."""
    short = next((n for n, ring in enumerate(rings) if len(ring) < _CLOSED), None)
    if not rings or short is not None:
        found = len(rings[short]) if rings and short is not None else Words("no ring")
        raise BadInput(area.where, found, "rings of at least 4 positions")
    corridor = Corridor(id=key, name=area.name, rings=rings)
    check_corridor_rings(corridor, f"{area.where}/polygon")
    return corridor


def are_here(corridors: Sequence[Corridor], longitude: Floats, latitude: Floats) -> None:
    """BadInput when no corridor lies within a degree of any point: a wrong reference system.

    Said, for otherwise no luminaire would stand in a corridor, without a word.
    """
    known = ~np.isnan(longitude)
    if not corridors or not known.any():
        return
    boxes = np.array([_compute_bounding_box(one) for one in corridors])
    here = np.array([_find_least_and_most(longitude[known]), _find_least_and_most(latitude[known])])
    apart = (boxes[:, :, 0] > here[:, 1] + 1) | (boxes[:, :, 1] < here[:, 0] - 1)
    if apart.any(axis=1).all():
        found = Words("corridors far from all luminaires")
        raise BadInput("/corridors", found, "corridors of the territory, in WGS 84")


def _compute_bounding_box(corridor: Corridor) -> tuple[tuple[float, float], tuple[float, float]]:
    told = np.array(corridor.rings[0])
    return _find_least_and_most(told[:, 0]), _find_least_and_most(told[:, 1])


def _find_least_and_most(told: Floats) -> tuple[float, float]:
    return float(told.min()), float(told.max())


def check_corridor_rings(corridor: Corridor, where: str = "") -> None:
    """BadInput when a ring is not closed, or its positions are not degrees, east first."""
    for n, ring in enumerate(corridor.rings):
        for k, position in enumerate(ring):
            _is_degrees(position, f"{where}/rings/{n}/{k}")
        if len(ring) < _CLOSED:
            raise BadInput(f"{where}/rings/{n}", len(ring), "a ring of at least 4 positions")
        if tuple(ring[0]) != tuple(ring[-1]):
            raise BadInput(f"{where}/rings/{n}", Words("a ring that is not closed"), _AS_CLOSED)
    if _are_swapped(position for ring in corridor.rings for position in ring):
        found = Words("latitude before longitude")
        raise BadInput(f"{where}/rings", found, "longitude, then latitude (RFC 7946)")


def _is_degrees(position: Position, where: str) -> None:
    east, north = position
    if not (-180 <= east <= 180 and -90 <= north <= 90):  # noqa: PLR2004 (the globe)
        found = Words("projected coordinates")
        raise BadInput(where, found, "WGS 84 longitude, latitude, in degrees")


def _are_swapped(positions: Iterable[Position]) -> bool:
    """Whether all lie in France once turned round, and none as they are."""
    told = np.array([tuple(one) for one in positions])
    west, south, east, north = _FRANCE

    def are_french(x: Floats, y: Floats) -> NDArray[np.bool_]:
        return (x >= west) & (x <= east) & (y >= south) & (y <= north)

    turned, plain = are_french(told[:, 1], told[:, 0]), are_french(told[:, 0], told[:, 1])
    return bool(turned.all() and not plain.any())


def _find_inside_points(
    corridor: Corridor, points: tuple[Floats, Floats], margin_m: float
) -> tuple[NDArray[np.bool_], int]:
    """Which points of its band of latitude are inside, and where the band begins.

    *points* are sorted by latitude, so that each edge meets a slice of them: even and odd crossings
    of a ray to the east, and distances to the edges in a plane that touches at the middle.
    """
    reach = np.degrees(margin_m / EARTH_M) * _WIDER
    edges = _build_ring_edges(corridor)
    south, north = edges[:, :, 1].min(), edges[:, :, 1].max()
    first = int(np.searchsorted(points[1], south - reach))
    last = int(np.searchsorted(points[1], north + reach, side="right"))
    x, y = points[0][first:last], points[1][first:last]
    inside = np.zeros(last - first, bool)
    if not len(inside):
        return inside, first
    _toggle_crossed_edges(edges, x, y, inside)
    if margin_m > 0:
        _mark_edge_margin(edges, (x, y), inside, margin_m)
    return inside, first


def _build_ring_edges(corridor: Corridor) -> Floats:
    """(edges, 2 ends, longitude and latitude) of all rings."""
    return np.array(
        [(tuple(a), tuple(b)) for ring in corridor.rings for a, b in pairwise(ring)], np.float64
    )


def _toggle_crossed_edges(edges: Floats, x: Floats, y: Floats, inside: NDArray[np.bool_]) -> None:
    """Turns *inside* of each point at each edge that a ray to the east crosses."""
    low, high = edges[:, :, 1].min(axis=1), edges[:, :, 1].max(axis=1)
    firsts, lasts = np.searchsorted(y, low), np.searchsorted(y, high)  # half-open: low <= y < high
    for n in np.flatnonzero(lasts > firsts):
        (x0, y0), (x1, y1) = edges[n]
        band = slice(firsts[n], lasts[n])
        at = x0 + (y[band] - y0) * ((x1 - x0) / (y1 - y0))
        inside[band] ^= x[band] < at


def _mark_edge_margin(
    edges: Floats, points: tuple[Floats, Floats], inside: NDArray[np.bool_], margin_m: float
) -> None:
    """Marks the points within *margin_m* of an edge."""
    x, y = points
    middle = (edges[:, :, 1].min() + edges[:, :, 1].max()) / 2
    metre = np.radians(1) * EARTH_M
    scale = np.array([metre * np.cos(np.radians(middle)), metre])
    reach = margin_m / metre
    low, high = edges[:, :, 1].min(axis=1) - reach, edges[:, :, 1].max(axis=1) + reach
    firsts, lasts = np.searchsorted(y, low), np.searchsorted(y, high, side="right")
    for n in np.flatnonzero(lasts > firsts):
        band = slice(firsts[n], lasts[n])
        away = np.stack([x[band], y[band]], axis=1) - edges[n, 0]
        inside[band] |= _to_segment(away * scale, (edges[n, 1] - edges[n, 0]) * scale) <= margin_m


def _to_segment(away: Floats, along: Floats) -> Floats:
    """Distance of points to the segment from the origin to *along*."""
    length = along @ along
    share = np.clip(away @ along / length, 0, 1) if length > 0 else np.zeros(len(away))
    found: Floats = np.hypot(*(away - share[:, None] * along).T)
    return found
