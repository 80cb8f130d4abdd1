"""Why each visit of a year is in its week, in a report."""

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from synergie.maintenance.records.maintenance import PlannedVisit
from synergie.maintenance.reports.brief import MaintenanceBrief, visit_key
from synergie.maintenance.reports.words import task
from synergie.purchase.reports.words import listed
from synergie.reports.document import Block, Paragraph, Table
from synergie.reports.language import Pair, say, words
from synergie.reports.written import number
from synergie.schemas.plan import PlanLine

MOST_REASONS = 60
"""Reasons that the report lists, those that weigh most; the workbook has one a visit."""

_WEEK = re.compile(r"week (\d+)", re.ASCII)
_BINDING: tuple[tuple[re.Pattern[str], Pair], ...] = (
    (
        re.compile(r"whole crew-days in (.+)"),
        ("journées entières d'équipe à {}", "whole crew-days in {}"),
    ),
    (
        re.compile(r"crew-days of week (.+)"),
        ("jours d'équipe de la semaine {}", "crew-days of week {}"),
    ),
    (re.compile(r"lateness of (.+)"), ("retard permis à {}", "lateness allowed in {}")),
    (re.compile(r"closed weeks"), ("semaines fermées", "closed weeks")),
    (re.compile(r"the week told before"), ("semaine annoncée", "the week told before")),
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
        blocks.append(Paragraph(_only(len(groups))))
    heads = words(
        ("Armoires", "Cabinets"), ("Visites", "Visits"), ("Tâche", "Task"), ("Semaine", "Week"),
        ("Pourquoi", "Why"),
    )  # fmt: skip
    rows = tuple(_alike(some) for some in groups[:MOST_REASONS])
    title = say("Pourquoi ces semaines", "Why these weeks")
    return [*blocks, Table(title, heads, rows, frozenset({1, 3}))]


def _only(there: int) -> str:
    return say(
        f"Les {number(MOST_REASONS)} raisons qui pèsent le plus, sur {number(there)} ; le classeur "
        "les a toutes, visite par visite.",
        f"The {number(MOST_REASONS)} reasons that weigh most, of {number(there)}; the workbook "
        "has all of them, visit by visit.",
    )


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
    """The nearest other week; "aucune", "none" for none."""
    gap_eur: Decimal | None
    """What the other week costs more, for this visit alone; negative: it is cheaper."""
    binding: str
    """What kept a cheaper week out; "rien", "nothing" for nothing."""
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
        task=task(visit.task) if visit else "",
        week=_week(one.chosen),
        other=_week(one.runner_up) if one.runner_up else say("aucune", "none"),
        gap_eur=one.difference_eur,
        binding=bound_by(brief, one.binding),
        why=brief.sentences([one.reason])[0],
    )


def _week(text: str) -> str:
    """The number of a week; another choice as it is written."""
    return _WEEK.sub(r"\1", text)


def bound_by(brief: MaintenanceBrief, text: str | None) -> str:
    """What kept a cheaper choice out, in words; "rien", "nothing" for nothing."""
    if text is None:
        return say("rien", "nothing")
    for form, told in _BINDING:
        if (found := form.fullmatch(text)) is not None:
            return say(*told).format(*map(brief.commune, found.groups()))
    return text
