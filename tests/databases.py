"""Databases of the tests, on each engine: empty or as another one is, gone at the end."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from tests.components import missing


def sqlite(folder: Path, *, like: str | Path) -> str:
    """The address of a copy, in *folder*, of the SQLite file *like* (or of its address)."""
    path = folder / "store.db"
    shutil.copy(str(like).removeprefix("sqlite:///"), path)
    return f"sqlite:///{path}"


@contextmanager
def postgres(*, like: str | None = None) -> Iterator[str]:
    """The address of a PostgreSQL database of its own, dropped at the end.

    Empty, or as the database at the address *like*, which nobody may have open then. No lock in
    it is given up because the machine stood still.
    """
    import psycopg

    from synergie.storage import store

    store._WAIT_S = 60
    dsn = os.environ.get("SYNERGIE_TEST_POSTGRES")
    if not dsn:
        missing("a PostgreSQL server (SYNERGIE_TEST_POSTGRES)")
    name = f"synergie_{token_hex(6)}"
    template = f" TEMPLATE {like.rpartition('/')[2]}" if like else ""
    with psycopg.connect(dsn, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}{template}".encode())
    try:
        yield f"{dsn.rsplit('/', 1)[0]}/{name}"
    finally:
        with psycopg.connect(dsn, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
