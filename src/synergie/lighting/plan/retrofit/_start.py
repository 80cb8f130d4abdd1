"""A first choice within the limits, from the cheapest options at the prices of the limits."""

import numpy as np

from synergie.lighting.plan.retrofit._prices import Priced
from synergie.lighting.plan.retrofit.problem import Floats, Ints, Problem, convert_to_exact_decimal


def is_feasible_choice(problem: Problem, choice: Ints) -> bool:
    """Whether *choice* keeps every limit exactly, and one schedule a cabinet."""
    used = problem.uses[choice].sum(axis=0)
    size = np.abs(problem.uses[choice]).sum(axis=0) + np.abs(problem.limits)
    doubt = np.abs(used - problem.limits) <= 1e-9 * size
    if (used[~doubt] > problem.limits[~doubt]).any():
        return False
    for r in np.flatnonzero(doubt).tolist():
        if sum(
            convert_to_exact_decimal(figure) for figure in problem.uses[choice, r]
        ) > convert_to_exact_decimal(problem.limits[r]):
            return False
    return _has_common_schedules(problem, choice)


def _has_common_schedules(problem: Problem, choice: Ints) -> bool:
    if not problem.linked:
        return True
    cabinet, schedule = (some[choice] for some in problem.group())
    order = np.argsort(cabinet, kind="stable")
    same = np.diff(cabinet[order]) == 0
    return bool((np.diff(schedule[order])[same] == 0).all())


def repair_choice(problem: Problem, found: Priced, prices: Floats) -> Ints | None:
    """The choice of the prices, brought within the limits one segment after the other.

    None: it got stuck. Only for problems whose segments are free of each other.
    """
    choice = found.choice.copy()
    size = np.maximum(np.abs(problem.uses).max(axis=0, initial=0.0), 1e-12)
    full = problem.cost + problem.uses @ prices
    for _ in range(4 * problem.segments):
        over = np.maximum(problem.uses[choice].sum(axis=0) - problem.limits, 0.0) / size
        if not over.any():
            return choice if is_feasible_choice(problem, choice) else None
        more = problem.uses - problem.uses[choice[problem.segment]]
        after = np.maximum(
            (problem.uses[choice].sum(axis=0) - problem.limits + more) / size, 0.0
        ).sum(axis=1)
        gain = over.sum() - after
        dearer = full - full[choice[problem.segment]]
        worth = np.where(gain > 1e-12, np.maximum(dearer, 0.0) / np.maximum(gain, 1e-12), np.inf)  # noqa: PLR2004
        best = int(worth.argmin())
        if not np.isfinite(worth[best]):
            return None
        choice[problem.segment[best]] = best
    return None
