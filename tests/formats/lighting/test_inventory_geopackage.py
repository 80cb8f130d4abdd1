"""A GeoPackage is read as points of one layer, and as nothing that its file could want."""

import io
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest

from synergie import formats
from synergie.errors import BadInput
from synergie.formats import Report
from synergie.formats.format import Sample
from synergie.formats.lighting import _geopackage, inventory_geopackage
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.lighting_mapping import LightingMapping
from synergie.schemas.readings.profile import Profile
from tests.components import package as peer
from tests.formats.lighting.packages import PLACE, layer_sql, package, point


def read(data: bytes, profile: Profile | None = None) -> tuple[list[LightPointRecord], Report]:
    records, report = inventory_geopackage.read(io.BytesIO(data), profile or Profile())
    return [record for record in records if isinstance(record, LightPointRecord)], report


COLUMNS = ("id", "typeSource", "puissance", "armoire", "hauteurFeu", "extinctionNuit")
ROWS = (
    (point(*PLACE), "A", "LED", 30, "A-7", 6.5, 1),
    (None, "B", "SHP", "250/85", "A-7", 8.0, 0),
    (point(930_010.0, 6_860_000.0), "C", None, None, None, None, None),
)


def test_points_their_rows_and_their_cabinet_are_read() -> None:
    records, report = inventory_geopackage.read(io.BytesIO(package(COLUMNS, *ROWS)), Profile())
    cabinet, *points = list(records)
    assert cabinet == CabinetRecord(external_id="A-7", provenance="partner")
    assert [p.external_id for p in points] == ["A", "B", "C"]
    one, two, three = [p for p in points if isinstance(p, LightPointRecord)]
    assert (one.source_type, one.power_w, one.height_m, one.night_off) == ("LED", 30, 6.5, True)
    assert one.location is not None
    assert abs(one.location.longitude - 6.131997474859) < 1e-9
    assert (two.location, two.power_w, two.power_text) == (None, None, "250/85")
    assert two.raw is not None
    assert (two.raw["puissance"], two.raw["hauteurFeu"]) == ("250/85", "8")
    assert (three.source_type, three.power_w, three.height_m, three.night_off) == (None,) * 4
    assert (report.kept, report.refusals) == (3, 0)


def test_the_door_knows_it_and_reads_the_same() -> None:
    with formats.read(package(COLUMNS, *ROWS)) as result:
        assert result.format == "lighting-geopackage"
        assert len(list(result.records)) == 4


@pytest.mark.parametrize(
    ("start", "confidence"),
    [
        (b"SQLite format 3\0" + bytes(52) + b"GPKG", 0.85),
        (b"SQLite format 3\0" + bytes(52) + b"GP10", 0.85),
        (b"SQLite format 3\0" + bytes(56) + b"...gpkg_contents...", 0.85),
        (b"SQLite format 3\0" + bytes(80), 0.0),
        (b"GPKG", 0.0),
    ],
)
def test_its_mark_tells_it_from_other_databases(start: bytes, confidence: float) -> None:
    assert inventory_geopackage.sniff(Sample("x.gpkg", start)) == confidence


def multi(*places: tuple[float, float]) -> bytes:
    head = b"GP\0\1" + struct.pack("<i", 2154) + struct.pack("<BII", 1, 4, len(places))
    return head + b"".join(struct.pack("<BI2d", 1, 1, *place) for place in places)


@pytest.mark.parametrize(
    "blob",
    [
        point(*PLACE),
        b"GP\0\3" + struct.pack("<i4d", 2154, *PLACE, *PLACE) + struct.pack("<BI2d", 1, 1, *PLACE),
        b"GP\0\0" + struct.pack(">i", 2154) + struct.pack(">BI2d", 0, 1, *PLACE),
        b"GP\0\1" + struct.pack("<i", 2154) + struct.pack("<BI3d", 1, 1001, *PLACE, 250.0),
        b"GP\0\1" + struct.pack("<i", 2154) + struct.pack("<BI4d", 1, 3001, *PLACE, 250.0, 1.0),
        multi(PLACE),
    ],
    ids=["plain", "envelope", "big-endian", "height", "height and measure", "multipoint of one"],
)
def test_a_place_is_read_in_every_writing(blob: bytes) -> None:
    points, report = read(package(("id", "puissance"), (blob, "A", 70)))
    assert report.refusals == 0
    assert points[0].location is not None
    assert abs(points[0].location.latitude - 48.799021378374) < 1e-9


@pytest.mark.parametrize(
    "blob",
    [
        None,
        b"GP\0\x11" + struct.pack("<i", 2154) + struct.pack("<BI2d", 1, 1, *[float("nan")] * 2),
        point(float("nan"), float("nan")),
        multi(),
    ],
    ids=["null", "empty", "not a number", "multipoint of none"],
)
def test_no_place_is_not_known(blob: bytes | None) -> None:
    points, _ = read(package(("id", "puissance"), (blob, "A", 70)))
    assert points[0].location is None


@pytest.mark.parametrize(
    ("blob", "expected"),
    [
        (multi(PLACE, PLACE), "one place a light point"),
        (b"GP\0\1" + struct.pack("<i", 2154) + struct.pack("<BII", 1, 2, 0), "a place as"),
        (b"GP\0\1", "a place as"),
        (point(*PLACE)[:-3], "a place as"),
        (b"XX" + point(*PLACE)[2:], "a place as"),
        (b"GP\0\x0f" + point(*PLACE)[4:], "a place as"),
        ("text", "a place as"),
        (point(1e300, 0.0), "coordinates inside"),
    ],
    ids=["two points", "line", "header only", "cut", "no GP", "envelope 7", "text", "far"],
)
def test_what_is_no_one_place_costs_its_row(blob: bytes | str, expected: str) -> None:
    points, report = read(package(("id", "puissance"), (blob, "A", 70), (point(*PLACE), "B", 70)))
    assert [p.external_id for p in points] == ["B"]
    (refused,) = report.refused
    assert expected in refused.fault.expected
    assert refused.fault.where.startswith("record 1")


def test_text_that_is_not_utf_8_costs_its_row() -> None:
    bad = "UPDATE lum SET modele = CAST(X'E92E' AS TEXT) WHERE id = 'A'"
    rows = [(point(*PLACE), "A", "LED", "x"), (point(*PLACE), "B", "LED", "Éclair")]
    points, report = read(package(("id", "typeSource", "modele"), *rows, more=[bad]))
    assert [p.luminaire_model for p in points] == ["Éclair"]
    assert report.refused[0].fault.expected == "text in UTF-8"


def test_of_several_layers_the_one_that_tells_of_light_points_is_read() -> None:
    data = package(COLUMNS, *ROWS, more=layer_sql("roads", ["name"]))
    points, report = read(data)
    assert len(points) == 3
    assert any(note.args == ("roads",) for note in report.notes)


def test_of_two_layers_that_both_tell_neither_is_guessed() -> None:
    other = [
        *layer_sql("other", ["id", "puissance", "typeSource"]),
        "INSERT INTO other (id, puissance) VALUES ('Z', 70)",
    ]
    data = package(COLUMNS, *ROWS, more=other)
    with pytest.raises(BadInput, match="lum, other"):
        read(data)
    mapping = LightingMapping(
        name="m", layer="other", columns={"id": "external_id", "puissance": "power"}
    )
    points, _ = read(data, Profile(mapping=mapping))
    assert [(p.external_id, p.power_w) for p in points] == [("Z", 70)]


@pytest.mark.parametrize(
    ("srs", "expected"),
    [
        ((0, "NONE", 0, "undefined"), "a reference system in the file"),
        ((-1, "NONE", -1, "undefined"), "a reference system in the file"),
        ((99, "EPSG", 12345, "undefined"), "a reference system that EPSG lists"),
    ],
)
def test_a_layer_without_a_reference_system_is_refused(
    srs: tuple[int, str, int, str], expected: str
) -> None:
    data = package(("id", "puissance"), (point(*PLACE), "A", 70), srs=srs)
    with pytest.raises(BadInput, match=expected):
        read(data)
    mapping = LightingMapping(name="m", columns={"id": "external_id"}, epsg=2154)
    points, _ = read(data, Profile(mapping=mapping))
    assert points[0].location is not None


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x FROM c)"
HOSTILE = {
    "view": [
        "CREATE VIEW v AS SELECT 1 AS fid, x'00' AS geom, 'A' AS id, 70 AS puissance",
        "UPDATE gpkg_contents SET table_name = 'v'",
        "UPDATE gpkg_geometry_columns SET table_name = 'v'",
    ],
    "endless view": [
        f"CREATE VIEW v AS {ENDLESS} SELECT x AS fid, x AS geom, x AS id FROM c",  # noqa: S608 (hostile on purpose)
        "UPDATE gpkg_contents SET table_name = 'v'",
        "UPDATE gpkg_geometry_columns SET table_name = 'v'",
    ],
    "contents is a view": [
        "DROP TABLE gpkg_contents",
        "CREATE VIEW gpkg_contents AS SELECT 'lum' AS table_name, 'features' AS data_type",
    ],
    "virtual table": [
        "CREATE VIRTUAL TABLE v USING rtree(fid, geom, b)",
        "UPDATE gpkg_contents SET table_name = 'v'",
        "UPDATE gpkg_geometry_columns SET table_name = 'v'",
    ],
    "no contents": ["DROP TABLE gpkg_contents"],
    "no layer": ["DELETE FROM gpkg_contents"],
    "no such table": ["UPDATE gpkg_contents SET table_name = 'absent'"],
}


@pytest.mark.parametrize("more", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_package_that_wants_more_than_its_tables_is_refused(more: list[str]) -> None:
    with pytest.raises(BadInput):
        read(package(("id", "puissance"), (point(*PLACE), "A", 70), more=more))


def test_a_name_that_is_sql_stays_a_name() -> None:
    columns = ("id", 'puissance"; DROP TABLE lum; --', "typeSource")
    points, _ = read(
        package([column.replace('"', '""') for column in columns], (point(*PLACE), "A", "x", "LED"))
    )
    assert points[0].raw is not None
    assert list(points[0].raw)[1:] == list(columns)


def test_a_generated_column_is_passed_over() -> None:
    endless = "hex(zeroblob(1000000))"
    more = [f"ALTER TABLE lum ADD COLUMN bomb TEXT GENERATED ALWAYS AS ({endless}) VIRTUAL"]
    points, _ = read(package(("id", "puissance"), (point(*PLACE), "A", 70), more=more))
    assert points[0].raw == {"fid": "1", "id": "A", "puissance": "70"}


@pytest.mark.parametrize("cut", [16, 99, 2_000, 5_000, 9_000])
def test_a_cut_package_is_refused(cut: int) -> None:
    data = package(COLUMNS, *ROWS)
    assert len(data) > cut
    with pytest.raises(BadInput):
        read(data[:cut])


def test_a_schema_whose_fault_is_no_text_is_refused() -> None:
    data = package(COLUMNS, *ROWS)
    broken = data.replace(
        b"CREATE TABLE gpkg_contents (table_name", b"CREATE \x82ABLE gpkg_contents (table_name"
    )
    assert broken != data
    with pytest.raises(BadInput):
        read(broken)


def test_a_package_with_a_log_beside_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "wal.gpkg"
    path.write_bytes(package(COLUMNS, *ROWS))
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode = WAL")
    database.close()
    data = path.read_bytes()
    assert data[18:20] == b"\2\2"
    points, _ = read(data)
    assert len(points) == 3


def test_a_large_package_is_read_from_a_copy_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synergie.formats.lighting._geopackage._IN_MEMORY", 8_192)
    rows = [(point(930_000.0 + i, 6_860_000.0), f"P{i}", 70) for i in range(500)]
    points, _ = read(package(("id", "puissance"), *rows))
    assert len(points) == 500


def test_what_we_write_names_our_fields_and_is_read_as_such() -> None:
    columns = ("external_id", "cabinet", "power_w", "night_off", "installed_on", "provenance")
    cabinets = [
        *layer_sql("cabinets", ["external_id", "name", "programmable", "provenance"]),
        "INSERT INTO cabinets VALUES (1, NULL, 'A-7', 'Mairie', 1, 'synthetic')",
    ]
    row = (point(*PLACE), "P1", "A-7", 70, 0, "2020-05-01", "synthetic")
    other = (None, "P2", "A-8", None, None, None, "synthetic")
    data = package(columns, row, other, name="light_points", more=cabinets)
    records, report = inventory_geopackage.read(io.BytesIO(data), Profile())
    first, one, bare, two = list(records)
    assert first == CabinetRecord(
        external_id="A-7", name="Mairie", programmable=True, provenance="synthetic"
    )
    assert isinstance(one, LightPointRecord)
    assert (one.power_w, one.night_off, str(one.installed_on), one.raw) == (
        70, False, "2020-05-01", None
    )  # fmt: skip
    assert bare == CabinetRecord(external_id="A-8", provenance="synthetic")
    assert isinstance(two, LightPointRecord)
    assert (two.power_w, two.night_off, two.location) == (None, None, None)
    assert report.refusals == 0


def test_what_another_program_writes_is_read(tmp_path: Path) -> None:
    pyogrio, np = peer("pyogrio"), peer("numpy")
    path = tmp_path / "made.gpkg"
    places = np.array([struct.pack("<BI2d", 1, 1, 930_000.0 + i, 6_860_000.0) for i in range(50)])
    fields = [
        np.array([f"P{i}" for i in range(50)], dtype=object),
        np.array([70.0] * 49 + [float("nan")]),
    ]
    pyogrio.raw.write(
        path, places.astype(object), fields, ["id", "puissance"],
        geometry_type="Point", crs="EPSG:2154", driver="GPKG", layer="points",
    )  # fmt: skip
    with formats.read(path) as result:
        points = list(result.records)
    assert [(p.power_w) for p in points if isinstance(p, LightPointRecord)] == [70] * 49 + [None]
    assert result.report.refusals == 0


@pytest.mark.parametrize(
    ("cells", "unique"),
    [
        (["A", "B", "C"], True),
        ([1, 2, 3], True),
        (["A", "B", "A"], False),
        (["A", None, "C"], False),
        (["A", " ", "C"], False),
        (["A", "NC", "C"], False),
    ],
    ids=["texts", "numbers", "a repeat", "a null", "a space", "a word for not known"],
)
def test_a_column_is_unique_when_each_cell_is_told_once(
    cells: list[object], *, unique: bool
) -> None:
    layer = _geopackage.Layer("t", "geom", None, ["id"])
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE t (id)")
        database.executemany("INSERT INTO t VALUES (?)", [(cell,) for cell in cells])
        assert _geopackage.is_unique(database, layer, "id", ("", "NC")) is unique
