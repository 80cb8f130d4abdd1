"""The guard of calls to addresses that others name: webhooks, `jwks_uri` (SSRF; ASVS 1.3.6).

The address is checked when it is connected to, on the very address that is used: one resolution a
connection, so a name that points elsewhere the second time gains nothing. TLS and the connection
keep the host's name. Nothing is taken from the environment, no redirect is followed, and one
deadline holds for all of it: name, connection, head and body.
"""

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, override

import httpcore2
import httpx2

from synergie import __version__
from synergie.client._addresses import is_public
from synergie.client._origin import is_loopback
from synergie.errors import BadInput, SynergieError, TooLarge, Unreachable

TIMEOUT_S = 10.0
"""Longest that one call may take in all, seconds."""
LIMIT = 64 * 1024
"""Most bytes of an answer that are read."""

_LONGEST_URL = 2048
_HTTPS_PORT = 443

_LOG = logging.getLogger("synergie.outbound")

type Purpose = Literal["webhook", "challenge", "jwks_uri"]
"""What an address of a partner is called for; `challenge`: before it becomes a webhook's."""
type Addresses = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """What an operator lets this machine reach."""

    ports: frozenset[int] = frozenset({_HTTPS_PORT})
    """Ports of public addresses."""
    hosts: frozenset[str] | None = None
    """Names of hosts, in lower case and ASCII. None: any (ASVS 13.2.4)."""
    trusted: frozenset[tuple[str, int]] = frozenset()
    """Host and port of partners that may be reached wherever they are, private addresses included;
    on this machine (loopback) in http, too."""
    nat64: bool = False
    """Whether IPv4 is reached through 64:ff9b::/96 here."""
    verify: ssl.SSLContext | None = field(default=None, repr=False)
    """What certificates are checked with. None: the authorities this machine knows."""

    def checks(self, url: str) -> "Target":
        """*url* in parts. BadInput when it may not be called; no name is resolved here."""
        parts = _parse_url(url)
        host, port = parts.raw_host.decode("ascii"), parts.port or _HTTPS_PORT
        trusted = (host, port) in self.trusted
        if parts.scheme != "https" and not (
            parts.scheme == "http" and parts.port and trusted and is_loopback(host)
        ):
            raise BadInput("/url", parts.scheme, "an address https://…")
        if not trusted and port not in self.ports:
            raise BadInput("/url", port, "a port that the operator of this server opens")
        if not trusted and self.hosts is not None and host not in self.hosts:
            raise BadInput("/url", host, "a host that the operator of this server allows")
        return Target(parts.scheme, host, port, parts.raw_path, trusted=trusted)

    def admits(self, address: str, target: "Target") -> bool:
        """Whether *address*, to which the name of *target* points, may be connected to."""
        return target.trusted or is_public(address, nat64=self.nat64)


PUBLIC = Allow()
"""Public addresses, https, port 443."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be called, in parts."""

    scheme: str
    host: str
    port: int
    path: bytes
    trusted: bool = field(kw_only=True)

    def url(self) -> httpcore2.URL:
        """The same for httpcore2."""
        return httpcore2.URL(
            scheme=self.scheme.encode(), host=self.host.encode(), port=self.port, target=self.path
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: any status, redirects included."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """By names in lower case; the last one of a name."""
    content: bytes = field(repr=False)

    @property
    def good(self) -> bool:
        """Whether it is what was asked for (2xx)."""
        return self.status // 100 == 2  # noqa: PLR2004 (RFC 9110 §15)


def fetch_url(
    url: str,
    *,
    limit: int = LIMIT,
    timeout: float = TIMEOUT_S,
    allow: Allow = PUBLIC,
    accept: str = "application/json",
) -> Reply:
    """What *url* answers to GET, whatever its status; redirects are not followed.

    *limit*: most bytes of the body, TooLarge beyond; 0: it is not read at all. *timeout*: seconds
    for all of it. BadInput
    when the address may not be called, Unreachable when there is no answer in time or its host
    has an address that is not allowed.
    """
    return Call("GET", url, {"Accept": accept}).send(limit=limit, timeout=timeout, allow=allow)


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str],
    limit: int = LIMIT,
    timeout: float = TIMEOUT_S,
    allow: Allow = PUBLIC,
) -> Reply:
    """What *url* answers to *body*; see `fetch`."""
    return Call("POST", url, headers, body).send(limit=limit, timeout=timeout, allow=allow)


@dataclass(frozen=True, slots=True)
class Call:
    """One call to an address that somebody else named."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)

    def send(
        self, *, limit: int, timeout: float, allow: Allow, resolve: Addresses | None = None
    ) -> Reply:
        """The answer; see `fetch`. *resolve* stands in for the resolver of this machine."""
        target = allow.checks(self.url)
        deadline = time.monotonic() + timeout
        guard = _Guard(allow, target, resolve or _resolve_host, deadline)
        try:
            with httpcore2.ConnectionPool(
                ssl_context=allow.verify or _build_ssl_context(), network_backend=guard, retries=0
            ) as pool:
                return self._send(pool, target, limit)
        except httpcore2.TimeoutException as error:
            raise Unreachable("no answer in time") from error
        except httpcore2.ConnectError as error:
            # one answer for all causes: who named the address learns nothing of what is there
            raise Unreachable("no connection to the server") from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise Unreachable(f"the connection failed ({type(error).__name__})") from error

    def _send(self, pool: httpcore2.ConnectionPool, target: Target, limit: int) -> Reply:
        headers = {
            "User-Agent": f"synergie/{__version__}",
            "Accept-Encoding": "identity",  # a coded body could grow beyond any limit
            "Connection": "close",
            **self.headers,
        }
        with pool.stream(
            self.method, target.url(), headers=list(headers.items()), content=self.body
        ) as answer:
            found = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in answer.headers
            }
            if limit and found.get("content-encoding", "identity").lower() != "identity":
                raise Unreachable("the answer is coded, though no coding was asked for")
            content = _join_pieces(answer.iter_stream(), limit) if limit else b""
            return Reply(answer.status, found, content)


def _join_pieces(pieces: Iterable[bytes], limit: int) -> bytes:
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > limit:
            raise TooLarge(limit, "bytes")
    return bytes(content)


def tell_failed(purpose: Purpose, url: str, why: str | SynergieError, **who: object) -> None:
    """Tell the log that a call to an address of a partner came to nothing: its host, no more.

    *why*: a code, or what was raised; *who*: identifiers of ours that it was for.
    """
    try:
        host = _parse_url(url).raw_host.decode("ascii", "replace")
    except BadInput:
        host = None
    if isinstance(why, SynergieError):
        why = "address" if isinstance(why, BadInput) else why.code
    told = {"purpose": purpose, "host": host, "reason": why, **who}
    _LOG.warning("outbound.failed", extra={"told": told})


def _parse_url(url: str) -> httpx2.URL:
    """*url* as httpx2 reads it, which is how it is sent; BadInput when it is not plain."""
    if len(url) > _LONGEST_URL:
        raise BadInput("/url", url, "an address of at most 2,048 signs")
    try:
        parts = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise BadInput("/url", url, "an address https://host/path") from error
    host = parts.raw_host.decode("ascii", "replace")
    if not host or host.endswith(".") or "%" in host or parts.port == 0:
        raise BadInput("/url", host, "an address https://host/path")
    if "@" in parts.netloc.decode("ascii", "replace") or parts.userinfo or _has_at(url):
        raise BadInput("/url", host, "an address without user or password")
    if "#" in url:
        raise BadInput("/url", host, "an address without a fragment (#)")
    return parts


def _has_at(url: str) -> bool:
    """Whether the part before the path holds an @, even before an empty user."""
    before_path = url.partition("//")[2].replace("\\", "/").partition("/")[0]
    return "@" in before_path.partition("?")[0]


@cache
def _build_ssl_context() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


def _resolve_host(host: str, port: int) -> list[str]:
    """All addresses of *host*, in the order of this machine (RFC 6724)."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class _Guard(httpcore2.NetworkBackend):
    """Connects to the addresses that may be, and to them only."""

    def __init__(self, allow: Allow, target: Target, resolve: Addresses, deadline: float) -> None:
        self._allow, self._target, self._resolve = allow, target, resolve
        self._deadline = deadline
        self._inner = httpcore2.SyncBackend()

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        addresses = self._addresses(host, port)
        if not addresses or not all(self._allow.admits(one, self._target) for one in addresses):
            raise httpcore2.ConnectError("address not allowed")
        for address in addresses[:-1]:
            try:
                return self._connected(address, port, socket_options)
            except httpcore2.ConnectError:
                continue  # no route to it, say: the next one, as any client does
        return self._connected(addresses[-1], port, socket_options)

    @override
    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore2.NetworkStream:
        raise httpcore2.ConnectError("address not allowed")

    def _connected(
        self, address: str, port: int, socket_options: Iterable[Any] | None
    ) -> httpcore2.NetworkStream:
        stream = self._inner.connect_tcp(
            address, port, _compute_seconds_left(self._deadline), socket_options=socket_options
        )
        return _Bounded(stream, self._deadline)

    def _addresses(self, host: str, port: int) -> list[str]:
        """The addresses of *host*; the resolver of the system knows no limit of time by itself."""
        found: list[list[str] | OSError | UnicodeError] = []

        def ask() -> None:
            try:
                found.append(self._resolve(host, port))
            except (OSError, UnicodeError) as error:  # gaierror; a name that is no name
                found.append(error)

        asking = threading.Thread(target=ask, name="synergie-resolve", daemon=True)
        asking.start()
        asking.join(_compute_seconds_left(self._deadline))
        match found:
            case []:
                raise httpcore2.ConnectTimeout("no address in time")
            case [list() as addresses]:
                return addresses
            case _:
                raise httpcore2.ConnectError("the name has no address")


class _Bounded(httpcore2.NetworkStream):
    """A connection under a deadline, whose head cannot be endless.

    The time of a read counts for all reads together: a server that sends a byte now and then gains
    nothing.
    """

    def __init__(self, inner: httpcore2.NetworkStream, deadline: float) -> None:
        self._inner, self._deadline = inner, deadline

    @override
    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(
            max_bytes, _compute_seconds_left(self._deadline, httpcore2.ReadTimeout)
        )

    @override
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _compute_seconds_left(self._deadline, httpcore2.WriteTimeout))

    @override
    def close(self) -> None:
        self._inner.close()

    @override
    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        inner = self._inner.start_tls(
            ssl_context, server_hostname, _compute_seconds_left(self._deadline)
        )
        return _Bounded(inner, self._deadline)

    @override
    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _compute_seconds_left(
    deadline: float, late: type[httpcore2.TimeoutException] = httpcore2.ConnectTimeout
) -> float:
    """Seconds until *deadline*; *late* is raised when it is over."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise late("over the time of this call")
    return left
