"""A small server with two partners."""

from pathlib import Path

import pytest

from synergie.storage.store import Store
from tests.server.partner import World


@pytest.fixture
def world(store: Store, tmp_path: Path) -> World:
    return World.of(store, tmp_path / "data")
