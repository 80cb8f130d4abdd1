"""Why each visit of a year is in its week, in a report."""

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from synergie.maintenance.records.maintenance import PlannedVisit
from synergie.maintenance.reports.brief import MaintenanceBrief, visit_key
from synergie.maintenance.reports.words import describe_task
from synergie.reports.document import Block, Paragraph, Table
from synergie.reports.language import Pair, choose_text, choose_texts
from synergie.reports.written import format_number, format_short_name_list
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


def build_reason_blocks(brief: MaintenanceBrief) -> list[Block]:
    """Why each visit is in its week, the visits of one reason together."""
    plan = brief.plan
    if plan is None or not plan.lines:
        return []
    alike = defaultdict[tuple[str, ...], list[Reason]](list)
    for one in reason_rows(brief):
        alike[one.task, one.week, one.why].append(one)
    groups = sorted(alike.values(), key=_compute_reason_order)
    blocks: list[Block] = []
    if len(groups) > MOST_REASONS:
        blocks.append(Paragraph(_describe_shown_reasons(len(groups))))
    heads = choose_texts(
        ("Armoires", "Cabinets"), ("Visites", "Visits"), ("Tâche", "Task"), ("Semaine", "Week"),
        ("Pourquoi", "Why"),
    )  # fmt: skip
    rows = tuple(_build_reason_row(some) for some in groups[:MOST_REASONS])
    title = choose_text("Pourquoi ces semaines", "Why these weeks")
    return [*blocks, Table(title, heads, rows, frozenset({1, 3}))]


def _describe_shown_reasons(there: int) -> str:
    return choose_text(
        f"Les {format_number(MOST_REASONS)} raisons qui pèsent le "
        f"plus, sur {format_number(there)} ; le classeur "
        "les a toutes, visite par visite.",
        f"The {format_number(MOST_REASONS)} reasons that weigh "
        f"most, of {format_number(there)}; the workbook "
        "has all of them, visit by visit.",
    )


def _compute_reason_order(some: list["Reason"]) -> Decimal:
    """The reason first that keeps the cheapest other week out."""
    return min(one.gap_eur or Decimal(0) for one in some)


def _build_reason_row(some: list["Reason"]) -> tuple[str, ...]:
    """One row for the visits of one reason."""
    one, names = some[0], list(dict.fromkeys(each.cabinet for each in some))
    return format_short_name_list(names), format_number(len(some)), one.task, one.week, one.why


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
    return [_build_reason(brief, one, visits.get(one.subject)) for one in _list_plan_lines(brief)]


def _list_plan_lines(brief: MaintenanceBrief) -> tuple[PlanLine, ...]:
    return brief.plan.lines if brief.plan else ()


def _build_reason(brief: MaintenanceBrief, one: PlanLine, visit: PlannedVisit | None) -> Reason:
    return Reason(
        visit=one.subject,
        cabinet=visit.cabinet if visit else one.subject,
        task=describe_task(visit.task) if visit else "",
        week=_format_week_number(one.chosen),
        other=_format_week_number(one.runner_up)
        if one.runner_up
        else choose_text("aucune", "none"),
        gap_eur=one.difference_eur,
        binding=bound_by(brief, one.binding),
        why=brief.sentences([one.reason])[0],
    )


def _format_week_number(text: str) -> str:
    """The number of a week; another choice as it is written."""
    return _WEEK.sub(r"\1", text)


def bound_by(brief: MaintenanceBrief, text: str | None) -> str:
    """What kept a cheaper choice out, in words; "rien", "nothing" for nothing."""
    if text is None:
        return choose_text("rien", "nothing")
    for form, told in _BINDING:
        if (found := form.fullmatch(text)) is not None:
            return choose_text(*told).format(*map(brief.commune, found.groups()))
    return text
