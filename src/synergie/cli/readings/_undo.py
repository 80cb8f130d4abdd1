"""`synergie deposit --undo`: what would be lost, one question, and what is told afterwards."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from synergie.cli._ask import require_confirmation
from synergie.cli.print import as_json as print_json
from synergie.cli.texts import _

if TYPE_CHECKING:
    from synergie.schemas.readings.undone import Undone

type Undo = Callable[[bool], "Undone"]
"""Undoes; with True it only tells what would be lost."""


def undo(act: Undo, *, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Show what would be lost, ask once, undo; nothing is asked of what was undone before."""
    seen = act(True)
    if not as_json:
        _print_undone_batches(seen)
    if seen.undone_at is None and not dry_run:
        require_confirmation(_("Undo it? Reads of the past keep it."), yes=yes)
        seen = act(False)
    if as_json:
        print_json(seen)
    elif seen.undone_at is not None:
        when = seen.undone_at.astimezone().strftime("%Y-%m-%d %H:%M")
        typer.echo(_("{} undone on {}").format(seen.id, when))


def _print_undone_batches(seen: "Undone") -> None:
    for batch in seen.batches:
        when = batch.received_at.astimezone().strftime("%Y-%m-%d %H:%M")
        told = _("{} ({}), stored on {}: {} records or readings hold no more")
        typer.echo(told.format(batch.id, batch.kind, when, batch.lost))
    for thing in seen.stays:
        typer.echo(_("{} stays: others refer to it").format(thing.external_id))
    if not seen.batches:
        typer.echo(_("nothing was stored by it: other deposits had brought the same before"))
