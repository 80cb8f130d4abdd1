"""A maintenance year solved for the command line: its study when asked, its ways out when none."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from synergie.cli.extras import needs
from synergie.cli.files import read_json_content
from synergie.cli.phrase import describe_phrase, format_euros
from synergie.cli.texts import _
from synergie.errors import Infeasible, SynergieError
from synergie.maintenance.commands._asked import HERE, Where

if TYPE_CHECKING:
    from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
    from synergie.maintenance.records.study import MaintenanceStudy


@dataclass(frozen=True, slots=True)
class Solved:
    """A year plan with its problem."""

    problem: "MaintenanceProblem"
    plan: "MaintenancePlan"
    study: "MaintenanceStudy | None" = None
    """What would become of it with other means. None: not asked."""

    def parts(self) -> dict[str, Any]:
        """The records, by name, for programs."""
        parts: dict[str, Any] = {"problem": self.problem, "plan": self.plan}
        return parts if self.study is None else parts | {"study": self.study}


def solve_year_problem(
    problem: "MaintenanceProblem", *, limit_s: float, study: bool, where: Where = HERE
) -> Solved:
    """The plan of *problem*. Infeasible; without rules what would make it possible is told first.

    MissingExtra("plan"), and what `maintenance.plan.year.solve` raises.
    """
    with needs("plan"):
        from synergie.maintenance.plan import study as maintenance_study
        from synergie.maintenance.plan.year import solve
    try:
        plan = solve(problem, limit_s=limit_s, workers=where.processes, cluster=where.cluster)
    except Infeasible:
        if not problem.rules:
            _ways_out(problem, limit_s)
        raise
    looked = maintenance_study.study(problem, plan, limit_s=2 * limit_s) if study else None
    return Solved(problem, plan, looked)


def add_rules(problem: "MaintenanceProblem", file: Path | None) -> "MaintenanceProblem":
    """*problem* with the rules of *file*, a JSON list, after its own.

    BadInputs with the place of each value that is not of its kind.
    """
    from pydantic import ValidationError

    from synergie.maintenance.records.rule import RULES
    from synergie.schemas.faults import faults

    if file is None:
        return problem
    try:
        rules = RULES.validate_json(read_json_content(file))
    except ValidationError as error:
        found = faults(error, under=("rules",))
        raise found[0].at(f"{file.name} ") from error
    return problem.model_copy(update={"rules": (*problem.rules, *rules)})


def tell_binding(plan: "MaintenancePlan") -> None:
    """What rules cost, which are not kept, and which select nothing."""
    if plan.binding:
        typer.echo(_("What requirements and rules cost:"))
    for phrase in plan.binding:
        typer.echo(f"  {describe_phrase(phrase)}")


def tell_study(found: Solved) -> None:
    """What the study says, in sentences."""
    if found.study is None:
        return
    typer.echo(_("With other means:"))
    for phrase in found.study.said:
        typer.echo(f"  {describe_phrase(phrase)}")


def _ways_out(problem: "MaintenanceProblem", limit_s: float) -> None:
    """What would make it possible, cheapest first, on the error output."""
    from synergie.maintenance.plan.study import ways_out

    try:
        found = ways_out(problem, limit_s=limit_s)
    except SynergieError:
        return  # why it is impossible is told all the same
    for way in found.ways:
        typer.echo(
            _("possible if: {}; it would cost {} €").format(
                describe_phrase(way.said), format_euros(way.cost_eur)
            ),
            err=True,
        )
