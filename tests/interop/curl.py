"""A transport of httpx2 that is the program `curl`: what it sends and reads is curl's own work."""

import subprocess
from dataclasses import dataclass
from typing import override

import httpx2

from tests.authority import Certificates

_OWN = {"host", "content-length", "connection", "accept-encoding", "user-agent"}
"""What curl says by itself."""


@dataclass(frozen=True)
class Curl(httpx2.BaseTransport):
    """curl, which trusts one authority, and finds every https server at one port here."""

    program: str
    certificates: Certificates
    port: int

    @override
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        body = request.read()
        done = subprocess.run(
            [
                *(self.program, "--disable", "--silent", "--show-error", "--include"),
                *("--noproxy", "*", "--max-time", "30"),
                *("--cacert", str(self.certificates.authority)),
                *("--connect-to", f"::127.0.0.1:{self.port}"),
                *("--request", request.method),
                *_headers(request),
                *(("--data-binary", "@-") if body else ()),
                str(request.url),
            ],
            input=body,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return _response(done.stdout)


def _headers(request: httpx2.Request) -> list[str]:
    """Each header of ours; an empty one takes curl's own away."""
    given = {k: v for k, v in request.headers.items() if k.lower() not in _OWN}
    texts = [f"{name}: {value}" for name, value in given.items()]
    without = [] if "content-type" in request.headers else ["Content-Type:"]
    return [word for text in (*texts, *without, "Expect:") for word in ("--header", text)]


def _response(output: bytes) -> httpx2.Response:
    head, _, content = output.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    pairs = [line.split(": ", 1) for line in lines]
    headers = [(name, value) for name, value in pairs if name.lower() != "transfer-encoding"]
    return httpx2.Response(int(status.split()[1]), headers=headers, content=content)
