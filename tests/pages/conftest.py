"""The furnished server with people who log in; furnished once a run, and copied for each file."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from synergie.storage.store import Store
from tests.pages.people import People
from tests.server.place import Furnished, Member, Place, furnish


@dataclass(frozen=True)
class Mould:
    """A folder that holds a furnished store and its keys, and what is in it."""

    folder: Path
    furnished: Furnished

    def cast(self, folder: Path) -> Furnished:
        """The same in *folder*, as a server of its own: to furnish anew would cost seconds."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        place = Place.of(Store.open(f"sqlite:///{folder / 'store.db'}"), folder / "data")
        place.clock.now = self.furnished.place.clock.now
        owner, partner, stranger = (
            _there(one, place)
            for one in (self.furnished.owner, self.furnished.partner, self.furnished.stranger)
        )
        return Furnished(place, owner, partner, stranger, dict(self.furnished.ids))


def _there(member: Member, place: Place) -> Member:
    return replace(member, place=place, partner=replace(member.partner, clock=place.clock))


@pytest.fixture(scope="session")
def mould(blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Mould:
    """What each file of tests gets a copy of."""
    folder = tmp_path_factory.mktemp("mould")
    shutil.copy(blank_sqlite, folder / "store.db")
    store = Store.open(f"sqlite:///{folder / 'store.db'}")
    furnished = furnish(Place.of(store, folder / "data"))
    store.close()
    return Mould(folder, furnished)


@pytest.fixture(scope="module")
def people(mould: Mould, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """The whole server in process, with one of everything, and an account of each role."""
    found = People.of(mould.cast(tmp_path_factory.mktemp("people")))
    yield found
    found.furnished.place.store.close()
