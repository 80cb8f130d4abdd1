"""Rows of an OpenDocument table (ODS), as `_workbook` gives those of XLSX: row after row, safely.

OpenDocument 1.3, part 3: a table is `table:table`, its blanks and equal cells are counted
(`table:number-columns-repeated`), and a value stands beside what the cell shows.
"""

import zipfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import BinaryIO, cast
from xml.etree.ElementTree import Element

from synergie.errors import BadInput
from synergie.formats._source import Capped, damage, files_in
from synergie.formats._spreadsheet import bounded
from synergie.formats._text import MAX_COLUMNS
from synergie.formats._xml import elements, starts
from synergie.formats.templates._cells import Cell, Percent

BODY = "content.xml"
_WHOLE = "a whole ODS workbook"
_MOST_EQUAL = 1_000
"""Equal rows that are told one by one; more are the blank rest of a sheet that was filled down."""


class OdsBook:
    """The sheets of one ODS workbook; use it while *source* is open."""

    def __init__(self, source: BinaryIO) -> None:
        bounded(source)
        source.seek(0)
        with damage("file", _WHOLE):
            self._zip = zipfile.ZipFile(source)
            members = {info.filename: info for info in files_in(self._zip)}
        self._body = members[BODY]
        self._counts = self._count()
        if not self._counts:
            raise BadInput("file", "no sheet", _WHOLE)

    @property
    def sheets(self) -> list[str]:
        """Names of the sheets, in their order."""
        return [name for name, _ in self._counts]

    def rows(self, sheet: str) -> Iterator[tuple[int, list[Cell]]]:
        """Number and cells of each row of *sheet* that holds something; blanks are empty texts."""
        at = self.sheets.index(sheet)
        before = sum(count for _, count in self._counts[:at])
        number = 0
        for i, row in enumerate(self._rows()):
            if i < before:
                continue
            if i >= before + self._counts[at][1]:
                return
            times = _times(row.get("table:number-rows-repeated"))
            cells = _cells(row)
            if any(cell != "" for cell in cells):
                for one in range(min(times, _MOST_EQUAL)):
                    yield number + one + 1, list(cells)
            number += times

    def _count(self) -> list[tuple[str, int]]:
        """Name of each sheet, and how many row elements it has."""
        counts = list[tuple[str, int]]()
        with damage("file", _WHOLE), self._zip.open(self._body) as body:
            for tag, told in starts(cast("BinaryIO", body), "table", "table-row"):
                if tag == "table":
                    counts.append((told.get("table:name", ""), 0))
                elif counts:
                    name, rows = counts[-1]
                    counts[-1] = name, rows + 1
        return counts

    def _rows(self) -> Iterator[Element]:
        with damage("file", _WHOLE), self._zip.open(self._body) as packed:
            stream = _Stream(Capped(packed, self._body.compress_size))
            yield from elements(cast("BinaryIO", stream), "table-row")


class _Stream:
    """A member of the archive as `elements` reads a file, within the limits of packed files."""

    def __init__(self, packed: Capped) -> None:
        self._packed = packed

    def read(self, n: int) -> bytes:
        return self._packed.take(n)


def _times(told: str | None) -> int:
    """How often a cell or row stands there; `bounded` has looked at the figures before."""
    return int(told) if told is not None and told.isascii() and told.isdigit() else 1


def _cells(row: Element) -> list[Cell]:
    cells: list[Cell] = []
    for one in row:
        if one.tag not in {"table-cell", "covered-table-cell"}:
            continue
        cell = _cell(one)
        times = _times(one.get("table:number-columns-repeated"))
        if cell != "" and len(cells) + times > MAX_COLUMNS:
            raise BadInput("row", f"column {len(cells) + times}", "at most 1,000 columns")
        cells += [cell] * min(times, MAX_COLUMNS - len(cells))
    return cells


def _cell(one: Element) -> Cell:
    shown = "\n".join("".join(part.itertext()) for part in one if part.tag == "p").strip()
    if one.get("calcext:value-type") == "error":
        return shown or "#"
    kind, told = one.get("office:value-type"), one.get("office:value", "")
    if kind in {"float", "currency", "percentage"}:
        return _number(told, shown, percent=kind == "percentage")
    if kind == "date":
        return _date(one.get("office:date-value", ""), shown)
    if kind == "boolean":
        return one.get("office:boolean-value") == "true"
    return shown


def _number(told: str, shown: str, *, percent: bool) -> Cell:
    try:
        number = Decimal(told)
    except InvalidOperation:
        return shown
    if not number.is_finite():
        return shown
    return Percent(number) if percent else number


def _date(told: str, shown: str) -> Cell:
    """A date or a moment of a clock on the wall; what is shown when it is neither."""
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return shown
    return shown if found.tzinfo else found
