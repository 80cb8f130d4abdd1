"""Rows of curves gathered by column where they are usual, and one by one where they are not."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import groupby
from operator import add, itemgetter

from synergie.errors import BadInput, TooLarge
from synergie.formats import checks
from synergie.formats._once import (
    MOST,
    Moments,
    Once,
    compute_offset_seconds,
    compute_wall_seconds,
    parse_digits,
    parse_whole_numbers,
)
from synergie.formats._points import Number
from synergie.formats.report import Place
from synergie.formats.tables._cells import (
    Cell,
    is_blank,
    parse_amount,
    parse_civil_cell,
    parse_clock,
    parse_moment_cell,
)
from synergie.formats.tables._groups import fill_group_points
from synergie.formats.tables._labels import is_unknown_nature
from synergie.formats.tables._row import RowReader
from synergie.formats.tables._texts import TableBlock, in_blocks, in_rows
from synergie.formats.tables._totals import Data
from synergie.schemas.readings.quality import Quality
from synergie.schemas.readings.table_profile import TableField, TableProfile, TableUnit
from synergie.schemas.series import Direction

MAX_READINGS = 2_500_000
"""Readings of one file, held until its series are in order."""

_FEW = 32
"""Rows that are not worth looking at together."""
_POSITIVE = "a number of at least 0; what is fed in is told by the direction"
_WHEN = "a time: date and hour, or one column of both"
_LAST = compute_wall_seconds(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
_WORDS: tuple[TableField, ...] = ("supply_point", "name", "unit", "direction", "nature")
"""Fields that tell which series a row is of."""

type SeriesKey = tuple[str, Direction, TableUnit]


@dataclass(slots=True)
class Gathered:
    """Readings of one series in file order, before their times are resolved: equal columns."""

    walls: list[int] = field(default_factory=list)
    """What a clock shows, seconds from 1970."""
    offsets: list[int | None] = field(default_factory=list)
    """Seconds; None for a time without."""
    values: list[Number] = field(default_factory=list)
    qualities: list[Quality] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)


def group_readings_by_series(
    table: Iterator[TableBlock], reader: RowReader, *, by_day: bool
) -> dict[SeriesKey, Gathered]:
    """The readings of a table of one column of values, in order of appearance.

    *by_day*: its rows have no hour. TooLarge over MAX_READINGS.
    """
    rows, blank = _Rows(reader, by_day=by_day), reader.table.blank_point
    if blank != "none":
        table = in_blocks(fill_group_points(in_rows(table), reader.at, blank), 1)
    for lines, some in table:
        rows.gather(lines, some)
    rows.data.later.end()
    return rows.series


class _Rows:
    """Rows one by one."""

    def __init__(self, reader: RowReader, *, by_day: bool) -> None:
        self.reader, self.by_day = reader, by_day
        self.series: dict[SeriesKey, Gathered] = {}
        self.data = Data(reader, [])
        self.column, self.at = reader.values[0]
        self.count = 0
        self._together = _Together(self)

    def gather(self, lines: Sequence[int], rows: Sequence[list[Cell]]) -> None:
        """The next rows: together, else in halves, else one by one."""
        half = len(rows) // 2
        if half < _FEW // 2:
            for place, cells in zip(lines, rows, strict=True):
                if self.data.is_data(place, cells):
                    self._add(place, cells)
        elif not self._together.take(lines, rows):
            self.gather(lines[:half], rows[:half])
            self.gather(lines[half:], rows[half:])

    def counted(self, n: int) -> None:
        """So many more rows are data."""
        self.count += n
        if self.count > MAX_READINGS:
            raise TooLarge(MAX_READINGS, "rows")

    def _add(self, place: Place, cells: Sequence[Cell]) -> None:
        self.counted(1)
        try:
            key = self.key(cells)
            label = self._label(cells)
            value = self.value(cells[self.at], key[2], self.reader.lost)
            quality = self.reader.quality(cells)[0]
        except BadInput as fault:
            self.reader.report.refuse(place, fault)
            return
        found = self.series.setdefault(key, Gathered())
        found.walls.append(compute_wall_seconds(label))
        found.offsets.append(compute_offset_seconds(label))
        found.values.append(value)
        found.qualities.append(quality)
        found.places.append(place)

    def key(self, cells: Sequence[Cell]) -> SeriesKey:
        """The series of a row."""
        unit = self.reader.unit(cells, self.column)
        return self.reader.key(cells), self.reader.direction(cells), unit

    def _label(self, cells: Sequence[Cell]) -> datetime:
        reader = self.reader
        whole = reader.cell(cells, "datetime")
        if whole is not None:
            return parse_moment_cell(whole, reader.where("datetime"), reader.table)
        day = reader.cell(cells, "date")
        hour = reader.cell(cells, "time")
        if day is None or (hour is None and not self.by_day):
            what: TableField = "datetime" if "datetime" in reader.at else "date"
            raise BadInput(reader.where(what), "", _WHEN)
        label = datetime.combine(parse_civil_cell(day, reader.where("date"), reader.table), time())
        if hour is None:
            return label
        try:
            return label + parse_clock(hour, reader.where("time"))
        except OverflowError as error:
            raise BadInput(reader.where("date"), str(day), _WHEN) from error

    def value(self, cell: Cell, unit: TableUnit, lost: Callable[[], None]) -> Number:
        """The reading in the unit of its curve; MWh become kWh."""
        if is_blank(cell, self.reader.table):
            return None
        where = f"/{self.column.name}"
        value = parse_amount(cell, where, self.reader.table, unit=unit, lost=lost)
        if value < 0:
            raise BadInput(where, str(cell), _POSITIVE, checks.NEGATIVE_ENERGY.code)
        if unit == "MWh":
            value *= 1000
        return int(value) if value == value.to_integral_value() else value


class _Unusual(Exception):
    """A cell that has to be read in its row."""


class _Together:
    """Rows whose cells are usual, by column: each distinct text is read once."""

    def __init__(self, rows: _Rows) -> None:
        self.rows, self.reader = rows, rows.reader
        at = self.reader.at
        self._when = [at[name] for name in ("datetime", "date", "time") if name in at]
        words = {0, *(at[name] for name in _WORDS if name in at), *self.reader.kinds}
        self._words = sorted(words - {*self._when})
        self._series: dict[object, tuple[SeriesKey, Quality]] = {}
        self._values: dict[TableUnit, Once[Cell, Number]] = {}
        table = self.reader.table
        forms = {"day": "2026-11-25", "mark": " ", "midnight": "00:00"}
        self._moments = Moments(lambda text: parse_moment_cell(text, "", table), **forms)
        self._dates = Once[Cell, int](lambda cell: _parse_usual_day(cell, table))
        self._clocks = Once[Cell, int](lambda cell: _parse_usual_clock(cell, table))
        self._reads_digits = all(parse_digits(text) is None for text in table.blanks)
        self._usable = not any(_is_time(text, table) for text in table.blanks)

    def take(self, lines: Sequence[int], rows: Sequence[list[Cell]]) -> bool:
        """Whether the rows were gathered; nothing was done when a cell of them is unusual."""
        columns = list(zip(*rows, strict=False))
        try:
            if not self._are_even(rows, columns):
                return False
            walls, offsets = self._times(columns)
            runs = list(self._runs(rows, columns))
        except (BadInput, _Unusual):
            return False
        self.rows.counted(len(rows))
        self.rows.data.pass_plain()
        first = 0
        for key, quality, values in runs:
            end = first + len(values)
            found = self.rows.series.setdefault(key, Gathered())
            found.walls += walls[first:end]
            found.offsets += offsets[first:end]
            found.values += values
            found.qualities += [quality] * len(values)
            found.places += lines[first:end]
            first = end
        return True

    def _are_even(self, rows: Sequence[list[Cell]], columns: list[tuple[Cell, ...]]) -> bool:
        """Whether all rows are as wide as the head, and equal cells of them are the same."""
        if set(map(len, rows)) != {len(self.reader.head.names)} or self.rows.at == 0:
            return False
        if not (self._usable and self.rows.data.looks_at_words_alone):
            return False
        return self.reader.source == "table-csv" or not any(
            bool in set(map(type, columns[at])) for at in (*self._words, *self._when, self.rows.at)
        )

    def _runs(
        self, rows: Sequence[list[Cell]], columns: list[tuple[Cell, ...]]
    ) -> Iterator[tuple[SeriesKey, Quality, list[Number]]]:
        """Series, quality and values of neighbours of the same words."""
        words = itemgetter(*self._words) if self._words else len
        first = 0
        for told, same in groupby(rows, words):
            end = first + len(list(same))
            if told not in self._series:
                if len(self._series) >= MOST:
                    self._series.clear()
                self._series[told] = self._key_and_quality(rows[first])
            key, quality = self._series[told]
            yield key, quality, self._numbers(key[2], columns[self.rows.at][first:end])
            first = end

    def _key_and_quality(self, cells: list[Cell]) -> tuple[SeriesKey, Quality]:
        nature = self.reader.text(cells, "nature")
        if not self.rows.data.is_plain(cells) or (nature and is_unknown_nature(nature)):
            raise _Unusual  # a nature that nobody knows is told of each of its rows
        return self.rows.key(cells), self.reader.quality(cells)[0]

    def _numbers(self, unit: TableUnit, cells: Sequence[Cell]) -> list[Number]:
        whole = parse_whole_numbers(cells) if self._reads_digits else None
        if whole is None:
            return self._read(unit).column(cells)
        return [number * 1000 for number in whole] if unit == "MWh" else [*whole]

    def _read(self, unit: TableUnit) -> Once[Cell, Number]:
        def lost() -> None:
            raise _Unusual

        def value(cell: Cell) -> Number:
            whole = parse_digits(cell) if cell not in self.reader.table.blanks else None
            if whole is None:
                return self.rows.value(cell, unit, lost)
            return whole * 1000 if unit == "MWh" else whole

        if unit not in self._values:
            self._values[unit] = Once(value)
        return self._values[unit]

    def _times(self, columns: list[tuple[Cell, ...]]) -> tuple[list[int], list[int | None]]:
        """What the clock shows in each row, and its offset."""
        if "datetime" in self.reader.at:
            walls, offsets = self._parse_times(columns[self._when[0]])
        elif "date" not in self.reader.at:
            raise _Unusual
        else:
            walls = self._dates.column(columns[self._when[0]])
            offsets = [None] * len(walls)
            if not self.rows.by_day:
                walls = list(map(add, walls, self._clocks.column(columns[self._when[1]])))
        if max(walls) > _LAST:
            raise _Unusual
        return walls, offsets

    def _parse_times(self, cells: Sequence[Cell]) -> tuple[list[int], list[int | None]]:
        texts = [cell for cell in cells if isinstance(cell, str)]
        if not texts:
            days = [cell for cell in cells if isinstance(cell, date)]
            if len(days) == len(cells):
                times = [
                    d if isinstance(d, datetime) else datetime.combine(d, time()) for d in days
                ]
                return list(map(compute_wall_seconds, times)), list(
                    map(compute_offset_seconds, times)
                )
        if len(texts) != len(cells):
            raise _Unusual
        if "T" in texts[0]:
            texts = [text.replace("T", " ", 1) for text in texts]
        return self._moments.column(texts)


def _parse_usual_day(cell: Cell, table: TableProfile) -> int:
    if is_blank(cell, table):
        raise _Unusual
    return compute_wall_seconds(datetime.combine(parse_civil_cell(cell, "", table), time()))


def _parse_usual_clock(cell: Cell, table: TableProfile) -> int:
    if is_blank(cell, table) or isinstance(cell, int | float):
        raise _Unusual
    return int(parse_clock(cell, "").total_seconds())


def _is_time(text: str, table: TableProfile) -> bool:
    try:
        parse_moment_cell(text, "", table)
    except BadInput:
        return False
    return True
