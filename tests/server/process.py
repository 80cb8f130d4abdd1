"""The server as a process of its own, forked from one that has loaded it."""

import os
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

from tests.server.forks import Fork, begin_program

_SOON_S = 180.0
PATIENT = {"header_s": "300", "body_s": "300", "ready_s": "60"}
"""What servers of tests are told: a machine that stands still is no fault of a caller."""


@dataclass
class Serving:
    """A server process and where it listens."""

    process: Fork | subprocess.Popen[bytes]
    address: str

    def connect(self) -> socket.socket:
        """A raw connection."""
        parts = urlsplit(self.address)
        assert parts.hostname
        assert parts.port
        return socket.create_connection((parts.hostname, parts.port), timeout=60)

    def status(self, path: str) -> int | None:
        """The status that GET of *path* answers; None when nobody does."""
        host = self.address.partition("://")[2]
        untrusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # a certificate of a minute ago
        untrusting.check_hostname, untrusting.verify_mode = False, ssl.CERT_NONE
        secure = self.address.startswith("https")
        asking = HTTPSConnection(host, context=untrusting) if secure else HTTPConnection(host)
        with closing(asking):
            try:
                asking.request("GET", path)
                return asking.getresponse().status
            except OSError:
                return None

    def rss_mb(self) -> float:
        """Memory that the process holds now."""
        text = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        (line,) = (one for one in text.splitlines() if one.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def stop(self, sig: int = signal.SIGTERM) -> int:
        """Send *sig* and wait for the end; the exit status."""
        self.process.send_signal(sig)
        return self.process.wait(_SOON_S)


@contextmanager
def serving(folder: Path, *options: str, **settings: str) -> Iterator[Serving]:
    """`synergie serve` on a free port, ready; killed at the end if it still runs."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith("SYNERGIE_")}
    environ |= {f"SYNERGIE_{name.upper()}": text for name, text in (PATIENT | settings).items()}
    place = () if "--data" in options else ("--data", str(folder))
    with (folder.parent / "log.txt").open("w", encoding="utf-8") as log, kept_port() as port:
        words = ("serve", *place, "--port", str(port), *options)
        process = begin_program("synergie", *words, environment=environ, log=log)
        try:
            scheme = "https" if "tls_cert" in settings else "http"
            one = Serving(process, f"{scheme}://127.0.0.1:{port}")
            _await(one)
            yield one
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait(_SOON_S)


@contextmanager
def kept_port() -> Iterator[int]:
    """A free port that the kernel gives to nobody else while the block runs.

    A server may listen on it, stop, and listen again: with SO_REUSEADDR on both sides, what is
    bound and does not listen is in nobody's way. A port that is only looked up, and bound seconds
    later, is now and then given to two servers of tests that run side by side.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


def _await(one: Serving) -> None:
    until = time.monotonic() + _SOON_S
    while time.monotonic() < until and one.process.poll() is None:
        if one.status("/health/ready") == HTTPStatus.OK:
            return
        time.sleep(0.05)
    raise AssertionError(f"the server is not ready, exit status {one.process.poll()}")
