"""Hard mode: what a client must survive, on purpose, before a bad day brings it.

`synergie serve --hard` refuses now and then, answers slowly, cuts answers off, and already sends
what a later version may: members that are not in the contract yet, lists in another order. What a
client may rely on is kept: only a request that is safe to repeat is cut (RFC 9110 §9.2.2, or one
that bears an Idempotency-Key), never two in a row.
"""

import asyncio
import json
import random
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, override

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from synergie.errors import Overloaded, SynergieError, TooManyRequests
from synergie.server.dpop import Nonces
from synergie.server.problems import Problems

ONE_IN = {"refused": 40, "unavailable": 40, "cut": 40, "slow": 15, "nonce": 15}
"""Of how many requests one meets each trouble, about."""

COMING = "x_coming"
"""The member that objects bear and no contract names: a client ignores what it does not know."""

_SLOW_S = 0.3
_PIECE = 512
_SAFE = frozenset({"GET", "HEAD", "PUT", "DELETE"})
_JSON = ("application/json", "application/problem+json")
_OPEN = ("/health/", "/jwks", "/.well-known/")


@dataclass(slots=True)
class Dice:
    """Troubles by chance, from one seed; after one, the next throw is spared."""

    seed: int = 54
    met: Counter[str] = field(default_factory=Counter)
    """How often each came."""
    _chance: random.Random = field(init=False)
    _spared: bool = field(default=False, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 (troubles, not secrets)

    def meets(self, trouble: str) -> bool:
        """Whether *trouble* comes this time."""
        with self._lock:
            if self._spared:
                self._spared = False
                return False
            self._spared = self._chance.randrange(ONE_IN[trouble]) == 0
            self.met[trouble] += self._spared
            return self._spared

    def shuffle(self, items: list[Any]) -> None:
        """Put *items* in another order."""
        with self._lock:
            self._chance.shuffle(items)


@dataclass(frozen=True, slots=True)
class FickleNonces(Nonces):
    """Nonces of which a good one is refused now and then: a server may change its mind."""

    dice: Dice = field(default_factory=Dice)

    @override
    def holds(self, nonce: str | None, now: datetime) -> bool:
        """Whether *nonce* is ours, and it does not please us to want another."""
        return Nonces.holds(self, nonce, now) and not self.dice.meets("nonce")


@dataclass(slots=True)
class Hard:
    """ASGI middleware, outside of admission: refusals, slowness, and answers that are cut."""

    app: ASGIApp
    problems: Problems
    dice: Dice = field(default_factory=Dice)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or be a bad day."""
        if scope["type"] != "http" or scope["path"].startswith(_OPEN):
            await self.app(scope, receive, send)
            return
        if (refusal := self._refusal()) is not None:
            await self.problems.answer(refusal)(scope, receive, send)
            return
        if self.dice.meets("slow"):
            await asyncio.sleep(_SLOW_S)
            send = _send_slowly(send)
        if _is_repeatable(scope) and self.dice.meets("cut"):
            send = _send_cut_body(send)
        with suppress(CutOff):  # alone, or in a group; the server closes what is not finished
            await self.app(scope, receive, send)

    def _refusal(self) -> SynergieError | None:
        if self.dice.meets("refused"):
            return TooManyRequests(0.2)
        if self.dice.meets("unavailable"):
            return Overloaded(0.2)
        return None


@dataclass(slots=True)
class Coming:
    """ASGI middleware, inside of the codings: answers as a later version may write them."""

    app: ASGIApp
    dice: Dice = field(default_factory=Dice)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and write the answer another way."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Rewritten(send, self.dice))


@dataclass(slots=True)
class _Rewritten:
    """The `send` of one request: JSON held whole is written anew, all else passes."""

    send: Send
    dice: Dice
    start: Message | None = field(default=None, init=False)

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_plain_json(
            Headers(raw=message["headers"])
        ):
            self.start = message
            return
        if self.start is not None and message["type"] == "http.response.body":
            start, self.start = self.start, None
            body = message.get("body", b"")
            if not message.get("more_body"):
                body = self._other(body)
                MutableHeaders(scope=start)["content-length"] = str(len(body))
            await self.send(start)
            message = {**message, "body": body}
        await self.send(message)

    def _other(self, body: bytes) -> bytes:
        try:
            value = json.loads(body)
        except ValueError:
            return body
        if not isinstance(value, dict):
            return body
        items = value.get("items")
        if isinstance(items, list):
            self.dice.shuffle(items)
            value["items"] = [_add_coming_field(one) for one in items]
        return json.dumps(
            _add_coming_field(value), ensure_ascii=False, separators=(",", ":")
        ).encode()


def _add_coming_field(value: Any) -> Any:
    return {COMING: {"since": "later"}, **value} if isinstance(value, Mapping) else value


def _is_plain_json(headers: Headers) -> bool:
    """Whether an answer is JSON that nobody has signed or packed."""
    kind = headers.get("content-type", "").partition(";")[0]
    return kind in _JSON and not {"content-digest", "content-encoding", "etag"} & set(headers)


def _is_repeatable(scope: Scope) -> bool:
    return scope["method"] in _SAFE or "idempotency-key" in Headers(scope=scope)


def _send_slowly(send: Send) -> Send:
    async def slowly(message: Message) -> None:
        body = message.get("body", b"")
        while len(body) > _PIECE:
            await send({"type": "http.response.body", "body": body[:_PIECE], "more_body": True})
            body = body[_PIECE:]
            await asyncio.sleep(0)
        await send({**message, "body": body} if "body" in message else message)

    return slowly


class CutOff(Exception):
    """Not a fault: the answer is left in the middle."""


def _send_cut_body(send: Send) -> Send:
    async def cut(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
            return
        body = message.get("body", b"")
        await send(
            {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}
        )
        raise CutOff

    return cut
