"""`synergie client`: the programs of partners that may ask for tokens."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from synergie.cli._ask import confirmed
from synergie.cli._files import parse
from synergie.cli._help import Command, application
from synergie.cli._store import StoreUrl, opened
from synergie.cli._texts import N_, _

app = application(N_("Programs of partners: which keys and which scopes they have."))

_ClientId = Annotated[
    str, typer.Argument(metavar="CLIENT", help=N_("Name of the program, unique on this server."))
]


@app.command(
    "add",
    cls=Command,
    help=N_("Register a program of an organisation with its public keys."),
    epilog="synergie client add pompey-exports --org cc-bassin-de-pompey --jwks cle-publique.json",
)
def add(
    client: _ClientId,
    *,
    org: Annotated[str, typer.Option(metavar="ORG", help=N_("The organisation it acts for."))],
    jwks: Annotated[Path, typer.Option(metavar="FILE", help=N_("Its public keys (JWKS)."))],
    scope: Annotated[
        list[str] | None,
        typer.Option(metavar="SCOPE", help=N_("A scope; repeat it. All scopes when left out.")),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help=N_("What people call the program."))
    ] = None,
    store: StoreUrl = None,
) -> None:
    """Exit 0 when it is registered."""
    keys = parse(jwks)
    with opened(store) as place:
        from synergie.exchange.clients import Clients
        from synergie.schemas.scopes import SCOPES

        Clients(place).register(
            client,
            org,
            name=name or client,
            jwks=keys,
            scopes=scope or SCOPES,
            now=datetime.now(UTC),
        )
    typer.echo(_("{}: registered for {}").format(client, org))


@app.command(
    "disable",
    cls=Command,
    help=N_("Stop a program: its tokens hold no more from the next request on."),
    epilog="synergie client disable pompey-exports --yes",
)
def disable(
    client: _ClientId,
    *,
    yes: Annotated[bool, typer.Option("--yes", help=N_("Do not ask."))] = False,
    store: StoreUrl = None,
) -> None:
    """Asks once on a terminal; without a terminal `--yes` is needed."""
    confirmed(_("Stop {}? Its tokens hold no more at once.").format(client), yes=yes)
    with opened(store) as place:
        from synergie.exchange.clients import Clients

        Clients(place).disable(client, now=datetime.now(UTC))
    typer.echo(_("{}: stopped").format(client))
