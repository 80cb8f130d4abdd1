"""`synergie plan maintenance`: the year, or the rounds of a week, from files an agent has."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from synergie.cli._extras import needs
from synergie.cli._files import load
from synergie.cli._maintenance import (
    Files,
    Inputs,
    first_monday,
    gathered,
    is_problem,
    week_case,
    year_case,
    year_plan_in,
)
from synergie.cli._maintenance_year import solved, tell_study
from synergie.cli._misuse import Misuse
from synergie.cli._moment import instant
from synergie.cli._plan_print import reasons, summary
from synergie.cli._print import as_json as print_json
from synergie.cli._print import lines
from synergie.cli._texts import N_, _

if TYPE_CHECKING:
    from pydantic import BaseModel

    from synergie.plan.upkeep import YearPlan
    from synergie.schemas.park import SetAside

HELP = N_(
    "Which cabinet is visited in which week, with whose crews, at the least cost; or the rounds "
    "of one week."
)
EPILOG = """
    synergie plan maintenance armoires.xlsx foyers.csv tickets.csv --crews equipes.xlsx --out annee
    synergie plan maintenance foyers.csv --crews equipes.xlsx --week 2027-W14 --plan annee --out s14
    synergie plan maintenance visites.json --json
    """
_YEAR_S, _WEEK_S = 60.0, 10.0
_DAYS = 5


@dataclass(frozen=True, slots=True)
class _Asked:
    """What to make, and where it goes."""

    starts: str | None
    weeks: int
    week: str | None
    days: int
    plan: Path | None
    out: Path | None
    as_json: bool
    limit: float | None
    now: datetime
    study: bool = False


def maintenance(  # noqa: PLR0913 (the options of a command)
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILES",
            help=N_("Cabinets, light points, tickets, in any known format; or a problem as JSON."),
        ),
    ],
    *,
    crews: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("The crew book (template crews), CSV or XLSX.")),
    ] = None,
    owner: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORG=FILE",
            help=N_("Whose assets a file tells, or ORG alone for all files; repeat it."),
        ),
    ] = None,
    commune: Annotated[
        list[str] | None,
        typer.Option(
            metavar="INSEE=FILE",
            help=N_("Commune of a file that tells none, or INSEE alone for all; repeat it."),
        ),
    ] = None,
    starts: Annotated[
        str | None,
        typer.Option(
            metavar="MONDAY", help=N_("First Monday of the year; by default the next one.")
        ),
    ] = None,
    weeks: Annotated[
        int, typer.Option(metavar="N", min=1, max=53, help=N_("Weeks of the year plan."))
    ] = 52,
    week: Annotated[
        str | None,
        typer.Option(metavar="WEEK", help=N_("The rounds of this week: 2027-W14, or its Monday.")),
    ] = None,
    days: Annotated[
        int, typer.Option(metavar="N", min=1, max=7, help=N_("Days of the rounds, from Monday."))
    ] = _DAYS,
    plan: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help=N_("The year plan told before: its folder. A new year plan changes it little."),
        ),
    ] = None,
    matrix: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=N_("Road times, as OSRM's table service tells them.")),
    ] = None,
    done: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help=N_("Interventions that came back; repeat it.")),
    ] = None,
    before: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR", help=N_("Folder of the rounds of a week before; repeat it.")
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="MOMENT", help=N_("The moment of the state; by default now.")),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR",
            help=N_("Write the plan, its report, work sheets, calendars and maps there."),
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help=N_("Overwrite the folder when a plan wrote it."))
    ] = False,
    study: Annotated[
        bool,
        typer.Option(
            "--study",
            help=N_("Study what more or fewer crews, fairness and shares would change."),
        ),
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help=N_("The whole plan as one JSON document."))
    ] = False,
    limit: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", min=0.1,
            help=N_("Longest time to look for a plan; by default 60 for a year, 10 for a week."),
        ),
    ] = None,
) -> None:  # fmt: skip
    """Exit 7 when no plan satisfies the requirements; 1 when a row was set aside."""
    if is_problem(files, crews):
        _problem(files[0], as_json=as_json, limit=limit or _YEAR_S, study=study)
        return
    if crews is None:
        raise Misuse(_("name the crew book: --crews equipes.xlsx (synergie template crews)"))
    if out is not None:
        from synergie.cli._folder import ready
        from synergie.cli._maintenance_out import ours

        ready(out, ours(), force=force)
    now = datetime.now(UTC) if at is None else instant("--at", at)
    told = Files(
        files=files, crews=crews, owners=owner or (), communes=commune or (), matrix=matrix,
        done=done or (), before=before or (),
    )  # fmt: skip
    asked = _Asked(starts, weeks, week, days, plan, out, as_json, limit, now, study)
    read = gathered(told, now)
    make = _year if week is None else _week
    aside = make(read, told, asked)
    raise typer.Exit(1 if aside else 0)


def _problem(file: Path, *, as_json: bool, limit: float, study: bool) -> None:
    """The plan of a problem as JSON."""
    from synergie.schemas.maintenance import MaintenanceProblem

    found = solved(load(file, MaintenanceProblem), limit_s=limit, study=study)
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


def _told_before(asked: _Asked) -> "YearPlan | None":
    return None if asked.plan is None else year_plan_in(asked.plan)


def _year(read: Inputs, files: Files, asked: _Asked) -> Sequence["SetAside"]:
    """The year plan; what was set aside."""
    from synergie.cli._maintenance_print import tell_assumed, tell_read, tell_year

    starts = first_monday(asked.starts, asked.now)
    case = year_case(read, starts=starts, weeks=asked.weeks, told=_told_before(asked))
    found = solved(case.problem, limit_s=asked.limit or _YEAR_S, study=asked.study)
    plan = found.plan
    aside = read.every_aside(*case.set_aside)
    said = (*case.assumptions, *read.park.notes, *read.given.notes)
    if asked.out is not None:
        from synergie.cli._maintenance_out import Told, write_year

        told = Told(
            now=asked.now, read=read, files=_sources(files), aside=aside, said=said,
            command=_command(files, asked),
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


def _week(read: Inputs, files: Files, asked: _Asked) -> Sequence["SetAside"]:
    """The rounds of a week; what was set aside."""
    from synergie.cli._maintenance_print import tell_assumed, tell_read, tell_week

    with needs("plan"):
        from synergie.plan.rounds import solve
    monday = first_monday(asked.week, asked.now)
    year = _told_before(asked)
    case = week_case(read, monday=monday, days=asked.days, told=year)
    plan = solve(case.problem, limit_s=asked.limit or _WEEK_S)
    aside = read.every_aside(*case.set_aside)
    said = (*case.assumptions, *read.given.notes)
    if asked.out is not None:
        from synergie.cli._maintenance_out import Told, write_week

        told = Told(
            now=asked.now, read=read, files=_sources(files), aside=aside, said=said,
            command=_command(files, asked),
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


def _command(files: Files, asked: _Asked) -> str:
    """What was asked for, as a shell reads it; files by their names alone."""
    told: list[tuple[str, Sequence[Any]]] = [
        ("--crews", [files.crews.name]), ("--owner", files.owners), ("--commune", files.communes),
        ("--starts", [asked.starts]), ("--week", [asked.week]),
        ("--plan", [asked.plan and asked.plan.name]),
        ("--matrix", [files.matrix and files.matrix.name]),
        ("--done", [one.name for one in files.done]),
        ("--before", [one.name for one in files.before]), ("--at", [asked.now.isoformat()]),
    ]  # fmt: skip
    options = [word for name, values in told for one in values if one for word in (name, str(one))]
    names = [one.name for one in files.files]
    return shlex.join(["synergie", "plan", "maintenance", *names, *options])


def _print(parts: dict[str, "BaseModel"], aside: Sequence["SetAside"]) -> None:
    print_json(_dumped(parts) | {"set_aside": [one.model_dump(mode="json") for one in aside]})


def _dumped(parts: dict[str, "BaseModel"]) -> dict[str, Any]:
    return {name: part.model_dump(mode="json") for name, part in parts.items()}


def _end(aside: Sequence["SetAside"], out: Path | None) -> None:
    from synergie.cli._maintenance_print import tell_aside

    tell_aside(aside)
    if out is not None:
        typer.echo(_("{}: written; open {}").format(out, out / "rapport.html"))


def _sources(files: Files) -> list[tuple[Path, str]]:
    """The files, and what each is for (French)."""
    found = [(files.crews, "équipes"), *((path, "patrimoine") for path in files.files)]
    found += [(path, "interventions") for path in files.done]
    return found + ([(files.matrix, "trajets")] if files.matrix else [])
