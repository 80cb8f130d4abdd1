"""A lighting inventory as a shapefile of points in a zip: read only, in pure Python.

ESRI Shapefile Technical Description (July 1998), shape types 1, 11 and 21; dBASE III table. The
reference system comes from the .prj, the encoding from the .cpg or the table's own byte.
"""

import re
import struct
import zipfile
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from synergie.errors import BadInput, Words
from synergie.formats._format import Format, Sample
from synergie.formats._report import Place, Report
from synergie.formats._source import Capped, damage, files_in
from synergie.formats._text import plain
from synergie.formats.lighting._lighting import Inventory, Item, Light
from synergie.formats.lighting._mapping import declared, propose
from synergie.schemas.profile import Profile

NAME = "lighting-shapefile"

_WHOLE = "a whole zip archive"
_MAGIC = 9994
_NULL, _POINTS = 0, (1, 11, 21)
_SHP_HEADER, _DBF_HEADER, _FIELD = 100, 32, 32
_MAX_CONTENT = 64
_CP1252_BYTES = (0x00, 0x03, 0x57)
_ENCODINGS = {
    "utf8": "utf-8",
    "1252": "cp1252",
    "cp1252": "cp1252",
    "ansi1252": "cp1252",
    "iso88591": "cp1252",
    "88591": "cp1252",
}
"""What a .cpg says, as `plain` writes it; ISO-8859-1 is read as the Windows-1252 it nearly is."""


class Layer(NamedTuple):
    """The files of one shapefile inside the archive."""

    shp: zipfile.ZipInfo
    dbf: zipfile.ZipInfo
    prj: zipfile.ZipInfo | None
    cpg: zipfile.ZipInfo | None


class Table(NamedTuple):
    """What the head of the dBASE file says."""

    names: list[str]
    widths: list[int]
    n: int
    size: int
    """Bytes of a record, its deletion mark included."""
    encoding: str


def sniff(sample: Sample) -> float:
    """0.9 for a zip with a .shp and a .dbf: points or not, lighting or not, reading tells."""
    ends = {name.lower().rpartition(".")[2] for name in sample.members}
    return 0.9 if {"shp", "dbf"} <= ends else 0.0


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[Light], Report]:
    """Light points in file order; without an identifier, their places are their ids.

    BadInput when the archive holds no layer of points, several layers, no known reference system,
    or a table shorter than it says. Memory grows with the identifiers and the refusals.
    """
    report = Report()
    with damage("archive", _WHOLE), zipfile.ZipFile(source) as archive:
        layer = _layer(archive)
        epsg = _epsg(archive, layer, profile)
        table = _table(archive, layer, report)
    mapping = profile.mapping or propose(
        table.names,
        lambda names: _columns(source, layer, table, names),
        report,
        placed=True,
        cut=True,
    )
    declared(mapping, table.names, layer.dbf.filename)
    inventory = Inventory(
        table.names, mapping, report, reference=epsg, provenance=profile.provenance
    )
    return inventory.records(_items(source, layer, table, report)), report


def _layer(archive: zipfile.ZipFile) -> Layer:
    members = files_in(archive)
    shapes = [m for m in members if m.filename.lower().endswith(".shp")]
    if len(shapes) != 1:
        names = ", ".join(m.filename for m in shapes) or "none"
        raise BadInput("archive", names, "one .shp")
    stem = shapes[0].filename[:-4].lower()
    beside = {m.filename.lower(): m for m in members}
    dbf = beside.get(f"{stem}.dbf")
    if dbf is None:
        raise BadInput("archive", shapes[0].filename, "a .dbf of the same name beside it")
    return Layer(shapes[0], dbf, beside.get(f"{stem}.prj"), beside.get(f"{stem}.cpg"))


def _epsg(archive: zipfile.ZipFile, layer: Layer, profile: Profile) -> int:
    """The reference system: what is declared, else what the .prj names."""
    if profile.mapping is not None and profile.mapping.epsg is not None:
        return profile.mapping.epsg
    if layer.prj is None:
        raise BadInput(
            "archive", Words("no .prj"), "a .prj, or the reference system declared (epsg)"
        )
    text = _short(archive, layer.prj)
    name = text.replace("_", "").replace("-", "").replace(" ", "").lower()
    if "projcs" not in name:
        if "wgs1984" in name or "wgs84" in name or "rgf93" in name or "rgf1993" in name:
            return 4326
    elif "lambert93" in name:
        return 2154
    elif zone := re.search(r"rgf93(?:v1|v2b?)?/?cc(4[2-9]|50)", name):
        return 3900 + int(zone[1])
    elif "webmercator" in name or "pseudomercator" in name:
        return 3857
    raise BadInput(layer.prj.filename, text, "Lambert-93, CC42 to CC50, WGS 84 or web Mercator")


def _short(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str:
    with archive.open(member) as packed:
        return packed.read(1 << 14).decode("utf-8-sig", "replace").strip()


def _table(archive: zipfile.ZipFile, layer: Layer, report: Report) -> Table:
    with archive.open(layer.dbf) as packed:
        head = packed.read(_DBF_HEADER)
        if len(head) < _DBF_HEADER:
            raise BadInput(layer.dbf.filename, f"{len(head)} bytes", "a dBASE table")
        n, start, size = struct.unpack("<IHH", head[4:12])
        fields = packed.read(max(0, start - _DBF_HEADER))
    count = fields.find(b"\r") // _FIELD if b"\r" in fields else len(fields) // _FIELD
    each = [fields[i * _FIELD : (i + 1) * _FIELD] for i in range(count)]
    names = [one[:11].partition(b"\0")[0].decode("cp1252", "replace").strip() for one in each]
    widths = [one[16] for one in each]
    if not names or sum(widths) + 1 != size or len(set(names)) != len(names):
        raise BadInput(layer.dbf.filename, f"records of {size} bytes", "a dBASE table of columns")
    return Table(names, widths, n, size, _encoding(archive, layer, head[29], report))


def _encoding(archive: zipfile.ZipFile, layer: Layer, mark: int, report: Report) -> str:
    if layer.cpg is not None:
        told = _short(archive, layer.cpg)
        known = _ENCODINGS.get(plain(told))
        if known is None:
            raise BadInput(layer.cpg.filename, told, "UTF-8, ISO-8859-1 or 1252")
        return known
    if mark not in _CP1252_BYTES:
        report.note("the table names the code page {}; it was read as Windows-1252", hex(mark))
    return "cp1252"


def _columns(source: BinaryIO, layer: Layer, table: Table, names: list[str]) -> Iterator[list[str]]:
    at = [table.names.index(name) for name in names]
    for _, cells, _xy in _records(source, layer, table):
        yield [cells[i] for i in at]


def _items(
    source: BinaryIO, layer: Layer, table: Table, report: Report
) -> Iterator[tuple[Place, Item]]:
    for number, cells, xy in _records(source, layer, table):
        place = f"record {number}"
        if any("\udc80" <= letter <= "\udcff" for cell in cells for letter in cell):
            report.refuse(
                place, BadInput("row", "; ".join(cells), "text in the encoding of the table")
            )
        else:
            yield place, Item(cells, xy)


def _records(
    source: BinaryIO, layer: Layer, table: Table
) -> Iterator[tuple[int, list[str], tuple[float, float] | None]]:
    """Number from 1, cells and place of each record that is not deleted."""
    with (
        damage("archive", _WHOLE),
        zipfile.ZipFile(source) as archive,
        archive.open(layer.shp) as shapes,
        archive.open(layer.dbf) as rows,
    ):
        shp = Capped(shapes, layer.shp.compress_size)
        dbf = Capped(rows, layer.dbf.compress_size)
        _check_head(shp.take(_SHP_HEADER), layer)
        head = dbf.take(_DBF_HEADER)
        dbf.take(max(0, struct.unpack("<H", head[8:10])[0] - _DBF_HEADER))
        for number in range(1, table.n + 1):
            record = dbf.take(table.size)
            if len(record) < table.size:
                found = f"{number - 1} records of {table.n}"
                raise BadInput(layer.dbf.filename, found, "as many records as its head says")
            xy = _shape(shp, layer, number)
            if record[:1] != b"*":
                yield number, _cells(record, table), xy


def _check_head(head: bytes, layer: Layer) -> None:
    if len(head) < _SHP_HEADER or struct.unpack(">i", head[:4])[0] != _MAGIC:
        raise BadInput(layer.shp.filename, head[:4].hex(), "a shapefile (code 9994)")
    kind = struct.unpack("<i", head[32:36])[0]
    if kind not in _POINTS:
        raise BadInput(layer.shp.filename, f"shapes of type {kind}", "points (type 1, 11 or 21)")


def _shape(shp: Capped, layer: Layer, number: int) -> tuple[float, float] | None:
    """X and y of the next shape; None for a null shape."""
    head = shp.take(8)
    words = struct.unpack(">i", head[4:8])[0] if len(head) == 8 else -1  # noqa: PLR2004 (bytes)
    content = shp.take(2 * words) if 0 < words <= _MAX_CONTENT else b""
    kind = struct.unpack("<i", content[:4])[0] if len(content) >= 4 else None  # noqa: PLR2004
    if kind == _NULL:
        return None
    if kind not in _POINTS or len(content) < 20:  # noqa: PLR2004 (type and two doubles)
        raise BadInput(f"{layer.shp.filename}, record {number}", kind, "a whole point")
    x, y = struct.unpack("<2d", content[4:20])
    return x, y


def _cells(record: bytes, table: Table) -> list[str]:
    cells, at = [], 1
    for width in table.widths:
        text = record[at : at + width].decode(table.encoding, "surrogateescape")
        cells.append(text.strip(" \0"))
        at += width
    return cells


FORMAT = Format(name=NAME, title="Lighting inventory (shapefile in a zip)", sniff=sniff, read=read)
