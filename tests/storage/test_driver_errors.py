"""The map of driver errors: each class of PostgreSQL, each code of SQLite, the pool, the disk."""

import errno
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psycopg
import pytest
from psycopg import errors as pg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from synergie.errors import BadInput, Overloaded, StorageFull, StoreDamaged, SynergieError
from synergie.storage.driver_errors import driver_errors, is_unmapped, map_driver_error
from synergie.storage.store import Session, Store, run_again


def _classes() -> list[type[psycopg.Error]]:
    """Every class of `psycopg.errors` that stands for one SQLSTATE."""
    kinds = (one for one in vars(pg).values() if isinstance(one, type))
    return [one for one in kinds if issubclass(one, psycopg.Error) and one.sqlstate]


def _wrapped(cause: Exception) -> DBAPIError:
    return DBAPIError("SELECT 1", None, cause)


def _meaning(error: BaseException) -> SynergieError:
    fault = map_driver_error(error)
    assert fault is not None, error
    return fault.error


def test_every_class_of_postgresql_is_an_answer_that_may_be_tried_again_or_says_why() -> None:
    kinds = _classes()
    assert len(kinds) > 200
    for kind in kinds:
        for error in (kind("why"), _wrapped(kind("why"))):
            meaning = _meaning(error)
            if isinstance(meaning, Overloaded):
                assert 1 <= meaning.retry_after <= 5, kind
            else:
                assert isinstance(meaning, StorageFull | BadInput), kind


@pytest.mark.parametrize(
    ("kind", "expected", "known"),
    [
        (pg.AdminShutdown, Overloaded, True),
        (pg.CannotConnectNow, Overloaded, True),
        (pg.ConnectionFailure, Overloaded, True),
        (pg.TooManyConnections, Overloaded, True),
        (pg.OutOfMemory, Overloaded, True),
        (pg.LockNotAvailable, Overloaded, True),
        (pg.ReadOnlySqlTransaction, Overloaded, True),
        (pg.SerializationFailure, Overloaded, True),
        (pg.DeadlockDetected, Overloaded, True),
        (pg.DiskFull, StorageFull, True),
        (pg.IoError, StoreDamaged, True),
        (pg.DataCorrupted, StoreDamaged, True),
        (pg.IndexCorrupted, StoreDamaged, True),
        (pg.NumericValueOutOfRange, BadInput, True),
        (pg.UndefinedTable, Overloaded, False),
        (pg.UniqueViolation, Overloaded, False),
        (psycopg.OperationalError, Overloaded, True),
        (psycopg.InterfaceError, Overloaded, True),
        (psycopg.InternalError, Overloaded, False),
    ],
)
def test_what_postgresql_says_has_one_meaning(
    kind: type[psycopg.Error], expected: type[SynergieError], *, known: bool
) -> None:
    for error in (kind("why"), _wrapped(kind("why"))):
        assert type(_meaning(error)) is expected
        assert is_unmapped(error) is not known


@pytest.mark.parametrize(
    ("code", "expected", "known"),
    [
        (sqlite3.SQLITE_BUSY, Overloaded, True),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, Overloaded, True),
        (sqlite3.SQLITE_LOCKED, Overloaded, True),
        (sqlite3.SQLITE_CANTOPEN, Overloaded, True),
        (sqlite3.SQLITE_READONLY, Overloaded, True),
        (sqlite3.SQLITE_FULL, StorageFull, True),
        (sqlite3.SQLITE_IOERR, StoreDamaged, True),
        (sqlite3.SQLITE_IOERR_FSYNC, StoreDamaged, True),
        (sqlite3.SQLITE_CORRUPT, StoreDamaged, True),
        (sqlite3.SQLITE_NOTADB, StoreDamaged, True),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, Overloaded, False),
        (sqlite3.SQLITE_MISUSE, Overloaded, False),
    ],
)
def test_what_sqlite_says_has_one_meaning(
    code: int, expected: type[SynergieError], *, known: bool
) -> None:
    cause = sqlite3.DatabaseError("why")
    cause.sqlite_errorcode = code
    for error in (cause, _wrapped(cause)):
        assert type(_meaning(error)) is expected
        assert is_unmapped(error) is not known


def test_a_pool_without_a_free_connection_is_tried_again() -> None:
    assert type(_meaning(PoolTimeoutError("QueuePool limit"))) is Overloaded


@pytest.mark.parametrize(
    ("number", "expected"),
    [(errno.ENOSPC, StorageFull), (errno.EDQUOT, StorageFull), (errno.EIO, StoreDamaged)],
)
def test_a_disk_that_is_full_or_fails_is_said(number: int, expected: type[SynergieError]) -> None:
    assert type(_meaning(OSError(number, "why"))) is expected


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), FileNotFoundError(2, "no")])
def test_what_is_not_of_the_database_is_left_as_it_is(error: Exception) -> None:
    assert map_driver_error(error) is None
    with pytest.raises(type(error)), driver_errors():
        raise error


def test_a_number_beyond_64_bits_is_the_callers(store: Store) -> None:
    query = text("SELECT CAST(:n AS BIGINT) + 0")
    with pytest.raises(BadInput, match="64 bits"), store.read() as session:
        session.connection().execute(query, {"n": 1 << 63})


def _end_connection(store: Store, session: Session) -> None:
    """What an operator's pg_terminate_backend, or a server that stops, does to a connection."""
    pid = session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one()
    with store.engine.begin() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})


def _ask_driver(session: Session) -> None:
    driver = session.connection().connection.driver_connection
    assert driver is not None
    driver.execute("SELECT 1")


def _ask_session(session: Session) -> None:
    session.connection().execute(text("SELECT 1"))


@pytest.mark.parametrize("ask", [_ask_session, _ask_driver, lambda _session: None])
def test_a_connection_that_was_ended_is_tried_again_wherever_it_was(
    store: Store, ask: Callable[[Session], None]
) -> None:
    """At a statement of the session, at one of the driver, at the commit."""
    if store.is_sqlite:
        return

    def write() -> None:
        with store.write() as session:
            _end_connection(store, session)
            ask(session)

    with pytest.raises(Overloaded):
        write()
    assert store.at_once(lambda cursor: cursor.execute("SELECT 1").fetchone()) == (1,)
    with store.read() as session:
        assert session.connection().execute(text("SELECT 1")).scalar_one() == 1


def test_a_file_that_became_no_database_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = Store.open(f"sqlite:///{path}")
    store.engine.dispose()
    size = path.stat().st_size
    path.write_bytes(b"x" * size)
    with pytest.raises(StoreDamaged):
        _count(store)
    assert store.damage.is_set()
    store.close()


def _count(store: Store) -> object:
    with store.read() as session:
        return session.connection().execute(text("SELECT count(*) FROM head")).scalar_one()


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_a_statement_that_gave_way_to_another_is_tried_three_times(
    postgres_store: Store, state: str
) -> None:
    tries = 0

    def gives_way(cursor: psycopg.Cursor, *, times: int) -> str:
        nonlocal tries
        tries += 1
        if tries <= times:
            raising = f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"
            cursor.execute(raising.encode())
        return "done"

    assert postgres_store.at_once(partial(gives_way, times=2)) == "done"
    assert tries == 3
    tries = 0
    with pytest.raises(Overloaded):
        postgres_store.at_once(partial(gives_way, times=3))
    assert tries == 3


@pytest.mark.parametrize("state", ["40001", "40P01"])
@pytest.mark.parametrize("times", [2, 3])
def test_what_may_be_run_again_is_run_three_times_when_it_gave_way(
    postgres_store: Store, state: str, times: int
) -> None:
    tries = 0

    @run_again
    def change() -> str:
        nonlocal tries
        with postgres_store.write() as session:
            tries += 1
            session.connection().execute(text("DELETE FROM head"))
            if tries <= times:
                raising = f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$"
                session.connection().execute(text(raising))
            session.rollback()
        return "done"

    if times == 2:
        assert change() == "done"
    else:
        with pytest.raises(Overloaded) as error:
            change()
        assert error.value.retry_after > 0
    assert tries == 3
    assert _count(postgres_store) == 1


def test_what_failed_otherwise_is_not_run_again() -> None:
    tries = 0

    @run_again
    def change() -> None:
        nonlocal tries
        tries += 1
        raise Overloaded(1)

    with pytest.raises(Overloaded):
        change()
    assert tries == 1
