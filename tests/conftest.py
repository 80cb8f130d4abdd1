"""What every test may use: the real files beside the project, and hypothesis profiles.

Every start of pytest loads this file, so it imports nothing of the project: fixtures do.
"""

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import postgres, share_statements_of_stores

if TYPE_CHECKING:
    from synergie.storage.store import Store
    from tests.server.mould import Mould

ROOT = Path(__file__).resolve().parents[1]

BUSY = [HealthCheck.too_slow]
"""How fast examples are made says something about what else the machine does, not about them."""

settings.register_profile("dev", max_examples=50, deadline=None, suppress_health_check=BUSY)
settings.register_profile(
    "ci",
    max_examples=100,
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=BUSY,
)
settings.register_profile(
    "deep",
    max_examples=5_000,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile(os.environ.get("SYNERGIE_TEST_HYPOTHESIS", "dev"))

SLOW = frozenset(
    line.partition("#")[0].strip()
    for line in (ROOT / "tests" / "slow.txt").read_text(encoding="utf-8").splitlines()
)
"""Functions of tests, `tests/folder/test_file.py::test_name`, and whole files of them."""

LONGEST = (
    "tests/faults/test_p01_kill.py",
    "tests/memory/test_flat.py",
    "tests/browser/test_house_pages.py",
    "tests/exchange/test_policy_machine.py",
    "tests/access/test_campaign.py",
    "tests/tables_corpus/test_tables_corpus.py",
)
"""Files with tests of minutes: they come first, or one process would end with them alone, and
what their tests share be made by two."""


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what `slow.txt` names, with all its cases."""
    path, *names = item.nodeid.partition("[")[0].split("::")
    if path in SLOW or "::".join([path, *names[:1]]) in SLOW:
        item.add_marker(pytest.mark.slow)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, the others in whatever order they were drawn."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_sessionstart() -> None:
    """Nothing that collecting makes goes: nobody looks through it, again and again, meanwhile."""
    gc.disable()


def pytest_collection_finish() -> None:
    """What was collected stays: nobody looks through it again for what may go."""
    gc.collect()
    gc.freeze()
    gc.enable()


COUNTED_IN = (
    "synergie.exchange.assets.holdings",
    "synergie.exchange.readings.energies.year_tables",
)
"""Modules that count sums for as long as `_COUNTED_S` says, in seconds, and put off the rest."""


def give_time() -> None:
    """Let every count that is loaded end, however busy the machine is."""
    for name in COUNTED_IN:
        if module := sys.modules.get(name):
            pytest.MonkeyPatch().setattr(module, "_COUNTED_S", 60.0)


@pytest.fixture(autouse=True)
def _time_for_all() -> None:
    """No count is put off because the machine stood still, no statement compiled for each store."""
    give_time()
    share_statements_of_stores()


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the project."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real files and published instances, in a folder beside the project; skips without them."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        if os.environ.get("SYNERGIE_TEST_REQUIRE_SHARED"):
            pytest.fail(f"the folder {folder.name}/ is needed beside the project")
        pytest.skip("the real files are not beside the project (../shared)")
    return folder


@pytest.fixture(scope="session")
def blank_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy, so that a test does not pay the migrations again."""
    from synergie.storage.store import Store

    path = tmp_path_factory.mktemp("blank") / "blank.db"
    Store.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def mould(
    blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., "Mould"]]:
    """The server with one of everything, to copy; by the name of the engine, and its clock."""
    from tests.server.mould import moulds

    with moulds(blank_sqlite, tmp_path_factory.mktemp) as made:
        yield made


@pytest.fixture(scope="session")
def postgres_store() -> Iterator["Store"]:
    """A store in a database of its own, made and dropped with the session."""
    from synergie.storage.store import Store

    with postgres() as url:
        store = Store.open(url)
        yield store
        store.close()


def emptied(store: "Store") -> "Store":
    """The store as it was when new: no row but the head at zero and its first epoch.

    Deleting some rows is much faster than TRUNCATE, which makes new files and syncs them; and all
    of it in one message, where the engine takes one, faster than a message a table.
    """
    from synergie.storage.tables import Row

    stays = {"head", "epoch"}
    names = [table.name for table in Row.metadata.sorted_tables if table.name not in stays]
    statements = [f"DELETE FROM {name}" for name in names]  # noqa: S608
    statements += [
        "DELETE FROM epoch WHERE number > 1",
        "UPDATE head SET n = 0, epoch = (SELECT id FROM epoch)",
    ]
    with store.engine.connect().execution_options(no_parameters=True) as connection:
        whole = store.engine.dialect.name == "postgresql"
        for text in ["; ".join(statements)] if whole else statements:
            connection.exec_driver_sql(text)
        connection.commit()
    return store


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Iterator["Store"]:
    """An empty store, on each engine in turn: SQLite in a file, and PostgreSQL."""
    from synergie.storage.store import Store

    if request.param == "postgres":
        yield emptied(request.getfixturevalue("postgres_store"))
        return
    path = request.getfixturevalue("tmp_path") / "store.db"
    shutil.copy(request.getfixturevalue("blank_sqlite"), path)
    opened = Store.open(f"sqlite:///{path}")
    yield opened
    opened.close()
