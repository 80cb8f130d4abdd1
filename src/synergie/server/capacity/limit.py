"""How many requests may be at work at once, learnt from how long they take and how many end.

Gradient2 of Netflix's concurrency-limits: more while requests take about as long as usual, less
when they take longer. It differs in what is usual: not a mean, which learns of a flood that lasts
that slowness is usual and lets the limit grow to the most, but the least of late, which rises by a
thousandth a window. And no more are at work than end in a quarter of a second (Little's law), so
that what is let in is answered soon on a slow machine, too.
"""

from dataclasses import dataclass, field
from math import sqrt

_TOLERANCE = 1.5
_SMOOTHING = 0.2
_WINDOW_S = 0.1
_SAMPLES = 10
_FALLS, _RISES = 0.3, 1.001
_START = 16
_SOON_S = 0.25


@dataclass(slots=True)
class ConcurrencyLimit:
    """From *least* to *most* requests; `value` now.

    Of the least: where each takes long by itself, fewer at once would not make it faster, and with
    fewer than eight the commits that share one fsync are too few.
    """

    least: int = 8
    most: int = 256
    value: float = field(init=False)
    _usual: float = field(default=0.0, init=False)
    _rate: float = field(default=0.0, init=False)
    """Requests that end in a second."""
    _since: float = field(default=0.0, init=False)
    """When the first request of this window ended: what was idle before it is of no window."""
    _seconds: float = field(default=0.0, init=False)
    _count: int = field(default=0, init=False)
    _ended: int = field(default=0, init=False)
    _busiest: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self.least = min(self.least, self.most)
        self.value = float(min(_START, self.most))

    def learn(self, seconds: float | None, *, at: float, busy: int) -> None:
        """A request took *seconds* of work and ended *at*, one of *busy*.

        Both times are those of a monotonic clock. *seconds* None: of a kind that takes long by
        itself, or is refused at once, and tells nothing but that it ended.
        """
        if not self._ended:
            self._since = at
        self._ended += 1
        self._busiest = max(self._busiest, busy)
        if seconds is not None:
            self._seconds += seconds
            self._count += 1
        if self._count < _SAMPLES or at - self._since < _WINDOW_S:
            return
        short = max(self._seconds / self._count, 1e-6)
        self._usual = self._usual_after(short)
        if self._busiest > self.value / 2:  # else nothing is known of more
            rate = (self._ended - 1) / (at - self._since)
            self._rate += _SMOOTHING * (rate - self._rate) if self._rate else rate
            self._move(short)
        self._seconds = 0.0
        self._count = self._ended = self._busiest = 0

    def _usual_after(self, short: float) -> float:
        if not self._usual:
            return short
        if short < self._usual:
            return self._usual + _FALLS * (short - self._usual)
        return min(short, self._usual * _RISES)

    def _move(self, short: float) -> None:
        gradient = min(1.0, max(0.5, _TOLERANCE * self._usual / short))
        aim = self.value * gradient + sqrt(self.value)
        value = self.value * (1 - _SMOOTHING) + aim * _SMOOTHING
        value = min(float(self.most), self._rate * _SOON_S, value)
        self.value = max(float(self.least), value)
