"""Two scenarios face to face: what the same energy can do that differs."""

from itertools import combinations

from synergie.reports.document import Block, Items, Paragraph, Section, Table
from synergie.reports.lighting_brief import LightingBrief
from synergie.reports.lighting_words import (
    UNKNOWN,
    amount,
    change,
    direction,
    every,
    is_better,
    is_same,
    named,
    short,
)
from synergie.schemas.lighting_effects import CriterionTold, LightingCriterion

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
    title = "Deux scénarios face à face"
    if pair is None:
        return Section("face", title, (Paragraph("Il n'y a pas deux scénarios à comparer."),))
    blocks: list[Block] = [Paragraph(_start(brief, pair))]
    for mine, theirs in (pair, pair[::-1]):
        blocks.append(
            Items(
                f"{brief.full(mine)} fait mieux sur", better_on(brief, (mine, theirs)) or ("rien",)
            )
        )
    blocks.append(
        Table(
            f"{brief.mark(pair[0])} et {brief.mark(pair[1])}, critère par critère",
            ("Critère", brief.mark(pair[0]), brief.mark(pair[1]), "Écart", "Mieux"),
            tuple(_row(brief, pair, told) for told in brief.comparison.criteria),
            frozenset({1, 2, 3}),
        )
    )
    return Section("face", title, tuple(blocks))


def _start(brief: LightingBrief, pair: tuple[str, str]) -> str:
    names = f"{brief.full(pair[0])} et {brief.full(pair[1])}"
    if same_energy(brief, pair):
        return (
            f"{names} consomment la même énergie, à peu de chose près, et ne font pas la même "
            "nuit : ce sont d'autres effets qui les séparent. Un écart de moins de 2 % est dit "
            "« presque pareil »."
        )
    return f"{names}, effet par effet."


def better_on(brief: LightingBrief, pair: tuple[str, str]) -> tuple[str, ...]:
    """What the first of the two does better, in words."""
    return tuple(
        f"{short(told.criterion)} ({direction(told)}) : {_amount(brief, pair[0], told)} au lieu de "
        f"{_amount(brief, pair[1], told)}."
        for told in brief.comparison.criteria
        if winner(brief, pair, told) == pair[0]
    )


def _amount(brief: LightingBrief, scenario: str, told: CriterionTold) -> str:
    value = brief.value(scenario, told.criterion)
    return UNKNOWN if value is None else amount(told, value)


def _row(brief: LightingBrief, pair: tuple[str, str], told: CriterionTold) -> tuple[str, ...]:
    best = winner(brief, pair, told)
    values = [brief.value(key, told.criterion) for key in pair]
    same = UNKNOWN if None in values else "presque pareil"
    if None not in values and is_same(values[0] or 0.0, values[1] or 0.0):
        same = "pareil"
    word = same if best is None else brief.mark(best)
    return (
        named(told.criterion), _amount(brief, pair[0], told), _amount(brief, pair[1], told),
        _gap(values), word,
    )  # fmt: skip


def _gap(values: list[float | None]) -> str:
    one, other = values
    if one is None or other is None:
        return UNKNOWN
    return "aucun" if is_same(one, other) else change(other, one) or "depuis 0"


def apart(brief: LightingBrief, pair: tuple[str, str]) -> str:
    """What tells two scenarios apart, in short; "": nothing that is known."""
    names: list[LightingCriterion] = [
        one.criterion for one in brief.comparison.criteria if winner(brief, pair, one) is not None
    ]
    return every([short(one) for one in names])
