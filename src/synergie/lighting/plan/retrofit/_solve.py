"""From the problem to the choice: dominated options left out, the search, the check."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from synergie.errors import Cancelled, Infeasible, OutOfTime, SolverFailed
from synergie.lighting.plan.retrofit import _reduce, _verify
from synergie.lighting.plan.retrofit._model import build_model, compute_limit_units, worth
from synergie.lighting.plan.retrofit._prices import Priced, compute_price_bound
from synergie.lighting.plan.retrofit._search import Search
from synergie.lighting.plan.retrofit.problem import Floats, Ints, Problem
from synergie.plan.conflicts import find_conflicts
from synergie.plan.linear import Linear
from synergie.plan.seconds import check_seconds
from synergie.plan.solver import Outcome, Progress, Stop

# The linear relaxation: its prices, from all options or from those that come to matter.

WHOLE = 6_000
"""Options up to which all enter at once."""
_STEPS = 150
"""Steps of the subgradient that picks the first options of a larger problem."""
_FIRST = 3
"""Options of each segment that enter first."""
_WAIT = 8
"""Steps after which they are halved when none is better."""
_FLAT, _ABOVE = 1e-12, 1e-7
_DEAR = 1e4
"""Times the dearest price seen, at which a limit may be passed while options are missing."""


def solve_relaxation(
    problem: Problem, *, cancel: Callable[[], bool] | None = None
) -> tuple[Priced, Floats] | None:
    """The best prices with what they give. None: no mixture of options keeps the limits."""
    if not len(problem.limits):
        return compute_price_bound(problem, np.zeros(0)), np.zeros(0)
    prices = (
        _solve_linked_prices(problem) if problem.linked else _solve_free_prices(problem, cancel)
    )
    return None if prices is None else (compute_price_bound(problem, prices), prices)


def _solve_free_prices(problem: Problem, cancel: Callable[[], bool] | None) -> Floats | None:
    if len(problem.segment) <= WHOLE:
        return _Programme(problem, np.arange(len(problem.segment))).prices()
    guess = compute_subgradient_prices(problem)
    found = compute_price_bound(problem, guess)
    rank = np.lexsort((found.excess, problem.segment))
    place = np.arange(len(rank)) - problem.starts[problem.segment[rank]]
    programme = _Programme(
        problem, np.sort(rank[place < _FIRST]), dear=_compute_price_ceiling(problem, guess)
    )
    return programme.grown(cancel)


def _compute_price_ceiling(problem: Problem, prices: Floats) -> Floats:
    """A price of each limit that is surely too high."""
    span = np.abs(problem.cost).max(initial=1.0)
    found: Floats = _DEAR * (prices + span / np.maximum(np.abs(problem.uses).max(axis=0), _FLAT))
    return found


def compute_subgradient_prices(problem: Problem) -> Floats:
    """Prices near the best, from zero: the same each time."""
    scale = np.maximum(np.abs(problem.limits), np.abs(problem.uses).max(axis=0) + _FLAT)
    span = np.maximum.reduceat(problem.cost, problem.starts).sum()
    prices, best, length = np.zeros(len(scale)), (-np.inf, np.zeros(len(scale))), 1.0
    for number in range(_STEPS):
        found = compute_price_bound(problem, prices)
        over = (problem.uses[found.choice].sum(axis=0) - problem.limits) / scale
        if found.bound > best[0]:
            best = (found.bound, prices)
        elif number % _WAIT == _WAIT - 1:
            length, prices = length / 2, best[1]
            continue
        size = float(over @ over)
        reach = max(span - found.bound, abs(span) * 1e-3, _FLAT) * 0.3
        prices = np.maximum(prices + length * reach * over / max(size, _FLAT) / scale, 0.0)
    return best[1]


class _Programme:
    """Rows of the segments, then of the limits; options come in as columns."""

    def __init__(self, problem: Problem, first: Ints, dear: Floats | None = None) -> None:
        self.problem, self.linear = problem, Linear()
        self.inside = np.zeros(len(problem.segment), dtype=bool)
        ones = np.ones(problem.segments)
        self.size = np.maximum(np.abs(problem.uses).max(axis=0), _FLAT)
        empty = np.zeros((problem.segments + len(self.size), 0))
        low = np.concatenate([ones, np.full(len(self.size), -np.inf)])
        high = np.concatenate([ones, problem.limits / self.size])
        self.linear.require(empty, low, high)
        if dear is not None:
            over = np.zeros((len(self.size), problem.segments + len(self.size)))
            over[:, problem.segments :] = -np.eye(len(self.size))
            self.linear.enter(over, dear * self.size)
        self.enter(first)

    def enter(self, options: Ints) -> None:
        """These options too, a thousand at a time: each fills one line of all rows."""
        for some in np.array_split(options, max(1, -(-len(options) // 1000))):
            matrix = np.zeros((len(some), self.problem.segments + len(self.size)))
            matrix[np.arange(len(some)), self.problem.segment[some]] = 1.0
            matrix[:, self.problem.segments :] = self.problem.uses[some] / self.size
            self.linear.enter(matrix, self.problem.cost[some])
        self.inside[options] = True

    def prices(self) -> Floats | None:
        """Prices of the limits at the optimum over the options that are in."""
        answer = self.linear.minimise()
        if answer is None:
            return None
        found: Floats = np.maximum(-answer.duals[self.problem.segments :], 0.0) / self.size
        return found

    def grown(self, cancel: Callable[[], bool] | None) -> Floats | None:
        """The same over all options: those that are cheaper at its prices enter, until none is."""
        while True:
            answer = self.linear.minimise()
            if answer is None:
                return None
            worth = answer.duals[: self.problem.segments]
            prices = np.maximum(-answer.duals[self.problem.segments :], 0.0) / self.size
            gain = self.problem.cost + self.problem.uses @ prices - worth[self.problem.segment]
            tiny = _ABOVE * max(float(np.abs(self.problem.cost).max()), 1.0)
            better = np.flatnonzero((gain < -tiny) & ~self.inside)
            if not len(better) or (cancel is not None and cancel()):
                passed = answer.values[: len(self.size)].max() > _ABOVE
                return None if passed and not len(better) else prices
            self.enter(better[np.argsort(gain[better], kind="stable")[: 2 * self.problem.segments]])


def _solve_linked_prices(problem: Problem) -> Floats | None:
    """Prices when the segments of a cabinet share its schedule."""
    program = build_model(problem, np.arange(len(problem.segment)))
    linear = Linear()
    linear.take(program)
    answer = linear.minimise()
    if answer is None:
        return None
    rows = answer.duals[problem.segments : problem.segments + len(problem.limits)]
    found: Floats = np.maximum(-rows, 0.0) * worth(problem) / compute_limit_units(problem)
    return found


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
    began = time.thread_time()
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
        seconds=time.thread_time() - began,
    )


def _list_conflicts(problem: Problem) -> tuple[str, ...]:
    """What conflicts; nothing when no limit has words."""
    if not any(problem.needs):
        return ()
    return find_conflicts(build_model(problem, np.arange(len(problem.segment))), limit_s=_TELL_S)
