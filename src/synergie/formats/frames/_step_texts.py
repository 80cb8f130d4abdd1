"""Rows of steps as our CSV writes them, many at once; what is written otherwise, row by row."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter, sub
from typing import BinaryIO, cast
from zoneinfo import ZoneInfo

from synergie.calendar import load_time_zone
from synergie.errors import BadInput
from synergie.formats._csv import (
    Cell,
    Dialect,
    Table,
    blocks_of,
    cells_of,
    check_day_range,
    value_of,
)
from synergie.formats._once import Moments, Once, parse_digits, parse_whole_numbers
from synergie.formats._points import Number
from synergie.formats.frames._steps import (
    Key,
    Steps,
    head_of,
    join_step_curves,
    quality_of_step,
    select_valid_rows,
    value_of_step,
)
from synergie.formats.report import Report
from synergie.formats.text import Block
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.units import STEP_SECONDS

_FEW = 32
"""Rows that are not worth looking at together."""
_MIDNIGHT = "2026-11-25T00:00:00"


def curves_in(
    source: BinaryIO, table: Table, dialect: Dialect, time_zone: str, *, report: Report
) -> Iterator[MeterCurve]:
    """The curves of a CSV of ours, as `curves_of` makes them of its rows."""
    parts = _StepTexts(table, dialect, load_time_zone(time_zone), report).parts(source)
    yield from join_step_curves(parts, time_zone, report)


class _StepTexts:
    """Columns of texts of one file, and what was read of them before."""

    def __init__(self, table: Table, dialect: Dialect, tz: ZoneInfo, report: Report) -> None:
        self.table, self.dialect, self.tz, self.report = table, dialect, tz, report

        def moments(name: str, zulu: str = "") -> Moments:
            forms = {"day": "2026-11-25", "mark": "T", "midnight": f"00:00:00{zulu}"}
            if dialect.french:
                forms = {"day": "25/11/2026", "mark": " ", "midnight": "00:00"}
            return Moments(lambda text: cast("datetime", self._cell(name, text)), **forms)

        self._start, self._end = moments("start_utc", "Z"), moments("end_utc", "Z")
        self._local = moments("local_start")
        self._values = Once[str, tuple[Number, int]](self._value)
        self._qualities = Once[str, Cell](lambda text: quality_of_step(self._cell("quality", text)))

    def _cell(self, name: str, text: str) -> Cell:
        return value_of(text, self.table.column(name), self.dialect)

    def _numbers(self, texts: Sequence[str]) -> tuple[list[Number], list[int]]:
        """Each value, and with how many decimals it is written."""
        whole = parse_whole_numbers(texts)
        if whole is not None:
            return [*whole], [0] * len(whole)
        values, decimals = zip(*self._values.column(texts), strict=True)
        return list(values), list(decimals)

    def _value(self, text: str) -> tuple[Number, int]:
        whole = parse_digits(text)
        return value_of_step(self._cell("value", text)) if whole is None else (whole, 0)

    def parts(self, source: BinaryIO) -> Iterator[Steps]:
        """The rows that hold, in order; the others are refused."""
        for header, block in blocks_of(source, self.table, self.dialect, self.report):
            at = [header.index(name) for name in Key._fields if name in header]
            first = 0
            for _, same in groupby(block.rows, itemgetter(*at)):
                end = first + len(list(same))
                yield from self._part(header, Block(block.lines[first:end], block.rows[first:end]))
                first = end

    def _part(self, header: list[str], block: Block) -> Iterator[Steps]:
        """Rows of one series: together, else in halves, else one by one."""
        n = len(block.rows)
        if n < _FEW:
            cells = cells_of(header, block, self.table, self.dialect, report=self.report)
            yield from select_valid_rows(cells, self.tz, self.report)
            return
        try:
            found = self._together(dict(zip(header, zip(*block.rows, strict=True), strict=True)))
        except BadInput:
            found = None
        if found is not None:
            found.places = list(block.lines)
            yield found
            return
        for half in (slice(n // 2), slice(n // 2, n)):
            yield from self._part(header, Block(block.lines[half], block.rows[half]))

    def _together(self, texts: Mapping[str, Sequence[str]]) -> Steps | None:
        """The rows of one series as columns; None, or BadInput, where a cell is not usual."""
        n = len(texts["start_utc"])
        key = Key(*(self._cell(name, texts.get(name, ("",))[0]) for name in Key._fields))
        head_of(key)
        starts, ends = self._bounds(texts)
        if not self._are_local(texts, starts):
            return None
        if list(map(sub, ends, starts)).count(STEP_SECONDS.get(str(key.step))) != n:
            return None
        for moment in (min(starts), max(ends)):
            check_day_range(datetime.fromtimestamp(moment, UTC), "/start_utc")
        values, decimals = self._numbers(texts.get("value", ("",) * n))
        qualities = self._qualities.column(texts.get("quality", ("",) * n))
        return Steps(key, [], starts, values, decimals, qualities)

    def _bounds(self, texts: Mapping[str, Sequence[str]]) -> tuple[list[int], list[int]]:
        """Starts and ends; where each step ends as the next begins, it is read once."""
        first, last = texts["start_utc"], texts["end_utc"]
        starts = self._start.walls(first)
        if last[:-1] == first[1:]:
            return starts, [*starts[1:], *self._end.walls(last[-1:])]
        return starts, self._end.walls(last)

    def _are_local(self, texts: Mapping[str, Sequence[str]], starts: list[int]) -> bool:
        """Whether the local times, where the file has them, tell the starts at one offset."""
        if "local_start" not in texts:
            return True
        labels, offsets = self._local.walls(texts["local_start"]), texts.get("offset")
        if offsets is None or offsets.count(offsets[0]) != len(offsets):
            return offsets is None
        try:
            told = datetime.fromisoformat(f"{_MIDNIGHT}{self._cell('offset', offsets[0])}")
        except ValueError:
            return False
        apart = told.utcoffset()
        if apart is None or told.replace(tzinfo=None).isoformat() != _MIDNIGHT:
            return False
        return list(map(sub, labels, starts)).count(int(apart.total_seconds())) == len(starts)
