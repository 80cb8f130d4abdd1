"""Framing: a request that two programs on its way would read as two is refused (RFC 9112 §11.2)."""

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from synergie.errors import BadInput
from synergie.server.problems import Problems

_VERSIONS = ("1.0", "1.1", "2", "2.0", "3")
_ONCE = ("Host", "Content-Length", "Content-Type")
"""Headers that frame or name a request. `Authorization` and `DPoP` are the guard's, with answers
of their own."""


@dataclass(slots=True)
class Frame:
    """ASGI middleware: each of the framing headers once, and one way of telling the length."""

    app: ASGIApp
    problems: Problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it and close its connection."""
        if scope["type"] == "http":
            try:
                _check_http_version(scope.get("http_version", "1.1"))
                _check_body_framing(Headers(scope=scope))
            except BadInput as error:
                refusal = self.problems.refuse(scope, error)
                refusal.headers["Connection"] = "close"  # what follows may be another's request
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _check_http_version(version: str) -> None:
    """BadInput for a version of HTTP that is not spoken here: nobody knows how it frames."""
    if version not in _VERSIONS:
        raise BadInput("request line", f"HTTP/{version}", "HTTP/1.1")


def _check_body_framing(headers: Headers) -> None:
    """BadInput, so 400, when a header is there twice or the length is told in two ways (§6.3)."""
    for name in _ONCE:
        told = headers.getlist(name)
        if len(told) > 1:
            raise BadInput(f"header {name}", ", ".join(told), "the header once")
    if "transfer-encoding" in headers and "content-length" in headers:
        length = headers["content-length"]
        raise BadInput("header Content-Length", length, "no length beside Transfer-Encoding")
