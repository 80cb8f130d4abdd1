"""Databases of the tests, on each engine: empty or as another one is, gone at the end."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from pathlib import Path
from secrets import token_hex
from typing import Any

from tests.components import missing

_COMPILED: dict[tuple[str, str | None], tuple[Any, Any]] = {}
_STATEMENTS = 10_000
"""As many as all tests of a process make; SQLAlchemy keeps 500 of an engine."""


def share_statements(engine: Any) -> None:
    """What SQLAlchemy compiled for one engine serves the next of its kind: a third of most tests.

    It is found by the dialect, so that engines of one process have one.
    """
    mine = (engine.dialect, engine._compiled_cache)
    kind = (engine.dialect.name, engine.dialect._on_connect_isolation_level)
    engine.dialect, engine._compiled_cache = _COMPILED.setdefault(kind, mine)
    engine._compiled_cache.capacity = _STATEMENTS


def share_statements_of_stores() -> None:
    """The same for every store that is opened from now on, wherever that is done."""
    store = sys.modules.get("synergie.storage.store")
    if store is None or getattr(store.Store.open, "shares", False):
        return
    plain = store.Store.open.__func__

    def open_sharing(kind: Any, *args: Any, **more: Any) -> Any:
        opened = plain(kind, *args, **more)
        for engine in (opened.engine, opened._direct):
            share_statements(engine)
        return opened

    open_sharing.shares = True  # type: ignore[attr-defined]
    store.Store.open = classmethod(wraps(plain)(open_sharing))


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


@contextmanager
def new_store(engine: str, folder: Path, *, like: Path) -> Iterator[Any]:
    """A store on *engine*, `sqlite` or `postgres`, gone at the end; for more tests than one.

    The file is in *folder*, a copy of *like*.
    """
    from synergie.storage.store import Store

    with postgres() if engine == "postgres" else nullcontext(sqlite(folder, like=like)) as url:
        store = Store.open(url)
        try:
            yield store
        finally:
            store.close()
