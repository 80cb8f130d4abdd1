"""The rows of an HDM file: regular stretches at once, all others one by one with their lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo

from synergie.errors import BadInput, TooLarge
from synergie.formats._points import Number, convert_numbers
from synergie.formats.enedis._hdm_cells import MAX_WATTS, parse_power_cell, parse_stamp
from synergie.formats.enedis._hdm_grid import Stretch, find_regular_stretch
from synergie.formats.enedis._hdm_header import KNOWN, Block
from synergie.formats.report import Report
from synergie.formats.text import (
    MAX_ROWS,
    Encoding,
    Feed,
    Row,
    normalize_column_name,
    read_lines,
    rows_of,
)
from synergie.schemas.readings.curve import Value

COLUMNS = ("Horodate", "Valeur")
MAX_BLOCK = 2_000_000
"""Rows of one block: 19 years of five-minute steps."""

_STRETCH = 1 << 17
"""Bytes read at once: some 4,000 rows."""


@dataclass(slots=True)
class Readings:
    """The rows of one block, in file order: columns of equal length."""

    stamps: list[int] | range = field(default_factory=list)
    """Epoch seconds; a range as long as they are even."""
    values: list[Value] = field(default_factory=list)
    lines: list[int] | range = field(default_factory=list)
    naive: list[tuple[int, datetime]] = field(default_factory=list)
    """Rows whose time has no offset: index, and local label."""
    decimals: int = 0

    def extend(self, stretch: Stretch, line: int) -> None:
        """A regular stretch that begins on *line*."""
        n = len(stretch.values)
        stamps = range(stretch.first, stretch.first + n * stretch.step, stretch.step)
        places = range(line, line + n)
        self.stamps = _append_evenly(self.stamps, stamps)
        self.lines = _append_evenly(self.lines, places)
        self.values += stretch.values
        self.decimals = max(self.decimals, stretch.decimals)
        self._bounded()

    def add(self, time: datetime, value: Number, line: int) -> None:
        """One row."""
        if time.tzinfo is None:
            self.naive.append((len(self.values), time))
        stamp = 0 if time.tzinfo is None else int(time.timestamp())
        (told,), decimals = convert_numbers([value])
        self.stamps = _append_evenly(self.stamps, [stamp])
        self.lines = _append_evenly(self.lines, [line])
        self.values.append(told)
        self.decimals = max(self.decimals, decimals)
        self._bounded()

    def _bounded(self) -> None:
        if len(self.values) > MAX_BLOCK:
            raise TooLarge(MAX_BLOCK, "rows")

    def take(self, keep: list[int]) -> None:
        """Keep only these rows, in this order."""
        self.stamps = [self.stamps[i] for i in keep]
        self.values = [self.values[i] for i in keep]
        self.lines = [self.lines[i] for i in keep]


def _append_evenly(known: list[int] | range, more: list[int] | range) -> list[int] | range:
    """*known* with *more* after it; a range as long as it goes on evenly."""
    if not known:
        return more
    if isinstance(known, range):
        on = isinstance(more, range) and (known.step, known.stop) == (more.step, more.start)
        if on:
            return range(known.start, more[-1] + known.step, known.step)
        known = list(known)
    known.extend(more)
    return known


class Tape:
    """The rows of *source* in order, from its start; `line` is where the next one begins."""

    def __init__(self, source: BinaryIO, coding: Encoding, report: Report) -> None:
        source.seek(0)
        self._source, self._coding, self._report = source, coding, report
        self.line = 1
        self._careful = 0

    def rows(self) -> Iterator[Row]:
        """The rows from here on, one by one."""
        coding = self._coding
        if self.line > 1 and coding.name == "utf-8-sig":
            coding = coding._replace(name="utf-8")
        feed = Feed(read_lines(self._source, coding), self.line - 1)
        for row in rows_of(feed, separator=";", damaged=coding.damaged, report=self._report):
            self.line, self._careful = feed.number + 1, self._careful + 1
            if self._careful > MAX_ROWS:
                raise TooLarge(MAX_ROWS, "rows")
            yield row
        self.line = feed.number + 1

    def readings(self, block: Block | None, tz: ZoneInfo) -> tuple[Readings, Row | None]:
        """The rows up to the next header, which is given too. Without *block*: passed over."""
        kept, limit = Readings(), MAX_WATTS
        if block is not None and block.unit.startswith("k"):
            limit = MAX_WATTS // 1000
        until = 0  # one row: the line `Horodate;Valeur`
        while True:
            header, ended = self._read_rows_singly(kept, block, until, limit)
            if ended:
                return kept, header
            text, until = self._ahead()
            while (
                block is not None and (stretch := find_regular_stretch(text, tz, limit)) is not None
            ):
                kept.extend(stretch, self.line)
                self._source.seek(len(text), 1)
                self.line += len(stretch.values)
                text, until = self._ahead()

    def _read_rows_singly(
        self, kept: Readings, block: Block | None, until: int, limit: int
    ) -> tuple[Row | None, bool]:
        """Rows up to byte *until*, at least one; the next header; whether it or the end came."""
        for row in self.rows():
            if _is_header(row):
                return row, True
            if block is not None and row[1][0] != COLUMNS[0]:
                self._keep(row, kept, limit)
            if self._source.tell() >= until:
                return None, False
        return None, True

    def _ahead(self) -> tuple[str, int]:
        """The whole lines that follow, up to the next header, and the byte that all of them end at.

        No text when they are not ASCII: such rows are read carefully.
        """
        at = self._source.tell()
        data = self._source.read(_STRETCH)
        self._source.seek(at)
        data = data[: data.rfind(b"\n") + 1]
        header = data.find(b"\nI")
        rows = data if header < 0 else data[: header + 1]
        return rows.decode("ascii") if rows.isascii() else "", at + len(data)

    def _keep(self, row: Row, kept: Readings, limit: int) -> None:
        line, cells = row
        try:
            if len(cells) != len(COLUMNS):
                raise BadInput("row", f"{len(cells)} cells", "two cells: Horodate;Valeur")  # noqa: TRY301
            kept.add(parse_stamp(cells[0]), parse_power_cell(cells[1], limit), line)
        except BadInput as fault:
            self._report.refuse(line, fault)


def _is_header(row: Row) -> bool:
    first = row[1][0]
    return first[:1] in ("I", "i") and normalize_column_name(first) == KNOWN[0]
