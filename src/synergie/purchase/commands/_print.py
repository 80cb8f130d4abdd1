"""A purchase on a server as a person reads it: where it stands, a plan, a part."""

from typing import TYPE_CHECKING

import typer

from synergie.cli.phrase import euros
from synergie.cli.print import as_json as print_json
from synergie.cli.print import lines
from synergie.cli.shared_plan import STANDINGS, answered, paid, reason
from synergie.cli.texts import N_, _, moment, number

if TYPE_CHECKING:
    from synergie.purchase.records.group import Purchase
    from synergie.purchase.records.run import PurchasePart, PurchaseRun

STATES = {
    "survey_open": N_("survey open"),
    "survey_closed": N_("survey closed"),
    "proposed": N_("plan proposed"),
    "awarded": N_("awarded"),
    "closed": N_("closed"),
}
_REASONS = {
    "no_agreement": N_("no agreement opens its needs"),
    "signature": N_("its agreement is no longer what was signed"),
    "not_started": N_("its agreement has not begun"),
    "suspended": N_("its agreement is suspended"),
    "ended": N_("its agreement has ended"),
    "dataset": N_("its agreement does not open needs"),
    "no_needs": N_("it has published no needs"),
    "unknown_client": N_("its agreement does not name this program"),
    "token_narrower": N_("this program asked for less"),
}


def show(found: "Purchase", *, as_json: bool) -> None:
    """The purchase, for people or as JSON."""
    if as_json:
        print_json(found)
        return
    typer.echo(f"{found.id}  {found.record.name}")
    typer.echo(_("state: {}").format(_(STATES[found.state])))
    if found.plan is not None:
        typer.echo(_("plan: {}").format(found.plan))
    typer.echo(_("members: {}").format(found.n_members))
    if found.members:
        lines(
            (f"  {one.member}", _(STANDINGS[one.standing]), _reason(one.reason))
            for one in found.members
        )


def computed(run: "PurchaseRun") -> None:
    """A plan that was kept, what it costs, and who is missing in it."""
    typer.echo(_("{}: kept; computed by {}").format(run.id, run.solver))
    if run.plan is not None:
        typer.echo(
            _("costs {} €, {} members").format(euros(run.plan.objective_eur), len(run.needs))
        )
    for one in run.missing:
        typer.echo(_("missing: {}: {}").format(one.member, _reason(one.reason)))


def part(found: "PurchasePart") -> None:
    """What one member buys, what it gains, and its answer."""
    view = found.view
    paid(found.member, view)
    if view.running_costs == "at_most":
        typer.echo(_("at most: running costs are rounded up until the award"))
    lines(
        (
            f"  {lot.name}",
            lot.supplier or _("alone"),
            _("{} MWh a year").format(number(float(lot.volume_mwh), 3)),
            euros(lot.supply_eur),
        )
        for lot in view.lots
    )
    if view.decide_before is not None:
        typer.echo(_("answer before: {}").format(moment(view.decide_before)))
    if found.needs_are_current is False:
        typer.echo(_("your needs have changed since this plan"))
    typer.echo(_("your answer: {}").format(answered(found)))


def _reason(code: str | None) -> str:
    return reason(code, _REASONS)
