"""Rows of totals: they are no delivery point, and would count everything twice."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats.report import Place
from synergie.formats.tables import _sample as sample
from synergie.formats.tables._cells import (
    Cell,
    is_blank,
    month_of,
    parse_amount,
    parse_identifier,
    strip_cell_text,
)
from synergie.formats.tables._groups import fill_group_points
from synergie.formats.tables._head import MONTHS, is_head_repeated, is_table_readable, is_worded
from synergie.formats.tables._labels import OTHER_QUANTITY, is_no_sum, is_perhaps_no_sum, is_total
from synergie.formats.tables._later import Later
from synergie.formats.tables._notes import Notes
from synergie.formats.tables._row import RowReader
from synergie.formats.tables._sums import Sums
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._words import normalize_words
from synergie.schemas.readings.table_profile import TableField

_WHEN: tuple[TableField, ...] = ("from_date", "to_date", "month", "date", "datetime")
_WHO: tuple[TableField, ...] = ("supply_point", "name")
_OTHER = checks.NOT_ENERGY.code
_EXAMPLE = re.compile(r"\(?(?:exemples?|example|beispiel|specimen)\b|.*\((?:exemple|example)\)")
_COUNTED_UP = "1234567890" + "1234"
"""The number of a point that a form shows."""
_NO_EXAMPLE = "a row of data: this one shows how the table is filled"
_WIDTH = "as many cells as the head has columns"

type _Sums = dict[int, Decimal]


class Data:
    """The rows under the head that are data: blank ones and totals are passed over."""

    def __init__(self, reader: RowReader, columns: Sequence[int]) -> None:
        """*columns*: places of the numbers that totals add up."""
        self.reader, self.columns = reader, columns
        self._units = {place: one.unit or reader.table.unit for one, place in reader.values}
        self._sums: dict[str, Sums] = {}
        self._by_point: dict[str, Sums] = {}
        self._notes = Notes(reader)
        self.later = Later(reader, columns)

    def rows(self, table: Iterator[TableRow]) -> Iterator[TableRow]:
        """Each row of data with its place; one that is cut is refused in the report."""
        for place, cells in fill_group_points(table, self.reader.at, self.reader.table.blank_point):
            if self.is_data(place, cells):
                yield place, cells
        self.later.end()

    def is_data(self, place: Place, cells: list[Cell]) -> bool:
        """Whether a row is data; the next one of the table."""
        width, report = len(self.reader.head.names), self.reader.report
        self.later.look(place, cells)
        if self._is_aside(place, cells):
            return False
        padded = [*cells, *[""] * (width - len(cells))]
        if self._is_total(place, padded):
            return False
        if len(cells) < width or any(strip_cell_text(cell) for cell in cells[width:]):
            report.refuse(place, BadInput("row", f"{len(cells)} cells", _WIDTH))
            return False
        if (shown := _find_example(cells)) is not None:
            report.refuse(place, BadInput("row", shown, _NO_EXAMPLE))
            return False
        other = self.reader.other_quantity(cells)
        if other is not None:
            report.refuse(place, BadInput("row", other, OTHER_QUANTITY, _OTHER))
            return False
        return True

    def is_plain(self, cells: list[Cell]) -> bool:
        """Whether a whole row that begins with a cell, and tells a time, is data by its words.

        For tables without columns to add up: what its numbers and its time are tells nothing else.
        """
        if strip_cell_text(cells[0]) == "" or self.reader.other_quantity(cells) is not None:
            return False
        named = self._labelled(cells) or self._is_no_sum(cells, {}, Sums(()))
        return self._identified(cells) or not (named or self._unnamed(cells))

    def pass_plain(self) -> None:
        """Rows that are plain were taken."""
        self._notes.forget()

    @property
    def looks_at_words_alone(self) -> bool:
        """Whether `is_plain` holds: no numbers are compared, and no head is a number."""
        return not (
            self.columns
            or self.later.compares
            or any(n[:1].isdigit() for n in self.reader.head.names)
        )

    def _is_aside(self, place: Place, cells: Sequence[Cell]) -> bool:
        """Whether a row is blank, a head again, or a note."""
        report = self.reader.report
        if all(strip_cell_text(cell) == "" for cell in cells):
            report.blanks += 1
            return True
        again = is_head_repeated(self.reader.head.names, cells)
        if again is False or (again is None and self._is_other_head(cells)):
            report.find(checks.OTHER_HEAD, self._name(list(cells)), place=place)
        if not again:
            return self._notes.look(place, cells)
        report.blanks += 1
        if self._notes.begins_table():
            report.find(checks.OTHER_HEAD, self._notes.title, place=place)
        else:
            report.find(checks.HEAD_AGAIN, place=place)
        return True

    def _is_other_head(self, cells: Sequence[Cell]) -> bool:
        """Whether another head stands between the rows: another table begins there."""
        worded = is_worded(cells) or sum(map(_is_month, cells)) >= MONTHS
        return worded and is_table_readable([strip_cell_text(cell) for cell in cells])

    def _is_total(self, place: Place, cells: list[Cell]) -> bool:
        numbers = self._numbers(cells) if self.columns else {}
        above = self._sums_for(cells)
        of_time = self._labels_time(cells)
        no_sum = self._is_no_sum(cells, numbers, above)
        named = self._labelled(cells) or no_sum or of_time
        own = self._identified(cells) and not of_time
        if own or not (named or self._unnamed(cells)):
            self._add(cells, numbers)
            return False
        told = None if no_sum else self._is_sum(cells, numbers, above)
        dated = not of_time and any(self.reader.cell(cells, what) is not None for what in _WHEN)
        sure = named and (not dated or "supply_point" in self.reader.at)
        if not sure and told is not True:
            self._add(cells, numbers)
            return False
        self.reader.report.find(checks.TOTAL_ROW, place=place)
        self.reader.report.totals += 1
        if told is False:
            column = next(iter(numbers))
            args = self._name(cells), above.all[column], numbers[column]
            self.reader.report.find(checks.PARTS_DIFFER, *args, place=place)
        above.restart()
        return True

    def _sums_for(self, cells: Sequence[Cell]) -> Sums:
        """The sums that a row is held against: where years or hours stood in the head, its own."""
        place = self.reader.crossed
        key = strip_cell_text(cells[place]) if place is not None else ""
        return self._sums.setdefault(key, Sums(self.columns))

    def _add(self, cells: list[Cell], numbers: _Sums) -> None:
        self._sums_for(cells).add(numbers)
        if numbers:
            self._by_point.setdefault(self._who(cells), Sums(self.columns)).add(numbers)

    def _who(self, cells: list[Cell]) -> str:
        return "|".join(strip_cell_text(self.reader.cell(cells, what) or "") for what in _WHO)

    def _is_sum(self, cells: list[Cell], numbers: _Sums, above: Sums) -> bool | None:
        """Whether a row is a sum of those above, or of those of its own point."""
        own = self._by_point.get(self._who(cells))
        return above.is_sum(numbers) or (own and own.is_sum(numbers)) or above.is_sum(numbers)

    def _labels_time(self, cells: list[Cell]) -> bool:
        """Whether it stands for no one time: `Total` where the others have their month."""
        told = (self.reader.cell(cells, what) for what in _WHEN)
        return any(isinstance(cell, str) and is_total(normalize_words(cell)) for cell in told)

    def _numbers(self, cells: list[Cell]) -> _Sums:
        found: _Sums = {}
        for column in self.columns:
            cell = cells[column]
            if is_blank(cell, self.reader.table):
                continue
            try:
                unit = self._units.get(column, self.reader.table.unit)
                found[column] = parse_amount(cell, "", self.reader.table, unit=unit)
            except BadInput:
                continue
        return found

    def _identified(self, cells: list[Cell]) -> bool:
        cell = self.reader.cell(cells, "supply_point")
        if cell is None:
            return False
        try:
            parse_identifier(cell, "", self.reader.table)
        except BadInput:
            return False
        return True

    def _labelled(self, cells: list[Cell]) -> bool:
        first = next((cell for cell in cells if strip_cell_text(cell)), "")
        some = [first, *(self.reader.cell(cells, what) or "" for what in _WHO)]
        return any(isinstance(c, str) and is_total(normalize_words(c)) for c in some)

    def _is_no_sum(self, cells: list[Cell], numbers: _Sums, above: Sums) -> bool:
        """Whether the row tells of those above, by its word alone, or by word and numbers."""
        first = next((cell for cell in cells if strip_cell_text(cell)), "")
        if not isinstance(first, str):
            return False
        told = normalize_words(first)
        if is_no_sum(told):
            return True
        return is_perhaps_no_sum(told) and above.follows(numbers)

    @staticmethod
    def _name(cells: list[Cell]) -> str:
        return next((strip_cell_text(cell) for cell in cells if strip_cell_text(cell)), "")

    def _unnamed(self, cells: list[Cell]) -> bool:
        keys = [what for what in _WHO if what in self.reader.at] or list(_WHEN)
        return all(self.reader.cell(cells, what) is None for what in keys)


def _is_month(cell: Cell) -> bool:
    """Whether a text can be nothing but a month."""
    return (
        isinstance(cell, str)
        and month_of(strip_cell_text(cell)) is not None
        and not sample.is_number(cell)
    )


def _find_example(cells: Sequence[Cell]) -> str | None:
    """The cell by which a row is an example of how to fill the table; None: it is none."""
    texts = (strip_cell_text(cell) for cell in cells)
    return next(
        (one for one in texts if one == _COUNTED_UP or _EXAMPLE.match(one.casefold())), None
    )
