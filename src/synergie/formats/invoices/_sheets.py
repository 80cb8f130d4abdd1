"""Rows of a table file: a CSV in any usual dialect, or every visible sheet of a workbook."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import BinaryIO

from synergie.errors import BadInput, MissingExtra, TooLarge, Words
from synergie.formats._report import Report
from synergie.formats._spreadsheet import bounded
from synergie.formats._text import Feed, encoding, lines, rows_of, separator_of
from synergie.formats.invoices._cells import Cell
from synergie.formats.invoices._columns import columns, readable

_OLD = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_LOOKED_AT = 30
MAX_ROWS = 500_000
"""Lines of invoices that are held in memory."""

type Sheet = tuple[str, Iterator[tuple[int, list[Cell]]]]
"""Where its rows are (nothing for a CSV), and the rows with their number."""


def sheets(source: BinaryIO, report: Report) -> Iterator[Sheet]:
    """The tables of the file. BadInput: an old or a damaged workbook. TooLarge: MAX_ROWS."""
    source.seek(0)
    magic = source.read(4)
    source.seek(0)
    if magic == _OLD:
        raise BadInput(
            "file",
            Words("an old Office document (XLS, DOC)"),
            "a workbook saved as XLSX or ODS (File, Save as), without a password",
        )
    if magic == _ZIP:
        yield from _workbook(source)
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


def _workbook(source: BinaryIO) -> Iterator[Sheet]:
    bounded(source)
    try:
        from python_calamine import (  # noqa: PLC0415 (an optional part)
            CalamineError,
            CalamineWorkbook,
            SheetTypeEnum,
            SheetVisibleEnum,
        )
    except ImportError as error:
        raise MissingExtra("frames") from error
    source.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(source)
    except (CalamineError, OSError, ValueError) as error:
        raise BadInput("file", str(error)[:80], "a whole workbook") from error
    for one in book.sheets_metadata:
        if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible:
            sheet = book.get_sheet_by_name(one.name)
            first = sheet.start or (0, 0)
            yield one.name, _rows(sheet.to_python(skip_empty_area=True), first)


def _rows(
    rows: Sequence[Sequence[object]], first: tuple[int, int]
) -> Iterator[tuple[int, list[Cell]]]:
    if len(rows) > MAX_ROWS:
        raise TooLarge(MAX_ROWS, "rows")
    for number, cells in enumerate(rows, start=first[0] + 1):
        yield (
            number,
            [cell if isinstance(cell, str | float | date) else str(cell) for cell in cells],
        )
