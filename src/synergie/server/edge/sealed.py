"""Signed answers (RFC 9421), for who asks with `Accept-Signature`.

Only answers that are held whole are signed: a digest in a trailer would need a server that sends
trailers. What streams has its own proof: a line that closes it, or the manifest of an export.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from synergie.proof import message
from synergie.proof.jose import Key


@dataclass(slots=True)
class Sealed:
    """ASGI middleware: signs whole answers to a caller that is known and asks for it.

    It stands outside the content codings: what is signed is what travels.
    """

    app: ASGIApp
    public_url: str
    key: Callable[[], Key]
    clock: Callable[[], float]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and sign what comes back."""
        if scope["type"] != "http" or not self._asks_signature(scope):
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Signing(self, scope, send))

    def _asks_signature(self, scope: Scope) -> bool:
        if not any(name == b"accept-signature" for name, _ in scope["headers"]):
            return False
        if scope.get("state", {}).get("method") == "HEAD":  # no content, so nothing to sign
            return False
        return message.asks_for_signature(_decode_header_lines(scope["headers"]))

    def headers(self, scope: Scope, start: Message, content: bytes) -> dict[str, str]:
        """What signs an answer to the request of *scope*."""
        request = message.Request(
            scope["method"],
            message.build_target_uri(self.public_url, scope),
            _decode_header_lines(scope["headers"]),
        )
        answer = message.Answer(start["status"], request, _decode_header_lines(start["headers"]))
        return message.signed_answer(answer, content, self.key(), now=self.clock())


@dataclass(slots=True)
class _Signing:
    """The `send` of one request."""

    sealed: Sealed
    scope: Scope
    send: Send
    start: Message | None = field(default=None, init=False)

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        if self.start is not None:
            start, self.start = self.start, None
            if not message.get("more_body") and "principal" in self.scope.get("state", {}):
                made = self.sealed.headers(self.scope, start, message.get("body", b""))
                MutableHeaders(scope=start).update(made)
            await self.send(start)
        await self.send(message)


def _decode_header_lines(headers: list[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
