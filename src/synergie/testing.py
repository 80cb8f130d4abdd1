"""The real server inside a test: on a free loopback port, in a thread, gone at the end.

with synergie.testing.server() as running:
    owner = running.client("cc-exemple")
    owner.publish_sites([...])
"""

import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from synergie.client import Auth, Client
from synergie.client.keys import new_key, public_jwks
from synergie.errors import Misconfigured
from synergie.exchange.trust.clients import Clients
from synergie.exchange.trust.organisations import Directory
from synergie.schemas.scopes import SCOPES
from synergie.schemas.trust.organisation import Organisation, OrganisationKind
from synergie.server.app import create_app
from synergie.server.run import listening_on, server_of
from synergie.server.settings import Settings
from synergie.server.wall_clock import CLOCK
from synergie.storage.store import Store

_SOON_S = 60.0


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers at `url`, and its operator's acts."""

    url: str
    """What clients are told: the issuer, and the start of every address."""
    address: str
    """Where it listens: the same, unless another public address was chosen."""
    store: Store
    app: FastAPI
    settings: Settings
    _open: ExitStack = field(repr=False)

    def now(self) -> datetime:
        """The server's moment."""
        return CLOCK.now()

    def organisation(
        self, organisation: str, *, name: str | None = None, kind: OrganisationKind = "epci"
    ) -> None:
        """Put an organisation in the directory, if it is not there; it signs with no key yet."""
        self._enter(organisation, name or organisation, kind, None)

    def auth(
        self, organisation: str, *, scopes: Iterable[str] = SCOPES, program: str | None = None
    ) -> Auth:
        """A new program of *organisation*, registered with *scopes*; it signs agreements, too.

        The organisation is put in the directory with the program's key.
        """
        key = new_key()
        client_id = program or f"{organisation}-app"
        self._enter(organisation, organisation, "epci", public_jwks(key))
        Clients(self.store).register(
            client_id,
            organisation,
            name=client_id,
            jwks=public_jwks(key),
            scopes=tuple(scopes),
            now=self.now(),
        )
        return Auth(key, client_id, self.url, organisation=organisation)

    def client(
        self, organisation: str, *, scopes: Iterable[str] = SCOPES, program: str | None = None
    ) -> Client:
        """A client of a new program of *organisation*; closed when the server is."""
        auth = self.auth(organisation, scopes=scopes, program=program)
        return self._open.enter_context(Client(self.url, auth))

    def _enter(
        self, organisation: str, name: str, kind: OrganisationKind, jwks: dict[str, Any] | None
    ) -> None:
        record = Organisation(
            id=organisation,
            name=name,
            kind=kind,
            siren=None,
            insee_code=None,
            parent=None,
            provenance="synthetic",
        )
        Directory(self.store).add(record, jwks, now=self.now())


@contextmanager
def server(store: Store | None = None, **settings: Any) -> Iterator[Running]:
    """The server on a free port of this machine, until the block ends.

    *store* None: a new SQLite store in a temporary file. *settings* are those of
    `synergie.server.settings.Settings`; callers are not limited, a slow one is not cut before a
    minute, and webhooks are not sent, unless they say so.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="synergie-")))
        if store is None:
            store = Store.open(f"sqlite:///{folder / 'synergie.db'}")
            stack.callback(store.close)
        usual: dict[str, Any] = {"data_dir": folder, "port": 0, "dev": True, "limits": False}
        usual |= {"webhooks_every_s": 0, "header_s": 60, "body_s": 60, "ready_s": 60}
        chosen = Settings.read({}, **(usual | settings))
        listening, addressed = listening_on(chosen)
        stack.callback(listening.close)
        app = create_app(store, addressed)
        ready = threading.Event()
        running = server_of(app, addressed, ready.set)
        thread = threading.Thread(target=running.run, args=([listening],), daemon=True)
        thread.start()
        stack.callback(thread.join, _SOON_S)
        stack.callback(running.stop)
        if not ready.wait(_SOON_S):
            raise Misconfigured("the server did not start")
        clients = stack.enter_context(ExitStack())
        host, port = listening.getsockname()[:2]
        yield Running(addressed.public_url, f"http://{host}:{port}", store, app, addressed, clients)
