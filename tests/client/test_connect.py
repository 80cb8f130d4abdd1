"""Why there is no connection, on real sockets: the error says which of the usual causes it is."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx2
import pytest

from synergie.client._http import map_transport_errors, options
from synergie.client.outbound import Allow, fetch_url
from synergie.errors import Unreachable
from tests.authority import Certificates


@pytest.fixture
def plain() -> Iterator[int]:
    """The port of a server that speaks HTTP without TLS."""
    httpd = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield httpd.server_address[1]
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def ask(url: str) -> str:
    with (
        pytest.raises(Unreachable) as caught,
        httpx2.Client(**options(5.0, None)) as client,
        map_transport_errors(),
    ):
        client.get(url)
    return str(caught.value)


def test_a_port_where_nothing_listens() -> None:
    assert ask(f"http://127.0.0.1:{free_port()}/") == "nothing listens at that address and port"


def test_https_where_http_is_spoken(plain: int) -> None:
    assert "http in the place of https?" in ask(f"https://127.0.0.1:{plain}/")


def test_a_certificate_of_an_authority_that_is_not_known(tmp_path: Path) -> None:
    made = Certificates.made(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.chain, made.key)
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        thread = threading.Thread(target=shake_hands_once, args=(listening, context))
        thread.start()
        told = ask(f"https://127.0.0.1:{listening.getsockname()[1]}/")
        thread.join()
    assert told == "the certificate of the server is not trusted here, or is of another name"


def shake_hands_once(listening: socket.socket, context: ssl.SSLContext) -> None:
    connection, _peer = listening.accept()
    with closing(connection), suppress(OSError), context.wrap_socket(connection, server_side=True):
        pass


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_none(*_args: object, **_kw: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", find_none)
    assert ask("http://nulle-part.invalid/") == "the name of the server is not known"


def test_of_an_address_that_somebody_else_named_nothing_more_is_told() -> None:
    """Webhooks and keys: whoever names an address would learn by it which ports are open."""
    port = free_port()
    allow = Allow(trusted=frozenset({("127.0.0.1", port)}))
    with pytest.raises(Unreachable, match=r"^no connection to the server$"):
        fetch_url(f"http://127.0.0.1:{port}/", limit=10, timeout=5, allow=allow)
