"""Columns of texts read as a whole: each distinct text once, times by their day and their clock."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from operator import add

MOST = 1 << 17
"""Texts that are remembered; beyond, all are forgotten."""

_DAY = len("2026-11-25")
_DIGITS = str.maketrans("123456789", "000000000")


class Once[T](dict[str, T]):
    """What a function makes of each distinct text; what it raises is raised at each use."""

    def __init__(self, read: Callable[[str], T]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> T:
        if len(self) >= MOST:
            self.clear()
        found = self[text] = self._read(text)
        return found

    def column(self, texts: Sequence[str]) -> list[T]:
        """What each text is, in order."""
        return list(map(self.__getitem__, texts))


def form_of(text: str) -> str:
    """*text* with its digits as zeros: `00/00/0000 00:00`."""
    return text.translate(_DIGITS)


def epoch(moment: datetime) -> int:
    """Whole seconds since 1970; a naive *moment* as if it were UTC."""
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


class Moments:
    """Times of one form, a day of ten characters and a clock behind, as `epoch` gives them.

    *day* is any day in that form; *read* reads a whole text, and adds the clock to the day.
    """

    def __init__(self, form: str, day: str, read: Callable[[str], datetime]) -> None:
        self.form = form
        midnight = form[_DAY:]
        first = epoch(read(day + midnight))
        self._days = Once(lambda text: epoch(read(text + midnight)))
        self._clocks = Once(lambda text: epoch(read(day + text)) - first)

    def column(self, texts: Sequence[str]) -> list[int] | None:
        """Each text in order; None when one is not of the form. Errors of *read* pass through."""
        if form_of("\n".join(texts)) != "\n".join([self.form] * len(texts)):
            return None
        days = self._days.column([text[:_DAY] for text in texts])
        return list(map(add, days, self._clocks.column([text[_DAY:] for text in texts])))
