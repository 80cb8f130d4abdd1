"""The furnished server to copy: to furnish anew costs a second of a processor."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from synergie.storage.store import Store
from tests.databases import postgres, sqlite
from tests.server.place import Furnished, Member, Place, furnish


@dataclass(frozen=True)
class Mould:
    """The address of a furnished store, the folder with its keys, and what is in it."""

    url: str
    folder: Path
    furnished: Furnished

    @contextmanager
    def copied(self, folder: Path) -> Iterator[Store]:
        """A copy of the store, open until the end; its server finds its keys in *folder*."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        with ExitStack() as stack:
            if self.url.startswith("sqlite:"):
                url = sqlite(folder, like=self.url)
            else:
                url = stack.enter_context(postgres(like=self.url))
            store = Store.open(url)
            stack.callback(store.close)
            yield store

    @contextmanager
    def cast(self, folder: Path, **chosen: Any) -> Iterator[Furnished]:
        """The same over a copy, in a server of its own that keeps its keys in *folder*."""
        with self.copied(folder) as store:
            place = Place.of(store, folder / "data", **chosen)
            place.clock.now = self.furnished.place.clock.now
            yield self.at(place)

    def at(self, place: Place) -> Furnished:
        """The members and their things at *place*, a server over a copy."""
        owner, partner, stranger = (
            _there(one, place)
            for one in (self.furnished.owner, self.furnished.partner, self.furnished.stranger)
        )
        return Furnished(place, owner, partner, stranger, dict(self.furnished.ids))


def _there(member: Member, place: Place) -> Member:
    return replace(member, place=place, partner=replace(member.partner, clock=place.clock))


@contextmanager
def moulds(blank: Path, new_folder: Callable[[str], Path]) -> Iterator[Callable[..., Mould]]:
    """The mould on each engine, by its name; made when it is first asked for.

    *real*: furnished at the time it is, for a server whose clock nobody sets.
    """
    made: dict[tuple[str, bool], Mould] = {}
    with ExitStack() as stack:

        def of(engine: str, *, real: bool = False) -> Mould:
            if (engine, real) not in made:
                if engine == "postgres":
                    url = stack.enter_context(postgres())
                else:
                    url = sqlite(new_folder("blank"), like=blank)
                folder, store = new_folder("mould"), Store.open(url)
                place = Place.of(store, folder / "data")
                place.real = real
                furnished = furnish(place)
                store.close()
                made[engine, real] = Mould(url, folder, furnished)
            return made[engine, real]

        yield of
