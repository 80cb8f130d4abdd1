"""Admission: what is over our capacity is refused at once, before anything is read.

A queue without end turns a flood into an outage; a refusal with `Retry-After` turns it into a
wait. Health, the keys and what takes rights away are never refused.
"""

import random
import re
import time
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from synergie.errors import Overloaded, SynergieError, TooManyRequests
from synergie.server.life import Bell, Life
from synergie.server.problems import Problems
from synergie.server.quota import Quota, source

_ALWAYS = re.compile(r"/health/.*|/jwks|/revoke|/v1/agreements/[^/]+/(revoke|suspend)")
_STREAMS = re.compile(r"/v1/curves|/v1/series/[^/]+/curve|/v1/exports/[^/]+/files/[^/]+")
_OAUTH = re.compile(r"/token|/revoke|/introspect")
_UNAUTHENTICATED = 401
_BAD_REQUEST = 400


@dataclass(slots=True)
class Admit:
    """ASGI middleware: at most *most* requests at once, *most_streams* of them exports.

    `failures` is a quota of refused authentications a source address. What was stored rings the
    `bell`.
    """

    app: ASGIApp
    problems: Problems
    life: Life
    bell: Bell
    most: int
    most_streams: int
    failures: Quota

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http" or _ALWAYS.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        stream = scope["method"] == "GET" and _STREAMS.fullmatch(scope["path"]) is not None
        try:
            self._room(scope, stream=stream)
        except SynergieError as error:
            await self.problems.refuse(scope, error)(scope, receive, send)
            return
        self.life.running += 1
        self.life.streams += stream
        try:
            await self.app(scope, receive, self._watched(scope, send))
        finally:
            self.life.running -= 1
            self.life.streams -= stream

    def _room(self, scope: Scope, *, stream: bool) -> None:
        full = self.life.running >= self.most
        if full or (stream and self.life.streams >= self.most_streams):
            raise Overloaded(round(random.uniform(1, 5), 1))  # noqa: S311 (spreads the returns)
        self.failures.check(_source(scope), at=time.monotonic())

    def _watched(self, scope: Scope, send: Send) -> Send:
        async def watched(message: Message) -> None:
            if _refused(scope, message):
                self._failed(scope)
            if scope["method"] == "POST" and message["type"] == "http.response.start":
                self.bell.ring()  # what is answered is stored
            await send(message)

        return watched

    def _failed(self, scope: Scope) -> None:
        try:
            self.failures.take(_source(scope), at=time.monotonic())
        except TooManyRequests:
            return  # the next one is refused at the door


def _source(scope: Scope) -> str:
    address = scope.get("client")
    return source(address[0]) if address else ""


def _refused(scope: Scope, message: Message) -> bool:
    """Whether *message* begins the refusal of a caller: of a token, or of a client (400).

    A demand for a nonce is none: each client of a server that wants them meets one.
    """
    status = message.get("status")
    if status == _BAD_REQUEST and _OAUTH.fullmatch(scope["path"]):
        return all(name.lower() != b"dpop-nonce" for name, _ in message.get("headers", ()))
    return bool(status == _UNAUTHENTICATED)
