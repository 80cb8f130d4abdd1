"""Corridors out of files in any projection, and which points stand within."""

import io
import json
import sqlite3
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.lighting.plan import corridors, places
from synergie.lighting.plan.lights import park_of
from synergie.lighting.records.study import Corridor
from tests.scenarios.effects_cases import POMPEY, light, study

type Ring = list[tuple[float, float]]

HERE = (6.13, 48.77)
OUTER: Ring = [(6.10, 48.70), (6.20, 48.70), (6.20, 48.80), (6.10, 48.80), (6.10, 48.70)]
HOLE: Ring = [(6.14, 48.74), (6.16, 48.74), (6.16, 48.76), (6.14, 48.76), (6.14, 48.74)]
LAMBERT: Ring = [  # RGF93 / Lambert-93 of OUTER, by PROJ
    (928083.5793, 6848906.1146), (935437.1488, 6849199.6217), (934986.6903, 6860308.9483),
    (927647.1902, 6860016.0028), (928083.5793, 6848906.1146),
]  # fmt: skip


def corridor(*rings: Ring) -> Corridor:
    return Corridor(id="z", rings=tuple(tuple(ring) for ring in rings))


def within(of: Corridor, *points: tuple[float, float], margin_m: float = 0.0) -> list[int]:
    xs, ys = (np.array([one[axis] for one in points], float) for axis in (0, 1))
    return list(map(int, corridors.mark_corridor_points([of], xs, ys, margin_m=margin_m)))


def test_inside_outside_and_in_the_hole() -> None:
    points = [(6.12, 48.72), (6.05, 48.72), (6.15, 48.75), (6.15, 48.72), (float("nan"),) * 2]
    assert within(corridor(OUTER, HOLE), *points) == [1, 0, 0, 1, 0]


def test_several_corridors_are_one_layer() -> None:
    xs, ys = np.array([6.12, 6.15, 6.05]), np.array([48.72, 48.75, 48.72])
    both = [corridor(OUTER, HOLE), corridor(HOLE)]
    assert corridors.mark_corridor_points(both, xs, ys).tolist() == [1, 1, 0]
    assert corridors.mark_corridor_points([], xs, ys).tolist() == [0, 0, 0]


def test_the_margin_is_in_metres_on_both_axes() -> None:
    """A ten-thousandth of a degree is 7.3 m to the east there, 11.1 m to the north."""
    east, north = (6.2001, 48.75), (6.15, 48.8001)
    corner, hole = (6.2001, 48.8001), (6.1401, 48.75)
    square = corridor(OUTER, HOLE)
    points = (east, north, corner, hole)
    assert within(square, *points, margin_m=7.0) == [0, 0, 0, 0]
    assert within(square, *points, margin_m=8.0) == [1, 0, 0, 1]
    assert within(square, *points, margin_m=12.0) == [1, 1, 0, 1]
    assert within(square, *points, margin_m=14.0) == [1, 1, 1, 1]


DEGREES = st.tuples(
    st.integers(0, 40).map(lambda n: 6 + n / 1000), st.integers(0, 40).map(lambda n: 48 + n / 1000)
)
ANY = st.tuples(st.floats(5.99, 6.05), st.floats(47.99, 48.05))


@given(st.lists(DEGREES, min_size=3, max_size=12), st.lists(ANY, min_size=1, max_size=20))
def test_inside_is_what_the_angles_around_it_say(
    ring: Ring, points: list[tuple[float, float]]
) -> None:
    """An odd number of turns around the point, summed angle by angle; also where edges cross."""
    closed = [*ring, ring[0]]
    found = within(corridor(closed), *points)
    for n, point in enumerate(points):
        away = np.array(closed) - point
        angles = np.arctan2(away[:, 1], away[:, 0])
        steps = (np.diff(angles) + np.pi) % (2 * np.pi) - np.pi
        if np.pi - np.abs(steps).max() > 1e-6:  # on an edge, either answer is right
            assert found[n] == round(float(steps.sum()) / (2 * np.pi)) % 2


@given(st.integers(0, 1000), st.sampled_from([0.0, 30.0, 400.0]))
def test_within_is_what_geos_says(seed: int, margin_m: float) -> None:
    shapely = pytest.importorskip("shapely", reason="needs shapely (group peers)")
    draw = np.random.default_rng(seed)
    turn = np.sort(draw.random(40)) * 2 * np.pi
    away = 0.02 * (0.3 + draw.random(40))
    ring = np.stack([6.13 + away * np.cos(turn), 48.77 + away * np.sin(turn)], axis=1)
    ring = np.vstack([ring, ring[:1]])
    xs, ys = 6.09 + 0.08 * draw.random(500), 48.73 + 0.08 * draw.random(500)
    metre = np.radians(1) * places.EARTH_M
    scale = np.array([metre * np.cos(np.radians((ring[:, 1].min() + ring[:, 1].max()) / 2)), metre])
    polygon = shapely.Polygon(ring * scale)
    away_m = shapely.distance(polygon, shapely.points(xs * scale[0], ys * scale[1]))
    found = corridors.mark_corridor_points([corridor(ring.tolist())], xs, ys, margin_m=margin_m)
    sure = np.abs(away_m - margin_m) > 1e-3
    assert (found == (away_m <= margin_m))[sure | (away_m == 0)].all()


@pytest.mark.parametrize(
    ("rings", "where", "expected"),
    [
        ([LAMBERT], "/corridors/0/rings/0/0", "WGS 84 longitude, latitude, in degrees"),
        ([OUTER, HOLE[:-1]], "/corridors/0/rings/1", "a closed ring"),
        ([[*OUTER[:-1], (6.1, 48.7001)]], "/corridors/0/rings/0", "a closed ring"),
        ([[(y, x) for x, y in OUTER]], "/corridors/0/rings", "longitude, then latitude"),
        ([OUTER, [(6.1, float("nan")), *HOLE[1:]]], "/corridors/0/rings/1/0", "WGS 84"),
    ],
    ids=["lambert-93", "hole-open", "not-quite-closed", "swapped", "nan"],
)
def test_a_polygon_that_is_none_is_refused(rings: list[Ring], where: str, expected: str) -> None:
    told = Corridor.model_construct(id="z", rings=tuple(map(tuple, rings)))
    with pytest.raises(BadInput) as refused:
        within(told, HERE)
    assert refused.value.where == where
    assert refused.value.expected.startswith(expected)


def test_swapped_is_said_only_where_it_is_sure() -> None:
    """A polygon of French Guiana, or of the sea off Somalia with one corner in France, is taken."""
    guiana = [(-52.7, 4.8), (-52.6, 4.8), (-52.6, 4.9), (-52.7, 4.8)]
    assert within(corridor(guiana), (-52.62, 4.81)) == [1]


def features(*told: dict[str, Any], **more: Any) -> io.BytesIO:
    whole = {"type": "FeatureCollection", **more, "features": list(told)}
    return io.BytesIO(json.dumps(whole).encode())


def feature(kind: str, at: Any, **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature", "properties": properties,
        "geometry": {"type": kind, "coordinates": at},
    }  # fmt: skip


def test_geojson_gives_each_part_of_a_feature() -> None:
    source = features(
        feature("Polygon", [OUTER, HOLE], NOM="Ru du Bois"),
        {"type": "Feature", "properties": None, "geometry": None},
        feature("MultiPolygon", [[OUTER], [HOLE]], name=None),
    )
    found = corridors.read(source)
    assert [(one.id, one.name, len(one.rings)) for one in found] == [
        ("1", "Ru du Bois", 2), ("2-1", None, 1), ("2-2", None, 1),
    ]  # fmt: skip
    assert found[0].rings[0] == tuple(OUTER)


def test_geojson_in_another_projection_is_turned_into_degrees() -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
    found = corridors.read(features(feature("Polygon", [LAMBERT]), crs=crs))
    assert np.array(found[0].rings[0]) == pytest.approx(np.array(OUTER), abs=3e-9)


def test_projected_coordinates_without_their_system_are_refused() -> None:
    with pytest.raises(BadInput) as refused:
        corridors.read(features(feature("Polygon", [LAMBERT])))
    assert refused.value.where == "/features/0/geometry"


@pytest.mark.parametrize(
    ("told", "where"),
    [
        (feature("Point", [6.1, 48.7]), "/features/0/geometry"),
        (feature("LineString", OUTER), "/features/0/geometry"),
        (feature("Polygon", [[6.1, 48.7]]), "/features/0/geometry"),
        (feature("Polygon", [[["6.1", True]]]), "/features/0/geometry"),
        (feature("Polygon", None), "/features/0/geometry"),
        (feature("Polygon", []), "/features/0"),
        (feature("Polygon", [OUTER[:3]]), "/features/0"),
        (feature("Polygon", [OUTER[:-1]]), "/features/0/polygon/rings/0"),
        (feature("Polygon", [[(y, x) for x, y in OUTER]]), "/features/0/polygon/rings"),
    ],
    ids=["point", "line", "flat", "text", "null", "no-ring", "two-edges", "open", "swapped"],
)
def test_a_feature_that_is_no_area_is_refused_at_its_place(
    told: dict[str, Any], where: str
) -> None:
    with pytest.raises(BadInput) as refused:
        corridors.read(features(told))
    assert refused.value.where == where


def wkb(rings: list[Ring], *, order: str = "<", z: bool = False) -> bytes:
    """A Polygon as well-known binary."""
    mark = b"\1" if order == "<" else b"\0"
    told = mark + struct.pack(f"{order}II", 1003 if z else 3, len(rings))
    for ring in rings:
        told += struct.pack(f"{order}I", len(ring))
        told += b"".join(struct.pack(f"{order}{2 + z}d", *one, *([7.0] * z)) for one in ring)
    return told


def header(envelope: int = 0, *, empty: bool = False) -> bytes:
    """The head of a stored geometry, of a given sort of envelope."""
    flags = 1 | envelope << 1 | (0x10 if empty else 0)
    return (
        b"GP\0" + bytes([flags]) + struct.pack("<i", 2154) + b"\0" * (0, 32, 48, 48, 64)[envelope]
    )


MULTI = b"\1" + struct.pack("<II", 6, 2) + wkb([LAMBERT]) + wkb([LAMBERT], order=">")
STORED = {
    "plain": header() + wkb([LAMBERT]),
    "envelope": header(1) + wkb([LAMBERT]),
    "big-endian": header() + wkb([LAMBERT], order=">"),
    "height": header(2) + wkb([LAMBERT], z=True),
    "several": header() + MULTI,
}


def geopackage(path: Path, *blobs: bytes | None, layers: tuple[str, ...] = ("tvb",)) -> Path:
    """A GeoPackage in Lambert-93 by plain SQL (OGC 12-128r19)."""
    with sqlite3.connect(path) as base:
        base.executescript(
            "PRAGMA application_id = 1196444487;"
            "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT, srs_id INTEGER);"
            "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT,"
            " srs_id INTEGER);"
            "CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT,"
            " organization_coordsys_id INTEGER, definition TEXT);"
            "INSERT INTO gpkg_spatial_ref_sys VALUES (2154, 'EPSG', 2154, '');"
        )
        for layer in layers:
            base.execute(f"CREATE TABLE {layer} (fid INTEGER PRIMARY KEY, geom BLOB, nom TEXT)")
            base.execute("INSERT INTO gpkg_contents VALUES (?, 'features', 2154)", (layer,))
            base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 2154)", (layer,))
            rows = [(one, f"{layer} {n}") for n, one in enumerate(blobs)]
            base.executemany(f"INSERT INTO {layer} VALUES (NULL, ?, ?)", rows)  # noqa: S608 (ours)
    base.close()
    return path


@pytest.mark.parametrize("kind", STORED)
def test_a_geopackage_in_lambert_93_is_turned_into_degrees(tmp_path: Path, kind: str) -> None:
    found = corridors.read(geopackage(tmp_path / "a.gpkg", None, STORED[kind]))
    assert len(found) == (2 if kind == "several" else 1)
    for one in found:
        assert one.name == "tvb 1"
        assert np.array(one.rings[0]) == pytest.approx(np.array(OUTER), abs=3e-9)


def test_a_layer_is_chosen_by_its_name(tmp_path: Path) -> None:
    path = geopackage(tmp_path / "a.gpkg", STORED["plain"], layers=("tvb", "reserve"))
    assert corridors.read(path, "reserve")[0].name == "reserve 0"
    for name in (None, "other"):
        with pytest.raises(BadInput) as refused:
            corridors.read(path, name)
        assert (refused.value.where, refused.value.found) == ("layers", "tvb, reserve")


@pytest.mark.parametrize(
    "blob",
    [
        header() + b"\1" + struct.pack("<I2d", 1, *LAMBERT[0]),
        header() + wkb([LAMBERT])[:-9],
        header()[:6],
        b"XX" + header()[2:] + wkb([LAMBERT]),
        header() + b"\1" + struct.pack("<III", 3, 1, 2**31),
    ],
    ids=["point", "cut", "head-cut", "no-mark", "endless"],
)
def test_a_stored_geometry_that_is_no_area_is_refused(tmp_path: Path, blob: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        corridors.read(geopackage(tmp_path / "a.gpkg", None, blob))
    assert refused.value.where.startswith("record 2")


def test_degrees_in_a_layer_that_says_metres_are_far_from_all_lights(tmp_path: Path) -> None:
    found = corridors.read(geopackage(tmp_path / "a.gpkg", header() + wkb([OUTER])))
    here = light("l1", location=POMPEY)
    with pytest.raises(BadInput) as refused:
        park_of(study([here], corridors=found))
    assert refused.value.where == "/corridors"
    assert park_of(study([here], corridors=(*found, corridor(HOLE)))).corridor.tolist() == [0]
    assert park_of(study([light("l1")], corridors=found)).corridor.tolist() == [-1]


def test_an_empty_geometry_is_left_out(tmp_path: Path) -> None:
    blob = header(empty=True) + b"\1" + struct.pack("<II", 3, 0)
    path = geopackage(tmp_path / "a.gpkg", blob, header() + b"\1" + struct.pack("<II", 6, 0))
    assert corridors.read(path) == ()


def test_a_layer_that_gdal_writes_is_read(tmp_path: Path) -> None:
    pyogrio = pytest.importorskip("pyogrio", reason="needs pyogrio (group peers)")
    path = tmp_path / "a.gpkg"
    pyogrio.raw.write(
        path, np.array([wkb([LAMBERT])]), [np.array(["Ru du Bois"])], fields=["nom"],
        geometry_type="Polygon", crs="EPSG:2154", layer="tvb",
    )  # fmt: skip
    (found,) = corridors.read(path)
    assert found.name == "Ru du Bois"
    assert np.array(found.rings[0]) == pytest.approx(np.array(OUTER), abs=3e-9)
