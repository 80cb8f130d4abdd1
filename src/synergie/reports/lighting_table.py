"""Criteria by scenarios: one table, every value with its range, its sign and what is unknown."""

from collections.abc import Iterator, Sequence

from synergie.reports.document import Block, Items, Note, Paragraph, Section, Table
from synergie.reports.lighting_actions import actions
from synergie.reports.lighting_brief import LightingBrief
from synergie.reports.lighting_notes import Notes
from synergie.reports.lighting_words import STAKES, cell, every, named, sign, unit
from synergie.reports.written import number
from synergie.schemas.lighting_effects import CriterionTold, Indicator, ScenarioEffects

ABREAST = 6
"""Scenarios that stand side by side on an A4 page; of more, there are several tables."""


def scenarios_section(brief: LightingBrief) -> Section:
    """What each scenario is."""
    rows = tuple(
        (brief.full(one.scenario), _does(brief, one.scenario), _state(brief, one.scenario))
        for one in brief.shown
    )
    heads = ("Scénario", "Ce qu'il fait", "Où il en est")
    blocks: list[Block] = [Table("Les scénarios comparés", heads, rows)]
    left = len(brief.comparison.scenarios) - len(brief.shown)
    if left:
        blocks.append(Paragraph(f"{number(left)} autres scénarios sont dans le classeur."))
    return Section("scenarios", "Les scénarios", tuple(blocks))


def _does(brief: LightingBrief, scenario: str) -> str:
    found = brief.scenarios.get(scenario)
    if found is None:
        return "Pas dans l'étude."
    told = actions(brief, found)
    return f"{found.summary} {told}" if found.summary else told


def _state(brief: LightingBrief, scenario: str) -> str:
    comparison = brief.comparison
    if scenario == brief.today.scenario:
        start = "Référence : les autres lui sont comparés."
    elif scenario in comparison.excluded:
        return "Écarté : il ne respecte pas une règle à respecter."
    else:
        start = "À choisir."
    by = [one.by for one in comparison.dominated if one.scenario == scenario]
    if by:
        beaten = f"Battu par {every([brief.mark(one) for one in by])} sur tout ce qui est connu"
        few = f" : {number(brief.compared)} effets seulement, trop peu pour l'écarter"
        return f"{beaten}{few if brief.is_thin else ''}."
    return start


def table_section(brief: LightingBrief) -> Section:
    """The one table, no score in it."""
    notes = Notes(brief.said)
    blocks: list[Block] = [
        Paragraph(
            "Chaque ligne est un effet, chaque colonne un scénario. Entre crochets : l'intervalle "
            "où la valeur peut se trouver. Il n'y a pas de note d'ensemble : elle demanderait des "
            "poids, et les poids appartiennent à quelqu'un."
        ),
        *(_table(brief, group, notes) for group in groups(brief)),
        *notes.items("Pourquoi c'est inconnu"),
        *_not_compared(brief),
    ]
    return Section("criteres", "Tous les effets, côte à côte", tuple(blocks))


def groups(brief: LightingBrief) -> Iterator[Sequence[ScenarioEffects]]:
    """The scenarios by sixes, the reference in each."""
    first, *others = brief.shown
    if not others:
        yield (first,)
    for at in range(0, len(others), ABREAST - 1):
        yield (first, *others[at : at + ABREAST - 1])


def _table(brief: LightingBrief, group: Sequence[ScenarioEffects], notes: Notes) -> Table:
    marks = tuple(brief.mark(one.scenario) for one in group)
    rows = tuple(
        (label(told), *(cell(_of(one, told), notes.number) for one in group))
        for told in brief.comparison.criteria
    )
    return Table(f"Effets de {every(marks)}", ("Critère", *marks), rows)


def _of(one: ScenarioEffects, told: CriterionTold) -> Indicator | None:
    return next((each for each in one.indicators if each.criterion == told.criterion), None)


def label(told: CriterionTold) -> str:
    """An indicator as the head of a row: name, unit, sign."""
    return f"{named(told.criterion)} ({unit(told)}) {sign(told)}"


def _not_compared(brief: LightingBrief) -> Iterator[Block]:
    left = [named(one) for one in brief.comparison.not_compared]
    if left:
        text = f"{every(left)} : connu de certains scénarios seulement, donc jamais comparé."
        yield Note("late", "Non comparé.", text)


def criteria_section(brief: LightingBrief) -> Section:
    """What each indicator is for, and how it is found."""
    rows = tuple(
        (
            STAKES[told.stake],
            named(told.criterion),
            unit(told),
            sign(told),
            brief.said(told.purpose),
            brief.said(told.source),
        )
        for told in brief.comparison.criteria
    )
    heads = ("Enjeu", "Critère", "Unité", "Sens", "À quoi il sert", "Comment il est trouvé")
    table = Table("Ce que mesure chaque critère", heads, rows)
    return Section("lire", "Comment lire les critères", (table, *_excluded(brief)))


def _excluded(brief: LightingBrief) -> Iterator[Block]:
    if brief.comparison.dominated:
        yield Items(
            "Scénarios battus",
            tuple(
                f"{brief.mark(one.scenario)} : {brief.mark(one.by)} fait au moins aussi bien sur "
                "chaque critère connu, et mieux sur un au moins."
                for one in brief.comparison.dominated
            ),
        )
