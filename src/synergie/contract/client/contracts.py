"""Performance contracts from a program: `client.contracts`."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from synergie.client.calls import AsyncCall, Call, Listed, Noun, SyncCall
from synergie.client.pages import AsyncPages, Pages
from synergie.client.plan_calls import build_create_call, build_get_call, post
from synergie.contract.records.document import (
    ContractDocument,
    ContractHead,
    ContractRequest,
    ContractSignatureRequest,
    StatementRequest,
)
from synergie.schemas.page import Page

_HEADS = Noun("contracts", ContractHead, Page[ContractHead])


def _create(sent: ContractRequest, key: str | None) -> Call[ContractDocument]:
    return build_create_call("/v1/contracts", sent, key, ContractDocument)


def _read(document: str) -> Call[ContractDocument]:
    return build_get_call(f"/v1/contracts/{document}", ContractDocument)


def _sign(document: str, signature: str) -> Call[ContractDocument]:
    sent = ContractSignatureRequest(signature=signature)
    return post(f"/v1/contracts/{document}/sign", sent, ContractDocument)


def _create_statement(
    document: str, sent: StatementRequest, key: str | None
) -> Call[ContractDocument]:
    return build_create_call(f"/v1/contracts/{document}/statements", sent, key, ContractDocument)


class Contracts:
    """Plans of measurement and statements that you are a party of, or a member in; iterate it.

    for one in client.contracts: print(one.kind, one.contract, one.state)
    """

    def __init__(self, call: SyncCall, pages: Callable[[Listed], Pages[Any]]) -> None:
        self._call, self._pages = call, pages

    def __iter__(self) -> Iterator[ContractHead]:
        yield from self.all()

    def all(self) -> Pages[ContractHead]:
        """By id, without what is in them."""
        return self._pages(_HEADS.listed(None))

    def get(self, document: str) -> ContractDocument:
        """One: whole to both parties, to a member its part."""
        return self._call(_read(document))

    def create(self, sent: ContractRequest, *, key: str | None = None) -> ContractDocument:
        """The plan of measurement of a contract of yours, a draft."""
        return self._call(_create(sent, key))

    def sign(self, document: str, signature: str) -> ContractDocument:
        """Sign it: a compact JWS as `synergie contract sign` makes it."""
        return self._call(_sign(document, signature))

    def create_statement(
        self, document: str, sent: StatementRequest, *, key: str | None = None
    ) -> ContractDocument:
        """The statement of a year of the signed plan *document*, a draft."""
        return self._call(_create_statement(document, sent, key))


class AsyncContracts:
    """The same for asyncio."""

    def __init__(self, call: AsyncCall, pages: Callable[[Listed], AsyncPages[Any]]) -> None:
        self._call, self._pages = call, pages

    async def __aiter__(self) -> AsyncIterator[ContractHead]:
        async for one in self.all():
            yield one

    def all(self) -> AsyncPages[ContractHead]:
        """By id, without what is in them."""
        return self._pages(_HEADS.listed(None))

    async def get(self, document: str) -> ContractDocument:
        """One: whole to both parties, to a member its part."""
        return await self._call(_read(document))

    async def create(self, sent: ContractRequest, *, key: str | None = None) -> ContractDocument:
        """The plan of measurement of a contract of yours, a draft."""
        return await self._call(_create(sent, key))

    async def sign(self, document: str, signature: str) -> ContractDocument:
        """Sign it: a compact JWS as `synergie contract sign` makes it."""
        return await self._call(_sign(document, signature))

    async def create_statement(
        self, document: str, sent: StatementRequest, *, key: str | None = None
    ) -> ContractDocument:
        """The statement of a year of the signed plan *document*, a draft."""
        return await self._call(_create_statement(document, sent, key))
