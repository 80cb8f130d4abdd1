"""`synergie org`: the organisations that a server knows."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from synergie.cli._files import load, parse
from synergie.cli._help import Command, application
from synergie.cli._store import DEFAULT_STORE, StoreUrl, opened
from synergie.cli._texts import N_, _

app = application(N_("Organisations of this server, managed by its operator."))


@app.callback()
def group() -> None:
    """A group of its own, so that other commands on organisations may join."""


@app.command(
    "add",
    cls=Command,
    help=N_("Register an organisation and the public keys that sign its agreements."),
    epilog="synergie org add commune.json --jwks signature-publique.json",
)
def add(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("The organisation, as specs/schemas says."))
    ],
    jwks: Annotated[
        Path, typer.Option(metavar="FILE", help=N_("Its public signature keys (JWKS)."))
    ],
    store: StoreUrl = DEFAULT_STORE,
) -> None:
    """Exit 0 when it is registered; a second organisation of the same id is a conflict (1)."""
    from synergie.schemas.organisation import Organisation

    organisation = load(file, Organisation)
    keys = parse(jwks)
    with opened(store) as place:
        from synergie.exchange.organisations import Directory

        Directory(place).add(organisation, keys, now=datetime.now(UTC))
    typer.echo(_("{}: registered").format(organisation.id))
