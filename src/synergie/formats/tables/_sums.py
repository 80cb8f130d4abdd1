"""What the numbers of rows add up to, and whether another row is their sum, mean or difference."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

type Numbers = Mapping[int, Decimal]
"""Place of a column, and the number of a row in it."""

_CENT = Decimal("0.005")
_HALF = Decimal("0.5")
"""By how much a mean that was rounded may differ."""
_FEW = 2
_LOOKS_BACK = 400


class Sums:
    """The rows so far, added up column by column."""

    def __init__(self, columns: Sequence[int]) -> None:
        self.all = dict.fromkeys(columns, Decimal(0))
        """Sums of all rows."""
        self._since = dict(self.all)
        self._last: list[Numbers] = []
        self._ends: dict[int, tuple[Decimal, Decimal, int]] = {}
        self._rows = 0

    def add(self, numbers: Numbers) -> None:
        """One more row."""
        self._rows += 1
        if numbers:
            self._last.append(numbers)
        for column, number in numbers.items():
            self.all[column] += number
            self._since[column] += number
            low, high, count = self._ends.get(column, (number, number, 0))
            self._ends[column] = min(low, number), max(high, number), count + 1

    def restart(self) -> None:
        """A total came: sums begin anew, beside those of all."""
        self._since = dict.fromkeys(self.all, Decimal(0))

    def is_sum(self, numbers: Numbers) -> bool | None:
        """Whether a row is the sum of those above, all or since the last total. None: no figure.

        Totals are often rounded: half a cent a row is passed over.
        """
        if not numbers or not self._rows:
            return None
        most = min(Decimal(1), _CENT * self._rows)
        return any(
            all(abs(sums[column] - number) <= most for column, number in numbers.items())
            for sums in (self.all, self._since, *self._back())
        )

    def _back(self) -> Iterator[Numbers]:
        """Sums of the last row, the last two, and so on: of a point, a quarter, a year."""
        sums = dict.fromkeys(self.all, Decimal(0))
        for numbers in reversed(self._last[-_LOOKS_BACK:]):
            for column, number in numbers.items():
                sums[column] += number
            yield sums

    def follows(self, numbers: Numbers) -> bool:
        """Whether each number is the mean, least, most, sum or last difference of those above."""
        if len(self._last) < _FEW or not numbers.keys() <= self._ends.keys() or not numbers:
            return False
        before, last = self._last[-2:]
        told = {
            column: (
                self.all[column] / self._ends[column][2],
                *self._ends[column][:2],
                self.all[column],
                last.get(column, Decimal(0)) - before.get(column, Decimal(0)),
            )
            for column in numbers
        }
        return any(
            all(abs(abs(told[column][rank]) - abs(n)) <= _HALF for column, n in numbers.items())
            for rank in range(5)
        )
