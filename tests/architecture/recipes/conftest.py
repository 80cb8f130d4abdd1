"""Each test of a recipe has a copy of the project of its own."""

from pathlib import Path

import pytest

from tests.architecture.recipes.scratch import Scratch, copy_project


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """The copy that this test changes."""
    return copy_project(tmp_path)
