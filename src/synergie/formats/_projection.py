"""Places on a map back to degrees: French projections and Mercator by ourselves, others by PROJ.

RGF93 is WGS 84 within a metre. Lambert conformal conic with two parallels after Snyder, Map
Projections: A Working Manual (USGS 1395), equations 15-1 to 15-11, on the GRS80 ellipsoid. Any
other system needs the extra `geo` (pyproj); PROJ is never let onto the network.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from math import atan, atan2, cos, degrees, exp, hypot, log, pi, radians, sin, sqrt, tan
from typing import NamedTuple

from synergie.errors import BadInput, MissingExtra

_A, _F = 6_378_137.0, 1 / 298.257222101
_E = sqrt(_F * (2 - _F))
_LAMBERT_93 = 2154
_CC42, _CC50 = 3942, 3950
_MERCATOR = 3857
_WGS84 = 4326
KNOWN = frozenset({_WGS84, _MERCATOR, _LAMBERT_93, *range(_CC42, _CC50 + 1)})
"""EPSG codes that need nothing but this file."""
_SAME = (
    dict.fromkeys((4171, 4258, 4965, 4979, 7084, 9779, 9782, 9784), _WGS84)
    | dict.fromkeys((900913, 3785, 102100, 102113), _MERCATOR)
    | dict.fromkeys((5698, 9793, 9794, 102110), _LAMBERT_93)
    | {9822 + zone: _CC42 + zone for zone in range(9)}
    | {9842 + zone: _CC42 + zone for zone in range(9)}
)
"""Other codes of the same, within a metre: RGF93 v2 and v2b, ETRS89, old names of Mercator."""
_EXPECTED = "coordinates inside the declared reference system"
_FAR = 1e8

type Reference = int | str
"""A reference system: its EPSG code, or its well-known text (WKT)."""
type ToDegrees = Callable[[float, float], tuple[float, float]]
"""From *x* (east) and *y* (north) to longitude and latitude, WGS 84; BadInput when outside."""


class _Cone(NamedTuple):
    n: float
    power: float  # 1 / n
    scale: float  # radius of the parallel where t is 1, m
    rho0: float
    lon0: float
    x0: float
    y0: float


def to_degrees(epsg: int, x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude, WGS 84 degrees, of *x* (east) and *y* (north) in *epsg*.

    Metres, or degrees for 4326. BadInput when the point is outside the system, or not finite.
    """
    return degrees_from(epsg)(x, y)


@lru_cache(maxsize=64)
def degrees_from(reference: Reference) -> ToDegrees:
    """How places in *reference* become degrees.

    BadInput for a system that does not exist; MissingExtra("geo") for one that only PROJ knows,
    when pyproj is not installed.
    """
    epsg = _SAME.get(reference, reference) if isinstance(reference, int) else reference
    if epsg == _WGS84:
        return _check_projected_range(lambda x, y: (x, y))
    if epsg == _MERCATOR:
        return _check_projected_range(_from_mercator)
    if isinstance(epsg, int) and epsg in KNOWN:
        return _check_projected_range(partial(_compute_cone_degrees, _select_cone(epsg)))
    return _check_projected_range(_by_proj(epsg))


def reference_of(text: str) -> int | None:
    """The EPSG code of a system by its well-known *text*, when its name or authority tells it.

    Only the systems that need no PROJ are told by their names.
    """
    name = text.replace("_", "").replace("-", "").replace(" ", "").lower()
    if not name.startswith("proj"):
        geographic = ("wgs1984", "wgs84", "rgf93", "rgf1993", "etrs89", "etrs1989")
        return _WGS84 if any(one in name for one in geographic) else None
    if "lambert93" in name:
        return _LAMBERT_93
    if "webmercator" in name or "pseudomercator" in name:
        return _MERCATOR
    at = name.find("cc4") if "cc4" in name else name.find("cc50")
    digits = name[at + 2 : at + 4]
    if "rgf93" in name[:at] and digits.isdigit() and _CC42 <= 3900 + int(digits) <= _CC50:
        return 3900 + int(digits)
    return None


def _check_projected_range(act: ToDegrees) -> ToDegrees:
    def degrees_of(x: float, y: float) -> tuple[float, float]:
        if not (abs(x) < _FAR and abs(y) < _FAR):  # false for NaN too
            raise BadInput("/x", x, _EXPECTED)
        lon, lat = act(x, y)
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # noqa: PLR2004 (the globe)
            raise BadInput("/x", f"{x} {y}", _EXPECTED)
        return lon, lat

    return degrees_of


def _from_mercator(x: float, y: float) -> tuple[float, float]:
    return degrees(x / _A), degrees(2 * atan(exp(y / _A)) - pi / 2)


def _by_proj(reference: Reference) -> ToDegrees:
    try:
        from pyproj import CRS, Transformer, network  # noqa: PLC0415 (extra geo)
        from pyproj.exceptions import ProjError  # noqa: PLC0415 (extra geo)
    except ImportError as error:
        raise MissingExtra("geo") from error
    network.set_network_enabled(active=False)  # type: ignore[attr-defined]  # no __all__ there
    try:
        known = CRS.from_epsg(reference) if isinstance(reference, int) else CRS.from_wkt(reference)
        transformer = Transformer.from_crs(known, _WGS84, always_xy=True)
    except ProjError as error:
        raise BadInput("/epsg", reference, "a reference system that EPSG lists") from error

    def act(x: float, y: float) -> tuple[float, float]:
        lon, lat = transformer.transform(x, y)
        return float(lon), float(lat)

    return act


def _select_cone(epsg: int) -> _Cone:
    """The constants of Lambert-93 or of a conic conformal zone (EPSG 3942 to 3950)."""
    if epsg == _LAMBERT_93:
        return _build_cone(44.0, 49.0, 46.5, (700_000.0, 6_600_000.0))
    zone = epsg - 3900
    north = (zone - 41) * 1_000_000 + 200_000
    return _build_cone(zone - 0.75, zone + 0.75, float(zone), (1_700_000.0, float(north)))


def _build_cone(first: float, second: float, origin: float, false: tuple[float, float]) -> _Cone:
    m1, m2 = _compute_parallel_radius(radians(first)), _compute_parallel_radius(radians(second))
    t0, t1, t2 = (_compute_isometric_factor(radians(phi)) for phi in (origin, first, second))
    n = log(m1 / m2) / log(t1 / t2)
    scale = _A * m1 / (n * t1**n)
    return _Cone(n, 1 / n, scale, scale * t0**n, radians(3), *false)


def _compute_parallel_radius(phi: float) -> float:
    return cos(phi) / sqrt(1 - (_E * sin(phi)) ** 2)


def _compute_isometric_factor(phi: float) -> float:
    s = _E * sin(phi)
    return tan(pi / 4 - phi / 2) / float(((1 - s) / (1 + s)) ** (_E / 2))


_HALF = pi / 2


def _compute_cone_degrees(cone: _Cone, x: float, y: float) -> tuple[float, float]:
    east, south = x - cone.x0, cone.rho0 - (y - cone.y0)
    t = (hypot(east, south) / cone.scale) ** cone.power
    conformal = _HALF - 2 * atan(t)
    twice = cos(2 * conformal)
    a, b, c, d = _SERIES
    phi = conformal + sin(2 * conformal) * (a + twice * (b + twice * (c + twice * d)))
    s = _E * sin(phi)  # the series is right to 1e-11; one turn of 7-9 brings 1e-13
    phi = _HALF - 2 * atan(t * ((1 - s) / (1 + s)) ** (_E / 2))
    return degrees(cone.lon0 + atan2(east, south) / cone.n), degrees(phi)


def _compute_latitude_series() -> tuple[float, float, float, float]:
    """Snyder 3-5: from the conformal latitude to the geodetic one, in the form of 3-35."""
    e2, e4, e6, e8 = _E**2, _E**4, _E**6, _E**8
    a = e2 / 2 + 5 * e4 / 24 + e6 / 12 + 13 * e8 / 360
    b = 7 * e4 / 48 + 29 * e6 / 240 + 811 * e8 / 11_520
    c = 7 * e6 / 120 + 81 * e8 / 1_120
    d = 4_279 * e8 / 161_280
    return a - c, 2 * b - 4 * d, 4 * c, 8 * d


_SERIES = _compute_latitude_series()
