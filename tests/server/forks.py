"""Programs of ours as processes of their own, forked from one that has loaded the server."""

import atexit
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO

_LONGEST = 1 << 16
forking = True
"""Whether programs are forked at all."""
_OF_START = ("LD_", "PYTHON", "MALLOC_")
"""Names of the environment that are read once, as a program starts."""


@dataclass
class ForkHost:
    """The process that forks, one for a process of tests, and how those it forked have ended."""

    asking: socket.socket
    process: subprocess.Popen[bytes]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _begun: list[int] = field(default_factory=list)
    _ended: dict[int, int] = field(default_factory=dict)

    def begin(
        self, module: str, *words: str, environment: Mapping[str, str], log: IO[bytes] | IO[str]
    ) -> "Fork":
        """`python -m MODULE WORDS`, in *environment*, what it says to *log*."""
        asked = {
            "words": [module, *words],
            "folder": str(Path.cwd()),
            "environment": dict(environment),
        }
        with self._lock:
            socket.send_fds(self.asking, [json.dumps(asked).encode()], [log.fileno()] * 2)
            while not self._begun:
                self._hear(60)
            return Fork(self, self._begun.pop())

    def status_of(self, pid: int, wait_s: float = 0) -> int | None:
        """How the process ended, negative by a signal; None while it runs."""
        until = time.monotonic() + wait_s
        with self._lock:
            while pid not in self._ended:
                left = until - time.monotonic()
                if not self._hear(max(left, 0)) and left <= 0:
                    return None
            return self._ended[pid]

    def close(self) -> None:
        """Let the process that forks end; those that it forked have ended."""
        self.asking.close()
        self.process.wait(60)

    def _hear(self, wait_s: float) -> bool:
        if not select.select([self.asking], [], [], wait_s)[0]:
            return False
        text = self.asking.recv(_LONGEST)
        assert text, "the process that forks servers is gone"
        told = json.loads(text)
        if "begun" in told:
            self._begun.append(told["begun"])
        else:
            self._ended[told["ended"]] = told["status"]
        return True


@dataclass(frozen=True)
class Fork:
    """A process that was forked, with what tests use of `subprocess.Popen`."""

    host: ForkHost
    pid: int

    def poll(self) -> int | None:
        """Its exit status; None while it runs."""
        return self.host.status_of(self.pid)

    def wait(self, timeout: float = 600.0) -> int:
        """Its exit status, once it has ended."""
        status = self.host.status_of(self.pid, timeout)
        if status is None:
            raise subprocess.TimeoutExpired(str(self.pid), timeout)
        return status

    def send_signal(self, sig: int) -> None:
        """Send *sig*, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)


def begin_program(
    module: str, *words: str, environment: Mapping[str, str], log: IO[bytes] | IO[str]
) -> "Fork | subprocess.Popen[bytes]":
    """`python -m MODULE WORDS` as a process of its own, what it says to *log*.

    Forked, unless *environment* says what only a new interpreter heeds (`LD_PRELOAD`), or none
    may be: what is measured begins as an operator begins it.
    """
    if not forking or any(
        one.startswith(_OF_START) and os.environ.get(one) != text
        for one, text in environment.items()
    ):
        line = [sys.executable, "-m", module, *words]
        return subprocess.Popen(line, env=dict(environment), stdout=log, stderr=log)
    return fork_host().begin(module, *words, environment=environment, log=log)


@cache
def fork_host() -> ForkHost:
    """The process that forks for this one; it ends with it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.server.fork_host", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=environment,
        )
    host = ForkHost(ours, process)
    atexit.register(host.close)
    return host
