"""Files are opened in a process of their own, with limits, once; the server takes data from it.

What kills the reader of a file kills that process and not the server (security.md §14), and the
memory that it took is gone with it. A process costs some milliseconds: it is forked from one that
has the formats in hand already and holds no key, no store and no connection. What comes back is
counted before it is looked at, and validated as strictly as a body that comes over the network.
"""

import multiprocessing
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.reduction import DupFd
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast, override

from synergie.errors import Overloaded, TooLarge, Words
from synergie.exchange.files import _limited_process as line
from synergie.exchange.files._record_lines import MAX_RECORD_BYTES, PACK_BYTES
from synergie.exchange.files.file_tasks import Clerk, Task, answer_form
from synergie.exchange.readings.drops import Fault
from synergie.formats.tables.propose import Unconfirmed

CPU_S = 30
"""Seconds of a processor that one file may take."""
MEMORY_MB = 512
"""MiB of memory of its own that its reader may have; libraries it only maps do not count."""
MAX_ANSWER_BYTES = 32 << 20
"""Bytes of an answer: a report of 10,000 refusals has 5 MiB."""

_PATIENCE = 4
"""How many times `CPU_S` the clock may take: the machine does other things, too."""
_WAIT_S = 30.0
"""How long a file waits for a process to be free."""
_RETRY_S = 5.0
_OUT_OF_TIME = (-signal.SIGKILL, -signal.SIGXCPU)
_MOST_FRAME = PACK_BYTES + MAX_RECORD_BYTES + 1024
_MORE = Words("more")


@dataclass(frozen=True, slots=True)
class LimitedReader:
    """Does each task in a process with limits, as many at once as there are processors."""

    cpu_s: int = CPU_S
    memory_mb: int = MEMORY_MB
    room: threading.Semaphore = field(
        default_factory=lambda: threading.Semaphore(os.cpu_count() or 1)
    )

    def run[OrderT, AnswerT](
        self, task: Task[OrderT, AnswerT], source: BinaryIO, order: OrderT, clerk: Clerk
    ) -> AnswerT:
        """As `FileReader` has it. TooLarge over the limits; Overloaded when no process is free."""
        with _on_disk(source) as descriptor, self._acquire_slot():
            here = os.lseek(descriptor, 0, os.SEEK_CUR)  # shared: our own buffer relies on it
            os.lseek(descriptor, 0, os.SEEK_SET)
            try:
                answer = self._done(task, descriptor, order, clerk)
            finally:
                os.lseek(descriptor, here, os.SEEK_SET)
        source.seek(0)
        return cast("AnswerT", answer)

    @contextmanager
    def _acquire_slot(self) -> Iterator[None]:
        if not self.room.acquire(timeout=_WAIT_S):
            raise Overloaded(_RETRY_S)
        try:
            yield
        finally:
            self.room.release()

    def _done(self, task: Callable[..., Any], descriptor: int, order: Any, clerk: Clerk) -> Any:
        context = _build_fork_context()
        ours, theirs = context.Pipe()
        limits = self.cpu_s, self.memory_mb
        told = theirs, _Descriptor(descriptor), (task, order), limits
        reader = context.Process(target=line.run_limited_process, args=told)
        with ours:
            reader.start()
            theirs.close()
            late = threading.Timer(self.cpu_s * _PATIENCE, reader.kill)
            late.start()
            try:
                return _Talk(ours, task, clerk).answer()
            except MemoryError:
                raise self._no_memory() from None
            except (EOFError, ConnectionError):
                reader.join()
                raise self._over(reader) from None
            finally:
                late.cancel()
                reader.kill()
                late.join()
                reader.join()
                reader.close()

    def _over(self, reader: ForkServerProcess) -> TooLarge:
        if reader.exitcode in _OUT_OF_TIME:
            return TooLarge(self.cpu_s, "seconds to be read", "file", _MORE)
        return self._no_memory()

    def _no_memory(self) -> TooLarge:
        return TooLarge(self.memory_mb, "MB of memory to be read", "file", _MORE)


class _Descriptor:
    """A descriptor that a process is given with its start.

    It is made while that is packed: made before, a thread of ours would wait for the process to
    fetch it, and would unpickle what comes.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @override
    def __reduce__(self) -> tuple[Callable[[Any], Any], tuple[Any]]:
        return line.take_descriptor, (DupFd(self._descriptor),)


class _Talk:
    """What is said on the connection of a reader, one frame after another."""

    def __init__(self, connection: Connection, task: Callable[..., Any], clerk: Clerk) -> None:
        self._connection, self._task, self._clerk = connection, task, clerk
        self._parts, self._size = list[bytes](), 0
        self._hear: dict[bytes, Callable[[bytes], None]] = {
            line.RECORDS: clerk.keep,
            line.PROGRESS: lambda body: clerk.progress(float(body)),
            line.OPENED: self._open,
            line.SUBSCRIBED: self._subscribed,
            line.ANSWER: self._take,
        }

    def answer(self) -> Any:
        """The answer of the task; its questions are answered before, its remarks passed on."""
        while True:
            frame = self._connection.recv_bytes(_MOST_FRAME)
            kind, body = frame[:1], frame[1:]
            if kind == line.LAST:
                self._clerk.reserve(self._size)
                return answer_form(self._task).validate_json(b"".join(self._parts))
            if kind not in self._hear:
                raise _parse_process_error(kind, body)
            self._hear[kind](body)

    def _open(self, body: bytes) -> None:
        form, _, digest = body.decode().partition(" ")
        self._connection.send_bytes(b"1" if self._clerk.open(form, digest) else b"0")

    def _subscribed(self, body: bytes) -> None:
        power = self._clerk.subscribed(body.decode())
        self._connection.send_bytes(b"" if power is None else str(power).encode())

    def _take(self, body: bytes) -> None:
        self._parts.append(body)
        self._size += len(body)
        if self._size > MAX_ANSWER_BYTES:
            raise TooLarge(MAX_ANSWER_BYTES, "bytes of report", "file", f"{self._size} bytes")


def _parse_process_error(kind: bytes, body: bytes) -> Exception:
    match kind:
        case line.PROPOSAL:
            return Unconfirmed(line.PROPOSALS.validate_json(body))
        case line.FAULT:
            return Fault.model_validate_json(body).error
        case line.NO_MEMORY:
            return MemoryError()
        case _:
            return RuntimeError(f"the reader of a file broke: {body[:500].decode()}")


def _build_fork_context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([line.__name__])
    return context


@contextmanager
def _on_disk(source: BinaryIO) -> Iterator[int]:
    """The descriptor of the file behind *source*; what is in memory still is put into one."""
    roll = cast(Callable[[], None] | None, getattr(source, "rollover", None))
    if roll is not None:
        roll()
    descriptor = _find_file_descriptor(source)
    if descriptor is not None:
        source.flush()
        yield descriptor
        return
    with TemporaryFile() as copy:
        source.seek(0)
        shutil.copyfileobj(source, copy)
        copy.flush()
        yield copy.fileno()


def _find_file_descriptor(source: BinaryIO) -> int | None:
    with suppress(OSError, AttributeError):
        return source.fileno()
    return None
