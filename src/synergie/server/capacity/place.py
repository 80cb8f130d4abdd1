"""The place of one request: it waits, is at work, or waits for others and counts meanwhile as none.

A route that waits for news, a body that is not here yet and a reader that does not read lend the
place to whoever can use it.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from synergie.server.capacity.rank import PlaceRequest

_KEY = "place"


class Phase(Enum):
    """What a request does."""

    NEW = "new"
    WAITS = "waits"
    WORKS = "works"
    LENT = "lent"
    OVER = "over"


class Lender(Protocol):
    """Who gives places."""

    def lend(self, place: "Place") -> None:
        """*place* waits for others."""

    async def take_back(self, place: "Place") -> None:
        """*place* can work again; returns at its turn. Overloaded when that does not come."""

    def take_at_once(self, place: "Place") -> None:
        """*place* can work again, and does."""


@dataclass(slots=True, eq=False)
class Place:
    """`begin` is called at its turn, `refuse` when that does not come in time."""

    asked: PlaceRequest
    begin: Callable[[], object]
    refuse: Callable[[], object]
    phase: Phase = Phase.NEW
    since: float = 0.0
    """When it began to wait."""
    began: float = 0.0
    """When it began to work."""
    worked: float = 0.0
    """Seconds that it has worked."""
    returns: bool = False
    """Whether it was at work before."""
    _lent: int = field(default=0, init=False)

    @asynccontextmanager
    async def lent(self, lender: Lender, *, at_once: bool = False) -> AsyncIterator[None]:
        """Count as none meanwhile; *at_once*: what was begun goes on without a turn.

        Overloaded when the turn does not come. Two that lend it at once lend it together.
        """
        if self.phase is Phase.WORKS:
            lender.lend(self)
        self._lent += 1
        try:
            yield
        finally:
            self._lent -= 1
            last = self._lent == 0 and self.phase is Phase.LENT
            if last and at_once:
                lender.take_at_once(self)
        if last and not at_once:
            await lender.take_back(self)


def put_place(scope: Mapping[str, Any], place: Place, lender: Lender) -> None:
    """Say in *scope* which place its request has."""
    scope["state"][_KEY] = (place, lender)


@asynccontextmanager
async def lent_place(scope: Mapping[str, Any]) -> AsyncIterator[None]:
    """While the request of *scope* waits for others, another may work.

    Overloaded when its turn does not come again. Without a place nothing is lent: the application
    runs under another server.
    """
    found = scope.get("state", {}).get(_KEY)
    if found is None:
        yield
        return
    place, lender = found
    async with place.lent(lender):
        yield
