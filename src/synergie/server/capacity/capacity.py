"""What one process does at once: so much as its limit allows, the best rank first, fairly."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from synergie.errors import Overloaded
from synergie.server.capacity.limit import ConcurrencyLimit
from synergie.server.capacity.place import Phase, Place
from synergie.server.capacity.rank import Lane, PlaceRequest, Rank
from synergie.server.capacity.waiting import Waiting

_BESIDE = 4
"""Requests at once of each lane beside all others."""
_MOST = 64
"""Requests that may wait in a lane with a bound of its own."""
_BURST = 64
"""Requests that may wait at least while the queue drains; else twice the limit."""
_AT_LEAST = 2.0
"""Places of one caller that no other disputes."""
_SWEEP_S = 0.05
_RETRY_S = 2.0

type Later = Callable[[float, Callable[[], None]], object]
"""Calls a function after so many seconds."""


def _schedule_call(seconds: float, call: Callable[[], None]) -> object:
    return asyncio.get_running_loop().call_later(seconds, call)


@dataclass(slots=True)
class Capacity:
    """Who works and who waits. Used in the event loop alone.

    At most *tokens* requests for tokens and *streams* long streams work at once, of those that
    `limit` allows.
    """

    limit: ConcurrencyLimit
    tokens: int = 2
    streams: int = 16
    clock: Callable[[], float] = time.monotonic
    later: Later = _schedule_call
    working: int = 0
    """How many are at work, but for the lanes beside."""
    waiting: Waiting = field(default_factory=Waiting)
    _lanes: Counter[Lane] = field(default_factory=Counter)
    _at_work: defaultdict[Lane, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """How many are at work, by caller: in each lane beside, and in all others together."""
    _here: defaultdict[Lane, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """How many are at work or wait, in the same way."""
    _sweeps: bool = False

    def has_room(self, asked: PlaceRequest) -> bool:
        """Whether a request that is *asked* may come in now, to work or to wait."""
        if self._fits(asked.lane):
            return True
        line, share = self.waiting.line(asked.lane), self._share(asked.lane)
        mine = self._here[_get_shared_lane(asked.lane)][asked.name]
        if mine >= share and line.others_than(asked.name):
            return False
        return len(line) < self._most(asked.lane) or line.has_worse(asked, share)

    def enter(self, place: Place) -> None:
        """*place* works, or waits for its turn; it is refused, or one that gives way to it.

        Who fits takes nobody's turn: whoever waits, waits for a place that does not fit.
        """
        asked = place.asked
        if self._fits(asked.lane):
            self._begin(place)
            return
        line = self.waiting.line(asked.lane)
        if not place.returns and len(line) >= self._most(asked.lane):
            other = line.worst(asked, self._share(asked.lane))
            if other is None:
                self._refuse(place)
                return
            self._wait_no_more(other)
            self._refuse(other)
        self._wait(place)

    def leave(self, place: Place) -> None:
        """*place* is over: answered, or left by its caller."""
        at = self.clock()
        if place.phase is Phase.WAITS:
            self._wait_no_more(place)
        elif place.phase is Phase.WORKS:
            self._stop(place)
            if place.asked.rank is not Rank.VITAL:
                tells = place.asked.rank in (Rank.TOKEN, Rank.USUAL)
                self.limit.learn(place.worked if tells else None, at=at, busy=self.working + 1)
        place.phase = Phase.OVER
        self._go_on()

    def lend(self, place: Place) -> None:
        """*place* waits for others: one that waits for its turn has it."""
        self._stop(place)
        place.phase = Phase.LENT
        self._go_on()

    def take_at_once(self, place: Place) -> None:
        """*place* goes on with what it has begun."""
        self._work(place)

    async def take_back(self, place: Place) -> None:
        """*place* goes on at its turn; Overloaded when that does not come in time."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def end(error: Overloaded | None = None) -> None:
            if turn.done():  # who waited was cut off
                return
            if error is None:
                turn.set_result(None)
            else:
                turn.set_exception(error)

        place.begin, place.refuse = end, partial(end, Overloaded(_RETRY_S))
        place.returns = True
        self.enter(place)
        try:
            await turn
        except asyncio.CancelledError:
            if place.phase is Phase.WAITS:
                self._wait_no_more(place)
                place.phase = Phase.LENT
            raise

    def _begin(self, place: Place) -> None:
        self._work(place)
        place.begin()

    def _work(self, place: Place) -> None:
        place.phase, place.began = Phase.WORKS, self.clock()
        self._count(place, 1)

    def _stop(self, place: Place) -> None:
        place.worked += self.clock() - place.began
        self._count(place, -1)

    def _count(self, place: Place, n: int) -> None:
        _, name, lane, _ = place.asked
        self._lanes[lane] += n
        if not lane.beside:
            self.working += n
        _add_to_count(self._at_work[_get_shared_lane(lane)], name, n)
        _add_to_count(self._here[_get_shared_lane(lane)], name, n)

    def _wait(self, place: Place) -> None:
        place.phase = Phase.WAITS
        self.waiting.line_of(place).add(place, at=self.clock())
        _add_to_count(self._here[_get_shared_lane(place.asked.lane)], place.asked.name, 1)
        if not self._sweeps:
            self._sweeps = True
            self.later(_SWEEP_S, self._sweep)

    def _wait_no_more(self, place: Place) -> None:
        self.waiting.line_of(place).remove(place)
        _add_to_count(self._here[_get_shared_lane(place.asked.lane)], place.asked.name, -1)

    def _sweep(self) -> None:
        for place in list(self.waiting.late(self._is_alone, at=self.clock())):
            self._wait_no_more(place)
            self._refuse(place)
        self._sweeps = len(self.waiting) > 0
        if self._sweeps:
            self.later(_SWEEP_S, self._sweep)

    def _refuse(self, place: Place) -> None:
        place.phase = Phase.LENT if place.returns else Phase.OVER
        place.refuse()

    def _go_on(self) -> None:
        """Let work who may."""
        while place := self.waiting.pick(self._fits, self._is_fair, at=self.clock()):
            self._wait_no_more(place)
            self._begin(place)

    def _fits(self, lane: Lane) -> bool:
        if lane.beside:
            return self._lanes[lane] < _BESIDE
        if self.working >= int(self.limit.value):
            return False
        if lane is Lane.TOKEN:
            return self._lanes[lane] < self.tokens
        return lane is not Lane.STREAM or self._lanes[lane] < self.streams

    def _is_fair(self, asked: PlaceRequest) -> bool:
        return self._at_work[_get_shared_lane(asked.lane)][asked.name] < self._share(asked.lane)

    def _is_alone(self, asked: PlaceRequest) -> bool:
        return self._here[_get_shared_lane(asked.lane)][asked.name] == 1

    def _share(self, lane: Lane) -> float:
        """What one caller may have while others wait."""
        most = _BESIDE if lane.beside else self.limit.value
        return max(_AT_LEAST, most / max(len(self._here[_get_shared_lane(lane)]), 1))

    def _most(self, lane: Lane) -> int:
        """How many of *lane* may wait."""
        if lane is not Lane.COMMON:
            return _MOST
        most = int(2 * self.limit.value)
        return most if self.waiting.crowded else max(_BURST, most)


def _get_shared_lane(lane: Lane) -> Lane:
    """The lane among whose callers the places of *lane* are shared."""
    return lane if lane.beside else Lane.COMMON


def _add_to_count(counts: Counter[str], name: str, n: int) -> None:
    counts[name] += n
    if not counts[name]:
        del counts[name]
