"""The outermost layer: a trace id, the headers that every answer bears, one line in the log."""

import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from synergie.server import log
from synergie.server.answer_headers import TRACE_ID, fill_headers

type Count = Callable[[str | None, str, int, float], None]

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}", re.ASCII)
_NONE = "0" * 32
_REFUSED, _LEFT, _FAILED = 400, 499, 500


@dataclass(slots=True)
class _RequestOutcome:
    """What became of a request, for its line in the log. 499: the caller left before."""

    status: int = _LEFT
    sent: int = 0


class Trace:
    """ASGI middleware: `Synergie-Trace-Id`, fixed headers, one `http.request` event a request.

    The trace id is that of the caller's `traceparent` (W3C Trace Context) when well formed.
    *https*: whether callers reach the server so, and are told to use nothing else. *count* is told
    the template of the route, the method, the status and the seconds of each request.
    """

    def __init__(self, app: ASGIApp, *, https: bool = False, count: Count | None = None) -> None:
        self.app, self.log, self.https, self.count = app, log.logger(), https, count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and say what became of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        trace_id = _trace_id(Headers(scope=scope).getlist("traceparent"))
        scope.setdefault("state", {})["trace_id"] = trace_id
        told, began = _RequestOutcome(), time.perf_counter()

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                told.status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[TRACE_ID] = trace_id
                fill_headers(headers, https=self.https)
            told.sent += len(message.get("body", b""))
            await send(message)

        with structlog.contextvars.bound_contextvars(trace_id=trace_id):
            try:
                await self.app(scope, receive, marked)
            finally:
                self._say(scope, told, time.perf_counter() - began)

    def _say(self, scope: Scope, told: _RequestOutcome, seconds: float) -> None:
        state = scope["state"]
        principal = state.get("principal")
        # the template: an address may hold what it should not
        route = getattr(scope.get("route"), "path", None)
        method = state.get("method", scope["method"])
        if self.count is not None:
            self.count(route, method, told.status, seconds)
        self.log.info(
            "http.request",
            method=method,
            route=route,
            status=told.status,
            outcome=_classify_outcome(told.status),
            reason=state.get("reason"),
            ms=round(seconds * 1000, 1),
            sent=told.sent,
            client=getattr(principal, "client_id", None),
            organisation=getattr(principal, "organisation", None),
        )


def _classify_outcome(status: int) -> str:
    """`served`, `refused` or `failed`; `left` when the caller did not wait."""
    if status == _LEFT:
        return "left"
    return "served" if status < _REFUSED else "refused" if status < _FAILED else "failed"


def _trace_id(told: list[str]) -> str:
    match = _TRACEPARENT.fullmatch(told[0]) if len(told) == 1 else None
    return match[1] if match and match[1] != _NONE else secrets.token_hex(16)
