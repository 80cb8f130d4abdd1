"""A small server with two partners; the whole one in process; and the real one on a port."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from synergie.server.capacity import waiting
from synergie.storage.store import Store
from synergie.testing import server
from tests.server.mould import Mould
from tests.server.partner import URL, Clock, World
from tests.server.place import Furnished, Place


@pytest.fixture
def world(store: Store, tmp_path: Path) -> World:
    return World.of(store, tmp_path / "data")


@pytest.fixture(scope="module")
def furnished(
    mould: Callable[..., Mould], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Furnished]:
    """The whole server in process, at the moment the test sets, with one of everything."""
    with mould("sqlite").cast(tmp_path_factory.mktemp("place")) as found:
        yield found


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest) -> str:
    """The name of each engine in turn."""
    return str(request.param)


@pytest.fixture
def live(
    engine: str,
    mould: Callable[..., Mould],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Furnished]:
    """The real server on a loopback port, in a thread, with one of everything; on both engines.

    Nobody who waits for a place is refused because the machine stood still.
    """
    monkeypatch.setattr(waiting, "_LATE_S", 600.0)
    monkeypatch.setattr(waiting, "_LATEST_S", 600.0)
    made = mould(engine, real=True)
    with (
        made.copied(tmp_path) as store,
        server(store, public_url=URL, data_dir=tmp_path / "data") as running,
        httpx2.Client(base_url=running.address, timeout=60, trust_env=False) as http,
    ):
        yield made.at(Place(running.app, http, store, Clock(), real=True))
