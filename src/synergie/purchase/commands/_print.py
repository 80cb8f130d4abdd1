"""A purchase on a server as a person reads it: where it stands, a plan, a part."""

from typing import TYPE_CHECKING

import typer

from synergie.cli.phrase import format_euros
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.shared_plan import (
    STANDINGS,
    describe_exclusion_reason,
    describe_part_answer,
    print_member_cost,
)
from synergie.cli.texts import N_, _, format_moment, format_number
from synergie.purchase.commands.plan_forward import print_study

if TYPE_CHECKING:
    from synergie.purchase.records.group import Purchase
    from synergie.purchase.records.market import Forward
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
    "late": N_("it joined after the offers were opened"),
    "no_needs": N_("it has published no needs"),
    "unknown_client": N_("its agreement does not name this program"),
    "token_narrower": N_("this program asked for less"),
}


def print_purchase(found: "Purchase", *, as_json: bool) -> None:
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
        print_aligned_rows(
            (f"  {one.member}", _(STANDINGS[one.standing]), _describe_missing_reason(one.reason))
            for one in found.members
        )


def print_forward(found: "Forward") -> None:
    """The offers on the curve; to a member the mean of the curve by civil year."""
    typer.echo(_("{}: version {}").format(found.purchase, found.version))
    if found.study is not None:
        print_study(found.study)
    elif found.part is not None:
        day, source = f"{found.part.quoted_on:%d/%m/%Y}", found.part.source
        typer.echo(_("Curve of {} ({})").format(day, source))
        for one in found.part.years:
            typer.echo(f"  {one.year}  {format_euros(one.eur_per_mwh)} €/MWh")


def print_plan_run(run: "PurchaseRun") -> None:
    """A plan that was kept, what it costs, and who is missing in it."""
    typer.echo(_("{}: kept; computed by {}").format(run.id, run.solver))
    if run.plan is not None:
        typer.echo(
            _("costs {} €, {} members").format(format_euros(run.plan.objective_eur), len(run.needs))
        )
    for one in run.missing:
        typer.echo(_("missing: {}: {}").format(one.member, _describe_missing_reason(one.reason)))


def part(found: "PurchasePart") -> None:
    """What one member buys, what it gains, and its answer."""
    view = found.view
    print_member_cost(found.member, view)
    if view.running_costs == "at_most":
        typer.echo(_("at most: running costs are rounded up until the award"))
    print_aligned_rows(
        (
            f"  {lot.name}",
            lot.supplier or _("alone"),
            _("{} MWh a year").format(format_number(float(lot.volume_mwh), 3)),
            format_euros(lot.supply_eur),
        )
        for lot in view.lots
    )
    if view.decide_before is not None:
        typer.echo(_("answer before: {}").format(format_moment(view.decide_before)))
    if found.needs_are_current is False:
        typer.echo(_("your needs have changed since this plan"))
    typer.echo(_("your answer: {}").format(describe_part_answer(found)))


def _describe_missing_reason(code: str | None) -> str:
    return describe_exclusion_reason(code, _REASONS)
