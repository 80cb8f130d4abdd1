"""`python -m tests.memory.counted_server serve …`: the server, which says what it holds in memory.

It listens at the Unix socket `COUNTS_AT` and answers each connection with JSON, after a search for
garbage: `bytes`, what is allocated and not freed, and `objects`, how many there are of each type.
All of it goes through the allocator of the C library (`ENVIRONMENT`), whose own books are read:
Python, SQLite and OpenSSL count alike, and nothing is slowed down as `tracemalloc` would.
"""

import ctypes
import gc
import json
import os
import socket
import sys
import threading
from collections import Counter
from collections.abc import Mapping

from synergie.cli import main

COUNTS_AT = "COUNTS_AT"
ENVIRONMENT: Mapping[str, str] = {"PYTHONMALLOC": "malloc", "MALLOC_ARENA_MAX": "1"}
"""One allocator with one arena: `mallinfo2` tells of no other."""


class _Books(ctypes.Structure):
    """`struct mallinfo2` (glibc 2.33)."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    )


def _answer(listening: socket.socket) -> None:
    read = ctypes.CDLL(None).mallinfo2
    read.restype = _Books
    while True:
        asked, _ = listening.accept()
        gc.collect()
        books = read()
        found = {
            "bytes": books.uordblks + books.hblkhd,
            "objects": Counter(
                f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects()
            ),
        }
        with asked:
            asked.sendall(json.dumps(found).encode())


if __name__ == "__main__":
    at = socket.socket(socket.AF_UNIX)
    at.bind(os.environ[COUNTS_AT])
    at.listen()
    threading.Thread(target=_answer, args=[at], daemon=True).start()
    sys.exit(main())
