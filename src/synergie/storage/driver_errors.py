"""The one map from failures of the database, its driver and its pool to our errors.

The classes of PostgreSQL are those of its manual, appendix A (SQLSTATE); the codes of SQLite are
its primary result codes. What no row names is still no fault of the caller: it may come again.
"""

import errno
import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, NamedTuple

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from synergie.errors import BadInput, Overloaded, StorageFull, StoreDamaged, SynergieError

FULL_S = 60.0
"""Seconds after which a full disk may be tried again."""

type _Kind = Literal["sqlstate", "sqlite", "errno"]
type _Code = tuple[_Kind, str | int]

_FULL: frozenset[_Code] = frozenset(
    {
        ("sqlstate", "53100"),
        ("sqlite", sqlite3.SQLITE_FULL),
        ("errno", errno.ENOSPC),
        ("errno", errno.EDQUOT),
    }
)
_DAMAGED: frozenset[_Code] = frozenset(
    {
        *(("sqlstate", state) for state in ("58030", "XX001", "XX002")),
        ("sqlite", sqlite3.SQLITE_IOERR),
        ("sqlite", sqlite3.SQLITE_CORRUPT),
        ("sqlite", sqlite3.SQLITE_NOTADB),
        ("errno", errno.EIO),
    }
)
_PASSING: frozenset[_Code] = frozenset(
    {
        *(("sqlstate", state) for state in ("53000", "53200", "53300", "53400", "55P03")),
        *(("sqlstate", state) for state in ("25006", "40001", "40P01", "57014")),
        ("sqlite", sqlite3.SQLITE_BUSY),
        ("sqlite", sqlite3.SQLITE_LOCKED),
        ("sqlite", sqlite3.SQLITE_CANTOPEN),
        ("sqlite", sqlite3.SQLITE_READONLY),
        ("sqlite", sqlite3.SQLITE_INTERRUPT),
        ("sqlite", sqlite3.SQLITE_NOMEM),
        ("sqlite", sqlite3.SQLITE_PROTOCOL),
    }
)
_PASSING_CLASSES = ("08", "57P")
"""Connection exceptions; the server is stopping, starting, or was told to end the connection."""
_NUMBER_RANGE: _Code = ("sqlstate", "22003")
_LOST = "OperationalError", "InterfaceError"
"""Classes of PEP 249 that a driver raises without a code when a connection is gone."""


class DriverFault(NamedTuple):
    """What a failure of the database means. `known`: whether the map names its code."""

    error: SynergieError
    known: bool


def map_driver_error(error: BaseException) -> DriverFault | None:
    """*error* of SQLAlchemy, psycopg, sqlite3 or the operating system in our words; None: none.

    StorageFull for a disk that is full; StoreDamaged for one that fails, or a file that is no
    database any more; BadInput for a number that 64 bits do not hold; Overloaded for all else.
    """
    if isinstance(error, PoolTimeoutError):
        return DriverFault(_try_again(), known=True)
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, OverflowError) and "SQLite" in str(cause):
        return DriverFault(_build_number_fault(), known=True)
    if not _is_of_driver(cause):
        return (
            DriverFault(_try_again(), known=False) if isinstance(error, SQLAlchemyError) else None
        )
    return _by_code(_find_error_code(cause), type(cause).__name__)


def is_unmapped(error: BaseException | None) -> bool:
    """Whether *error* is a failure of the database that no row of the map names."""
    fault = None if error is None else map_driver_error(error)
    return fault is not None and not fault.known


def is_read_only(error: BaseException | None) -> bool:
    """Whether PostgreSQL takes no writes (25006): it follows another that was promoted."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return _find_error_code(cause) == ("sqlstate", "25006")


def gave_way(error: BaseException | None) -> bool:
    """Whether a transaction of PostgreSQL was ended for another's sake: done again, it may pass.

    40001: it could not be serialised; 40P01: each waited for the other.
    """
    cause = error.orig if isinstance(error, DBAPIError) else error
    return _find_error_code(cause) in {("sqlstate", "40001"), ("sqlstate", "40P01")}


@contextmanager
def driver_errors() -> Iterator[None]:
    """Failures of the database inside the block leave it in our words, with their cause chained."""
    try:
        yield
    except Exception as error:
        if (fault := map_driver_error(error)) is None:
            raise
        raise fault.error from error


def _by_code(code: _Code | None, kind: str) -> DriverFault:
    if code in _FULL:
        return DriverFault(StorageFull(FULL_S), known=True)
    if code in _DAMAGED:
        return DriverFault(StoreDamaged(_choose_pause()), known=True)
    if code == _NUMBER_RANGE:
        return DriverFault(_build_number_fault(), known=True)
    if code is None:
        return DriverFault(_try_again(), known=kind in _LOST)
    passing = code in _PASSING or str(code[1]).startswith(_PASSING_CLASSES)
    return DriverFault(_try_again(), known=passing)


def _is_of_driver(cause: object) -> bool:
    """Whether a driver of PEP 249 raised it, or the disk; psycopg may not be installed."""
    if isinstance(cause, OSError):
        return ("errno", cause.errno) in _FULL | _DAMAGED
    return isinstance(cause, sqlite3.Error) or type(cause).__module__.startswith("psycopg")


def _find_error_code(cause: object) -> _Code | None:
    """SQLSTATE, SQLite's primary result code, or the errno; None when there is none."""
    match cause:
        case OSError(errno=int(number)):
            return "errno", number
        case sqlite3.Error(sqlite_errorcode=int(extended)):
            return "sqlite", extended & 0xFF
        case Exception(sqlstate=str(state)):  # type: ignore[misc]  # psycopg's
            return "sqlstate", state
        case _:
            return None


def _build_number_fault() -> BadInput:
    return BadInput("/", "a number beyond 64 bits", "numbers between -2^63 and 2^63 - 1")


def _try_again() -> Overloaded:
    return Overloaded(_choose_pause())


def _choose_pause() -> float:
    return round(random.uniform(1, 5), 1)  # noqa: S311 (spreads the returns)
