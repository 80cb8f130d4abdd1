"""Many choices at once, cooled: moves of one segment at a price for what passes a limit.

All chains move together in arrays, about five million moves a second on one core. The price of a
passed limit differs from chain to chain, so that none has to be tuned.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synergie.lighting.plan.retrofit.problem import Flags, Floats, Ints, Problem

CHAINS = 256
_BLOCK = 64
"""Steps drawn at once; the end of the time and a cancellation are looked at between."""
_NEAR = 5
"""Cheapest options of each segment that chains move among."""
_HOT, _COLD = 3.0, 0.1
"""First and last temperature, in middle steps from the best to the second option."""
_DEAR = (1.0, 40.0)
"""Prices of a passed limit, in those of the linear programme, over the chains."""
_FLAT = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """The cheapest options of each segment, the best first."""

    table: Ints
    """(segments, some); the best again where a segment has fewer."""
    width: Ints
    """How many of them are real."""

    @classmethod
    def of(cls, problem: Problem, excess: Floats, most: int = _NEAR) -> "Near":
        """The *most* options of least excess."""
        order = np.lexsort((excess, problem.segment))
        ends = np.append(problem.starts[1:], len(problem.segment))
        width = np.minimum(ends - problem.starts, most)
        place = np.minimum(np.arange(most)[None, :], width[:, None] - 1)
        return cls(order[problem.starts[:, None] + place], width)

    def step(self, excess: Floats) -> float:
        """The middle distance from the best option to the second."""
        if self.table.shape[1] == 1:
            return 0.0
        return float(np.median(excess[self.table[:, 1]] - excess[self.table[:, 0]]))


def compute_penalty_prices(problem: Problem, prices: Floats) -> Floats:
    """Price of passing each limit by one."""
    size = np.maximum(np.abs(problem.uses).max(axis=0), _FLAT)
    worth = prices * size
    middle = worth.mean() or float(np.abs(problem.cost).max()) or 1.0
    found: Floats = (worth + middle) / size
    return found


@dataclass(slots=True, eq=False)
class Chains:
    """Where the chains stand, and the best each has seen within the limits."""

    problem: Problem
    prices: Floats
    """What it costs to pass a limit, (chains, m)."""
    choice: Ints
    """(chains, segments)."""
    used: Floats
    cost: Floats
    over: Floats
    best_cost: Floats
    best: Ints

    @classmethod
    def of(cls, problem: Problem, prices: Floats, choices: Ints) -> "Chains":
        """Chains that begin with *choices*, (chains, segments)."""
        used = np.stack([problem.uses[one].sum(axis=0) for one in choices])
        cost = problem.cost[choices].sum(axis=1)
        spread = np.geomspace(*_DEAR, len(choices))[:, None] * prices
        over = _compute_excess_cost(used, problem.limits, spread)
        best = np.where(over <= 0, cost, np.inf)
        return cls(problem, spread, choices.copy(), used, cost, over, best, choices.copy())

    def cool(self, near: Near, rng: np.random.Generator, temperatures: Floats) -> None:
        """One move a chain at each of these temperatures."""
        shape = (len(temperatures), len(self.cost))
        segment = rng.integers(0, self.problem.segments, shape)
        place = (rng.random(shape) * near.width[segment]).astype(np.int64)
        option = near.table[segment, place]
        slack = -temperatures[:, None] * np.log(rng.random(shape) + _FLAT)
        for moved, taken, room in zip(segment, option, slack, strict=True):
            self._move(moved, taken, room)

    def _move(self, segment: Ints, option: Ints, room: Floats) -> None:
        problem, chain = self.problem, np.arange(len(self.cost))
        before = self.choice[chain, segment]
        used = self.used + problem.uses[option] - problem.uses[before]
        over = _compute_excess_cost(used, problem.limits, self.prices)
        dearer = problem.cost[option] - problem.cost[before]
        taken: Flags = dearer + over - self.over <= room
        at = np.flatnonzero(taken)
        self.choice[at, segment[at]] = option[at]
        self.used[at], self.over[at] = used[at], over[at]
        self.cost[at] += dearer[at]
        better = (self.over <= 0) & (self.cost < self.best_cost)
        if better.any():
            self.best_cost[better] = self.cost[better]
            self.best[better] = self.choice[better]

    def elites(self, count: int) -> list[Ints]:
        """The best choices within the limits, each once, cheapest first."""
        order = np.argsort(self.best_cost, kind="stable")
        found: dict[bytes, Ints] = {}
        for chain in order[np.isfinite(self.best_cost[order])].tolist():
            found.setdefault(self.best[chain].tobytes(), self.best[chain])
            if len(found) == count:
                break
        return list(found.values())


def _compute_excess_cost(used: Floats, limits: Floats, prices: Floats) -> Floats:
    found: Floats = np.einsum("cr,cr->c", np.maximum(used - limits, 0.0), prices)
    return found


def anneal_chains(
    chains: Chains, near: Near, *, step: float, steps: int, seed: int, stop: Callable[[], bool]
) -> None:
    """*steps* moves a chain from hot to cold; *stop* ends it between two blocks."""
    rng = np.random.default_rng(seed)
    hot = max(step * _HOT, _FLAT)
    for begun in range(0, steps, _BLOCK):
        if stop():
            return
        share = (begun + np.arange(_BLOCK)) / steps
        chains.cool(near, rng, hot * (_COLD / _HOT) ** share)
