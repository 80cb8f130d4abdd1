"""Files made to take the memory of whoever opens them; each is refused, and says why.

Made here, of a few kilobytes each. What they stand for is gigabytes.
"""

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from synergie.formats._csv import TABLES
from synergie.schemas.readings.coding import compress
from tests.components import package
from tests.formats.frames.made import CURVE, ENERGY, written

LIGHTS = [
    column.name for table in TABLES if table.name == "light_points" for column in table.columns
]
CODECS = ("zstd", "snappy", "gzip")


class Hostile(NamedTuple):
    """A file, and how it is sent."""

    name: str
    data: bytes
    form: str | None = None
    """The format that its sender declares."""
    coding: str | None = None
    """Its content coding."""


def words(size: int, rows: int, columns: list[str] | None = None) -> Any:
    """A table of a word of *size* bytes, told once a column and meant *rows* times."""
    pa = package("pyarrow")
    word = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * size]))
    return pa.table(dict.fromkeys(columns or LIGHTS, word))


def parquet(table: Any, codec: str = "zstd", **more: Any) -> bytes:
    """*table* as Parquet."""
    sink = io.BytesIO()
    package("pyarrow.parquet").write_table(table, sink, compression=codec, **more)
    return sink.getvalue()


def arrow(table: Any, codec: str | None = "zstd", *, stream: bool = False) -> bytes:
    """*table* as an Arrow IPC file, or stream."""
    pa, sink = package("pyarrow"), io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression=codec)
    opened = pa.ipc.new_stream if stream else pa.ipc.new_file
    with opened(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return sink.getvalue()


def dictionaries() -> Iterator[Hostile]:
    """Parquet and Arrow in which one word stands for many."""
    for size, rows in ((1_000_000, 30), (1_000_000, 2_000), (40_000, 60_000)):
        for codec in CODECS:
            yield Hostile(f"word-{size}-{rows}-{codec}.parquet", parquet(words(size, rows), codec))
        for codec in ("zstd", "lz4"):
            yield Hostile(f"word-{size}-{rows}-{codec}.arrow", arrow(words(size, rows), codec))
    for name, table in (("wide", words(10_000, 500)), ("long", words(5_000, 300_000))):
        yield Hostile(f"{name}.parquet", parquet(table))
        yield Hostile(f"{name}.arrow", arrow(table))
    yield Hostile("stream.arrow", arrow(words(1_000_000, 30), stream=True), "arrow")
    yield Hostile("cut.parquet", parquet(words(1_000, 10))[:-20] + b"PAR1")
    yield Hostile("cut.arrow", arrow(words(1_000, 10))[:400], "arrow")


def columns() -> Iterator[Hostile]:
    """Parquet and Arrow of columns that no table of ours has."""
    pa = package("pyarrow")
    one = pa.table({name: pa.array(["x"]) for name in LIGHTS})
    odd = {
        "nested": pa.array([["x"] * 1_000]),
        "run-ends": pa.RunEndEncodedArray.from_arrays(pa.array([1], pa.int32()), pa.array(["x"])),
        "views": pa.array(["x" * 40_000]).cast(pa.string_view()),
    }
    for name, column in odd.items():
        yield Hostile(f"{name}.arrow", arrow(one.set_column(0, LIGHTS[0], column), None))
    nested = one.set_column(0, LIGHTS[0], odd["nested"])
    many = pa.table({f"c{n}": pa.array(["x"]) for n in range(10_000)})
    plain = pa.table({name: pa.array(["x" * 2_000_000]) for name in LIGHTS})
    for name, table in (("nested", nested), ("many", many), ("plain", plain)):
        yield Hostile(f"{name}.parquet", parquet(table, use_dictionary=False))
        yield Hostile(f"{name}-packed.arrow", arrow(table))
    yield Hostile("lying.arrow", lying(arrow(plain)))


def lying(data: bytes) -> bytes:
    """An Arrow file whose packed buffers say that they unpack to a quarter of an exabyte."""
    honest = (2_000_000).to_bytes(8, "little")
    assert honest in data
    return data.replace(honest, (1 << 58).to_bytes(8, "little"))


def edited(data: bytes, part: str, edit: Callable[[bytes], bytes]) -> bytes:
    """An archive with one *part* of it changed, or added."""
    sink = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in dict.fromkeys((*old.namelist(), part)):
            content = old.read(name) if name in old.namelist() else b""
            new.writestr(name, edit(content) if name == part else content)
    return sink.getvalue()


def packed(*members: tuple[str, bytes]) -> bytes:
    """A zip."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return sink.getvalue()


SHEET = "xl/worksheets/sheet2.xml"
_END = b"</sheetData>"
_ENTITIES = b'<!DOCTYPE a [<!ENTITY a "%s"><!ENTITY b "%s">]>' % (b"x" * 1000, b"&a;" * 1000)


def shared(count: int, size: int, book: bytes, part: str) -> bytes:
    """A workbook with a shared string of *size* in *count* cells."""
    text = b"<t>" + b"x" * size + b"</t>"
    cells = b"".join(b'<row><c t="s"><v>0</v></c></row>' for _ in range(count))
    book = edited(book, part, before_end(cells))
    told = b'<?xml version="1.0"?><sst count="1" uniqueCount="1"><si>' + text + b"</si></sst>"
    return edited(book, "xl/sharedStrings.xml", lambda _: told)


def before_end(more: bytes) -> Callable[[bytes], bytes]:
    """What puts *more* at the end of a sheet."""
    return lambda old: old.replace(_END, more + _END)


def two_sheets() -> bytes:
    """A workbook of somebody else."""
    sink = io.BytesIO()
    book = package("xlsxwriter").Workbook(sink, {"in_memory": True})
    for name in ("Feuille1", "Feuille2"):
        book.add_worksheet(name).write(0, 0, "PRM")
    book.close()
    return sink.getvalue()


def sheets() -> Iterator[Hostile]:
    """XLSX and ODS."""
    for form, book in (
        ("table-workbook", two_sheets()),
        ("workbook", written([ENERGY], "workbook")),
    ):
        part = SHEET if form == "workbook" else "xl/worksheets/sheet1.xml"
        for count, size in ((20_000, 30_000), (10, 40_000)):
            yield Hostile(f"{form}-shared-{size}.xlsx", shared(count, size, book, part), form)
        rows = {
            "cell": b'<row><c t="inlineStr"><is><t>' + b"x" * 3_000_000 + b"</t></is></c></row>",
            "far": b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
            "bomb": b" " * 90_000_000,
        }
        for name, more in rows.items():
            yield Hostile(f"{form}-{name}.xlsx", edited(book, part, before_end(more)), form)
        declared = edited(
            book, part, lambda old: old.replace(b"<worksheet", _ENTITIES + b"<worksheet")
        )
        yield Hostile(f"{form}-entity.xlsx", declared, form)
    for name, row in ODS.items():
        yield Hostile(f"{name}.ods", ods(row), "table-workbook")


_TEXT = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
ODS = {
    "repeated": f'<table:table-row table:number-rows-repeated="100000">'
    f"{_TEXT.format('', 'x' * 30_000)}</table:table-row>",
    "cell": f"<table:table-row>{_TEXT.format('', 'x' * 3_000_000)}</table:table-row>",
    "wide": "<table:table-row table:number-rows-repeated='9000'>"
    + _TEXT.format(" table:number-columns-repeated='9000'", "x")
    + "</table:table-row>",
    "blank": " " * 90_000_000,
}


def ods(row: str) -> bytes:
    """An OpenDocument table of one row element."""
    spaces = "".join(f' xmlns:{one}="urn:{one}"' for one in ("office", "table", "text"))
    body = (
        f"<office:document-content{spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="a">{row}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return packed(("mimetype", kind), ("content.xml", body.encode()), ("META-INF/m.xml", b"<m/>"))


def texts() -> Iterator[Hostile]:
    """CSV, XML, JSON, archives of them, and content codings."""
    zeros = b"0" * 90_000_000
    yield Hostile("header.csv", b"a;" * 500_000 + b"\n1;2\n", "table-csv")
    yield Hostile("header-ours.csv", b"x" * 1_000_000 + b"\n", "curves-csv")
    yield Hostile("many-columns.csv", b";".join(b"c%d" % n for n in range(10_000)) + b"\n")
    yield Hostile("quote.csv", b'a;b;c\n1;2;"' + b"x\n" * 100_000, "table-csv")
    yield Hostile("bomb.csv.gz", gzip.compress(zeros, mtime=0), "curves-csv")
    yield Hostile("bomb.zip", packed(("a.csv", zeros)))
    inner = packed(("a.csv", zeros))
    yield Hostile("nested.zip", packed(("a.zip", inner)))
    yield Hostile("nested-two.zip", packed(("a.zip", inner), ("b.zip", inner)))
    yield Hostile("members.zip", packed(*((f"{n}.csv", b"a") for n in range(1_001))))
    laughs = b'<?xml version="1.0"?>' + _ENTITIES + b"<R50>" + b"&b;" * 1_000 + b"</R50>"
    yield Hostile("entity.xml", laughs, "enedis-r50")
    yield Hostile("deep.xml", b"<a>" * 200_000, "enedis-r50")
    yield Hostile("deep.json", b"[" * 200_000, "green-button")
    for coding in ("gzip", "zstd"):
        sent = gzip.compress(zeros, mtime=0) if coding == "gzip" else compress(zeros)
        yield Hostile(f"coding-{coding}.csv", sent, "curves-csv", coding)
    twice = gzip.compress(zeros[:30_000_000], mtime=0)
    yield Hostile("coding-ratio.csv", twice, "curves-csv", "gzip")
    yield Hostile("coding-cut.csv", compress(written([CURVE], "curves-csv"))[:-4], None, "zstd")


def every() -> list[Hostile]:
    """All of them, shuffled by family so that any few are of several kinds."""
    families = [list(make()) for make in (dictionaries, columns, sheets, texts)]
    longest = max(map(len, families))
    return [one[n] for n in range(longest) for one in families if n < len(one)]


def some(count: int) -> list[Hostile]:
    """*count* files: all once, then again under other names."""
    found = every()
    again = (one._replace(name=f"again-{one.name}") for one in found)
    return list(islice((*found, *again), count))
