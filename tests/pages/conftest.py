"""The furnished server with people who log in."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from synergie.storage.store import Store
from tests.pages.people import People
from tests.server.place import Place, furnish


@pytest.fixture(scope="module")
def people(blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """The whole server in process, with one of everything, and an account of each role."""
    folder = tmp_path_factory.mktemp("people")
    shutil.copy(blank_sqlite, folder / "store.db")
    store = Store.open(f"sqlite:///{folder / 'store.db'}")
    yield People.of(furnish(Place.of(store, folder / "data")))
    store.close()
