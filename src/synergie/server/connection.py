"""One HTTP/1.1 connection: uvicorn's, with limits for who is slow to speak or to listen.

httptools reads heads without end and some that are framed in two ways: what is refused here beside
its own errors is a head that is too long, a request of 1.1 that names no host, and any transfer
coding but chunks (RFC 9112 §6.1).
"""

import asyncio
import json
import socket
from typing import Any, ClassVar, override

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from synergie.server.deadline import LOOK_S, Deadline
from synergie.server.problems import MEDIA_TYPE
from synergie.server.settings import Settings

_SEND_BUFFER = 128 * 1024
"""Bytes the kernel holds for a reader: what a revocation can no longer call back."""

PIECE = 64 * 1024
"""Bytes that wait for a reader beside, and of an answer that are written at once."""

_LISTEN_S = 60.0
"""How long a reader may take less than a piece of what waits for it; so long lives what is closed,
too."""

_LONGEST_HEAD = 64 * 1024
"""Bytes of a request's line and headers."""


class Connection(HttpToolsProtocol):
    """Closes a connection whose head, or whose refused body, takes longer than `header_s`.

    Without it a head of one byte a second holds a connection for ever, and so does the rest of a
    body that was refused.
    """

    header_s: ClassVar[float]
    refusal: ClassVar[bytes]
    _hurry: Deadline | None = None
    _deaf: Deadline | None = None
    _in_head = False
    """Whether a request has begun and its head is not whole."""
    _in_message = False
    """Whether a request has begun and its body is not whole."""
    _head = 0
    """Bytes of the head that came."""

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        transport.set_write_buffer_limits(high=PIECE, low=PIECE)  # over TLS it would be half a MB
        self._arm()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        self._heard()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        try:
            self._parse(data)
        except httptools.HttpParserError:
            self.send_400_response("")
            return
        self._watch()

    def _parse(self, data: bytes) -> None:
        """Read *data*; a wish for another protocol is passed over (RFC 9110 §7.8)."""
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as wish:
                data = data[wish.args[0] :]
                continue
            if self._in_head:
                self._count(len(data))  # of a header that is not whole nothing is told
            return

    def _count(self, size: int) -> None:
        self._head += size
        if self._head > _LONGEST_HEAD:
            raise httptools.HttpParserError("the head is too long")

    def _watch(self) -> None:
        """Set the time that what is awaited may take."""
        if self.transport.is_closing():
            return
        if self.in_hand():
            self._disarm()
        elif not self._in_message:
            self._disarm()
            self._wait_for_the_next()
        elif self._hurry is None:
            self._arm()

    def in_hand(self) -> bool:
        """Whether a request is not answered yet."""
        cycle: Any = self.cycle  # None before the first request, whatever uvicorn declares
        return cycle is not None and not cycle.response_complete

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = self._in_message = True
        self._head = 0

    @override
    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._count(len(url))

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_head:
            return  # a trailer: not one of the headers that were judged (RFC 9110 §6.5.1)
        super().on_header(name, value)
        self._count(len(name) + len(value) + 4)

    @override
    def on_headers_complete(self) -> None:
        self._in_head = False
        named = {name for name, _ in self.headers}
        if b"host" not in named and self.parser.get_http_version() == "1.1":
            raise httptools.HttpParserError("no host")
        if b"transfer-encoding" in named and self._codings() != [b"chunked"]:
            raise httptools.HttpParserError("a transfer coding that is not taken")
        self.enter_request()

    def enter_request(self) -> None:
        """Begin, or put behind those in hand, the request whose head is whole and well framed."""
        super().on_headers_complete()

    def _codings(self) -> list[bytes]:
        return [value.lower() for name, value in self.headers if name == b"transfer-encoding"]

    @override
    def on_message_complete(self) -> None:
        self._in_message = False
        super().on_message_complete()

    @override
    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._in_message and not self.pipeline and not self.transport.is_closing():
            self._unset_keepalive_if_required()
            self._watch()

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._await_reader()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._heard()
        self.bound_closing()

    @override
    def timeout_keep_alive_handler(self) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(LOOK_S, self._end_rest)

    def _end_rest(self) -> None:
        super().timeout_keep_alive_handler()
        self.bound_closing()

    def close(self) -> None:
        """Close it once what waits is read; cut it when its reader takes too long."""
        self.transport.close()
        self.bound_closing()

    def bound_closing(self) -> None:
        """Cut it in a while if it was closed and is still open: its reader may never read."""
        if self.transport.is_closing() and self in self.connections:
            self._await_reader()

    def _await_reader(self) -> None:
        self._deaf = self._deaf or Deadline(self.loop, _LISTEN_S, self.transport.abort)

    @override
    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read; what was asked before it on this connection is answered."""
        if self.transport.is_closing():
            return
        if self.in_hand():
            cycle = self.cycle
            if self._in_head:  # of a later request: it follows those in hand, and is not answered
                cycle.keep_alive = False
                return
            if cycle.response_started or self.pipeline:  # an answer that has begun is cut
                self.close()
                return
            cycle.disconnected = True
            cycle.message_event.set()
        self.transport.write(self.refusal)
        self.close()

    def _wait_for_the_next(self) -> None:
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def _arm(self) -> None:
        self._hurry = Deadline(self.loop, self.header_s, self._close)

    def _close(self) -> None:
        self._hurry = None
        self.close()

    def _disarm(self) -> None:
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None

    def _heard(self) -> None:
        if self._deaf is not None:
            self._deaf.cancel()
            self._deaf = None


def connection_of[ConnectionT: Connection](
    settings: Settings, kind: type[ConnectionT]
) -> type[ConnectionT]:
    """*kind* with the limits of *settings*."""
    problem = {
        "type": f"{settings.problem_base}/bad-request",
        "title": "Bad Request",
        "status": 400,
        "detail": "the request is not HTTP/1.1, or its head is too long",
    }
    body = json.dumps(problem).encode()
    head = (
        f"HTTP/1.1 400 Bad Request\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
        "cache-control: no-store\r\nconnection: close\r\n\r\n"
    )

    class _Limited(kind):  # type: ignore[valid-type, misc]
        header_s = settings.header_s
        refusal = head.encode() + body

    return _Limited
