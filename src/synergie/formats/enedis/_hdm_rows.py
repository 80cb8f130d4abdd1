"""The rows of an HDM file: regular stretches at once, all others one by one with their lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import BinaryIO, NamedTuple
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of
from synergie.errors import BadInput, TooLarge
from synergie.formats._points import Number, convert_numbers
from synergie.formats.enedis._hdm_cells import MAX_WATTS, SHORT, parse_power_cell, parse_stamp
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
from synergie.units import STEP_NAMES

# Stretches of regular HDM rows, read at once: every stamp is the next one of an even grid.
#
# What is taken here is exactly what the careful reading takes, row by row; whatever differs in any
# way (a gap, a quote, another offset, a bad cell) gives None, and is read carefully.

_DAY_S = 86_400
_STAMP = len("2020-02-03T00:00:00+01:00")
_PREFIX = _STAMP + 1
_CLOCK = len("2020-02-03T00:00:00")


class Stretch(NamedTuple):
    """Rows of one step without a gap."""

    first: int
    """Epoch seconds of the first stamp."""
    step: int
    """Seconds."""
    values: list[Value]
    decimals: int


def find_regular_stretch(text: str, tz: ZoneInfo, limit: int) -> Stretch | None:
    """The rows of *text*, whole lines, when their stamps are an even grid of local times in *tz*.

    None when any of them is not, or a value is bad or over *limit*.
    """
    text = text.replace("\r\n", "\n")
    rows = text.split("\n")
    rows.pop()
    if len(rows) < 2 or "\r" in text:  # noqa: PLR2004 (two stamps make a step)
        return None
    first, second = _find_row_stamp(rows[0]), _find_row_stamp(rows[1])
    if first is None or second is None or second - first not in STEP_NAMES:
        return None
    labels = _build_labels(first, second - first, len(rows), tz)
    if labels is None:
        return None
    cells = list(map(str.removeprefix, rows, labels))
    joined = "".join(cells)
    if len(joined) + len(rows) * _PREFIX != sum(map(len, rows)):
        return None
    found = _parse_whole_cells(cells, joined, limit) or _parse_decimal_cells(cells, joined, limit)
    return None if found is None else Stretch(first, second - first, *found)


def _find_row_stamp(row: str) -> int | None:
    if row[_STAMP:_PREFIX] != ";":
        return None
    try:
        found = parse_stamp(row[:_STAMP])
    except BadInput:
        return None
    return None if found.tzinfo is None else int(found.timestamp())


def _build_labels(first: int, step: int, n: int, tz: ZoneInfo) -> list[str] | None:
    """The *n* stamps from *first* on, each with its `;`. None when they fit no civil day."""
    day = day_of(datetime.fromtimestamp(first, UTC), tz)
    low = int(day_bounds(day, tz)[0].timestamp())
    if first % step or (first - low) % step:
        return None
    labels: list[str] = []
    while len(labels) < n + (first - low) // step:
        some = _build_day_labels(day, step, tz)
        if some is None:
            return None
        labels += some
        day += timedelta(days=1)
    skipped = (first - low) // step
    return labels[skipped : skipped + n]


def _build_day_labels(day: date, step: int, tz: ZoneInfo) -> list[str] | None:
    """The stamps of one civil day. None when it is no whole number of steps."""
    low, high = (int(end.timestamp()) for end in day_bounds(day, tz))
    if (high - low) % step:
        return None
    offset = datetime.fromtimestamp(low, tz).isoformat()[_CLOCK:]
    if high - low == _DAY_S and datetime.fromtimestamp(high - 1, tz).isoformat()[_CLOCK:] == offset:
        prefix = day.isoformat()
        return [prefix + clock for clock in _build_clock_labels(step, offset)]
    return [f"{datetime.fromtimestamp(at, tz).isoformat()};" for at in range(low, high, step)]


@lru_cache(maxsize=64)
def _build_clock_labels(step: int, offset: str) -> list[str]:
    return [f"T{s // 3600:02}:{s // 60 % 60:02}:00{offset};" for s in range(0, _DAY_S, step)]


def _parse_whole_cells(cells: list[str], joined: str, limit: int) -> tuple[list[Value], int] | None:
    """Short whole numbers and blanks."""
    longest = max(map(len, cells))
    if joined and not (joined.isdigit() and joined.isascii() and longest <= SHORT):
        return None
    values: list[Value]
    values = [int(cell) if cell else None for cell in cells] if "" in cells else [*map(int, cells)]
    if longest < len(str(limit)) or max(filter(None, values), default=0) <= limit:
        return values, 0
    return None


def _parse_decimal_cells(
    cells: list[str], joined: str, limit: int
) -> tuple[list[Value], int] | None:
    """Numbers as the careful reading takes them, one by one."""
    if joined.isdigit():
        return None
    try:
        return convert_numbers([parse_power_cell(cell, limit) for cell in cells])
    except BadInput:
        return None


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
