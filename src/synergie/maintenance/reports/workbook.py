"""A joint maintenance as a workbook: everything that stands behind the report, cell by cell."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import BinaryIO

from synergie.maintenance.records.maintenance import PlannedVisit, Visit
from synergie.maintenance.reports.answers import answers
from synergie.maintenance.reports.brief import MaintenanceBrief, visit_key
from synergie.maintenance.reports.reasons import Reason, reason_rows
from synergie.maintenance.reports.report import assumed
from synergie.maintenance.reports.rounds_workbook import (
    build_left_out_sheet,
    load_sheet,
    park_sheet,
    stops_sheet,
    tickets_sheet,
)
from synergie.maintenance.reports.words import describe_network, describe_skill, describe_task
from synergie.maintenance.reports.year import served_by
from synergie.reports.language import choose_text
from synergie.reports.sheets import Head, Sheet, Value, build_columns, write
from synergie.reports.workbook import About, aside_sheet, assumed_sheet, read_me

_ABOUT: About = (
    (
        ("Semaines", "Weeks"),
        (
            "Une semaine de l'année par ligne : visites, heures, jours d'équipe.",
            "One week of the year per row: visits, hours, crew-days.",
        ),
    ),
    (
        ("Visites", "Visits"),
        (
            "Une visite par ligne, sa semaine, son échéance, pourquoi.",
            "One visit per row, its week, when it is due, why.",
        ),
    ),
    (
        ("Jours d'équipe", "Crew-days"),
        (
            "Un envoi d'équipe par ligne : de quel dépôt, où, combien de jours.",
            "One assignment of a crew per row: from which depot, where, how many days.",
        ),
    ),
    (
        ("Membres", "Bodies"),
        (
            "Un organisme par ligne : ce qu'il paie, seul et ensemble.",
            "One body per row: what it pays, alone and together.",
        ),
    ),
    (
        ("Service", "Service"),
        (
            "Une commune par ligne : le retard ensemble et seule.",
            "One commune per row: the lateness together and alone.",
        ),
    ),
    (
        ("Tournées", "Rounds"),
        (
            "Un arrêt par ligne, dans l'ordre de chaque équipe.",
            "One stop per row, in the order of each crew.",
        ),
    ),
    (
        ("À charger", "To load"),
        ("Une pièce par ligne, par équipe et par jour.", "One part per row, by crew and day."),
    ),
    (
        ("Laissé", "Left out"),
        (
            "Le travail qu'aucune tournée ne prend, et pourquoi.",
            "The work that no round takes, and why.",
        ),
    ),
    (
        ("Signalements", "Fault reports"),
        ("Une panne ouverte par ligne.", "One open fault per row."),
    ),
    (("Parc", "Assets"), ("Un type de lampe par ligne.", "One kind of lamp per row.")),
    (
        ("Mis de côté", "Set aside"),
        ("Une ligne qui n'a pas pu servir, et pourquoi.", "A row that could not be used, and why."),
    ),
    (("Hypothèses", "Assumptions"), ("Ce qui est supposé.", "What is assumed.")),
)
_WEEKS: tuple[Head, ...] = (
    ("Semaine", "Week", "whole"), ("Lundi", "Monday", "date"), ("Visites", "Visits", "whole"),
    ("Heures sur place", "Hours on site", "price"), ("Jours d'équipe", "Crew-days", "whole"),
    ("Coût des équipes (€)", "Cost of the crews (€)", "euros"), ("Communes", "Communes", "long"),
)  # fmt: skip
_VISITS: tuple[Head, ...] = (
    ("Armoire", "Cabinet", "text"), ("Organisme", "Body", "text"), ("Commune", "Commune", "text"),
    ("Tâche", "Task", "text"), ("Semaine", "Week", "whole"), ("Lundi", "Monday", "date"),
    ("Équipe de", "Crew of", "text"), ("Échéance (semaine)", "Due (week)", "whole"),
    ("Semaines de retard", "Weeks late", "whole"), ("Heures", "Hours", "price"),
    ("Points lumineux", "Light points", "whole"), ("Réseau", "Network", "text"),
    ("Moyens demandés", "Means required", "text"),
    ("Coût du choix de la semaine (€)", "Cost of the choice of week (€)", "euros"),
    ("Semaine la moins chère seule", "Cheapest week alone", "whole"),
    ("Autre semaine", "Other week", "text"),
    ("Écart de l'autre (€)", "Difference of the other (€)", "euros"),
    ("Ce qui retient", "What binds", "text"), ("Pourquoi", "Why", "long"),
)  # fmt: skip
_CREWS: tuple[Head, ...] = (
    ("Semaine", "Week", "whole"), ("Lundi", "Monday", "date"), ("Dépôt", "Depot", "text"),
    ("Commune", "Commune", "text"), ("Commune voisine", "Neighbouring commune", "text"),
    ("Jours d'équipe", "Crew-days", "whole"), ("Heures par jour", "Hours a day", "price"),
    ("Heures par jour, voisine", "Hours a day, neighbour", "price"),
    ("Coût (€)", "Cost (€)", "euros"),
)  # fmt: skip
_MEMBERS: tuple[Head, ...] = (
    ("Organisme", "Body", "text"), ("Ensemble (€)", "Together (€)", "euros"),
    ("Seul (€)", "Alone (€)", "euros"), ("Gain (€)", "Gain (€)", "euros"),
    ("Gain (%)", "Gain (%)", "share"),
)  # fmt: skip
_SERVICE: tuple[Head, ...] = (
    ("Commune", "Commune", "text"), ("Visites", "Visits", "whole"),
    ("Retard ensemble (points × semaines)", "Lateness together (points × weeks)", "whole"),
    ("Retard seule (points × semaines)", "Lateness alone (points × weeks)", "whole"),
)  # fmt: skip


def write_maintenance(brief: MaintenanceBrief, sink: BinaryIO) -> None:
    """The workbook of *brief* into *sink*. MissingExtra("frames")."""
    write(build_workbook_sheets(brief), sink, brief.tz)


def build_workbook_sheets(brief: MaintenanceBrief) -> tuple[Sheet, ...]:
    """Its sheets, in order."""
    return (
        _read_me(brief),
        _build_weeks_sheet(brief),
        _build_visits_sheet(brief),
        _build_crews_sheet(brief),
        _build_members_sheet(brief),
        _build_service_sheet(brief),
        stops_sheet(brief),
        load_sheet(brief),
        build_left_out_sheet(brief),
        tickets_sheet(brief),
        park_sheet(brief),
        aside_sheet(brief.asides()),
        assumed_sheet(assumed(brief)),
    )


def _read_me(brief: MaintenanceBrief) -> Sheet:
    plans = [one for one in (brief.plan, *(week.plan for week in brief.weeks)) if one is not None]
    digest = choose_text("Empreinte du problème", "Digest of the problem")
    return read_me(
        brief.title,
        answers(brief),
        units=choose_text(
            f"Montants en euros hors taxes ; heures de {brief.tz.key}.",
            f"Amounts in euros excluding VAT; times in {brief.tz.key}.",
        ),
        about=_ABOUT,
        made_of=[(digest, plan.inputs_digest) for plan in plans],
        files=[(one, one.what) for one in brief.sources],
        banner=brief.banner,
    )


def _compute_week_monday(brief: MaintenanceBrief, week: int) -> date | None:
    start = brief.problem.starts_on if brief.problem else None
    return None if start is None else start + timedelta(weeks=week - 1)


def _index_visits_by_key(brief: MaintenanceBrief) -> dict[str, Visit]:
    return {visit_key(one): one for one in (brief.problem.visits if brief.problem else ())}


def _build_weeks_sheet(brief: MaintenanceBrief) -> Sheet:
    return Sheet(choose_text("Semaines", "Weeks"), build_columns(*_WEEKS), list(_week_rows(brief)))


def _week_rows(brief: MaintenanceBrief) -> Iterator[Sequence[Value]]:
    if brief.problem is None or brief.plan is None:
        return
    asked, made = _index_visits_by_key(brief), defaultdict[int, list[PlannedVisit]](list)
    for one in brief.plan.visits:
        made[one.week].append(one)
    for week in range(1, brief.problem.weeks + 1):
        crews = [one for one in brief.plan.crews if one.week == week]
        known = [asked[visit_key(one)] for one in made[week] if visit_key(one) in asked]
        yield (
            week, _compute_week_monday(brief, week), len(made[week]),
            sum((one.hours for one in known), Decimal(0)), sum(one.days for one in crews),
            sum((one.cost_eur for one in crews), Decimal(0)),
            ", ".join(sorted({brief.commune(one.zone) for one in made[week]})),
        )  # fmt: skip


def _build_visits_sheet(brief: MaintenanceBrief) -> Sheet:
    return Sheet(
        choose_text("Visites", "Visits"), build_columns(*_VISITS), list(_visit_rows(brief))
    )


def _visit_rows(brief: MaintenanceBrief) -> Iterator[Sequence[Value]]:
    if brief.plan is None:
        return
    asked, crews = _index_visits_by_key(brief), served_by(brief.plan)
    reasons = {one.visit: one for one in reason_rows(brief)}
    for one in brief.plan.visits:
        visit = asked.get(visit_key(one))
        depots = ", ".join(brief.depots.get(d, d) for d in crews.get((one.zone, one.week), ()))
        yield (
            one.cabinet,
            brief.body(visit.organisation) if visit else None,
            brief.commune(one.zone),
            describe_task(one.task),
            one.week,
            _compute_week_monday(brief, one.week),
            depots,
            visit.due_week if visit else None,
            one.late_weeks,
            visit.hours if visit else None,
            visit.light_points if visit else None,
            describe_network(visit.network_mix if visit else None),
            ", ".join(map(describe_skill, visit.skills)) if visit else None,
            one.cost_eur,
            one.cheapest_week,
            *_build_reason_cells(reasons.get(visit_key(one))),
        )


def _build_reason_cells(one: Reason | None) -> Sequence[Value]:
    return (None,) * 4 if one is None else (one.other, one.gap_eur, one.binding, one.why)


def _build_crews_sheet(brief: MaintenanceBrief) -> Sheet:
    rows = [
        (
            one.week, _compute_week_monday(brief, one.week), brief.depots.get(one.depot, one.depot),
            brief.commune(one.zone), brief.commune(one.other_zone) or None, one.days, one.hours,
            one.other_hours, one.cost_eur,
        )
        for one in (brief.plan.crews if brief.plan else ())
    ]  # fmt: skip
    return Sheet(choose_text("Jours d'équipe", "Crew-days"), build_columns(*_CREWS), rows)


def _build_members_sheet(brief: MaintenanceBrief) -> Sheet:
    rows = [
        (
            brief.body(one.member), one.cost_eur, one.alone_eur, one.gain_eur,
            one.gain_eur / one.alone_eur if one.gain_eur is not None and one.alone_eur else None,
        )
        for one in (brief.plan.members if brief.plan else ())
    ]  # fmt: skip
    return Sheet(choose_text("Membres", "Bodies"), build_columns(*_MEMBERS), rows)


def _build_service_sheet(brief: MaintenanceBrief) -> Sheet:
    counts = defaultdict[str, int](int)
    for one in brief.plan.visits if brief.plan else ():
        counts[one.zone] += 1
    rows = [
        (brief.commune(one.zone), counts[one.zone], one.late, one.late_alone)
        for one in (brief.plan.zones if brief.plan else ())
    ]
    return Sheet(choose_text("Service", "Service"), build_columns(*_SERVICE), rows)
