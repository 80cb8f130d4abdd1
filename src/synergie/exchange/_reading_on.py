"""A file on the disk that says how far it has been read."""

import io
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast, override

PASSES = 5
"""Times that a deposit reads a file from end to end: to know it, to check it, to store it."""
_EVERY_S = 0.5
_MOST = 0.99


class _Told(io.FileIO):
    """A file that counts what is read of it."""

    def __init__(self, path: Path, tell: Callable[[float], None]) -> None:
        super().__init__(path, "rb")
        self._tell, self._size = tell, max(1, path.stat().st_size)
        self._read, self._at = 0, 0.0

    @override
    def readinto(self, buffer: Any, /) -> int | None:
        """As a file; and tells how far it is, twice a second at most."""
        n = super().readinto(buffer)
        self._count(n or 0)
        return n

    @override
    def readall(self) -> bytes:
        """As a file."""
        found = super().readall()
        self._count(len(found))
        return found

    def _count(self, n: int) -> None:
        self._read += n
        now = time.monotonic()
        if now >= self._at + _EVERY_S:
            self._at = now
            self._tell(min(_MOST, self._read / (PASSES * self._size)))


def watched(path: Path, tell: Callable[[float], None]) -> BinaryIO:
    """*path*, open in binary; *tell* is given the share of the reading that is done."""
    return cast(BinaryIO, io.BufferedReader(_Told(path, tell), 1 << 16))
