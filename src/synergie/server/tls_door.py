"""Connections over TLS: counted from the moment they are accepted, not once they are secured.

asyncio tells a protocol of a connection only when its handshake is over. Until then whoever opened
thousands and said nothing would have each for a minute, outside of every bound.
"""

import asyncio
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from synergie.server.deadline import Deadline
from synergie.server.entry import Entry
from synergie.server.log import logger

_OUT_OF_FILES_S = 1.0
"""A pause after the system had no connection to give."""
_CUT_S = 60.0
"""So much later the loop ends a handshake by itself: it was cut before."""


@dataclass(eq=False, slots=True)
class Handshake:
    """A connection that is not secured yet: it gives way as one that rests and was never heard."""

    raw: socket.socket
    heard = known = is_unread = False

    def cut(self) -> None:
        """End it, both ways: what the loop awaits of it then fails by itself."""
        with suppress(OSError):  # its caller has gone
            self.raw.shutdown(socket.SHUT_RDWR)


class TlsDoor:
    """Accepts on *listening*, and makes an *entry* of each connection secured within *seconds*.

    Closed as a server of asyncio is.
    """

    def __init__(
        self,
        listening: socket.socket,
        secured: ssl.SSLContext,
        entry: Callable[[], Entry],
        *,
        seconds: float,
    ) -> None:
        listening.setblocking(False)
        self._secured, self._entry, self._seconds = secured, entry, seconds
        self._open: dict[asyncio.Task[None], Handshake] = {}
        self._accepting = asyncio.create_task(self._accept(listening))

    def close(self) -> None:
        """Accept no more, and cut what is not secured."""
        self._accepting.cancel()
        for one in self._open.values():
            one.cut()

    async def wait_closed(self) -> None:
        """Return when nothing of it is left."""
        await asyncio.gather(self._accepting, *self._open, return_exceptions=True)

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(0)  # others work between two of them
            try:
                raw, address = await loop.sock_accept(listening)
            except ConnectionError:  # gone meanwhile
                continue
            except OSError as error:
                logger().error("connections.not_accepted", reason=error.strerror)
                await asyncio.sleep(_OUT_OF_FILES_S)
                continue
            self._begin(raw, str(address[0]))

    def _begin(self, raw: socket.socket, peer: str) -> None:
        handshake, entry = Handshake(raw), self._entry()
        entry.follow(handshake, peer)
        task = asyncio.create_task(self._secure(entry, raw))
        late = Deadline(asyncio.get_running_loop(), self._seconds, handshake.cut)
        self._open[task] = handshake
        task.add_done_callback(self._open.pop)
        task.add_done_callback(lambda _task: late.cancel())
        task.add_done_callback(lambda _task: entry.leave(handshake))

    async def _secure(self, entry: Entry, raw: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with suppress(OSError):  # of TLS, too: whoever speaks otherwise, or not in time, is cut
            await loop.connect_accepted_socket(
                lambda: entry, raw, ssl=self._secured, ssl_handshake_timeout=self._seconds + _CUT_S
            )
