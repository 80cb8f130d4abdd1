"""The furnished server with people who log in; furnished once a run, and copied for each file.

On SQLite; the files of `BOTH` run on PostgreSQL as well.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from synergie.server.pages import deposit
from synergie.storage.store import Store
from tests.databases import postgres, sqlite
from tests.exchange.people import NOW
from tests.exchange.sums import codes
from tests.pages.opening import Ground, Opening
from tests.pages.people import People
from tests.server.place import Furnished, Member, Place, furnish

BOTH = (
    "accounts",
    "agreement_places",
    "agreements",
    "deposit",
    "given_back",
    "home",
    "journal",
    "login",
    "publication_signatures",
    "publications",
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


@dataclass(frozen=True)
class Mould:
    """The address of a furnished store, the folder with its keys, and what is in it."""

    url: str
    folder: Path
    furnished: Furnished

    def cast(self, url: str, folder: Path) -> Furnished:
        """The same over the copy at *url*, a server of its own: to furnish anew costs seconds."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        place = Place.of(Store.open(url), folder / "data")
        place.clock.now = self.furnished.place.clock.now
        owner, partner, stranger = (
            _there(one, place)
            for one in (self.furnished.owner, self.furnished.partner, self.furnished.stranger)
        )
        return Furnished(place, owner, partner, stranger, dict(self.furnished.ids))


def _there(member: Member, place: Place) -> Member:
    return replace(member, place=place, partner=replace(member.partner, clock=place.clock))


@pytest.fixture(scope="session")
def mould(
    blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Mould]]:
    """What each file of tests gets a copy of, by engine; made when it is first asked for."""
    made: dict[str, Mould] = {}
    with ExitStack() as stack:

        def of(engine: str) -> Mould:
            if engine not in made:
                folder = tmp_path_factory.mktemp("mould")
                beside = tmp_path_factory.mktemp("blank")
                url = (
                    stack.enter_context(postgres())
                    if engine == "postgres"
                    else sqlite(beside, like=blank_sqlite)
                )
                store = Store.open(url)
                furnished = furnish(Place.of(store, folder / "data"))
                store.close()
                made[engine] = Mould(url, folder, furnished)
            return made[engine]

        yield of


@pytest.fixture(scope="module")
def people(
    engine: str, mould: Callable[[str], Mould], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[People]:
    """The whole server in process, with one of everything, and an account of each role."""
    folder, cast = tmp_path_factory.mktemp("people"), mould(engine)
    with ExitStack() as stack:
        if engine == "postgres":
            url = stack.enter_context(postgres(like=cast.url))
        else:
            url = sqlite(folder, like=cast.url)
        found = People.of(cast.cast(url, folder))
        stack.callback(found.furnished.place.store.close)
        yield found


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
