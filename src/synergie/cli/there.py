"""The server that holds a shared plan, and who asks: the options of every command about one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli.texts import N_

if TYPE_CHECKING:
    from synergie.client import Client

Server = Annotated[
    str, typer.Option("--server", metavar="URL", help=N_("The server that holds it."))
]
ClientId = Annotated[
    str, typer.Option("--client", metavar="CLIENT", help=N_("Your program's name on that server."))
]
Key = Annotated[
    Path, typer.Option("--key", metavar="FILE", help=N_("Your private key (synergie keys new)."))
]
Json = Annotated[bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))]


@dataclass(frozen=True, slots=True)
class There:
    """Where it is, and who asks."""

    server: str
    client: str
    key: Path

    @contextmanager
    def open(self) -> Iterator["Client"]:
        """A client of that server."""
        from synergie.client import Auth, Client

        auth = Auth.from_files(key=self.key, client_id=self.client, issuer=self.server)
        with Client(self.server, auth) as partner:
            yield partner
