"""Rows of a workbook as templates read them."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from typing import BinaryIO

from synergie.formats.spreadsheet import Book, BookCell
from synergie.formats.templates.cells import Cell, Percent

_EXCEL = Context(prec=15)
"""A sheet keeps 15 digits; the rest is noise."""
_DAY = timedelta(days=1)


class Workbook:
    """The sheets of one workbook, XLSX or ODS; use it while *source* is open. Errors as `Book`."""

    def __init__(self, source: BinaryIO) -> None:
        self._book = Book(source, labels=True)
        self.sheets = list(self._book.sheets)
        """Names of the sheets, in their order."""

    def rows(self, sheet: str) -> Iterator[tuple[int, list[Cell]]]:
        """Number and cells of each row of *sheet* that holds something; blanks are empty texts."""
        survey = self._book.survey(sheet)
        for number, cells in self._book.rows(sheet):
            if any(cell != "" for cell in cells):
                told = [_convert_workbook_cell(cell) for cell in cells]
                for at, cell in enumerate(told) if survey.shown else ():
                    if isinstance(cell, Decimal) and survey.label(number - 1, at) == "%":
                        told[at] = Percent(cell)
                yield number, told


def _convert_workbook_cell(cell: BookCell) -> Cell:
    match cell:
        case str() | bool() | datetime():
            return cell
        case int() | float():
            return _EXCEL.create_decimal(repr(cell))
        case date():
            return datetime.combine(cell, time())
        case time():
            seconds = (cell.hour * 60 + cell.minute) * 60 + cell.second
            return _convert_workbook_cell(timedelta(seconds=seconds, microseconds=cell.microsecond))
        case _:
            return _convert_workbook_cell(cell / _DAY)
