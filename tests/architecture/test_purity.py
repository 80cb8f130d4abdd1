"""What an import brings along, seen in a fresh interpreter."""

import subprocess
import sys
from pathlib import Path

import pytest

from synergie.storage.store import Store

HEAVY = (
    "alembic", "authlib", "dask", "fastapi", "jinja2", "numpy", "pandas", "polars", "psycopg",
    "pulp", "pyarrow", "sqlalchemy", "sqlmodel", "starlette", "uvicorn",
)  # fmt: skip
"""Libraries of the optional parts: the base install does not have them."""

OF_SOME_REQUESTS = (
    "alembic", "dask", "distributed", "highspy", "holidays", "icalendar", "mako", "narwhals",
    "numpy", "pandas", "polars", "psycopg", "pulp", "pyarrow", "pyproj", "python_calamine",
    "pyvrp", "typst", "xlsxwriter",
)  # fmt: skip
"""Libraries that a server loads when somebody asks for what they do, not at its start."""

LIGHT = {
    "import synergie": ("pydantic", "httpx2", "rich", "typer"),
    "from synergie import Client, AsyncClient, Auth, NotFound": ("typer",),
    "import synergie.cli": ("pydantic", "httpx2", "typer"),
    "import synergie.formats": (),
    "import synergie.plan": (),
    "import synergie.policy": ("httpx2",),
    "import synergie.samples": ("httpx2",),
    "import tests.conftest": ("synergie",),
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


def test_a_server_on_sqlite_starts_without_what_only_some_requests_need(tmp_path: Path) -> None:
    """As `synergie serve` on a store that is up to date: 2 s of a processor are the aim."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    Store.open(url).close()
    statement = (
        "import synergie.cli._app, synergie.server.run as run\n"
        "from pathlib import Path\n"
        f"settings = run.Settings(data_dir=Path({str(tmp_path / 'data')!r}))\n"
        f"store = run.Store.open({url!r})\n"
        "run.server_of(run.create_app(store, settings), settings, lambda: None)\n"
        "store.close()"
    )
    brought = loaded(statement)
    assert "fastapi" in brought
    assert brought & {*OF_SOME_REQUESTS} == set()
