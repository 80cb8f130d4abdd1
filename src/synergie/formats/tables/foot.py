"""Rows that sum up those above them, in tables of which the columns are known: they are no data."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from synergie.formats import checks
from synergie.formats.report import Place, Report
from synergie.formats.tables._labels import is_total
from synergie.formats.tables._sums import Numbers, Sums
from synergie.formats.tables._words import normalize_words

_MOST_GROUPS = 20_000
_LEAST_ROWS = 3
_FEW_CELLS = 2
"""Filled cells beside the sums of a row that only names them: its label, a provenance."""


class Foot:
    """Finds the rows of totals of one table; one that is called so and is none stops."""

    def __init__(self, columns: Sequence[int], report: Report) -> None:
        """*columns*: places of the numbers that totals add up."""
        self._columns, self._report = columns, report
        self._above, self._rows = Sums(columns), 0
        self._groups: dict[str, Numbers] = {}
        """Sums of the rows that have the same word in a cell: of a cabinet, of a street."""

    def is_total(self, place: Place, texts: Sequence[str], numbers: Numbers) -> bool:
        """Whether the next row, of cells *texts*, is a total of those above; it is told then."""
        label = next(filter(None, texts), "")
        if not is_total(normalize_words(label)) and not self._is_bare_sum(texts, numbers):
            self._add(texts, numbers)
            return False
        self._report.find(checks.TOTAL_ROW, place=place)
        self._report.totals += 1
        if self._above.is_sum(numbers) is False and not self._is_of_group(label, texts, numbers):
            column = next(iter(numbers))
            sums = self._above.all[column], numbers[column]
            self._report.find(checks.PARTS_DIFFER, label, *sums, place=place)
        self._above.restart()
        return True

    def _is_bare_sum(self, texts: Sequence[str], numbers: Numbers) -> bool:
        """Whether a row that says hardly anything else has the sum of all rows: `12 PL;840`."""
        if self._rows < _LEAST_ROWS or sum(map(bool, texts)) > _FEW_CELLS + len(numbers):
            return False
        return any(numbers.values()) and all(self._above.all[at] == numbers[at] for at in numbers)

    def _add(self, texts: Sequence[str], numbers: Numbers) -> None:
        self._above.add(numbers)
        self._rows += 1
        if not numbers:
            return
        for text in {texts[at] for at in range(len(texts)) if at not in self._columns}:
            known = self._groups.get(text)
            if text and (known is not None or len(self._groups) < _MOST_GROUPS):
                self._groups[text] = numbers if known is None else _add_numbers(known, numbers)

    def _is_of_group(self, label: str, texts: Sequence[str], numbers: Numbers) -> bool:
        """Whether it is the sum of the rows that have a word of its own."""
        told = normalize_words(label)
        named = (
            sums
            for text, sums in self._groups.items()
            if text in texts or told.endswith(f" {normalize_words(text)}")
        )
        return any(all(sums.get(at) == n for at, n in numbers.items()) for sums in named)


def _add_numbers(one: Numbers, other: Numbers) -> Mapping[int, Decimal]:
    return {at: one.get(at, Decimal(0)) + other.get(at, Decimal(0)) for at in {*one, *other}}
