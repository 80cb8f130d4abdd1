"""Whose address a request comes from, when a proxy stands before the server.

Only a proxy that the operator named is believed, and of what it passes on only the last hop that
it saw itself: what stands left of it in `X-Forwarded-For` was written by the caller.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network
type Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_FORWARDED = b"x-forwarded-for"


@dataclass(slots=True)
class CallerAddress:
    """ASGI middleware: puts the caller's address into `scope["client"]`.

    The right-most address of `X-Forwarded-For` that is none of *proxies* (the left-most when all
    are), when the peer is one of them; else the peer's. A proxy that names nobody leaves an address
    that counts for nobody ("").
    """

    app: ASGIApp
    proxies: tuple[Network, ...]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with its caller's address."""
        if scope["type"] == "http" and (peer := scope.get("client")):
            caller = read_caller(peer[0], scope["headers"], self.proxies)
            if caller != peer[0]:
                scope["client"] = (caller, 0)
        await self.app(scope, receive, send)


def read_caller(
    peer: str, headers: Iterable[tuple[bytes, bytes]], proxies: tuple[Network, ...]
) -> str:
    """The address of who calls through *peer*, which is one of *proxies* or the caller itself."""
    if not _is_among(read_address(peer), proxies):
        return peer
    fields = (value.decode("latin-1") for name, value in headers if name == _FORWARDED)
    caller = ""
    for hop in reversed(",".join(fields).split(",")):
        address = read_address(hop)
        caller = "" if address is None else str(address)
        if not _is_among(address, proxies):
            break
    return caller


def _is_among(address: Address | None, proxies: tuple[Network, ...]) -> bool:
    return address is not None and any(address in network for network in proxies)


def read_address(text: str) -> Address | None:
    """The address in *text*, with or without a port; an IPv4 address in IPv6 as what it is."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
