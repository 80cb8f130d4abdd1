"""Newline-delimited JSON: lines out of chunks, and the line that closes a stream.

The last line of a whole stream is `{"end":{"lines":n}}`; a stream that failed on its way ends
with `{"error":Problem}`; one that has neither was cut.
"""

import json
from collections.abc import Iterator

from synergie.errors import TooLarge

MEDIA_TYPE = "application/x-ndjson"

MAX_LINE = 8 * 1024 * 1024
"""Longest line, bytes: a curve of 110,000 values with their quality fits several times."""


class LineSplitter:
    """Whole lines out of chunks cut anywhere; blank lines are left out.

    TooLarge when a line is longer than *limit* bytes, as soon as it is known.
    """

    def __init__(self, limit: int = MAX_LINE) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The lines that *chunk* completes, without newline; consume all before feeding on."""
        head, *others = chunk.split(b"\n")
        self._keep(head)
        for other in others:
            yield from self._take()
            self._keep(other)

    def close(self) -> Iterator[bytes]:
        """The last line, when the stream does not end with a newline."""
        yield from self._take()

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._limit:
            raise TooLarge(self._limit, "bytes")
        self._parts.append(part)

    def _take(self) -> Iterator[bytes]:
        line = b"".join(self._parts).strip()
        self._parts.clear()
        self._size = 0
        if line:
            yield line


def end_line(lines: int) -> bytes:
    """The line that closes a whole stream of *lines* lines, newline included."""
    return b'{"end":{"lines":%d}}\n' % lines


def error_line(problem: bytes, line: int | None = None) -> bytes:
    """A line that tells *problem* (JSON bytes), about line number *line* when there is one."""
    if line is None:
        return b'{"error":%s}\n' % problem
    return b'{"error":%s,"line":%d}\n' % (problem, line)


def end_of(line: bytes) -> int | None:
    """How many lines *line* says the stream had; None when it is not the closing line."""
    if not line.startswith(b'{"end":'):
        return None
    try:
        told = json.loads(line)["end"]["lines"]
    except (ValueError, TypeError, KeyError):
        return None
    return told if isinstance(told, int) else None
