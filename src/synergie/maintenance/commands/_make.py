"""What `synergie plan maintenance` makes and tells: a problem's plan, a year, a week's rounds."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from synergie.cli.extras import needs
from synergie.cli.files import load
from synergie.cli.plan_print import reasons, summary
from synergie.cli.print import as_json as print_json
from synergie.cli.print import lines
from synergie.cli.texts import _
from synergie.maintenance.commands._asked import Asked, command, sources
from synergie.maintenance.commands._maintenance import (
    Files,
    Inputs,
    first_monday,
    week_case,
    year_case,
    year_plan_in,
)
from synergie.maintenance.commands._year import solved, tell_study

if TYPE_CHECKING:
    from pydantic import BaseModel

    from synergie.maintenance.plan.upkeep import YearPlan
    from synergie.park.records.park import SetAside

_YEAR_S, _WEEK_S = 60.0, 10.0
"""Longest search in seconds, unless told."""


def problem(file: Path, *, as_json: bool, limit: float | None, study: bool) -> None:
    """The plan of a problem as JSON."""
    from synergie.maintenance.records.maintenance import MaintenanceProblem

    found = solved(load(file, MaintenanceProblem), limit_s=limit or _YEAR_S, study=study)
    if as_json:
        print_json(found.plan if found.study is None else _dumped(found.parts()))
        return
    summary(found.plan)
    typer.echo(_("Crew-days: {}").format(found.plan.crew_days))
    lines(
        (f"  {_('week {}').format(crew.week)}", crew.depot, crew.zone, crew.days)
        for crew in found.plan.crews
    )
    reasons(found.plan)
    tell_study(found)


def _told_before(asked: Asked) -> "YearPlan | None":
    return None if asked.plan is None else year_plan_in(asked.plan)


def year_plan(read: Inputs, files: Files, asked: Asked) -> Sequence["SetAside"]:
    """The year plan; what was set aside."""
    from synergie.maintenance.commands._maintenance_print import tell_assumed, tell_read, tell_year

    starts = first_monday(asked.starts, asked.now)
    case = year_case(read, starts=starts, weeks=asked.weeks, told=_told_before(asked))
    found = solved(case.problem, limit_s=asked.limit or _YEAR_S, study=asked.study)
    plan = found.plan
    aside = read.every_aside(*case.set_aside)
    said = (*case.assumptions, *read.park.notes, *read.given.notes)
    if asked.out is not None:
        from synergie.maintenance.commands._out import Told, write_year

        told = Told(
            now=asked.now, read=read, files=sources(files), aside=aside, said=said,
            command=command(files, asked),
        )  # fmt: skip
        write_year(told, found, asked.out)
    if asked.as_json:
        _print(found.parts(), aside)
        return aside
    tell_read(read)
    tell_year(case.problem, plan)
    tell_study(found)
    tell_assumed((*said, *plan.baseline, *plan.assumptions))
    _end(aside, asked.out)
    return aside


def week_rounds(read: Inputs, files: Files, asked: Asked) -> Sequence["SetAside"]:
    """The rounds of a week; what was set aside."""
    from synergie.maintenance.commands._maintenance_print import tell_assumed, tell_read, tell_week

    with needs("plan"):
        from synergie.maintenance.plan.rounds import solve
    monday = first_monday(asked.week, asked.now)
    year = _told_before(asked)
    case = week_case(read, monday=monday, days=asked.days, told=year)
    plan = solve(case.problem, limit_s=asked.limit or _WEEK_S)
    aside = read.every_aside(*case.set_aside)
    said = (*case.assumptions, *read.given.notes)
    if asked.out is not None:
        from synergie.maintenance.commands._out import Told, write_week

        told = Told(
            now=asked.now, read=read, files=sources(files), aside=aside, said=said,
            command=command(files, asked),
            zones={one.id: one.name for one in year.problem.zones} if year else {},
        )  # fmt: skip
        write_week(told, case, plan, asked.out)
    if asked.as_json:
        _print({"problem": case.problem, "plan": plan}, aside)
        return aside
    tell_read(read)
    tell_week(case.problem, plan)
    tell_assumed((*said, *plan.assumptions))
    _end(aside, asked.out)
    return aside


def _print(parts: dict[str, "BaseModel"], aside: Sequence["SetAside"]) -> None:
    print_json(_dumped(parts) | {"set_aside": [one.model_dump(mode="json") for one in aside]})


def _dumped(parts: dict[str, "BaseModel"]) -> dict[str, Any]:
    return {name: part.model_dump(mode="json") for name, part in parts.items()}


def _end(aside: Sequence["SetAside"], out: Path | None) -> None:
    from synergie.maintenance.commands._maintenance_print import tell_aside

    tell_aside(aside)
    if out is not None:
        typer.echo(_("{}: written; open {}").format(out, out / "rapport.html"))
