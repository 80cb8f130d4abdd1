"""Criteria by scenarios: one table, every value with its range, its sign and what is unknown."""

from collections.abc import Iterator, Sequence

from synergie.lighting.records.effects import (
    CriterionTold,
    Dominance,
    Indicator,
    ScenarioEffects,
)
from synergie.lighting.reports.actions import describe_actions
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.changes import iterate_change_figures
from synergie.lighting.reports.notes import Notes
from synergie.lighting.reports.words import (
    describe_criterion,
    describe_stake,
    format_direction_sign,
    format_indicator_cell,
    format_indicator_unit,
    format_name_list,
    format_semicolon,
    select_column_heads,
)
from synergie.reports.document import Block, Items, Note, Paragraph, Section, Table
from synergie.reports.language import choose_text
from synergie.reports.questions import EFFECTS_OF
from synergie.reports.written import format_count

ABREAST = 6
"""Scenarios that stand side by side on an A4 page; of more, there are several tables."""


def scenarios_section(brief: LightingBrief) -> Section:
    """What each scenario is."""
    rows = tuple(
        (
            brief.full(one.scenario),
            _describe_scenario_actions(brief, one.scenario),
            _describe_scenario_state(brief, one.scenario),
        )
        for one in brief.scenarios_in_play_first
    )
    columns = select_column_heads(
        ("Scénario", "Ce qu'il fait", "Où il en est"),
        ("Scenario", "What it does", "Where it stands"),
    )
    caption = choose_text("Les scénarios comparés", "The scenarios compared")
    blocks: list[Block] = [*iterate_change_figures(brief), Table(caption, columns, rows)]
    left = len(brief.comparison.scenarios) - len(brief.scenarios_in_play_first)
    if left:
        more = format_count(
            left,
            choose_text("autre scénario est", "more scenario is"),
            choose_text("autres scénarios sont", "more scenarios are"),
        )
        told = choose_text(f"{more} dans le classeur.", f"{more} in the workbook.")
        blocks.append(Paragraph(told))
    return Section("scenarios", choose_text("Les scénarios", "The scenarios"), tuple(blocks))


def _describe_scenario_actions(brief: LightingBrief, scenario: str) -> str:
    found = brief.scenarios.get(scenario)
    if found is None:
        return choose_text("Pas dans l'étude.", "Not in the study.")
    told = describe_actions(brief, found)
    return f"{found.summary} {told}" if found.summary else told


def _describe_scenario_state(brief: LightingBrief, scenario: str) -> str:
    comparison = brief.comparison
    if scenario == brief.today.scenario:
        start = choose_text(
            "Référence : les autres lui sont comparés.",
            "Reference: the others are compared with it.",
        )
    elif scenario in comparison.excluded:
        return choose_text(
            "Écarté : il ne respecte pas une règle à respecter.",
            "Excluded: it does not meet a rule that must be met.",
        )
    else:
        start = choose_text("À choisir.", "To choose.")
    by = [brief.mark(one.by) for one in comparison.dominated if one.scenario == scenario]
    return _describe_beaten_state(brief, format_name_list(by)) if by else start


def _describe_beaten_state(brief: LightingBrief, by: str) -> str:
    told = choose_text(
        f"Battu par {by} sur tout ce qui est connu", f"Beaten by {by} on all that is known"
    )
    if brief.is_thin:
        known = format_count(brief.compared, choose_text("effet", "effect"))
        told += choose_text(
            f" : {known} seulement, trop peu pour l'écarter",
            f": only {known}, too few to exclude it",
        )
    return f"{told}."


def table_section(brief: LightingBrief) -> Section:
    """The one table, no score in it."""
    notes = Notes(brief.say_phrase)
    blocks: list[Block] = [
        how_to_read(),
        *who_is_who(brief, [one.scenario for one in brief.scenarios_in_play_first]),
        *(_build_indicator_table(brief, group, notes) for group in groups(brief)),
        *notes.items(choose_text("Pourquoi c'est inconnu", "Why it is unknown")),
        *_not_compared(brief),
    ]
    title = choose_text("Tous les effets, côte à côte", "All effects side by side")
    return Section("criteres", title, tuple(blocks))


def how_to_read() -> Paragraph:
    """How the table of effects is read, and why there is no score."""
    return Paragraph(
        choose_text(
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
        names = format_semicolon().join(map(brief.full, keys))
        yield Paragraph(choose_text(f"Les scénarios : {names}.", f"The scenarios: {names}."))


def groups(brief: LightingBrief) -> Iterator[Sequence[ScenarioEffects]]:
    """The scenarios by sixes, the reference in each."""
    first, *others = brief.scenarios_in_play_first
    if not others:
        yield (first,)
    for at in range(0, len(others), ABREAST - 1):
        yield (first, *others[at : at + ABREAST - 1])


def _build_indicator_table(
    brief: LightingBrief, group: Sequence[ScenarioEffects], notes: Notes
) -> Table:
    marks = tuple(brief.mark(one.scenario) for one in group)
    rows = tuple(
        (
            format_criterion_label(told),
            *(format_indicator_cell(_find_indicator(one, told), notes.number) for one in group),
        )
        for told in brief.comparison.criteria
    )
    criterion = choose_text("Critère", "Criterion")
    return Table(f"{choose_text(*EFFECTS_OF)} {format_name_list(marks)}", (criterion, *marks), rows)


def _find_indicator(one: ScenarioEffects, told: CriterionTold) -> Indicator | None:
    return next((each for each in one.indicators if each.criterion == told.criterion), None)


def format_criterion_label(told: CriterionTold) -> str:
    """An indicator as the head of a row: name, unit, sign."""
    return (
        f"{describe_criterion(told.criterion)} ({format_indicator_unit(told)}"
        f") {format_direction_sign(told)}"
    )


def _not_compared(brief: LightingBrief) -> Iterator[Block]:
    left = format_name_list([describe_criterion(one) for one in brief.comparison.not_compared])
    if left:
        text = choose_text(
            f"{left} : connu de certains scénarios seulement, donc jamais comparé.",
            f"{left}: known of some scenarios only, so never compared.",
        )
        yield Note("late", choose_text("Non comparé.", "Not compared."), text)


def criteria_section(brief: LightingBrief) -> Section:
    """What each indicator is for, and how it is found."""
    rows = tuple(
        (
            describe_stake(told.stake),
            describe_criterion(told.criterion),
            format_indicator_unit(told),
            format_direction_sign(told),
            brief.say_phrase(told.purpose),
            brief.say_phrase(told.source),
        )
        for told in brief.comparison.criteria
    )
    columns = select_column_heads(
        ("Enjeu", "Critère", "Unité", "Sens", "À quoi il sert", "Comment il est trouvé"),
        ("Stake", "Criterion", "Unit", "Direction", "What it is for", "How it is found"),
    )
    caption = choose_text("Ce que mesure chaque critère", "What each criterion measures")
    title = choose_text("Comment lire les critères", "How to read the criteria")
    return Section("lire", title, (Table(caption, columns, rows), *_iterate_excluded_blocks(brief)))


def _iterate_excluded_blocks(brief: LightingBrief) -> Iterator[Block]:
    if brief.comparison.dominated:
        told = (_beaten_by(brief, one) for one in brief.comparison.dominated)
        yield Items(choose_text("Scénarios battus", "Beaten scenarios"), tuple(told))


def _beaten_by(brief: LightingBrief, one: Dominance) -> str:
    mark, better = brief.mark(one.scenario), brief.mark(one.by)
    return choose_text(
        f"{mark} : {better} fait au moins aussi bien sur chaque critère connu, et mieux sur un au "
        "moins.",
        f"{mark}: {better} does at least as well on each known criterion, and better on at least "
        "one.",
    )
