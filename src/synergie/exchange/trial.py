"""A trial read: a file is read to its end in a process of its own, with limits, before it is here.

What kills its reader kills that process and not the server (security.md §14). The trial says only
whether the reading ends within the limits; what the file is worth is told by the reading after it,
which does the same again. A process costs some milliseconds: it is forked from one that has the
formats in hand already and holds no key, no store and no connection.
"""

import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from multiprocessing.reduction import DupFd
from typing import Any, BinaryIO, cast

from synergie.errors import TooLarge
from synergie.formats.check import check
from synergie.schemas.profile import Profile

CPU_S = 30
"""Seconds of a processor that one file may take."""
MEMORY_MB = 4096
"""Megabytes of address space that its reader may have; libraries alone map one or two thousand."""

_PATIENCE = 4
"""How many times `CPU_S` the clock may take: the machine does other things, too."""
_NO_MEMORY = 3
_OUT_OF_TIME = (-signal.SIGKILL, -signal.SIGXCPU)
_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Trial:
    """Reads files in processes with limits, as many at once as there are processors."""

    cpu_s: int = CPU_S
    memory_mb: int = MEMORY_MB
    room: threading.Semaphore = field(
        default_factory=lambda: threading.Semaphore(os.cpu_count() or 1)
    )

    def __call__(self, source: BinaryIO, form: str, name: str, profile: Profile) -> None:
        """Whether *source* can be read within the limits: TooLarge when not.

        A source without a file descriptor is not tried. Its position is at the start again.
        """
        descriptor = _descriptor(source)
        if descriptor is None:
            return
        told = form, name, profile.model_dump_json()
        source.flush()
        here = os.lseek(descriptor, 0, os.SEEK_CUR)  # the reader shares it, our buffer relies on it
        with self.room:
            os.lseek(descriptor, 0, os.SEEK_SET)
            given = DupFd(descriptor), told, self.cpu_s, self.memory_mb * _MB
            reader = _context().Process(target=_read, args=given)
            reader.start()
            reader.join(self.cpu_s * _PATIENCE)
            if reader.is_alive():
                reader.kill()
                reader.join()
            code = reader.exitcode
            reader.close()
            os.lseek(descriptor, here, os.SEEK_SET)
        source.seek(0)
        if code in _OUT_OF_TIME:
            raise TooLarge(self.cpu_s, "seconds to be read")
        if code != 0:
            raise TooLarge(self.memory_mb, "MB of memory to be read")


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["synergie.formats.check"])
    return context


def _descriptor(source: BinaryIO) -> int | None:
    """The descriptor of the file behind *source*; what is in memory still is put into one."""
    roll = cast(Callable[[], None] | None, getattr(source, "rollover", None))
    if roll is not None:
        roll()
    with suppress(OSError, AttributeError):
        return source.fileno()
    return None


def _read(source: Any, told: tuple[str, str, str], cpu_s: int, memory: int) -> None:
    """The life of the reader: it ends its process, with 0 also for a fault that is told later."""
    code, (form, name, profile) = 0, told
    descriptor = source.detach()
    _limit(resource.RLIMIT_CPU, cpu_s)
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CORE, 0)
    try:
        with open(descriptor, "rb") as file:  # noqa: PTH123 (a descriptor)
            check(file, format=form, name=name, profile=Profile.model_validate_json(profile))
    except (MemoryError, ImportError):  # a library that could not be mapped is an ImportError
        code = _NO_MEMORY
    finally:  # any other fault the reading after this one meets again, and tells
        os._exit(code)


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (allowed, allowed))
