"""`synergie plan strategy`: how a park is kept for years, and what the cheapest policy leaves."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli.extras import needs
from synergie.cli.files import load_record
from synergie.cli.misuse import Misuse
from synergie.cli.phrase import describe_phrase, format_euros
from synergie.cli.plan_print import print_plan_reasons, print_plan_summary
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number

if TYPE_CHECKING:
    from synergie.maintenance.records.strategy import (
        Criterion,
        StrategyFrontier,
        StrategyPlan,
        StrategyProblem,
    )

HELP = N_("How a park is kept for years: relamping, inspections, LED, at the least cost.")
EPILOG = """
    synergie plan strategy parc.json
    synergie plan strategy parc.json --frontier out --points 7 --json
    """
_CRITERIA: tuple["Criterion", ...] = ("out", "late", "energy", "hours", "co2")


def strategy(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("The problem as JSON, as specs/schemas says."))
    ],
    *,
    frontier: Annotated[
        str | None,
        typer.Option(
            metavar="|".join(_CRITERIA),
            help=N_("Policies that none beats on cost and this criterion."),
        ),
    ] = None,
    points: Annotated[
        int, typer.Option(metavar="N", min=2, max=50, help=N_("Policies of the frontier."))
    ] = 9,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("The whole plan as one JSON document."))
    ] = False,
    limit: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help=N_("Longest time to look for a plan."))
    ] = 60,
) -> None:
    """Exit 7 when no policy keeps the budgets and limits; they are named."""
    from synergie.maintenance.records.strategy import StrategyProblem

    problem = load_record(file, StrategyProblem)
    criterion = None if frontier is None else _parse_criterion(frontier)
    with needs("plan"):
        from synergie.maintenance.plan.strategy import frontier as find_frontier
        from synergie.maintenance.plan.strategy import solve
    plan = solve(problem, limit_s=limit)
    line = None
    if criterion is not None:
        line = find_frontier(problem, criterion, points=points, limit_s=limit)
    if as_json:
        parts = {"plan": plan, "frontier": line}
        made = {name: one and one.model_dump(mode="json") for name, one in parts.items()}
        print_json(plan if line is None else made)
        return
    print_plan_summary(plan, years=problem.years)
    _print_policy(problem, plan)
    if line is not None:
        _print_frontier(line)
    print_plan_reasons(plan)


def _parse_criterion(word: str) -> "Criterion":
    """One of the criteria of a frontier. Misuse for another word."""
    found = next((one for one in _CRITERIA if one == word.strip().casefold()), None)
    if found is None:
        expected = ", ".join(_CRITERIA)
        raise Misuse(_("{}: found {!r}, expected {}").format("--frontier", word, expected))
    return found


def _print_policy(problem: "StrategyProblem", plan: "StrategyPlan") -> None:
    """What the policy gives over all the years, and its groups by what is done to them."""
    gives = plan.criteria
    share = format_number(100 * gives.out_share, 3)
    typer.echo(_("Light points out: {} %").format(share))
    typer.echo(_("Faults beyond their target: {}").format(format_number(gives.late, 1)))
    typer.echo(_("Energy: {} MWh").format(format_number(gives.energy, 1)))
    typer.echo(_("Crew-hours: {}").format(format_number(gives.hours, 1)))
    typer.echo(_("Policy, lamp groups:"))
    together = sum(one.relamp_years is not None for one in plan.policy.groups)
    led = sum(one.led_year is not None for one in plan.policy.groups)
    print_aligned_rows(
        (
            (f"  {_('relamped together')}", format_number(together)),
            (f"  {_('one by one')}", format_number(len(plan.policy.groups) - together)),
            (f"  {_('converted to LED')}", format_number(led)),
        )
    )
    first = problem.starts_on.year
    for year, amount in enumerate(plan.invested_eur):
        if amount:
            typer.echo(_("LED in {}: {} €").format(first + year, format_euros(amount)))


def _print_frontier(line: "StrategyFrontier") -> None:
    """The policies that none beats, from the cheapest."""
    typer.echo(_("Policies among which to choose:"))
    print_aligned_rows(
        (f"  {format_euros(one.cost_eur)} €", describe_phrase(one.reason)) for one in line.points
    )
    for phrase in line.assumptions:
        typer.echo(f"  {describe_phrase(phrase)}")
