"""When to try again, and how long to wait: full jitter, Retry-After as the lower bound.

A refusal that will not pass is never repeated; nor is a call that could be done twice. Retries
are at most a tenth of the requests (after ten in hand), so that a server in trouble is not
buried. stamina carries the loop; its log would tell every retry on the terminal, so ours go to
the logger `synergie` instead.
"""

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from stamina.instrumentation import get_on_retry_hooks, set_on_retry_hooks
from stamina.typing import RetryDetails, RetryHook

from synergie.errors import (
    BadInput,
    InProgress,
    Overloaded,
    ServerFault,
    StorageFull,
    StreamCut,
    SynergieError,
    TooManyRequests,
    TooSlow,
    Unreachable,
)

TRIES = 4
LIMIT_S = 120.0
"""Longest time from the first try to the start of the last, seconds, where a client says none."""

_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
_IN_HAND = 10.0
_EARNED = 0.1

_YEAR_S = 31_536_000.0

_LOG = logging.getLogger("synergie")


def check_seconds(name: str, seconds: float) -> float:
    """*seconds*, of a parameter of *name*; BadInput when it is no time that can be waited for.

    nan compares with nothing, so that no wait would end by it; inf is beyond what a socket takes.
    """
    if not 0 <= seconds <= _YEAR_S:
        raise BadInput(name, seconds, "a number of seconds from 0 to a year")
    return seconds


class Patience:
    """How many retries a client may still make, and for how long. One an origin."""

    def __init__(
        self, limit_s: float = LIMIT_S, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limit_s = check_seconds("deadline", limit_s)
        self._clock = clock
        self._left = _IN_HAND

    def hook(
        self, *, repeatable: bool, keyed: bool, address: str = ""
    ) -> Callable[[Exception], bool | float]:
        """What stamina asks about one call: the seconds to wait, or False to give up.

        *keyed*: it bears an Idempotency-Key, so that a fault of the server is tried again too. What
        may pass is told how often and how long *address* was tried.
        """
        self._left = min(_IN_HAND, self._left + _EARNED)
        started = self._clock()
        tries = 0

        def wait(error: Exception) -> bool | float:
            nonlocal tries
            lowest = find_retry_wait(error)
            if lowest is not None and isinstance(error, SynergieError):
                error.tried = address, tries + 1, self._clock() - started
            if lowest is None or not repeatable or (isinstance(error, ServerFault) and not keyed):
                return False
            ceiling = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2**tries)
            pause = max(lowest, random.uniform(0, ceiling))  # noqa: S311 (jitter)
            tries += 1
            return pause if self._affords(started + self.limit_s - self._clock(), pause) else False

        return wait

    def _affords(self, time_left: float, pause: float) -> bool:
        if pause > time_left or self._left < 1:
            return False
        self._left -= 1
        return True


def find_retry_wait(error: Exception) -> float | None:
    """Seconds that must go by before *error* may have passed; None when it will not pass."""
    match error:
        case TooManyRequests() | Overloaded() | InProgress() | StorageFull():
            return error.retry_after
        case Unreachable() | StreamCut() | TooSlow() | ServerFault():
            return 0.0
        case _:
            return None


def silence_retry_log() -> None:
    """Keep our retries out of stamina's log, and the user's own ones in it. Once is enough."""
    others = get_on_retry_hooks()
    if not any(isinstance(hook, _Ours) for hook in others):
        set_on_retry_hooks([_Ours(others)])


class _Ours:
    """A hook that tells our own retries to the logger `synergie`, and passes on all others."""

    def __init__(self, others: tuple[RetryHook, ...]) -> None:
        self._others = others

    def __call__(self, details: RetryDetails) -> AbstractContextManager[None] | None:
        if isinstance(details.caused_by, SynergieError):
            _LOG.info("try %d failed (%s)", details.retry_num, details.caused_by.code)
            return None
        return self._pass_on(details)

    @contextmanager
    def _pass_on(self, details: RetryDetails) -> Iterator[None]:
        with ExitStack() as stack:
            for hook in self._others:
                if (context := hook(details)) is not None:
                    stack.enter_context(context)
            yield
