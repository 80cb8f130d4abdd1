"""Reference systems of `/ogc` (OGC 18-058r1, part 2): degrees, and Lambert-93 for France.

RGF93 is WGS 84 within a metre. Lambert conformal conic with two parallels after Snyder, Map
Projections: A Working Manual (USGS 1395), equations 15-1 to 15-11, on the GRS80 ellipsoid.
"""

from collections.abc import Callable
from math import atan, cos, degrees, hypot, log, pi, radians, sin, sqrt, tan

from synergie.errors import BadInput
from synergie.exchange.publication.features import Box

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
LAMBERT_93 = "http://www.opengis.net/def/crs/EPSG/0/2154"
KNOWN = (CRS84, LAMBERT_93)
"""What coordinates may be asked in; the first is how they are kept."""

_A, _F = 6_378_137.0, 1 / 298.257222101
_E = sqrt(_F * (2 - _F))
_X0, _Y0, _LON0 = 700_000.0, 6_600_000.0, radians(3)
_EDGES = 8
"""Parts of each side of a box: between them it bends by less than what is added around it."""
_AROUND = 1e-3
_MILLIMETRES = 3
_EUROPE = (-1_000_000.0, 4_500_000.0, 3_000_000.0, 9_000_000.0)

type Corners = tuple[float, float, float, float]
"""West, south, east, north."""


def _compute_parallel_radius(phi: float) -> float:
    return cos(phi) / sqrt(1 - (_E * sin(phi)) ** 2)


def _compute_isometric_ratio(phi: float) -> float:
    s = _E * sin(phi)
    return tan(pi / 4 - phi / 2) / float(((1 - s) / (1 + s)) ** (_E / 2))


_M1, _T1, _T2 = (
    _compute_parallel_radius(radians(44)),
    _compute_isometric_ratio(radians(44)),
    _compute_isometric_ratio(radians(49)),
)
_N = log(_M1 / _compute_parallel_radius(radians(49))) / log(_T1 / _T2)
_SCALE = _A * _M1 / (_N * _T1**_N)
_RHO0 = _SCALE * _compute_isometric_ratio(radians(46.5)) ** _N


def to_lambert_93(longitude: float, latitude: float) -> tuple[float, float]:
    """East and north of Lambert-93, metres to the millimetre, of a place in degrees."""
    rho = _SCALE * max(_compute_isometric_ratio(radians(min(latitude, 89.999999))), 0.0) ** _N
    theta = _N * (radians(longitude) - _LON0)
    x, y = _X0 + rho * sin(theta), _Y0 + _RHO0 - rho * cos(theta)
    return round(x, _MILLIMETRES), round(y, _MILLIMETRES)


def from_lambert_93(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude, degrees, of a place in Lambert-93."""
    east, south = x - _X0, _RHO0 - (y - _Y0)
    t = (hypot(east, south) / _SCALE) ** (1 / _N)
    phi = pi / 2 - 2 * atan(t)
    for _ in range(8):
        s = _E * sin(phi)
        phi = pi / 2 - 2 * atan(t * ((1 - s) / (1 + s)) ** (_E / 2))
    return degrees(_LON0 + atan(east / south) / _N), degrees(phi)


def clamp_to_europe(west: float, south: float, east: float, north: float) -> Corners:
    """The part of a box that Lambert-93 is made for, with a wide margin: Europe."""
    x0, y0, x1, y1 = _EUROPE
    return (
        min(max(west, x0), x1),
        min(max(south, y0), y1),
        min(max(east, x0), x1),
        min(max(north, y0), y1),
    )


def compute_degree_box(west: float, south: float, east: float, north: float) -> Box:
    """The box in degrees that holds a box in Lambert-93, and little more."""
    steps = [one / _EDGES for one in range(_EDGES + 1)]
    xs = [west + (east - west) * one for one in steps]
    ys = [south + (north - south) * one for one in steps]
    rim = [(x, y) for x in xs for y in (south, north)] + [(x, y) for y in ys for x in (west, east)]
    longitudes, latitudes = zip(*(from_lambert_93(x, y) for x, y in rim), strict=True)
    return Box(
        min(longitudes) - _AROUND,
        min(latitudes) - _AROUND,
        max(longitudes) + _AROUND,
        max(latitudes) + _AROUND,
    )


def build_lambert_test(
    west: float, south: float, east: float, north: float
) -> Callable[[float, float], bool]:
    """Whether a place in degrees is in a box of Lambert-93, its edges included."""

    def inside(longitude: float, latitude: float) -> bool:
        x, y = to_lambert_93(longitude, latitude)
        return west <= x <= east and south <= y <= north

    return inside


def parse_crs(told: str, where: str) -> str:
    """A reference system by its address. BadInput for one that we do not serve."""
    if told not in KNOWN:
        raise BadInput(where, told, "CRS84 or EPSG:2154, by its OGC address")
    return told


__all__ = [
    "CRS84",
    "KNOWN",
    "LAMBERT_93",
    "Corners",
    "build_lambert_test",
    "clamp_to_europe",
    "compute_degree_box",
    "from_lambert_93",
    "parse_crs",
    "to_lambert_93",
]
