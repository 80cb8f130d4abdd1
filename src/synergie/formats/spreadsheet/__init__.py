"""Workbooks, read by calamine once it is sure that they end no process; files in columns."""

from synergie.formats.spreadsheet.book import Book, BookCell, BookRow, is_old
from synergie.formats.spreadsheet.extent import MAX_CELLS
from synergie.formats.spreadsheet.frame import Frame, holds_sheets, open_book
from synergie.formats.spreadsheet.looking import MAX_UNPACKED, STRUCK
from synergie.formats.spreadsheet.start import read_workbook_start

__all__ = [
    "MAX_CELLS",
    "MAX_UNPACKED",
    "STRUCK",
    "Book",
    "BookCell",
    "BookRow",
    "Frame",
    "holds_sheets",
    "is_old",
    "open_book",
    "read_workbook_start",
]
