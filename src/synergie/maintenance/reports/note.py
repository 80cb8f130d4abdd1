"""The note of one body of a joint maintenance: its own assets, what it pays, who comes and when.

It is made of a `CampaignView` and of the body's own stops and faults alone, so that it can hold
nothing of another body.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from synergie.maintenance.plan.year.view import Views
from synergie.maintenance.records.view import CampaignView, PartZone
from synergie.maintenance.reports.brief import MaintenanceBrief
from synergie.maintenance.reports.rounds_words import stops_of
from synergie.maintenance.reports.said import (
    crew_days,
    describe_late_visits,
    describe_missing_bound,
    describe_visit_count,
    nothing_more,
)
from synergie.maintenance.reports.words import (
    describe_severity,
    describe_task,
    format_crew_hours,
    short_week,
)
from synergie.reports.document import (
    Answer,
    Answers,
    Block,
    Document,
    Items,
    Paragraph,
    Section,
    Table,
)
from synergie.reports.language import Pair, choose_text, choose_texts
from synergie.reports.plans import less_or_more
from synergie.reports.questions import AGAINST_WHAT, HOW_MUCH_FOR_US, HOW_SURE
from synergie.reports.written import (
    format_count,
    format_euros,
    format_hour,
    format_number,
    format_percent,
    long_date,
    short_date,
)

_VISIT_HEADS: tuple[Pair, ...] = (
    ("Armoire", "Cabinet"),
    ("Tâche", "Task"),
    ("Commune", "Commune"),
    ("Semaine (lundi)", "Week (Monday)"),
    ("Échéance", "Due"),
    ("Coût du choix de la semaine", "Cost of the choice of week"),
)
_ZONE_HEADS: tuple[Pair, ...] = (
    ("Commune", "Commune"),
    ("Visites", "Visits"),
    ("Ensemble", "Together"),
    ("Seuls", "Alone"),
)
_CREW_HEADS: tuple[Pair, ...] = (
    ("Semaine (lundi)", "Week (Monday)"),
    ("Commune", "Commune"),
    ("Qui vient", "Who comes"),
    ("Jours d'équipe", "Crew-days"),
    ("Heures", "Hours"),
)
_STOP_HEADS: tuple[Pair, ...] = (
    ("Jour", "Day"),
    ("Heure", "Time"),
    ("Équipe", "Crew"),
    ("Ouvrage", "Asset"),
    ("Tâche", "Task"),
)
_TICKET_HEADS: tuple[Pair, ...] = (
    ("Signalement", "Fault report"),
    ("Gravité", "Severity"),
    ("Ouvrage", "Asset"),
    ("Panne", "Fault"),
    ("À réparer avant", "To be repaired by"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """What stands around the part of a body: its own stops and faults, in words."""

    name: str
    """What people call the body."""
    title: str
    """What people call the joint maintenance."""
    made_on: date
    """When the plan was made."""
    banner: str | None
    stops: tuple[tuple[str, ...], ...] = ()
    """Its own stops of the weeks that are told: day, hour, crew, asset, task."""
    tickets: tuple[tuple[str, ...], ...] = ()
    """Its own open faults: number, how bad, asset, fault, when it must be mended."""
    assumptions: tuple[str, ...] = ()
    """What the plan takes for granted, without a figure or a name."""
    bodies: Mapping[str, str] = field(default_factory=dict)
    """What people call those whose crews come."""


def member_notes(brief: MaintenanceBrief) -> dict[str, Document]:
    """Body → its note. Empty: no year is told, or its weeks have numbers only."""
    problem, plan = brief.problem, brief.plan
    if problem is None or plan is None or problem.starts_on is None:
        return {}
    views = Views(
        problem=problem, plan=plan, starts_on=problem.starts_on, seal=plan.inputs_digest
    ).all()
    return {
        body: member_note(view, build_own_view(brief, body, view)) for body, view in views.items()
    }


def build_own_view(brief: MaintenanceBrief, body: str, view: CampaignView) -> Own:
    """What *body* may read of the weeks and the park: what it answers for, and nothing else."""
    return Own(
        name=brief.body(body),
        title=brief.title,
        made_on=brief.made_at.astimezone(brief.tz).date(),
        banner=brief.banner,
        stops=tuple(_iterate_stop_rows(brief, body)),
        tickets=tuple(_iterate_ticket_rows(brief, body)),
        assumptions=brief.sentences(view.assumptions),
        bodies={one.organisation: brief.body(one.organisation) for one in view.crews},
    )


def _iterate_stop_rows(brief: MaintenanceBrief, body: str) -> Iterator[tuple[str, ...]]:
    for week in brief.weeks:
        for one in week.rounds:
            for told in stops_of(brief, week, one):
                if told.stop.organisation == body:
                    at = format_hour(told.planned.starts_at, week.tz)
                    yield short_date(one.day), at, one.crew, told.asset, told.task


def _iterate_ticket_rows(brief: MaintenanceBrief, body: str) -> Iterator[tuple[str, ...]]:
    for one in brief.park.tickets if brief.park else ():
        if one.organisation == body:
            asset, due = one.light_point or one.cabinet, brief.when(one.due_at)
            fault = one.fault or choose_text("pas dit", "not told")
            yield one.ticket, describe_severity(one.severity), asset, fault, due


def member_note(view: CampaignView, mine: Own) -> Document:
    """The note for the council of one body."""
    on, seal = long_date(mine.made_on), view.seal[:12]
    return Document(
        title=choose_text(
            f"{mine.name} : note sur l'entretien commun", f"{mine.name}: note on joint maintenance"
        ),
        lead=choose_text(
            f"{mine.title} : ce qui est fait chez nous, quand, par qui, à quel coût.",
            f"{mine.title}: what is done in our area, when, by whom, at what cost.",
        ),
        banner=mine.banner,
        dated=choose_text(f"Calcul du {on}, plan {seal}.", f"Computed on {on}, plan {seal}."),
        sections=_build_note_sections(view, mine),
    )


def _build_note_sections(view: CampaignView, mine: Own) -> tuple[Section, ...]:
    essential, assumed = (
        choose_text("L'essentiel", "In short"),
        choose_text("Ce qui est supposé", "What is assumed"),
    )
    return (
        Section("essentiel", essential, (_build_note_answers(view),), sheet=True),
        Section(
            "visites",
            choose_text("Nos visites", "Our visits"),
            (*_iterate_visit_blocks(view, mine.bodies),),
        ),
        Section(
            "semaine",
            choose_text("Ce qui vient", "What is coming"),
            tuple(_iterate_next_stop_blocks(mine)),
        ),
        Section("hypotheses", assumed, (_build_assumption_items(mine),)),
    )


def _build_note_answers(view: CampaignView) -> Answers:
    told = [
        Answer(choose_text(*HOW_MUCH_FOR_US), _describe_own_cost(view), _describe_plan_span(view)),
        Answer(choose_text(*AGAINST_WHAT), *_describe_own_comparison(view)),
        Answer(choose_text("Pour quoi ?", "For what?"), *_for_what(view)),
        Answer(choose_text("Quel service ?", "What service?"), *_describe_own_service(view)),
        Answer(choose_text(*HOW_SURE), *_how_sure(view)),
    ]
    if view.given:
        days = sum(one.days for one in view.given)
        given = f"{crew_days(days)}."
        asked = choose_text("Que donnent nos équipes ?", "What do our crews give?")
        told.append(Answer(asked, given))
    told.append(Answer(choose_text("Et le groupe ?", "And the group?"), *_describe_group(view)))
    return Answers(tuple(told))


def _describe_own_cost(view: CampaignView) -> str:
    if view.costs == "at_most":
        return choose_text(
            f"Au plus {format_euros(view.cost_eur)} hors taxes.",
            f"At most {format_euros(view.cost_eur)} excluding VAT.",
        )
    return choose_text(
        f"{format_euros(view.cost_eur)} hors taxes.",
        f"{format_euros(view.cost_eur)} excluding VAT.",
    )


def _describe_plan_span(view: CampaignView) -> str:
    weeks, monday = (
        format_count(view.weeks, choose_text("semaine", "week")),
        short_date(view.starts_on),
    )
    return choose_text(f"Sur {weeks} à partir du {monday}.", f"Over {weeks} from {monday}.")


def _describe_own_comparison(view: CampaignView) -> tuple[str, str]:
    if view.alone_eur is None or view.gain_eur is None:
        return choose_text(
            "Sans comparaison : nous ne pouvons pas le faire seuls.",
            "No comparison: we cannot do it alone.",
        ), ""
    share = (
        format_percent(abs(view.gain_eur) / view.alone_eur) if view.alone_eur else format_percent(0)
    )
    word = choose_text("de moins", "less") if view.gain_eur >= 0 else choose_text("de plus", "more")
    alone, gain = format_euros(view.alone_eur), format_euros(abs(view.gain_eur))
    told = choose_text(
        f"{alone} si nous étions seuls : {gain} {word} ({share}).",
        f"{alone} if we were alone: {gain} {word} ({share}).",
    )
    return told, choose_text(
        "Seuls : mêmes visites, nos propres équipes, mêmes coûts.",
        "Alone: the same visits, our own crews, the same costs.",
    )


def _for_what(view: CampaignView) -> tuple[str, str]:
    cabinets = {one.cabinet: one.light_points for one in view.visits}
    told = describe_visit_count(len(view.visits), len(cabinets), sum(cabinets.values()))
    return told, f"{', '.join(one.name for one in view.zones[:6])}." if view.zones else ""


def _describe_own_service(view: CampaignView) -> tuple[str, str]:
    late = [one for one in view.visits if one.late_weeks]
    asked = choose_text(
        "Le plan exige que personne n'attende plus que seul.",
        "The plan requires that nobody waits longer than alone.",
    )
    more = asked if view.never_later_than_alone else ""
    if not late:
        told = choose_text(
            "Toutes nos visites se font à temps.", "All our visits are made on time."
        )
        return told, more
    return describe_late_visits([one.late_weeks for one in late], len(view.visits)), more


def _how_sure(view: CampaignView) -> tuple[str, str]:
    if view.status == "proved":
        return choose_text(
            "Borne du solveur atteinte : aucun autre plan ne coûte moins à l'ensemble.",
            "Bound of the solver reached: no other plan costs less for all together.",
        ), ""
    if view.gap is None:
        return describe_missing_bound(), ""
    gap = format_percent(view.gap, 2)
    return choose_text(
        f"Pas prouvé : au plus {gap} au-dessus du meilleur plan.",
        f"Not proved: at most {gap} above the best plan.",
    ), ""


def _describe_group(view: CampaignView) -> tuple[str, str]:
    body, bodies = choose_text("organisme", "body"), choose_text("organismes", "bodies")
    many = f"{format_count(view.bodies, body, bodies)}."
    if view.totals is None:
        return many, choose_text(
            "Les sommes de tous ne sont pas dites : elles diraient la part d'un autre.",
            "The sums of all are not told: they would tell the part of another.",
        )
    cost, told = format_euros(view.totals.cost_eur), less_or_more(view.totals.gain_eur)
    return many, choose_text(
        f"Ensemble : {cost}, {told} que chacun seul.", f"Together: {cost}, {told} than each alone."
    )


def _iterate_visit_blocks(view: CampaignView, bodies: Mapping[str, str]) -> Iterator[Block]:
    names = {zone.zone: zone.name for zone in view.zones}
    rows = tuple(
        (
            one.cabinet, describe_task(one.task), names.get(one.zone, one.zone),
            short_week(one.week, view.starts_on),
            _describe_lateness(one.late_weeks),
            format_euros(one.cost_eur),
        )
        for one in view.visits
    )  # fmt: skip
    yield Table(
        choose_text("Nos armoires", "Our cabinets"),
        choose_texts(*_VISIT_HEADS),
        rows,
        frozenset({5}),
    )
    yield _build_zones_table(view.zones)
    yield _build_crews_table(view, names, bodies)


def _describe_lateness(weeks: int) -> str:
    if not weeks:
        return choose_text("à temps", "on time")
    return choose_text(f"{format_number(weeks)} sem. après", f"{format_count(weeks, 'week')} late")


def _build_zones_table(zones: Sequence[PartZone]) -> Table:
    uncompared = choose_text("pas de comparaison", "no comparison")
    return Table(
        choose_text(
            "Le service de nos visites, en points lumineux × semaines de retard",
            "The service of our visits, in light points × weeks late",
        ),
        choose_texts(*_ZONE_HEADS),
        tuple(
            (
                one.name, format_number(one.visits), format_number(one.late),
                uncompared if one.late_alone is None else format_number(one.late_alone),
            )
            for one in zones
        ),
        frozenset({1, 2, 3}),
    )  # fmt: skip


def _build_crews_table(
    view: CampaignView, names: Mapping[str, str], bodies: Mapping[str, str]
) -> Table:
    ours, untold = choose_text("nos équipes", "our crews"), choose_text("pas dit", "not told")
    rows = tuple(
        (
            short_week(one.week, view.starts_on), names.get(one.zone, one.zone),
            ours if one.organisation == view.body
            else bodies.get(one.organisation, one.organisation),
            untold if one.days is None else format_number(one.days),
            untold if one.hours is None else format_crew_hours(one.hours),
        )
        for one in view.crews
    )  # fmt: skip
    title = choose_text("Les équipes qui viennent chez nous", "The crews that come to our area")
    return Table(title, choose_texts(*_CREW_HEADS), rows, frozenset({3, 4}))


def _iterate_next_stop_blocks(mine: Own) -> Iterator[Block]:
    stops = choose_text("Nos arrêts des prochaines tournées", "Our stops in the coming rounds")
    none = choose_text(
        "Aucun arrêt n'est encore fixé chez nous.", "No stop is set in our area yet."
    )
    yield Table(stops, choose_texts(*_STOP_HEADS), mine.stops) if mine.stops else Paragraph(none)
    tickets = choose_text("Nos signalements ouverts", "Our open fault reports")
    none = choose_text(
        "Aucun signalement n'est ouvert chez nous.", "No fault report is open in our area."
    )
    yield (
        Table(tickets, choose_texts(*_TICKET_HEADS), mine.tickets)
        if mine.tickets
        else Paragraph(none)
    )


def _build_assumption_items(mine: Own) -> Items:
    return Items(choose_text("Hypothèses", "Assumptions"), mine.assumptions or (nothing_more(),))
