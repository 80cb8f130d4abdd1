"""The files of shapefiles in a zip: layers of points and their tables, read in blocks.

ESRI Shapefile Technical Description (July 1998), shape types 1, 8, 11, 18, 21 and 28; dBASE III
table. The reference system comes from the .prj, the encoding from the .cpg, the table's own byte,
or the bytes themselves.
"""

import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple

from synergie.errors import BadInput, Words
from synergie.formats.report import Report
from synergie.formats.source import Capped, damage, files_in
from synergie.formats.text import normalize_column_name

WHOLE = "a whole zip archive"

_MAGIC = 9994
_NULL, _POINTS, _MULTIPOINTS = 0, (1, 11, 21), (8, 18, 28)
_SHP_HEADER, _DBF_HEADER, _FIELD = 100, 32, 32
_BLOCK = 1024
_POINT = struct.Struct("<8xi2d")
_MAX_CONTENT, _MAX_KNOWN, _LOOK = 4096, 50_000, 1 << 20
_CP1252_BYTES = (0x00, 0x03, 0x57, 0x58, 0x59)
_BYTES = {0x01: "cp437", 0x02: "cp850", 0x04: "mac_roman"}
_ENCODINGS = (
    dict.fromkeys(("utf8", "65001", "cp65001"), "utf-8")
    | dict.fromkeys(
        ("1252", "cp1252", "ansi1252", "windows1252", "iso88591", "88591", "latin1", "ldid87"),
        "cp1252",
    )
    | dict.fromkeys(("iso885915", "885915", "latin9"), "iso8859-15")
    | dict.fromkeys(("850", "cp850", "ibm850", "oem850"), "cp850")
    | dict.fromkeys(("437", "cp437", "ibm437", "oem437"), "cp437")
    | dict.fromkeys(("macintosh", "macroman", "10000"), "mac_roman")
)
"""What a .cpg says, as `plain` writes it; ISO-8859-1 is read as the Windows-1252 it nearly is."""
_SEVERAL = Words("several points in one shape")

type Xy = tuple[float, float]
type Shape = Xy | BadInput | None
"""A place; a fault that costs the row; None for a null shape."""


class Layer(NamedTuple):
    """The files of one shapefile inside the archive."""

    shp: zipfile.ZipInfo
    dbf: zipfile.ZipInfo
    prj: zipfile.ZipInfo | None
    cpg: zipfile.ZipInfo | None

    @property
    def name(self) -> str:
        """Name of the layer, without folder and ending."""
        return self.shp.filename.rpartition("/")[2][:-4]


class Table(NamedTuple):
    """What the head of the dBASE file says."""

    names: list[str]
    widths: list[int]
    n: int
    start: int
    """Bytes before the first record."""
    size: int
    """Bytes of a record, its deletion mark included."""
    encoding: str
    damaged: list[str]
    """The first cell that does not decode, once one was read."""


def list_shapefile_layers(archive: zipfile.ZipFile) -> list[Layer]:
    """The shapefiles of *archive* that have a table; BadInput when there is none."""
    members = files_in(archive)
    shapes = [m for m in members if m.filename.lower().endswith(".shp")]
    if not shapes:
        raise BadInput("archive", Words("no .shp"), "one .shp")
    beside = {m.filename.lower(): m for m in members}
    found = []
    for shp in shapes:
        stem = shp.filename[:-4].lower()
        dbf = beside.get(f"{stem}.dbf")
        if dbf is not None:
            cpg = beside.get(f"{stem}.cpg") or beside.get(f"{stem}.cst")
            found.append(Layer(shp, dbf, beside.get(f"{stem}.prj"), cpg))
    if not found:
        raise BadInput("archive", shapes[0].filename, "a .dbf of the same name beside it")
    return found


def read_small_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str:
    """The text of a small file: .prj, .cpg."""
    with archive.open(member) as packed:
        return packed.read(1 << 14).decode("utf-8-sig", "replace").strip()


def read_dbf_head(archive: zipfile.ZipFile, layer: Layer, report: Report) -> Table:
    """The head of the layer's table; BadInput when it is none."""
    with archive.open(layer.dbf) as packed:
        head = packed.read(_DBF_HEADER)
        if len(head) < _DBF_HEADER:
            raise BadInput(layer.dbf.filename, f"{len(head)} bytes", "a dBASE table")
        n, start, size = struct.unpack("<IHH", head[4:12])
        fields = packed.read(max(0, start - _DBF_HEADER))
        sample = packed.read(_LOOK)
    count = fields.find(b"\r") // _FIELD if b"\r" in fields else len(fields) // _FIELD
    each = [fields[i * _FIELD : (i + 1) * _FIELD] for i in range(count)]
    coding = _choose_encoding(archive, layer, (head[29], sample), report)
    names = [one[:11].partition(b"\0")[0].decode(coding, "replace").strip() for one in each]
    widths = [one[16] for one in each]
    if not names or sum(widths) + 1 != size or len(set(names)) != len(names):
        raise BadInput(layer.dbf.filename, f"records of {size} bytes", "a dBASE table of columns")
    return Table(names, widths, n, start, size, coding, [])


def _choose_encoding(
    archive: zipfile.ZipFile, layer: Layer, told: tuple[int, bytes], report: Report
) -> str:
    if layer.cpg is not None:
        text = read_small_member(archive, layer.cpg)
        known = _ENCODINGS.get(normalize_column_name(text))
        if known is None:
            raise BadInput(layer.cpg.filename, text, "UTF-8, ISO-8859-1 or 1252")
        return known
    mark, sample = told
    if not sample.isascii() and _is_utf8(sample):
        report.note("the table names no encoding; its accents are UTF-8")
        return "utf-8"
    if mark in _BYTES:
        return _BYTES[mark]
    if mark not in _CP1252_BYTES:
        report.note("the table names the code page {}; it was read as Windows-1252", hex(mark))
    return "cp1252"


def _is_utf8(sample: bytes) -> bool:
    try:
        sample[: len(sample) - 4].decode()
    except UnicodeDecodeError as error:
        return error.end >= len(sample) - 8 and error.reason == "unexpected end of data"
    return True


def read_dbf_rows(
    source: BinaryIO, layer: Layer, head: Table, at: list[int] | None = None
) -> Iterator[tuple[int, list[str]] | None]:
    """Number from 1 and cells of each record, those of the columns *at* only; None if deleted.

    BadInput when the table ends before the records that its head counts. Bytes that do not decode
    become lone surrogates (U+DC80..DCFF).
    """
    every = struct.Struct("c" + "".join(f"{width}s" for width in head.widths))
    text = _Texts(head).__getitem__
    with _open_capped_member(source, layer.dbf) as dbf:
        dbf.take(head.start)
        number = 0
        while number < head.n:
            wanted = min(_BLOCK, head.n - number) * head.size
            block = dbf.take(wanted)
            whole = len(block) // head.size
            for cells in every.iter_unpack(block[: whole * head.size]):
                number += 1
                if cells[0] == b"*":
                    yield None
                elif at is None:
                    yield number, list(map(text, cells[1:]))
                else:
                    yield number, [text(cells[i + 1]) for i in at]
            if len(block) < wanted:
                found = f"{number} records of {head.n}"
                raise BadInput(layer.dbf.filename, found, "as many records as its head says")


class _Texts(dict[bytes, str]):
    """The text of each cell, decoded once however often it comes."""

    def __init__(self, head: Table) -> None:
        super().__init__()
        self._coding, self._damaged = head.encoding, head.damaged

    def __missing__(self, cell: bytes) -> str:
        text = cell.decode(self._coding, "surrogateescape").strip(" \0")
        if text.strip("*") == "":
            text = ""  # asterisks fill a number that did not fit
        if not (text.isascii() or self._damaged) and is_damaged(text):
            self._damaged.append(text)
        if len(self) >= _MAX_KNOWN:
            self.clear()
        self[cell] = text
        return text


def is_damaged(text: str) -> bool:
    """Whether some of its bytes did not decode."""
    return any("\udc80" <= letter <= "\udcff" for letter in text)


def iterate_shapes(source: BinaryIO, layer: Layer) -> Iterator[Shape]:
    """The place of each shape; BadInput for lines, areas, and a shape that is cut."""
    with _open_capped_member(source, layer.shp) as shp:
        head = shp.take(_SHP_HEADER)
        if len(head) < _SHP_HEADER or struct.unpack(">i", head[:4])[0] != _MAGIC:
            raise BadInput(layer.shp.filename, head[:4].hex(), "a shapefile (code 9994)")
        kind = struct.unpack("<i", head[32:36])[0]
        if kind not in (*_POINTS, *_MULTIPOINTS):
            found = f"shapes of type {kind}"
            raise BadInput(layer.shp.filename, found, "points (type 1, 11 or 21)")
        data = shp.take(_BLOCK * _POINT.size)
        while len(data) == _BLOCK * _POINT.size and _are_plain(data):
            yield from ((x, y) for _, x, y in _POINT.iter_unpack(data))
            data = shp.take(_BLOCK * _POINT.size)
        yield from _iterate_varying_shapes(_Ahead(shp, data), layer)


def _are_plain(data: bytes) -> bool:
    """Whether these are points of type 1 and nothing else: 20 bytes of content each."""
    size, n = _POINT.size, len(data) // _POINT.size
    lengths = all(data[4 + i :: size] == bytes([b]) * n for i, b in enumerate((0, 0, 0, 10)))
    return lengths and all(
        data[8 + i :: size] == bytes([b]) * n for i, b in enumerate((1, 0, 0, 0))
    )


class _Ahead:
    """A stream with bytes of it that were read already."""

    def __init__(self, stream: Capped, data: bytes) -> None:
        self._stream, self._data = stream, data

    def take(self, n: int) -> bytes:
        if len(self._data) < n:
            self._data += self._stream.take(max(n, _BLOCK))
        taken, self._data = self._data[:n], self._data[n:]
        return taken


def _iterate_varying_shapes(shp: _Ahead, layer: Layer) -> Iterator[Shape]:
    number = 0
    while head := shp.take(8):
        number += 1
        words = struct.unpack(">i", head[4:8])[0] if len(head) == 8 else -1  # noqa: PLR2004 (bytes)
        content = shp.take(2 * words) if 0 < words <= _MAX_CONTENT else b""
        kind = struct.unpack("<i", content[:4])[0] if len(content) >= 4 else None  # noqa: PLR2004
        if kind == _NULL:
            yield None
        elif kind in _POINTS and len(content) >= 20:  # noqa: PLR2004 (type and two doubles)
            x, y = struct.unpack("<2d", content[4:20])
            yield x, y
        elif kind in _MULTIPOINTS and len(content) >= 40:  # noqa: PLR2004 (type, box and count)
            yield _parse_single_multipoint(content)
        else:
            raise BadInput(f"{layer.shp.filename}, record {number}", kind, "a whole point")


def _parse_single_multipoint(content: bytes) -> Shape:
    """The one point of a multipoint."""
    n = struct.unpack("<i", content[36:40])[0]
    if n == 0:
        return None
    if n != 1 or len(content) < 56:  # noqa: PLR2004 (and two doubles)
        return BadInput("row", _SEVERAL, "one place a light point")
    x, y = struct.unpack("<2d", content[40:56])
    return x, y


def records(source: BinaryIO, layer: Layer, head: Table) -> Iterator[tuple[int, list[str], Shape]]:
    """Number from 1, cells and place of each record that is not deleted."""
    places = iterate_shapes(source, layer)
    for record in read_dbf_rows(source, layer, head):
        shape = next(places, _CUT)
        if shape is _CUT:
            raise BadInput(layer.shp.filename, _CUT.found, _CUT.expected)
        if record is not None:
            yield *record, shape


_CUT = BadInput("row", Words("fewer shapes"), "a whole point")


@contextmanager
def _open_capped_member(source: BinaryIO, member: zipfile.ZipInfo) -> Iterator[Capped]:
    """A member of the archive, unpacked as it is read, within the limits."""
    with (
        damage("archive", WHOLE),
        zipfile.ZipFile(source) as archive,
        archive.open(member) as packed,
    ):
        yield Capped(packed, member.compress_size)
