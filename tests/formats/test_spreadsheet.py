"""How far a sheet reaches is known before calamine lays it out, however the sheet is written."""

import io
import zipfile
from array import array

import pytest

from synergie.errors import SynergieError
from synergie.formats.spreadsheet.book import Book
from synergie.formats.spreadsheet.looking import _of_xlsx
from synergie.formats.spreadsheet.quick import survey_plain
from tests.components import package

SHEET = "xl/worksheets/sheet1.xml"
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


def sheet(*rows: list[object], shared: bool = False) -> bytes:
    """A workbook of one sheet, the third column in percent; texts shared or inside their cells."""
    sink = io.BytesIO()
    with package("xlsxwriter").Workbook(sink, {"constant_memory": not shared}) as book:
        page, percent = book.add_worksheet("Un"), book.add_format({"num_format": "0.0 %"})
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                page.write(y, x, cell, percent if x == 2 else None)
    return sink.getvalue()


def part(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(SHEET)


def edited(data: bytes, old: str, new: str) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old_, zipfile.ZipFile(sink, "w") as out:
        for name in old_.namelist():
            text = old_.read(name)
            if name == SHEET:
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode(), 1)
            out.writestr(name, text, zipfile.ZIP_DEFLATED)
    return sink.getvalue()


@pytest.mark.parametrize("texts", ["shared", "inside"])
def test_a_plain_sheet_is_known_by_its_bytes_as_by_parsing_it(texts: str) -> None:
    rows: list[list[object]] = [["é & <b>", 1, 0.5], [], [None, "x" * 300, True, 1e-7]]
    body = part(sheet(*rows * 6_000, shared=texts == "shared"))
    assert len(body) > 1 << 20, "more than one block"
    quick = survey_plain(io.BytesIO(body), 300, {"1": "%"})
    slow = _of_xlsx(io.BytesIO(body), array("L", [300] * 9), {"1": "%"})
    assert quick is not None
    assert (quick.rows, quick.columns) == (slow.rows, slow.columns) == (18_000, 4)
    assert quick.shown == slow.shown
    assert (
        sum(last - first + 1 for runs in quick.shown.values() for first, last, _ in runs) == 12_000
    )


@pytest.mark.parametrize(
    "far",
    [
        FAR,
        f"<!-- x -->{FAR}",
        FAR.replace("<c r", "<c  r"),
        FAR.replace("<c r", "<c\nr"),
        FAR.replace('"', "'"),
        FAR.replace("<c ", '<c cm="1" '),
        FAR.replace("<row ", "<x:row ").replace("</row", "</x:row").replace("<c ", "<x:c "),
        f"</sheetData><sheetData>{FAR}",
        f"<row><c><v>1</v></c></row>{FAR}",
        FAR.replace("<v>1</v>", "<f>1</f><v>1</v>"),
        FAR.replace("<v>1</v>", "<v>1<!-- --></v>"),
        FAR.replace("</c>", '</c ><c r="XFD1048576" />'),
    ],
)
def test_two_far_corners_are_refused_however_they_are_written(far: str) -> None:
    data = edited(sheet(["a", 1]), "</sheetData>", f"{far}</sheetData>")
    with Book(io.BytesIO(data)) as book, pytest.raises(SynergieError):
        book.sheet("Un")


def test_a_sheet_that_is_computed_shows_an_error_or_holds_a_long_text_is_parsed() -> None:
    body = part(sheet(["a", 1])).decode()
    assert survey_plain(io.BytesIO(body.encode()), 0, {}) is not None
    cell = '<c r="B1"><v>1</v></c>'
    for other in (
        '<c r="B1"><f>1+1</f><v>0</v></c>',
        '<c r="B1" t="e"><v>#DIV/0!</v></c>',
        f'<c r="B1" t="inlineStr"><is><t>{"x" * 40_000}</t></is></c>',
    ):
        assert cell in body
        assert survey_plain(io.BytesIO(body.replace(cell, other).encode()), 0, {}) is None
    texts = body.replace(cell, '<c r="B1" t="s"><v>0</v></c>').encode()
    assert survey_plain(io.BytesIO(texts), 1 << 30, {}) is None, "texts over the limit of a sheet"
