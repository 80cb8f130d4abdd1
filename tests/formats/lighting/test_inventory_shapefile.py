"""A shapefile of points in a zip, built here byte by byte after ESRI's description of 1998."""

import io
import struct
import zipfile

import pytest

from synergie.errors import BadInput
from synergie.formats import Report
from synergie.formats.lighting import inventory_shapefile as lighting_shapefile
from synergie.formats.lighting._crs import identify_crs
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.lighting_mapping import LightingMapping
from synergie.schemas.readings.profile import Profile

LAMBERT_93 = 'PROJCS["RGF93_Lambert_93",GEOGCS["GCS_RGF_1993"]]'
PLACE = (930_000.0, 6_860_000.0)


def shp(*points: tuple[float, float] | None, kind: int = 1) -> bytes:
    body = b""
    for number, point in enumerate(points, start=1):
        content = struct.pack("<i", 0) if point is None else struct.pack("<i2d", kind, *point)
        body += struct.pack(">2i", number, len(content) // 2) + content
    head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 50 + len(body) // 2)
    return head + struct.pack("<2i8d", 1000, kind, *[0.0] * 8) + body


def dbf(names: dict[str, int], *rows: list[str], mark: int = 0x57, coding: str = "cp1252") -> bytes:
    size = 1 + sum(names.values())
    head = struct.pack("<4BIHH", 3, 113, 6, 6, len(rows), 32 + 32 * len(names) + 1, size)
    head += bytes(17) + bytes([mark]) + bytes(2)
    for name, width in names.items():
        head += name.encode().ljust(11, b"\0") + b"C" + bytes(4) + bytes([width]) + bytes(15)
    body = b""
    for row in rows:
        gone = row[0].startswith("*")
        cells = [cell.lstrip("*") for cell in row]
        body += b"*" if gone else b" "
        for cell, width in zip(cells, names.values(), strict=True):
            body += cell.encode(coding).ljust(width)
    return head + b"\r" + body + b"\x1a"


def packed(**files: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, data in files.items():
            archive.writestr(f"lights.{name}", data)
    return sink.getvalue()


def layer(**changed: bytes) -> bytes:
    files = {
        "shp": shp(PLACE, None, PLACE),
        "dbf": dbf({"ident": 8, "lamp_type": 10}, ["A", "LED"], ["B", "SHP"], ["C", "Été"]),
        "prj": LAMBERT_93.encode(),
    } | changed
    return packed(**{name: data for name, data in files.items() if data})


def read(data: bytes) -> tuple[list[LightPointRecord], Report]:
    records, report = lighting_shapefile.read(io.BytesIO(data), Profile())
    return [record for record in records if isinstance(record, LightPointRecord)], report


def test_points_and_their_rows_are_read_together() -> None:
    names = {"identifian": 4, "lamp_type": 10}
    rows = dbf(names, ["A", "LED"], ["B", "SHP"], ["C", "Été"])
    mapped = rows.replace(b"identifian\0", b"id\0\0\0\0\0\0\0\0\0")
    points, report = read(layer(dbf=mapped))
    assert [(p.external_id, p.source_type) for p in points] == [
        ("A", "LED"), ("B", "SHP"), ("C", None)
    ]  # fmt: skip
    assert points[2].raw == {"id": "C", "lamp_type": "Été"}
    assert points[0].location is not None
    assert abs(points[0].location.longitude - 6.131997474859) < 1e-9
    assert points[1].location is None
    assert report.refusals == 0


def test_without_an_identifier_a_point_without_place_is_refused() -> None:
    points, report = read(layer())
    assert [point.external_id for point in points] == [
        "930000.00 6860000.00", "930000.00 6860000.00 #2"
    ]  # fmt: skip
    (refused,) = report.refused
    assert (refused.line, refused.column) == (None, "record 2, /external_id")


def test_a_deleted_row_is_passed_over() -> None:
    points, _ = read(layer(dbf=dbf({"id": 4}, ["A"], ["*B"], ["C"])))
    assert [point.external_id for point in points] == ["A", "C"]


def test_utf_8_is_read_when_the_cpg_says_so() -> None:
    rows = dbf({"id": 6}, ["é"], ["B"], ["C"], coding="utf-8")
    points, _ = read(layer(dbf=rows, cpg=b"UTF-8"))
    assert points[0].external_id == "é"


@pytest.mark.parametrize(
    ("prj", "epsg"),
    [
        ('PROJCS["RGF93_CC48",', 3948),
        ('PROJCS["RGF93 v1 / CC50",', 3950),
        ('PROJCS["RGF93 v1 / Lambert-93",', 2154),
        ('PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",', 3857),
        ('GEOGCS["GCS_WGS_1984",', 4326),
        ('PROJCS["Any",AUTHORITY["EPSG","27572"]]', 27572),
        ('PROJCRS["Any",ID["EPSG",32631]]', 32631),
    ],
)
def test_the_reference_system_is_what_the_prj_names(prj: str, epsg: int) -> None:
    assert identify_crs(prj, "lights.prj", None) == epsg


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"prj": b""}, "a .prj"),
        ({"prj": b'PROJCS["NTF_Lambert_II"]'}, "a reference system that EPSG lists"),
        ({"dbf": b""}, "a .dbf"),
        ({"dbf": b"\3"}, "a dBASE table"),
        ({"dbf": dbf({"id": 4}, ["A"], ["B"], ["C"])[:-9]}, "as many records"),
        ({"shp": shp(PLACE, PLACE, PLACE)[:-5]}, "a whole point"),
        ({"shp": shp(PLACE, kind=5)}, "points (type"),
        ({"shp": b"\0" * 100}, "a shapefile"),
        ({"cpg": b"KOI8-R"}, "UTF-8"),
    ],
    ids=[
        "no prj", "other prj", "no dbf", "bad dbf", "short dbf", "short shp", "lines", "zeros",
        "cpg",
    ],
)  # fmt: skip
def test_a_damaged_layer_is_refused(changed: dict[str, bytes], expected: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(layer(**changed))
    assert expected in caught.value.expected


def beside(name: str, table: bytes) -> bytes:
    sink = io.BytesIO(layer())
    with zipfile.ZipFile(sink, "a") as archive:
        archive.writestr(f"{name}.shp", shp(PLACE))
        archive.writestr(f"{name}.dbf", table)
        archive.writestr(f"{name}.prj", LAMBERT_93)
    return sink.getvalue()


def test_of_two_layers_the_one_that_tells_of_light_points_is_read() -> None:
    points, report = read(beside("roads", dbf({"name": 8}, ["Rue"])))
    assert len(points) == 2
    assert any(note.args == ("roads",) for note in report.notes)


def test_of_two_layers_that_both_tell_neither_is_guessed() -> None:
    data = beside("other", dbf({"id": 8, "lamp_type": 8}, ["A", "LED"]))
    with pytest.raises(BadInput, match="lights, other"):
        read(data)
    mapping = LightingMapping(name="m", layer="other", columns={"id": "external_id"})
    records, _ = lighting_shapefile.read(io.BytesIO(data), Profile(mapping=mapping))
    assert [record.external_id for record in records] == ["A"]


def test_a_layer_without_points_named_in_the_mapping_is_refused() -> None:
    mapping = LightingMapping(name="m", layer="absent", columns={"id": "external_id"})
    with pytest.raises(BadInput, match="the layer that the mapping names"):
        lighting_shapefile.read(
            io.BytesIO(beside("x", dbf({"n": 2}, ["1"]))), Profile(mapping=mapping)
        )


def multipoint(*points: tuple[float, float]) -> bytes:
    body = b""
    for number, ends in enumerate([points[:1], points], start=1):
        content = struct.pack("<i4di", 8, *[0.0] * 4, len(ends))
        content += b"".join(struct.pack("<2d", *end) for end in ends)
        body += struct.pack(">2i", number, len(content) // 2) + content
    head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 50 + len(body) // 2)
    return head + struct.pack("<2i8d", 1000, 8, *[0.0] * 8) + body


def test_a_multipoint_of_one_is_a_place_and_one_of_two_costs_its_row() -> None:
    rows = dbf({"id": 8, "lamp_type": 10}, ["A", "LED"], ["B", "SHP"])
    points, report = read(layer(shp=multipoint(PLACE, PLACE), dbf=rows))
    assert [point.external_id for point in points] == ["A"]
    assert points[0].location is not None
    assert report.refused[0].fault.expected == "one place a light point"


def test_points_with_height_and_measure_are_read() -> None:
    solid = shp(PLACE, kind=11)
    content = struct.pack("<i4d", 11, *PLACE, 250.0, 0.0)
    solid = solid[:100] + struct.pack(">2i", 1, len(content) // 2) + content
    points, _ = read(layer(shp=solid, dbf=dbf({"id": 4}, ["A"])))
    assert points[0].location is not None


def test_many_points_are_read_as_few_are() -> None:
    n = 2_500
    places = [(930_000.0 + i, 6_860_000.0) for i in range(n)]
    rows = dbf({"id": 6, "puissance": 20}, *([f"{i}", f"{i}.000000000000000"] for i in range(n)))
    points, report = read(layer(shp=shp(*places[:1_500], None, *places[1_501:]), dbf=rows))
    assert [point.power_w for point in points] == list(range(n))
    assert [point.location is None for point in points].index(True) == 1_500
    assert (report.kept, report.refusals) == (n, 0)


@pytest.mark.parametrize(
    ("cpg", "mark", "coding"),
    [
        (b"UTF-8\r\n", 0x57, "utf-8"),
        (b"65001", 0x57, "utf-8"),
        (b"ISO 88591", 0x57, "cp1252"),
        (b"ISO-8859-15", 0x57, "iso8859-15"),
        (b"", 0x57, "cp1252"),
        (b"", 0x02, "cp850"),
        (b"", 0x00, "utf-8"),
    ],
)
def test_accents_are_read_in_the_encoding_that_the_files_tell(
    cpg: bytes, mark: int, coding: str
) -> None:
    rows = dbf(
        {"id": 4, "modele": 20}, ["A", "Éclair"], ["B", ""], ["C", ""], mark=mark, coding=coding
    )
    points, _ = read(layer(dbf=rows, cpg=cpg))
    assert points[0].luminaire_model == "Éclair"


def test_a_number_that_overflowed_its_column_is_not_known() -> None:
    points, _ = read(
        layer(dbf=dbf({"id": 4, "puissance": 4}, ["A", "****"], ["B", "70"], ["C", ""]))
    )
    assert [point.power_w for point in points] == [None, 70, None]


def test_names_that_dbase_cut_are_known() -> None:
    names = {
        "id": 4,
        "temperatur": 6,
        "fluxLumina": 6,
        "extinction": 4,
        "inclinaiso": 4,
        "puiss": 4,
    }
    rows = ([one, "3000", "4500", "oui", "5", "70"] for one in "ABC")
    points, _ = read(layer(dbf=dbf(names, *rows)))
    one = points[0]
    assert (one.cct_k, one.flux_lm, one.night_off) == (3000, 4500, True)
    assert (one.tilt_installed_deg, one.tilt_max_deg) == (None, None)
