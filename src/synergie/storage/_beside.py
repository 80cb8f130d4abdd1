"""Used proofs and assertions in a SQLite file of their own, many threads' in one commit.

SQLite has one writer a file, so in the store's file each read would wait for a long deposit. Here
it waits for the disk alone: while one thread commits, the others gather, and the next commit is
of all of them. What a caller is told is on the disk, like every write of ours (decision 0018).
"""

import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from synergie.errors import Misconfigured, StoreDamaged
from synergie.storage._sqlite import configure_connection
from synergie.storage.driver_errors import map_driver_error
from synergie.storage.private_files import make_private

type Kind = Literal["proof", "assertion"]

_TABLE = """
CREATE TABLE IF NOT EXISTS used (
    kind TEXT NOT NULL, holder TEXT NOT NULL, jti BLOB NOT NULL, expires_ms INTEGER NOT NULL,
    PRIMARY KEY (kind, holder, jti)
) STRICT, WITHOUT ROWID
"""
_INDEX = "CREATE INDEX IF NOT EXISTS used_by_time ON used (expires_ms)"
_NOTE = "INSERT INTO used VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_FORGET = "DELETE FROM used WHERE expires_ms < ?"

type Used = tuple[Kind, str, str, datetime]
"""What kind, by whom, its `jti`, and until when that is remembered."""

type _Row = tuple[str, str, bytes, int]


@dataclass(slots=True, eq=False)
class _Use:
    """One thread's use, until a commit has told whether it was the first."""

    row: _Row
    done: bool = False
    first: bool = False
    error: Exception | None = None


@dataclass(slots=True, eq=False)
class Beside:
    """The file at *path* beside the store, made and opened at its first use; `:memory:` for none.

    Threads share it, and so do processes.
    """

    path: str
    damage: threading.Event = field(default_factory=threading.Event)
    """The store's: set once the disk or a file failed."""
    _open: sqlite3.Connection | None = None
    _gathering: threading.Lock = field(default_factory=threading.Lock)
    _committing: threading.Lock = field(default_factory=threading.Lock)
    _waiting: list[_Use] = field(default_factory=list)

    def note(self, kind: Kind, holder: str, jti: str, *, until: datetime) -> bool:
        """Note that *holder* used *jti*, until *until*; False when it had. On the disk at once.

        Overloaded when another process does not let go, StorageFull when the disk is full.
        """
        return self.note_all([(kind, holder, jti, until)])[0]

    def note_all(self, uses: Iterable[Used]) -> list[bool]:
        """Note each of *uses*, in one commit; of each, whether it was the first."""
        noted = [_Use(_build_proof_row(*one)) for one in uses]
        if not noted:
            return []
        with self._gathering:
            self._waiting += noted
        with self._committing:
            if not noted[-1].done:
                self._commit()
        for use in noted:
            if use.error is not None:
                raise use.error
        return [use.first for use in noted]

    def forget(self, *, now: datetime) -> int:
        """Remove what its time alone refuses; how many."""
        with self._committing:
            try:
                return (
                    self._connection().execute(_FORGET, (_convert_to_milliseconds(now),)).rowcount
                )
            except sqlite3.DatabaseError as error:
                raise self._map(error) from error

    def close(self) -> None:
        """Close the file."""
        with self._committing:
            if self._open is not None:
                self._open.close()
                self._open = None

    def _connection(self) -> sqlite3.Connection:
        """The connection of whoever holds the right to commit."""
        if self._open is None:
            self._open = _open_proof_file(self.path)
        return self._open

    def _commit(self) -> None:
        """Write what has gathered in one transaction."""
        with self._gathering:
            gathered, self._waiting = self._waiting, []
        try:
            first = self._written([use.row for use in gathered])
        except (sqlite3.DatabaseError, Misconfigured) as error:
            for use in gathered:
                use.error, use.done = self._map(error), True
            return
        for use, fresh in zip(gathered, first, strict=True):
            use.first, use.done = fresh, True

    def _map(self, error: Exception) -> Exception:
        """A failure of SQLite in our words."""
        fault = map_driver_error(error)
        if fault is not None and isinstance(fault.error, StoreDamaged):
            self.damage.set()
        return error if fault is None else fault.error

    def _written(self, rows: list[_Row]) -> list[bool]:
        connection = self._connection()
        execute = connection.execute
        if len(rows) == 1:  # a transaction by itself, in a third of the calls
            return [execute(_NOTE, rows[0]).rowcount == 1]
        execute("BEGIN IMMEDIATE")
        try:
            first = [execute(_NOTE, row).rowcount == 1 for row in rows]
            execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                execute("ROLLBACK")
            raise
        return first


def _open_proof_file(path: str) -> sqlite3.Connection:
    if path != ":memory:":
        make_private(Path(path))
    connection = sqlite3.connect(path, check_same_thread=False)
    try:
        configure_connection(connection, strict=path != ":memory:")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_TABLE)
        connection.execute(_INDEX)
        connection.execute("COMMIT")
    except BaseException:
        connection.close()
        raise
    return connection


def _build_proof_row(kind: Kind, holder: str, jti: str, until: datetime) -> _Row:
    digest = sha256(jti.encode("utf-8", "surrogatepass")).digest()
    return kind, holder, digest, _convert_to_milliseconds(until)


def _convert_to_milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
