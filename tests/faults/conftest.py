"""A real server process that can be killed, on each engine."""

import os
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import psycopg
import pytest

from tests.faults.process import Process


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def process(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Process]:
    """A server in a process of its own, with an empty store; gone at the end."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'store.db'}"
        with Process.started(tmp_path, url) as running:
            yield running
        return
    dsn = os.environ.get("SYNERGIE_TEST_POSTGRES")
    if not dsn:
        pytest.skip("no PostgreSQL server (SYNERGIE_TEST_POSTGRES)")
    name = f"synergie_{token_hex(6)}"
    with psycopg.connect(dsn, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
    try:
        with Process.started(tmp_path, f"{dsn.rsplit('/', 1)[0]}/{name}") as running:
            yield running
    finally:
        with psycopg.connect(dsn, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
