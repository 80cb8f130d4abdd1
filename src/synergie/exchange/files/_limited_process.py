"""The life of a process that does one task on one file, with limits, and ends.

It has the file and one connection, nothing else of the server. What it sends is data: a kind, one
byte, and JSON or packed records; the server validates all of it. What it is sent was made by the
server.
"""

import os
import resource
import traceback
from collections.abc import Callable
from decimal import Decimal
from multiprocessing.connection import Connection
from typing import Any

from pydantic import TypeAdapter

from synergie.errors import SynergieError
from synergie.exchange.files._counted_file import count_file_progress
from synergie.exchange.files.file_tasks import answer_form
from synergie.exchange.readings.drops import Fault
from synergie.formats.tables.propose import Proposal, Unconfirmed

OPENED, SUBSCRIBED, RECORDS, PROGRESS = b"o", b"s", b"r", b"p"
"""What a task asks and tells: two questions and two remarks."""
ANSWER, LAST, FAULT, PROPOSAL, NO_MEMORY, BROKEN = b"a", b"l", b"f", b"u", b"m", b"b"
"""How it ends: parts of its answer and the last of them, an error, a fault of ours."""

PROPOSALS = TypeAdapter(Proposal)
"""How a proposal is written as JSON, and validated again."""
PART_BYTES = 1 << 20
"""Bytes of one part of an answer."""

_MB = 1 << 20
_NO_MEMORY = 3


class _Line:
    """The server at the other end of the connection, as a clerk."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._known = connection, dict[str, Decimal | None]()

    def send(self, kind: bytes, body: bytes = b"") -> None:
        self._connection.send_bytes(kind + body)

    def open(self, form: str, digest: str) -> bool:
        self.send(OPENED, f"{form} {digest}".encode())
        return self._connection.recv_bytes() == b"1"

    def subscribed(self, key: str) -> Decimal | None:
        if key not in self._known:
            self.send(SUBSCRIBED, key.encode())
            told = self._connection.recv_bytes().decode()
            self._known[key] = Decimal(told) if told else None
        return self._known[key]

    def keep(self, pack: bytes) -> None:
        self.send(RECORDS, pack)

    def progress(self, share: float) -> None:
        self.send(PROGRESS, repr(share).encode())

    def answer(self, told: bytes) -> None:
        for start in range(0, len(told), PART_BYTES):
            self.send(ANSWER, told[start : start + PART_BYTES])
        self.send(LAST)


def take_descriptor(given: Any) -> Any:
    """What arrives of a descriptor in the process that it was given to."""
    return given


def run_limited_process(
    connection: Connection,
    source: Any,
    job: tuple[Callable[..., Any], Any],
    limits: tuple[int, int],
) -> None:
    """Do *job*, a task and its order, and end the process.

    *limits*: seconds of a processor, MiB of memory.
    """
    descriptor = source.detach()
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"  # others take a GiB of addresses at once
    os.environ["OMP_NUM_THREADS"] = "1"
    _set_resource_limit(resource.RLIMIT_CPU, limits[0])
    _set_resource_limit(resource.RLIMIT_DATA, limits[1] * _MB)
    _set_resource_limit(resource.RLIMIT_CORE, 0)
    line, code = _Line(connection), 0
    try:
        _run_task_on_file(line, descriptor, *job)
    except (MemoryError, ImportError):  # a library that could not be mapped is an ImportError
        code = _NO_MEMORY
    except OSError:  # nobody listens any more
        code = 1
    finally:
        os._exit(code)


def _run_task_on_file(line: _Line, descriptor: int, task: Callable[..., Any], order: Any) -> None:
    try:
        with open(descriptor, "rb") as file:
            answer = task(count_file_progress(file, line.progress), order, line)
        line.answer(answer_form(task).dump_json(answer))
    except Unconfirmed as error:
        line.send(PROPOSAL, PROPOSALS.dump_json(error.proposal))
    except SynergieError as error:
        line.send(FAULT, Fault.of(error).model_dump_json().encode())
    except (MemoryError, ImportError):
        line.send(NO_MEMORY)
    except Exception as error:  # noqa: BLE001 (told to the server, which logs it)
        line.send(BROKEN, _describe_error_origin(error).encode())


def _describe_error_origin(error: BaseException) -> str:
    """The kind of *error* and where it was raised: nothing of the file's content."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = (f"{one.filename.rpartition('/')[2]}:{one.lineno}" for one in frames)
    return f"{type(error).__name__} at {' < '.join(reversed(list(places)))}"


def _set_resource_limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (allowed, allowed))
