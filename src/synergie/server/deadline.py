"""Ends of waiting for a caller: what came in time counts, though it was not read yet.

uvloop runs timers before sockets. After the process or its machine stood still for longer than a
caller may take, its bytes lie there and its time is over: they are looked at first.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

LOOK_S = 0.005
"""Until the second timer: the loop has looked at its sockets once between two timers."""


class Deadline:
    """Calls *act* after *seconds*, once what has come until then is read, unless cancelled."""

    __slots__ = ("_act", "_handle", "_loop")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, seconds: float, act: Callable[[], object]
    ) -> None:
        self._loop, self._act = loop, act
        self._handle = loop.call_later(seconds, self._look)

    def _look(self) -> None:
        self._handle = self._loop.call_later(LOOK_S, self._act)

    def cancel(self) -> None:
        """Call nothing."""
        self._handle.cancel()


@asynccontextmanager
async def limit_waiting(until: float) -> AsyncIterator[None]:
    """TimeoutError for what still waits at *until*, of the loop's clock, as `Deadline` counts."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as limit:
        late = Deadline(loop, until - loop.time(), lambda: limit.reschedule(loop.time()))
        try:
            yield
        finally:
            late.cancel()
