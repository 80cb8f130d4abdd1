"""`synergie deposit`: a file as it is, into a store of ours or to a partner's server."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli._misuse import Misuse
from synergie.cli._store import StoreUrl, opened
from synergie.cli._texts import N_, _
from synergie.errors import BadInput, NotFound

if TYPE_CHECKING:
    from synergie.schemas.deposit import DepositReport

SUMMARY = N_(
    "Deposit a file as it is: into the local store (--org), or to a server (--server, --client, "
    "--key)."
)
_UNKNOWN = "an organisation of this store (synergie org add)"
EXAMPLE = """
synergie deposit releve.csv --org cc-bassin-de-pompey --dry-run
synergie deposit releve.csv --server https://donnees.example --client pompey-exports --key cle.json
"""


def run(  # noqa: PLR0913 (the options of a command)
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
    store: StoreUrl = None,
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
    from synergie.cli._report import show

    show(report, as_json=as_json)
    if not as_json:
        _outcome(report)
    raise typer.Exit(1 if report.refused else 0)


def _here(
    file: Path, form: str | None, *, dry_run: bool, org: str | None, store: str | None
) -> "DepositReport":
    """Into the local store, as its operator on behalf of *org*."""
    if org is None:
        raise Misuse(_("say whose data it is with --org, or name a server with --server"))
    with file.open("rb") as source, opened(store) as place:
        from synergie.exchange.deposits import Deposits
        from synergie.exchange.organisations import Directory
        from synergie.policy import Principal

        scopes, now = frozenset({"deposits:write"}), datetime.now(UTC)
        caller = Principal(client_id="synergie-cli", organisation=org, scopes=scopes)
        try:
            Directory(place).read(caller, org, now=now)
        except NotFound:
            raise BadInput("--org", org, _UNKNOWN) from None
        return Deposits(place, tell=_).deposit(
            caller, source, name=file.name, format=form, dry_run=dry_run, once=None, now=now
        )


def _there(
    file: Path,
    form: str | None,
    *,
    dry_run: bool,
    server: str,
    client: str | None,
    key: Path | None,
) -> "DepositReport":
    """To a server, as the program *client* that holds *key*."""
    if client is None or key is None:
        raise Misuse(_("--server needs --client and --key"))
    from synergie.client import Auth, Client

    auth = Auth.from_files(key=key, client_id=client, issuer=server)
    with Client(server, auth) as partner:
        return partner.deposit(file, dry_run=dry_run, format=form)


def _outcome(report: "DepositReport") -> None:
    if report.dry_run:
        typer.echo(_("nothing was stored (--dry-run)"))
    for receipt in report.receipts:
        if receipt.replayed:
            when = receipt.received_at.astimezone().strftime("%Y-%m-%d %H:%M")
            typer.echo(_("already deposited on {}, receipt {}").format(when, receipt.id))
        else:
            text = _("stored: {} kept, {} unchanged, receipt {}")
            typer.echo(text.format(receipt.kept, receipt.unchanged, receipt.id))
