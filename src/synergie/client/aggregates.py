"""Sums from a program: cell schemes, releases, open data; `client.aggregates`."""

from collections.abc import Callable
from typing import Any

from synergie.client import _aggregate_calls as calls
from synergie.client.calls import AsyncCall, Listed, SyncCall
from synergie.client.pages import AsyncPages, Pages
from synergie.schemas.publication.cell_scheme import CellScheme, CellSchemeRecord
from synergie.schemas.publication.release import (
    OpenRelease,
    OpenReleaseLine,
    Release,
    ReleaseRequest,
)


class Aggregates:
    """Sums over fixed groups of points, published once nobody can be singled out.

    scheme = client.aggregates.save_scheme("communes", CellSchemeRecord(title=…, cells=(…,)))
    client.aggregates.publish(ReleaseRequest(scheme=scheme.id, energy="gas", period="2025"))
    """

    def __init__(self, call: SyncCall, pages: Callable[[Listed], Pages[Any]]) -> None:
        self._call, self._pages = call, pages

    def schemes(self) -> Pages[CellScheme]:
        """The cell schemes that you defined, by name."""
        return self._pages(calls.SCHEMES.listed(None))

    def scheme(self, scheme: str) -> CellScheme:
        """One of yours by name, or anybody's by `id`: read it before you sign."""
        return self._call(calls.SCHEMES.get(scheme))

    def save_scheme(self, name: str, body: CellSchemeRecord) -> CellScheme:
        """Define a cell scheme under *name*, new or as its next version."""
        return self._call(calls.save_scheme(name, body))

    def publish(self, asked: ReleaseRequest, *, key: str | None = None) -> Release:
        """Sum a closed period over your scheme, and publish what may be told."""
        return self._call(calls.publish_release(asked, key))

    def releases(self, *, agreement: str | None = None) -> Pages[Release]:
        """Your releases, or those of the scheme that *agreement* opens."""
        return self._pages(calls.RELEASES.listed(agreement))

    def release(self, release: str, *, agreement: str | None = None) -> Release:
        """One release of yours, or one that *agreement* opens."""
        return self._call(calls.RELEASES.get(release, agreement))

    def open_releases(self) -> Pages[OpenReleaseLine]:
        """What the public may read now."""
        return self._pages(calls.opened())

    def open_release(self, release: str) -> OpenRelease:
        """One release as the public reads it, with its licence and its age."""
        return self._call(calls.read_open_release(release))


class AsyncAggregates:
    """The same for asyncio; see `Aggregates`."""

    def __init__(self, call: AsyncCall, pages: Callable[[Listed], AsyncPages[Any]]) -> None:
        self._call, self._pages = call, pages

    def schemes(self) -> AsyncPages[CellScheme]:
        """The cell schemes that you defined, by name."""
        return self._pages(calls.SCHEMES.listed(None))

    async def scheme(self, scheme: str) -> CellScheme:
        """One of yours by name, or anybody's by `id`."""
        return await self._call(calls.SCHEMES.get(scheme))

    async def save_scheme(self, name: str, body: CellSchemeRecord) -> CellScheme:
        """Define a cell scheme under *name*, new or as its next version."""
        return await self._call(calls.save_scheme(name, body))

    async def publish(self, asked: ReleaseRequest, *, key: str | None = None) -> Release:
        """Sum a closed period over your scheme, and publish what may be told."""
        return await self._call(calls.publish_release(asked, key))

    def releases(self, *, agreement: str | None = None) -> AsyncPages[Release]:
        """Your releases, or those of the scheme that *agreement* opens."""
        return self._pages(calls.RELEASES.listed(agreement))

    async def release(self, release: str, *, agreement: str | None = None) -> Release:
        """One release of yours, or one that *agreement* opens."""
        return await self._call(calls.RELEASES.get(release, agreement))

    def open_releases(self) -> AsyncPages[OpenReleaseLine]:
        """What the public may read now."""
        return self._pages(calls.opened())

    async def open_release(self, release: str) -> OpenRelease:
        """One release as the public reads it, with its licence and its age."""
        return await self._call(calls.read_open_release(release))
