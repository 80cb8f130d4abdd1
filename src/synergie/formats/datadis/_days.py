"""Hours of Spanish days, whose labels mark the end of the step: 01:00 to 24:00.

On the days of the clock change distributors differ. Seen or reported: 23 rows in March without
02:00, or numbered 01:00 to 23:00; in October 02:00 or 03:00 twice, or numbered to 25:00, or 24 rows
whose 02:00 holds both hours (that one tells no instant: it is refused). One distributor stamped
starts, 00:00 to 23:00, for a while.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds
from synergie.formats._points import Number
from synergie.formats.report import Place
from synergie.schemas.readings.quality import Quality

A_DAY = 1440
"""Minutes of an ordinary day."""
_HOUR = 60


@dataclass(slots=True)
class Row:
    """One reading as it is told."""

    minutes: int
    """Label: minutes after the midnight before; 1440 is 24:00, 1500 is 25:00."""
    drawn: Number
    fed_in: Number
    quality: Quality
    place: Place


@dataclass(slots=True)
class Day:
    """Rows of one civil day, in file order."""

    day: date
    rows: list[Row] = field(default_factory=list)

    def step(self) -> int:
        """Minutes of each step: hours, or halves or quarters when a label is one."""
        if any(row.minutes % 30 for row in self.rows):
            return 15
        return 30 if any(row.minutes % _HOUR for row in self.rows) else _HOUR

    def counted(self, tz: ZoneInfo) -> list[int] | None:
        """Epoch seconds of the end of each row, when their number or numbering tells them.

        So on a day of the clock change whose rows are all there, in order, however it labels
        them; and whenever they are numbered to 25:00. None: the labels must tell.
        """
        low, high = (int(moment.timestamp()) for moment in day_bounds(self.day, tz))
        labels = [row.minutes for row in self.rows]
        if max(labels) > A_DAY:
            return [low + 60 * minutes for minutes in labels]
        step = 60 * self.step()
        n = (high - low) // step
        if high - low == 60 * A_DAY or len(labels) != n or not _is_forward(labels):
            return None
        return [low + step * (i + 1) for i in range(n)]

    def labels(self) -> list[datetime]:
        """Naive local time of the end of each row."""
        midnight = datetime.combine(self.day, datetime.min.time())
        later = self.step() if self.starts else 0
        return [midnight + timedelta(minutes=row.minutes + later) for row in self.rows]

    @property
    def starts(self) -> bool:
        """Whether the labels mark starts: the day has 00:00 and no 24:00."""
        labels = {row.minutes for row in self.rows}
        return 0 in labels and A_DAY not in labels


def _is_forward(labels: Sequence[int]) -> bool:
    """Whether labels go forward, but for the hour when clocks go back."""
    return all(b >= a or a - b <= _HOUR for a, b in pairwise(labels))


def in_bounds(one: date) -> bool:
    """Whether meters read on that day at all: no overflow of a calendar."""
    return datetime(1990, 1, 1, tzinfo=UTC).date() <= one <= datetime(2200, 1, 1, tzinfo=UTC).date()
