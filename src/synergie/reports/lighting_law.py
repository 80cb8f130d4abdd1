"""What the law says of each scenario, and what could not be done as it was told, with why."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from synergie.reports.document import Block, Items, Note, Paragraph, Section, Table
from synergie.reports.lighting_brief import LightingBrief
from synergie.reports.purchase_words import count, listed
from synergie.reports.written import number
from synergie.schemas.lighting_effects import Breach

_MOST = 60
"""Rows of a table; the workbook has all."""
_SUBJECTS = 4


def law_section(brief: LightingBrief) -> Section:
    """Rules that are not kept, each with its article and the scenarios that break it."""
    found = defaultdict[tuple[str, ...], list[str]](list)
    for one in brief.shown:
        for breach in one.breaches:
            found[_key(brief, breach)].append(brief.mark(one.scenario))
    title = "Ce que dit la loi"
    if not found:
        told = (
            "Aucune règle connue n'est enfreinte, pour autant que les fichiers permettent de le "
            "voir : ce qui n'est pas connu n'est pas contrôlé."
        )
        return Section("loi", title, (Note("ok", "Rien de relevé.", told),))
    rows = tuple((*key, ", ".join(marks)) for key, marks in list(found.items())[:_MOST])
    heads = ("Texte", "Quoi", "Luminaires", "Trouvé", "Demandé", "Depuis", "Scénarios")
    blocks: list[Block] = [
        Table("Règles non respectées, avec leur article", heads, rows, frozenset({2})),
        *_cut(len(found)),
        Paragraph(
            "Aucun texte ne fixe d'heure d'extinction pour les rues : le maire la fixe par arrêté "
            "(CGCT, L. 2212-1)."
        ),
    ]
    return Section("loi", title, tuple(blocks))


def _key(brief: LightingBrief, one: Breach) -> tuple[str, ...]:
    since = "apporté par le scénario" if one.is_new else "déjà là aujourd'hui"
    return (
        one.article, one.subject, number(one.count), one.found, brief.said(one.expected), since,
    )  # fmt: skip


def _cut(many: int) -> Iterator[Block]:
    if many > _MOST:
        yield Paragraph(f"{number(many - _MOST)} autres lignes sont dans le classeur.")


def not_done_section(brief: LightingBrief) -> Section:
    """What each scenario could not do, and the budgets it does not keep."""
    rows = tuple(_not_done(brief))
    blocks: list[Block] = []
    if rows:
        heads = ("Scénario", "Pourquoi", "Luminaires", "Où")
        blocks.append(
            Table("Ce qui n'a pas pu être fait comme demandé", heads, rows[:_MOST], frozenset({2}))
        )
        blocks += _cut(len(rows))
    else:
        blocks.append(Paragraph("Tout ce que les scénarios demandent peut être fait."))
    for one in brief.shown:
        if one.over_budget:
            told = brief.sentences(one.over_budget)
            blocks.append(Items(f"Budget dépassé : {brief.full(one.scenario)}", told))
    return Section("impossible", "Ce qui ne peut pas être fait, et pourquoi", tuple(blocks))


def _not_done(brief: LightingBrief) -> Iterator[tuple[str, ...]]:
    for one in brief.shown:
        found = defaultdict[str, list[tuple[str, int]]](list)
        for change in one.not_done:
            found[brief.said(change.reason)].append((change.subject, change.count))
        for reason, subjects in found.items():
            many = number(sum(n for _, n in subjects))
            yield brief.mark(one.scenario), reason, many, _where([name for name, _ in subjects])


def _where(names: Sequence[str]) -> str:
    told = list(dict.fromkeys(names))
    if len(told) <= _SUBJECTS:
        return listed(told)
    return f"{', '.join(told[:_SUBJECTS])} et {count(len(told) - _SUBJECTS, 'autre')}"
