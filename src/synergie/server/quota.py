"""Token buckets: a burst, then a steady rate; so one caller's flood is not another's."""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

from synergie.errors import TooManyRequests

_MOST_NAMES = 10_000


@dataclass(slots=True)
class Quota:
    """One bucket a name: *burst* requests at once, *per_s* in the long run.

    Times are those of a monotonic clock, in seconds. At most 10,000 names are remembered, the
    latest used; a forgotten one starts again with a full bucket.
    """

    burst: float
    per_s: float
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, name: str, *, at: float, n: float = 1) -> None:
        """Take *n* from the bucket of *name*; TooManyRequests when it holds less."""
        with self._lock:
            left = self._now(name, at)
            if left < n:
                raise TooManyRequests(round((n - left) / self.per_s, 1) or 0.1)
            self._keep(name, left - n, at)

    def check(self, name: str, *, at: float) -> None:
        """TooManyRequests when the bucket of *name* is empty; nothing is taken."""
        with self._lock:
            if (left := self._now(name, at)) < 1:
                raise TooManyRequests(round((1 - left) / self.per_s, 1) or 0.1)

    def _now(self, name: str, at: float) -> float:
        left, since = self._left.get(name, (self.burst, at))
        return min(self.burst, left + max(at - since, 0) * self.per_s)

    def _keep(self, name: str, left: float, at: float) -> None:
        self._left[name] = (left, at)
        self._left.move_to_end(name)
        if len(self._left) > _MOST_NAMES:
            self._left.popitem(last=False)
