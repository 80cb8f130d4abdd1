"""Cells into bytes: CSV in its dialects, XLSX and ODS as spreadsheets write them."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

from tests.components import package

type Cell = str | Decimal | int | date | datetime | Formula | None
type Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and the value that its program left; None: it was never computed."""

    text: str
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: rows, merged ranges (first row, first column, last row, last column)."""

    rows: Sequence[Row]
    name: str = "Feuil1"
    merges: Sequence[tuple[int, int, int, int]] = ()
    shown: bool = True
    hidden_rows: Sequence[int] = ()
    formats: dict[int, str] = field(default_factory=dict)
    """Number format of a column, by its place."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells are written."""

    kind: Literal["csv", "xlsx", "ods"] = "csv"
    separator: str = ";"
    decimal: str = ","
    thousands: str = ""
    encoding: str = "utf-8"
    dates: str = "%d/%m/%Y"
    end: str = "\r\n"

    def number(self, value: Decimal | int) -> str:
        """*value* as a text of this dialect."""
        text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,d}"
        whole, point, rest = text.partition(".")
        return whole.replace(",", self.thousands) + (self.decimal + rest if point else "")

    def text(self, cell: Cell) -> str:
        """*cell* as this dialect shows it."""
        match cell:
            case None:
                return ""
            case Formula():
                return "" if cell.value is None else self.number(cell.value)
            case datetime():
                return f"{cell:{self.dates} %H:%M}"
            case date():
                return f"{cell:{self.dates}}"
            case Decimal() | int():
                return self.number(cell)
            case _:
                return cell


CSV = Dialect()
XLSX = Dialect("xlsx")
ODS = Dialect("ods")
ISO = replace(CSV, separator=",", decimal=".", dates="%Y-%m-%d")
"""What a program of other countries writes."""
FRENCH = (
    CSV,
    replace(CSV, encoding="cp1252"),
    replace(CSV, encoding="utf-8-sig", thousands="\N{NO-BREAK SPACE}"),
    replace(CSV, encoding="utf-16", separator="\t"),
    replace(CSV, thousands=" ", end="\n"),
    replace(CSV, separator="\t", encoding="cp1252", thousands="\N{NO-BREAK SPACE}"),
    replace(CSV, decimal="."),
    XLSX,
    ODS,
)
SWISS = replace(CSV, decimal=".", thousands="\N{RIGHT SINGLE QUOTATION MARK}")


def written(sheets: Sequence[Sheet], dialect: Dialect) -> bytes:
    """The file; a CSV holds the first sheet."""
    if dialect.kind == "xlsx":
        return _xlsx(sheets)
    if dialect.kind == "ods":
        return _ods(sheets)
    lines = (
        dialect.separator.join(_quoted(dialect.text(cell), dialect) for cell in row)
        for row in sheets[0].rows
    )
    return "".join(line + dialect.end for line in lines).encode(dialect.encoding)


def _quoted(text: str, dialect: Dialect) -> str:
    if dialect.separator in text or '"' in text or "\n" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def _xlsx(sheets: Sequence[Sheet]) -> bytes:
    sink = io.BytesIO()
    book = package("xlsxwriter").Workbook(sink, {"in_memory": True})
    book.set_properties({"created": datetime(2026, 1, 2)})  # noqa: DTZ001 (else the clock)
    forms: dict[str, Any] = {}

    def form(pattern: str) -> Any:
        return forms.setdefault(pattern, book.add_format({"num_format": pattern}))

    for one in sheets:
        page = book.add_worksheet(one.name)
        _show(page, one, shown_first=not all(other.shown for other in sheets))
        for number, row in enumerate(one.rows):
            for at, cell in enumerate(row):
                _put(page, number, at, cell, form(one.formats.get(at, "General")))
        _merge(page, one)
        _dates(page, one, form)
    book.close()
    return sink.getvalue()


def _show(page: Any, one: Sheet, *, shown_first: bool) -> None:
    if not one.shown:
        page.hide()
    elif shown_first:
        page.activate()  # else the first sheet would be shown
        page.set_first_sheet()
    for at in one.hidden_rows:
        page.set_row(at, None, None, {"hidden": True})


def _put(page: Any, number: int, at: int, cell: Cell, form: Any) -> None:
    match cell:
        case None | datetime() | date():
            pass
        case Formula():
            page.write_formula(
                number, at, cell.text, form, "" if cell.value is None else float(cell.value)
            )
        case Decimal() | int():
            page.write_number(number, at, float(cell), form)
        case _:
            page.write_string(number, at, cell)


def _merge(page: Any, one: Sheet) -> None:
    for first, low, last, high in one.merges:
        page.merge_range(first, low, last, high, one.rows[first][low])


def _dates(page: Any, one: Sheet, form: Any) -> None:
    for number, row in enumerate(one.rows):
        for at, cell in enumerate(row):
            if isinstance(cell, datetime):
                page.write_datetime(number, at, cell, form("dd/mm/yyyy hh:mm"))
            elif isinstance(cell, date):
                page.write_datetime(number, at, cell, form("dd/mm/yyyy"))


_ODS = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body>"
    "</office:document-content>"
)
_KIND = "application/vnd.oasis.opendocument.spreadsheet"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
    ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    ' manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_KIND}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def _ods(sheets: Sequence[Sheet]) -> bytes:
    body = "".join(
        f"<table:table table:name={quoteattr(one.name)}>"
        + "".join(
            f"<table:table-row>{''.join(_ods_row(one, number, row))}</table:table-row>"
            for number, row in enumerate(one.rows)
        )
        + "</table:table>"
        for one in sheets
    )
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(zipfile.ZipInfo("mimetype"), _KIND)
        packed.writestr(zipfile.ZipInfo("META-INF/manifest.xml"), _MANIFEST)
        packed.writestr(zipfile.ZipInfo("content.xml"), _ODS.format(body))
    return sink.getvalue()


def _ods_row(page: Sheet, number: int, row: Row) -> Iterator[str]:
    """The cells of a row; a merged one tells how far it reaches."""
    for at, cell in enumerate(row):
        ranges = (one for one in page.merges if one[:2] == (number, at))
        last, high = next((one[2:] for one in ranges), (number, at))
        spans = "".join(
            f' table:number-{what}-spanned="{count}"'
            for what, count in (("rows", last - number + 1), ("columns", high - at + 1))
            if (last, high) != (number, at)
        )
        yield _ods_cell(cell, spans)


def _ods_cell(cell: Cell, spans: str = "") -> str:
    told = cell.value if isinstance(cell, Formula) else cell
    match told:
        case None:
            return "<table:table-cell/>"
        case datetime() | date():
            kind, shown = f'"date" office:date-value="{told.isoformat()}"', CSV.text(told)
        case Decimal() | int():
            kind, shown = f'"float" office:value="{told}"', CSV.number(told)
        case _:
            kind, shown = '"string"', str(told)
    return (
        f"<table:table-cell office:value-type={kind}{spans}>"
        f"<text:p>{escape(shown)}</text:p></table:table-cell>"
    )
