"""A workbook, both ways: real numbers and dates, identifiers as text, a notice first.

It is written as XLSX, and read from ODS, too.

What is read back is any sheet under our titles, in any order of columns, typed by hand or not.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from itertools import chain
from math import isfinite
from typing import BinaryIO

from synergie.calendar import load_time_zone
from synergie.errors import BadInput
from synergie.formats._csv import (
    FRENCH,
    TABLES,
    Cell,
    Table,
    record_of,
    table_of,
    table_with,
    value_of,
)
from synergie.formats.columns import Column
from synergie.formats.format import Format, Record, Sample
from synergie.formats.frames._sheets import MARK, BookWriter
from synergie.formats.frames._steps import curves_of
from synergie.formats.report import Place, Report
from synergie.formats.spreadsheet import Book, BookCell, read_workbook_start
from synergie.formats.tables.energies import iterate_energies_once
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile

type Cells = dict[str, Cell]

_TITLED = "a sheet under the titles of synergie"
_TEXT = "a text cell: set the column to Text"
_COLUMNS = {column.title: column for table in TABLES for column in table.columns}
_ODS = b"opendocument.spreadsheet"
_FIRST = re.compile(r"xl/worksheets/sheet1\.xml|content\.xml")


def _sniff_workbook(sample: Sample) -> float:
    """1.0 when the first sheet begins with our mark; 0.5 for another workbook: see its titles.

    The same for an OpenDocument table.
    """
    is_ods = _ODS in sample.start[:200]  # stored first and unpacked, by the norm
    if not is_ods and "xl/workbook.xml" not in sample.members:
        return 0.0
    return 1.0 if MARK in read_workbook_start(sample, _FIRST) else 0.5


def _read_workbook(source: BinaryIO, profile: Profile) -> tuple[Iterator[Record], Report]:
    """Records sheet by sheet; the notice and sheets of others are passed over with a remark.

    A sheet is in memory as a whole. BadInput when it is no workbook, or one
    that would not fit.
    """
    report = Report()
    return _read_sheets(Book(source), profile.time_zone, report), report


def _read_sheets(book: Book, time_zone: str, report: Report) -> Iterator[Record]:
    """The records of every sheet under our titles; neighbouring curves are joined over sheets."""
    found = False
    for table, group in _group_sheets_by_table(book, report):
        found = True
        if table.record is MeterCurve:
            yield from curves_of(group, time_zone, report)
        elif table.record is PeriodEnergy:
            yield from iterate_energies_once(group, report, partial(record_of, table), nested=True)
        else:
            yield from report.keep(partial(record_of, table), group)
    if not found:
        raise BadInput("file", ", ".join(list(book.sheets)[:5]), _TITLED)


def _group_sheets_by_table(
    book: Book, report: Report
) -> Iterator[tuple[Table, Iterator[tuple[Place, Cells]]]]:
    """Tables with their rows; the months of the curves are one table."""
    waiting: tuple[Table, list[str]] | None = None
    for name in book.sheets:
        table = _find_sheet_table(book, name)
        if table is None:
            report.note("sheet passed over: {}", name)
        elif waiting is not None and waiting[0] is table:
            waiting[1].append(name)
        else:
            if waiting is not None:
                yield waiting[0], _all_rows(book, waiting, report)
            waiting = table, [name]
    if waiting is not None:
        yield waiting[0], _all_rows(book, waiting, report)


def _find_sheet_table(book: Book, name: str) -> Table | None:
    _, titles = next(book.rows(name), (1, []))
    columns = [column.name for title in titles if (column := _COLUMNS.get(str(title)))]
    return table_with(columns)


def _all_rows(
    book: Book, sheets: tuple[Table, list[str]], report: Report
) -> Iterator[tuple[Place, Cells]]:
    return chain.from_iterable(_read_sheet_rows(book, name, report) for name in sheets[1])


def _read_sheet_rows(book: Book, name: str, report: Report) -> Iterator[tuple[Place, Cells]]:
    """Rows of one sheet with their place; a cell that is not of its column costs its row."""
    lines = book.rows(name)
    _, titles = next(lines, (1, []))
    columns = [_COLUMNS.get(title) if isinstance(title, str) else None for title in titles]
    for number, line in lines:
        if all(cell == "" for cell in line):
            continue
        place = f"{name}, line {number}"
        try:
            pairs = zip(columns, line, strict=False)
            yield place, {c.name: _convert_book_cell(cell, c) for c, cell in pairs if c is not None}
        except BadInput as fault:
            report.refuse(place, fault)


def _convert_book_cell(cell: BookCell, column: Column) -> Cell:
    """A cell as the column wants it: what calamine gives, or a text that a person typed."""
    if isinstance(cell, str):
        return cell or None if column.kind == "text" else value_of(cell, column, FRENCH)
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int | float):
        return _convert_number(float(cell), column)
    if isinstance(cell, date):
        return _convert_date(cell, column)
    raise BadInput(f"/{column.name}", str(cell), _TEXT)


def _convert_number(number: float, column: Column) -> Cell:
    if column.kind in ("whole", "decimal", "number") and isfinite(number):
        if column.kind == "whole" and number.is_integer():
            return int(number)
        if column.kind == "decimal":
            return Decimal(int(number)) if number.is_integer() else Decimal(repr(number))
        return number
    raise BadInput(f"/{column.name}", number, _TEXT)


def _convert_date(cell: date, column: Column) -> Cell:
    if column.kind == "instant":
        naive = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 (made UTC below)
        return naive.replace(tzinfo=UTC)
    if column.kind == "date":
        return cell.date() if isinstance(cell, datetime) else cell
    if column.kind == "local" and isinstance(cell, datetime):
        return cell
    raise BadInput(f"/{column.name}", cell.isoformat(), _TEXT)


def _write_workbook(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """A sheet a table, curves a sheet a month, and a notice; memory does not grow with the rows.

    The same records and the same date of the data give the same bytes. BadInput for a record that
    no table holds.
    """
    tz, book = load_time_zone(profile.time_zone), BookWriter(sink, profile.about)
    try:
        for record in records:
            book.add(record, table_of(record), tz)
    finally:
        book.close()


FORMAT = Format(
    name="workbook",
    title="Workbook of synergie (XLSX)",
    sniff=_sniff_workbook,
    read=_read_workbook,
    write=_write_workbook,
)
