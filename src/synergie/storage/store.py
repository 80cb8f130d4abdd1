"""The store: one database, opened safely, and its read and write transactions.

A write is acknowledged only when it is on the disk: SQLite in WAL mode with synchronous=FULL
(NORMAL loses acknowledged commits at a power cut), PostgreSQL with fsync and synchronous_commit
on. Both are read back when the store is opened, and a store that says otherwise is not opened.
"""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session

from synergie.errors import Misconfigured, Overloaded, StorageFull, StoreDamaged, SynergieError
from synergie.storage._beside import Beside
from synergie.storage._sqlite import configure_connection
from synergie.storage.database_file import DatabaseFile
from synergie.storage.driver_errors import FULL_S, driver_errors, gave_way, is_read_only
from synergie.storage.mark import require_reached, write_mark
from synergie.storage.migrations import bring_to_head, require_head
from synergie.storage.place import look_at_place, settle_place
from synergie.storage.private_files import make_private

__all__ = ["Session", "Store", "run_again"]

_POSTGRES = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_RESERVE_BYTES = 64 << 20
_OLDEST_POSTGRES = 150_000
_TRIES = 3
_GAVE_WAY_S = 0.05
"""Longest pause before a transaction that gave way is run again, seconds; then twice as long."""
_WAIT_S = 5
"""How long PostgreSQL, a connection to it or a lock in it is awaited, seconds."""


def run_again[**P, ResultT](act: Callable[P, ResultT]) -> Callable[P, ResultT]:
    """*act*, which is run again when its transaction gave way to another: three times in all.

    Nothing of a transaction that gave way stays. *act* is one transaction, or several that may be
    done twice; what it is given may be read again, and nobody is told of it before it returns.
    """

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> ResultT:
        for n in range(_TRIES - 1):
            try:
                return act(*args, **kwargs)
            except Overloaded as error:
                if not gave_way(error.__cause__):
                    raise
            time.sleep(random.uniform(0, _GAVE_WAY_S * 2**n))  # noqa: S311 (apart from the other)
        return act(*args, **kwargs)

    return run


@dataclass(frozen=True, slots=True)
class Store:
    """One database. `read()` and `write()` give sessions; everything in one is one transaction.

    Writes of one process wait for one another on SQLite (one writer), other processes wait up to
    5 s; then Overloaded. StorageFull when the disk holds no more: nothing is half written.
    """

    url: str
    engine: Engine
    _direct: Engine = field(repr=False)
    """Connections on which each statement is a transaction."""
    beside: Beside | None = field(default=None, repr=False)
    """SQLite: the file of used proofs, so that reads do not wait for a long write."""
    damage: threading.Event = field(default_factory=threading.Event, repr=False)
    """Set once the disk or the file of the database failed: nothing more may be promised."""
    file: DatabaseFile | None = field(default=None, repr=False)
    """SQLite on a disk: the file that was opened."""
    _writer: AbstractContextManager[Any] = field(default_factory=nullcontext, repr=False)
    _everybody: AbstractContextManager[Any] = field(default_factory=nullcontext, repr=False)

    @classmethod
    def open(cls, url: str, *, migrate: bool = True, accept: bool = False) -> "Store":
        """The store at *url*: `sqlite:///file.db`, `sqlite://` (memory) or `postgresql://…`.

        With *migrate* the tables are brought to this version first, under a lock; without, a
        store of another version is refused. One that is behind its mark (`storage.mark`) is opened
        only with *accept*. Raises Misconfigured.
        """
        if url == "sqlite:///":
            raise Misconfigured("store {!r}: the address names no file", url)
        if url.startswith("sqlite"):
            _refuse_second_name(url)
            engine, damage = _create_sqlite_engine(url), threading.Event()
            store = cls(
                url=url,
                engine=engine,
                _direct=engine,
                beside=_open_used_proofs(url, damage),
                damage=damage,
                file=None if _in_memory(url) else _private_file(url),
                _writer=threading.Lock(),
                _everybody=threading.RLock() if _in_memory(url) else nullcontext(),
            )
        elif url.startswith("postgresql"):
            store = cls(
                url=url, engine=_create_checked_postgres(url), _direct=_postgres_direct(url)
            )
        else:
            raise Misconfigured("store {!r}: expected sqlite or postgresql", url.split(":", 1)[0])
        try:
            store._ready(migrate=migrate, accept=accept)
        except BaseException:
            store._release()
            raise
        return store

    def _ready(self, *, migrate: bool, accept: bool) -> None:
        try:
            (bring_to_head if migrate else require_head)(self.engine)
        except DBAPIError as error:
            raise Misconfigured("the store cannot be opened: {}", error.orig) from error
        if self.is_sqlite and not accept:
            require_reached(self.engine, self.url)
        elif not self.is_sqlite:
            settle_place(self.url)

    @property
    def is_sqlite(self) -> bool:
        """Whether one writer at a time is the rule."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads; one snapshot, short.

        On PostgreSQL the snapshot is asked for (REPEATABLE READ): a cursor taken from a later
        statement than the rows it follows would skip what was committed in between.
        """
        with (
            self._everybody,
            self._failures(),
            Session(self._reader, expire_on_commit=False) as session,
        ):
            yield session
            session.rollback()

    @contextmanager
    def write(self, *, essential: bool = False) -> Iterator[Session]:
        """A session whose work is committed, and on the disk, when the block ends.

        *essential*: small, and needed for reads and revocations to go on when the disk is nearly
        full; it may use the reserve.
        """
        if not essential:
            self._check_free_space()
        engine = self.engine.execution_options(synergie_write=True)
        with (
            self._everybody,
            self._writer,
            self._failures(),
            Session(engine, expire_on_commit=False) as session,
        ):
            session.connection()  # begin now: the first read must see what the lock protects
            yield session
            session.commit()
            self._require_file()

    def look(self) -> None:
        """StoreDamaged, and `damage` is set, when the file that was opened is not there."""
        with self._failures():
            self._require_file()

    def _require_file(self) -> None:
        if self.file is not None:
            self.file.require()

    def at_once[T](self, ask: Callable[[Any], T]) -> T:
        """What *ask* finds with a cursor of the driver; each statement is a transaction.

        What a statement changed is on the disk when it returns. *ask* runs again, three times in
        all, when the connection turns out to be lost, for the server was started anew, or when it
        was the one to give way to another transaction.
        """
        with self._everybody, self._failures():
            for _ in range(_TRIES - 1):
                try:
                    return self._query_direct(ask)
                except OperationalError as error:
                    if error.connection_invalidated:
                        self._direct.dispose()
                    elif not gave_way(error):
                        raise
            return self._query_direct(ask)

    def _query_direct[T](self, ask: Callable[[Any], T]) -> T:
        connection, driver = self._direct.raw_connection(), self._direct.dialect.loaded_dbapi
        try:
            with closing(connection.cursor()) as cursor:
                return ask(cursor)
        except (driver.OperationalError, driver.InterfaceError) as error:
            lost = bool(getattr(connection.driver_connection, "closed", False))
            if lost:
                connection.invalidate()
            raise OperationalError(None, None, error, connection_invalidated=lost) from error
        finally:
            connection.close()

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """The engine's failures in our words; a disk or file that fails is remembered."""
        try:
            with driver_errors():
                yield
        except StoreDamaged:
            self.damage.set()
            raise
        except Overloaded as error:
            if is_read_only(error.__cause__):  # another server leads now: ask anew where it is
                self.engine.dispose()
                self._direct.dispose()
            raise

    @property
    def _reader(self) -> Engine:
        if self.is_sqlite:
            return self.engine
        return self.engine.execution_options(isolation_level="REPEATABLE READ")

    def close(self) -> None:
        """Close every connection; the WAL is folded in by SQLite itself."""
        try:
            with suppress(DBAPIError, OSError, SynergieError):  # an older mark asks for less
                write_mark(self.engine, self.url)
        finally:
            self._release()

    def _release(self) -> None:
        self.engine.dispose()
        self._direct.dispose()
        if self.beside is not None:
            self.beside.close()

    def _check_free_space(self) -> None:
        path = self.engine.url.database
        if not self.is_sqlite or not path or path == ":memory:":
            return
        state = os.statvfs(Path(path).parent)
        if state.f_bavail * state.f_frsize < _RESERVE_BYTES:
            raise StorageFull(FULL_S)


def _in_memory(url: str) -> bool:
    return url in {"sqlite://", "sqlite:///:memory:"}


def _refuse_second_name(url: str) -> None:
    """Misconfigured for a link to a file, or a file with two names.

    What stands beside a file bears its name: the lock of the server, the used proofs, the mark
    and, of a second name of the file itself, SQLite's own log of what is not in it yet.
    """
    path = Path(str(make_url(url).database))
    if path.is_symlink():
        raise Misconfigured("{} is a link: name the file itself, {}", path, path.resolve())
    if not _in_memory(url) and path.is_file() and path.stat().st_nlink > 1:
        raise Misconfigured(
            "{} has a second name (a hard link): whoever opens it by the other one damages it. "
            "`find DISK -samefile {}` finds it: delete it",
            path,
            path,
        )


def _private_file(url: str) -> DatabaseFile | None:
    """The file at *url*, closed to others; None when it cannot be made: SQLite tells why."""
    path = Path(str(make_url(url).database))
    make_private(path)
    return DatabaseFile.at(path) if path.exists() else None


def _open_used_proofs(url: str, damage: threading.Event) -> Beside:
    """The file of used proofs: `synergie.db-used` beside `synergie.db`."""
    return Beside(":memory:" if _in_memory(url) else f"{make_url(url).database}-used", damage)


def _create_sqlite_engine(url: str) -> Engine:
    options: dict[str, Any] = {"connect_args": {"check_same_thread": False}}
    if _in_memory(url):
        options["poolclass"] = StaticPool
    else:
        options |= {"pool_size": 16, "max_overflow": 48}
    engine = create_engine(url, hide_parameters=True, **options)

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _record: Any) -> None:
        try:
            configure_connection(connection, strict=not _in_memory(url))
        except BaseException:
            connection.close()
            raise

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("synergie_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _create_checked_postgres(url: str) -> Engine:
    engine = _postgres_engine(url, pool_size=10, max_overflow=20, pool_pre_ping=True)
    try:
        with engine.connect() as connection:
            _check_postgres_settings(connection)
    except OperationalError as error:
        raise Misconfigured("PostgreSQL does not answer: {}", error.orig) from error
    return engine


def _postgres_direct(url: str) -> Engine:
    """Few connections without a ping and without a reset: a way there and back costs each time."""
    return _postgres_engine(
        url, pool_size=2, max_overflow=8, pool_reset_on_return=None, isolation_level="AUTOCOMMIT"
    )


def _postgres_engine(url: str, **options: Any) -> Engine:
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        hide_parameters=True,  # an error goes to the log, and values are people's data
        pool_timeout=_WAIT_S,
        connect_args={
            "options": f"-c lock_timeout={_WAIT_S}s -c timezone=UTC",
            "connect_timeout": _WAIT_S,
        },
        **options,
    )

    @event.listens_for(engine, "connect")
    def _look(connection: Any, _record: Any) -> None:
        look_at_place(connection, url)

    return engine


def _check_postgres_settings(connection: Connection) -> None:
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    if version < _OLDEST_POSTGRES:
        raise Misconfigured("PostgreSQL {}: expected 15 or newer", version)
    for name, value in _POSTGRES.items():
        found = connection.execute(text(f"SHOW {name}")).scalar_one()
        if found != value:
            raise Misconfigured("PostgreSQL {} is {}, expected {}", name, found, value)
