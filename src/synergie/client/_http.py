"""What both clients ask of httpx2, and its errors in our words: none of its names gets out."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypedDict

import httpx2

from synergie import __version__
from synergie.client._answers import CurveStream
from synergie.client._flow import Ask
from synergie.client._wait import check_seconds
from synergie.errors import StreamCut, TooLarge, Unreachable
from synergie.schemas.readings.coding import CODINGS

TIMEOUT_S = 60.0
"""Longest silence of the server that is waited for, seconds."""

_CONNECT_S = 5.0
REASONS: dict[type[BaseException], str] = {
    ssl.SSLCertVerificationError: "the certificate of the server is not trusted here, or is of "
    "another name",
    ssl.SSLError: "what listens there does not speak TLS: http in the place of https?",
    ConnectionRefusedError: "nothing listens at that address and port",
    socket.gaierror: "the name of the server is not known",
    Exception: "no connection to the server",
}
"""What an error below that of the transport tells, the first that fits."""


class Options(TypedDict):
    """What every httpx2 client of ours is made with."""

    timeout: httpx2.Timeout
    verify: ssl.SSLContext | bool
    headers: dict[str, str]
    trust_env: bool
    follow_redirects: bool


def options(timeout: float, verify: ssl.SSLContext | None) -> Options:
    """No proxy from the environment, no redirect: a signed call goes where it was meant to.

    *verify* None: the authorities that this machine knows. BadInput for a *timeout* that is none.
    """
    short = min(_CONNECT_S, check_seconds("timeout", timeout))
    return {
        "timeout": httpx2.Timeout(connect=short, read=timeout, write=timeout, pool=short),
        "verify": True if verify is None else verify,
        "headers": {"User-Agent": f"synergie/{__version__}", "Accept-Encoding": ", ".join(CODINGS)},
        "trust_env": False,
        "follow_redirects": False,
    }


def describe_connect_error(error: BaseException) -> str:
    """Why no connection came about, as far as the error below *error* tells."""
    causes = list(_iterate_causes(error))
    for kind, reason in REASONS.items():
        if any(isinstance(cause, kind) for cause in causes):
            return reason
    return REASONS[Exception]


def _iterate_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@contextmanager
def map_transport_errors() -> Iterator[None]:
    """Errors of the transport as Unreachable."""
    try:
        yield
    except httpx2.TimeoutException as error:
        raise Unreachable("no answer in time") from error
    except httpx2.ConnectError as error:
        raise Unreachable(describe_connect_error(error)) from error
    except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
        raise Unreachable(f"the connection failed ({type(error).__name__})") from error


@contextmanager
def map_stream_errors(curves: CurveStream) -> Iterator[None]:
    """Errors of the transport while a stream is read: it was cut."""
    try:
        with map_transport_errors():
            yield
    except Unreachable as error:
        raise StreamCut(curves.lines) from error


class Gathered:
    """An answer that is read whole, up to the limit of what was asked."""

    def __init__(self, ask: Ask) -> None:
        self._limit = self._left = ask.limit
        self._pieces: list[bytes] = []

    def add(self, piece: bytes) -> None:
        """Take a decoded piece; TooLarge over the limit."""
        self._left -= len(piece)
        if self._left < 0:
            raise TooLarge(self._limit, "bytes")
        self._pieces.append(piece)

    def content(self) -> bytes:
        """All of it."""
        return b"".join(self._pieces)
