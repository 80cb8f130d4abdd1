"""Answers packed with zstd or gzip as the caller accepts, streamed ones piece by piece."""

from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from synergie.schemas.readings.coding import CODINGS, Encoder, build_encoder

_LEAST = 1024
_TEXTUAL = (
    "application/geo+json",
    "application/json",
    "application/problem+json",
    "application/schema+json",
    "application/vnd.oai.openapi+json",
    "application/x-ndjson",
    "image/svg+xml",
    "text/",
)


class Pack:
    """ASGI middleware: bodies over 1 kB, and all streams, in the best coding accepted.

    Each piece of a stream can be read as soon as it comes: nothing waits in the packer.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and pack what comes back."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        coding = choose_content_coding(Headers(scope=scope).getlist("accept-encoding"))
        await self.app(scope, receive, _Packed(send, coding))


@dataclass(slots=True)
class _Packed:
    """The `send` of one request."""

    send: Send
    coding: str | None
    start: Message | None = None
    encoder: Encoder | None = field(default=None, init=False)

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            MutableHeaders(scope=message).add_vary_header("Accept-Encoding")
            return
        if self.start is not None:
            await self._begin(self.start, message)
        if self.encoder is not None:
            message = self._packed(self.encoder, message)
            if not message["body"] and message["more_body"]:
                return
        await self.send(message)

    async def _begin(self, start: Message, first: Message) -> None:
        headers = MutableHeaders(scope=start)
        small = not first.get("more_body") and len(first.get("body", b"")) < _LEAST
        textual = headers.get("content-type", "").startswith(_TEXTUAL)
        if self.coding is not None and textual and not small and "content-encoding" not in headers:
            self.encoder = build_encoder(self.coding)
            headers["Content-Encoding"] = self.coding
            del headers["content-length"]
        self.start = None
        await self.send(start)

    @staticmethod
    def _packed(pack: Encoder, message: Message) -> Message:
        more = message.get("more_body", False)
        body = message.get("body", b"")
        out = pack.feed(body) if body else b""
        out += (pack.flush() if body else b"") if more else pack.close()
        return {**message, "body": out, "more_body": more}


def choose_content_coding(told: list[str]) -> str | None:
    """The coding of ours that `Accept-Encoding` wants most; None for none (RFC 9110 §12.5.3)."""
    wishes = dict(
        _parse_coding_weight(part) for part in ",".join(told).lower().split(",") if part.strip()
    )
    weights = [(wishes.get(coding, wishes.get("*", 0.0)), coding) for coding in CODINGS]
    weight, best = max(weights, key=lambda pair: pair[0])
    return best if weight > 0 else None


def _parse_coding_weight(part: str) -> tuple[str, float]:
    name, _, weight = part.partition(";")
    digits = weight.strip().removeprefix("q=").strip()
    try:
        return name.strip(), float(digits) if digits else 1.0
    except ValueError:
        return name.strip(), 0.0
