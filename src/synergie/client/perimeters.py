"""Named perimeters from a program: lists of things in versions; `client.perimeters`."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from synergie.client.calls import AsyncCall, Listed, SyncCall
from synergie.client.pages import AsyncPages, Pages
from synergie.client.trust import agreement_calls as calls
from synergie.schemas.assets.named_perimeter import NamedPerimeter, NamedPerimeterRecord


class Perimeters:
    """Perimeters that your organisation saved; iterate it for the newest version of each.

    schools = client.perimeters.save(NamedPerimeterRecord(name="Écoles", sites=(…,)))
    Selector(perimeter=PerimeterRef(id=schools.id, version=schools.version))
    """

    def __init__(self, call: SyncCall, pages: Callable[[Listed], Pages[Any]]) -> None:
        self._call, self._pages = call, pages

    def __iter__(self) -> Iterator[NamedPerimeter]:
        yield from self.all()

    def all(self) -> Pages[NamedPerimeter]:
        """Yours, in their newest version, by id."""
        return self._pages(calls.PERIMETERS.listed(None))

    def get(self, perimeter: str, *, version: int | None = None) -> NamedPerimeter:
        """One of yours; or a *version* of another's that an agreement of yours names."""
        return self._call(calls.perimeter(perimeter, version))

    def save(self, perimeter: NamedPerimeterRecord) -> NamedPerimeter:
        """Save it under its name: another list of things is a new version."""
        return self._call(calls.save(perimeter))


class AsyncPerimeters:
    """The same for asyncio; see `Perimeters`."""

    def __init__(self, call: AsyncCall, pages: Callable[[Listed], AsyncPages[Any]]) -> None:
        self._call, self._pages = call, pages

    async def __aiter__(self) -> AsyncIterator[NamedPerimeter]:
        async for one in self.all():
            yield one

    def all(self) -> AsyncPages[NamedPerimeter]:
        """Yours, in their newest version, by id."""
        return self._pages(calls.PERIMETERS.listed(None))

    async def get(self, perimeter: str, *, version: int | None = None) -> NamedPerimeter:
        """One of yours; or a *version* of another's that an agreement of yours names."""
        return await self._call(calls.perimeter(perimeter, version))

    async def save(self, perimeter: NamedPerimeterRecord) -> NamedPerimeter:
        """Save it under its name: another list of things is a new version."""
        return await self._call(calls.save(perimeter))
