"""Tables as an OpenDocument spreadsheet (ISO/IEC 26300), or their first as CSV for a spreadsheet.

Numbers are numbers, dates dates, texts texts; the same tables give the same bytes.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from synergie.formats.formulas import escape_formula
from synergie.reports.sheets import Sheet, Value
from synergie.reports.written import PARIS

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.3"'
    f' xmlns:office="{_OASIS}:office:1.0" xmlns:table="{_OASIS}:table:1.0"'
    f' xmlns:text="{_OASIS}:text:1.0"><office:body><office:spreadsheet>'
)
_FOOT = "</office:spreadsheet></office:body></office:document-content>"
_MANIFEST = (
    f'<?xml version="1.0" encoding="UTF-8"?><manifest:manifest manifest:version="1.3"'
    f' xmlns:manifest="{_OASIS}:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MEDIA_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def write_ods(sheets: Iterable[Sheet], sink: BinaryIO, tz: ZoneInfo) -> None:
    """A workbook of *sheets* into *sink*; moments as local times of *tz*."""
    content = "".join([_HEAD, *(_write_table(one, tz) for one in sheets), _FOOT])
    with ZipFile(sink, "w") as book:
        for name, text, packing in (
            ("mimetype", MEDIA_TYPE, ZIP_STORED),  # the first, and not packed
            ("content.xml", content, ZIP_DEFLATED),
            ("META-INF/manifest.xml", _MANIFEST, ZIP_DEFLATED),
        ):
            book.writestr(ZipInfo(name), text, packing)


def _write_table(sheet: Sheet, tz: ZoneInfo) -> str:
    heads = "".join(_write_cell(one.head, tz) for one in sheet.columns)
    head = f"<table:table-header-rows>{_write_row(heads)}</table:table-header-rows>"
    rows = (_write_row("".join(_write_cell(cell, tz) for cell in row)) for row in sheet.rows)
    return f"<table:table table:name={quoteattr(sheet.name)}>{head}{''.join(rows)}</table:table>"


def _write_row(cells: str) -> str:
    return f"<table:table-row>{cells}</table:table-row>"


def _write_cell(value: Value, tz: ZoneInfo) -> str:
    match value:
        case None:
            return "<table:table-cell/>"
        case datetime():
            local = value.astimezone(tz).replace(tzinfo=None).isoformat(timespec="seconds")
            told = f'office:value-type="date" office:date-value="{local}"'
        case date():
            told = f'office:value-type="date" office:date-value="{value.isoformat()}"'
        case int() | float() | Decimal():
            told = f'office:value-type="float" office:value="{value:f}"'
        case _:
            told = 'office:value-type="string"'
    text = escape("".join(c for c in str(value) if c.isprintable()))
    return f"<table:table-cell {told}><text:p>{text}</text:p></table:table-cell>"


def list_csv_rows(sheet: Sheet, *, french: bool = True) -> Iterator[Sequence[str]]:
    """Heads and rows as texts of a spreadsheet: None blank, no formula.

    In French decimal commas, dates as 24/11/2026 and hours of Paris; else dots and ISO 8601.
    """
    yield [one.head for one in sheet.columns]
    for row in sheet.rows:
        yield [_format_csv_cell(cell, french=french) for cell in row]


def _format_csv_cell(value: Value, *, french: bool) -> str:
    told: str
    match value:
        case None:
            told = ""
        case float() | Decimal():
            exact = Decimal(repr(value)) if isinstance(value, float) else value
            told = f"{exact:f}".replace(".", "," if french else ".")
        case datetime():
            local = value.astimezone(PARIS)
            told = f"{local:%d/%m/%Y %H:%M}" if french else local.isoformat(timespec="seconds")
        case date():
            told = f"{value:%d/%m/%Y}" if french else value.isoformat()
        case _:
            told = escape_formula(str(value))
    return told
