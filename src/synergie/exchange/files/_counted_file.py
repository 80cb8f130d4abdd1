"""A file that tells how far it has been read."""

import io
import time
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

PASSES = 3
"""Times that a file is read from end to end: its digest, its encoding, its rows."""
_EVERY_S = 0.5
_MOST = 0.99


class _Counted:
    """Another file, and a count of what is read of it."""

    def __init__(self, source: BinaryIO, progress: Callable[[float], None]) -> None:
        self._source, self._progress = source, progress
        self._size = max(1, source.seek(0, io.SEEK_END))
        source.seek(0)
        self._read, self._at = 0, 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def __iter__(self) -> Iterator[bytes]:
        while line := self.readline():
            yield line

    def read(self, size: int = -1, /) -> bytes:
        """As the file."""
        return self._count(self._source.read(size))

    def readline(self, size: int = -1, /) -> bytes:
        """As the file."""
        return self._count(self._source.readline(size))

    def readinto(self, buffer: Any, /) -> int:
        """As the file."""
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """The file is its owner's, who closes it."""

    def _count(self, data: bytes) -> bytes:
        """Tells how far it is, twice a second at most."""
        self._read += len(data)
        now = time.monotonic()
        if now >= self._at + _EVERY_S:
            self._at = now
            self._progress(min(_MOST, self._read / (PASSES * self._size)))
        return data


def count_file_progress(source: BinaryIO, progress: Callable[[float], None]) -> BinaryIO:
    """*source* at its start; *progress* is given the share of its reading that is done."""
    return cast(BinaryIO, _Counted(source, progress))
