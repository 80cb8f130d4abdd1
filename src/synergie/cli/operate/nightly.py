"""`synergie nightly`: what a server needs every night, in one command for a timer."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from synergie.cli._ends import End, describe_exit
from synergie.cli._store import StoreUrl, read_cli_settings
from synergie.cli.operate import backup
from synergie.cli.texts import N_, _
from synergie.cli.trust import keys
from synergie.errors import BadInput, SynergieError

SUMMARY = N_(
    "Every night: back up, try to restore it, remove old backups, take the due steps of keys."
)
EXAMPLE = "synergie nightly /sauvegardes --passphrase-file /etc/synergie/phrase"


def run(
    backups: Annotated[
        Path, typer.Argument(metavar="DIR", help=N_("The folder of the backups, one a night."))
    ],
    *,
    passphrase_file: backup.Passphrase = None,
    keep: Annotated[
        int, typer.Option(min=1, metavar="N", help=N_("How many of the latest backups stay."))
    ] = 14,
    every: Annotated[
        float | None,
        typer.Option(
            "--every",
            metavar="HOURS",
            min=1,
            help=N_(
                "Do it again after so many hours, until told to stop: where nothing has a timer."
            ),
        ),
    ] = None,
    scratch: backup.Scratch = None,
    store: StoreUrl = None,
) -> int:
    """Exit 1 when the new backup does not restore: then no older one is removed."""
    _check_folder(backups, read_cli_settings(database_url=store).data_dir)

    def pass_night() -> int:
        made = backups / _name_backup()
        backup.create(made, passphrase_file=passphrase_file, store=store)
        end = backup.drill(made, passphrase_file=passphrase_file, scratch=scratch, store=store)
        if end == End.DONE:
            _remove_old_backups(backups, keep)
        keys.rotate(store=store)
        return end

    if every is None:
        return pass_night()
    while True:
        try:
            pass_night()
        except (SynergieError, OSError) as error:  # told; tomorrow is another night
            typer.echo(describe_exit(error)[1], err=True)
        time.sleep(every * 3600)


def _check_folder(backups: Path, data_dir: Path) -> None:
    """BadInput for a folder inside that of the store: what takes the one takes the other."""
    if backups.resolve().is_relative_to(data_dir.resolve()):
        raise BadInput("DIR", str(backups), "a folder outside that of the store")


def _name_backup() -> str:
    from synergie.server.backup.retention import name_backup

    return name_backup(datetime.now(UTC))


def _remove_old_backups(backups: Path, keep: int) -> None:
    from synergie.server.backup.retention import remove_old_backups

    for path in remove_old_backups(backups, keep=keep):
        typer.echo(_("{}: removed").format(path))
