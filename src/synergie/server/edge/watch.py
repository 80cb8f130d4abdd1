"""Who is let in and who is refused is remembered: what the next request of its caller counts as.

What a process can do at once is bounded before this, at the connection (`server.capacity`).
"""

import time
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from synergie.errors import SynergieError, TooManyRequests
from synergie.server.capacity import RecentCallers, is_vital
from synergie.server.life import ChangeSignal
from synergie.server.problems import Problems
from synergie.server.quota import Quota, classify_quota_path, failures_of, get_source_name, is_oauth

_TOKEN = "/token"  # noqa: S105 (a path)
_OK = 200
_UNAUTHENTICATED = 401
_BAD_REQUEST = 400
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(slots=True)
class CallerWatch:
    """ASGI middleware: callers with too many refused authentications are refused (429).

    `failures` is a quota of refused authentications a source address, of strangers alone: those
    that `recent` knows have one each. What was stored rings the `bell`.
    """

    app: ASGIApp
    problems: Problems
    bell: ChangeSignal
    failures: Quota
    recent: RecentCallers = field(default_factory=RecentCallers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        send = self._ringing(scope, send)
        if is_vital(scope["path"].encode()):
            await self.app(scope, receive, send)
            return
        try:
            self.failures.check(self._bucket(scope), at=time.monotonic())
        except SynergieError as error:
            await self.problems.refuse(scope, error)(scope, receive, send)
            return
        await self.app(scope, receive, self._watched(scope, send))

    def _ringing(self, scope: Scope, send: Send) -> Send:
        """*send*, that rings when what a request did is answered: then it is stored."""
        if scope["method"] in _READS:
            return send

        async def ringing(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < _BAD_REQUEST:
                self.bell.ring()
            await send(message)

        return ringing

    def _watched(self, scope: Scope, send: Send) -> Send:
        async def watched(message: Message) -> None:
            if _is_caller_refused(scope, message):
                self._failed(scope)
            elif _let_in(scope, message):
                self.recent.add(scope)
            await send(message)

        return watched

    def _failed(self, scope: Scope) -> None:
        try:
            self.failures.take(self._bucket(scope), at=time.monotonic())
        except TooManyRequests:
            return  # the next one is refused before this

    def _bucket(self, scope: Scope) -> str:
        """Whose failures count together: those of one who was let in lately, else of strangers.

        Strangers of one address count by what they ask for: a flood of one leaves the others.
        """
        caller = self.recent.find(scope["headers"])
        if caller is not None:
            return caller.name
        address = scope.get("client")
        return failures_of(
            get_source_name(address[0] if address else ""), classify_quota_path(scope["path"])
        )


def _let_in(scope: Scope, message: Message) -> bool:
    """Whether *message* begins an answer to one whose token, proof or cookie held."""
    if message["type"] != "http.response.start":
        return False
    if scope["path"] == _TOKEN:
        return bool(message["status"] == _OK)
    return "principal" in scope.get("state", {})


def _is_caller_refused(scope: Scope, message: Message) -> bool:
    """Whether *message* begins the refusal of a caller: of a token, or of a client (400).

    A demand for a nonce is none: each client of a server that wants them meets one.
    """
    status = message.get("status")
    if status == _BAD_REQUEST and is_oauth(scope["path"]):
        return all(name.lower() != b"dpop-nonce" for name, _ in message.get("headers", ()))
    return bool(status == _UNAUTHENTICATED)
