"""Sheets of a workbook as the CSV that they would be saved as."""

import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import chain, islice
from typing import BinaryIO, NamedTuple

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.checks import N_
from synergie.formats.csv_text import join_rows
from synergie.formats.format import Format, Sample
from synergie.formats.report import Report
from synergie.formats.sheets import COMMENT
from synergie.formats.tables._cells import Cell
from synergie.formats.tables._sheets import sheet_rows, visible_sheets
from synergie.formats.tables._texts import TableRow

_MOST_ABOVE = 5
"""Rows above the head."""
_SURE = 0.8
"""Least confidence in a format: its columns leave no doubt."""


class Export(NamedTuple):
    """Sheets of a workbook whose columns are those of a format that is CSV."""

    format: Format
    text: BinaryIO
    """The rows as CSV, in UTF-8."""
    report: Report
    """What was joined, and what other sheets hold that was not read."""
    sheets: tuple[str, ...]
    """The sheets that are read."""
    comments: tuple[str, ...]
    """Those of the cells of the first of them."""


def export_of(source: BinaryIO, formats: Iterable[Format]) -> Export | None:
    """The first of *formats*, which are CSV, whose columns the first row has; its rows as text.

    None: none has them. Further sheets with that first row follow; other visible ones that hold
    numbers are a doubt. Rows of the first sheet keep their numbers. Memory grows with the sheets.
    Errors as `_sheets.sheet_rows`.
    """
    report, comments = Report(), list[TableRow]()
    table = sheet_rows(source, None, Report(), comments=comments)
    first = list(islice(table, _MOST_ABOVE + 1))
    header = _read_sheet_header(iter(first))
    known = list(formats)
    start = _format_sheet_csv([(1, list(header))], len(header)) if header else b""
    found = _of_start(known, start)
    if found is None:
        width = max((len(cells) for _, cells in first), default=0)
        found = _of_start(known, _format_sheet_csv(first, width))
        if found is None:
            return None
        text = _format_sheet_csv(chain(first, table), width)
        names = list(visible_sheets(source))
        said = _note_comments(comments, _note_other_sheets(source, report))
        return Export(found, io.BytesIO(text), report, tuple(names[:1]), said)
    table = chain(first[1:], table)
    text = start + _format_sheet_csv(_shift_row_numbers(table), len(header))
    same, more = _of_one_head(source, header, report)
    text += _format_sheet_csv(more, len(header))
    return Export(found, io.BytesIO(text), report, same, _note_comments(comments, report))


def _note_comments(comments: Iterable[TableRow], report: Report) -> tuple[str, ...]:
    """The texts of *comments*, of which *report* is told."""
    texts = tuple(str(cells[0]) for _, cells in comments)
    for text in texts:
        report.note(COMMENT, text[:60])
    return texts


def _of_start(formats: Iterable[Format], start: bytes) -> Format | None:
    return next((one for one in formats if one.sniff(Sample("", start, ())) >= _SURE), None)


def _note_other_sheets(source: BinaryIO, report: Report) -> Report:
    """*report* with a doubt over the sheets beside the first that hold numbers."""
    others = list(visible_sheets(source).items())[1:]
    if unread := [name for name, numbers in others if numbers]:
        report.find(checks.UNREAD_SHEET, ", ".join(unread))
    return report


def _of_one_head(
    source: BinaryIO, header: list[str], report: Report
) -> tuple[tuple[str, ...], Iterator[TableRow]]:
    """The sheets whose first row is *header*, and the rows of the further ones, numbered on.

    Others are found.
    """
    sheets = visible_sheets(source)
    tables = {name: _read_first_row(source, name) for name in sheets}
    same = [name for name, (first, _) in tables.items() if first == header]
    alike = {name for name, (first, _) in tables.items() if len({*first} & {*header}) > 1}
    others = [name for name in sheets if name not in same]
    if unread := [name for name in others if sheets[name] or name in alike]:
        report.find(checks.UNREAD_SHEET, ", ".join(unread))
    if len(same) > 1:
        report.note(N_("sheets of one head were read as one table: {}"), ", ".join(same))
    rows = (cells for name in same[1:] for _, cells in _shift_row_numbers(tables[name][1]))
    return tuple(same), enumerate(rows, start=1)


def _read_first_row(source: BinaryIO, name: str) -> tuple[list[str], Iterator[TableRow]]:
    """The first row of a sheet, and an iterator over those below; none of an empty sheet."""
    try:
        table = sheet_rows(source, name, Report())
        return _read_sheet_header(table), table
    except BadInput:
        return [], iter(())


def _read_sheet_header(table: Iterator[TableRow]) -> list[str]:
    line, cells = next(table, (0, []))
    header = [_format_csv_cell(cell) for cell in cells] if line == 1 else []
    while header and not header[-1]:
        header.pop()
    return header


def _shift_row_numbers(table: Iterable[TableRow]) -> Iterator[TableRow]:
    for number, cells in table:
        yield number - 1, cells


def _format_sheet_csv(table: Iterable[TableRow], width: int) -> bytes:
    """The rows as UTF-8 with semicolons, a blank line for each that is left out."""
    rows, line = list[list[str]](), 0
    for number, cells in table:
        rows += [[]] * (number - line - 1)
        texts = [_format_csv_cell(cell) for cell in cells]
        while len(texts) > width and not texts[-1]:
            texts.pop()
        rows.append(texts + [""] * (width - len(texts)))
        line = number
    return join_rows(rows, ";", "\n").encode()


def _format_csv_cell(cell: Cell) -> str:
    """A cell as a CSV has it: ISO 8601, whole numbers without a point, one line."""
    match cell:
        case bool():
            return str(cell).lower()
        case datetime():
            return cell.isoformat(" ", "seconds")
        case date() | time():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return " ".join(str(cell).split())
