"""A joint maintenance in a report: crew-days by week, visits by commune, gains, proof."""

from collections.abc import Mapping, Sequence

from synergie.reports.document import Block, Figure, Items, Paragraph, Section, Table
from synergie.reports.french import number
from synergie.reports.lines import Line, lines
from synergie.reports.plans import Catalogue, against_alone, gains, proof, told
from synergie.schemas.maintenance import MaintenancePlan, MaintenanceProblem


def maintenance_section(
    problem: MaintenanceProblem,
    plan: MaintenancePlan,
    *,
    names: Mapping[str, str],
    assumptions: Sequence[str],
    tell: Catalogue,
) -> Section:
    """The joint maintenance: crew-days week by week, each organisation's gain, proof, visits."""
    zones = {zone.id: zone.name for zone in problem.zones}
    start = f"{len(plan.visits)} armoires sont visitées en {problem.weeks} semaines"
    blocks: list[Block] = [
        Paragraph(against_alone(plan, start)),
        Paragraph(_crew_days(problem, plan)),
        proof(plan),
        gains(plan, names),
        _weeks(problem, plan, names),
        _zones(plan, zones),
        Items("Hypothèses", (*assumptions, *told((*plan.assumptions, *plan.baseline), tell))),
    ]
    return Section("entretien", "Plan d'entretien commun de l'éclairage", tuple(blocks))


def _crew_days(problem: MaintenanceProblem, plan: MaintenancePlan) -> str:
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
    alone = (
        ""
        if plan.crew_days_alone is None
        else f", au lieu de {number(plan.crew_days_alone)} chacun de son côté"
    )
    return (
        f"{number(plan.crew_days)} jours d'équipe suffisent{alone}. {number(shared)} servent deux "
        f"communes voisines le même jour, {number(lent)} aident une autre organisation."
    )


def _weeks(problem: MaintenanceProblem, plan: MaintenancePlan, names: Mapping[str, str]) -> Figure:
    depots = {
        depot.id: names.get(depot.organisation, depot.organisation) for depot in problem.depots
    }
    weeks = range(1, problem.weeks + 1)
    days = {
        (depot, week): sum(c.days for c in plan.crews if (c.depot, c.week) == (depot, week))
        for depot in depots
        for week in weeks
    }
    top = max(days.values(), default=0) or 1
    title = "Jours d'équipe par semaine"
    drawing = lines(
        title,
        [str(week) if week % 4 == 1 else "" for week in weeks],
        [Line(name, tuple(days[key, week] for week in weeks)) for key, name in depots.items()],
        ("0", number(top / 2, 1), number(top)),
    )
    table = Table(
        title,
        ("Semaine", *depots.values()),
        tuple((str(week), *(number(days[key, week]) for key in depots)) for week in weeks),
        frozenset(range(1, len(depots) + 1)),
        ("Total", *(number(sum(days[key, week] for week in weeks)) for key in depots)),
    )
    dashes = ("trait plein", "tirets", "points", "traits et points")
    who = ", ".join(f"{n} ({d})" for n, d in zip(depots.values(), dashes, strict=False))
    return Figure(f"{title} : {who}.", drawing, table)


def _zones(plan: MaintenancePlan, zones: Mapping[str, str]) -> Table:
    rows = []
    for zone, name in zones.items():
        mine = [visit for visit in plan.visits if visit.zone == zone]
        weeks = sorted({visit.week for visit in mine})
        moved = sum(visit.week != visit.cheapest_week for visit in mine)
        rows.append(
            (name, number(len(mine)), number(moved), ", ".join(str(week) for week in weeks))
        )
    return Table(
        "Visites par commune",
        ("Commune", "Armoires", "Déplacées pour grouper", "Semaines"),
        tuple(rows),
        frozenset({1, 2}),
    )
