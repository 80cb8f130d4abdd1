"""Two scenarios face to face: what the same energy can do that differs."""

from itertools import combinations

from synergie.lighting.records.effects import CriterionTold, LightingCriterion
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.words import (
    describe_criterion,
    describe_criterion_briefly,
    describe_direction,
    format_criterion_amount,
    format_name_list,
    format_relative_change,
    is_better,
    is_same,
    select_column_heads,
    unknown,
)
from synergie.reports.document import Block, Items, Paragraph, Section, Table
from synergie.reports.language import choose_text

NEAR = 0.02
"""How far apart, as a share, two figures of one criterion may be to be called nearly the same."""


def the_pair(brief: LightingBrief) -> tuple[str, str] | None:
    """Two scenarios worth a look side by side: nearest energies, told apart by most criteria."""
    if brief.pair is not None:
        return brief.pair
    keys = [one.scenario for one in brief.scenarios_in_play_first[1:]]
    pairs = list(combinations(keys, 2))
    if not pairs:
        return None
    return min(
        pairs,
        key=lambda pair: (not same_energy(brief, pair), -_count_distinct_criteria(brief, pair)),
    )


def same_energy(brief: LightingBrief, pair: tuple[str, str]) -> bool:
    """Whether two scenarios take nearly the same energy."""
    one, other = (brief.value(key, "energy") for key in pair)
    return bool(one) and bool(other) and is_near(one or 0.0, other or 0.0)


def is_near(one: float, other: float) -> bool:
    """Whether two values are nearly the same."""
    return abs(one - other) <= NEAR * max(abs(one), abs(other))


def _count_distinct_criteria(brief: LightingBrief, pair: tuple[str, str]) -> int:
    return sum(
        find_better_scenario(brief, pair, one) is not None for one in brief.comparison.criteria
    )


def find_better_scenario(
    brief: LightingBrief, pair: tuple[str, str], told: CriterionTold
) -> str | None:
    """The better of two on one criterion. None: nearly the same, or not known."""
    one, other = (brief.value(key, told.criterion) for key in pair)
    if one is None or other is None or is_near(one, other):
        return None
    return pair[0] if is_better(told, one, other) else pair[1]


def pair_section(brief: LightingBrief) -> Section:
    """The two, criterion by criterion."""
    pair = the_pair(brief)
    title = choose_text("Deux scénarios face à face", "Two scenarios face to face")
    if pair is None:
        told = choose_text(
            "Il n'y a pas deux scénarios à comparer.", "There are no two scenarios to compare."
        )
        return Section("face", title, (Paragraph(told),))
    blocks: list[Block] = [
        Paragraph(_describe_pair(brief, pair)),
        *(_build_advantage_items(brief, one) for one in (pair, (pair[1], pair[0]))),
        _build_pair_table(brief, pair),
    ]
    return Section("face", title, tuple(blocks))


def _build_advantage_items(brief: LightingBrief, pair: tuple[str, str]) -> Items:
    name = brief.full(pair[0])
    nothing = (choose_text("rien", "nothing"),)
    title = choose_text(f"{name} fait mieux sur", f"{name} does better on")
    return Items(title, better_on(brief, pair) or nothing)


def _build_pair_table(brief: LightingBrief, pair: tuple[str, str]) -> Table:
    one, other = map(brief.mark, pair)
    return Table(
        choose_text(
            f"{one} et {other}, critère par critère", f"{one} and {other}, criterion by criterion"
        ),
        select_column_heads(
            ("Critère", one, other, "Écart", "Mieux"), ("Criterion", one, other, "Gap", "Better")
        ),
        tuple(_build_pair_row(brief, pair, told) for told in brief.comparison.criteria),
        frozenset({1, 2, 3}),
    )


def _describe_pair(brief: LightingBrief, pair: tuple[str, str]) -> str:
    names = format_name_list([brief.full(one) for one in pair])
    if not same_energy(brief, pair):
        return choose_text(f"{names}, effet par effet.", f"{names}, effect by effect.")
    return choose_text(
        f"{names} consomment la même énergie, à peu de chose près, et ne font pas la même "
        "nuit : ce sont d'autres effets qui les séparent. Un écart de moins de 2 % est dit "
        "« presque pareil ».",
        f"{names} use nearly the same energy, but not for the same night: other effects "
        "tell them apart. A gap of less than 2% is called “nearly the same”.",
    )


def better_on(brief: LightingBrief, pair: tuple[str, str]) -> tuple[str, ...]:
    """What the first of the two does better, in words."""
    return tuple(
        _describe_advantage(brief, pair, told)
        for told in brief.comparison.criteria
        if find_better_scenario(brief, pair, told) == pair[0]
    )


def _describe_advantage(brief: LightingBrief, pair: tuple[str, str], told: CriterionTold) -> str:
    start = f"{describe_criterion_briefly(told.criterion)} ({describe_direction(told)})"
    mine, theirs = (_format_scenario_amount(brief, one, told) for one in pair)
    return choose_text(
        f"{start} : {mine} au lieu de {theirs}.", f"{start}: {mine} instead of {theirs}."
    )


def _format_scenario_amount(brief: LightingBrief, scenario: str, told: CriterionTold) -> str:
    value = brief.value(scenario, told.criterion)
    return unknown() if value is None else format_criterion_amount(told, value)


def _build_pair_row(
    brief: LightingBrief, pair: tuple[str, str], told: CriterionTold
) -> tuple[str, ...]:
    best = find_better_scenario(brief, pair, told)
    values = [brief.value(key, told.criterion) for key in pair]
    same = unknown() if None in values else choose_text("presque pareil", "nearly the same")
    if None not in values and is_same(values[0] or 0.0, values[1] or 0.0):
        same = choose_text("pareil", "the same")
    word = same if best is None else brief.mark(best)
    return (
        describe_criterion(told.criterion),
        _format_scenario_amount(brief, pair[0], told),
        _format_scenario_amount(brief, pair[1], told),
        _describe_pair_gap(values),
        word,
    )


def _describe_pair_gap(values: list[float | None]) -> str:
    one, other = values
    if one is None or other is None:
        return unknown()
    if is_same(one, other):
        return choose_text("aucun", "none")
    return format_relative_change(other, one) or choose_text("depuis 0", "from 0")


def describe_pair_difference(brief: LightingBrief, pair: tuple[str, str]) -> str:
    """What tells two scenarios apart, in short; "": nothing that is known."""
    names: list[LightingCriterion] = [
        one.criterion
        for one in brief.comparison.criteria
        if find_better_scenario(brief, pair, one) is not None
    ]
    return format_name_list([describe_criterion_briefly(one) for one in names])
