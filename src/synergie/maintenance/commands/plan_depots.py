"""`synergie plan depots`: which depots stay open, and which zone is served from where."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synergie.cli.extras import needs
from synergie.cli.files import load_record
from synergie.cli.phrase import format_euros
from synergie.cli.plan_print import print_plan_reasons, print_plan_summary
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number

if TYPE_CHECKING:
    from synergie.maintenance.records.depots import DepotsPlan, DepotsProblem

HELP = N_("Which depots stay open and which zone is served from where, at the least cost.")
EPILOG = """
    synergie plan depots depots.json
    synergie plan depots depots.json --json --limit 120
    """


def depots(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=N_("The problem as JSON, as specs/schemas says."))
    ],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("The whole plan as one JSON document."))
    ] = False,
    limit: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help=N_("Longest time to look for a plan."))
    ] = 60,
) -> None:
    """Exit 7 when no plan satisfies the requirements; they are named."""
    from synergie.maintenance.records.depots import DepotsProblem

    problem = load_record(file, DepotsProblem)
    with needs("plan"):
        from synergie.maintenance.plan.depots import solve
    plan = solve(problem, limit_s=limit)
    if as_json:
        print_json(plan)
        return
    print_plan_summary(plan)
    _print_depots(problem, plan)
    print_plan_reasons(plan)


def _print_depots(problem: "DepotsProblem", plan: "DepotsPlan") -> None:
    """What is open and how full it is, what closes, and what shared stock saves."""
    typer.echo(_("Open depots:"))
    print_aligned_rows(
        (
            f"  {site.site}",
            site.organisation,
            _("{} of {} {}").format(
                format_number(float(site.used)), format_number(float(site.capacity)), problem.unit
            ),
            f"{format_euros(site.fixed_eur)} €",
        )
        for site in plan.sites
    )
    if plan.closed:
        typer.echo(_("Closed: {}").format(", ".join(plan.closed)))
    if plan.open_alone is not None:
        counts = format_number(len(plan.sites)), format_number(plan.open_alone)
        typer.echo(_("Depots open: {}; each alone: {}").format(*counts))
    if plan.stock is not None and plan.stock.saved_eur is not None:
        saved = format_euros(plan.stock.saved_eur)
        typer.echo(_("Shared stock saves {} € a year, beside the cost").format(saved))
