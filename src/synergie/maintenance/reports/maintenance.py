"""A joint maintenance in a report: crew-days by week, visits by commune, gains, proof."""

from collections import Counter
from collections.abc import Mapping, Sequence

from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.reports.document import Block, Figure, Items, Paragraph, Section, Table
from synergie.reports.language import Pair, say, words
from synergie.reports.lines import Line, lines
from synergie.reports.plans import Catalogue, against_alone, gains, proof, told
from synergie.reports.written import count, number

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
    visited = count(
        len(plan.visits),
        say("armoire est visitée", "cabinet is visited"),
        say("armoires sont visitées", "cabinets are visited"),
    )
    span = count(problem.weeks, say("semaine", "week"))
    start = say(f"{visited} en {span}", f"{visited} in {span}")
    assumed = (*assumptions, *told((*plan.assumptions, *plan.baseline), tell))
    depots = {one.id: names.get(one.organisation, one.organisation) for one in problem.depots}
    blocks: list[Block] = [
        Paragraph(against_alone(plan, start)),
        Paragraph(crew_days(problem, plan)),
        proof(plan),
        gains(plan, names),
        weeks(problem, plan, depots),
        visits(problem, plan),
        Items(say("Hypothèses", "Assumptions"), assumed),
    ]
    title = say("Plan d'entretien commun de l'éclairage", "Joint maintenance plan for lighting")
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
    alone = "" if plan.crew_days_alone is None else _instead(plan.crew_days_alone)
    enough = "suffit" if plan.crew_days == 1 else "suffisent"
    serve, help_ = "sert" if shared == 1 else "servent", "aide" if lent == 1 else "aident"
    return say(
        f"{count(plan.crew_days, "jour d'équipe", "jours d'équipe")} {enough}{alone}. "
        f"{number(shared)} {serve} deux communes voisines le même jour, {number(lent)} {help_} une "
        "autre organisation.",
        f"It takes {count(plan.crew_days, 'crew-day')}{alone}. Days that serve two neighbouring "
        f"communes: {number(shared)}; days that help another body: {number(lent)}.",
    )


def _instead(alone: int) -> str:
    told = number(alone)
    return say(f", au lieu de {told} chacun de son côté", f", instead of {told} each alone")


def weeks(problem: MaintenanceProblem, plan: MaintenancePlan, depots: Mapping[str, str]) -> Figure:
    """Crew-days week by week, a line a depot; of more than four depots one line for all."""
    span = range(1, problem.weeks + 1)
    days = Counter[tuple[str, int]]()
    for crew in plan.crews:
        days[crew.depot, crew.week] += crew.days
    drawn = {depot: tuple(days[depot, week] for week in span) for depot in depots}
    if len(drawn) > len(_DASHES):
        drawn = {"": tuple(sum(days[depot, week] for depot in depots) for week in span)}
    top = max((value for line in drawn.values() for value in line), default=0) or 1
    title = say("Jours d'équipe par semaine", "Crew-days by week")
    every = say("tous les dépôts", "all depots")
    names = {depot: depots.get(depot, every) for depot in drawn}
    drawing = lines(
        title,
        [str(week) if week % 4 == 1 else "" for week in span],
        [Line(names[depot], line) for depot, line in drawn.items()],
        ("0", number(top / 2, 1), number(top)),
    )
    dashes = zip(names.values(), words(*_DASHES), strict=False)
    who = ", ".join(f"{name} ({dash})" for name, dash in dashes)
    summary = say(f"{title} : {who}.", f"{title}: {who}.")
    return Figure(summary, drawing, _weeks_table(title, span, days, depots))


def _weeks_table(
    title: str, span: range, days: Counter[tuple[str, int]], depots: Mapping[str, str]
) -> Table:
    return Table(
        title,
        (say("Semaine", "Week"), *depots.values()),
        tuple((str(week), *(number(days[key, week]) for key in depots)) for week in span),
        frozenset(range(1, len(depots) + 1)),
        ("Total", *(number(sum(days[key, week] for week in span)) for key in depots)),
    )


def visits(problem: MaintenanceProblem, plan: MaintenancePlan) -> Table:
    """The visits of each commune: how many, how many moved to be grouped, in which weeks."""
    rows = []
    for zone in problem.zones:
        mine = [visit for visit in plan.visits if visit.zone == zone.id]
        taken = sorted({visit.week for visit in mine})
        moved = sum(visit.week != visit.cheapest_week for visit in mine)
        rows.append(
            (zone.name, number(len(mine)), number(moved), ", ".join(str(week) for week in taken))
        )
    return Table(
        say("Visites par commune", "Visits by commune"),
        words(
            ("Commune", "Commune"), ("Armoires", "Cabinets"),
            ("Déplacées pour grouper", "Moved to be grouped"), ("Semaines", "Weeks"),
        ),
        tuple(rows),
        frozenset({1, 2}),
    )  # fmt: skip
