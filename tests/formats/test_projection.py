"""French projections, against published vectors and a forward formula of the test's own."""

import sys

from math import atan, exp, hypot, isclose, log, pi, radians, sin, sqrt, tan, cos  # isort: skip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput, MissingExtra
from synergie.formats._projection import KNOWN, degrees_from, reference_of, to_degrees
from tests.components import package

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


@pytest.mark.parametrize(
    ("reference", "lon", "lat"),
    [(27572, 2.3372, 48.8544), (32631, 3.0, 45.0), (5490, -61.2, 16.2), (2975, 55.5, -21.0)],
    ids=["Lambert II étendu", "UTM 31 N", "Antilles", "La Réunion"],
)
def test_any_system_that_epsg_lists_is_followed(reference: int, lon: float, lat: float) -> None:
    pyproj = package("pyproj")
    x, y = pyproj.Transformer.from_crs(4326, reference, always_xy=True).transform(lon, lat)
    back = to_degrees(reference, x, y)
    assert hypot(back[0] - lon, back[1] - lat) < 1e-8
    text = pyproj.CRS.from_epsg(reference).to_wkt("WKT1_ESRI")
    back = degrees_from(text)(x, y)
    assert hypot(back[0] - lon, back[1] - lat) < 1e-4  # ESRI names no shift of datum


@pytest.mark.parametrize(("code", "same"), [(9794, 2154), (9830, 3950), (9842, 3942), (4171, 4326)])
def test_newer_names_of_the_same_system_need_nothing_more(code: int, same: int) -> None:
    place = (6.1, 48.7) if same == 4326 else forward(same, 3.5, 46.0 if same == 2154 else 45.9)
    assert to_degrees(code, *place) == to_degrees(same, *place)


@pytest.mark.parametrize("text", ["", "no system", 'PROJCS["Martian"]', "EPSG:27572", "+proj=lcc"])
def test_what_is_no_well_known_text_is_refused(text: str) -> None:
    package("pyproj")
    with pytest.raises(BadInput, match="EPSG lists"):
        degrees_from(text)


def test_without_pyproj_other_systems_say_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyproj", None)
    degrees_from.cache_clear()
    with pytest.raises(MissingExtra, match=r"synergie\[geo\]"):
        to_degrees(27572, 600_000.0, 2_428_000.0)
    assert to_degrees(2154, 930_000.0, 6_860_000.0)


@pytest.mark.parametrize(
    ("text", "epsg"),
    [
        ('GEOGCS["GCS_RGF_1993"', 4326),
        ('PROJCS["RGF93_Lambert_93"', 2154),
        ('PROJCRS["RGF93 v2b / CC43"', 3943),
        ('PROJCS["RGF93_CC50"', 3950),
        ('PROJCS["WGS_1984_Web_Mercator"', 3857),
        ('PROJCS["NTF_CC45_Lambert"', None),
        ('GEOGCS["NTF"', None),
        ('PROJCS["WGS_1984_UTM_Zone_31N"', None),
    ],
)
def test_a_system_is_known_by_its_name_only_when_it_is_ours(text: str, epsg: int | None) -> None:
    assert reference_of(text) == epsg
