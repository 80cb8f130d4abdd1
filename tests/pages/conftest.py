"""The furnished server with people who log in; a copy for each file.

On SQLite; the files of `BOTH` run on PostgreSQL as well.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from synergie.server.pages.readings import deposit
from tests.databases import postgres, sqlite
from tests.exchange.people import NOW
from tests.exchange.sums import codes
from tests.pages.opening import Ground, Opening
from tests.pages.people import People
from tests.server.mould import Mould

BOTH = (
    "accounts",
    "agreement_places",
    "agreements",
    "deposit",
    "embeds",
    "given_back",
    "home",
    "journal",
    "login",
    "login_mail",
    "publication_signatures",
    "publications",
    "saved_views",
    "trusted_device",
)
"""What writes, or reads what others write at the same time: `test_*.py`."""
_ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """A file is read before its answer, however busy the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deposit, "SHORT_S", 60.0)
        yield


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each engine in turn, for the files of `BOTH`."""
    both = metafunc.module.__name__.rpartition("test_")[2] in BOTH
    if both and "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", _ENGINES, indirect=True, scope="module")


@pytest.fixture(scope="module")
def engine(request: pytest.FixtureRequest) -> str:
    """The name of the engine under the pages of this file."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="module")
def people(
    engine: str, mould: Callable[..., Mould], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[People]:
    """The whole server in process, with one of everything, and an account of each role."""
    with mould(engine).cast(tmp_path_factory.mktemp("people")) as furnished:
        yield People.of(furnished)


@pytest.fixture(scope="module")
def ground(
    engine: str, blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    """The territory that may be opened to everybody, declared and measured once."""
    with ExitStack() as stack:
        if engine == "postgres":
            url = stack.enter_context(postgres())
        else:
            url = sqlite(tmp_path_factory.mktemp("ground"), like=blank_sqlite)
        yield Ground.made(url)


@pytest.fixture
def opening(ground: Ground, tmp_path: Path) -> Iterator[Opening]:
    """The server holds the key of who may open; nothing is open."""
    with ground.opening(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def opened(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opening]:
    """January in two signed versions, for tests that change nothing."""
    with ground.opening(tmp_path_factory.mktemp("opened")) as made:
        made.sign()
        made.territory.measure(codes(12), [1_100_000], at=NOW + timedelta(hours=1))
        made.sign()
        yield made
