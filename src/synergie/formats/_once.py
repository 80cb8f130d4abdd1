"""Columns of cells read as a whole: each distinct cell once, times by their day and their clock."""

from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, datetime
from operator import add
from typing import cast

MOST = 1 << 17
"""Cells that are remembered; beyond, all are forgotten."""
_DIGITS = 12


class Once[K: Hashable, T](dict[K, T]):
    """What a function makes of each distinct cell; what it raises is raised at each use."""

    def __init__(self, read: Callable[[K], T]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: K) -> T:
        if len(self) >= MOST:
            self.clear()
        found = self[cell] = self._read(cell)
        return found

    def column(self, cells: Sequence[K]) -> list[T]:
        """What each cell is, in order."""
        return list(map(self.__getitem__, cells))


def parse_digits(cell: object) -> int | None:
    """The whole number of a text of at most 12 digits; None for anything else."""
    if not isinstance(cell, str) or len(cell) > _DIGITS:
        return None
    return int(cell) if cell.isascii() and cell.isdecimal() else None


def parse_whole_numbers(cells: Sequence[object]) -> list[int] | None:
    """The whole numbers, from 0, of a column of texts or of floats, 12 digits each at most.

    None where one cell is anything else.
    """
    if set(map(type, cells)) == {float}:
        floats = cast("Sequence[float]", cells)
        sound = all(map(float.is_integer, floats)) and min(floats) >= 0
        return list(map(int, floats)) if sound and max(floats) < 10**_DIGITS else None
    texts = [cell for cell in cells if isinstance(cell, str)]
    told = "".join(texts)
    if len(texts) < len(cells) or not (told.isascii() and told.isdecimal() and all(texts)):
        return None
    return list(map(int, texts)) if max(map(len, texts)) <= _DIGITS else None


def compute_wall_seconds(moment: datetime) -> int:
    """What a clock shows at *moment*: whole seconds from 1970, without its offset."""
    return int(moment.replace(tzinfo=UTC).timestamp())


def compute_offset_seconds(moment: datetime) -> int | None:
    """Seconds of its offset from UTC; None when it has none."""
    apart = moment.utcoffset()
    return None if apart is None else int(apart.total_seconds())


class Moments:
    """Times of a column, a day and a clock with a mark between: each is read once.

    *read* reads a whole text, and adds the clock to the day; *day* and *midnight* are any day and
    that clock, as it reads them.
    """

    def __init__(
        self, read: Callable[[str], datetime], *, day: str, mark: str, midnight: str
    ) -> None:
        self._mark = mark
        first = compute_wall_seconds(read(f"{day}{mark}{midnight}"))
        self._days = Once[str, int](
            lambda text: compute_wall_seconds(read(f"{text}{mark}{midnight}"))
        )
        self._clocks = Once[str, int](
            lambda text: compute_wall_seconds(read(f"{day}{mark}{text}")) - first
        )
        self._offsets = Once[str, int | None](
            lambda text: compute_offset_seconds(read(f"{day}{mark}{text}"))
        )

    def column(self, texts: Sequence[str]) -> tuple[list[int], list[int | None]]:
        """What a clock shows, as `wall`, and its offset, of each; errors of *read* pass through."""
        days, clocks = self._parts(texts)
        return self._walls(days, clocks), self._offsets.column(clocks)

    def walls(self, texts: Sequence[str]) -> list[int]:
        """What a clock shows alone."""
        return self._walls(*self._parts(texts))

    def _parts(self, texts: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
        days, _, clocks = zip(*[text.partition(self._mark) for text in texts], strict=True)
        return days, clocks

    def _walls(self, days: Sequence[str], clocks: Sequence[str]) -> list[int]:
        return list(map(add, self._days.column(days), self._clocks.column(clocks)))
