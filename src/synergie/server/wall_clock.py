"""The clock of the server: it never goes back, and it says when it is not to be believed.

What an agreement opened and has closed must not open again because a machine lost its time, so a
moment once passed is a floor (kept in the store, too). A clock that is behind the floor answers
nobody until it is right; one that disagrees with the clocks of most programs, or of the database,
is said to be off instead of finding every program's proof too old.
"""

import statistics
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from synergie.errors import Overloaded

TOLERANCE = timedelta(seconds=60)
"""The window of a proof (RFC 9449 §11.1): a step back within it is evened out, no more."""
MOST_SKEW = timedelta(seconds=30)
"""Half of that window: beyond it the clock is off, though some proofs may still hold."""

_WITNESSES = 20
_FEWEST = 3
_FRESH_S = 600.0
_RETRY_S = 5.0
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


def _read_wall() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True, eq=False)
class ServerClock:
    """The moments that decisions are made at; one a process.

    `floor`: the latest moment that was ever passed. `witnesses`: by how much the clocks of the
    organisations whose programs authenticated last are ahead of ours, one each, the last 20, and
    when that was (monotonic; one counts for ten minutes). `database_skew`: by
    how much the database's clock is ahead, when it was last compared.
    """

    wall: Callable[[], datetime] = _read_wall
    floor: datetime = _NEVER
    witnesses: OrderedDict[str, tuple[float, timedelta]] = field(default_factory=OrderedDict)
    database_skew: timedelta = timedelta()
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> datetime:
        """The present moment, UTC, never before one that was given. Overloaded when far behind."""
        at = self.wall()
        if at >= self.floor:
            self.floor = at
            return at
        if self.floor - at > TOLERANCE:
            raise Overloaded(_RETRY_S)
        return self.floor

    def raise_floor(self, at: datetime | None) -> None:
        """No moment before *at* is given from now on: a store was used then."""
        if at is not None:
            self.floor = max(self.floor, at)

    def forget_floor(self) -> None:
        """The clock is right as it is: the operator says so."""
        self.floor = self.wall()

    def add_witness(self, organisation: str, ahead: timedelta) -> None:
        """Note that the clock of *organisation*, whose program signed, is *ahead* of ours."""
        with self._lock:
            self.witnesses[organisation] = (time.monotonic(), ahead)
            self.witnesses.move_to_end(organisation)
            while len(self.witnesses) > _WITNESSES:
                self.witnesses.popitem(last=False)

    def skew(self) -> timedelta:
        """By how much our clock is behind: of the floor, the partners or the database, the worst.

        Of the partners the median counts, and only of three or more: one alone may be wrong.
        """
        with self._lock:
            since = time.monotonic() - _FRESH_S
            ahead = [one.total_seconds() for at, one in self.witnesses.values() if at >= since]
        behind = max(self.floor - self.wall(), timedelta())
        median = timedelta(seconds=statistics.median(ahead) if len(ahead) >= _FEWEST else 0)
        return max(behind, median, self.database_skew, key=abs)

    @property
    def is_off(self) -> bool:
        """Whether the clock is not to be believed."""
        return abs(self.skew()) > MOST_SKEW


def refuse_while_off(clock: ServerClock) -> None:
    """Overloaded while *clock* is off: a proof that it finds of another time may well be right."""
    if clock.is_off:
        raise Overloaded(_RETRY_S)


CLOCK = ServerClock()
"""The clock of this process."""
