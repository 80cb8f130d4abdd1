"""`synergie serve`: the real server."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from synergie.cli._store import StoreUrl, read_cli_settings
from synergie.cli.extras import needs
from synergie.cli.texts import N_, _

SUMMARY = N_(
    "Start the server. Settings come from SYNERGIE_* in the environment; these options go first."
)
EXAMPLE = "synergie serve --data donnees --port 8000"


def run(
    *,
    host: Annotated[
        str | None, typer.Option(metavar="HOST", help=N_("Address to listen on: 127.0.0.1."))
    ] = None,
    port: Annotated[
        int | None, typer.Option(metavar="PORT", help=N_("Port, 8000; 0 takes a free one."))
    ] = None,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help=N_("Folder of the store and of the keys."))
    ] = None,
    public_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help=N_("Address by which clients reach the server.")),
    ] = None,
    store: StoreUrl = None,
    accept_clock: Annotated[
        bool,
        typer.Option(
            "--accept-clock",
            help=N_(
                "The clock of this machine is right, though the store was used at a later time."
            ),
        ),
    ] = False,
    dev: Annotated[
        bool,
        typer.Option(
            "--dev", help=N_("On a machine of one's own: show /docs, take weaker settings.")
        ),
    ] = False,
    hard: Annotated[
        bool,
        typer.Option(
            "--hard",
            help=N_("Be difficult on purpose, to try a client: never for people who work."),
        ),
    ] = False,
) -> None:
    """Runs until it is told to stop (Ctrl-C, SIGTERM); requests under way are finished."""
    chosen = read_cli_settings(
        host=host,
        port=port,
        data_dir=data,
        public_url=public_url,
        database_url=store,
        dev=dev or None,
        hard=hard or None,
        accept_clock=accept_clock or None,
    )
    os.umask(0o077)  # whatever is written is the server's alone
    with needs("server"), _freeze_imported_objects():
        from synergie.server.run import serve
    serve(chosen, ready=_print_ready_address)


@contextmanager
def _freeze_imported_objects() -> Iterator[None]:
    """What is imported inside stays: no search for garbage in it, now (0.3 s) or later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _print_ready_address(address: str) -> None:
    typer.echo(_("{}: ready").format(address), err=True)  # stdout is the log, JSON lines
