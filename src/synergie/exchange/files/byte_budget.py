"""The memory that files and bodies take of the server at once: reserved before it is spent."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from synergie.errors import Overloaded, TooLarge

TOTAL_BYTES = 256 << 20
"""Bytes that files and bodies may take of the server at once."""
SHARE_BYTES = 128 << 20
"""Bytes of them that one organisation may take: others are served beside it."""

EXPANSION = 4
"""Bytes in memory of one byte of JSON: a number of six characters is 32 bytes with its place."""

_RETRY_S = 5.0


@dataclass(slots=True)
class ByteBudget:
    """Bytes that are taken now, by organisation."""

    total: int = TOTAL_BYTES
    share: int = SHARE_BYTES
    _taken: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def reserve(self, organisation: str, size: int) -> Iterator[None]:
        """Take *size* bytes for *organisation* meanwhile.

        TooLarge when it can never have so many; Overloaded while others, or other files of its
        own, have them.
        """
        if size > self.share:
            raise TooLarge(self.share, "bytes of memory", "file", f"{size} bytes")
        with self._lock:
            mine, all_ = self._taken[organisation] + size, self._taken.total() + size
            if mine > self.share or all_ > self.total:
                raise Overloaded(_RETRY_S)
            self._taken[organisation] = mine
        try:
            yield
        finally:
            with self._lock:
                self._taken[organisation] -= size
                self._taken += Counter()  # without those that have none

    @contextmanager
    def growing(self, organisation: str, where: str) -> Iterator[Callable[[int], None]]:
        """Takes bytes for *organisation* each time that it is called; gives all back at the end.

        TooLarge, which names *where*, when all together can never be had; Overloaded as `reserve`.
        """
        taken = 0
        with ExitStack() as memory:

            def take(size: int) -> None:
                nonlocal taken
                taken += size
                if taken > self.share:  # waiting for others would not help
                    raise TooLarge(self.share, "bytes of memory", where, f"{taken} bytes")
                memory.enter_context(self.reserve(organisation, size))

            yield take
