"""The furnished server to copy: to furnish anew costs a second of a processor."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from synergie.storage.store import Store
from tests.databases import postgres, sqlite
from tests.server.place import Furnished, Member, Place, furnish


@dataclass(frozen=True)
class Mould:
    """The address of a furnished store, the folder with its keys, and what is in it."""

    url: str
    folder: Path
    furnished: Furnished

    def cast(self, url: str, folder: Path) -> Furnished:
        """The same over the copy at *url*, a server of its own that keeps its keys in *folder*."""
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


@contextmanager
def moulds(blank: Path, new_folder: Callable[[str], Path]) -> Iterator[Callable[[str], Mould]]:
    """The mould on each engine, by its name; made when it is first asked for."""
    made: dict[str, Mould] = {}
    with ExitStack() as stack:

        def of(engine: str) -> Mould:
            if engine not in made:
                if engine == "postgres":
                    url = stack.enter_context(postgres())
                else:
                    url = sqlite(new_folder("blank"), like=blank)
                folder, store = new_folder("mould"), Store.open(url)
                furnished = furnish(Place.of(store, folder / "data"))
                store.close()
                made[engine] = Mould(url, folder, furnished)
            return made[engine]

        yield of
