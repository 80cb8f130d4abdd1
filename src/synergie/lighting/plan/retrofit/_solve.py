"""From the problem to the choice: dominated options left out, the search, the check."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from synergie.errors import Cancelled, Infeasible, OutOfTime, SolverFailed
from synergie.lighting.plan.retrofit import _reduce, _verify
from synergie.lighting.plan.retrofit._model import build_model
from synergie.lighting.plan.retrofit._relaxed import solve_relaxation
from synergie.lighting.plan.retrofit._search import Search
from synergie.lighting.plan.retrofit.problem import Ints, Problem
from synergie.plan.conflicts import find_conflicts
from synergie.plan.seconds import check_seconds
from synergie.plan.solver import Outcome, Progress, Stop

_TELL_S = 20.0
"""Seconds for the words of what conflicts."""


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """The cheapest choice found, and how sure it is."""

    choice: Ints
    """Option of each segment, as a place in the row of the problem."""
    cost: Decimal
    """What it costs, added exactly."""
    bound: float
    """No choice within the limits costs less."""
    lp_bound: float
    """The bound of the linear programme alone."""
    stop: Stop
    """Why the search ended."""
    outcomes: tuple[Outcome, ...]
    """The solves."""
    seconds: float
    """All of it."""

    @property
    def gap(self) -> float:
        """How far it may be above the cheapest, as a share of its cost."""
        above = max(float(self.cost) - self.bound, 0.0)
        return above / abs(float(self.cost)) if self.cost else float(above > 0)


@check_seconds
def solve(
    problem: Problem,
    *,
    limit_s: float = 10,
    gap: float = 0.0,
    start: Ints | None = None,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Chosen:
    """The cheapest choice within the limits, with a bound that is certified.

    *gap*: relative distance to the bound at which it stops. *start*: a choice to begin from.
    Raises Infeasible with the limits that conflict and what is missing (those that have words),
    OutOfTime, Cancelled, SolverFailed, MissingExtra.
    """
    began = time.perf_counter()
    if cancel is not None and cancel():
        raise Cancelled
    reduced = _reduce.reduce_problem(problem)
    found = solve_relaxation(reduced.problem, cancel=cancel)
    if found is None:
        raise Infeasible(_list_conflicts(reduced.problem))
    search = Search(
        reduced.problem, *found, limit_s=limit_s, gap=gap, cancel=cancel, progress=progress,
        began=began,
    )  # fmt: skip
    search.offer(reduced.inside(start))
    stop = search.run()
    if stop == "infeasible":
        raise Infeasible(_list_conflicts(reduced.problem))
    if search.best is None:
        raise Cancelled if stop == "cancelled" else OutOfTime(limit_s)
    choice = reduced.options[search.best]
    faults = _verify.faults(problem, choice)
    if faults:
        raise SolverFailed("; ".join(faults))
    cost = problem.value(choice)
    return Chosen(
        choice=choice,
        cost=cost,
        bound=min(search.bound, float(cost)),
        lp_bound=min(found[0].bound, float(cost)),
        stop=stop,
        outcomes=tuple(search.outcomes),
        seconds=time.perf_counter() - began,
    )


def _list_conflicts(problem: Problem) -> tuple[str, ...]:
    """What conflicts; nothing when no limit has words."""
    if not any(problem.needs):
        return ()
    return find_conflicts(build_model(problem, np.arange(len(problem.segment))), limit_s=_TELL_S)
