"""A small server of somebody else on this machine: it keeps what it was sent, answers as told."""

import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, override


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    """By names in lower case."""
    body: bytes


@dataclass(frozen=True)
class Told:
    """What to answer; the pieces of the body go out one by one."""

    status: int = 200
    body: Iterable[bytes] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


type Answers = Callable[[Asked], Told]


@dataclass
class Peer:
    """Where it listens and what came."""

    port: int
    answers: Answers
    asked: list[Asked] = field(default_factory=list)
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers that hang up are what these tests are about."""


@contextmanager
def peer(answers: Answers, context: ssl.SSLContext | None = None) -> Iterator[Peer]:
    """It serves until the block ends, over TLS when there is a *context*."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            length = int(self.headers.get("content-length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, self.rfile.read(length))
            running.asked.append(asked)
            told = running.answers(asked)
            self.send_response_only(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.end_headers()
            for piece in told.body:
                self.wfile.write(piece)
                self.wfile.flush()

        @override
        def log_message(self, format: str, *args: Any) -> None: ...

    server = _Server(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    scheme = "http" if context is None else "https"
    running = Peer(server.server_address[1], answers, scheme=scheme)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
