"""Rows of a table file: a CSV in any usual dialect, or every visible sheet of a workbook."""

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from synergie.errors import TooLarge
from synergie.formats.invoices._cells import Cell
from synergie.formats.invoices._columns import is_readable, match_columns
from synergie.formats.report import Report
from synergie.formats.spreadsheet import Book, BookCell, BookRow, is_old
from synergie.formats.text import Feed, detect_encoding, read_lines, rows_of, separator_of

_ZIP = b"PK\x03\x04"
_LOOKED_AT = 30
MAX_ROWS = 500_000
"""Lines of invoices that are held in memory."""

type Sheet = tuple[str, Iterator[tuple[int, list[Cell]]]]
"""Where its rows are (nothing for a CSV), and the rows with their number."""


def read_sheets(source: BinaryIO, report: Report) -> Iterator[Sheet]:
    """The tables of the file. BadInput: an old or a damaged workbook. TooLarge: MAX_ROWS."""
    source.seek(0)
    start = source.read(len(_ZIP))
    source.seek(0)
    if start == _ZIP or is_old(source):
        with Book(source) as book:
            for name in book.visible:
                yield (
                    name,
                    (
                        (at, [_convert_sheet_cell(one) for one in cells])
                        for at, cells in _read_book_rows(book, name)
                    ),
                )
    else:
        yield "", _read_csv_rows(source, report)


def _read_csv_rows(source: BinaryIO, report: Report) -> Iterator[tuple[int, list[Cell]]]:
    coding = detect_encoding(source, report)
    first = [line for _, line in zip(range(_LOOKED_AT), read_lines(source, coding), strict=False)]
    source.seek(0)
    separator = _choose_separator(first)
    feed = Feed(read_lines(source, coding))
    found = rows_of(feed, separator=separator, damaged=coding.damaged, report=report)
    for count, (number, cells) in enumerate(found):
        if count > MAX_ROWS:
            raise TooLarge(MAX_ROWS, "rows")
        yield number, list(cells)


def _choose_separator(first: list[str]) -> str:
    """The mark that makes a head of a line; commas may be decimal marks, so they come last."""
    for mark in (";", "\t", "|", ","):
        for line in first:
            if is_readable(match_columns([cell.strip(' "') for cell in line.split(mark)])):
                return mark
    return separator_of(first[0]) or ";" if first else ";"


def _read_book_rows(book: Book, sheet: str) -> Iterator[BookRow]:
    if book.survey(sheet).rows > MAX_ROWS:
        raise TooLarge(MAX_ROWS, "rows")
    return book.rows(sheet)


def _convert_sheet_cell(cell: BookCell) -> Cell:
    return cell if isinstance(cell, str | float | date) else str(cell)
