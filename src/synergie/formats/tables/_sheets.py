"""Rows of a workbook (XLSX, ODS), read by calamine once its size is known."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from synergie.errors import BadInput, MissingExtra, Words
from synergie.formats import checks
from synergie.formats._report import Report
from synergie.formats._spreadsheet import Survey, bounded, survey
from synergie.formats.tables._cells import Cell
from synergie.formats.tables._texts import TableRow

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_JOINED = "#joined"
"""In place of a number whose cell covers several rows."""
_LOOKED_AT = 60
_OLD = b"\xd0\xcf\x11\xe0"
_SAVE = "a workbook saved as XLSX or ODS (File, Save as), without a password"
_WHOLE = "a whole workbook"
_NAMED = "the sheet that the profile names"
_FILLED = "a visible sheet that holds something"


def is_workbook(members: Sequence[str], source: BinaryIO) -> bool:
    """Whether an open file is a workbook, old ones that are not read included."""
    start = _magic(source)
    source.seek(0)
    return start == _OLD or "xl/workbook.xml" in members or _is_ods(members)


def _is_ods(members: Sequence[str]) -> bool:
    return "mimetype" in members and "content.xml" in members


def visible_sheets(source: BinaryIO) -> dict[str, bool]:
    """The visible sheets of a workbook, and whether numbers are in them. Errors as `sheet_rows`."""
    if _magic(source) == _OLD:
        raise BadInput("file", Words("an old Office document (XLS, DOC)"), _SAVE)
    bounded(source)
    with _opened(source) as book:
        return {name: _has_numbers(book, name) for name in _names(book)[0]}


def sheet_rows(source: BinaryIO, sheet: str | None, report: Report) -> Iterator[TableRow]:
    """Rows of *sheet* (None: the first visible one that holds something), blank rows left out.

    Hidden sheets and the other visible ones are named in the report and not read; where nobody
    chose the sheet, others with numbers are a doubt. Texts and dates of merged cells fill what
    they cover; a merged number is of no one row, and cannot be read.
    MissingExtra without python-calamine; BadInput for XLS, XLSB and damaged files; TooLarge.
    """
    start = _magic(source)
    if start == _OLD:
        raise BadInput("file", Words("an old Office document (XLS, DOC)"), _SAVE)
    bounded(source)
    with _opened(source) as book:
        name, seen = _chosen(book, source, sheet, report)
        flaws = seen.flaws()
        for number, cells in _laid(_sheet(book, name)):
            for column in range(len(cells)):
                if (number - 1, column) in flaws:
                    cells[column] = flaws[number - 1, column]
            if any(cell != "" for cell in cells):
                yield number, cells


def _magic(source: BinaryIO) -> bytes:
    source.seek(0)
    return source.read(4)


@contextmanager
def _opened(source: BinaryIO) -> Iterator["CalamineWorkbook"]:
    try:
        from python_calamine import CalamineWorkbook  # noqa: PLC0415 (an optional part)
    except ImportError as error:
        raise MissingExtra("frames") from error
    source.seek(0)
    with _told():
        book = CalamineWorkbook.from_filelike(source)
    try:
        yield book
    finally:
        book.close()


@contextmanager
def _told() -> Iterator[None]:
    """What calamine raises, and a panic of its Rust, as BadInput."""
    from python_calamine import CalamineError  # noqa: PLC0415 (an optional part)

    try:
        yield
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise BadInput("file", str(error)[:80] or Words("damage"), _WHOLE) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise BadInput("file", Words("damage"), _WHOLE) from error


def _chosen(
    book: "CalamineWorkbook", source: BinaryIO, sheet: str | None, report: Report
) -> tuple[str, Survey]:
    """The sheet to read, and what a first look into it tells."""
    shown, hidden = _names(book)
    ranks = {one.name: rank for rank, one in enumerate(book.sheets_metadata)}
    if sheet is not None and sheet not in shown:
        raise BadInput("sheet", ", ".join(shown), _NAMED)
    for name in [sheet] if sheet is not None else shown:
        seen = survey(source, name, ranks[name])
        if not seen.rows:
            continue
        if hidden:
            report.note("hidden sheets were not read: {}", ", ".join(hidden))
        if others := [one for one in shown if one != name]:
            report.note("sheet {} was read; the others were not: {}", name, ", ".join(others))
        if sheet is None and (unread := [one for one in others if _has_numbers(book, one)]):
            report.find(checks.UNREAD_SHEET, ", ".join(unread))
        return name, seen
    raise BadInput("file", ", ".join(shown) or Words("no visible sheet"), _FILLED)


def _has_numbers(book: "CalamineWorkbook", name: str) -> bool:
    """Whether some row of a sheet holds more than one number among its first ones."""
    rows = islice(_sheet(book, name).iter_rows(), _LOOKED_AT)
    return sum(sum(type(one) in {int, float} for one in row) > 1 for row in rows) > 1


def _names(book: "CalamineWorkbook") -> tuple[list[str], list[str]]:
    """Visible sheets of cells, and hidden ones."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 (an optional part)

    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    shown = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]
    return shown, [one.name for one in sheets if one.name not in shown]


def _sheet(book: "CalamineWorkbook", name: str) -> "CalamineSheet":
    with _told():
        return book.get_sheet_by_name(name)


def _laid(sheet: "CalamineSheet") -> Iterator[TableRow]:
    """Rows with their number in the sheet, cells in their column of the sheet."""
    first = (sheet.start or (0, 0))[1]
    merged = _merged(sheet)
    down: dict[int, tuple[int, Cell]] = {}
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells: list[Cell] = [""] * first
        cells += [_cell(value) for value in values]
        for low, high, last in merged.get(number - 1, ()):
            if low < len(cells):
                _join(cells, (low, high), last if last >= number else None, down)
        for column, (last, cell) in down.items():
            if number - 1 <= last and column < len(cells):
                cells[column] = cell
        yield number, cells


def _join(
    cells: list[Cell], columns: tuple[int, int], last: int | None, down: dict[int, tuple[int, Cell]]
) -> None:
    """Fill the row of a merged cell, and take note of what the rows below are filled with."""
    low, high = columns
    cell = cells[low]
    if last is not None and type(cell) in {int, float} and not _is_code(cell):
        cell = _JOINED
    until = min(high + 1, len(cells))
    cells[low:until] = [cell] * (until - low)
    if last is not None:
        down.update(dict.fromkeys(range(low, until), (last, cell)))


def _is_code(cell: Cell) -> bool:
    return isinstance(cell, int | float) and cell >= 1e12  # noqa: PLR2004 (a number of a point)


def _cell(value: object) -> Cell:
    if isinstance(value, str | float | int | date | time | timedelta):
        return value
    return str(value)


def _merged(sheet: "CalamineSheet") -> dict[int, list[tuple[int, int, int]]]:
    """Row from 0 → columns of merged cells that begin in it, and their last row.

    None are known of an OpenDocument table.
    """
    found: dict[int, list[tuple[int, int, int]]] = {}
    with _told():
        ranges = sheet.merged_cell_ranges or []
    for (row, low), (last, high) in ranges:
        found.setdefault(row, []).append((low, high, last))
    return found
