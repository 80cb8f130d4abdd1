"""One HTTP/1.1 connection: uvicorn's, with limits for who is slow to speak or to listen."""

import asyncio
import json
import socket
from contextlib import suppress
from typing import Any, ClassVar, override

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from synergie.server.problems import MEDIA_TYPE
from synergie.server.settings import Settings

_SEND_BUFFER = 128 * 1024
"""Bytes the kernel holds for a reader: what a revocation can no longer call back."""

_LISTEN_S = 60.0
"""How long a reader may take nothing of what waits for it."""


class Connection(H11Protocol):
    """Closes a connection whose head, or whose refused body, takes longer than `header_s`.

    Without it a head of one byte a second holds a connection for ever, and so does the rest of a
    body that was refused.
    """

    header_s: ClassVar[float]
    problem: ClassVar[bytes]
    _hurry: asyncio.TimerHandle | None = None
    _deaf: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        self._arm()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        self._heard()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        cycle: Any = self.cycle  # None before the first request, whatever uvicorn declares
        if cycle is not None and not cycle.response_complete:
            self._disarm()
        elif self._between_requests():
            self._disarm()
            self._wait_for_the_next()
        elif self._hurry is None:
            self._arm()

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._deaf = self._deaf or self.loop.call_later(_LISTEN_S, self.transport.abort)

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._heard()

    @override
    def send_400_response(self, msg: str) -> None:
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(self.problem)).encode()),
            (b"cache-control", b"no-store"),
            (b"connection", b"close"),
        ]
        answer: list[Any] = [
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=self.problem),
            h11.EndOfMessage(),
        ]
        with suppress(h11.LocalProtocolError):  # when an answer has begun, it is cut
            self.transport.write(b"".join(self.conn.send(part) or b"" for part in answer))
        self.transport.close()

    def _between_requests(self) -> bool:
        return self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]

    def _wait_for_the_next(self) -> None:
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def _arm(self) -> None:
        self._hurry = self.loop.call_later(self.header_s, self._close)

    def _close(self) -> None:
        self._hurry = None
        self.transport.close()

    def _disarm(self) -> None:
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None

    def _heard(self) -> None:
        if self._deaf is not None:
            self._deaf.cancel()
            self._deaf = None


def connection_of(settings: Settings) -> type[Connection]:
    """Connections with the limits of *settings*."""
    problem = {
        "type": f"{settings.problem_base}/bad-request",
        "title": "Bad Request",
        "status": 400,
        "detail": "the request is not HTTP/1.1, or its head is too long",
    }

    class _Limited(Connection):
        header_s = settings.header_s

    _Limited.problem = json.dumps(problem).encode()
    return _Limited
