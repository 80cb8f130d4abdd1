"""`synergie deposit`: a file as it is, into a store of ours or to a partner's server."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli._store import DEFAULT_STORE, StoreUrl
from synergie.cli._texts import N_

if TYPE_CHECKING:
    pass

SUMMARY = N_(
    "Deposit a file as it is: into the local store, or to a server with --server, --client and --key."
)
EXAMPLE = """
synergie deposit releve.csv --org cc-bassin-de-pompey --dry-run
synergie deposit releve.csv --server https://donnees.example --client pompey-exports --key cle.json
"""


def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=N_("The file, as you have it."))],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=N_("Say what would be stored; store nothing."))
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON document."))] = False,
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help=N_("The format, when it is not found.")),
    ] = None,
    org: Annotated[
        str | None, typer.Option(metavar="ORG", help=N_("Whose data it is (local store only)."))
    ] = None,
    store: StoreUrl = DEFAULT_STORE,
    server: Annotated[
        str | None, typer.Option(metavar="URL", help=N_("A server instead of the local store."))
    ] = None,
    client: Annotated[
        str | None, typer.Option(metavar="CLIENT", help=N_("Your program's name on that server."))
    ] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help=N_("Its private key (synergie keys new)."))
    ] = None,
) -> None:
    """Exit 0 when all is kept, 1 when a row is refused. The same file twice is stored once."""
    if server is None:
        report = _here(file, form, dry_run=dry_run, org=org, store=store)
    else:
        report = _there(file, form, dry_run=dry_run, server=server, client=client, key=key)
    _told(report, as_json=as_json)
    raise typer.Exit(1 if report.refused else 0)
