"""A served territory for maps, made once a module."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from synergie.storage.store import Store
from tests.ogc.live import Served, serving
from tests.ogc.world import World, made


@pytest.fixture(scope="module")
def world(blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Everything that these tests look at, in process."""
    folder = tmp_path_factory.mktemp("ogc")
    shutil.copy(blank_sqlite, folder / "store.db")
    store = Store.open(f"sqlite:///{folder / 'store.db'}")
    yield made(store, folder)
    store.close()


@pytest.fixture(scope="session")
def served(blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A real server for programs of others; made once, they only read."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copy(blank_sqlite, folder / "store.db")
    with serving(folder) as found:
        yield found
