"""The server as a process: started, killed, started again at the same address."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Self

from synergie.client import Auth, Client
from synergie.client.keys import new_key, public_jwks
from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.organisations import Directory
from synergie.schemas.scopes import SCOPES
from synergie.schemas.trust.organisation import Organisation
from synergie.storage.store import Store
from tests.server.forks import Fork, begin_program
from tests.server.process import PATIENT, kept_port

_START_S = 120.0


def until(holds: Callable[[], bool]) -> None:
    """Wait until *holds*: between kills, a slow machine is given the time to do something."""
    end = time.monotonic() + _START_S
    while not holds():
        assert time.monotonic() < end, "nothing was done meanwhile"
        time.sleep(0.01)


@dataclass
class Process:
    """One server; `starts` are the seconds each start took until it was ready."""

    folder: Path
    store_url: str
    port: int
    process: Fork | subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)
    environment: Mapping[str, str] = field(default_factory=dict)
    """What its environment holds beside."""
    module: str = "synergie"
    """What is run: `python -m MODULE serve`."""

    @classmethod
    @contextmanager
    def started(
        cls,
        folder: Path,
        store_url: str,
        environment: Mapping[str, str] | None = None,
        *,
        module: str = "synergie",
    ) -> Iterator[Self]:
        """A server with an empty store, until the block ends."""
        with kept_port() as port:
            running = cls(folder, store_url, port, environment=environment or {}, module=module)
            running.start()
            try:
                yield running
            finally:
                running.kill()

    @property
    def url(self) -> str:
        """Its address, the same after each start."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it is ready."""
        begun = time.monotonic()
        environment = os.environ | {
            "SYNERGIE_DATABASE_URL": self.store_url,
            "SYNERGIE_DEV": "true",
            "SYNERGIE_LIMITS": "false",
            **{f"SYNERGIE_{name.upper()}": text for name, text in PATIENT.items()},
            **self.environment,
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or each start compiles everything anew
        with (self.folder / "server.log").open("ab") as log:
            place = ("--data", str(self.folder / "data"), "--port", str(self.port))
            self.process = begin_program(
                self.module, "serve", *place, environment=environment, log=log
            )
        while not self._ready():
            assert self.process.poll() is None, (self.folder / "server.log").read_text()[-2000:]
            assert time.monotonic() - begun < _START_S, "the server did not become ready"
            time.sleep(0.02)
        self.starts.append(time.monotonic() - begun)

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def wait(self) -> int:
        """Wait until it has ended by itself; its exit status."""
        assert self.process is not None
        status = self.process.wait(_START_S)
        self.process = None
        return status

    def client(self, organisation: str) -> Client:
        """A client of a new program of a new organisation, registered by the operator."""
        return Client(self.url, self.auth(organisation))

    def auth(self, organisation: str) -> Auth:
        """The identity of that program."""
        key = new_key()
        now = datetime.fromtimestamp(time.time(), UTC)
        store = Store.open(self.store_url)
        body = Organisation(
            id=organisation,
            name=organisation,
            kind="epci",
            siren=None,
            insee_code=None,
            parent=None,
            provenance="synthetic",
        )
        Directory(store).add(body, public_jwks(key), now=now)
        Clients(store).register(
            f"{organisation}-app",
            organisation,
            name=organisation,
            jwks=public_jwks(key),
            scopes=SCOPES,
            now=now,
        )
        store.close()
        return Auth(key, f"{organisation}-app", self.url, organisation=organisation)

    def _ready(self) -> bool:
        asking = HTTPConnection("127.0.0.1", self.port, timeout=60)
        with closing(asking):  # a client of httpx2 costs 8 ms of a processor, each time
            try:
                asking.request("GET", "/health/ready")
                return asking.getresponse().status == HTTPStatus.OK
            except (OSError, HTTPException):
                return False
