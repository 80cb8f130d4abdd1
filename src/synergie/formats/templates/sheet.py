"""A template as a workbook: text identifiers, real dates, lists to choose from, explanations.

What has to be filled says so in words; the colour only helps.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib import import_module
from typing import Any, BinaryIO, NamedTuple

from synergie.calendar import load_time_zone
from synergie.errors import MissingExtra
from synergie.formats.cells import TO_FILL, is_hour_repeated, spell_moment
from synergie.formats.columns import YES_NO, Column, Value, Values
from synergie.formats.formulas import escape_formula, unescape_formula
from synergie.formats.templates.columns import Template

_EMPTY_ROWS = 5_000
"""Rows below the header that have the forms and lists of their columns."""
_LIST_CHARACTERS = 255
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)
"""A constant: the same rows give the same bytes."""
_TEXT = 49
"""The built-in format of texts (ECMA-376 §18.8.30)."""
_TITLE_CHARACTERS = 32
_FIRST_YEAR = 1901
"""Spreadsheets hold no earlier dates."""
_WIDTHS = {"date": 12, "moment": 17, "yes_no": 10, "whole": 12, "decimal": 14}
_NOTES = ("Colonne", "À quoi elle sert", "Obligatoire", "Choix", "Exemple")


class Sheet(NamedTuple):
    """A sheet of texts beside the data."""

    name: str
    titles: Sequence[str]
    rows: Sequence[Sequence[str]]


def write_workbook(
    template: Template,
    sink: BinaryIO,
    rows: Iterable[Values] = (),
    *,
    to_fill: Sequence[Collection[str]] = (),
    time_zone: str = "Europe/Paris",
    extra: Sheet | None = None,
) -> None:
    """The workbook of *template* with these *rows*, none for a blank one.

    *to_fill*: titles of the columns that each row leaves to fill. Raises MissingExtra.
    """
    try:
        xlsxwriter: Any = import_module("xlsxwriter")
    except ModuleNotFoundError as error:
        raise MissingExtra("frames") from error
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(sink, options) as book:
        book.set_properties({"created": _CREATED})
        kept = list(rows) if template.sheets else rows
        for table in template.sheets or (template,):
            data = _Data(book, table, time_zone)
            for i, values in enumerate(table.of(kept) if table.kind else kept):
                data.row(values, to_fill[i] if i < len(to_fill) else ())
            data.close()
        for sheet in ([extra] if extra else []) + [_build_notice_sheet(template)]:
            _write_text_sheet(book, sheet)


class _Data:
    """The sheet of data, written row after row."""

    def __init__(self, book: Any, template: Template, time_zone: str) -> None:
        self.book, self.columns, self.zone = book, template.columns, load_time_zone(time_zone)
        self.n = 0
        head = {
            "bold": True,
            "text_wrap": True,
            "valign": "top",
            "bottom": 1,
            "bg_color": "#E8EBEF",
        }
        self.head = book.add_format(head)
        self.forms = {
            "text": book.add_format({"num_format": _TEXT}),
            "date": book.add_format({"num_format": "dd/mm/yyyy"}),
            "moment": book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
            "whole": book.add_format({"num_format": "#,##0"}),
            "decimal": book.add_format({"num_format": "#,##0.0##"}),
            "degrees": book.add_format({"num_format": "0.0#######"}),
        }
        self.to_fill = book.add_format({"italic": True, "bg_color": "#FCE4CC", "border": 1})
        self.lists: list[tuple[str, Column]] = []
        self.sheet = book.add_worksheet(template.title)
        name = template.title.replace("'", "''")
        book.define_name(template.mark, f"='{name}'!$A$1")
        self._header()

    def _header(self) -> None:
        self.sheet.set_row(0, 45)
        for at, column in enumerate(self.columns):
            width = _WIDTHS.get(column.kind, max(14, min(30, len(column.example) + 4)))
            self.sheet.set_column(at, at, width, self._form(column))
            self.sheet.write_string(0, at, column.title, self.head)
        self.sheet.freeze_panes(1, 0)

    def _form(self, column: Column) -> Any:
        return self.forms.get(column.kind, self.forms["text"])

    def row(self, values: Values, to_fill: Collection[str]) -> None:
        """One more row."""
        self.n += 1
        for at, column in enumerate(self.columns):
            if column.name in values:
                self._cell(at, column, values[column.name])
            elif column.title in to_fill:
                self.sheet.write_string(self.n, at, TO_FILL, self.to_fill)
            if column.title in to_fill and column.name in values:
                self.sheet.write_comment(self.n, at, f"{TO_FILL} : {column.where}")

    def _cell(self, at: int, column: Column, value: Value) -> None:
        match value:
            case bool():
                self.sheet.write_string(self.n, at, YES_NO[str(value).lower()])
            case datetime():
                self._moment(at, value)
            case date() if value.year < _FIRST_YEAR:
                self.sheet.write_string(self.n, at, f"{value:%d/%m/%Y}", self.forms["text"])
            case date():
                self.sheet.write_datetime(self.n, at, value, self.forms["date"])
            case int() | float() | Decimal():
                whole = self.forms["whole"] if value == int(value) else self._form(column)
                self.sheet.write_number(self.n, at, value, whole)
            case _:
                text = column.words.get(value, value)
                if unescape_formula(text) != text:  # its own apostrophe would be taken off again
                    text = escape_formula(text)
                self.sheet.write_string(self.n, at, text, self.forms["text"])

    def _moment(self, at: int, value: datetime) -> None:
        """A real time; midnight and the hour that comes twice as a text: a cell cannot tell them.

        A cell at midnight is a date without hour, and has no offset.
        """
        local = value.astimezone(self.zone)
        if is_hour_repeated(local) or local.time() == time():
            text = spell_moment(value, self.zone.key)
            self.sheet.write_string(self.n, at, text, self.forms["text"])
        else:
            naive = local.replace(tzinfo=None)
            self.sheet.write_datetime(self.n, at, naive, self.forms["moment"])

    def close(self) -> None:
        """The filter over the rows, and the lists to choose from."""
        self.sheet.autofilter(0, 0, max(self.n, 1), len(self.columns) - 1)
        for at, column in enumerate(self.columns):
            choices = list(column.choices)
            if choices and len(",".join(choices)) <= _LIST_CHARACTERS:
                self.sheet.data_validation(
                    1,
                    at,
                    max(self.n, _EMPTY_ROWS),
                    at,
                    {
                        "validate": "list",
                        "source": choices,
                        "error_type": "warning" if column.free else "stop",
                        "error_title": column.title[:_TITLE_CHARACTERS],
                        "error_message": "Choisissez un mot de la liste.",
                        "input_title": column.title[:_TITLE_CHARACTERS],
                        "input_message": column.purpose[:_LIST_CHARACTERS],
                    },
                )


def _build_notice_sheet(template: Template) -> Sheet:
    told: list[tuple[str, ...]] = [(template.about, "", "", "", "")]
    for table in template.sheets or (template,):
        if template.sheets:
            told += [("",) * 5, (table.title, table.about, "", "", "")]
        told += map(_of_column, table.columns)
    return Sheet("Lisez-moi", _NOTES, told)


def _of_column(column: Column) -> tuple[str, ...]:
    return (
        column.title,
        column.purpose,
        "oui" if column.required else "",
        ", ".join(column.choices),
        column.example,
    )


def _write_text_sheet(book: Any, sheet: Sheet) -> None:
    """A sheet of texts: titles that stay, columns wide enough to read."""
    page = book.add_worksheet(sheet.name)
    bold = book.add_format({"bold": True, "bottom": 1})
    plain = book.add_format({"num_format": _TEXT, "text_wrap": True, "valign": "top"})
    for at, title in enumerate(sheet.titles):
        longest = max((len(row[at]) for row in sheet.rows), default=0)
        page.set_column(at, at, max(14, min(60, longest + 2)), plain)
        page.write_string(0, at, title, bold)
    for i, row in enumerate(sheet.rows, start=1):
        for at, text in enumerate(row):
            page.write_string(i, at, text, plain)
    page.freeze_panes(1, 0)
