"""Whether one server process goes on, and the bell that wakes who waits for news."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

_LOOKS = 4


@dataclass(slots=True)
class Life:
    """Whether the server is stopping."""

    stopping: bool = False


@dataclass(slots=True)
class ChangeSignal:
    """Rung when something was stored in this process; rung or not, who waits looks again."""

    _waiting: set[asyncio.Event] = field(default_factory=set)
    _turns: WeakValueDictionary[str, asyncio.Semaphore] = field(default_factory=WeakValueDictionary)

    def ring(self) -> None:
        """Wake everyone who waits. Called in the event loop."""
        for event in self._waiting:
            event.set()

    async def wait(self, seconds: float) -> None:
        """Return at the next ring, and after *seconds* at the latest."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), seconds)
        finally:
            self._waiting.discard(event)

    def turns_of(self, name: str) -> asyncio.Semaphore:
        """Those of *name* that were woken look a few at a time: else all ask for a place at once.

        Kept for as long as the caller holds it.
        """
        found = self._turns.get(name)
        if found is None:
            found = self._turns[name] = asyncio.Semaphore(_LOOKS)
        return found
