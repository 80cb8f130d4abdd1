"""`synergie plan maintenance`: the year, or the rounds of a week, from files an agent has."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from synergie.cli.misuse import Misuse
from synergie.cli.moment import parse_option_instant
from synergie.cli.texts import N_, _
from synergie.maintenance.commands._asked import MaintenanceRequest, Where
from synergie.maintenance.commands._maintenance import Files, is_problem, read_maintenance_inputs
from synergie.maintenance.commands._make import print_problem_plan, week_rounds, year_plan

HELP = N_(
    "Which cabinet is visited in which week, with whose crews, at the least cost; or the rounds "
    "of one week."
)
EPILOG = """
    synergie plan maintenance armoires.xlsx foyers.csv tickets.csv --crews equipes.xlsx --out annee
    synergie plan maintenance foyers.csv --crews equipes.xlsx --week 2027-W14 --plan annee --out s14
    synergie plan maintenance visites.json --json
    """


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
    rules: Annotated[
        Path | None, typer.Option(metavar="FILE", help=N_("Rules of your own for the year, JSON."))
    ] = None,
    starts: Annotated[
        str | None,
        typer.Option(
            metavar="MONDAY", help=N_("First Monday of the year; by default the next one.")
        ),
    ] = None,
    weeks: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, max=53, help=N_("Weeks of the year plan; by default 52.")
        ),
    ] = None,
    week: Annotated[
        str | None,
        typer.Option(metavar="WEEK", help=N_("The rounds of this week: 2027-W14, or its Monday.")),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, max=7, help=N_("Days of the rounds, from Monday; by default 5.")
        ),
    ] = None,
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
    processes: Annotated[
        int,
        typer.Option(
            metavar="N", min=1, help=N_("How many processes of this machine share the solves.")
        ),
    ] = 1,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help=N_("Dask scheduler to use, as tcp://host:8786.")),
    ] = None,
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
        _check_unused(
            _(
                "{}: for files of assets with --crews; a problem as JSON tells this itself "
                "(synergie plan replan takes a plan told before)"
            ),
            {
                "--owner": owner, "--commune": commune, "--starts": starts, "--weeks": weeks,
                "--week": week, "--days": days, "--plan": plan, "--matrix": matrix, "--done": done,
                "--before": before, "--at": at,
            },
        )  # fmt: skip
        _check_folder(out, force=force)
        where = Where(processes, cluster)
        print_problem_plan(
            files[0], rules, as_json=as_json, limit=limit, study=study, out=out, where=where
        )
        return
    if crews is None:
        raise Misuse(_("name the crew book: --crews equipes.xlsx (synergie template crews)"))
    if week is None:
        _check_unused(_("{}: for the rounds of one week (--week)"), {"--days": days})
    else:
        _check_unused(
            _("{}: for the year; --week asks for the rounds of one week"),
            {
                "--starts": starts, "--weeks": weeks, "--rules": rules, "--study": study or None,
                "--processes": processes if processes > 1 else None, "--cluster": cluster,
            },
        )  # fmt: skip
    _check_folder(out, force=force)
    now = datetime.now(UTC) if at is None else parse_option_instant("--at", at)
    told = Files(
        files=files, crews=crews, owners=owner or (), communes=commune or (), matrix=matrix,
        done=done or (), before=before or (),
    )  # fmt: skip
    asked = MaintenanceRequest(
        starts, weeks, week, days, plan, out, as_json, limit, now, study, rules,
        Where(processes, cluster),
    )  # fmt: skip
    read = read_maintenance_inputs(told, now)
    make = year_plan if week is None else week_rounds
    aside = make(read, told, asked)
    raise typer.Exit(1 if aside else 0)


def _check_unused(why: str, told: Mapping[str, object]) -> None:
    """Misuse that names the options told of those that would change nothing here."""
    named = ", ".join(name for name, value in told.items() if value is not None)
    if named:
        raise Misuse(why.format(named))


def _check_folder(out: Path | None, *, force: bool) -> None:
    """That the folder may be written, before anything is computed."""
    if out is not None:
        from synergie.cli.folder import check_output_folder
        from synergie.maintenance.commands._out import list_output_names

        check_output_folder(out, list_output_names(), force=force)
