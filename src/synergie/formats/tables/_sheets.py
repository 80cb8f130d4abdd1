"""Rows of a sheet of a workbook (XLSX, ODS), merged cells filled."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from synergie.errors import BadInput, Words
from synergie.formats import checks
from synergie.formats.checks import N_
from synergie.formats.report import Report
from synergie.formats.spreadsheet import STRUCK, Book, Frame, holds_sheets, is_old, open_book
from synergie.formats.tables._cells import SCALED, Cell, Joined, NumberWithUnit
from synergie.formats.tables._heading import is_denied, parse_heading, plain_symbols
from synergie.formats.tables._texts import TableRow
from synergie.formats.text import MAX_COLUMNS, WIDEST

_LOOKED_AT, _MANY, _MAGIC = 60, 6, 8
_LARGE, _SOME = 2100, 3
"""A number above any year, and rows with one."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_NAMED = "the sheet that the profile names"
_FILLED = "a visible sheet that holds something"


OTHER_SHEETS = N_("sheet {} was read; the others were not: {}")


def is_workbook(members: Sequence[str], source: BinaryIO) -> bool:
    """Whether an open file is a workbook, old ones that are not read included."""
    source.seek(0)
    start = source.read(_MAGIC)
    source.seek(0)
    if not members and holds_sheets(start):
        return True
    is_ods = "mimetype" in members and "content.xml" in members
    return is_ods or "xl/workbook.xml" in members or is_old(source)


def visible_sheets(source: BinaryIO) -> dict[str, bool]:
    """The visible sheets of a workbook, and whether numbers are in them. Errors as `Book`."""
    with open_book(source) as book:
        return {name: _has_numbers(book, name) for name in book.visible}


def sheet_rows(
    source: BinaryIO,
    sheet: str | None,
    report: Report,
    tell: Callable[[str], None] = lambda _: None,
    *,
    comments: list[TableRow] | None = None,
) -> Iterator[TableRow]:
    """Rows of *sheet* (None: the first visible one that holds something), blank rows left out.

    Hidden sheets and the other visible ones are named in the report and not read; where nobody
    chose the sheet, others with numbers are a doubt. Texts and dates of merged cells fill what
    they cover; a merged number is of no one row, and cannot be read. Comments of cells are
    put into *comments* behind the last row, each as a row of one text. *tell* is given the name of
    the sheet before its first row. Errors as `Book`.
    """
    with open_book(source, labels=True) as book:
        chosen = _choose_sheet(book, sheet, report)
        tell(chosen)
        survey = book.survey(chosen)
        for number, cells in _fill_merged_rows(book, chosen):
            if len(cells) > MAX_COLUMNS and any(cell != "" for cell in cells[MAX_COLUMNS:]):
                raise BadInput(f"line {number}", Words("more than 1,000 columns"), WIDEST)
            if any(cell != "" for cell in cells):
                yield (
                    number,
                    [
                        attach_format_unit(cell, survey.label(number - 1, at))
                        for at, cell in enumerate(cells)
                    ]
                    if survey.shown
                    else cells,
                )
        if comments is not None:
            told = ((row, t if _WORD.search(t) else f"Note : {t}") for row, t in survey.notes)
            comments += [(row + 1, [text]) for row, text in told]


def _choose_sheet(book: Book | Frame, sheet: str | None, report: Report) -> str:
    """The sheet to read."""
    shown = book.visible
    if sheet is not None and sheet not in shown:
        raise BadInput("sheet", ", ".join(shown), _NAMED)
    for name in [sheet] if sheet is not None else shown:
        if not book.survey(name).rows:
            continue
        if hidden := [one for one in book.sheets if one not in shown]:
            report.note("hidden sheets were not read: {}", ", ".join(hidden))
        if others := [one for one in shown if one != name]:
            report.note(OTHER_SHEETS, name, ", ".join(others))
        if sheet is None and (unread := [one for one in others if _has_numbers(book, one)]):
            report.find(checks.UNREAD_SHEET, ", ".join(unread))
        return name
    raise BadInput("file", ", ".join(shown) or Words("no visible sheet"), _FILLED)


def _has_numbers(book: Book | Frame, name: str) -> bool:
    """Whether two of its first rows hold two numbers or more, three a large one, or one many."""
    rows = islice(book.rows(name), _LOOKED_AT)
    told = [[one for one in row if type(one) in {int, float}] for _, row in rows]
    counts = [len(some) for some in told]
    large = sum(any(one > _LARGE for one in some if isinstance(one, float)) for some in told)
    return (
        sum(count > 1 for count in counts) > 1 or max(counts, default=0) >= _MANY or large >= _SOME
    )


def _fill_merged_rows(book: Book | Frame, sheet: str) -> Iterator[TableRow]:
    """The rows of *sheet*, what merged cells cover filled."""
    merged = book.merged(sheet)
    down: dict[int, tuple[int, Cell]] = {}
    for number, cells in book.rows(sheet):
        for low, high, last in merged.get(number - 1, ()):
            if low < len(cells):
                _fill_merged_cell(cells, (low, high), last if last >= number else None, down)
        for column, (last, cell) in down.items():
            if number - 1 <= last and column < len(cells):
                cells[column] = cell
        yield number, cells


def _fill_merged_cell(
    cells: list[Cell], columns: tuple[int, int], last: int | None, down: dict[int, tuple[int, Cell]]
) -> None:
    """Fill the row of a merged cell, and take note of what the rows below are filled with."""
    low, high = columns
    cell = cells[low]
    until = min(high + 1, len(cells))
    if isinstance(cell, float) and not _is_code(cell):
        cell = Joined(cell)
    cells[low:until] = [cell] * (until - low)
    if last is not None:
        down.update(dict.fromkeys(range(low, until), (last, cell)))


def _is_code(cell: Cell) -> bool:
    return isinstance(cell, int | float) and cell >= 1e12  # noqa: PLR2004 (a number of a point)


_ROUGH = re.compile(r"(?i)[~≈±]|\benv(?:iron)?\b|[x×*÷/] ?\d|\d\d")
"""What a format shows that its number is not, or not yet."""
_WORDED = re.compile(r"[^\W\d_]")
_EUROS = re.compile(r"(?:€|eur|euros?)(?: ?(?:ht|ttc))?")


def attach_format_unit(cell: Cell, label: str) -> Cell:
    """The number of a cell with the unit that its format shows; any other cell as it is."""
    if not label or isinstance(cell, bool | Joined) or not isinstance(cell, int | float):
        return cell
    unit = _find_label_unit(label)
    return cell if unit is None else NumberWithUnit(cell, unit)


def _find_label_unit(label: str) -> str | None:
    """The unit that a label of a format is; itself where it is another; None: it is none."""
    text = plain_symbols(label)
    bare = label.removesuffix(SCALED).strip()
    if label.endswith(STRUCK) or is_denied(bare) or _ROUGH.search(plain_symbols(bare)):
        return label
    if _EUROS.fullmatch(text):
        return "EUR"
    if label == "%" or "€" in text:
        return label
    scaled, told = bare != label, parse_heading(bare)
    if told.score == 0:
        return SCALED if scaled else label if _WORDED.search(label) else None
    return label if scaled else told.unit or label
