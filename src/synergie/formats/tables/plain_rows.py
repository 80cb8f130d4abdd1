"""Any table as rows of plain texts, for readers that know their own columns: CSV, XLSX or ODS."""

from contextlib import ExitStack
from datetime import date, datetime, time
from decimal import Decimal

from synergie.errors import TooLarge
from synergie.formats.report import Report
from synergie.formats.source import Source, opened
from synergie.formats.tables._cells import Cell
from synergie.formats.tables._sheets import is_workbook, sheet_rows
from synergie.formats.tables._texts import text_rows
from synergie.formats.values import digits_of

MOST = 2_000_000
"""Rows that are read into memory."""


def plain_rows(
    source: Source, *, name: str | None = None
) -> tuple[list[tuple[int, list[str]]], Report]:
    """Each row with its line, or row of the sheet, from 1; blank rows are left out.

    A workbook gives its first visible sheet that holds something; numbers are written without an
    idle zero, but for one behind three decimals that could be thousands, dates as ISO 8601. Rows
    that no table has (bytes that do not decode, stray quotes) are refused in the report. BadInput:
    no table; TooLarge over MOST rows.
    """
    report = Report()
    found: list[tuple[int, list[str]]] = []
    with ExitStack() as stack:
        file = opened(source, name, stack)
        table = (
            sheet_rows(file.stream, None, report)
            if is_workbook(file.members, file.stream)
            else text_rows(file.stream, None, report)
        )
        for line, cells in table:
            if len(found) >= MOST:
                raise TooLarge(MOST, "rows")
            found.append((line, [_format_plain_cell(cell) for cell in cells]))
    return found, report


def _format_plain_cell(cell: Cell) -> str:
    match cell:
        case bool():
            return "oui" if cell else "non"
        case datetime() | date() | time():
            return cell.isoformat()
        case float() if cell.is_integer() and abs(cell) < 1e15:  # noqa: PLR2004 (exact)
            return str(int(cell))
        case float():
            return digits_of(Decimal(repr(cell)))
        case _:
            return str(cell)
