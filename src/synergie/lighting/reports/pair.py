"""Two scenarios face to face: what the same energy can do that differs."""

from itertools import combinations

from synergie.lighting.records.effects import CriterionTold, LightingCriterion
from synergie.lighting.reports.brief import LightingBrief
from synergie.lighting.reports.words import (
    amount,
    change,
    direction,
    every,
    heads,
    is_better,
    is_same,
    named,
    short,
    unknown,
)
from synergie.reports.document import Block, Items, Paragraph, Section, Table
from synergie.reports.language import say

NEAR = 0.02
"""How far apart, as a share, two figures of one criterion may be to be called nearly the same."""


def the_pair(brief: LightingBrief) -> tuple[str, str] | None:
    """Two scenarios worth a look side by side: nearest energies, told apart by most criteria."""
    if brief.pair is not None:
        return brief.pair
    keys = [one.scenario for one in brief.shown[1:]]
    pairs = list(combinations(keys, 2))
    if not pairs:
        return None
    return min(pairs, key=lambda pair: (not same_energy(brief, pair), -_told_apart(brief, pair)))


def same_energy(brief: LightingBrief, pair: tuple[str, str]) -> bool:
    """Whether two scenarios take nearly the same energy."""
    one, other = (brief.value(key, "energy") for key in pair)
    return bool(one) and bool(other) and is_near(one or 0.0, other or 0.0)


def is_near(one: float, other: float) -> bool:
    """Whether two values are nearly the same."""
    return abs(one - other) <= NEAR * max(abs(one), abs(other))


def _told_apart(brief: LightingBrief, pair: tuple[str, str]) -> int:
    return sum(winner(brief, pair, one) is not None for one in brief.comparison.criteria)


def winner(brief: LightingBrief, pair: tuple[str, str], told: CriterionTold) -> str | None:
    """The better of two on one criterion. None: nearly the same, or not known."""
    one, other = (brief.value(key, told.criterion) for key in pair)
    if one is None or other is None or is_near(one, other):
        return None
    return pair[0] if is_better(told, one, other) else pair[1]


def pair_section(brief: LightingBrief) -> Section:
    """The two, criterion by criterion."""
    pair = the_pair(brief)
    title = say("Deux scénarios face à face", "Two scenarios face to face")
    if pair is None:
        told = say(
            "Il n'y a pas deux scénarios à comparer.", "There are no two scenarios to compare."
        )
        return Section("face", title, (Paragraph(told),))
    blocks: list[Block] = [
        Paragraph(_start(brief, pair)),
        *(_better(brief, one) for one in (pair, (pair[1], pair[0]))),
        _table(brief, pair),
    ]
    return Section("face", title, tuple(blocks))


def _better(brief: LightingBrief, pair: tuple[str, str]) -> Items:
    name = brief.full(pair[0])
    nothing = (say("rien", "nothing"),)
    title = say(f"{name} fait mieux sur", f"{name} does better on")
    return Items(title, better_on(brief, pair) or nothing)


def _table(brief: LightingBrief, pair: tuple[str, str]) -> Table:
    one, other = map(brief.mark, pair)
    return Table(
        say(f"{one} et {other}, critère par critère", f"{one} and {other}, criterion by criterion"),
        heads(
            ("Critère", one, other, "Écart", "Mieux"), ("Criterion", one, other, "Gap", "Better")
        ),
        tuple(_row(brief, pair, told) for told in brief.comparison.criteria),
        frozenset({1, 2, 3}),
    )


def _start(brief: LightingBrief, pair: tuple[str, str]) -> str:
    names = every([brief.full(one) for one in pair])
    if not same_energy(brief, pair):
        return say(f"{names}, effet par effet.", f"{names}, effect by effect.")
    return say(
        f"{names} consomment la même énergie, à peu de chose près, et ne font pas la même "
        "nuit : ce sont d'autres effets qui les séparent. Un écart de moins de 2 % est dit "
        "« presque pareil ».",
        f"{names} use nearly the same energy, but not for the same night: other effects "
        "tell them apart. A gap of less than 2% is called “nearly the same”.",
    )


def better_on(brief: LightingBrief, pair: tuple[str, str]) -> tuple[str, ...]:
    """What the first of the two does better, in words."""
    return tuple(
        _advantage(brief, pair, told)
        for told in brief.comparison.criteria
        if winner(brief, pair, told) == pair[0]
    )


def _advantage(brief: LightingBrief, pair: tuple[str, str], told: CriterionTold) -> str:
    start = f"{short(told.criterion)} ({direction(told)})"
    mine, theirs = (_amount(brief, one, told) for one in pair)
    return say(f"{start} : {mine} au lieu de {theirs}.", f"{start}: {mine} instead of {theirs}.")


def _amount(brief: LightingBrief, scenario: str, told: CriterionTold) -> str:
    value = brief.value(scenario, told.criterion)
    return unknown() if value is None else amount(told, value)


def _row(brief: LightingBrief, pair: tuple[str, str], told: CriterionTold) -> tuple[str, ...]:
    best = winner(brief, pair, told)
    values = [brief.value(key, told.criterion) for key in pair]
    same = unknown() if None in values else say("presque pareil", "nearly the same")
    if None not in values and is_same(values[0] or 0.0, values[1] or 0.0):
        same = say("pareil", "the same")
    word = same if best is None else brief.mark(best)
    return (
        named(told.criterion), _amount(brief, pair[0], told), _amount(brief, pair[1], told),
        _gap(values), word,
    )  # fmt: skip


def _gap(values: list[float | None]) -> str:
    one, other = values
    if one is None or other is None:
        return unknown()
    if is_same(one, other):
        return say("aucun", "none")
    return change(other, one) or say("depuis 0", "from 0")


def apart(brief: LightingBrief, pair: tuple[str, str]) -> str:
    """What tells two scenarios apart, in short; "": nothing that is known."""
    names: list[LightingCriterion] = [
        one.criterion for one in brief.comparison.criteria if winner(brief, pair, one) is not None
    ]
    return every([short(one) for one in names])
