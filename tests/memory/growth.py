"""What a server that ran for a while holds in memory, and what it holds after much more."""

import ctypes
import json
import socket
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.components import missing
from tests.faults.process import Process
from tests.memory.counted_server import COUNTS_AT, ENVIRONMENT
from tests.memory.load import Load


@dataclass(frozen=True)
class Held:
    """Bytes that are allocated, and how many objects of each type there are."""

    bytes: int
    objects: Counter[str]


@dataclass(frozen=True)
class Growth:
    """Two looks at one server, *requests* apart."""

    requests: int
    before: Held
    after: Held

    @property
    def bytes_percent(self) -> float:
        """By how much the bytes grew, percent."""
        return 100 * (self.after.bytes / self.before.bytes - 1)

    @property
    def objects_percent(self) -> float:
        """By how much the objects grew that the server made since its start, percent."""
        return 100 * (self.after.objects.total() / self.before.objects.total() - 1)

    @property
    def most(self) -> list[tuple[str, int]]:
        """The types that grew most, and by how many."""
        return (self.after.objects - self.before.objects).most_common(12)


def measure_growth(folder: Path, *, warm: int, requests: int) -> Growth:
    """Of a server on SQLite in *folder*: after *warm* mixed requests, and *requests* later."""
    (growth,) = watch_growth(folder, warm=warm, pieces=[requests])
    return growth


def watch_growth(folder: Path, *, warm: int, pieces: Iterable[int]) -> Iterator[Growth]:
    """The same after each of *pieces*, so many requests more of the one server."""
    if not hasattr(ctypes.CDLL(None), "mallinfo2"):
        missing("glibc 2.33 or later (mallinfo2)")
    at = folder / "counts"
    environment = {COUNTS_AT: str(at), **ENVIRONMENT}
    url, module = f"sqlite:///{folder / 'store.db'}", "tests.memory.counted_server"
    with (
        Process.started(folder, url, environment, module=module) as process,
        Load.at(process, folder) as load,
    ):
        load.ask(warm)
        before, asked = _held(at), 0
        for piece in pieces:
            load.ask(piece)
            asked += piece
            yield Growth(asked, before, _held(at))


def _held(at: Path) -> Held:
    with socket.socket(socket.AF_UNIX) as asking:
        asking.connect(str(at))
        with asking.makefile("rb") as answer:
            found = json.load(answer)
    return Held(found["bytes"], Counter(found["objects"]))
