"""One question before something is lost; none when nobody can answer."""

import sys

import typer

from synergie.cli.misuse import Misuse
from synergie.cli.texts import _


def require_confirmation(question: str, *, yes: bool) -> None:
    """Go on only after a yes. Without a terminal and without `--yes`: misuse, exit 2."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Misuse(_("{} Nobody can answer here: add --yes").format(question))
    typer.echo(f"{question} [{_('y')}/{_('N')}] ", nl=False, err=True)
    answer = sys.stdin.readline().strip().casefold()
    if answer not in {_("y"), _("yes"), "y"}:
        raise typer.Abort
