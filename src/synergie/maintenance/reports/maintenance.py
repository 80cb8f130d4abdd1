"""A joint maintenance in a report: crew-days by week, visits by commune, gains, proof."""

from collections import Counter
from collections.abc import Mapping, Sequence

from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.reports.document import Block, Figure, Items, Paragraph, Section, Table
from synergie.reports.figure.cells import Gantt, Task
from synergie.reports.figure.columns import Series
from synergie.reports.figure.lines import Lines
from synergie.reports.figure.picture import Cell, build_figure
from synergie.reports.language import Pair, choose_text, choose_texts
from synergie.reports.plans import (
    Catalogue,
    against_alone,
    build_gains_figure,
    build_proof_note,
    describe_phrases,
)
from synergie.reports.written import format_count, format_number

_MOST_TASKS = 400
"""Crew-days that are drawn zone by zone; of more, depot by depot."""
_DASHES: tuple[Pair, ...] = (
    ("trait plein", "solid line"),
    ("tirets", "dashes"),
    ("points", "dots"),
    ("traits et points", "dashes and dots"),
)


def maintenance_section(
    problem: MaintenanceProblem,
    plan: MaintenancePlan,
    *,
    names: Mapping[str, str],
    assumptions: Sequence[str],
    tell: Catalogue,
) -> Section:
    """The joint maintenance: crew-days week by week, each organisation's gain, proof, visits."""
    visited = format_count(
        len(plan.visits),
        choose_text("armoire est visitée", "cabinet is visited"),
        choose_text("armoires sont visitées", "cabinets are visited"),
    )
    span = format_count(problem.weeks, choose_text("semaine", "week"))
    start = choose_text(f"{visited} en {span}", f"{visited} in {span}")
    assumed = (*assumptions, *describe_phrases((*plan.assumptions, *plan.baseline), tell))
    depots = {one.id: names.get(one.organisation, one.organisation) for one in problem.depots}
    blocks: list[Block] = [
        Paragraph(against_alone(plan, start, "")),
        Paragraph(crew_days(problem, plan)),
        build_proof_note(plan),
        build_gains_figure(plan, names, choose_text(f"en {span}", f"over {span}")),
        build_year_chart(
            problem, plan, depots=depots, zones={one.id: one.name for one in problem.zones}
        ),
        build_crew_days_figure(problem, plan, depots),
        build_visits_table(problem, plan),
        Items(choose_text("Hypothèses", "Assumptions"), assumed),
    ]
    title = choose_text(
        "Plan d'entretien commun de l'éclairage", "Joint maintenance plan for lighting"
    )
    return Section("entretien", title, tuple(blocks))


def crew_days(problem: MaintenanceProblem, plan: MaintenancePlan) -> str:
    """How many crew-days are enough, how many alone, how many are shared and lent."""
    owners = {depot.id: depot.organisation for depot in problem.depots}
    answers = {(visit.zone, visit.organisation) for visit in problem.visits}
    shared = sum(crew.days for crew in plan.crews if crew.other_zone is not None)
    lent = sum(
        crew.days
        for crew in plan.crews
        if any(
            (zone, owners[crew.depot]) not in answers
            for zone in (crew.zone, crew.other_zone)
            if zone
        )
    )
    alone = "" if plan.crew_days_alone is None else _describe_instead_of_alone(plan.crew_days_alone)
    enough = "suffit" if plan.crew_days == 1 else "suffisent"
    serve, help_ = "sert" if shared == 1 else "servent", "aide" if lent == 1 else "aident"
    return choose_text(
        f"{format_count(plan.crew_days, "jour d'équipe", "jours d'équipe")} {enough}{alone}. "
        f"{format_number(shared)} {serve} deux communes voisines le "
        f"même jour, {format_number(lent)} {help_} une "
        "autre organisation.",
        f"It takes {format_count(plan.crew_days, 'crew-day')}"
        f"{alone}. Days that serve two neighbouring "
        f"communes: {format_number(shared)}; days that help another body: {format_number(lent)}.",
    )


def _describe_instead_of_alone(alone: int) -> str:
    told = format_number(alone)
    return choose_text(f", au lieu de {told} chacun de son côté", f", instead of {told} each alone")


def build_crew_days_figure(
    problem: MaintenanceProblem, plan: MaintenancePlan, depots: Mapping[str, str]
) -> Figure:
    """Crew-days week by week, a line a depot; of more than four depots one line for all."""
    span = range(1, problem.weeks + 1)
    days = Counter[tuple[str, int]]()
    for crew in plan.crews:
        days[crew.depot, crew.week] += crew.days
    drawn = {depot: tuple(days[depot, week] for week in span) for depot in depots}
    if len(drawn) > len(_DASHES):
        drawn = {"": tuple(sum(days[depot, week] for depot in depots) for week in span)}
    title = choose_text("Jours d'équipe par semaine", "Crew-days by week")
    every = choose_text("tous les dépôts", "all depots")
    names = {depot: depots.get(depot, every) for depot in drawn}
    chart = Lines(
        title=title,
        steps=[str(week) for week in span],
        series=[
            Series(names[depot], tuple(Cell(value, format_number(value)) for value in line))
            for depot, line in drawn.items()
        ],
        heads=choose_text("Semaine", "Week"),
        labels=[str(week) if week % 4 == 1 else "" for week in span],
        unit=choose_text("jours d'équipe", "crew-days"),
    )
    dashes = zip(names.values(), choose_texts(*_DASHES), strict=False)
    who = ", ".join(f"{name} ({dash})" for name, dash in dashes)
    summary = choose_text(f"{title} : {who}.", f"{title}: {who}.")
    return build_figure(chart, summary=summary, table=_weeks_table(title, span, days, depots))


def build_year_chart(
    problem: MaintenanceProblem,
    plan: MaintenancePlan,
    *,
    depots: Mapping[str, str],
    zones: Mapping[str, str],
) -> Figure:
    """The year as it is worked: a row a depot and a zone, a column a week, its crew-days."""
    many = len(plan.crews) > _MOST_TASKS
    rows: dict[tuple[str, int], int] = {}
    for crew in sorted(plan.crews, key=lambda one: (one.depot, one.zone, one.week)):
        names = [zones.get(zone, zone) for zone in (crew.zone, crew.other_zone) if zone]
        row = depots.get(crew.depot, crew.depot)
        if not many:
            row = f"{row} → {', '.join(names)}"
        rows[row, crew.week] = rows.get((row, crew.week), 0) + crew.days
    last = max((problem.weeks, *(week for _, week in rows)))
    weeks = [choose_text(f"S{n}", f"W{n}") for n in range(1, last + 1)]
    worked = format_number(len({week for _, week in rows}))
    chart = Gantt(
        title=choose_text(
            f"Travail sur {worked} des {problem.weeks} semaines, "
            f"{format_count(plan.crew_days, 'jour')} d'équipe en tout",
            f"Work in {worked} of {problem.weeks} weeks, "
            f"{format_count(plan.crew_days, 'crew-day')} in all",
        ),
        steps=weeks,
        tasks=[
            Task(row, week - 1, 1, format_count(days, choose_text("jour", "day")))
            for (row, week), days in rows.items()
        ],
        heads=choose_texts(
            ("Dépôt", "Depot"), ("Semaine", "Week"), ("Jours d'équipe", "Crew-days")
        ),
        labels=[week if n % 4 == 0 else "" for n, week in enumerate(weeks)],
    )
    return build_figure(chart)


def _weeks_table(
    title: str, span: range, days: Counter[tuple[str, int]], depots: Mapping[str, str]
) -> Table:
    return Table(
        title,
        (choose_text("Semaine", "Week"), *depots.values()),
        tuple((str(week), *(format_number(days[key, week]) for key in depots)) for week in span),
        frozenset(range(1, len(depots) + 1)),
        ("Total", *(format_number(sum(days[key, week] for week in span)) for key in depots)),
    )


def build_visits_table(problem: MaintenanceProblem, plan: MaintenancePlan) -> Table:
    """The visits of each commune: how many, how many moved to be grouped, in which weeks."""
    rows = []
    for zone in problem.zones:
        mine = [visit for visit in plan.visits if visit.zone == zone.id]
        taken = sorted({visit.week for visit in mine})
        moved = sum(visit.week != visit.cheapest_week for visit in mine)
        rows.append(
            (
                zone.name,
                format_number(len(mine)),
                format_number(moved),
                ", ".join(str(week) for week in taken),
            )
        )
    return Table(
        choose_text("Visites par commune", "Visits by commune"),
        choose_texts(
            ("Commune", "Commune"), ("Armoires", "Cabinets"),
            ("Déplacées pour grouper", "Moved to be grouped"), ("Semaines", "Weeks"),
        ),
        tuple(rows),
        frozenset({1, 2}),
    )  # fmt: skip
