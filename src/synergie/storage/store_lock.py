"""One server a SQLite file: the lock, who holds it, and whether the file was left damaged.

Several servers on one file would each believe that they alone gather its writes, and over a
network disk SQLite's own locks do not hold. PostgreSQL has many servers and needs none of this.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import make_url

from synergie.errors import Misconfigured

_DAMAGED = "damaged"
_MODE = 0o600


def read_store_file(url: str) -> Path | None:
    """The file of a SQLite store; None for one in memory and for PostgreSQL."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite" or parts.database in (None, "", ":memory:"):
        return None
    return Path(str(parts.database))


@contextmanager
def lock_store(url: str, holder: str) -> Iterator[None]:
    """Hold the store at *url* for *holder* (a name for people) until the block ends.

    Misconfigured when another server holds it, with that one's name, and when the file was left
    by a disk that failed and does not hold: it is looked at first (`PRAGMA quick_check`).
    """
    file = read_store_file(url)
    if file is None:
        yield
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(_lock_path(file), os.O_RDWR | os.O_CREAT, _MODE)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Misconfigured(
                "{} is served already, by {}: stop that one, or serve another store",
                file,
                _read_text(descriptor) or "a server that is starting",
            ) from None
        if _damage_path(file).exists():
            for part in (file, file.with_name(f"{file.name}-used")):
                if part.exists():
                    _check_database_file(part)
            _damage_path(file).unlink()
        _write_text(descriptor, holder)
        yield
        _write_text(descriptor, "")
    finally:
        os.close(descriptor)


def read_server_name(url: str) -> str:
    """The name of the server that holds the SQLite store at *url*; empty: none does."""
    file = read_store_file(url)
    if file is None or not _lock_path(file).exists():
        return ""
    descriptor = os.open(_lock_path(file), os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read_text(descriptor) or "?"
    else:
        return ""
    finally:
        os.close(descriptor)


def mark_damage(url: str) -> None:
    """Note beside the file that its disk failed, so that the next start looks before it serves."""
    file = read_store_file(url)
    if file is not None:
        _damage_path(file).write_text(_DAMAGED, encoding="ascii")


def _check_database_file(file: Path) -> None:
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True)) as database:
        try:
            (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            found = str(error)
    if found != "ok":
        raise Misconfigured(
            "{}: the disk failed while it was written, and it does not hold: {}. "
            "Restore it from a backup",
            file,
            found,
        )


def _lock_path(file: Path) -> Path:
    return file.with_name(f"{file.name}-server")


def _damage_path(file: Path) -> Path:
    return file.with_name(f"{file.name}-damaged")


def _read_text(descriptor: int) -> str:
    return os.pread(descriptor, 200, 0).decode("utf-8", "replace").strip()


def _write_text(descriptor: int, text: str) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)
