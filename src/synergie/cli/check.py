"""`synergie check`: what a file is and what would be refused; nothing is stored."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from synergie.cli._texts import N_, _

SUMMARY = N_(
    "Read a file and say what it is, what it holds and what would be refused; store nothing."
)
EXAMPLE = "synergie check releve.csv\nsynergie check armoires.geojson --json"


def run(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("A file; - reads the standard input."))
    ],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("One JSON document; its keys are stable."))
    ] = False,
    form: Annotated[
        str | None,
        typer.Option("--format", metavar="FORMAT", help=N_("The format, when it is not found.")),
    ] = None,
) -> None:
    """Exit 0 when all is kept, 1 when a row is refused, 2 when the command is misused."""
    from synergie.cli._report import show
    from synergie.formats.check import check

    source = sys.stdin.buffer if str(file) == "-" else file
    report = check(source, format=form, tell=str if as_json else _)
    show(report, as_json=as_json)
    raise typer.Exit(1 if report.refused else 0)
