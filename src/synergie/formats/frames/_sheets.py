"""Sheets of a workbook as they fill: one a table, curves one a month, each within the limits."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from synergie.errors import BadInput, MissingExtra
from synergie.formats._csv import FRENCH, Cell, Table, convert_to_local, text_of
from synergie.formats.columns import Column
from synergie.formats.spreadsheet import MAX_CELLS, MAX_UNPACKED
from synergie.schemas.about import About
from synergie.schemas.readings.meter_curve import MeterCurve

LAST_ROW = 1_048_575
"""Index of the last row of a sheet; beyond it xlsxwriter answers -1 and writes nothing."""
MOST_SHEETS = 400
NOTICE = "Lisez-moi"
MARK = "Écrit par synergie"
"""First cell of the notice: by it our reader knows its own workbooks."""

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_FRENCH = "[$-40C]"
"""Numbers and dates as French readers expect them, whatever the language of the program."""
_FORMATS = {
    "head": {"bold": True, "bg_color": "#e8ebef", "border": 1, "text_wrap": True, "valign": "top"},
    "text": {"num_format": "@"},
    "date": {"num_format": f"{_FRENCH}dd/mm/yyyy"},
    "instant": {"num_format": f"{_FRENCH}dd/mm/yyyy hh:mm"},
    "title": {"bold": True, "font_size": 14},
    "bold": {"bold": True},
    "wrap": {"text_wrap": True, "valign": "top"},
}
_WIDTHS = {"text": 22, "whole": 12, "number": 14, "decimal": 14, "date": 12, "instant": 17,
           "local": 17, "yes_no": 10}  # fmt: skip
_CELL = 60
"""Bytes of a cell in its sheet beside its text, at most."""
_CIVIL = {"P1D": "jours", "P1M": "mois", "P1Y": "années"}
_HOURS = "Début et fin sont en temps universel (UTC) ; l'heure locale est un texte à côté."
_FEWER = "fewer months or series in one workbook, or curves as Parquet or CSV"


class _Open(NamedTuple):
    """A sheet that is being filled."""

    sheet: Any
    name: str
    table: Table
    rows: list[int]
    """How many rows it has, in one cell that grows."""


class BookWriter:
    """A workbook: the notice, then sheets in the order in which they are needed."""

    def __init__(self, sink: Any, about: About | None) -> None:
        try:
            xlsxwriter: Any = import_module("xlsxwriter")
        except ModuleNotFoundError as error:
            raise MissingExtra("frames") from error
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.about = about
        self._book = xlsxwriter.Workbook(sink, options)
        self._book.set_properties(_build_properties(about))
        self._notice = self._book.add_worksheet(NOTICE)
        self._formats = {name: self._book.add_format(form) for name, form in _FORMATS.items()}
        self._numbers: dict[int, Any] = {}
        self._sheets: dict[str, _Open] = {}
        self._size = 0

    def add(self, record: Any, table: Table, tz: ZoneInfo) -> None:
        """The rows of *record*, in the sheets they belong to.

        BadInput over MOST_SHEETS, and when the workbook grows beyond what our reader unpacks.
        """
        for cells in table.rows(record, tz):
            name = table.title
            if isinstance(record, MeterCurve):
                civil = _CIVIL.get(record.step)
                name = (
                    f"{table.title} {civil}"
                    if civil
                    else f"{table.title} {_format_month(cells[0], tz)}"
                )
            self._row(self._open(name, table), cells)

    def close(self) -> None:
        """Heads, filters, the notice, and the file. Nothing can be added after."""
        for one in self._sheets.values():
            one.sheet.autofilter(0, 0, max(1, one.rows[0]), len(one.table.columns) - 1)
        for row, cells in enumerate(_build_notice_rows(self.about, list(self._sheets.values()))):
            for column, (text, form) in enumerate(cells):
                self._notice.write_string(row, column, text, self._formats[form])
        self._notice.set_column(0, 0, 26)
        self._notice.set_column(1, 1, 30)
        self._notice.set_column(2, 2, 90)
        self._book.close()

    def _open(self, name: str, table: Table) -> _Open:
        """The sheet of that *name*, or its continuation when it is full."""
        known = self._sheets.get(name)
        part = 1
        most = min(LAST_ROW, MAX_CELLS // len(table.columns) - 1)  # what our reader takes
        while known is not None and known.rows[0] >= most:
            part += 1
            full = f"{name} ({part})"
            known = self._sheets.get(full)
            if known is None:
                return self._new(full, table)
        return known or self._new(name, table)

    def _new(self, name: str, table: Table) -> _Open:
        if len(self._sheets) >= MOST_SHEETS:
            raise BadInput("records", f"{len(self._sheets)} sheets", _FEWER)
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(table.columns):
            sheet.set_column(at, at, _WIDTHS[column.kind])
            sheet.write_string(0, at, column.title, self._formats["head"])
        one = self._sheets[name] = _Open(sheet, name, table, [0])
        return one

    def _row(self, one: _Open, cells: tuple[Cell, ...]) -> None:
        one.rows[0] += 1
        self._size += sum(
            _CELL + (4 * len(cell) if isinstance(cell, str) else 0)
            for cell in cells
            if cell is not None
        )
        if self._size > MAX_UNPACKED:
            raise BadInput("records", f"over {MAX_UNPACKED >> 20} MiB", _FEWER)
        for at, (cell, column) in enumerate(zip(cells, one.table.columns, strict=True)):
            if cell is not None:
                self._cell(one, at, cell, column)

    def _cell(self, one: _Open, at: int, cell: Cell, column: Column) -> None:
        row, write = one.rows[0], one.sheet
        if isinstance(cell, bool) or column.kind == "local":
            write.write_string(row, at, text_of(cell, column, FRENCH), self._formats["text"])
        elif isinstance(cell, int | float | Decimal):
            write.write_number(row, at, float(cell), self._number(cell))
        elif isinstance(cell, datetime):
            naive = cell.astimezone(UTC).replace(tzinfo=None)
            write.write_datetime(row, at, naive, self._formats["instant"])
        elif isinstance(cell, date):
            write.write_datetime(row, at, cell, self._formats["date"])
        else:
            write.write_string(row, at, cell, self._formats["text"])

    def _number(self, number: float | Decimal) -> Any:
        """Thousands apart, as many decimals as the number has; the mark is the reader's own."""
        exact = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
        decimals = min(9, max(0, -int(exact.as_tuple().exponent)))
        if decimals not in self._numbers:
            form = f"{_FRENCH}#,##0.{'0' * decimals}" if decimals else f"{_FRENCH}#,##0"
            self._numbers[decimals] = self._book.add_format({"num_format": form})
        return self._numbers[decimals]


def _format_month(start: Cell, tz: ZoneInfo) -> str:
    return f"{convert_to_local(start, tz)[0]:%Y-%m}" if isinstance(start, datetime) else ""


def _build_properties(about: About | None) -> dict[str, Any]:
    """What a spreadsheet shows of the file; its date is that of the data, never of the run."""
    if about is None:
        return {"created": _EPOCH.replace(tzinfo=None)}
    created = (about.as_of or _EPOCH).astimezone(UTC).replace(tzinfo=None)
    return {
        "title": about.title,
        "company": about.publisher or "",
        "comments": about.freshness or "",
        "created": created,
    }


def _build_notice_rows(about: About | None, sheets: list[_Open]) -> Iterator[list[tuple[str, str]]]:
    """The rows of the notice: the file, its sheets, then each column of each table."""
    title = about.title if about else "Export"
    yield [(f"{MARK} : {title}", "title")]
    for label, value in _list_file_facts(about):
        yield [(label, "bold"), (value, "wrap")]
    yield [
        ("Heures", "bold"),
        ("Début et fin en temps universel (UTC) ; l'heure locale est un texte.", "wrap"),
    ]
    yield []
    yield [("Feuille", "head"), ("Lignes", "head")]
    for one in sheets:
        yield [(one.name, "text"), (str(one.rows[0]), "text")]
    yield []
    yield [("Table", "head"), ("Colonne", "head"), ("À quoi elle sert", "head")]
    tables = {one.table.name: one.table for one in sheets}
    for table in tables.values():
        for column in table.columns:
            yield [(table.title, "text"), (column.title, "text"), (column.purpose, "wrap")]


def _list_file_facts(about: About | None) -> Iterator[tuple[str, str]]:
    if about is None:
        return
    as_of = f"{about.as_of.astimezone(UTC):%d/%m/%Y %H:%M} UTC" if about.as_of else None
    facts = (
        ("Données au", as_of),
        ("Fraîcheur", about.freshness),
        ("Source", about.source),
        ("Éditeur", about.publisher),
        ("SIREN", about.siren),
        ("Licence", about.licence),
        ("À qui demander", about.contact),
    )
    yield from ((label, value) for label, value in facts if value is not None)
