"""Rows of cells with their place, whatever holds them: a text with marks between, XLSX or ODS."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from typing import BinaryIO, NamedTuple

from synergie.errors import TooLarge
from synergie.formats.cells import Cell, Hours, Percent
from synergie.formats.checks import N_
from synergie.formats.report import Report
from synergie.formats.source import SAMPLE_BYTES
from synergie.formats.spreadsheet import Book, BookCell, Frame, holds_sheets, is_old, open_book
from synergie.formats.text import detect_encoding, read_csv_rows, start_of_text

_EXCEL = Context(prec=15)
"""A sheet keeps 15 digits; the rest is noise."""
_DAY = timedelta(days=1)

COMMENT = N_("the comment of a cell was passed over: {}")

type SheetRow = tuple[int, list[Cell]]
"""Line, or row of the sheet, from 1, and its cells; blanks are empty texts."""
type FindSeparator = Callable[[list[str]], str | None]
"""From the first lines of a text to the mark between its cells. None: it is no table."""


class Sheet(NamedTuple):
    """One table of a file."""

    name: str
    """Empty for a text."""
    rows: Iterator[SheetRow]
    """Those that hold something."""


def read_sheets(
    source: BinaryIO,
    report: Report,
    find_separator: FindSeparator,
    *,
    hidden: bool = True,
    most_rows: int | None = None,
) -> Iterator[Sheet]:
    """The sheets of a workbook, or the one table of a text; none where it has no separator.

    *hidden*: whether hidden sheets are read, too. TooLarge over *most_rows* of a sheet; BadInput
    for old and damaged workbooks, and as `text.rows`. Use it while *source* is open.
    """
    source.seek(0)
    start = source.read(SAMPLE_BYTES)
    if holds_sheets(start) or is_old(source):
        book = open_book(source, labels=True)
        for name in book.sheets if hidden else book.visible:
            yield Sheet(name, _limit(_book_rows(book, name, report), most_rows))
        return
    mark = find_separator(start_of_text(start).splitlines())
    if mark is not None:
        coding = detect_encoding(source, report)
        source.seek(0)
        texts = read_csv_rows(source, coding, separator=mark, report=report)
        yield Sheet("", _limit(((at, list[Cell](cells)) for at, cells in texts), most_rows))


def _limit(each: Iterator[SheetRow], most: int | None) -> Iterator[SheetRow]:
    for count, row in enumerate(each, start=1):
        if most is not None and count > most:
            raise TooLarge(most, "rows")
        yield row


def _book_rows(book: Book | Frame, sheet: str, report: Report) -> Iterator[SheetRow]:
    """The rows that hold something; the comments of cells are told when all were given."""
    survey = book.survey(sheet)
    for number, each in book.rows(sheet):
        if any(cell != "" for cell in each):
            cells = [_convert_cell(cell) for cell in each]
            for at, cell in enumerate(cells) if survey.shown else ():
                if isinstance(cell, Decimal) and survey.label(number - 1, at).startswith("%"):
                    cells[at] = Percent(cell)
            yield number, cells
    for _, text in survey.notes:
        report.note(COMMENT, text[:60])


def _convert_cell(cell: BookCell) -> Cell:
    match cell:
        case str() | bool() | datetime():
            return cell
        case int() | float():
            return _EXCEL.create_decimal(repr(cell))
        case date():
            return datetime.combine(cell, time())
        case time():
            seconds = (cell.hour * 60 + cell.minute) * 60 + cell.second
            return _convert_cell(timedelta(seconds=seconds, microseconds=cell.microsecond))
        case _:
            return Hours(_EXCEL.create_decimal(repr(cell / _DAY)))
