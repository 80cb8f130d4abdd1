"""Typed tables as a workbook or Parquet: numbers are numbers, dates dates, texts never formulas.

Any spreadsheet opens the workbook; the same tables give the same bytes.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from io import BytesIO
from typing import Any, BinaryIO, Literal
from zoneinfo import ZoneInfo

from synergie.errors import MissingExtra, TooLarge
from synergie.formats.opendata.open_parquet import import_parquet
from synergie.reports.language import Pair, choose_text

type Kind = Literal[
    "text", "whole", "year", "euros", "price", "energy", "share", "date", "instant", "long"
]  # fmt: skip
"""What a column holds; `share` is of 1 and shown in %, `long` is a sentence that wraps."""
type Value = str | int | float | Decimal | date | datetime | None

LAST_ROW = 1_048_575
"""Index of the last row of a sheet."""
_CELL = 32_767
"""Characters of one cell."""
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
_TEXT = "@"
_FIRST_YEAR = 1901
"""Spreadsheets hold no earlier dates."""
_LOCALES: Pair = ("[$-40C]", "[$-809]")
"""Numbers and dates as readers of the language expect them, whatever that of the program."""
_EUROS: Pair = ('#,##0.00\\ "€"', '"€"#,##0.00')
"""An amount: 1 234,50 €, €1,234.50."""
_FORMATS: dict[str, dict[str, Any]] = {
    "head": {"bold": True, "bg_color": "#E8EBEF", "bottom": 1, "text_wrap": True, "valign": "top"},
    "text": {"num_format": _TEXT, "valign": "top"},
    "long": {"num_format": _TEXT, "valign": "top", "text_wrap": True},
    "whole": {"num_format": "#,##0", "valign": "top"},
    "year": {"num_format": "0", "valign": "top"},
    "euros": {"num_format": _EUROS[0], "valign": "top"},
    "price": {"num_format": "#,##0.00##", "valign": "top"},
    "energy": {"num_format": "#,##0.000", "valign": "top"},
    "share": {"num_format": "0.0%", "valign": "top"},
    "date": {"num_format": "dd/mm/yyyy", "valign": "top"},
    "instant": {"num_format": "dd/mm/yyyy hh:mm", "valign": "top"},
}
_WIDTHS: dict[str, int] = {
    "text": 22, "long": 90, "whole": 12, "year": 12, "euros": 16, "price": 12, "energy": 14,
    "share": 12, "date": 12, "instant": 17,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head and what it holds."""

    head: str
    kind: Kind = "text"


type Head = tuple[str, str, Kind]
"""A head of a column in French and in English, and what it holds."""


def build_columns(*heads: Head) -> tuple[Column, ...]:
    """The columns under *heads*, in the language spoken."""
    return tuple(Column(choose_text(french, english), kind) for french, english, kind in heads)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. *frozen*: how many columns stay in sight beside the heads."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Value]]
    frozen: int = 1


def write(sheets: Iterable[Sheet], sink: BinaryIO, tz: ZoneInfo) -> None:
    """A workbook of *sheets* into *sink*; moments as local times of *tz*.

    MissingExtra("frames") when the library that writes it is not installed; TooLarge for more
    rows than a sheet holds.
    """
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
    with xlsxwriter.Workbook(sink, options) as book:
        book.set_properties({"created": _CREATED})
        forms = {name: book.add_format(_of_here(form)) for name, form in _FORMATS.items()}
        for sheet in sheets:
            _Writer(book.add_worksheet(sheet.name), forms, tz).fill(sheet)


def build_parquet(sheet: Sheet, names: Sequence[str]) -> bytes:
    """*sheet* as Parquet: columns by *names*, each with its head as its `description`.

    Whole numbers are `int64`, other numbers doubles, moments UTC, what is not known null.
    MissingExtra("frames").
    """
    pa, pq = import_parquet()
    kinds: dict[str, tuple[Any, Callable[[Any], Any]]] = {
        "text": (pa.string(), str), "long": (pa.string(), str),
        "whole": (pa.int64(), int), "year": (pa.int64(), int),
        "date": (pa.date32(), _keep_value), "instant": (pa.timestamp("us", "UTC"), _keep_value),
    }  # fmt: skip
    rows = list(sheet.rows)
    arrays, fields = [], []
    for at, (name, column) in enumerate(zip(names, sheet.columns, strict=True)):
        kind, convert = kinds.get(column.kind, (pa.float64(), float))
        cells = [None if row[at] is None else convert(row[at]) for row in rows]
        arrays.append(pa.array(cells, kind))
        fields.append(pa.field(name, kind, metadata={"description": column.head}))
    sink = BytesIO()
    pq.write_table(pa.table(arrays, schema=pa.schema(fields)), sink, compression="zstd")
    return sink.getvalue()


def _keep_value(value: Any) -> Any:
    return value


def _of_here(form: dict[str, Any]) -> dict[str, Any]:
    """*form* with its numbers as the language spoken writes them; a text stays a text."""
    told = form.get("num_format")
    if told is None or told == _TEXT:
        return form
    written = choose_text(*_EUROS) if told == _EUROS[0] else told
    return {**form, "num_format": f"{choose_text(*_LOCALES)}{written}"}


@dataclass(frozen=True, slots=True)
class _Writer:
    """A sheet that is being filled, row after row."""

    sheet: Any
    forms: dict[str, Any]
    tz: ZoneInfo

    def fill(self, table: Sheet) -> None:
        """The heads, which stay in sight, the rows, and a filter over them."""
        last = 0
        for at, column in enumerate(table.columns):
            self.sheet.set_column(at, at, max(_WIDTHS[column.kind], len(column.head) // 2 + 2))
            self.sheet.write_string(0, at, column.head, self.forms["head"])
        self.sheet.freeze_panes(1, table.frozen)
        for last, row in enumerate(table.rows, start=1):
            if last > LAST_ROW:
                raise TooLarge(LAST_ROW, "rows of a sheet")
            for at, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                self._cell(last, at, column.kind, value)
        self.sheet.autofilter(0, 0, max(last, 1), len(table.columns) - 1)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0)

    def _cell(self, row: int, at: int, kind: Kind, value: Value) -> None:
        match value:
            case None:
                return
            case datetime():
                local = value.astimezone(self.tz).replace(tzinfo=None)
                self.sheet.write_datetime(row, at, local, self.forms["instant"])
            case date() if value.year >= _FIRST_YEAR:
                self.sheet.write_datetime(row, at, value, self.forms["date"])
            case int() | float() | Decimal():
                self.sheet.write_number(row, at, value, self.forms[kind])
            case _:
                form = self.forms["long" if kind == "long" else "text"]
                self.sheet.write_string(row, at, str(value)[:_CELL], form)
