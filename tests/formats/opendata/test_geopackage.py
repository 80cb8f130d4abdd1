"""The GeoPackage: read back as it was, styled, dated, and opened by GDAL and pyogrio."""

import io
import json
import sqlite3
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from synergie.errors import BadInput
from synergie.formats import Record, read
from synergie.formats.opendata._geopackage_write import LAMPS
from synergie.schemas.assets.lighting_network import CircuitRecord
from synergie.schemas.readings.profile import Profile
from tests.components import package, program
from tests.formats.frames.made import (
    BARE_POINT,
    CABINET,
    CURVE,
    POINT,
    SITE,
    SUPPORT,
    kept,
    written,
)

CIRCUIT = CircuitRecord(external_id="D-1", cabinet="A-54430-07", provenance="synthetic")
THINGS: list[Record] = [POINT, BARE_POINT, CABINET, SUPPORT, CIRCUIT, SITE]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gpkg") / "eclairage.gpkg"
    path.write_bytes(written(THINGS, "geopackage"))
    return path


@pytest.fixture
def database(file: Path) -> Any:
    connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    yield connection
    connection.close()


def reading(data: bytes) -> tuple[list[Any], Any]:
    with read(data) as result:
        return list(result.records), result.report


def test_every_thing_is_read_back_as_it_was() -> None:
    records, report = reading(written(THINGS, "geopackage"))
    assert len(records) == len(THINGS)
    assert all(kept(record) in records for record in THINGS)
    assert report.refusals == 0


def test_the_same_things_give_the_same_bytes() -> None:
    assert written(THINGS, "geopackage") == written(THINGS, "geopackage")


def test_the_file_says_what_it_is(database: Any) -> None:
    assert database.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
    assert database.execute("PRAGMA user_version").fetchone() == (10300,)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_the_date_of_the_data_travels_with_each_layer(database: Any) -> None:
    rows = database.execute(
        "SELECT table_name, identifier, description, last_change FROM gpkg_contents"
    )
    found = {name: (title, told, changed) for name, title, told, changed in rows}
    layers = {"light_points", "cabinets", "supports", "circuits", "sites"}
    assert set(found) == layers | {"layer_styles"}
    title, told, changed = found["light_points"]
    assert title == "Points lumineux"
    assert "Dernière mise à jour : 24/11/2026, source : Enedis" in told
    assert "En retard de 9 jours" in told
    assert changed == "2026-11-24T09:00:00.000Z"


def test_each_column_says_what_it_is_for(database: Any) -> None:
    told = dict(
        database.execute(
            "SELECT column_name, description FROM gpkg_data_columns"
            " WHERE table_name = 'light_points'"
        ).fetchall()
    )
    columns = {row[1] for row in database.execute("PRAGMA table_info(light_points)")}
    assert set(told) == columns - {"fid", "geom"}
    assert told["power_w"] == (
        "Puissance (W). Lampe et appareillage ; vide : inconnue, jamais zéro."
    )
    rows = database.execute("SELECT table_name, extension_name, scope FROM gpkg_extensions")
    assert sorted(rows) == [
        ("gpkg_data_column_constraints", "gpkg_schema", "read-write"),
        ("gpkg_data_columns", "gpkg_schema", "read-write"),
    ]


def test_each_layer_has_a_style_that_qgis_takes(database: Any) -> None:
    rows = database.execute(
        "SELECT f_table_name, f_table_catalog, f_table_schema, f_geometry_column, useAsDefault,"
        " styleQML FROM layer_styles"
    ).fetchall()
    assert {row[0] for row in rows} == {"light_points", "cabinets", "supports", "sites"}
    for _, catalog, schema, geometry, default, qml in rows:
        assert (catalog, schema, geometry, default) == ("", "", "geom", 1)
        document = ET.fromstring(qml)  # noqa: S314 (ours)
        symbols = document.findall(".//symbol")
        assert len(symbols) >= 1
        assert all(
            symbol.find("layer/Option/Option[@name='color']") is not None for symbol in symbols
        )


def test_each_lamp_has_a_category_and_no_two_the_same_mark(database: Any) -> None:
    (qml,) = database.execute(
        "SELECT styleQML FROM layer_styles WHERE f_table_name = 'light_points'"
    ).fetchone()
    document = ET.fromstring(qml)  # noqa: S314 (ours)
    renderer = document.find("renderer-v2")
    assert renderer is not None
    assert renderer.get("attr") == "source_type"
    values = [category.get("value") for category in document.iter("category")]
    assert values == [*LAMPS, ""]
    marks = [(mark.shape, mark.colour) for mark in LAMPS.values()]
    assert len(set(marks)) == len(marks)


def test_extents_are_those_of_the_points(database: Any) -> None:
    (box,) = database.execute(
        "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'light_points'"
    ).fetchall()
    assert box == (6.131997474859, 48.799021378374, 6.131997474859, 48.799021378374)


@pytest.mark.interop
def test_ogrinfo_opens_it_with_its_styles(file: Path) -> None:
    done = subprocess.run(
        [program("ogrinfo"), "-json", "-features", str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    told = json.loads(done.stdout)
    assert "warning" not in done.stderr.lower(), done.stderr
    layers = {layer["name"]: layer for layer in told["layers"]}
    assert "layer_styles" in layers
    styles = {f["properties"]["f_table_name"] for f in layers["layer_styles"]["features"]}
    assert styles == {"light_points", "cabinets", "supports", "sites"}
    points = layers["light_points"]
    assert points["geometryFields"][0]["type"] == "Point"
    assert points["geometryFields"][0]["coordinateSystem"]["projjson"]["id"]["code"] == 4326
    types = {field["name"]: field["type"] for field in points["fields"]}
    assert (types["power_w"], types["installed_on"], types["insee_code"]) == (
        "Integer64",
        "Date",
        "String",
    )
    comments = {field["name"]: field.get("comment") for field in points["fields"]}
    assert str(comments["cct_k"]).startswith("Température de couleur (K). 3000 K au plus")
    first = points["features"][0]
    assert first["geometry"]["coordinates"] == [6.131997474859, 48.799021378374]
    assert first["properties"]["insee_code"] == "01004"


def test_pyogrio_reads_the_same_points(file: Path) -> None:
    pyogrio = package("pyogrio")
    assert {"light_points", "cabinets"} <= {name for name, _ in pyogrio.list_layers(file)}
    meta, table = pyogrio.read_arrow(file, layer="light_points")
    assert meta["crs"] == "EPSG:4326"
    assert table.num_rows == 2
    assert table.column("power_w").to_pylist() == [70, None]
    assert table.column("night_off").to_pylist() == [True, None]
    assert table.column("power_text").to_pylist() == [None, "250/85"]


def spoilt(*statements: str) -> bytes:
    database = sqlite3.connect(":memory:")
    database.deserialize(written([POINT, CABINET], "geopackage"))
    for statement in statements:
        database.execute(statement)
    database.commit()
    data = database.serialize()
    database.close()
    return data


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE light_points SET geom = x'4750'", "light_points 1, /geom"),
        ("UPDATE light_points SET geom = 'POINT(6 48)'", "light_points 1, /geom"),
        ("UPDATE light_points SET power_w = 'seventy'", "light_points 1, /power_w"),
        ("UPDATE light_points SET power_w = -1", "light_points 1, /power_w"),
        ("UPDATE light_points SET external_id = NULL", "light_points 1, /external_id"),
        ("UPDATE light_points SET installed_on = 'May'", "light_points 1, /installed_on"),
        ("UPDATE light_points SET night_off = 3", "light_points 1, /night_off"),
        ("UPDATE light_points SET height_m = x'00'", "light_points 1, /height_m"),
    ],
)
def test_a_wrong_cell_is_refused_at_its_row(statement: str, where: str) -> None:
    records, report = reading(spoilt(statement))
    assert [fault.where for _, fault in report.refused] == [where]
    assert records == [CABINET]


def test_a_view_of_our_name_is_not_run() -> None:
    data = spoilt(
        "DROP TABLE light_points",
        "CREATE VIEW light_points AS WITH RECURSIVE a(fid) AS"
        " (SELECT 1 UNION ALL SELECT fid + 1 FROM a) SELECT fid FROM a",
    )
    records, _ = reading(data)
    assert records == [CABINET]


def test_a_database_of_others_is_not_read() -> None:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE a (b)")
    data = database.serialize()
    database.close()
    with pytest.raises(BadInput, match="layer"):
        list(read(data, format="geopackage").records)
    with pytest.raises(BadInput):
        list(read(data[:50], format="geopackage").records)


def test_a_curve_is_on_no_map() -> None:
    with pytest.raises(BadInput, match="MeterCurve"):
        written([CURVE], "geopackage")


def test_an_empty_map_is_still_a_geopackage() -> None:
    data = written([], "geopackage", Profile())
    assert io.BytesIO(data).read(16) == b"SQLite format 3\0"
