"""A year and the rounds of a week on the terminal."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import typer

from synergie.cli.phrase import civil_day, describe_phrase, format_euros
from synergie.cli.plan_print import print_plan_summary
from synergie.cli.print import print_aligned_rows
from synergie.cli.texts import N_, _, format_number

if TYPE_CHECKING:
    from synergie.maintenance.commands._maintenance import Inputs
    from synergie.maintenance.records.maintenance import (
        CrewDays,
        MaintenancePlan,
        MaintenanceProblem,
    )
    from synergie.maintenance.records.rounds import Round, RoundsPlan, RoundsProblem
    from synergie.park.records.crew import Task
    from synergie.park.records.park import SetAside
    from synergie.schemas.plan import Phrase

_LINE = re.compile(r"\bline (\d+)", re.ASCII)
MOST = 20
"""Lines of a kind on the terminal; the folder and `--json` have all."""
_DAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
    N_("Sunday"),
)  # fmt: skip


def tell_read(read: "Inputs") -> None:
    """What the files gave."""
    for file in read.given.files:
        typer.echo(
            _("{}: {} rows read, {} set aside ({})").format(
                file.name, format_number(file.kept), format_number(file.refused), file.format
            )
        )
    points = sum(len(one.lamps) for one in read.park.cabinets)
    typer.echo(
        _("The park: {} cabinets, {} light points, {} open faults").format(
            format_number(len(read.park.cabinets)),
            format_number(points),
            format_number(len(read.park.tickets)),
        )
    )
    for phrase in read.given.notes:
        typer.echo(describe_phrase(phrase))


def tell_aside(rows: Sequence["SetAside"]) -> None:
    """Rows that could not be used, with the reason, on the error output."""
    for one in rows[:MOST]:
        where = _LINE.sub(lambda at: f"{_('line')} {at[1]}", one.where)
        typer.echo(_("{}: found {!r}, expected {}").format(where, one.found, _(one.expected)),
                   err=True)  # fmt: skip
    if len(rows) > MOST:
        typer.echo(_("… and {} more; --json lists them all").format(len(rows) - MOST), err=True)


def tell_year(problem: "MaintenanceProblem", plan: "MaintenancePlan") -> None:
    """Cost, proof, who pays, and the crew-days week after week."""
    print_plan_summary(plan, weeks=problem.weeks)
    alone = plan.crew_days_alone
    typer.echo(
        _("Crew-days: {}").format(plan.crew_days)
        if alone is None
        else _("Crew-days: {}; each alone: {}").format(plan.crew_days, alone)
    )
    names = {zone.id: zone.name for zone in problem.zones}
    rows = [_format_crew_row(one, problem.starts_on, names) for one in plan.crews]
    if rows:
        print_aligned_rows(rows[:MOST])
    if len(rows) > MOST:
        typer.echo(_("… and {} more; the folder has them all").format(len(rows) - MOST))
    late = sum(visit.late_weeks > 0 for visit in plan.visits)
    if late:
        typer.echo(_("{} visits after the week in which they are due").format(format_number(late)))


def _format_crew_row(
    one: "CrewDays", starts: date | None, names: dict[str, str]
) -> tuple[str, ...]:
    zones = [names.get(one.zone, one.zone)]
    if one.other_zone is not None:
        zones.append(names.get(one.other_zone, one.other_zone))
    day = "" if starts is None else civil_day(starts + timedelta(weeks=one.week - 1))
    week = _("week {}").format(one.week)
    return f"  {week}", day, one.depot, " + ".join(zones), str(one.days)


def tell_week(problem: "RoundsProblem", plan: "RoundsPlan") -> None:
    """The rounds of a week, and what no round takes."""
    stops = sum(len(one.stops) for one in plan.rounds)
    typer.echo(
        _("Rounds: {} for {} stops; {} left for later; {} €").format(
            format_number(len(plan.rounds)),
            format_number(stops),
            format_number(len(plan.left_out)),
            format_euros(sum((one.cost_eur for one in plan.rounds), Decimal(0))),
        )
    )
    rows = [_format_round_row(one, problem.time_zone) for one in plan.rounds]
    if rows:
        print_aligned_rows(rows)
    if plan.left_out:
        typer.echo(_("Left for later:"))
    left = _describe_left_work(problem, plan)
    for line in left[:MOST]:
        typer.echo(f"  {line}")
    if len(left) > MOST:
        typer.echo(_("… and {} more; the folder has them all").format(len(left) - MOST))


def _describe_left_work(problem: "RoundsProblem", plan: "RoundsPlan") -> list[str]:
    """What is left for later: one line a work, whatever the stops it is split into."""
    known = {stop.id: stop for stop in problem.stops}
    found: dict[tuple[str, str, Task], list[str]] = {}
    for one in plan.left_out:
        stop = known[one.stop]
        found.setdefault((stop.organisation, stop.asset, stop.task), []).append(
            describe_phrase(one.reason)
        )
    return [
        _("{} ({}, {}): {}").format(
            asset, _translate_task(task), _format_stop_count(len(reasons)), reasons[0]
        )
        for (_owner, asset, task), reasons in found.items()
    ]


def _format_stop_count(many: int) -> str:
    return _("1 stop") if many == 1 else _("{} stops").format(format_number(many))


def _translate_task(task: "Task") -> str:
    from synergie.maintenance.plan.upkeep import task_name

    return _(task_name(task))


def _format_round_row(one: "Round", zone_name: str) -> tuple[str, ...]:
    from synergie.calendar import load_time_zone

    tz = load_time_zone(zone_name)
    leaves, returns = (f"{at.astimezone(tz):%H:%M}" for at in (one.leaves_at, one.returns_at))
    day = f"{_(_DAYS[one.day.isoweekday() - 1])} {civil_day(one.day)}"
    return (
        f"  {day}",
        one.crew,
        f"{leaves}–{returns}",
        _format_stop_count(len(one.stops)),
        f"{format_number(one.distance_m / 1000)} km",
    )


def tell_assumed(phrases: Sequence["Phrase"]) -> None:
    """What was taken for granted, each once."""
    typer.echo(_("Assumed:"))
    for text in dict.fromkeys(map(describe_phrase, phrases)):
        typer.echo(f"  {text}")
