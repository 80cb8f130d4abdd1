"""French projections, against published vectors and a forward formula of the test's own."""

from math import atan, exp, hypot, isclose, log, pi, radians, sin, sqrt, tan, cos  # isort: skip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.formats._projection import KNOWN, to_degrees

A, F = 6_378_137.0, 1 / 298.257222101
E = sqrt(F * (2 - F))


def forward(epsg: int, lon: float, lat: float) -> tuple[float, float]:
    """EPSG guidance note 7-2, Lambert conic conformal (2SP), written from the other side."""
    if epsg == 2154:
        first, second, origin, x0, y0 = 44.0, 49.0, 46.5, 700_000.0, 6_600_000.0
    else:
        z = epsg - 3900
        first, second, origin = z - 0.75, z + 0.75, float(z)
        x0, y0 = 1_700_000.0, (z - 41) * 1e6 + 200_000

    def iso(phi: float) -> float:
        s = E * sin(phi)
        return log(tan(pi / 4 + phi / 2) * ((1 - s) / (1 + s)) ** (E / 2))

    def radius(phi: float) -> float:
        return A * cos(phi) / sqrt(1 - (E * sin(phi)) ** 2)

    p1, p2 = radians(first), radians(second)
    n = log(radius(p2) / radius(p1)) / (iso(p1) - iso(p2))
    c = radius(p1) / n * exp(n * iso(p1))
    r, r0 = c * exp(-n * iso(radians(lat))), c * exp(-n * iso(radians(origin)))
    theta = n * radians(lon - 3)
    return x0 + r * sin(theta), y0 + r0 - r * cos(theta)


def test_the_vector_of_lambert_93_is_given() -> None:
    lon, lat = to_degrees(2154, 930_000, 6_860_000)
    assert isclose(lon, 6.131997474859, abs_tol=1e-12)
    assert isclose(lat, 48.799021378374, abs_tol=1e-12)


@given(st.sampled_from(sorted(KNOWN - {4326, 3857})), st.floats(-5, 9.5), st.floats(-1.2, 1.2))
def test_a_place_projected_and_taken_back_is_itself(epsg: int, lon: float, off: float) -> None:
    lat = 46.5 + 4 * off if epsg == 2154 else epsg - 3900 + off
    back = to_degrees(epsg, *forward(epsg, lon, lat))
    assert hypot(back[0] - lon, back[1] - lat) < 1e-10


def test_web_mercator_is_spherical() -> None:
    lon, lat = to_degrees(3857, 10_018_754.171394622, 5_621_521.486192066)
    assert isclose(lon, 90, abs_tol=1e-9)
    assert isclose(lat, 45, abs_tol=1e-9)
    assert isclose(lat, (2 * atan(exp(5_621_521.486192066 / A)) - pi / 2) * 180 / pi)


@pytest.mark.parametrize(
    ("epsg", "x", "y"),
    [
        (2154, float("nan"), 0.0),
        (2154, float("inf"), 0.0),
        (4326, 181.0, 0.0),
        (4326, 6.0, 91.0),
        (12345, 930_000.0, 6_860_000.0),
    ],
)
def test_a_place_outside_its_system_is_refused(epsg: int, x: float, y: float) -> None:
    with pytest.raises(BadInput):
        to_degrees(epsg, x, y)
