"""Rows of a workbook as templates read them, and what the start of its file tells."""

import re
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from typing import BinaryIO

from synergie.formats._format import Sample
from synergie.formats._spreadsheet import Book, BookCell
from synergie.formats.templates._cells import Cell, Percent

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
                told = [_cell(cell) for cell in cells]
                for at, cell in enumerate(told) if survey.shown else ():
                    if isinstance(cell, Decimal) and survey.label(number - 1, at) == "%":
                        told[at] = Percent(cell)
                yield number, told


def _cell(cell: BookCell) -> Cell:
    match cell:
        case str() | bool() | datetime():
            return cell
        case int() | float():
            return _EXCEL.create_decimal(repr(cell))
        case date():
            return datetime.combine(cell, time())
        case time():
            seconds = (cell.hour * 60 + cell.minute) * 60 + cell.second
            return _cell(timedelta(seconds=seconds, microseconds=cell.microsecond))
        case _:
            return _cell(cell / _DAY)


_BOOK, _BODY = "xl/workbook.xml", "content.xml"
_LOCAL = b"PK\x03\x04"
_TOLD = re.compile(r"xl/(?:workbook|sharedStrings|worksheets/[\w-]+)\.xml|content\.xml", re.ASCII)
_MOST_TOLD = 256 * 1024


def glance(sample: Sample) -> str:
    """What the start of an XLSX or ODS file tells: its workbook, texts and sheets, as XML.

    The members are walked from the first on, as far as the sample goes; empty for other files.
    """
    if _BOOK not in sample.members and _BODY not in sample.members:
        return ""
    told, at, data = list[str](), 0, sample.start
    while data[at : at + 4] == _LOCAL and at + 30 <= len(data):
        packed_size = int.from_bytes(data[at + 18 : at + 22], "little")
        method = int.from_bytes(data[at + 8 : at + 10], "little")
        name_size, extra = (int.from_bytes(data[at + i : at + i + 2], "little") for i in (26, 28))
        start = at + 30 + name_size + extra
        name = data[at + 30 : at + 30 + name_size].decode("utf-8", "replace")
        text, end = _unpacked(data, start, packed_size, method)
        if _TOLD.fullmatch(name):
            told.append(text.decode("utf-8", "replace"))
        at = data.find(_LOCAL, end) if end < len(data) else len(data)
        if at < 0:
            break
    return "".join(told)


def _unpacked(data: bytes, start: int, size: int, method: int) -> tuple[bytes, int]:
    """The first bytes of a member, and where it ends in *data*."""
    if method == 0:
        return data[start : start + min(size, _MOST_TOLD)], start + size
    inflate = zlib.decompressobj(-15)
    try:
        text = inflate.decompress(data[start:], _MOST_TOLD)
    except zlib.error:
        return b"", start + size
    if inflate.eof:
        return text, len(data) - len(inflate.unused_data)
    return text, max(start + size, start + 1)
