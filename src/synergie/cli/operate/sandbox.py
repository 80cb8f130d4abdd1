"""`synergie sandbox`: a territory to try everything on, and nothing left of it."""

import json as codec
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli.extras import needs
from synergie.cli.texts import N_, _

if TYPE_CHECKING:
    from synergie.demo.sandbox import Sandbox

SUMMARY = N_(
    "Try everything on a synthetic territory: pages, people to log in as, a late file to deposit."
)
EXAMPLE = "synergie sandbox"

_ROLES = {
    "reader": N_("reads"),
    "agent": N_("reads and deposits"),
    "signer": N_("signs agreements too"),
    "keeper": N_("keeps the accounts too"),
}


def run(
    *,
    whole: Annotated[
        bool, typer.Option("--whole", help=N_("All thirteen communes instead of three."))
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help=N_("What stands, as one JSON document."))
    ] = False,
) -> None:
    """Runs until Ctrl-C; then its folder, its keys and its data are gone. Exit 0."""
    with needs("server"), needs("plan"):
        from synergie.demo.play import convert_stop_signals, wait_for_interrupt
        from synergie.demo.sandbox import open_sandbox
        from synergie.demo.screen import Screen
    with (
        convert_stop_signals(),
        open_sandbox(whole=whole, screen=Screen(), now=datetime.now(UTC)) as made,
    ):
        typer.echo(
            codec.dumps(made.as_json(), ensure_ascii=False) if json else _describe_sandbox(made)
        )
        wait_for_interrupt()
    typer.echo(_("Gone: the folder, the keys and the data of the sandbox."), err=True)


def _describe_sandbox(made: "Sandbox") -> str:
    """What a person needs: where to go, as whom, and what there is to do."""
    people = [
        _("  {}, {}: {}").format(seat.label, seat.organisation, _(_ROLES[seat.role]))
        + f"\n    {seat.link}"
        for seat in made.seats
    ]
    return "\n".join([
        "",
        _("The sandbox is open: {}").format(made.url),
        "",
        _("Log in as one of these people; each address is good once:"),
        *people,
        "",
        _("To try:"),
        *_list_sandbox_tasks(made),
        "",
        _("Everything is synthetic, and nothing is kept: Ctrl-C removes it all."),
    ])  # fmt: skip


def _list_sandbox_tasks(made: "Sandbox") -> list[str]:
    late = _("  1. Flow {} is late. Log in to deposit, drop this file, and it is up to date again:")
    sign = _("  2. Log in to sign, and sign “{}”: {}/accords")
    return [
        late.format(made.flow),
        f"     {made.missing}",
        sign.format(made.to_sign.terms.title, made.url),
        _("  3. A maintenance plan waits for an answer: {}/plans").format(made.url),
        _("  4. Ways to light are compared: {}/scenarios").format(made.url),
        _("  5. A program calls the API with the keys in {}").format(made.partner.folder),
    ]
