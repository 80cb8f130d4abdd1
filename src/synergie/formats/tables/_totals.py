"""Rows of totals: they are no delivery point, and would count everything twice."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._text import plain
from synergie.formats.tables._cells import Cell, amount, blank, identifier, said
from synergie.formats.tables._head import is_worded, readable
from synergie.formats.tables._later import Later
from synergie.formats.tables._row import RowReader
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._words import words
from synergie.schemas.table_profile import TableField

_TAIL = (
    r"( ([\d ]+|kwh|mwh|wh|kw|eur|euros?|ht|ttc|m2|general\w*|globa\w*|annuel\w*|mensuel\w*"
    r"|trimestriel\w*|annee|an|mois|trimestre|semestre|periode|ville|commune|patrimoine|parc"
    r"|sites?|batiments?|points?|compteurs?|pdl|prm|consommations?|conso|energies?|electricite"
    r"|elec|gaz|eclairage|public|hors|n|de|du|des|la|le|les|l|par|sur|en|et|tous|toutes))*"
)
"""What may stand behind the word: it says of what, and names no place."""
_LABEL = re.compile(
    rf"(grand |sous |s )?(total|totaux)(?! (access|energies?$|direct))( .*)?"
    rf"|(somme|cumul|ensemble){_TAIL}|subtotal( .*)?|s t|ss? total( .*)?|summe|totale?|suma|somma"
)
_FOOT = (
    r"(moyennes?|moy|medianes?|ecarts?( type)?|evolution|variation|part|indice|average|mean|maximum"
    r"|minimum|max|min|mini|maxi|ratio)"
)
_NO_SUM = re.compile(rf"{_FOOT}{_TAIL}")
"""Rows at the foot that tell of those above, and are no sum."""
_PERHAPS = re.compile(rf"({_FOOT}|somme|cumul|ensemble) .*")
"""Such a row, or the name of a place (`Max Jacob`, `Cumul des Pins`): its numbers settle it."""
_WHEN: tuple[TableField, ...] = ("from_date", "to_date", "month", "date", "datetime")
_WHO: tuple[TableField, ...] = ("supply_point", "name")
_CENT = Decimal("0.005")
_HALF = Decimal("0.5")
"""By how much a mean that was rounded may differ."""
_FEW = 2
_LOOKS_BACK = 400
_QUANTITY = "a row of measured energy: budgets, forecasts and other flows are not kept"
_OTHER = checks.NOT_ENERGY.code
_WIDTH = "as many cells as the head has columns"

type _Sums = dict[int, Decimal]


class Data:
    """The rows under the head that are data: blank ones and totals are passed over."""

    def __init__(self, reader: RowReader, columns: Sequence[int]) -> None:
        """*columns*: places of the numbers that totals add up."""
        self.reader, self.columns = reader, columns
        self._head = [plain(name.rpartition(" / ")[2]) for name in reader.head.names]
        self._last: list[_Sums] = []
        self._all: _Sums = dict.fromkeys(columns, Decimal(0))
        self._since: _Sums = dict(self._all)
        self._ends: dict[int, tuple[Decimal, Decimal, int]] = {}
        self._rows = 0

    def rows(self, table: Iterator[TableRow]) -> Iterator[TableRow]:
        """Each row of data with its place; one that is cut is refused in the report."""
        width = len(self.reader.head.names)
        later = Later(self.reader, self.columns)
        for place, cells in table:
            later.look(place, cells)
            if all(said(cell) == "" for cell in cells):
                self.reader.report.blanks += 1
                continue
            if self._is_other_head(cells):
                self.reader.report.find(checks.OTHER_HEAD, self._name(list(cells)), place=place)
            if self._is_head(cells):
                self.reader.report.blanks += 1
                self.reader.report.find(checks.HEAD_AGAIN, place=place)
                continue
            padded = [*cells, *[""] * (width - len(cells))]
            if self._is_total(place, padded):
                continue
            if len(cells) < width or any(said(cell) for cell in cells[width:]):
                self.reader.report.refuse(place, BadInput("row", f"{len(cells)} cells", _WIDTH))
                continue
            other = self.reader.other_quantity(cells)
            if other is not None:
                self.reader.report.refuse(place, BadInput("row", other, _QUANTITY, _OTHER))
                continue
            yield place, cells
        later.end()

    def _is_head(self, cells: Sequence[Cell]) -> bool:
        """Whether the head comes again, as where pages were put together."""
        told = {plain(said(cell)) for cell in cells if said(cell)}
        return len(told) > 1 and told <= set(self._head)

    def _is_other_head(self, cells: Sequence[Cell]) -> bool:
        """Whether another head stands between the rows: another table begins there."""
        names = [said(cell) for cell in cells]
        return is_worded(cells) and readable(names) and not self._is_head(cells)

    def _is_total(self, place: int, cells: list[Cell]) -> bool:
        numbers = self._numbers(cells) if self.columns else {}
        no_sum = self._is_no_sum(cells, numbers)
        named = self._labelled(cells) or no_sum
        if self._identified(cells) or not (named or self._unnamed(cells)):
            self._add(numbers)
            return False
        told = None if no_sum else self._told(numbers)
        dated = any(self.reader.cell(cells, what) is not None for what in _WHEN)
        sure = named and (not dated or "supply_point" in self.reader.at)
        if not sure and told is not True:
            self._add(numbers)
            return False
        self.reader.report.find(checks.TOTAL_ROW, place=place)
        self.reader.report.totals += 1
        if told is False:
            column = next(iter(numbers))
            args = self._name(cells), self._all[column], numbers[column]
            self.reader.report.find(checks.PARTS_DIFFER, *args, place=place)
        self._since = dict.fromkeys(self.columns, Decimal(0))
        return True

    def _numbers(self, cells: list[Cell]) -> _Sums:
        found: _Sums = {}
        for column in self.columns:
            cell = cells[column]
            if blank(cell, self.reader.table):
                continue
            try:
                found[column] = amount(cell, "", self.reader.table)
            except BadInput:
                continue
        return found

    def _add(self, numbers: _Sums) -> None:
        self._rows += 1
        if numbers:
            self._last.append(numbers)
        for column, number in numbers.items():
            self._all[column] += number
            self._since[column] += number
            low, high, count = self._ends.get(column, (number, number, 0))
            self._ends[column] = min(low, number), max(high, number), count + 1

    def _told(self, numbers: _Sums) -> bool | None:
        """Whether the row is the sum of those above, all or since the last total. None: no figure.

        Totals are often rounded: half a cent a row is passed over.
        """
        if not numbers or not self._rows:
            return None
        most = min(Decimal(1), _CENT * self._rows)
        return any(
            all(abs(sums[column] - number) <= most for column, number in numbers.items())
            for sums in (self._all, self._since, *self._back())
        )

    def _back(self) -> Iterator[_Sums]:
        """Sums of the last row, the last two, and so on: of a point, a quarter, a year."""
        sums = dict.fromkeys(self.columns, Decimal(0))
        for numbers in reversed(self._last[-_LOOKS_BACK:]):
            for column, number in numbers.items():
                sums[column] += number
            yield sums

    def _identified(self, cells: list[Cell]) -> bool:
        cell = self.reader.cell(cells, "supply_point")
        if cell is None:
            return False
        try:
            identifier(cell, "", self.reader.table)
        except BadInput:
            return False
        return True

    def _labelled(self, cells: list[Cell]) -> bool:
        first = next((cell for cell in cells if said(cell)), "")
        some = [first, *(self.reader.cell(cells, what) or "" for what in _WHO)]
        return any(isinstance(c, str) and _LABEL.fullmatch(words(c)) is not None for c in some)

    def _is_no_sum(self, cells: list[Cell], numbers: _Sums) -> bool:
        """Whether the row tells of those above, by its word alone, or by word and numbers."""
        first = next((cell for cell in cells if said(cell)), "")
        if not isinstance(first, str):
            return False
        told = words(first)
        if _NO_SUM.fullmatch(told):
            return True
        return _PERHAPS.fullmatch(told) is not None and self._follows(numbers)

    def _follows(self, numbers: _Sums) -> bool:
        """Whether each number is the mean, least, most, sum or last difference of those above."""
        if len(self._last) < _FEW or not numbers.keys() <= self._ends.keys() or not numbers:
            return False
        before, last = self._last[-2:]
        told = {
            column: (
                self._all[column] / self._ends[column][2],
                *self._ends[column][:2],
                self._all[column],
                last.get(column, Decimal(0)) - before.get(column, Decimal(0)),
            )
            for column in numbers
        }
        return any(
            all(abs(abs(told[column][rank]) - abs(n)) <= _HALF for column, n in numbers.items())
            for rank in range(5)
        )

    @staticmethod
    def _name(cells: list[Cell]) -> str:
        return next((said(cell) for cell in cells if said(cell)), "")

    def _unnamed(self, cells: list[Cell]) -> bool:
        keys = [what for what in _WHO if what in self.reader.at] or list(_WHEN)
        return all(self.reader.cell(cells, what) is None for what in keys)
