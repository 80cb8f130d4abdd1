"""The first sheet of a workbook as the CSV that it would be saved as."""

import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import BinaryIO

from synergie.formats._format import Format, Sample
from synergie.formats._report import Report
from synergie.formats.csv_text import join_rows
from synergie.formats.tables._cells import Cell
from synergie.formats.tables._sheets import sheet_rows
from synergie.formats.tables._texts import TableRow

_SURE = 0.8
"""Least confidence in a format: its columns leave no doubt."""


def export_of(source: BinaryIO, formats: Iterable[Format]) -> tuple[Format, BinaryIO] | None:
    """The first of *formats*, which are CSV, whose columns the first row has; the sheet as text.

    None: none has them. Rows keep their numbers. Memory grows with the sheet. Errors as
    `_sheets.sheet_rows`.
    """
    table = sheet_rows(source, None, Report())
    header = _header(table)
    start = _written([(1, list(header))], len(header)) if header else b""
    found = next((one for one in formats if one.sniff(Sample("", start, ())) >= _SURE), None)
    if found is None:
        return None
    return found, io.BytesIO(start + _written(_from_the_second(table), len(header)))


def _header(table: Iterator[TableRow]) -> list[str]:
    line, cells = next(table, (0, []))
    header = [_text(cell) for cell in cells] if line == 1 else []
    while header and not header[-1]:
        header.pop()
    return header


def _from_the_second(table: Iterable[TableRow]) -> Iterator[TableRow]:
    for number, cells in table:
        yield number - 1, cells


def _written(table: Iterable[TableRow], width: int) -> bytes:
    """The rows as UTF-8 with semicolons, a blank line for each that is left out."""
    rows, line = list[list[str]](), 0
    for number, cells in table:
        rows += [[]] * (number - line - 1)
        texts = [_text(cell) for cell in cells]
        while len(texts) > width and not texts[-1]:
            texts.pop()
        rows.append(texts + [""] * (width - len(texts)))
        line = number
    return join_rows(rows, ";", "\n").encode()


def _text(cell: Cell) -> str:
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
