"""What an import brings along, seen in a fresh interpreter."""

import subprocess
import sys

import pytest

HEAVY = (
    "alembic", "authlib", "dask", "fastapi", "jinja2", "numpy", "pandas", "polars", "psycopg",
    "pulp", "pyarrow", "sqlalchemy", "sqlmodel", "starlette", "uvicorn",
)  # fmt: skip
"""Libraries of the optional parts: the base install does not have them."""

LIGHT = {
    "import synergie": ("pydantic", "httpx2", "rich", "typer"),
    "from synergie import Client, AsyncClient, Auth, NotFound": ("typer",),
    "import synergie.cli": ("pydantic", "httpx2", "typer"),
    "import synergie.formats": (),
    "import synergie.plan": (),
    "import synergie.policy": ("httpx2",),
    "import synergie.samples": ("httpx2",),
}
"""A statement, and what it must not import beyond HEAVY."""


def loaded(statement: str) -> set[str]:
    """Top-level names in `sys.modules` after *statement*, in an interpreter of its own."""
    code = f"{statement}\nimport sys\nprint(*{{n.split('.')[0] for n in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("statement", LIGHT)
def test_an_import_brings_nothing_heavy(statement: str) -> None:
    assert loaded(statement) & {*HEAVY, *LIGHT[statement]} == set()


@pytest.mark.parametrize("line", [["--help"], ["check", "--help"], ["plan", "--help"], ["--hepl"]])
def test_help_and_misuse_import_nothing_heavy(line: list[str]) -> None:
    quiet = "import io, sys\nsys.stdout = sys.stderr = io.StringIO()\n"
    statement = f"{quiet}from synergie.cli import main\nmain({line})\nsys.stdout = sys.__stdout__"
    assert loaded(statement) & {*HEAVY, "httpx2"} == set()
