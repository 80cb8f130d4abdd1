"""`synergie demo`: the main job, with real components, on this machine alone."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from synergie.cli.extras import needs
from synergie.cli.texts import N_, translate_to_french

SUMMARY = N_(
    "A whole territory in a minute: three organisations exchange, agree, refuse, revoke and plan."
)
EXAMPLE = "synergie demo --fast"


def run(
    *,
    fast: Annotated[
        bool, typer.Option("--fast", help=N_("A smaller territory, in a few seconds."))
    ] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help=N_("Leave the server up and say how to call it."))
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help=N_("The summary as one JSON document."))
    ] = False,
    folder: Annotated[
        Path,
        typer.Option(
            "--dir", metavar="DIR", help=N_("Folder of the report, the store and the keys.")
        ),
    ] = Path("demo"),
) -> None:
    """Exit 0 when every step came out as told, 7 when a plan is impossible."""
    with needs("server"), needs("plan"):
        from synergie.demo import Options
        from synergie.demo import play_demonstration as play
    options = Options(fast=fast, serve=serve, json=json, folder=folder)
    # the demonstration is French, all of it
    play(options, now=datetime.now(UTC), out=sys.stdout, translate=translate_to_french)
