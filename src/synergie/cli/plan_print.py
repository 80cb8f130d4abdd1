"""What any plan says on the terminal: cost, proof, who pays, why, what was assumed."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

import typer

from synergie.cli.phrase import civil_day, euros, told
from synergie.cli.print import lines
from synergie.cli.texts import _, number

if TYPE_CHECKING:
    from synergie.purchase.records.purchase import DeliveryPeriod
    from synergie.schemas.plan import Plan


def summary(plan: "Plan", delivery: "DeliveryPeriod | None" = None) -> None:
    """What it costs, against what, how sure, and who gains."""
    cost = euros(plan.objective_eur)
    if delivery is None:
        typer.echo(_("Cost: {} € a year").format(cost))
    else:
        days = civil_day(delivery.starts), civil_day(delivery.ends - timedelta(days=1))
        typer.echo(_("Cost: {} €, delivery from {} to {}, both included").format(cost, *days))
    if plan.baseline_eur is not None:
        saved = plan.baseline_eur - plan.objective_eur
        typer.echo(
            _("Each alone: {} €; saved together: {} €").format(
                euros(plan.baseline_eur), euros(saved)
            )
        )
    if plan.status == "proved":
        typer.echo(_("Proved: no other plan costs less"))
    elif plan.gap is not None:
        typer.echo(_("Not proved: at most {} % above the best").format(number(100 * plan.gap, 2)))
    else:
        typer.echo(_("Not proved: time ended before a bound was found; --limit gives more"))
    typer.echo(_("Who pays what:"))
    lines(_members(plan))


def _members(plan: "Plan") -> Iterable[tuple[str, str, str]]:
    for member in plan.members:
        gain = "" if member.gain_eur is None else _("saves {} €").format(euros(member.gain_eur))
        yield f"  {member.member}", f"{euros(member.cost_eur)} €", gain


def reasons(plan: "Plan") -> None:
    """Why each decision was made, and what was assumed."""
    typer.echo(_("Why:"))
    for line in plan.lines:
        typer.echo(_("  {} → {}: {}").format(line.subject, _chosen(line.chosen), told(line.reason)))
    typer.echo(_("Assumed:"))
    for phrase in (*plan.baseline, *plan.assumptions):
        typer.echo(f"  {told(phrase)}")


def _chosen(name: str) -> str:
    """What was chosen; a week is said in the reader's language, a name is a name."""
    word, _space, number_of = name.partition(" ")
    return _("week {}").format(number_of) if word == "week" else name
