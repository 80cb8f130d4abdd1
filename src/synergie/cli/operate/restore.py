"""`synergie restore`: a server back from a backup, in a new epoch that everybody is told of."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli._store import StoreUrl, read_cli_settings
from synergie.cli.misuse import Misuse
from synergie.cli.operate.backup import (
    Jwks,
    Passphrase,
    opened_backup,
    print_progress_steps,
    read_passphrase,
)
from synergie.cli.texts import N_, _, format_number

if TYPE_CHECKING:
    from synergie.server.backup import Restored

SUMMARY = N_("Restore a server from a backup into an empty place; followers are told.")
EXAMPLE = """
synergie restore sauvegarde-2026-11-30 --passphrase-file phrase.txt
synergie restore --accept --store sqlite:///synergie.db
"""


def run(
    source: Annotated[
        Path | None,
        typer.Argument(metavar="SOURCE", help=N_("The folder that `backup create` made.")),
    ] = None,
    *,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept",
            help=N_("Take the database that was put in place by hand: begin a new epoch in it."),
        ),
    ] = False,
    passphrase_file: Passphrase = None,
    jwks: Jwks = None,
    store: StoreUrl = None,
) -> None:
    """Interrupted, the same command goes on; no server starts meanwhile."""
    from synergie.server.backup import accept_store, restore_backup

    if accept == (source is not None):
        raise Misuse(_("name the backup to restore, or --accept for a database put in place"))
    place, now = read_cli_settings(database_url=store), datetime.now(UTC)
    if source is None:
        _print_restore_outcome(accept_store(place, now=now))
        return
    with print_progress_steps() as progress:
        backup = opened_backup(source, jwks, progress)
        phrase = read_passphrase(passphrase_file)
        restored = restore_backup(backup, place, passphrase=phrase, now=now, progress=progress)
    _print_restore_outcome(restored)


def _print_restore_outcome(done: "Restored") -> None:
    """What was lost, whom to tell, what to do next."""
    typer.echo(
        _("epoch {}: everything up to change {} is there").format(
            done.epoch, format_number(done.seq)
        )
    )
    if done.lost is None:
        typer.echo(_("how many changes came after it is not known: what was sent since is lost"))
    else:
        typer.echo(_("{} changes after it are lost").format(format_number(done.lost)))
    typer.echo(_("every token and every log-in has ended"))
    typer.echo(
        _(
            "what was taken back since the backup is in force again: agreements revoked or "
            "suspended, consents withdrawn, programs disabled, keys stopped. End it again before "
            "others reach the server; the log of the lost one names it (journal.agreement.revoke, "
            "journal.consent.withdrawn, journal.client.disabled)"
        )
    )
    typer.echo(_("tell these organisations to send again what they sent since:"))
    for name in done.organisations:
        typer.echo(f"  {name}")
    if done.paused:
        typer.echo(_("{} webhooks are paused: synergie webhooks resume").format(done.paused))
