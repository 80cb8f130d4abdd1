"""The refused rows of a file as a file to send back to whoever made it, each with the reason.

It has the head of the file, its columns and one more, `motif`; a text keeps its separator, its
encoding and its ends of lines. How many rows make the head is tried: with so many, and no fewer,
the same reader takes the rows for rows again. Cells that a spreadsheet would run are guarded.
"""

import io
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib import import_module
from typing import Any, BinaryIO, Literal

from synergie.errors import MissingExtra, SynergieError
from synergie.formats import read
from synergie.formats.csv_text import join_rows
from synergie.formats.tables.rows_at import (
    Cell,
    PickedRows,
    TableRow,
    format_sendable_cell,
    rows_at,
)
from synergie.schemas.readings.file_report import RefusedLine
from synergie.schemas.readings.profile import Profile

MOTIVE = "motif"
"""Name of the column that says why."""

type Kind = Literal["csv", "xlsx"]
KINDS: tuple[Kind, ...] = ("csv", "xlsx")

HEAD = 12
"""Rows that a head is made of, with the titles over it, at most."""
_TRIED = 20
"""Rows that a head is tried with."""


@dataclass(frozen=True, slots=True)
class RefusalRows:
    """Refused rows, ready to be written."""

    head: Sequence[TableRow]
    rows: Sequence[TableRow]
    how: PickedRows
    """How the file writes its cells."""
    mends: bool
    """Whether the same reader takes the file with the column `motif` in it."""

    @classmethod
    def of(
        cls, source: BinaryIO, refused: Sequence[RefusedLine], form: str, profile: Profile
    ) -> "RefusalRows | None":
        """The rows of *source* that were *refused*; None for a file that has no rows.

        The position of *source* is at its start again.
        """
        lines = {one.line for one in refused if one.line is not None}
        if not lines:
            return None
        sheet = None if profile.table is None else profile.table.sheet
        try:
            source.seek(0)
            how = rows_at(source, lines, first=HEAD, sheet=sheet)
        except SynergieError:
            return None
        finally:
            source.seek(0)
        if how is None:
            return None
        rows = [row for row in how.rows if row[0] in lines]
        if not rows:
            return None
        above = [row for row in how.rows if row[0] < rows[0][0]][:HEAD]
        for size in range(min(1, len(above)), len(above) + 1):
            made = cls(above[:size], rows, how, mends=True)
            if made._is_read(form, profile):
                return made
        return cls(above[:1], rows, how, mends=False)

    def write(self, kind: Kind, why: Mapping[int, str], sink: BinaryIO) -> None:
        """The file, *why* by line. MissingExtra: a workbook without its library."""
        table = [
            *_add_head_column(self.head, MOTIVE),
            *_add_reason_column(self.rows, why, self._width),
        ]
        if kind == "csv":
            sink.write(_encode_refused_rows(table, self.how))
        else:
            _write_refused_workbook(table, sink)

    @property
    def _width(self) -> int:
        return len(self.head[-1][1]) if self.head else 0

    def _is_read(self, form: str, profile: Profile) -> bool:
        """Whether the reader finds as many rows in it as there are."""
        some = RefusalRows(self.head, self.rows[:_TRIED], self.how, mends=True)
        sink = io.BytesIO()
        try:
            some.write("csv" if self.how.separator else "xlsx", {}, sink)
            sink.seek(0)
            with ExitStack() as stack:
                result = stack.enter_context(read(sink, format=form, profile=profile))
                for _record in result.records:
                    pass
                told = result.report
        except SynergieError:
            return False
        return told.kept + told.duplicates + told.refusals == len(some.rows)


def files_of(sent: RefusalRows, why: Mapping[int, str]) -> dict[str, bytes]:
    """The files that can be made here, by kind: a workbook needs its library."""
    made: dict[str, bytes] = {}
    for kind in KINDS:
        sink = io.BytesIO()
        with suppress(MissingExtra):
            sent.write(kind, why, sink)
            made[kind] = sink.getvalue()
    return made


def _add_head_column(head: Sequence[TableRow], name: str) -> list[list[Cell]]:
    rows = [list(cells) for _, cells in head]
    if rows:
        rows[-1].append(name)
    return rows


def _add_reason_column(
    rows: Sequence[TableRow], why: Mapping[int, str], width: int
) -> list[list[Cell]]:
    """The rows, each as wide as the head, with the reason behind."""
    blanks: list[Cell] = [""] * width
    return [[*cells, *blanks[len(cells) :], why.get(line, "")] for line, cells in rows]


def _encode_refused_rows(table: Sequence[Sequence[Cell]], how: PickedRows) -> bytes:
    rows = (map(format_sendable_cell, cells) for cells in table)
    return join_rows(rows, how.separator or ";", how.ending).encode(how.coding, "replace")


def _write_refused_workbook(table: Sequence[Sequence[Cell]], sink: BinaryIO) -> None:
    try:
        xlsxwriter: Any = import_module("xlsxwriter")
    except ModuleNotFoundError as error:
        raise MissingExtra("frames") from error
    book = xlsxwriter.Workbook(sink, {"in_memory": True, "strings_to_formulas": False})
    sheet, text = book.add_worksheet("Lignes refusées"), book.add_format({"num_format": "@"})
    styles = {
        date: book.add_format({"num_format": "dd/mm/yyyy"}),
        datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        time: book.add_format({"num_format": "hh:mm"}),
        timedelta: book.add_format({"num_format": "[h]:mm"}),
    }
    for at, cells in enumerate(table):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(at, column, cell[:32_767], text)
            elif type(cell) in styles:
                sheet.write_datetime(at, column, cell, styles[type(cell)])
            else:
                sheet.write(at, column, cell)
    sheet.set_column(0, max(map(len, table), default=1) - 1, 18)
    book.close()
