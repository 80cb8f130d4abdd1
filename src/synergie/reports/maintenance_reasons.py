"""Why each visit of a year is in its week, in a report."""

import re
from decimal import Decimal

from synergie.reports.document import Block, Paragraph, Table
from synergie.reports.french import euros, number
from synergie.reports.maintenance_brief import MaintenanceBrief, visit_key

MOST_REASONS = 200
"""Reasons that the report lists, those that weigh most; the workbook has all."""

_WEEK = re.compile(r"week (\d+)", re.ASCII)
_BINDING = (
    (re.compile(r"whole crew-days in (.+)"), "journées entières d'équipe à {}"),
    (re.compile(r"crew-days of week (.+)"), "jours d'équipe de la semaine {}"),
    (re.compile(r"lateness of (.+)"), "retard permis à {}"),
    (re.compile(r"closed weeks"), "semaines fermées"),
    (re.compile(r"the week told before"), "semaine annoncée"),
)


def reasons(brief: MaintenanceBrief) -> list[Block]:
    """Why each visit is in its week; of many, those that weigh most."""
    plan = brief.plan
    if plan is None or not plan.lines:
        return []
    told = reason_rows(brief)
    shown = sorted(told, key=lambda row: -abs(row[1]))[:MOST_REASONS]
    blocks: list[Block] = []
    if len(shown) < len(told):
        blocks.append(
            Paragraph(
                f"Les {number(len(shown))} visites où le choix pèse le plus, sur "
                f"{number(len(told))} ; le classeur les a toutes."
            )
        )
    heads = ("Armoire", "Choisi", "Sinon", "Surcoût sinon", "Ce qui retient", "Pourquoi")
    rows = tuple((one[0], one[2], one[3], euros(one[1]), one[4], one[5]) for one in shown)
    return [*blocks, Table("Pourquoi ces semaines", heads, rows, frozenset({3}))]


def reason_rows(
    brief: MaintenanceBrief,
) -> list[tuple[str, Decimal, str, str, str, str]]:
    """Of each visit: its name, what the other choice costs more, both choices, what binds, why."""
    cabinets = {visit_key(v): v.cabinet for v in (brief.plan.visits if brief.plan else ())}
    return [
        (
            cabinets.get(one.subject, one.subject),
            one.difference_eur or Decimal(0),
            chosen(one.chosen),
            chosen(one.runner_up) if one.runner_up else "aucune autre",
            bound_by(brief, one.binding),
            brief.sentences([one.reason])[0],
        )
        for one in (brief.plan.lines if brief.plan else ())
    ]


def chosen(text: str) -> str:
    """A choice in French: « semaine 14 »."""
    return _WEEK.sub(r"semaine \1", text)


def bound_by(brief: MaintenanceBrief, text: str | None) -> str:
    """What kept a cheaper choice out, in French; "rien" for nothing."""
    if text is None:
        return "rien"
    for form, words in _BINDING:
        if (found := form.fullmatch(text)) is not None:
            return words.format(*map(brief.commune, found.groups()))
    return text
