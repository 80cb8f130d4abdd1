"""Some rows of a table as they stand in its file, by their line, and how the file writes them."""

import re
from collections.abc import Collection
from contextlib import ExitStack
from datetime import date, datetime
from typing import NamedTuple

from synergie.formats.formulas import escape_formula
from synergie.formats.report import Report
from synergie.formats.source import Source, opened
from synergie.formats.tables._cells import Cell
from synergie.formats.tables._sheets import is_workbook, sheet_rows
from synergie.formats.tables._texts import TableRow, separator_in, text_rows
from synergie.formats.text import detect_encoding, start_of_text

__all__ = ["Cell", "PickedRows", "TableRow", "format_sendable_cell", "rows_at"]

_SAMPLE = 64 * 1024
_MARKUP = ("<", "{", "[", "%")
_NUMBER = re.compile(r"-|[-+]?[\d\s.,\u00a0\u202f]*\d\s?%?")


class PickedRows(NamedTuple):
    """Rows of a table, and how the file writes them."""

    rows: list[TableRow]
    """The first rows, and those asked for, each with its line from 1; cells as they are."""
    separator: str | None
    """Between cells of a text. None: a workbook."""
    coding: str
    """Name of the encoding of a text, for Python; `utf-8-sig` begins with a byte order mark."""
    ending: str
    """Of its lines."""


def rows_at(
    source: Source,
    lines: Collection[int],
    *,
    first: int = 0,
    sheet: str | None = None,
    name: str | None = None,
) -> PickedRows | None:
    """The *first* rows of a table, and the rows that begin on *lines*; None for what is no table.

    Blank lines count among the lines and are no rows. Reads to the last line that is asked for;
    memory holds the rows that are given. Errors as `read` has for a file that is damaged there.
    """
    last = max(lines, default=0)
    with ExitStack() as stack:
        file = opened(source, name, stack)
        if is_workbook(file.members, file.stream):
            table = sheet_rows(file.stream, sheet, Report())
            how: tuple[str | None, str, str] = None, "utf-8-sig", "\r\n"
        else:
            start = file.stream.read(_SAMPLE)
            text = start_of_text(start)
            separator = separator_in(text)
            if file.members or separator is None or text.lstrip()[:1] in _MARKUP:
                return None
            ending = "\r\n" if b"\r\n" in start or b"\r\0\n\0" in start else "\n"
            coding = "utf-16" if file.was_utf16 else detect_encoding(file.stream, Report()).name
            how = separator, coding, ending
            table = text_rows(file.stream, separator, Report())
        found: list[TableRow] = []
        for rank, (line, cells) in enumerate(table):
            if rank < first or line in lines:
                found.append((line, cells))
            if line >= last and rank >= first - 1:
                break
        return PickedRows(found, *how)


def format_sendable_cell(cell: Cell) -> str:
    """*cell* in a text that a spreadsheet opens: French dates and numbers, no formula."""
    match cell:
        case bool():
            return "oui" if cell else "non"
        case datetime():
            return f"{cell:%d/%m/%Y %H:%M}"
        case date():
            return f"{cell:%d/%m/%Y}"
        case float():
            return str(int(cell) if cell.is_integer() else cell).replace(".", ",")
        case str():
            return cell if _NUMBER.fullmatch(cell) else escape_formula(cell)
        case _:
            return str(cell)
