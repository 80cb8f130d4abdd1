"""A copy of the project to plant faults in, and the wheel that is given to others."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "node_modules", "__pycache__", ".*_cache", ".hypothesis", "_build",
    "*.db", "*.db-*",
)  # fmt: skip


def copied(root: Path, to: Path, *parts: str) -> Path:
    """*parts* of the project under *root*, copied into *to*."""
    for part in parts:
        if (root / part).is_dir():
            shutil.copytree(root / part, to / part, ignore=LEFT_OUT)
        else:
            shutil.copy2(root / part, to / part)
    return to


@pytest.fixture
def planted(root: Path, tmp_path: Path) -> Path:
    """A copy of what `make check` reads; a test spoils it."""
    return copied(root, tmp_path, "src", "specs", "tests", ".ci", "pyproject.toml", "README.md")


@pytest.fixture(scope="session")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the source without git and without caches."""
    place = tmp_path_factory.mktemp("build")
    tree = copied(
        root, place, "src", "pyproject.toml", "README.md", "LICENSE", "NOTICE", ".gitignore"
    )
    line = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "out"]
    done = subprocess.run(line, cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = (tree / "out").glob("*.whl")
    return made
