"""`synergie org`: the organisations that a server knows."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from synergie.cli._files import parse
from synergie.cli._help import Command, application
from synergie.cli._store import StoreUrl, opened
from synergie.cli._texts import N_, _

app = application(N_("Organisations of this server, managed by its operator."))


@app.callback()
def group() -> None:
    """A group of its own, so that other commands on organisations may join."""


@app.command(
    "add",
    cls=Command,
    help=N_("Register an organisation and the public keys that sign its agreements."),
    epilog="""
    synergie org add cc-bassin-de-pompey --kind epci --siren 245400601 \\
      --name "Communauté de communes du Bassin de Pompey" --jwks cle-publique.json
    """,
)
def add(
    org: Annotated[str, typer.Argument(metavar="ORG", help=N_("Its identifier on this server."))],
    *,
    name: Annotated[str, typer.Option(metavar="NAME", help=N_("Official name."))],
    kind: Annotated[
        str,
        typer.Option(
            metavar="KIND",
            help=N_(
                "commune, epci, energy_syndicate, lighting_syndicate, department, supplier, "
                "operator or company."
            ),
        ),
    ],
    jwks: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=N_("Its public signature keys (JWKS); added, never removed.")
        ),
    ] = None,
    siren: Annotated[str | None, typer.Option(metavar="SIREN", help=N_("Nine digits."))] = None,
    insee: Annotated[
        str | None, typer.Option(metavar="INSEE", help=N_("Code of the commune, for a commune."))
    ] = None,
    parent: Annotated[
        str | None, typer.Option(metavar="ORG", help=N_("The grouping it belongs to."))
    ] = None,
    store: StoreUrl = None,
) -> None:
    """Exit 0 when it is registered; the same call again changes the entry."""
    from pydantic import ValidationError

    from synergie.schemas.faults import faults
    from synergie.schemas.organisation import Organisation

    facts = {
        "id": org,
        "name": name,
        "kind": kind,
        "siren": siren,
        "insee_code": insee,
        "parent": parent,
        "provenance": "partner",
    }
    try:
        organisation = Organisation.model_validate(facts)
    except ValidationError as error:
        raise faults(error)[0] from error
    keys = parse(jwks) if jwks else None
    with opened(store) as place:
        from synergie.exchange.organisations import Directory

        Directory(place).add(organisation, keys, now=datetime.now(UTC))
    typer.echo(_("{}: registered").format(org))
