"""Rows of a table file: a CSV in any usual dialect, or every visible sheet of a workbook."""

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from synergie.errors import TooLarge
from synergie.formats.invoices._cells import Cell
from synergie.formats.invoices._columns import columns, readable
from synergie.formats.report import Report
from synergie.formats.spreadsheet import Book, BookCell, BookRow, is_old
from synergie.formats.text import Feed, encoding, lines, rows_of, separator_of

_ZIP = b"PK\x03\x04"
_LOOKED_AT = 30
MAX_ROWS = 500_000
"""Lines of invoices that are held in memory."""

type Sheet = tuple[str, Iterator[tuple[int, list[Cell]]]]
"""Where its rows are (nothing for a CSV), and the rows with their number."""


def sheets(source: BinaryIO, report: Report) -> Iterator[Sheet]:
    """The tables of the file. BadInput: an old or a damaged workbook. TooLarge: MAX_ROWS."""
    source.seek(0)
    start = source.read(len(_ZIP))
    source.seek(0)
    if start == _ZIP or is_old(source):
        with Book(source) as book:
            for name in book.visible:
                yield name, ((at, [_cell(one) for one in cells]) for at, cells in _rows(book, name))
    else:
        yield "", _csv(source, report)


def _csv(source: BinaryIO, report: Report) -> Iterator[tuple[int, list[Cell]]]:
    coding = encoding(source, report)
    first = [line for _, line in zip(range(_LOOKED_AT), lines(source, coding), strict=False)]
    source.seek(0)
    separator = _separator(first)
    feed = Feed(lines(source, coding))
    found = rows_of(feed, separator=separator, damaged=coding.damaged, report=report)
    for count, (number, cells) in enumerate(found):
        if count > MAX_ROWS:
            raise TooLarge(MAX_ROWS, "rows")
        yield number, list(cells)


def _separator(first: list[str]) -> str:
    """The mark that makes a head of a line; commas may be decimal marks, so they come last."""
    for mark in (";", "\t", "|", ","):
        for line in first:
            if readable(columns([cell.strip(' "') for cell in line.split(mark)])):
                return mark
    return separator_of(first[0]) or ";" if first else ";"


def _rows(book: Book, sheet: str) -> Iterator[BookRow]:
    if book.survey(sheet).rows > MAX_ROWS:
        raise TooLarge(MAX_ROWS, "rows")
    return book.rows(sheet)


def _cell(cell: BookCell) -> Cell:
    return cell if isinstance(cell, str | float | date) else str(cell)
