"""The year plan in a report: its map, its weeks, the service of each commune, the reasons."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from synergie.reports.document import Block, Figure, Note, Paragraph, Section, Table
from synergie.reports.maintenance import crew_days, visits, weeks
from synergie.reports.maintenance_brief import MaintenanceBrief, visit_key
from synergie.reports.maintenance_reasons import reasons
from synergie.reports.maintenance_words import TASKS, short_week
from synergie.reports.map import KINDS, Key, Name, Spot, drawn_map, shape
from synergie.reports.plans import gains, proof
from synergie.reports.written import number
from synergie.schemas.location import Location
from synergie.schemas.maintenance import (
    MaintenancePlan,
    MaintenanceProblem,
    PlannedVisit,
    ZoneService,
)

_MOST_SERVED = 15
"""Communes that the first page has room for."""


def year_sections(brief: MaintenanceBrief) -> list[Section]:
    """The year: who gains, where and when, how each commune is served, why; none without a plan."""
    problem, plan = brief.problem, brief.plan
    if problem is None or plan is None:
        return []
    span = f"en {number(problem.weeks)} semaines"
    when: list[Block] = [Paragraph(crew_days(problem, plan))]
    if (drawing := year_map(brief)) is not None:
        when.append(drawing)
    when += [weeks(problem, plan, brief.depots_of_year), visits(problem, plan)]
    return [
        Section(
            "gains",
            "Ce que chacun paie et gagne",
            (proof(plan), gains(plan, brief.names, span)),
        ),
        Section("annee", "Où et quand dans l'année", tuple(when)),
        Section("service", "Le service de chaque commune", (*service(brief),)),
        Section("raisons", "Pourquoi cette semaine", (*reasons(brief),)),
    ]


def served_by(plan: MaintenancePlan) -> dict[tuple[str, int], list[str]]:
    """The depots whose crews are in a zone in a week."""
    found = defaultdict[tuple[str, int], list[str]](list)
    for crew in plan.crews:
        for zone in filter(None, (crew.zone, crew.other_zone)):
            if crew.depot not in found[zone, crew.week]:
                found[zone, crew.week].append(crew.depot)
    return found


def places(brief: MaintenanceBrief) -> dict[str, Location]:
    """Where each visit is, by its key, as far as the park tells."""
    asked = brief.problem.visits if brief.problem else ()
    known = {visit_key(v): brief.cabinets.get((v.organisation, v.cabinet)) for v in asked}
    return {key: one.location for key, one in known.items() if one is not None}


def year_map(brief: MaintenanceBrief) -> Figure | None:
    """Every visit on the map, its shape telling when; None without a plan or a place."""
    problem, plan, where = brief.problem, brief.plan, places(brief)
    if problem is None or plan is None or not where:
        return None
    spans = _spans(plan.visits, problem.weeks)
    kinds = {week: kind for kind, span in enumerate(spans) for week in span}
    crews = served_by(plan)
    drawn = [one for one in plan.visits if visit_key(one) in where]
    spots = [
        Spot(where[visit_key(v)], kinds[v.week], _title(brief, v, crews[v.zone, v.week]))
        for v in drawn
    ]
    keys = [
        Key(kind, f"{_span_words(span)} : {shape(kind)}")
        for kind, span in enumerate(spans)
        if any(one.week in span for one in drawn)
    ]
    missing = len(plan.visits) - len(drawn)
    lacking = f" {number(missing)} sans lieu connu ne sont pas dessinées." if missing else ""
    drawing = drawn_map(
        "Carte des visites de l'année", spots=spots, names=zone_names(brief, drawn), legend=keys
    )
    summary = (
        f"{number(len(drawn))} visites d'armoires, le nord en haut ; la forme dit la période."
        f"{lacking}"
    )
    return Figure(summary, drawing, visits_table(brief, plan.visits, crews))


def _spans(visits: Sequence[PlannedVisit], weeks: int) -> list[range]:
    """The weeks in at most six runs that hold about as many visits each."""
    counts = Counter(one.week for one in visits)
    runs, done, spans, first = min(KINDS, max(len(counts), 1)), 0, list[range](), 1
    for week in range(1, weeks + 1):
        done += counts[week]
        full = done * runs >= len(visits) * (len(spans) + 1)
        if full and len(spans) < runs - 1:
            spans.append(range(first, week + 1))
            first = week + 1
    return [*spans, range(first, weeks + 1)] if first <= weeks else spans


def _span_words(span: range) -> str:
    if len(span) == 1:
        return f"semaine {span[0]}"
    return f"semaines {span[0]} à {span[-1]}"


def _title(brief: MaintenanceBrief, one: PlannedVisit, depots: Sequence[str]) -> str:
    by = ", ".join(brief.depots.get(depot, depot) for depot in depots)
    return f"{one.cabinet}, {TASKS[one.task]}, semaine {one.week}" + (f", {by}" if by else "")


def zone_names(brief: MaintenanceBrief, drawn: Iterable[PlannedVisit]) -> list[Name]:
    """The name of each zone, in the middle of its visits."""
    where, found = places(brief), defaultdict[str, list[Location]](list)
    for one in drawn:
        found[one.zone].append(where[visit_key(one)])
    return [Name(middle(some), brief.commune(zone)) for zone, some in found.items()]


def middle(some: Sequence[Location]) -> Location:
    """The mean of some places."""
    return Location(
        longitude=sum(one.longitude for one in some) / len(some),
        latitude=sum(one.latitude for one in some) / len(some),
    )


def visits_table(
    brief: MaintenanceBrief,
    some: Iterable[PlannedVisit],
    crews: dict[tuple[str, int], list[str]],
) -> Table:
    """The visits in order of time: the accessible form of the map."""
    start = brief.problem.starts_on if brief.problem else None
    rows = tuple(
        (
            one.cabinet,
            brief.commune(one.zone),
            TASKS[one.task],
            short_week(one.week, start),
            ", ".join(brief.depots.get(d, d) for d in crews[one.zone, one.week]),
        )
        for one in sorted(some, key=lambda v: (v.week, v.zone, v.cabinet))
    )
    heads = ("Armoire", "Commune", "Tâche", "Semaine (lundi)", "Équipe de")
    return Table("Les visites de l'année", heads, rows)


def service(brief: MaintenanceBrief) -> list[Block]:
    """What each zone gets, against what it would get alone; a word says if it is never worse."""
    problem, plan = brief.problem, brief.plan
    if problem is None or plan is None:
        return []
    if not plan.zones:
        return [Paragraph("Le plan ne dit pas le service de chaque commune.")]
    return [_never_worse(brief, problem, plan), _service_table(brief, plan)]


def served(brief: MaintenanceBrief) -> list[Block]:
    """What each commune receives, for the first page; none when they are too many for it."""
    plan = brief.plan
    if plan is None or not 0 < len(plan.zones) <= _MOST_SERVED:
        return []
    visits = defaultdict[str, list[int]](list)
    for one in plan.visits:
        visits[one.zone].append(one.late_weeks)
    rows = tuple(_served_row(brief, one, visits[one.zone]) for one in plan.zones)
    heads = ("Commune", "Visites", "Après l'échéance", "Au plus (semaines)", "Au lieu de seule")
    return [Table("Ce que reçoit chaque commune", heads, rows, frozenset({1, 2, 3}))]


def _served_row(
    brief: MaintenanceBrief, zone: ZoneService, late_weeks: Sequence[int]
) -> tuple[str, ...]:
    late = [weeks for weeks in late_weeks if weeks]
    return (
        brief.commune(zone.zone), number(len(late_weeks)), number(len(late)),
        number(max(late, default=0)), _change(zone),
    )  # fmt: skip


def worse(plan: MaintenancePlan) -> list[ZoneService]:
    """The zones that wait longer than alone."""
    return [z for z in plan.zones if z.late_alone is not None and z.late > z.late_alone]


def _never_worse(
    brief: MaintenanceBrief, problem: MaintenanceProblem, plan: MaintenancePlan
) -> Note:
    losers = ", ".join(brief.commune(zone.zone) for zone in worse(plan))
    if losers:
        return Note("late", "Attention.", f"Attendent plus que seules : {losers}.")
    why = "C'est une exigence du plan." if problem.never_later_than_alone else "C'est constaté."
    return Note("ok", "Jamais moins que seule.", f"Aucune commune n'attend plus que seule. {why}")


def _service_table(brief: MaintenanceBrief, plan: MaintenancePlan) -> Table:
    return Table(
        "Retard des visites, en points lumineux × semaines",
        ("Commune", "Ensemble", "Seule", "Ce qui change"),
        tuple(
            (
                brief.commune(one.zone),
                number(one.late),
                "pas de comparaison" if one.late_alone is None else number(one.late_alone),
                _change(one),
            )
            for one in plan.zones
        ),
        frozenset({1, 2}),
    )


def _change(one: ZoneService) -> str:
    if one.late_alone is None:
        return "seule, ce n'est pas possible"
    if one.late == one.late_alone:
        return "pareil"
    return "mieux" if one.late < one.late_alone else "moins bien"
