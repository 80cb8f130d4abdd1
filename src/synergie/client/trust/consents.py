"""Consents from a program: recorded, and withdrawn as easily; `client.consents`."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from synergie.client.calls import AsyncCall, Listed, SyncCall
from synergie.client.pages import AsyncPages, Pages
from synergie.client.trust import agreement_calls as calls
from synergie.schemas.trust.consent import Consent, ConsentRecord


class Consents:
    """Consents that your organisation recorded; iterate it for all of them.

    given = client.consents.give(ConsentRecord(subject=…, supply_points=(…,), …))
    client.consents.withdraw(given.id)
    """

    def __init__(self, call: SyncCall, pages: Callable[[Listed], Pages[Any]]) -> None:
        self._call, self._pages = call, pages

    def __iter__(self) -> Iterator[Consent]:
        yield from self.all()

    def all(self) -> Pages[Consent]:
        """Those you recorded, by id."""
        return self._pages(calls.CONSENTS.listed(None))

    def get(self, consent: str) -> Consent:
        """One of them."""
        return self._call(calls.CONSENTS.get(consent))

    def give(self, consent: ConsentRecord, *, key: str | None = None) -> Consent:
        """Record a consent that a person gave you; `subject` is a hash or a UUID, never a name."""
        return self._call(calls.give(consent, key))

    def withdraw(self, consent: str) -> Consent:
        """Withdraw it: from the next request on it opens nothing, for ever."""
        return self._call(calls.withdraw(consent))


class AsyncConsents:
    """The same for asyncio; see `Consents`."""

    def __init__(self, call: AsyncCall, pages: Callable[[Listed], AsyncPages[Any]]) -> None:
        self._call, self._pages = call, pages

    async def __aiter__(self) -> AsyncIterator[Consent]:
        async for one in self.all():
            yield one

    def all(self) -> AsyncPages[Consent]:
        """Those you recorded, by id."""
        return self._pages(calls.CONSENTS.listed(None))

    async def get(self, consent: str) -> Consent:
        """One of them."""
        return await self._call(calls.CONSENTS.get(consent))

    async def give(self, consent: ConsentRecord, *, key: str | None = None) -> Consent:
        """Record a consent that a person gave you; see `Consents.give`."""
        return await self._call(calls.give(consent, key))

    async def withdraw(self, consent: str) -> Consent:
        """Withdraw it: from the next request on it opens nothing, for ever."""
        return await self._call(calls.withdraw(consent))
