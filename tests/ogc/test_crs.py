"""Lambert-93 against PROJ, and boxes against every point of a cloud."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.server.ogc._crs import (
    build_lambert_test,
    clamp_to_europe,
    compute_degree_box,
    from_lambert_93,
    to_lambert_93,
)

FRANCE = {"longitude": st.floats(-5.5, 10.0), "latitude": st.floats(41.0, 51.5)}


@given(**FRANCE)
def test_it_is_what_proj_says(longitude: float, latitude: float) -> None:
    pyproj = pytest.importorskip("pyproj")
    there = pyproj.Transformer.from_crs(4171, 2154, always_xy=True)
    x, y = there.transform(longitude, latitude)
    assert to_lambert_93(longitude, latitude) == pytest.approx((x, y), abs=0.002)


@given(**FRANCE)
def test_there_and_back_is_the_same_place(longitude: float, latitude: float) -> None:
    x, y = to_lambert_93(longitude, latitude)
    assert from_lambert_93(x, y) == pytest.approx((longitude, latitude), abs=2e-8)


@given(
    x=st.floats(100_000, 1_100_000), y=st.floats(6_100_000, 7_000_000),
    wide=st.floats(10, 300_000), tall=st.floats(10, 300_000),
)  # fmt: skip
def test_the_box_in_degrees_holds_the_whole_box(
    x: float, y: float, wide: float, tall: float
) -> None:
    box = compute_degree_box(x, y, x + wide, y + tall)
    inside = build_lambert_test(x, y, x + wide, y + tall)
    draw = random.Random(1)  # noqa: S311 (a cloud of points)
    for _ in range(40):
        at = from_lambert_93(x + draw.random() * wide, y + draw.random() * tall)
        assert inside(*at)
        assert box.west <= at[0] <= box.east
        assert box.south <= at[1] <= box.north


def test_a_box_as_large_as_the_world_is_cut_to_europe() -> None:
    box = compute_degree_box(*clamp_to_europe(-1e12, -1e12, 1e12, 1e12))
    assert box.west < -5 and box.east > 10 and box.south < 42 and box.north > 51
