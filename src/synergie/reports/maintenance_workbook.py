"""A joint maintenance as a workbook: everything that stands behind the report, cell by cell."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import BinaryIO

from synergie.reports.maintenance_answers import answers
from synergie.reports.maintenance_brief import MaintenanceBrief, visit_key
from synergie.reports.maintenance_reasons import Reason, reason_rows
from synergie.reports.maintenance_report import assumed
from synergie.reports.maintenance_words import NETWORKS, TASKS, skill
from synergie.reports.maintenance_year import served_by
from synergie.reports.rounds_workbook import (
    left_out_sheet,
    load_sheet,
    park_sheet,
    stops_sheet,
    tickets_sheet,
)
from synergie.reports.sheets import Column, Sheet, Value, write
from synergie.schemas.maintenance import PlannedVisit, Visit

_ABOUT = (
    ("Semaines", "Une semaine de l'année par ligne : visites, heures, jours d'équipe."),
    ("Visites", "Une visite par ligne, sa semaine, son échéance, pourquoi."),
    ("Jours d'équipe", "Un envoi d'équipe par ligne : de quel dépôt, où, combien de jours."),
    ("Membres", "Un organisme par ligne : ce qu'il paie, seul et ensemble."),
    ("Service", "Une commune par ligne : le retard ensemble et seule."),
    ("Tournées", "Un arrêt par ligne, dans l'ordre de chaque équipe."),
    ("À charger", "Une pièce par ligne, par équipe et par jour."),
    ("Laissé", "Le travail qu'aucune tournée ne prend, et pourquoi."),
    ("Signalements", "Une panne ouverte par ligne."),
    ("Parc", "Un type de lampe par ligne."),
    ("Mis de côté", "Une ligne qui n'a pas pu servir, et pourquoi."),
    ("Hypothèses", "Ce qui est supposé."),
)


def write_maintenance(brief: MaintenanceBrief, sink: BinaryIO) -> None:
    """The workbook of *brief* into *sink*. MissingExtra("frames")."""
    write(sheets(brief), sink, brief.tz)


def sheets(brief: MaintenanceBrief) -> tuple[Sheet, ...]:
    """Its sheets, in order."""
    return (
        _read_me(brief), _weeks(brief), _visits(brief), _crews(brief), _members(brief),
        _service(brief), stops_sheet(brief), load_sheet(brief), left_out_sheet(brief),
        tickets_sheet(brief), park_sheet(brief), _aside(brief), _assumed(brief),
    )  # fmt: skip


def _read_me(brief: MaintenanceBrief) -> Sheet:
    told = [(one.question, f"{one.answer} {one.more}".strip()) for one in answers(brief).answers]
    told += [("Ce classeur", f"Montants en euros hors taxes ; heures de {brief.tz.key}."), *_ABOUT]
    plans = [one for one in (brief.plan, *(week.plan for week in brief.weeks)) if one is not None]
    told += [("Empreinte du problème", plan.inputs_digest) for plan in plans]
    told += [(f"Fichier : {one.name}", f"{one.what}, SHA-256 {one.sha256}")
             for one in brief.sources]  # fmt: skip
    if brief.banner is not None:
        told.insert(0, ("Données synthétiques", brief.banner))
    return Sheet("Lisez-moi", (Column("Question"), Column(brief.title, "long")), told)


def _monday(brief: MaintenanceBrief, week: int) -> date | None:
    start = brief.problem.starts_on if brief.problem else None
    return None if start is None else start + timedelta(weeks=week - 1)


def _asked(brief: MaintenanceBrief) -> dict[str, Visit]:
    return {visit_key(one): one for one in (brief.problem.visits if brief.problem else ())}


def _weeks(brief: MaintenanceBrief) -> Sheet:
    columns = (
        Column("Semaine", "whole"), Column("Lundi", "date"), Column("Visites", "whole"),
        Column("Heures sur place", "price"), Column("Jours d'équipe", "whole"),
        Column("Coût des équipes (€)", "euros"), Column("Communes", "long"),
    )  # fmt: skip
    return Sheet("Semaines", columns, list(_week_rows(brief)))


def _week_rows(brief: MaintenanceBrief) -> Iterator[Sequence[Value]]:
    if brief.problem is None or brief.plan is None:
        return
    asked, made = _asked(brief), defaultdict[int, list[PlannedVisit]](list)
    for one in brief.plan.visits:
        made[one.week].append(one)
    for week in range(1, brief.problem.weeks + 1):
        crews = [one for one in brief.plan.crews if one.week == week]
        known = [asked[visit_key(one)] for one in made[week] if visit_key(one) in asked]
        yield (
            week, _monday(brief, week), len(made[week]),
            sum((one.hours for one in known), Decimal(0)), sum(one.days for one in crews),
            sum((one.cost_eur for one in crews), Decimal(0)),
            ", ".join(sorted({brief.commune(one.zone) for one in made[week]})),
        )  # fmt: skip


def _visits(brief: MaintenanceBrief) -> Sheet:
    columns = (
        Column("Armoire"), Column("Organisme"), Column("Commune"), Column("Tâche"),
        Column("Semaine", "whole"), Column("Lundi", "date"), Column("Équipe de"),
        Column("Échéance (semaine)", "whole"), Column("Semaines de retard", "whole"),
        Column("Heures", "price"), Column("Points lumineux", "whole"), Column("Réseau"),
        Column("Moyens demandés"), Column("Coût du choix de la semaine (€)", "euros"),
        Column("Semaine la moins chère seule", "whole"), Column("Autre semaine"),
        Column("Écart de l'autre (€)", "euros"), Column("Ce qui retient"),
        Column("Pourquoi", "long"),
    )  # fmt: skip
    return Sheet("Visites", columns, list(_visit_rows(brief)))


def _visit_rows(brief: MaintenanceBrief) -> Iterator[Sequence[Value]]:
    if brief.plan is None:
        return
    asked, crews = _asked(brief), served_by(brief.plan)
    reasons = {one.visit: one for one in reason_rows(brief)}
    for one in brief.plan.visits:
        visit = asked.get(visit_key(one))
        depots = ", ".join(brief.depots.get(d, d) for d in crews.get((one.zone, one.week), ()))
        yield (
            one.cabinet, brief.body(visit.organisation) if visit else None,
            brief.commune(one.zone), TASKS[one.task], one.week, _monday(brief, one.week), depots,
            visit.due_week if visit else None, one.late_weeks, visit.hours if visit else None,
            visit.light_points if visit else None,
            NETWORKS[visit.network_mix] if visit and visit.network_mix else "pas connu",
            ", ".join(map(skill, visit.skills)) if visit else None, one.cost_eur,
            one.cheapest_week, *_why(reasons.get(visit_key(one))),
        )  # fmt: skip


def _why(one: Reason | None) -> Sequence[Value]:
    return (None,) * 4 if one is None else (one.other, one.gap_eur, one.binding, one.why)


def _crews(brief: MaintenanceBrief) -> Sheet:
    columns = (
        Column("Semaine", "whole"), Column("Lundi", "date"), Column("Dépôt"), Column("Commune"),
        Column("Commune voisine"), Column("Jours d'équipe", "whole"),
        Column("Heures par jour", "price"), Column("Heures par jour, voisine", "price"),
        Column("Coût (€)", "euros"),
    )  # fmt: skip
    rows = [
        (
            one.week, _monday(brief, one.week), brief.depots.get(one.depot, one.depot),
            brief.commune(one.zone), brief.commune(one.other_zone) or None, one.days, one.hours,
            one.other_hours, one.cost_eur,
        )
        for one in (brief.plan.crews if brief.plan else ())
    ]  # fmt: skip
    return Sheet("Jours d'équipe", columns, rows)


def _members(brief: MaintenanceBrief) -> Sheet:
    columns = (
        Column("Organisme"), Column("Ensemble (€)", "euros"), Column("Seul (€)", "euros"),
        Column("Gain (€)", "euros"), Column("Gain (%)", "share"),
    )  # fmt: skip
    rows = [
        (
            brief.body(one.member), one.cost_eur, one.alone_eur, one.gain_eur,
            one.gain_eur / one.alone_eur if one.gain_eur is not None and one.alone_eur else None,
        )
        for one in (brief.plan.members if brief.plan else ())
    ]  # fmt: skip
    return Sheet("Membres", columns, rows)


def _service(brief: MaintenanceBrief) -> Sheet:
    columns = (
        Column("Commune"), Column("Visites", "whole"),
        Column("Retard ensemble (points × semaines)", "whole"),
        Column("Retard seule (points × semaines)", "whole"),
    )  # fmt: skip
    counts = defaultdict[str, int](int)
    for one in brief.plan.visits if brief.plan else ():
        counts[one.zone] += 1
    rows = [
        (brief.commune(one.zone), counts[one.zone], one.late, one.late_alone)
        for one in (brief.plan.zones if brief.plan else ())
    ]
    return Sheet("Service", columns, rows)


def _aside(brief: MaintenanceBrief) -> Sheet:
    columns = (Column("Où"), Column("Trouvé", "long"), Column("Attendu", "long"))
    rows = [(one.where, one.found, one.expected) for one in brief.asides()]
    return Sheet("Mis de côté", columns, rows)


def _assumed(brief: MaintenanceBrief) -> Sheet:
    return Sheet("Hypothèses", (Column("Énoncé", "long"),), [(one,) for one in assumed(brief)])
