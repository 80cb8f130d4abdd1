"""The keys of a client that publishes them: kept for ten to twenty minutes, never asked in a rush.

What is kept is in the store, and so is the moment of the last try: of all workers together one
asks, once a minute a client at most. An unknown key's name makes it ask again, once. Keys that
could not be read for twenty minutes hold no more: one that the client took away would live on.

They are awaited in threads of their own, by a request that lends its place meanwhile; requests of
the same client that come meanwhile wait for the same answer, and to another worker come back. A
read counts as begun when its thread has: until then another worker may be the one to read.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import anyio.to_thread
from fastapi.concurrency import run_in_threadpool
from joserfc.jwk import KeySet
from starlette.types import Scope

from synergie.client.outbound import tell_failed
from synergie.errors import Overloaded, SynergieError
from synergie.exchange.trust.clients import BETWEEN_READS, Clients, OAuthClient, keys_of
from synergie.proof import jose
from synergie.proof.jose import Signed, Unsigned
from synergie.server.capacity import lent_place
from synergie.server.log import logger

type Read = Callable[[str], bytes]
"""What an address answers, through the guard of outgoing calls. SynergieError when nothing."""

STALE = timedelta(minutes=10)
"""After this the keys are read again when the client calls."""
DEAD = timedelta(minutes=20)
"""After this they are not taken any more, and the client is refused until they can be read."""


_LONGEST = timedelta(seconds=5)
"""After this a read that was begun is over, whatever came of it."""

_AT_ONCE = 8
"""Key sets that one process awaits at once."""
_TURN_S = 5.0
"""Longest that a request waits until its turn to read keys has come, or another has read them."""


def refuse_key_fetch(url: str) -> bytes:
    """For a server that calls nobody."""
    raise SynergieError(url)


class KeysMissing(Exception):
    """The keys of `client` are to be read at `url` before the request can be judged."""

    def __init__(self, client: str, url: str, now: datetime) -> None:
        super().__init__(client, url, now)
        self.client, self.url, self.now = client, url, now
        self._since = time.monotonic()

    @property
    def then(self) -> datetime:
        """`now`, and the whole seconds that went by since."""
        return self.now + timedelta(seconds=int(time.monotonic() - self._since))


@dataclass(frozen=True, slots=True)
class PartnerKeys:
    """Which keys a client's assertion may be signed with, now."""

    clients: Clients
    read: Read
    _reading: dict[str, asyncio.Event] = field(default_factory=dict)
    """By client: set once its keys were read, or could not be."""
    _tried: dict[str, datetime] = field(default_factory=dict)
    """By client: the last read of its keys that was begun here, and is over."""
    _threads: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(_AT_ONCE))

    def of(self, client: OAuthClient, signed: Signed, *, now: datetime) -> KeySet:
        """The keys of *client*. Unsigned when there are none that may be taken.

        KeysMissing when they are old, or do not know the one of *signed*: `with_keys` reads them.
        Overloaded when another worker does.
        """
        if client.jwks_uri is None:
            return keys_of(client.jwks)
        if _is_key_refresh_due(client, signed, now, STALE):
            if client.id in self._reading or _may_be_read(client, now):
                raise KeysMissing(client.id, client.jwks_uri, now)
            client = self.clients.client(client.id) or client  # as another may have read them
            if client.jwks_uri is None:
                return keys_of(client.jwks)
            if _is_key_refresh_due(client, signed, now, DEAD) and self._is_read_elsewhere(
                client, now
            ):
                raise Overloaded(_LONGEST.total_seconds())
        if client.jwks_read_at is None or client.jwks_read_at <= now - DEAD:
            raise Unsigned("the keys of the client cannot be read")
        return keys_of(client.jwks)

    async def with_keys[**P, T](
        self, scope: Scope, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What *work* gives in a thread, for the request of *scope*.

        Keys that it misses are read first, in another thread and without a place; then it is done
        anew. It must leave nothing behind before it asks for keys. Overloaded when all threads
        await the keys of others for too long.
        """
        until: float | None = None
        while True:
            try:
                return await run_in_threadpool(work, *args, **kwargs)
            except KeysMissing as missing:
                until = until or asyncio.get_running_loop().time() + _TURN_S
                async with lent_place(scope):
                    await self._read_once(missing, until)

    async def _read_once(self, missing: KeysMissing, until: float) -> None:
        """Read the keys, or wait until another request has; Overloaded at *until*, loop time."""
        if other := self._reading.get(missing.client):
            await _in_time(other.wait(), until)
            return
        done = self._reading[missing.client] = asyncio.Event()
        turn = object()
        try:
            await _in_time(self._threads.acquire_on_behalf_of(turn), until)
            try:
                alone = anyio.CapacityLimiter(1)  # the turn is ours already
                await anyio.to_thread.run_sync(self._fetch, missing, limiter=alone)
            finally:
                self._threads.release_on_behalf_of(turn)
        finally:
            if self._reading.get(missing.client) is done:
                del self._reading[missing.client]
            done.set()

    def _is_read_elsewhere(self, client: OAuthClient, now: datetime) -> bool:
        """Whether a read was begun, a moment ago, of which nothing has come yet."""
        tried = client.jwks_tried_at
        ends = max(filter(None, (client.jwks_read_at, self._tried.get(client.id))), default=None)
        return tried is not None and tried > now - _LONGEST and (ends is None or ends < tried)

    def _fetch(self, missing: KeysMissing) -> None:
        """Read the keys, unless another worker has begun to meanwhile."""
        now = missing.then
        if not self.clients.reads_keys(missing.client, now=now):
            return
        try:
            keys = jwk_set(self.read(missing.url))
            self.clients.keep_keys(missing.client, keys, url=missing.url, now=now)
        except (SynergieError, Unsigned) as error:
            why = error if isinstance(error, SynergieError) else "content"
            tell_failed("jwks_uri", missing.url, why, client=missing.client)
            reason = type(error).__name__
            logger().warning("client.keys_unread", client=missing.client, reason=reason)
        finally:
            self._tried[missing.client] = now


async def _in_time(wait: Awaitable[object], until: float) -> None:
    try:
        async with asyncio.timeout_at(until):
            await wait
    except TimeoutError:
        raise Overloaded(_TURN_S) from None


def _may_be_read(client: OAuthClient, now: datetime) -> bool:
    """Whether the last read of the keys of *client* began long enough ago."""
    return client.jwks_tried_at is None or client.jwks_tried_at <= now - BETWEEN_READS


def _is_key_refresh_due(
    client: OAuthClient, signed: Signed, now: datetime, over: timedelta
) -> bool:
    """Whether the keys of *client* are as old as *over*, or none has the name in *signed*."""
    if client.jwks_read_at is None or client.jwks_read_at <= now - over:
        return True
    kid = signed.header.get("kid")
    return isinstance(kid, str) and all(key.kid != kid for key in keys_of(client.jwks).keys)


def jwk_set(content: bytes) -> dict[str, object]:
    """The keys in *content*, not checked; what else is there is left out. Unsigned: no JWK set."""
    found = jose.parse_strict_json(content)
    if not isinstance(found, dict):
        raise Unsigned("no JWK set")
    return {"keys": found.get("keys")}
