"""Rows of a file of invoices: a CSV in any usual dialect, or every visible sheet of a workbook."""

from collections.abc import Iterator
from typing import BinaryIO

from synergie.formats.invoices._columns import is_readable, match_columns
from synergie.formats.report import Report
from synergie.formats.sheets import Sheet, read_sheets
from synergie.formats.text import separator_of

_LOOKED_AT = 30
MAX_ROWS = 500_000
"""Lines of invoices that are held in memory."""


def read_invoice_sheets(source: BinaryIO, report: Report) -> Iterator[Sheet]:
    """The tables of the file. BadInput: an old or a damaged workbook. TooLarge: MAX_ROWS."""
    return read_sheets(source, report, _find_separator, hidden=False, most_rows=MAX_ROWS)


def _find_separator(lines: list[str]) -> str:
    """The mark that makes a head of a line; commas may be decimal marks, so they come last."""
    for mark in (";", "\t", "|", ","):
        for line in lines[:_LOOKED_AT]:
            if is_readable(match_columns([cell.strip(' "') for cell in line.split(mark)])):
                return mark
    return separator_of(lines[0]) or ";" if lines else ";"
