"""Rounds on a map: read back, styled, dated, and opened by GDAL and pyogrio."""

import json
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from synergie.maintenance.reports.brief import MaintenanceBrief
from synergie.maintenance.reports.rounds_layers import (
    build_rounds_layers,
    rounds_geojson,
    rounds_geopackage,
)
from synergie.reports.language import use_language
from tests.components import package, program
from tests.reports.maintained import kept


@pytest.fixture(scope="module")
def brief() -> MaintenanceBrief:
    return kept()


@pytest.fixture(scope="module")
def file(brief: MaintenanceBrief, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gpkg") / "tournees.gpkg"
    path.write_bytes(rounds_geopackage(brief))
    return path


@pytest.fixture
def database(file: Path) -> Iterator[Any]:
    connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def geojson(brief: MaintenanceBrief) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(rounds_geojson(brief))
    return told


def features(geojson: dict[str, Any], layer: str) -> list[dict[str, Any]]:
    return [one for one in geojson["features"] if one["properties"]["layer"] == layer]


def test_every_stop_is_a_point_at_its_place_in_order(
    brief: MaintenanceBrief, geojson: dict[str, Any]
) -> None:
    week = brief.weeks[0]
    told = iter(features(geojson, "stops"))
    for one in week.rounds:
        for rank, planned in enumerate(one.stops, start=1):
            stop, feature = week.stops[planned.stop], next(told)
            at = week.places[stop.place].location
            assert feature["geometry"] == {
                "type": "Point",
                "coordinates": [at.longitude, at.latitude],
            }
            properties = feature["properties"]
            assert (properties["rank"], properties["crew"], properties["asset"]) == (
                rank, one.crew, stop.asset)  # fmt: skip
            assert properties["day"] == one.day.isoformat()
            assert properties["name"] and properties["description"]
    assert next(told, None) is None


def test_a_round_is_a_line_from_the_depot_to_the_depot(
    brief: MaintenanceBrief, geojson: dict[str, Any]
) -> None:
    week = brief.weeks[0]
    for one, feature in zip(week.rounds, features(geojson, "rounds"), strict=True):
        ends = feature["geometry"]["coordinates"]
        home = week.places[week.shifts[one.crew, one.day].start_place].location
        assert ends[0] == ends[-1] == [home.longitude, home.latitude]
        assert len(ends) == len(one.stops) + 2
        assert feature["properties"]["cost_eur"] == float(one.cost_eur)
        assert feature["properties"]["distance_m"] == one.distance_m


def test_both_files_hold_the_same(database: Any, geojson: dict[str, Any]) -> None:
    for layer in ("stops", "rounds"):
        rows = database.execute(f"SELECT * FROM {layer}")  # noqa: S608 (two names)
        heads = [column[0] for column in rows.description]
        for row, feature in zip(rows.fetchall(), features(geojson, layer), strict=True):
            cells = dict(zip(heads, row, strict=True))
            told = {k: v for k, v in feature["properties"].items() if k != "layer"}
            assert {k: v for k, v in cells.items() if k not in {"fid", "geom"}} == told


def test_the_geopackage_says_what_it_is_and_how_fresh(database: Any) -> None:
    assert database.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    rows = database.execute("SELECT table_name, description FROM gpkg_contents").fetchall()
    told = dict(rows)
    assert set(told) == {"stops", "rounds", "layer_styles"}
    assert "Dernière mise à jour : 25/11/2026" in told["stops"]
    assert "sur l'état du parc au" in told["rounds"]
    explained = database.execute("SELECT count(*) FROM gpkg_data_columns").fetchone()
    assert explained == (32,)


def test_crews_differ_by_shape_and_dash_and_not_by_colour_alone(database: Any) -> None:
    for layer, name in (("stops", "name"), ("rounds", "line_style")):
        (qml,) = database.execute(
            "SELECT styleQML FROM layer_styles WHERE f_table_name = ?", (layer,)
        ).fetchone()
        document = ET.fromstring(qml)  # noqa: S314 (ours)
        values = [one.get("value") for one in document.iter("category")]
        assert values == ["nacelle-1", "nacelle-2", "nacelle-sde"]
        shapes = [one.get("value") for one in document.iter("Option") if one.get("name") == name]
        assert len(set(shapes)) == 3
    rows = database.execute(
        "SELECT f_table_catalog, f_table_schema, useAsDefault FROM layer_styles"
    )
    assert set(rows) == {("", "", 1)}


def test_the_same_brief_gives_the_same_bytes(brief: MaintenanceBrief, file: Path) -> None:
    assert rounds_geopackage(kept()) == file.read_bytes()
    assert rounds_geojson(kept()) == rounds_geojson(brief)


def test_no_rounds_make_empty_layers(brief: MaintenanceBrief) -> None:
    none = replace(brief, weeks=())
    assert json.loads(rounds_geojson(none))["features"] == []
    assert rounds_geopackage(none).startswith(b"SQLite format 3\0")


@pytest.mark.interop
def test_ogrinfo_opens_it_with_its_styles(file: Path) -> None:
    done = subprocess.run(
        [program("ogrinfo"), "-json", "-features", str(file)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "warning" not in done.stderr.lower(), done.stderr
    layers = {layer["name"]: layer for layer in json.loads(done.stdout)["layers"]}
    assert {name: layer["featureCount"] for name, layer in layers.items()} == {
        "stops": 20, "rounds": 4, "layer_styles": 2,
    }  # fmt: skip
    kinds = {name: layers[name]["geometryFields"][0]["type"] for name in ("stops", "rounds")}
    assert kinds == {"stops": "Point", "rounds": "LineString"}
    types = {field["name"]: field["type"] for field in layers["stops"]["fields"]}
    assert (types["day"], types["starts_at"], types["rank"], types["insee_code"]) == (
        "Date", "DateTime", "Integer64", "String")  # fmt: skip
    first = layers["rounds"]["features"][0]
    assert first["geometry"]["coordinates"][0] == [6.12, 48.768]
    assert layers["rounds"]["geometryFields"][0]["extent"] == [6.055, 48.75, 6.159, 48.796]


@pytest.mark.interop
def test_ogrinfo_opens_the_geojson(brief: MaintenanceBrief, tmp_path: Path) -> None:
    path = tmp_path / "tournees.geojson"
    path.write_bytes(rounds_geojson(brief))
    done = subprocess.run(
        [program("ogrinfo"), "-json", str(path)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    (layer,) = json.loads(done.stdout)["layers"]
    assert layer["featureCount"] == 24


def test_pyogrio_reads_the_same_lines(file: Path) -> None:
    pyogrio = package("pyogrio")
    meta, table = pyogrio.read_arrow(file, layer="rounds")
    assert meta["crs"] == "EPSG:4326"
    assert table.column("stops").to_pylist() == [5, 5, 5, 5]


def test_the_day_of_an_english_layer_is_that_of_its_zone() -> None:
    made = kept()
    assert made.park is not None
    late = made.park.model_copy(update={"as_of": datetime(2026, 11, 24, 23, 30, tzinfo=UTC)})
    with use_language("en"):
        stops, _ = build_rounds_layers(replace(made, park=late))
    assert "Last update: 25 Nov 2026." in stops.told
    assert "on the state of the assets of Wednesday 25 November 2026 at 00:30" in stops.told
