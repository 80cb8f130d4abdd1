"""Hostile files sent to a real server, and the memory that it has meanwhile."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx2

from synergie.client import Client
from synergie.client.calls import Call
from synergie.errors import SynergieError
from synergie.schemas.problem import Problem
from synergie.schemas.readings.deposit import DepositReport
from tests.faults.process import Process
from tests.formats.hostile import Hostile

AT_ONCE = 8
MIB = 1 << 20


def rss(pid: int) -> int:
    """Bytes of memory that a process has; 0 when it is gone."""
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    told = [line for line in text.splitlines() if line.startswith("VmRSS")]
    return int(told[0].split()[1]) * 1024 if told else 0


def descendants(pid: int) -> list[int]:
    """The processes that a process started, and theirs."""
    parents = {int(one.name): _parent(one) for one in Path("/proc").iterdir() if one.name.isdigit()}
    found = [pid]
    for one in found:  # grows meanwhile
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def _parent(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


@dataclass
class Memory:
    """The most that the server, and one process of its readers, had; and whether health answers."""

    before: int
    most: int = 0
    reader: int = 0
    health: list[int] = field(default_factory=list)

    @property
    def grown(self) -> int:
        """Bytes that the server took at most beside what it had before."""
        return self.most - self.before


@contextmanager
def watched(process: Process) -> Iterator[Memory]:
    """The memory of the server while the block runs, and its health all the while."""
    assert process.process is not None
    pid, over = process.process.pid, threading.Event()
    memory = Memory(rss(pid))

    def look() -> None:
        while not over.wait(0.02):
            memory.most = max(memory.most, rss(pid))
            memory.reader = max([memory.reader, *map(rss, descendants(pid))])

    def ask() -> None:
        while not over.wait(0.1):
            answer = httpx2.get(f"{process.url}/health/live", trust_env=False, timeout=60)
            memory.health.append(answer.status_code)

    threads = [threading.Thread(target=one) for one in (look, ask)]
    for one in threads:
        one.start()
    try:
        yield memory
    finally:
        over.set()
        for one in threads:
            one.join()


class _Sent:
    """A body as its sender packs it."""

    content_type = "application/octet-stream"

    def __init__(self, file: Hostile) -> None:
        self.content_coding = file.coding
        self._data = file.data

    def content(self) -> bytes:
        """The packed bytes."""
        return self._data


def send(client: Client, file: Hostile, *, dry_run: bool) -> Problem | DepositReport:
    """Deposit a file as its sender would; what the server says of it, when it is refused."""
    params = {"name": file.name, "dry_run": str(dry_run).lower(), "format": file.form}
    call = Call(
        method="POST",
        path="/v1/deposits",
        params=tuple((name, text) for name, text in params.items() if text is not None),
        body=_Sent(file),
        key=uuid4().hex,
        parse=DepositReport.model_validate_json,
    )
    try:
        return client._call(call)
    except SynergieError as error:
        if not isinstance(error.problem, Problem):
            raise
        return error.problem


def send_all(client: Client, files: list[Hostile]) -> list[Problem | DepositReport]:
    """The answer to each of *files*, AT_ONCE at a time; every other one is a trial run."""

    def one(numbered: tuple[int, Hostile]) -> Problem | DepositReport:
        number, file = numbered
        return send(client, file, dry_run=number % 2 == 0)

    with ThreadPoolExecutor(AT_ONCE) as hands:
        return list(hands.map(one, enumerate(files)))
