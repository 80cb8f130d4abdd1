"""The memory that files take of the server at once: reserved before it is spent."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from synergie.errors import Overloaded, TooLarge

TOTAL_BYTES = 256 << 20
"""Bytes that files may take of the server at once."""
SHARE_BYTES = 128 << 20
"""Bytes of them that one organisation may take: others are served beside it."""

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
