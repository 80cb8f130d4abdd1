"""A shapefile of points in a zip, built here byte by byte after ESRI's description of 1998."""

import io
import struct
import zipfile

import pytest

from synergie.errors import BadInput
from synergie.formats import Report
from synergie.formats.lighting import inventory_shapefile as lighting_shapefile
from synergie.schemas.light_point import LightPointRecord
from synergie.schemas.profile import Profile

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
    ],
)
def test_the_reference_system_is_what_the_prj_names(prj: str, epsg: int) -> None:
    data = layer(prj=prj.encode())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = lighting_shapefile._epsg(archive, lighting_shapefile._layer(archive), Profile())
    assert found == epsg


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"prj": b""}, "a .prj"),
        ({"prj": b'PROJCS["NTF_Lambert_II"]'}, "Lambert-93, CC42"),
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


def test_two_layers_in_one_archive_are_refused() -> None:
    sink = io.BytesIO(layer())
    with zipfile.ZipFile(sink, "a") as archive:
        archive.writestr("other.shp", shp(PLACE))
    with pytest.raises(BadInput, match=r"lights\.shp, other\.shp"):
        read(sink.getvalue())
