"""The relay as a process: a loopback socket, one program, gone without a trace at Ctrl-C."""

import ipaddress
import socket
from types import FrameType
from typing import override

import uvicorn
from starlette.types import ASGIApp

from synergie.errors import Misconfigured

_BACKLOG = 64
_MOST = 64
_GRACE_S = 3
_LONGEST_HEAD = 16 * 1024


def open_loopback_socket(host: str, port: int) -> socket.socket:
    """A socket on loopback; *port* 0 takes a free one.

    Misconfigured for any other address: behind the relay no token is asked for, so whoever reaches
    it reads. Misconfigured when the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if not _is_loopback(host):
        raise Misconfigured(
            "--host: found {!r}, expected 127.0.0.1 or ::1: beyond, others would read through it",
            host,
        )
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(_BACKLOG)
    except OSError as error:
        found.close()
        raise Misconfigured("cannot listen on {}: {}", f"{host}:{port}", error.strerror) from error
    return found


def _is_loopback(host: str) -> bool:
    """By its number alone: a name may be made to point anywhere."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback and getattr(address, "ipv4_mapped", None) is None


async def serve_app(app: ASGIApp, where: socket.socket) -> None:
    """Serve *app* on *where* until Ctrl-C or SIGTERM; a second one ends it at once."""
    config = uvicorn.Config(
        app,
        http="h11",  # which bounds a head by itself
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        limit_concurrency=_MOST,
        timeout_graceful_shutdown=_GRACE_S,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
    )
    await _Server(config).serve(sockets=[where])


class _Server(uvicorn.Server):
    """Told to stop, it ends with 0: this is how it is meant to end."""

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True
