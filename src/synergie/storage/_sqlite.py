"""SQLite as we open it: in WAL mode, on the disk at each commit, and read back."""

import sqlite3
import time
from typing import Any

from synergie.errors import Misconfigured

PRAGMAS = {
    "busy_timeout": "5000",  # first: the others may have to wait
    "journal_mode": "wal",
    "synchronous": "2",
    "foreign_keys": "1",
    "journal_size_limit": str(64 << 20),
}
_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 1.0)
"""Seconds between tries of a setting that another process holds up."""


def configure_connection(connection: Any, *, strict: bool) -> None:
    """Set a new *connection* up. Misconfigured when a setting did not take, if *strict*."""
    connection.isolation_level = None  # we begin transactions ourselves
    for name, value in PRAGMAS.items():
        _run_with_retries(connection, f"PRAGMA {name}={value}")
        (found,) = connection.execute(f"PRAGMA {name}").fetchone()
        if strict and str(found).lower() != value:
            raise Misconfigured("SQLite {} is {}, expected {}", name, found, value)


def _run_with_retries(connection: Any, command: str) -> None:
    """Run *command*; SQLite itself does not wait where two hands turn a new file to WAL."""
    for pause in _PAUSES:
        try:
            connection.execute(command)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(pause)
        else:
            return
    connection.execute(command)
