"""The fewest rules that cannot hold together, by asking whether a plan keeps some of them.

QuickXplain (Junker, AAAI 2004) finds a set of which no rule can be left out; hitting sets of what
has to go (Ignatiev, Previti, Liffiton and Marques-Silva, CP 2015) then find one as small as any.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from synergie.plan.solver import Model

type Holds = Callable[[frozenset[int]], bool | None]
"""Whether a plan keeps these rules, by number; None: time ran out before that was known."""

_SECONDS = 10.0
"""Longest time for one hitting set, which is a model of as many columns as there are rules."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Rules that no plan keeps together, by number."""

    rules: tuple[int, ...]
    proved: bool
    """Whether no smaller set clashes."""


def find_smallest_clash(rules: Sequence[int], holds: Holds) -> Clash:
    """The fewest of *rules*, which no plan keeps together, that no plan keeps together.

    There must be a plan without any of them. When time runs out the set still clashes; it is then
    not proved the smallest.
    """
    found = _explain_quickly([], list(rules), holds, changed=False)
    gone: list[frozenset[int]] = []
    while True:
        least = _find_hitting_set(rules, gone)
        if least is None or len(least) >= len(found):
            return Clash(tuple(sorted(found)), least is not None)
        holding = holds(least)
        if holding is None:
            return Clash(tuple(sorted(found)), proved=False)
        if not holding:
            return Clash(tuple(sorted(least)), proved=True)
        kept = set(least)
        for rule in rules:
            if rule not in kept and holds(frozenset(kept | {rule})):
                kept.add(rule)
        gone.append(frozenset(rules) - kept)


def _explain_quickly(
    kept: list[int], rules: list[int], holds: Holds, *, changed: bool
) -> list[int]:
    """QuickXplain: those of *rules* that clash with *kept*; unknown counts as holding."""
    if changed and holds(frozenset(kept)) is False:
        return []
    if len(rules) == 1:
        return rules
    half = len(rules) // 2
    first, last = rules[:half], rules[half:]
    of_last = _explain_quickly(kept + first, last, holds, changed=bool(first))
    of_first = _explain_quickly(kept + of_last, first, holds, changed=bool(of_last))
    return of_first + of_last


def _find_hitting_set(
    rules: Sequence[int], gone: Sequence[frozenset[int]]
) -> frozenset[int] | None:
    """The fewest rules with one of each set of *gone*. None: not found in time."""
    model = Model("hitting_set")
    columns = {rule: model.binary(f"r{rule}", 1.0) for rule in rules}
    for some in gone:
        model.require([(columns[rule], 1) for rule in sorted(some)], low=1)
    outcome = model.minimise(limit_s=_SECONDS)
    if outcome.stop != "proved":
        return None
    return frozenset(rule for rule, column in columns.items() if outcome.chosen(column))
