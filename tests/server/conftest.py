"""A small server with two partners; the whole one in process; and the real one on a port."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from synergie.server.capacity import waiting
from synergie.storage.store import Store
from synergie.testing import server
from tests.databases import sqlite
from tests.server.mould import Mould
from tests.server.partner import URL, Clock, World
from tests.server.place import Furnished, Place, furnish


@pytest.fixture
def world(store: Store, tmp_path: Path) -> World:
    return World.of(store, tmp_path / "data")


@pytest.fixture(scope="module")
def furnished(
    mould: Callable[[str], Mould], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Furnished]:
    """The whole server in process, at the moment the test sets, with one of everything."""
    folder, cast = tmp_path_factory.mktemp("place"), mould("sqlite")
    found = cast.cast(sqlite(folder, like=cast.url), folder)
    yield found
    found.place.store.close()


@pytest.fixture
def live(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Furnished]:
    """The real server on a loopback port, in a thread, with one of everything; on both engines.

    Nobody who waits for a place is refused because the machine stood still.
    """
    monkeypatch.setattr(waiting, "_LATE_S", 600.0)
    monkeypatch.setattr(waiting, "_LATEST_S", 600.0)
    with (
        server(store, public_url=URL) as running,
        httpx2.Client(base_url=running.address, timeout=60, trust_env=False) as http,
    ):
        yield furnish(Place(running.app, http, store, Clock(), real=True))
