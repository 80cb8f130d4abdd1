"""The journal of a server from a program: who saw what, verified without trusting the operator."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from synergie.client._http import TIMEOUT_S
from synergie.client._origin import check_secure, parse_origin
from synergie.client._problems import error_of
from synergie.client.calls import AsyncCall, Call, Listed, SyncCall
from synergie.client.outbound import Allow, fetch_url
from synergie.client.pages import AsyncPages, Pages
from synergie.client.trust import _audit_flow as flows
from synergie.client.trust._audit_flow import Flow, Trust
from synergie.errors import SynergieError
from synergie.schemas.trust.journal import (
    Access,
    ConsistencyProof,
    InclusionProof,
    KeptRecord,
    TreeHead,
)


class Audit:
    """The journal of the server: `client.audit`.

    held = client.audit.head().jws                  # keep it where the operator has no hand
    client.audit.head(since=held)                   # later: nothing before was changed
    for access in client.audit.accesses(since=monday):
        print(access.sentence)
    """

    def __init__(
        self, issuer: str, call: SyncCall, pages: Callable[[Listed], Pages[Any]] | None = None
    ) -> None:
        self._issuer, self._call, self._pages = issuer, call, pages

    def head(self, *, since: str | None = None, jwks: Mapping[str, Any] | None = None) -> TreeHead:
        """The signed head as it is now, its signature verified; keep its `jws`.

        *since*: a `jws` that you kept: the server must prove that its journal only grew since.
        *jwks*: the keys of the server that you hold; None: those it shows now. BadInput when the
        signature or the proof does not hold, or the journal became shorter.
        """
        return self._run(flows.head(Trust(self._issuer, jwks), since))

    def proof(self, first: int, second: int) -> ConsistencyProof:
        """The consistency proof of two sizes; `proof.merkle.extends` verifies it."""
        return self._call(flows.read_consistency_proof(first, second))

    def inclusion(self, seq: int, size: int) -> InclusionProof:
        """The path of a record to the root of a size; `proof.merkle.includes` verifies it."""
        return self._call(flows.read_inclusion_proof(seq, size))

    def accesses(
        self, *, subject: str | None = None, since: datetime | None = None
    ) -> Pages[Access]:
        """Who saw, or was refused, your data, and what you saw of others; newest first.

        *subject*: one thing, and yours that hang on it. *since*: an aware time.
        """
        if self._pages is None:
            raise TypeError("accesses are told to a client with a key")
        return self._pages(flows.accesses(subject, since))

    def record(self, seq: int, *, jwks: Mapping[str, Any] | None = None) -> KeptRecord:
        """A record that concerns you, verified to be in the journal under its signed head.

        NotFound: absent, erased or of others; BadInput when it is not what was hashed.
        """
        return self._run(flows.record(Trust(self._issuer, jwks), seq))

    def _run[T](self, flow: Flow[T]) -> T:
        try:
            call = next(flow)
            while True:
                try:
                    found = self._call(call)
                except SynergieError as error:
                    call = flow.throw(error)
                else:
                    call = flow.send(found)
        except StopIteration as done:
            told: T = done.value
            return told


class AsyncAudit:
    """The same as Audit, awaited."""

    def __init__(
        self, issuer: str, call: AsyncCall, pages: Callable[[Listed], AsyncPages[Any]]
    ) -> None:
        self._issuer, self._call, self._pages = issuer, call, pages

    async def head(
        self, *, since: str | None = None, jwks: Mapping[str, Any] | None = None
    ) -> TreeHead:
        """As `Audit.head`."""
        return await self._run(flows.head(Trust(self._issuer, jwks), since))

    async def proof(self, first: int, second: int) -> ConsistencyProof:
        """As `Audit.proof`."""
        return await self._call(flows.read_consistency_proof(first, second))

    async def inclusion(self, seq: int, size: int) -> InclusionProof:
        """As `Audit.inclusion`."""
        return await self._call(flows.read_inclusion_proof(seq, size))

    def accesses(
        self, *, subject: str | None = None, since: datetime | None = None
    ) -> AsyncPages[Access]:
        """As `Audit.accesses`."""
        return self._pages(flows.accesses(subject, since))

    async def record(self, seq: int, *, jwks: Mapping[str, Any] | None = None) -> KeptRecord:
        """As `Audit.record`."""
        return await self._run(flows.record(Trust(self._issuer, jwks), seq))

    async def _run[T](self, flow: Flow[T]) -> T:
        try:
            call = next(flow)
            while True:
                try:
                    found = await self._call(call)
                except SynergieError as error:
                    call = flow.throw(error)
                else:
                    call = flow.send(found)
        except StopIteration as done:
            told: T = done.value
            return told


def public_audit(base_url: str) -> Audit:
    """The part of a server's journal that anyone may read: heads and proofs, without a key.

    *base_url*: its address, without `/v1`; https, or this machine. It is waited for as long as a
    `Client` does, 60 seconds.
    """
    base = check_secure(base_url, "base_url").removesuffix("/v1")
    _, _, port = parse_origin(base)
    host = urlsplit(base).hostname or ""
    allow = Allow(trusted=frozenset({(host, port)}))

    def call[T](asked: Call[T], /) -> T:
        query = f"?{urlencode(asked.params)}" if asked.params else ""
        url = f"{base}{asked.path}{query}"
        reply = fetch_url(url, limit=asked.limit, timeout=TIMEOUT_S, allow=allow)
        if not reply.good:
            raise error_of(reply.status, reply.headers, reply.content)
        return asked.parse(reply.content)

    return Audit(base, call)
