"""`synergie purchase execution`: how a contract stands: tunnel, switches, prices, bounds."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli.files import load_record
from synergie.cli.misuse import Misuse
from synergie.cli.phrase import civil_day, describe_phrase, format_euros
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number

if TYPE_CHECKING:
    from synergie.purchase.records.execution import ExecutionReport, Step, SwitchStep, TunnelState
    from synergie.purchase.records.market import Market

_STATES: dict["TunnelState", str] = {
    "inside": N_("inside the tunnel"),
    "alert": N_("near the end of the tunnel: ask before the next move"),
    "outside": N_("outside the tunnel: paid for, or an amendment"),
    "no_tunnel": N_("no clause about volumes"),
}
_STEPS: dict["Step", str] = {
    "request": N_("ask the supplier"),
    "switch": N_("the grid operator makes it"),
    "index": N_("read the index of that day"),
    "first_bill": N_("wait for its bill"),
}


def execution(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("A contract, a MarketExecution as JSON."))
    ],
    *,
    on: Annotated[
        str | None,
        typer.Option(metavar="DAY", help=N_("The day, as 2027-03-01; by default today.")),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("The whole answer as one JSON document."))
    ] = False,
) -> None:
    """Exit 1 when a step is late, a price is not that of the formula, or a bound is passed."""
    from synergie.purchase.plan.execution import follow_market
    from synergie.purchase.records.execution import MarketExecution

    market = load_record(file, MarketExecution)
    found = follow_market(market, _parse_day(on))
    if as_json:
        print_json(found)
    else:
        _print_report(found)
    late = any(one.late for one in found.switches)
    if late or found.prices or found.remarks or found.volume.state == "outside":
        raise typer.Exit(1)


def _parse_day(text: str | None) -> date:
    if text is None:
        return date.today()  # noqa: DTZ011 (a civil day, where the command is typed)
    try:
        return date.fromisoformat(text)
    except ValueError:
        expected = _("a day, as 2027-03-01")
        raise Misuse(_("{}: found {!r}, expected {}").format("--on", text, expected)) from None


def print_market(found: "Market") -> None:
    """Each contract of a purchase as it stands on the day of *found*, and the volume of all."""
    typer.echo(
        _("{}: version {}, on {}").format(found.purchase, found.version, civil_day(found.on))
    )
    for one, report in zip(found.contracts, found.reports, strict=True):
        typer.echo(f"{one.terms.lot} · {one.terms.supplier}")
        _print_report(report)
    for day in found.tunnels:
        text = _("{}, all members, from {}: {}")
        typer.echo(text.format(day.lot, civil_day(day.day), _(_STATES[day.state])))


def _print_report(found: "ExecutionReport") -> None:
    volume = found.volume
    typer.echo(
        _("Volume: {} MWh a year; {}").format(
            format_number(float(volume.mwh), 3), _(_STATES[volume.state])
        )
    )
    if volume.share is not None:
        typer.echo(_("Tunnel used: {} %").format(format_number(100 * volume.share, 1)))
    if volume.due_eur:
        typer.echo(_("Due beside the price: {} € a year").format(format_euros(volume.due_eur)))
    print_aligned_rows(map(_describe_step, found.switches))
    for price in found.prices:
        typer.echo(
            _("price from {}: {} €/MWh billed, {} by the formula").format(
                civil_day(price.starts),
                format_number(float(price.eur_per_mwh), 2),
                format_number(float(price.expected_eur_per_mwh), 2),
            )
        )
    for remark in found.remarks:
        typer.echo(describe_phrase(remark))


def _describe_step(one: "SwitchStep") -> tuple[str, ...]:
    by = "" if one.by is None else _("by {}").format(civil_day(one.by))
    return f"  {one.point}", _(_STEPS[one.step]), by, _("late") if one.late else ""
