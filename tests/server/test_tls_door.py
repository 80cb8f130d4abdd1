"""Connections that are not secured yet count as those at rest: real sockets, a real server."""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from tests.authority import Certificates
from tests.server.process import Serving, serving

PATIENT = {"header_s": "600"}
"""Nothing is cut for its time."""
BOUNDS = {"max_connections": "8", "max_connections_each": "2"}
STANDING = 256
"""Connections beyond those that may wait for a seat."""
HEALTH = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
STRANGER = b"GET /v1/sites HTTP/1.1\r\nHost: x\r\nAuthorization: DPoP nobody\r\n\r\n"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.made(tmp_path_factory.mktemp("tls"))


@contextmanager
def secured(folder: Path, certificates: Certificates, **settings: str) -> Iterator[Serving]:
    told = {name: str(path) for name, path in certificates.settings().items()}
    with serving(folder / "data", **told, **settings) as one:
        yield one


def opened(serving: Serving, source: str) -> socket.socket:
    """A connection of *source* that has said nothing."""
    port = int(serving.address.rpartition(":")[2])
    return socket.create_connection(("127.0.0.1", port), 60, source_address=(source, 0))


def status(serving: Serving, certificates: Certificates, request: bytes, source: str) -> bytes:
    """Of the answer to *request* over TLS."""
    context = certificates.trusted()
    with (
        opened(serving, source) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as line,
    ):
        line.sendall(request)
        return line.recv(4096)[9:12]


def closed(lines: list[socket.socket]) -> int:
    """How many of *lines* the server has ended."""
    return len(select.select(lines, [], [], 0)[0])


def await_closed(lines: list[socket.socket], n: int) -> None:
    """Wait until the server has ended *n* of *lines*, and no more."""
    end = time.monotonic() + 60
    while closed(lines) < n:
        assert time.monotonic() < end, closed(lines)
        time.sleep(0.01)
    assert closed(lines) == n


def test_what_was_begun_and_not_secured_gives_way(
    tmp_path: Path, certificates: Certificates
) -> None:
    with secured(tmp_path, certificates, **BOUNDS, **PATIENT) as server, ExitStack() as stack:
        half = [
            stack.enter_context(opened(server, f"127.0.0.{n}")) for n in range(2, 6) for _ in "ab"
        ]
        answer = status(server, certificates, STRANGER, "127.0.0.9")
        assert answer == b"401", "a seat was left to it"
        await_closed(half, 1)


def test_a_flood_of_what_is_not_secured_is_bounded(
    tmp_path: Path, certificates: Certificates
) -> None:
    """Thousands of them were held for a minute each, and nothing counted them."""
    with secured(tmp_path, certificates, **BOUNDS, **PATIENT) as server, ExitStack() as stack:
        half = [stack.enter_context(opened(server, "127.0.0.2")) for _ in range(STANDING + 42)]
        await_closed(half, 40)  # two have seats
        assert status(server, certificates, HEALTH, "127.0.0.9") == b"200"


def test_what_is_not_secured_in_time_is_cut(tmp_path: Path, certificates: Certificates) -> None:
    with secured(tmp_path, certificates, header_s="0.2") as server:
        with opened(server, "127.0.0.1") as silent, opened(server, "127.0.0.1") as odd:
            with suppress(ConnectionError):  # on a slow machine it is cut before it speaks
                odd.sendall(HEALTH)  # no TLS
                while odd.recv(100):
                    pass
            assert silent.recv(100) == b""
        assert server.stop() == 0


def test_the_server_stops_though_something_is_not_secured(
    tmp_path: Path, certificates: Certificates
) -> None:
    with (
        secured(tmp_path, certificates, **PATIENT, drain_s="0") as server,
        opened(server, "127.0.0.1") as half,
    ):
        assert status(server, certificates, HEALTH, "127.0.0.1") == b"200"
        assert server.stop() == 0
        assert half.recv(100) == b""


def test_many_that_are_secured_one_after_another_leave_no_seat_taken(
    tmp_path: Path, certificates: Certificates
) -> None:
    with secured(tmp_path, certificates, **BOUNDS, **PATIENT) as server:
        for _ in range(12):
            assert status(server, certificates, STRANGER, "127.0.0.3") == b"401"


def test_an_answer_over_tls_is_over_when_its_reader_has_most_of_it(
    tmp_path: Path, certificates: Certificates
) -> None:
    """All of it was handed on at once, where nobody saw whether it was read."""
    with (
        secured(tmp_path, certificates, **PATIENT, docs="true") as server,
        socket.socket() as raw,
    ):
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.settimeout(60)
        raw.connect(("127.0.0.1", int(server.address.rpartition(":")[2])))
        with certificates.trusted().wrap_socket(raw, server_hostname="localhost") as line:
            line.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            size = len(line.recv(4096))
            assert status(server, certificates, STRANGER, "127.0.0.9") == b"401"
            await_line(tmp_path, '"/v1/sites"')
            assert '"/openapi.json"' not in log(tmp_path)
            while data := line.recv(65_536):
                size += len(data)
            assert size > 700_000
        await_line(tmp_path, '"/openapi.json"')


def log(folder: Path) -> str:
    return (folder / "log.txt").read_text(encoding="utf-8")


def await_line(folder: Path, text: str) -> None:
    """Wait until the server says *text*."""
    end = time.monotonic() + 60
    while text not in log(folder):
        assert time.monotonic() < end, log(folder)
        time.sleep(0.01)
