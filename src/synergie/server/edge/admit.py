"""Admission: what is over our capacity is refused at once, before anything is read.

A queue without end turns a flood into an outage; a refusal with `Retry-After` turns it into a
wait. Health, the keys and what takes rights away are never refused.
"""

import random
import re
import time
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from synergie.errors import Overloaded, SynergieError, TooManyRequests
from synergie.server.edge.recent import RecentCallers
from synergie.server.life import Bell, Life
from synergie.server.problems import Problems
from synergie.server.quota import Quota, Room, failures_of, source

_ALWAYS = re.compile(r"/health/.*|/jwks|/revoke|/v1/agreements/[^/]+/(revoke|suspend)")
_STREAMS = re.compile(r"/v1/curves|/v1/series/[^/]+/curve|/v1/exports/[^/]+/files/[^/]+")
_OAUTH = re.compile(r"/token|/revoke|/introspect")
_API = ("/v1/", "/ogc")
_TOKEN = "/token"  # noqa: S105 (a path)
_OK = 200
_UNAUTHENTICATED = 401
_BAD_REQUEST = 400


@dataclass(slots=True)
class Admit:
    """ASGI middleware: at most *most* requests at once, *most_streams* of them exports.

    `failures` is a quota of refused authentications a source address, of strangers alone: those
    that `recent` knows have one each. What was stored rings the `bell`.
    """

    app: ASGIApp
    problems: Problems
    life: Life
    bell: Bell
    most: int
    most_streams: int
    failures: Quota
    recent: RecentCallers = field(default_factory=RecentCallers)

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
        self.failures.check(self._bucket(scope), at=time.monotonic())

    def _watched(self, scope: Scope, send: Send) -> Send:
        async def watched(message: Message) -> None:
            if _refused(scope, message):
                self._failed(scope)
            elif _let_in(scope, message):
                self.recent.add(scope)
            if scope["method"] == "POST" and message["type"] == "http.response.start":
                self.bell.ring()  # what is answered is stored
            await send(message)

        return watched

    def _failed(self, scope: Scope) -> None:
        try:
            self.failures.take(self._bucket(scope), at=time.monotonic())
        except TooManyRequests:
            return  # the next one is refused at the door

    def _bucket(self, scope: Scope) -> str:
        """Whose failures count together: those of one who was let in lately, else of strangers.

        Strangers of one address count by what they ask for: a flood of one leaves the others.
        """
        return self.recent.find(scope) or failures_of(_source(scope), _room(scope["path"]))


def _room(path: str) -> Room:
    if _OAUTH.fullmatch(path):
        return "oauth"
    return "api" if path.startswith(_API) else "pages"


def _let_in(scope: Scope, message: Message) -> bool:
    """Whether *message* begins an answer to one whose token, proof or cookie held."""
    if message["type"] != "http.response.start":
        return False
    if scope["path"] == _TOKEN:
        return bool(message["status"] == _OK)
    return "principal" in scope.get("state", {})


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
