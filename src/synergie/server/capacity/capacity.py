"""What one process does at once: so much as its limit allows, the best rank first, fairly."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from synergie.errors import Overloaded
from synergie.server.capacity.limit import ConcurrencyLimit
from synergie.server.capacity.place import Phase, Place
from synergie.server.capacity.rank import Asked, Rank
from synergie.server.capacity.waiting import Waiting

_VITAL = 4
"""Requests of the first rank at once, beside all others."""
_MOST_VITAL = 64
"""Requests of the first rank that wait."""
_BURST = 64
"""Requests that may wait at least while the queue drains; else twice the limit."""
_AT_LEAST = 2.0
"""Places of one caller that no other disputes."""
_SWEEP_S = 0.05
_RETRY_S = 2.0

type Later = Callable[[float, Callable[[], None]], object]
"""Calls a function after so many seconds."""


def _later(seconds: float, call: Callable[[], None]) -> object:
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
    later: Later = _later
    working: int = 0
    """How many are at work, but for the first rank."""
    waiting: Waiting = field(default_factory=Waiting)
    _ranks: Counter[Rank] = field(default_factory=Counter)
    _names: Counter[str] = field(default_factory=Counter)
    _streams: int = 0
    _share: float = _AT_LEAST
    _sweeps: bool = False

    def has_room(self, asked: Asked) -> bool:
        """Whether a request that is *asked* may come in now, to work or to wait."""
        rank, name, _ = asked
        waiting = self.waiting
        if rank is Rank.VITAL:
            return waiting.ranks[rank] < _MOST_VITAL
        if not len(waiting):
            return True
        mine = self._names[name] + waiting.names[name]
        if mine >= self._share and waiting.others_than(name):
            return False
        return not self._is_full() or waiting.has_worse(rank, name, self._share)

    def enter(self, place: Place) -> None:
        """*place* works, or waits for its turn; one that gives way to it is refused."""
        if not len(self.waiting) and self._fits(place):
            self._begin(place)
            return
        if self._is_full() and place.asked.rank is not Rank.VITAL:
            other = self.waiting.worst(place, self._share)
            if other is not None:
                self.waiting.remove(other)
                self._refuse(other)
        self._wait(place)
        self._go_on()

    def leave(self, place: Place) -> None:
        """*place* is over: answered, or left by its caller."""
        at = self.clock()
        if place.phase is Phase.WAITS:
            self.waiting.remove(place)
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
                self.waiting.remove(place)
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
        rank, name, stream = place.asked
        self._ranks[rank] += n
        if rank is Rank.VITAL:
            return
        self.working += n
        self._streams += n * stream
        self._names[name] += n
        if not self._names[name]:
            del self._names[name]

    def _wait(self, place: Place) -> None:
        place.phase = Phase.WAITS
        self.waiting.add(place, at=self.clock())
        if not self._sweeps:
            self._sweeps = True
            self.later(_SWEEP_S, self._sweep)

    def _sweep(self) -> None:
        for place in self.waiting.late(self._is_alone, at=self.clock()):
            self._refuse(place)
        self._sweeps = len(self.waiting) > 0
        if self._sweeps:
            self.later(_SWEEP_S, self._sweep)

    def _refuse(self, place: Place) -> None:
        place.phase = Phase.LENT if place.returns else Phase.OVER
        place.refuse()

    def _go_on(self) -> None:
        """Let work who may."""
        while len(self.waiting):
            self._divide()
            place = self.waiting.pick(self._fits, self._is_fair, at=self.clock())
            if place is None:
                return
            self._begin(place)

    def _fits(self, place: Place) -> bool:
        rank, _, stream = place.asked
        if rank is Rank.VITAL:
            return self._ranks[rank] < _VITAL
        if self.working >= int(self.limit.value):
            return False
        if rank is Rank.TOKEN and self._ranks[rank] >= self.tokens:
            return False
        return not (stream and self._streams >= self.streams)

    def _is_fair(self, place: Place) -> bool:
        return self._names[place.asked.name] < self._share

    def _is_alone(self, place: Place) -> bool:
        name = place.asked.name
        return self._names[name] + self.waiting.names[name] == 1

    def _divide(self) -> None:
        """What one caller may have while others wait."""
        others = sum(name not in self._names for name in self.waiting.names)
        active = len(self._names) + others
        self._share = max(_AT_LEAST, self.limit.value / max(active, 1))

    def _is_full(self) -> bool:
        most = int(2 * self.limit.value)
        if not self.waiting.crowded:
            most = max(_BURST, most)
        return len(self.waiting) - self.waiting.ranks[Rank.VITAL] >= most
