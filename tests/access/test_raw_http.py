"""Requests that two programs would read as two: over raw sockets, against a server process.

RFC 9112 §6.3 and §11.2 (request smuggling), ASVS 4.2.1. Behind each ambiguous request comes another
one, as a smuggler would hide it: it must never be answered.
"""

import socket
from collections.abc import Iterator

import pytest

from tests.server.process import Serving, serving

HIDDEN = b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
POST = b"POST /token HTTP/1.1\r\nHost: x\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"

AMBIGUOUS = {
    "a length beside chunks": POST + FORM + b"Content-Length: 4\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
    "chunks beside a length": POST + FORM + CHUNKED + b"Content-Length: 60\r\n\r\n0\r\n\r\n",
    "two lengths": POST + FORM + b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
    "two lengths in one": POST + FORM + b"Content-Length: 0, 44\r\n\r\n",
    "a length with a sign": POST + FORM + b"Content-Length: +0\r\n\r\n",
    "a length in hexadecimal": POST + FORM + b"Content-Length: 0x0\r\n\r\n",
    "a length with a gap": POST + FORM + b"Content-Length: 0 0\r\n\r\n",
    "a coding that is none": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "a coding twice": POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "identity and chunks": POST + b"Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
    "two codings": POST + CHUNKED + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "a size that is none": POST + CHUNKED + b"\r\nzz\r\n\r\n",
    "a size with a sign": POST + CHUNKED + b"\r\n-1\r\n\r\n",
    "a size in 0x": POST + CHUNKED + b"\r\n0x0\r\n\r\n",
    "a huge size": POST + CHUNKED + b"\r\n" + b"f" * 40 + b"\r\n\r\n",
    "a header without colon": b"GET / HTTP/1.1\r\nHost: x\r\nNoColon\r\n\r\n",
    "a space before the colon": POST + b"Content-Length : 44\r\n\r\n",
    "a tab before the colon": POST + b"Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n",
    "a first header that is folded": b"GET / HTTP/1.1\r\n Host: x\r\n\r\n",
    "a header that is folded": b"GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n Content-Length: 44\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    "a NUL in a header": b"GET / HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
    "a bare CR in a header": b"GET / HTTP/1.1\r\nHost: x\r\nX: a\rContent-Length: 44\r\n\r\n",
    "a control character in the target": b"GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
    "a version that is none": b"GET / HTTP/1.1.1\r\nHost: x\r\n\r\n",
    "two types": POST + FORM + FORM + b"Content-Length: 0\r\n\r\n",
}


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("raw") / "data"
    with serving(folder) as one:
        yield one


def all_of(raw: socket.socket) -> bytes:
    """Everything until the server closes."""
    read = b""
    while piece := raw.recv(65536):
        read += piece
    return read


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_what_could_be_read_in_two_ways_is_refused_and_the_connection_closed(
    serve: Serving, name: str
) -> None:
    with serve.connect() as raw:
        raw.sendall(AMBIGUOUS[name] + HIDDEN)
        answer = all_of(raw)
    assert answer.startswith(b"HTTP/1.1 400"), answer
    assert answer.count(b"HTTP/1.1 ") == 1, answer
    assert b'"live"' not in answer
    assert b"application/problem+json" in answer


def test_a_wish_for_another_protocol_is_passed_over(serve: Serving) -> None:
    """RFC 9110 §7.8; what follows is the next request."""
    wish = HIDDEN.replace(b"Host: x", b"Host: x\r\nConnection: Upgrade\r\nUpgrade: h2c")
    with serve.connect() as raw:
        raw.sendall(wish + HIDDEN.replace(b"Host: x", b"Host: x\r\nConnection: close"))
        answer = all_of(raw)
    assert answer.count(b'"live"') == 2


def test_what_was_asked_before_a_broken_request_is_answered(serve: Serving) -> None:
    with serve.connect() as raw:
        raw.sendall(HIDDEN + b"BROKEN\r\n\r\n" + HIDDEN)
        answer = all_of(raw)
    assert answer.count(b'"live"') == 1, answer
    assert answer.count(b"HTTP/1.1 ") == 1, answer


def test_two_right_requests_on_one_connection_are_both_answered(serve: Serving) -> None:
    """Or the refusals above would prove nothing."""
    with serve.connect() as raw:
        raw.sendall(HIDDEN + HIDDEN.replace(b"Host: x", b"Host: x\r\nConnection: close"))
        answer = all_of(raw)
    assert answer.count(b'"live"') == 2


def test_the_server_goes_on(serve: Serving) -> None:
    assert serve.status("/health/ready") == 200
