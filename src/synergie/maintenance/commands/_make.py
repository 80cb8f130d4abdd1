"""What `synergie plan maintenance` makes and tells: a problem's plan, a year, a week's rounds."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from synergie.cli.extras import needs
from synergie.cli.files import load_record
from synergie.cli.folder import write_whole_folder
from synergie.cli.plan_print import print_plan_reasons, print_plan_summary
from synergie.cli.print import as_json as print_json
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import _
from synergie.maintenance.commands._asked import (
    HERE,
    WEEK_DAYS,
    YEAR_WEEKS,
    MaintenanceRequest,
    Where,
    format_shell_command,
    list_source_files,
)
from synergie.maintenance.commands._maintenance import (
    Files,
    Inputs,
    first_monday,
    week_case,
    year_case,
    year_plan_in,
)
from synergie.maintenance.commands._year import (
    add_rules,
    solve_year_problem,
    tell_binding,
    tell_study,
)

if TYPE_CHECKING:
    from pydantic import BaseModel

    from synergie.maintenance.plan.upkeep import YearPlan
    from synergie.park.records.park import SetAside

_YEAR_S, _WEEK_S = 60.0, 10.0
"""Longest search in seconds, unless told."""


def print_problem_plan(
    file: Path,
    rules: Path | None,
    *,
    as_json: bool,
    limit: float | None,
    study: bool,
    out: Path | None = None,
    where: Where = HERE,
) -> None:
    """The plan of a problem as JSON, with the rules of another file; both in *out* when given."""
    from synergie.maintenance.records.maintenance import MaintenanceProblem

    problem = add_rules(load_record(file, MaintenanceProblem), rules)
    found = solve_year_problem(problem, limit_s=limit or _YEAR_S, study=study, where=where)
    if out is not None:
        with write_whole_folder(out) as folder:
            for name, record in (("probleme.json", found.problem), ("plan.json", found.plan)):
                (folder / name).write_text(record.model_dump_json(indent=2) + "\n", "utf-8")
    if as_json:
        print_json(found.plan if found.study is None else _dump_parts(found.parts()))
        return
    print_plan_summary(found.plan, weeks=found.problem.weeks)
    typer.echo(_("Crew-days: {}").format(found.plan.crew_days))
    print_aligned_rows(
        (f"  {_('week {}').format(crew.week)}", crew.depot, crew.zone, crew.days)
        for crew in found.plan.crews
    )
    print_plan_reasons(found.plan)
    tell_binding(found.plan)
    tell_study(found)


def _read_previous_plan(asked: MaintenanceRequest) -> "YearPlan | None":
    return None if asked.plan is None else year_plan_in(asked.plan)


def year_plan(read: Inputs, files: Files, asked: MaintenanceRequest) -> Sequence["SetAside"]:
    """The year plan; what was set aside."""
    from synergie.maintenance.commands._maintenance_print import tell_assumed, tell_read, tell_year

    starts = first_monday(asked.starts, asked.now)
    case = year_case(
        read, starts=starts, weeks=asked.weeks or YEAR_WEEKS, told=_read_previous_plan(asked)
    )
    problem = add_rules(case.problem, asked.rules)
    found = solve_year_problem(
        problem, limit_s=asked.limit or _YEAR_S, study=asked.study, where=asked.where
    )
    plan = found.plan
    aside = read.every_aside(*case.set_aside)
    said = (*case.assumptions, *plan.binding, *read.park.notes, *read.given.notes)
    if asked.out is not None:
        from synergie.maintenance.commands._out import PlanContext, write_year

        told = PlanContext(
            now=asked.now, read=read, files=list_source_files(files), aside=aside, said=said,
            command=format_shell_command(files, asked),
        )  # fmt: skip
        write_year(told, found, asked.out)
    if asked.as_json:
        _print_parts(found.parts(), aside)
        return aside
    tell_read(read)
    tell_year(problem, plan)
    tell_study(found)
    tell_assumed((*said, *plan.baseline, *plan.assumptions))
    _print_written_folder(aside, asked.out)
    return aside


def week_rounds(read: Inputs, files: Files, asked: MaintenanceRequest) -> Sequence["SetAside"]:
    """The rounds of a week; what was set aside."""
    from synergie.maintenance.commands._maintenance_print import tell_assumed, tell_read, tell_week

    with needs("plan"):
        from synergie.maintenance.plan.rounds import solve
        from synergie.maintenance.plan.upkeep import compare_crew_days, plan_promised_week
    monday = first_monday(asked.week, asked.now)
    year = _read_previous_plan(asked)
    case = week_case(read, monday=monday, days=asked.days or WEEK_DAYS, told=year)
    limit_s = (asked.limit or _WEEK_S) / (2 if year else 1)
    case, plan = plan_promised_week(year, case, monday, partial(solve, limit_s=limit_s))
    aside = read.every_aside(*case.set_aside)
    kept = compare_crew_days(year, case, plan, monday) if year else ()
    said = (*kept, *case.assumptions, *read.given.notes)
    if asked.out is not None:
        from synergie.maintenance.commands._out import PlanContext, write_week

        told = PlanContext(
            now=asked.now, read=read, files=list_source_files(files), aside=aside, said=said,
            command=format_shell_command(files, asked),
            zones={one.id: one.name for one in year.problem.zones} if year else {},
        )  # fmt: skip
        write_week(told, case, plan, asked.out)
    if asked.as_json:
        _print_parts({"problem": case.problem, "plan": plan}, aside)
        return aside
    tell_read(read)
    tell_week(case.problem, plan)
    tell_assumed((*said, *plan.assumptions))
    _print_written_folder(aside, asked.out)
    return aside


def _print_parts(parts: dict[str, "BaseModel"], aside: Sequence["SetAside"]) -> None:
    print_json(_dump_parts(parts) | {"set_aside": [one.model_dump(mode="json") for one in aside]})


def _dump_parts(parts: dict[str, "BaseModel"]) -> dict[str, Any]:
    return {name: part.model_dump(mode="json") for name, part in parts.items()}


def _print_written_folder(aside: Sequence["SetAside"], out: Path | None) -> None:
    from synergie.maintenance.commands._maintenance_print import tell_aside

    tell_aside(aside)
    if out is not None:
        typer.echo(_("{}: written; open {}").format(out, out / "rapport.html"))
