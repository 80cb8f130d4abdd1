"""French map projections back to degrees: Lambert-93, the nine conic conformal zones, Mercator.

RGF93 is WGS 84 within a metre. Lambert conformal conic with two parallels after Snyder, Map
Projections: A Working Manual (USGS 1395), equations 15-1 to 15-11, on the GRS80 ellipsoid.
"""

from functools import lru_cache
from math import atan, atan2, cos, degrees, exp, hypot, log, pi, radians, sin, sqrt, tan
from typing import NamedTuple

from synergie.errors import BadInput

_A, _F = 6_378_137.0, 1 / 298.257222101
_E = sqrt(_F * (2 - _F))
_LAMBERT_93 = 2154
_CC42, _CC50 = 3942, 3950
_MERCATOR = 3857
_WGS84 = 4326
KNOWN = frozenset({_WGS84, _MERCATOR, _LAMBERT_93, *range(_CC42, _CC50 + 1)})
"""EPSG codes that `to_degrees` takes."""
_EXPECTED = "coordinates inside the declared reference system"


class _Cone(NamedTuple):
    n: float
    scale: float  # radius of the parallel where t is 1, m
    rho0: float
    lon0: float
    x0: float
    y0: float


def to_degrees(epsg: int, x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude, WGS 84 degrees, of *x* (east) and *y* (north) in *epsg*.

    Metres, or degrees for 4326. BadInput when the point is outside the system, or not finite.
    """
    if not (abs(x) < _FAR and abs(y) < _FAR):  # false for NaN too
        raise BadInput("/x", x, _EXPECTED)
    if epsg == _WGS84:
        lon, lat = x, y
    elif epsg == _MERCATOR:
        lon, lat = degrees(x / _A), degrees(2 * atan(exp(y / _A)) - pi / 2)
    else:
        lon, lat = _unrolled(_cone(epsg), x, y)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # noqa: PLR2004 (the globe)
        raise BadInput("/x", f"{x} {y}", _EXPECTED)
    return lon, lat


_FAR = 1e8


@lru_cache(maxsize=16)
def _cone(epsg: int) -> _Cone:
    """The constants of Lambert-93 or of a conic conformal zone (EPSG 3942 to 3950)."""
    if epsg == _LAMBERT_93:
        return _built(44.0, 49.0, 46.5, (700_000.0, 6_600_000.0))
    if _CC42 <= epsg <= _CC50:
        zone = epsg - 3900
        north = (zone - 41) * 1_000_000 + 200_000
        return _built(zone - 0.75, zone + 0.75, float(zone), (1_700_000.0, float(north)))
    raise BadInput("/epsg", epsg, "4326, 3857, 2154, or 3942 to 3950")


def _built(first: float, second: float, origin: float, false: tuple[float, float]) -> _Cone:
    m1, m2 = _m(radians(first)), _m(radians(second))
    t0, t1, t2 = (_t(radians(phi)) for phi in (origin, first, second))
    n = log(m1 / m2) / log(t1 / t2)
    scale = _A * m1 / (n * t1**n)
    return _Cone(n, scale, scale * t0**n, radians(3), *false)


def _m(phi: float) -> float:
    return cos(phi) / sqrt(1 - (_E * sin(phi)) ** 2)


def _t(phi: float) -> float:
    s = _E * sin(phi)
    return tan(pi / 4 - phi / 2) / float(((1 - s) / (1 + s)) ** (_E / 2))


def _unrolled(cone: _Cone, x: float, y: float) -> tuple[float, float]:
    east, south = x - cone.x0, cone.rho0 - (y - cone.y0)
    t = (hypot(east, south) / cone.scale) ** (1 / cone.n)
    phi = pi / 2 - 2 * atan(t)
    for _ in range(8):  # converges to 1e-15 in 5 on the ellipsoid
        s = _E * sin(phi)
        phi = pi / 2 - 2 * atan(t * ((1 - s) / (1 + s)) ** (_E / 2))
    return degrees(cone.lon0 + atan2(east, south) / cone.n), degrees(phi)
