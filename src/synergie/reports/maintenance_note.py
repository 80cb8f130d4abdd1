"""The note of one body of a joint maintenance: its own assets, what it pays, who comes and when.

It is made of a `CampaignView` and of the body's own stops and faults alone, so that it can hold
nothing of another body.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from synergie.plan.maintenance.view import Views
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
from synergie.reports.french import euros, hour, long_date, number, percent, short_date
from synergie.reports.maintenance_brief import MaintenanceBrief
from synergie.reports.maintenance_words import SEVERITIES, TASKS, hours, short_week
from synergie.reports.rounds_words import stops_of
from synergie.schemas.campaign_view import CampaignView, PartZone


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
    return {body: member_note(view, own(brief, body, view)) for body, view in views.items()}


def own(brief: MaintenanceBrief, body: str, view: CampaignView) -> Own:
    """What *body* may read of the weeks and the park: what it answers for, and nothing else."""
    return Own(
        name=brief.body(body),
        title=brief.title,
        made_on=brief.made_at.astimezone(brief.tz).date(),
        banner=brief.banner,
        stops=tuple(_stops(brief, body)),
        tickets=tuple(_tickets(brief, body)),
        assumptions=brief.sentences(view.assumptions),
        bodies={one.organisation: brief.body(one.organisation) for one in view.crews},
    )


def _stops(brief: MaintenanceBrief, body: str) -> Iterator[tuple[str, ...]]:
    for week in brief.weeks:
        for one in week.rounds:
            for told in stops_of(brief, week, one):
                if told.stop.organisation == body:
                    at = hour(told.planned.starts_at, week.tz)
                    yield short_date(one.day), at, one.crew, told.asset, told.task


def _tickets(brief: MaintenanceBrief, body: str) -> Iterator[tuple[str, ...]]:
    for one in brief.park.tickets if brief.park else ():
        if one.organisation == body:
            asset, due = one.light_point or one.cabinet, brief.when(one.due_at)
            yield one.ticket, SEVERITIES[one.severity], asset, one.fault or "pas dit", due


def member_note(view: CampaignView, mine: Own) -> Document:
    """The note for the council of one body."""
    return Document(
        title=f"{mine.name} : note sur l'entretien commun",
        lead=f"{mine.title} : ce qui est fait chez nous, quand, par qui, à quel coût.",
        banner=mine.banner,
        dated=f"Calcul du {long_date(mine.made_on)}, plan {view.seal[:12]}.",
        sections=(
            Section("essentiel", "L'essentiel", (_answers(view),), sheet=True),
            Section("visites", "Nos visites", tuple(_visits(view, mine.bodies))),
            Section("semaine", "Ce qui vient", tuple(_coming(mine))),
            Section("hypotheses", "Ce qui est supposé", (_assumed(mine),)),
        ),
    )


def _answers(view: CampaignView) -> Answers:
    told = [
        Answer("Combien pour nous ?", f"{euros(view.cost_eur)} hors taxes.", _span(view)),
        Answer("Contre quoi ?", *_against(view)),
        Answer("Pour quoi ?", *_for_what(view)),
        Answer("Quel service ?", *_service(view)),
        Answer("Quelle certitude ?", *_how_sure(view)),
    ]
    if view.given:
        days = sum(one.days for one in view.given)
        told.append(Answer("Que donnent nos équipes ?", f"{number(days)} jours d'équipe."))
    told.append(Answer("Et le groupe ?", *_group(view)))
    return Answers(tuple(told))


def _span(view: CampaignView) -> str:
    return f"Sur {number(view.weeks)} semaines à partir du {short_date(view.starts_on)}."


def _against(view: CampaignView) -> tuple[str, str]:
    if view.alone_eur is None or view.gain_eur is None:
        return "Sans comparaison : nous ne pouvons pas le faire seuls.", ""
    share = percent(abs(view.gain_eur) / view.alone_eur) if view.alone_eur else percent(0)
    word = "de moins" if view.gain_eur >= 0 else "de plus"
    told = f"{euros(view.alone_eur)} si nous étions seuls : {euros(abs(view.gain_eur))} {word}"
    return f"{told} ({share}).", "Seuls : mêmes visites, nos propres équipes, mêmes coûts."


def _for_what(view: CampaignView) -> tuple[str, str]:
    cabinets = {one.cabinet: one.light_points for one in view.visits}
    lamps = sum(cabinets.values())
    points = f", {number(lamps)} points lumineux" if lamps else ""
    told = f"{number(len(view.visits))} visites de {number(len(cabinets))} armoires{points}."
    return told, f"{', '.join(one.name for one in view.zones[:6])}." if view.zones else ""


def _service(view: CampaignView) -> tuple[str, str]:
    late = [one for one in view.visits if one.late_weeks]
    more = "Le plan exige que personne n'attende plus que seul." if (
        view.never_later_than_alone
    ) else ""  # fmt: skip
    if not late:
        return "Toutes nos visites se font à temps.", more
    most = max(one.late_weeks for one in late)
    told = f"{number(len(late))} visites sur {number(len(view.visits))} après leur échéance, "
    return f"{told}de {number(most)} semaine{'s' if most > 1 else ''} au plus.", more


def _how_sure(view: CampaignView) -> tuple[str, str]:
    if view.status == "proved":
        return "Prouvé : aucun autre plan ne coûte moins à l'ensemble.", ""
    if view.gap is None:
        return "Sans preuve : un meilleur plan peut exister.", ""
    return f"Pas prouvé : au plus {percent(view.gap, 2)} au-dessus du meilleur plan.", ""


def _group(view: CampaignView) -> tuple[str, str]:
    many = f"{number(view.bodies)} organismes."
    if view.totals is None:
        return many, "Les sommes de tous ne sont pas dites : elles diraient la part d'un autre."
    gain = euros(view.totals.gain_eur)
    return many, f"Ensemble : {euros(view.totals.cost_eur)}, {gain} de moins que chacun seul."


def _visits(view: CampaignView, bodies: Mapping[str, str]) -> Iterator[Block]:
    names = {zone.zone: zone.name for zone in view.zones}
    rows = tuple(
        (
            one.cabinet, TASKS[one.task], names.get(one.zone, one.zone),
            short_week(one.week, view.starts_on),
            "à temps" if not one.late_weeks else f"{number(one.late_weeks)} sem. après",
            euros(one.cost_eur),
        )
        for one in view.visits
    )  # fmt: skip
    heads = (
        "Armoire",
        "Tâche",
        "Commune",
        "Semaine (lundi)",
        "Échéance",
        "Coût du choix de la semaine",
    )
    yield Table("Nos armoires", heads, rows, frozenset({5}))
    yield _zones(view.zones)
    yield _crews(view, names, bodies)


def _zones(zones: Sequence[PartZone]) -> Table:
    return Table(
        "Le service de nos visites, en points lumineux × semaines de retard",
        ("Commune", "Visites", "Ensemble", "Seuls"),
        tuple(
            (
                one.name, number(one.visits), number(one.late),
                "pas de comparaison" if one.late_alone is None else number(one.late_alone),
            )
            for one in zones
        ),
        frozenset({1, 2, 3}),
    )  # fmt: skip


def _crews(view: CampaignView, names: Mapping[str, str], bodies: Mapping[str, str]) -> Table:
    rows = tuple(
        (
            short_week(one.week, view.starts_on), names.get(one.zone, one.zone),
            "nos équipes" if one.organisation == view.body
            else bodies.get(one.organisation, one.organisation),
            "pas dit" if one.days is None else number(one.days),
            "pas dit" if one.hours is None else hours(one.hours),
        )
        for one in view.crews
    )  # fmt: skip
    heads = ("Semaine (lundi)", "Commune", "Qui vient", "Jours d'équipe", "Heures")
    return Table("Les équipes qui viennent chez nous", heads, rows, frozenset({3, 4}))


def _coming(mine: Own) -> Iterator[Block]:
    if mine.stops:
        heads: tuple[str, ...] = ("Jour", "Heure", "Équipe", "Ouvrage", "Tâche")
        yield Table("Nos arrêts des prochaines tournées", heads, mine.stops)
    else:
        yield Paragraph("Aucun arrêt n'est encore fixé chez nous.")
    if mine.tickets:
        heads = ("Signalement", "Gravité", "Ouvrage", "Panne", "À réparer avant")
        yield Table("Nos signalements ouverts", heads, mine.tickets)
    else:
        yield Paragraph("Aucun signalement n'est ouvert chez nous.")


def _assumed(mine: Own) -> Items:
    told = mine.assumptions or ("Rien d'autre que ce que disent les fichiers.",)
    return Items("Hypothèses", told)
