"""The best exchange of one or two segments, again and again: all pairs at once in arrays."""

import numpy as np

from synergie.lighting.plan.retrofit.problem import Floats, Ints, Problem

_ROUNDS = 40
_PAIRS = 4_000_000
"""Pairs that are looked at in a round at most; of more, those that gain most by themselves."""


def improve_by_exchange(problem: Problem, choice: Ints, options: Ints) -> Ints:
    """*choice*, bettered by options of *options* as long as it pays; limits are kept."""
    found = choice.copy()
    for _ in range(_ROUNDS):
        moves = _find_best_exchange(problem, found, options)
        if not len(moves):
            break
        found[problem.segment[moves]] = moves
    return found


def _find_best_exchange(problem: Problem, choice: Ints, options: Ints) -> Ints:
    """The one or two options that save most; none when none saves."""
    moves = options[options != choice[problem.segment[options]]]
    before = choice[problem.segment[moves]]
    dearer = problem.cost[moves] - problem.cost[before]
    order = np.argsort(dearer, kind="stable")
    moves, dearer = moves[order], dearer[order]
    more = problem.uses[moves] - problem.uses[choice[problem.segment[moves]]]
    room = problem.limits - problem.uses[choice].sum(axis=0)
    alone = np.flatnonzero((dearer < 0) & (more <= room).all(axis=1))
    first, second = _find_cheaper_pairs(dearer)
    for resource in np.argsort(room / np.maximum(np.abs(more).max(axis=0, initial=0.0), 1e-12)):
        fits = more[first, resource] + more[second, resource] <= room[resource]
        first, second = first[fits], second[fits]
    apart = problem.segment[moves[first]] != problem.segment[moves[second]]
    first, second = first[apart], second[apart]
    saved = dearer[first] + dearer[second]
    taken: Ints = alone[:1]
    if len(saved) and (not len(alone) or saved.min() < dearer[alone[0]]):
        at = int(saved.argmin())
        taken = np.array([first[at], second[at]])
    found: Ints = moves[taken]
    return found


def _find_cheaper_pairs(dearer: Floats) -> tuple[Ints, Ints]:
    """Pairs that are cheaper together, in figures that ascend: the second before the first."""
    below = np.searchsorted(dearer, -dearer, side="left")
    count = np.minimum(below, np.arange(len(dearer)))
    if count.sum() > _PAIRS:
        count = np.minimum(count, max(1, _PAIRS // len(dearer)))
    first = np.repeat(np.arange(len(dearer)), count)
    second = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
    return first, second
