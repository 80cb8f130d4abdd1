"""What any plan says on the terminal: cost, proof, who pays, why, what was assumed."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

import typer

from synergie.cli.phrase import civil_day, describe_phrase, format_euros
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import _, format_number

if TYPE_CHECKING:
    from synergie.purchase.records.purchase import DeliveryPeriod
    from synergie.schemas.plan import Plan


_YEAR = 52
"""Weeks from which a plan of weeks is one of a year."""


def print_plan_summary(
    plan: "Plan",
    delivery: "DeliveryPeriod | None" = None,
    *,
    weeks: int = _YEAR,
    years: int | None = None,
    certified: bool = False,
) -> None:
    """What it costs, against what, how sure, and who gains.

    *weeks*: how long the plan is. *years*: amounts are of the first day, for so many years.
    *certified*: a certificate proves its bound; without one the bound is the solver's word.
    """
    cost = format_euros(plan.objective_eur)
    if years is not None:
        typer.echo(_("Cost: {} € of the first day, years: {}").format(cost, years))
    elif delivery is None and weeks < _YEAR:
        typer.echo(_("Cost: {} €, weeks of the plan: {}").format(cost, weeks))
    elif delivery is None:
        typer.echo(_("Cost: {} € a year").format(cost))
    else:
        days = civil_day(delivery.starts), civil_day(delivery.ends - timedelta(days=1))
        typer.echo(_("Cost: {} €, delivery from {} to {}, both included").format(cost, *days))
    if plan.baseline_eur is not None:
        saved = plan.baseline_eur - plan.objective_eur
        typer.echo(
            _("Each alone: {} €; saved together: {} €").format(
                format_euros(plan.baseline_eur), format_euros(saved)
            )
        )
    typer.echo(_describe_certainty(plan, certified=certified))
    typer.echo(_("Who pays what:"))
    print_aligned_rows(_list_member_rows(plan))


def _describe_certainty(plan: "Plan", *, certified: bool) -> str:
    """How sure it is that no other plan costs less."""
    if certified:
        return _("Proved, with a certificate: no other plan costs less")
    if plan.status == "proved":
        return _("Bound reached: the solver finds nothing cheaper (no certificate)")
    if plan.gap is not None:
        most = format_number(100 * plan.gap, 2)
        return _("Not proved: at most {} % above the best").format(most)
    return _("Not proved: time ended before a bound was found; --limit gives more")


def _list_member_rows(plan: "Plan") -> Iterable[tuple[str, str, str]]:
    for member in plan.members:
        gain = (
            "" if member.gain_eur is None else _("saves {} €").format(format_euros(member.gain_eur))
        )
        yield f"  {member.member}", f"{format_euros(member.cost_eur)} €", gain


def print_plan_reasons(plan: "Plan") -> None:
    """Why each decision was made, and what was assumed."""
    typer.echo(_("Why:"))
    for line in plan.lines:
        typer.echo(
            _("  {} → {}: {}").format(
                line.subject, _describe_choice(line.chosen), describe_phrase(line.reason)
            )
        )
    typer.echo(_("Assumed:"))
    for phrase in (*plan.baseline, *plan.assumptions):
        typer.echo(f"  {describe_phrase(phrase)}")


def _describe_choice(name: str) -> str:
    """What was chosen; a week is said in the reader's language, a name is a name."""
    word, _space, number_of = name.partition(" ")
    return _("week {}").format(number_of) if word == "week" else name
