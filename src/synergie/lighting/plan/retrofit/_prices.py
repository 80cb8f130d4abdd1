"""Prices of the resources: a bound that stands on its own, and what each option costs above it."""

from dataclasses import dataclass

import numpy as np

from synergie.lighting.plan.retrofit.problem import Floats, Ints, Problem

_SAFE = 1e-9
"""Share by which a bound of floats is lowered, so that it certainly is one."""


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """The problem with its limits replaced by prices (Lagrangian relaxation)."""

    bound: float
    """No choice within the limits costs less."""
    excess: Floats
    """A choice with this option costs at least this above the bound, (n,)."""
    choice: Ints
    """The cheapest option of each segment at these prices."""


def compute_price_bound(problem: Problem, prices: Floats) -> Priced:
    """The bound of *prices* (one a limit, none below zero): it holds for any."""
    full = problem.cost + problem.uses @ prices
    least = np.minimum.reduceat(full, problem.starts)
    excess = (
        _compute_linked_excess(problem, full) if problem.linked else full - least[problem.segment]
    )
    choice = _first_least(problem, excess)
    paid = prices * problem.limits
    low = float(full[choice].sum() - paid.sum())
    size = float(np.abs(full[choice]).sum() + np.abs(paid).sum())
    return Priced(low - _SAFE * size, excess, choice)


def _compute_linked_excess(problem: Problem, full: Floats) -> Floats:
    """Excess when the segments of a cabinet follow the schedule that is cheapest for all."""
    cabinet, schedule = problem.group()
    schedules = int(schedule.max()) + 1
    table = np.full((problem.segments, schedules), np.inf)
    np.minimum.at(table, (problem.segment, schedule), full)
    assert problem.cabinet is not None  # noqa: S101 (it is linked)
    total = np.zeros((int(problem.cabinet.max()) + 1, schedules))
    np.add.at(total, problem.cabinet, table)
    best = total.min(axis=1)
    above = total[cabinet, schedule] - best[cabinet]
    with np.errstate(invalid="ignore"):
        found: Floats = above + (full - table[problem.segment, schedule])
    return found


def _first_least(problem: Problem, excess: Floats) -> Ints:
    """The first option of each segment whose excess is least.

    In a linked problem two schedules may tie: those of the lower number go together.
    """
    keyed = excess
    if problem.linked:
        cabinet, schedule = problem.group()
        least = np.full(int(cabinet.max()) + 1, np.inf)
        np.minimum.at(least, cabinet, excess)
        tied = excess <= least[cabinet]
        chosen = np.full(len(least), schedule.max() + 1)
        np.minimum.at(chosen, cabinet[tied], schedule[tied])
        keyed = np.where(schedule == chosen[cabinet], excess, np.inf)
    order = np.lexsort((keyed, problem.segment))
    found: Ints = order[problem.starts]
    return found
