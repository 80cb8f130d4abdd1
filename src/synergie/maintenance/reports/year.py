"""The year plan in a report: its map, its weeks, the service of each commune, the reasons."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from synergie.maintenance.records.maintenance import (
    MaintenancePlan,
    MaintenanceProblem,
    PlannedVisit,
    ZoneService,
)
from synergie.maintenance.reports.brief import MaintenanceBrief, visit_key
from synergie.maintenance.reports.maintenance import (
    build_crew_days_figure,
    build_visits_table,
    build_year_chart,
    crew_days,
)
from synergie.maintenance.reports.reasons import build_reason_blocks
from synergie.maintenance.reports.said import describe_waiting_communes, nobody_waits
from synergie.maintenance.reports.words import describe_task, short_week
from synergie.reports.assets.map import KINDS, Key, Name, Spot, describe_mark_shape, drawn_map
from synergie.reports.document import Block, Figure, Note, Paragraph, Section, Table
from synergie.reports.language import Pair, choose_text, choose_texts
from synergie.reports.plans import build_gains_figure, build_proof_note
from synergie.reports.written import format_count, format_number
from synergie.schemas.assets.location import Location

_MOST_SERVED = 15
"""Communes that the first page has room for."""

_VISIT_HEADS: tuple[Pair, ...] = (
    ("Armoire", "Cabinet"),
    ("Commune", "Commune"),
    ("Tâche", "Task"),
    ("Semaine (lundi)", "Week (Monday)"),
    ("Équipe de", "Crew of"),
)
_SERVED_HEADS: tuple[Pair, ...] = (
    ("Commune", "Commune"),
    ("Visites", "Visits"),
    ("Après l'échéance", "Past due"),
    ("Au plus (semaines)", "At most (weeks)"),
    ("Au lieu de seule", "Instead of alone"),
)
_SERVICE_HEADS: tuple[Pair, ...] = (
    ("Commune", "Commune"),
    ("Ensemble", "Together"),
    ("Seule", "Alone"),
    ("Ce qui change", "What changes"),
)


def year_sections(brief: MaintenanceBrief) -> list[Section]:
    """The year: who gains, where and when, how each commune is served, why; none without a plan."""
    problem, plan = brief.problem, brief.plan
    if problem is None or plan is None:
        return []
    many = format_count(problem.weeks, choose_text("semaine", "week"))
    span = choose_text(f"en {many}", f"over {many}")
    when: list[Block] = [Paragraph(crew_days(problem, plan))]
    if (drawing := year_map(brief)) is not None:
        when.append(drawing)
    when += [
        build_year_chart(problem, plan, depots=brief.depots_of_year, zones=brief.communes_known),
        build_crew_days_figure(problem, plan, brief.depots_of_year),
        build_visits_table(problem, plan),
    ]
    paid = (build_proof_note(plan), build_gains_figure(plan, brief.names, span))
    return [
        Section(
            "gains", choose_text("Ce que chacun paie et gagne", "What each pays and gains"), paid
        ),
        Section(
            "annee", choose_text("Où et quand dans l'année", "Where and when in the year"), (*when,)
        ),
        Section(
            "service",
            choose_text("Le service de chaque commune", "The service of each commune"),
            (*build_service_blocks(brief),),
        ),
        Section(
            "raisons",
            choose_text("Pourquoi cette semaine", "Why this week"),
            (*build_reason_blocks(brief),),
        ),
    ]


def served_by(plan: MaintenancePlan) -> dict[tuple[str, int], list[str]]:
    """The depots whose crews are in a zone in a week."""
    found = defaultdict[tuple[str, int], list[str]](list)
    for crew in plan.crews:
        for zone in filter(None, (crew.zone, crew.other_zone)):
            if crew.depot not in found[zone, crew.week]:
                found[zone, crew.week].append(crew.depot)
    return found


def locate_visits(brief: MaintenanceBrief) -> dict[str, Location]:
    """Where each visit is, by its key, as far as the park tells."""
    asked = brief.problem.visits if brief.problem else ()
    known = {visit_key(v): brief.cabinets.get((v.organisation, v.cabinet)) for v in asked}
    return {key: one.location for key, one in known.items() if one is not None}


def year_map(brief: MaintenanceBrief) -> Figure | None:
    """Every visit on the map, its shape telling when; None without a plan or a place."""
    problem, plan, where = brief.problem, brief.plan, locate_visits(brief)
    if problem is None or plan is None or not where:
        return None
    spans = _split_weeks_by_visits(plan.visits, problem.weeks)
    kinds = {week: kind for kind, span in enumerate(spans) for week in span}
    crews = served_by(plan)
    drawn = [one for one in plan.visits if visit_key(one) in where]
    spots = [
        Spot(
            where[visit_key(v)], kinds[v.week], _format_visit_title(brief, v, crews[v.zone, v.week])
        )
        for v in drawn
    ]
    keys = [
        _build_period_key(kind, span)
        for kind, span in enumerate(spans)
        if any(one.week in span for one in drawn)
    ]
    title = choose_text("Carte des visites de l'année", "Map of the visits of the year")
    drawing = drawn_map(title, spots=spots, names=zone_names(brief, drawn), legend=keys)
    summary = _describe_visit_map(len(drawn), len(plan.visits) - len(drawn))
    return Figure(summary, drawing, visits_table(brief, plan.visits, crews))


def _describe_visit_map(drawn: int, missing: int) -> str:
    told = format_count(drawn, "visite d'armoires", "visites d'armoires")
    summary = choose_text(
        f"{told}, le nord en haut ; la forme dit la période.",
        f"Cabinet visits: {format_number(drawn)}, north up; the shape tells the period.",
    )
    if not missing:
        return summary
    lacking = format_number(missing)
    undrawn = "n'est pas dessinée" if missing == 1 else "ne sont pas dessinées"
    return summary + choose_text(
        f" {lacking} sans lieu connu {undrawn}.", f" Not drawn, place not known: {lacking}."
    )


def _split_weeks_by_visits(visits: Sequence[PlannedVisit], weeks: int) -> list[range]:
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


def _build_period_key(kind: int, span: range) -> Key:
    first, last = span[0], span[-1]
    weeks = choose_text(f"semaines {first} à {last}", f"weeks {first} to {last}")
    if len(span) == 1:
        weeks = choose_text(f"semaine {first}", f"week {first}")
    return Key(
        kind,
        choose_text(
            f"{weeks} : {describe_mark_shape(kind)}", f"{weeks}: {describe_mark_shape(kind)}"
        ),
    )


def _format_visit_title(brief: MaintenanceBrief, one: PlannedVisit, depots: Sequence[str]) -> str:
    by = ", ".join(brief.depots.get(depot, depot) for depot in depots)
    told = f"{one.cabinet}, {describe_task(one.task)}, {choose_text('semaine', 'week')} {one.week}"
    return f"{told}, {by}" if by else told


def zone_names(brief: MaintenanceBrief, drawn: Iterable[PlannedVisit]) -> list[Name]:
    """The name of each zone, in the middle of its visits."""
    where, found = locate_visits(brief), defaultdict[str, list[Location]](list)
    for one in drawn:
        found[one.zone].append(where[visit_key(one)])
    return [Name(compute_mean_place(some), brief.commune(zone)) for zone, some in found.items()]


def compute_mean_place(some: Sequence[Location]) -> Location:
    """The mean of some places."""
    return Location(
        longitude=sum(one.longitude for one in some) / len(some),
        latitude=sum(one.latitude for one in some) / len(some),
    )


def visits_table(
    brief: MaintenanceBrief, some: Iterable[PlannedVisit], crews: dict[tuple[str, int], list[str]]
) -> Table:
    """The visits in order of time: the accessible form of the map."""
    start = brief.problem.starts_on if brief.problem else None
    rows = tuple(
        (
            one.cabinet,
            brief.commune(one.zone),
            describe_task(one.task),
            short_week(one.week, start),
            ", ".join(brief.depots.get(d, d) for d in crews[one.zone, one.week]),
        )
        for one in sorted(some, key=lambda v: (v.week, v.zone, v.cabinet))
    )
    title = choose_text("Les visites de l'année", "The visits of the year")
    return Table(title, choose_texts(*_VISIT_HEADS), rows)


def build_service_blocks(brief: MaintenanceBrief) -> list[Block]:
    """What each zone gets, against what it would get alone; a word says if it is never worse."""
    problem, plan = brief.problem, brief.plan
    if problem is None or plan is None:
        return []
    if not plan.zones:
        untold = choose_text(
            "Le plan ne dit pas le service de chaque commune.",
            "The plan does not tell the service of each commune.",
        )
        return [Paragraph(untold)]
    return [_never_worse(brief, problem, plan), _service_table(brief, plan)]


def build_service_summary(brief: MaintenanceBrief) -> list[Block]:
    """What each commune receives, for the first page; none when they are too many for it."""
    plan = brief.plan
    if plan is None or not 0 < len(plan.zones) <= _MOST_SERVED:
        return []
    visits = defaultdict[str, list[int]](list)
    for one in plan.visits:
        visits[one.zone].append(one.late_weeks)
    rows = tuple(_served_row(brief, one, visits[one.zone]) for one in plan.zones)
    title = choose_text("Ce que reçoit chaque commune", "What each commune receives")
    return [Table(title, choose_texts(*_SERVED_HEADS), rows, frozenset({1, 2, 3}))]


def _served_row(
    brief: MaintenanceBrief, zone: ZoneService, late_weeks: Sequence[int]
) -> tuple[str, ...]:
    late = [weeks for weeks in late_weeks if weeks]
    return (
        brief.commune(zone.zone), format_number(len(late_weeks)), format_number(len(late)),
        format_number(max(late, default=0)), _describe_zone_change(zone),
    )  # fmt: skip


def list_worse_zones(plan: MaintenancePlan) -> list[ZoneService]:
    """The zones that wait longer than alone."""
    return [z for z in plan.zones if z.late_alone is not None and z.late > z.late_alone]


def _never_worse(
    brief: MaintenanceBrief, problem: MaintenanceProblem, plan: MaintenancePlan
) -> Note:
    losers = ", ".join(brief.commune(zone.zone) for zone in list_worse_zones(plan))
    if losers:
        return Note(
            "late", choose_text("Attention.", "Please note."), describe_waiting_communes(losers)
        )
    why = choose_text("C'est constaté.", "This is observed.")
    if problem.never_later_than_alone:
        why = choose_text("C'est une exigence du plan.", "The plan requires it.")
    word = choose_text("Jamais moins que seule.", "Never worse than alone.")
    return Note("ok", word, f"{nobody_waits()} {why}")


def _service_table(brief: MaintenanceBrief, plan: MaintenancePlan) -> Table:
    uncompared = choose_text("pas de comparaison", "no comparison")
    title = choose_text(
        "Retard des visites, en points lumineux × semaines",
        "Lateness of the visits, in light points × weeks",
    )
    rows = tuple(
        (
            brief.commune(one.zone),
            format_number(one.late),
            uncompared if one.late_alone is None else format_number(one.late_alone),
            _describe_zone_change(one),
        )
        for one in plan.zones
    )
    return Table(title, choose_texts(*_SERVICE_HEADS), rows, frozenset({1, 2}))


def _describe_zone_change(one: ZoneService) -> str:
    if one.late_alone is None:
        return choose_text("seule, ce n'est pas possible", "alone, it is not possible")
    if one.late == one.late_alone:
        return choose_text("pareil", "the same")
    better, less_well = choose_text("mieux", "better"), choose_text("moins bien", "worse")
    return better if one.late < one.late_alone else less_well
