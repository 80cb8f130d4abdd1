"""One request to an ASGI application, byte for byte as it is written: no client mends it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

type Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Pairs
    content: bytes

    @property
    def whole(self) -> bytes:
        """Headers and body in one text, to search it."""
        lines = (f"{name}: {value}\n" for name, value in self.headers)
        return "".join(lines).encode() + b"\n" + self.content

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        return next((value for told, value in self.headers if told == name.lower()), None)


@dataclass(frozen=True)
class Line:
    """A caller of *app* in one event loop of its own."""

    app: Any
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def ask(
        self, method: str, target: str, headers: Iterable[tuple[str, str]], body: bytes = b""
    ) -> Answer:
        """The answer to *method* on *target*, a raw path with its query."""
        return self.loop.run_until_complete(self._ask(method, target, tuple(headers), body))

    def close(self) -> None:
        """Ends the loop with its threads."""
        self.loop.run_until_complete(self.loop.shutdown_default_executor())
        self.loop.close()

    async def _ask(self, method: str, target: str, headers: Pairs, body: bytes) -> Answer:
        start: dict[str, Any] = {}
        parts: list[bytes] = []
        asked = iter(({"type": "http.request", "body": body, "more_body": False},))
        forever = asyncio.Event()

        async def receive() -> dict[str, Any]:
            for message in asked:
                return message
            await forever.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            start.update(message if message["type"] == "http.response.start" else {})
            parts.append(message.get("body", b""))

        await self.app(_scope(method, target, headers), receive, send)
        pairs = tuple((n.decode().lower(), v.decode("latin-1")) for n, v in start["headers"])
        return Answer(start["status"], pairs, b"".join(parts))


def _scope(method: str, target: str, headers: Pairs) -> dict[str, Any]:
    raw, _, query = target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": unquote(raw),
        "raw_path": raw.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "root_path": "",
        "headers": [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers],
        "client": ("127.0.0.1", 1),
        "server": ("api.synergie.test", 443),
        "state": {},
    }
