"""Why each visit of a year is in its week, in a report."""

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from synergie.reports.document import Block, Paragraph, Table
from synergie.reports.french import number
from synergie.reports.maintenance_brief import MaintenanceBrief, visit_key
from synergie.reports.maintenance_words import TASKS
from synergie.reports.purchase_words import listed
from synergie.schemas.maintenance import PlannedVisit
from synergie.schemas.plan import PlanLine

MOST_REASONS = 60
"""Reasons that the report lists, those that weigh most; the workbook has one a visit."""

_WEEK = re.compile(r"week (\d+)", re.ASCII)
_BINDING = (
    (re.compile(r"whole crew-days in (.+)"), "journées entières d'équipe à {}"),
    (re.compile(r"crew-days of week (.+)"), "jours d'équipe de la semaine {}"),
    (re.compile(r"lateness of (.+)"), "retard permis à {}"),
    (re.compile(r"closed weeks"), "semaines fermées"),
    (re.compile(r"the week told before"), "semaine annoncée"),
)


def reasons(brief: MaintenanceBrief) -> list[Block]:
    """Why each visit is in its week, the visits of one reason together."""
    plan = brief.plan
    if plan is None or not plan.lines:
        return []
    alike = defaultdict[tuple[str, ...], list[Reason]](list)
    for one in reason_rows(brief):
        alike[one.task, one.week, one.why].append(one)
    groups = sorted(alike.values(), key=_weight)
    blocks: list[Block] = []
    if len(groups) > MOST_REASONS:
        blocks.append(
            Paragraph(
                f"Les {number(MOST_REASONS)} raisons qui pèsent le plus, sur "
                f"{number(len(groups))} ; le classeur les a toutes, visite par visite."
            )
        )
    heads = ("Armoires", "Visites", "Tâche", "Semaine", "Pourquoi")
    rows = tuple(_alike(some) for some in groups[:MOST_REASONS])
    return [*blocks, Table("Pourquoi ces semaines", heads, rows, frozenset({1, 3}))]


def _weight(some: list["Reason"]) -> Decimal:
    """The reason first that keeps the cheapest other week out."""
    return min(one.gap_eur or Decimal(0) for one in some)


def _alike(some: list["Reason"]) -> tuple[str, ...]:
    """One row for the visits of one reason."""
    one, names = some[0], list(dict.fromkeys(each.cabinet for each in some))
    return listed(names), number(len(some)), one.task, one.week, one.why


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a visit is in its week, in words."""

    visit: str
    """The visit, by its key."""
    cabinet: str
    task: str
    week: str
    """The week that was chosen."""
    other: str
    """The nearest other week; "aucune" for none."""
    gap_eur: Decimal | None
    """What the other week costs more, for this visit alone; negative: it is cheaper."""
    binding: str
    """What kept a cheaper week out; "rien" for nothing."""
    why: str


def reason_rows(brief: MaintenanceBrief) -> list[Reason]:
    """Of each line of the plan, in its order: what was chosen, against what, and why."""
    visits = {visit_key(v): v for v in (brief.plan.visits if brief.plan else ())}
    return [_reason(brief, one, visits.get(one.subject)) for one in _lines(brief)]


def _lines(brief: MaintenanceBrief) -> tuple[PlanLine, ...]:
    return brief.plan.lines if brief.plan else ()


def _reason(brief: MaintenanceBrief, one: PlanLine, visit: PlannedVisit | None) -> Reason:
    return Reason(
        visit=one.subject,
        cabinet=visit.cabinet if visit else one.subject,
        task=TASKS[visit.task] if visit else "",
        week=_week(one.chosen),
        other=_week(one.runner_up) if one.runner_up else "aucune",
        gap_eur=one.difference_eur,
        binding=bound_by(brief, one.binding),
        why=brief.sentences([one.reason])[0],
    )


def _week(text: str) -> str:
    """The number of a week; another choice as it is written."""
    return _WEEK.sub(r"\1", text)


def bound_by(brief: MaintenanceBrief, text: str | None) -> str:
    """What kept a cheaper choice out, in French; "rien" for nothing."""
    if text is None:
        return "rien"
    for form, words in _BINDING:
        if (found := form.fullmatch(text)) is not None:
            return words.format(*map(brief.commune, found.groups()))
    return text
