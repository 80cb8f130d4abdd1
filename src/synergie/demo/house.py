"""The real server, as a process of its own on a free port of this machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException

from synergie.demo.folder import Folder
from synergie.errors import Misconfigured
from synergie.samples.communes import OUTLINES, OUTLINES_SOURCE

HOST = "127.0.0.1"
"""This machine alone."""
START_S = 900.0
"""How long a server that lives is waited for, seconds: a loaded machine takes its time."""

_LAST = 2000
_PAUSE_S = 0.05


@contextmanager
def running(folder: Folder, started: Callable[[int], None] | None = None) -> Iterator[str]:
    """The address of a server over the folder's store, ready; it is stopped at the end.

    *started* is told its process number. Misconfigured with the end of its log when it does not
    come up.
    """
    port = _free_port()
    url = f"http://{HOST}:{port}"
    command = [
        sys.executable, "-m", "synergie", "serve", "--host", HOST, "--port", str(port),
        "--data", str(folder.server), "--store", folder.store_url, "--public-url", url, "--dev",
    ]  # fmt: skip
    with folder.log.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 (our own program)
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=_build_own_environment()
        )
    try:
        if started is not None:
            started(process.pid)
        _await_server(process, port, folder)
        yield url
    finally:
        _stop_server(process)


def _build_own_environment() -> dict[str, str]:
    """The environment without what an operator set for another server, its file included."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("SYNERGIE_")}
    return others | {
        "SYNERGIE_LIMITS": "false",
        "SYNERGIE_CONFIG": os.devnull,
        "SYNERGIE_COMMUNES": str(OUTLINES),
        "SYNERGIE_COMMUNES_SOURCE": OUTLINES_SOURCE,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def _await_server(process: subprocess.Popen[bytes], port: int, folder: Folder) -> None:
    deadline = time.monotonic() + START_S
    while not _is_server_ready(port):
        if process.poll() is not None or time.monotonic() > deadline:
            end = folder.log.read_text("utf-8", errors="replace")[-_LAST:]
            raise Misconfigured(
                "the server did not start; its log, {}, ends so: {}", folder.log, end
            )
        time.sleep(_PAUSE_S)


def _is_server_ready(port: int) -> bool:
    connection = HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200  # noqa: PLR2004 (OK)
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _stop_server(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=30)
        return
    process.kill()
    process.wait()
