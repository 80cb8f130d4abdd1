"""A temporary folder that is gone with its process, also when that was killed: the next one sweeps.

A killed process removes nothing. So its folder bears a file that it locks while it lives, with the
server that it started by number and start. A lock that can be taken is of a process that is gone:
then that server is ended and the folder removed. What is locked, is another user's, or bears no
such file is left alone.
"""

import fcntl
import json
import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK = ".vivant"
"""The file that the living lock."""

_END_S = 10.0
_PAUSE_S = 0.05
_START = 19
"""Place of the start among the fields of /proc/PID/stat that follow the name (proc(5): 22)."""


@contextmanager
def open_temporary_folder(prefix: str) -> Iterator[Path]:
    """A new folder until the block ends; those that killed processes left are removed first."""
    sweep(Path(tempfile.gettempdir()), prefix)
    with tempfile.TemporaryDirectory(prefix=prefix) as made, _hold_lock_file(Path(made)):
        yield Path(made)


def note_server(folder: Path, pid: int) -> None:
    """Write down which process serves from *folder*, one of `temporary`'s."""
    started = _read_process_start(pid)
    if started is not None:
        (folder / LOCK).write_text(json.dumps({"pid": pid, "started": started}), encoding="ascii")


def sweep(place: Path, prefix: str) -> list[Path]:
    """Remove the folders of *place* that processes of ours left when they were killed; which."""
    return [
        one
        for one in sorted(place.glob(f"{prefix}*"))
        if _is_own_folder(one) and _remove_if_orphaned(one)
    ]


@contextmanager
def _hold_lock_file(folder: Path) -> Iterator[None]:
    """The file is locked before it has its name: nobody finds it free while its maker lives."""
    unnamed = folder / f"{LOCK}.new"
    descriptor = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        unnamed.rename(folder / LOCK)
        yield
    finally:
        os.close(descriptor)


def _is_own_folder(folder: Path) -> bool:
    """A folder, no link to one, of the user who asks."""
    with suppress(OSError):
        told = folder.lstat()
        return stat.S_ISDIR(told.st_mode) and told.st_uid == os.getuid()
    return False


def _remove_if_orphaned(folder: Path) -> bool:
    """Whether the maker of *folder* is gone; the folder is, too, then."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _end_server(os.read(descriptor, 4096))
        shutil.rmtree(folder)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def _end_server(told: bytes) -> None:
    """End the server that was written down, if it is that process still and no later one."""
    try:
        server = json.loads(told)
        pid, started = int(server["pid"]), int(server["started"])
    except (ValueError, KeyError, TypeError):
        return
    end = time.monotonic() + _END_S
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if _read_process_start(pid) != started:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, sign)
        while _read_process_start(pid) == started and time.monotonic() < end:
            time.sleep(_PAUSE_S)


def _read_process_start(pid: int) -> int | None:
    """When a living process started, in ticks since the machine did; None: it is none, or unknown.

    Read from /proc: on a system without it no server is written down, and none is ended.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else int(fields[_START])
