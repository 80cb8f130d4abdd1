"""Criteria by scenarios: one table, every value with its range, its sign and what is unknown."""

from collections.abc import Iterator, Sequence

from synergie.lighting.records.effects import CriterionTold, Dominance, Indicator, ScenarioEffects
from synergie.lighting.reports.actions import actions
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.notes import Notes
from synergie.lighting.reports.words import cell, every, heads, named, semicolon, sign, stake, unit
from synergie.reports.document import Block, Items, Note, Paragraph, Section, Table
from synergie.reports.language import say
from synergie.reports.questions import EFFECTS_OF
from synergie.reports.written import count

ABREAST = 6
"""Scenarios that stand side by side on an A4 page; of more, there are several tables."""


def scenarios_section(brief: LightingBrief) -> Section:
    """What each scenario is."""
    rows = tuple(
        (brief.full(one.scenario), _does(brief, one.scenario), _state(brief, one.scenario))
        for one in brief.shown
    )
    columns = heads(
        ("Scénario", "Ce qu'il fait", "Où il en est"),
        ("Scenario", "What it does", "Where it stands"),
    )
    caption = say("Les scénarios comparés", "The scenarios compared")
    blocks: list[Block] = [Table(caption, columns, rows)]
    left = len(brief.comparison.scenarios) - len(brief.shown)
    if left:
        more = count(
            left,
            say("autre scénario est", "more scenario is"),
            say("autres scénarios sont", "more scenarios are"),
        )
        told = say(f"{more} dans le classeur.", f"{more} in the workbook.")
        blocks.append(Paragraph(told))
    return Section("scenarios", say("Les scénarios", "The scenarios"), tuple(blocks))


def _does(brief: LightingBrief, scenario: str) -> str:
    found = brief.scenarios.get(scenario)
    if found is None:
        return say("Pas dans l'étude.", "Not in the study.")
    told = actions(brief, found)
    return f"{found.summary} {told}" if found.summary else told


def _state(brief: LightingBrief, scenario: str) -> str:
    comparison = brief.comparison
    if scenario == brief.today.scenario:
        start = say(
            "Référence : les autres lui sont comparés.",
            "Reference: the others are compared with it.",
        )
    elif scenario in comparison.excluded:
        return say(
            "Écarté : il ne respecte pas une règle à respecter.",
            "Excluded: it does not meet a rule that must be met.",
        )
    else:
        start = say("À choisir.", "To choose.")
    by = [brief.mark(one.by) for one in comparison.dominated if one.scenario == scenario]
    return _beaten(brief, every(by)) if by else start


def _beaten(brief: LightingBrief, by: str) -> str:
    told = say(f"Battu par {by} sur tout ce qui est connu", f"Beaten by {by} on all that is known")
    if brief.is_thin:
        known = count(brief.compared, say("effet", "effect"))
        told += say(
            f" : {known} seulement, trop peu pour l'écarter",
            f": only {known}, too few to exclude it",
        )
    return f"{told}."


def table_section(brief: LightingBrief) -> Section:
    """The one table, no score in it."""
    notes = Notes(brief.said)
    blocks: list[Block] = [
        how_to_read(),
        *who_is_who(brief, [one.scenario for one in brief.shown]),
        *(_table(brief, group, notes) for group in groups(brief)),
        *notes.items(say("Pourquoi c'est inconnu", "Why it is unknown")),
        *_not_compared(brief),
    ]
    title = say("Tous les effets, côte à côte", "All effects side by side")
    return Section("criteres", title, tuple(blocks))


def how_to_read() -> Paragraph:
    """How the table of effects is read, and why there is no score."""
    return Paragraph(
        say(
            "Chaque ligne est un effet, chaque colonne un scénario. Entre crochets : l'intervalle "
            "où la valeur peut se trouver. Il n'y a pas de note d'ensemble : elle demanderait des "
            "poids, et les poids appartiennent à quelqu'un.",
            "Each row is an effect, each column a scenario. In brackets: the range in which the "
            "value may lie. There is no overall score: it would need weights, and weights belong "
            "to somebody.",
        )
    )


def who_is_who(brief: LightingBrief, keys: Sequence[str]) -> Iterator[Paragraph]:
    """What the *keys* in the heads of tables stand for; nothing when they are names already."""
    if any(brief.full(key) != brief.mark(key) for key in keys):
        names = semicolon().join(map(brief.full, keys))
        yield Paragraph(say(f"Les scénarios : {names}.", f"The scenarios: {names}."))


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
    criterion = say("Critère", "Criterion")
    return Table(f"{say(*EFFECTS_OF)} {every(marks)}", (criterion, *marks), rows)


def _of(one: ScenarioEffects, told: CriterionTold) -> Indicator | None:
    return next((each for each in one.indicators if each.criterion == told.criterion), None)


def label(told: CriterionTold) -> str:
    """An indicator as the head of a row: name, unit, sign."""
    return f"{named(told.criterion)} ({unit(told)}) {sign(told)}"


def _not_compared(brief: LightingBrief) -> Iterator[Block]:
    left = every([named(one) for one in brief.comparison.not_compared])
    if left:
        text = say(
            f"{left} : connu de certains scénarios seulement, donc jamais comparé.",
            f"{left}: known of some scenarios only, so never compared.",
        )
        yield Note("late", say("Non comparé.", "Not compared."), text)


def criteria_section(brief: LightingBrief) -> Section:
    """What each indicator is for, and how it is found."""
    rows = tuple(
        (
            stake(told.stake),
            named(told.criterion),
            unit(told),
            sign(told),
            brief.said(told.purpose),
            brief.said(told.source),
        )
        for told in brief.comparison.criteria
    )
    columns = heads(
        ("Enjeu", "Critère", "Unité", "Sens", "À quoi il sert", "Comment il est trouvé"),
        ("Stake", "Criterion", "Unit", "Direction", "What it is for", "How it is found"),
    )
    caption = say("Ce que mesure chaque critère", "What each criterion measures")
    title = say("Comment lire les critères", "How to read the criteria")
    return Section("lire", title, (Table(caption, columns, rows), *_excluded(brief)))


def _excluded(brief: LightingBrief) -> Iterator[Block]:
    if brief.comparison.dominated:
        told = (_beaten_by(brief, one) for one in brief.comparison.dominated)
        yield Items(say("Scénarios battus", "Beaten scenarios"), tuple(told))


def _beaten_by(brief: LightingBrief, one: Dominance) -> str:
    mark, better = brief.mark(one.scenario), brief.mark(one.by)
    return say(
        f"{mark} : {better} fait au moins aussi bien sur chaque critère connu, et mieux sur un au "
        "moins.",
        f"{mark}: {better} does at least as well on each known criterion, and better on at least "
        "one.",
    )
