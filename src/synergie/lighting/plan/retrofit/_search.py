"""The search for the cheapest choice: prices, chains, kernels, and the rest as a proof.

1. Prices of the limits (the linear programme) give a bound and what each option costs above it.
2. A kernel of the cheapest options goes to the solver: often that is all.
3. Chains (`_anneal`) and exchanges (`_exchange`) look for better choices; larger kernels follow.
4. Options that cost more above the bound than the best choice are out for good. The programme over
   the others proves the choice, or tells a bound better than that of the prices.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from typing import Self

import numpy as np

from synergie.lighting.plan.retrofit._anneal import (
    CHAINS,
    Chains,
    Near,
    anneal_chains,
    compute_penalty_prices,
)
from synergie.lighting.plan.retrofit._model import (
    build_model,
    build_start_values,
    read_solver_choice,
    worth,
)
from synergie.lighting.plan.retrofit._prices import Priced
from synergie.lighting.plan.retrofit._start import is_feasible_choice, repair_choice
from synergie.lighting.plan.retrofit.problem import Floats, Ints, Problem
from synergie.plan.solver import Model, Outcome, Progress, Stop

# The best exchange of one or two segments, again and again: all pairs at once in arrays.

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


SMALL = 300
"""Options up to which the whole programme goes to the solver at first, for half of the time."""
_HALF = 0.5
_BUILD_S = 4e-6
"""Seconds a coefficient to build a programme, through PuLP."""
_KERNELS = (0.15, 0.25, 0.35)
"""Shares of the options in a kernel."""
_PAIR = 2
"""Cheapest options of each segment that every kernel holds."""
_STEPS = 16_384
"""Moves of a chain in one cooling."""
_SHORT = 2_048
"""The same when only a choice within the limits is sought."""
_FRESH = 2
"""Every so many coolings begin from the prices again."""
_WARMTH = (1.0, 0.5, 0.5, 0.5)
"""How hot the coolings begin, in turn."""
_ELITES = 40
"""Choices of the chains that are exchanged to their end."""
_FEW = 90
"""Segments up to which a kernel finds more in its time than chains do."""
_EFFORT = 0.15
"""What of its time the solver gives to heuristics, then: three times what it would."""
_FINE = {"mip_feasibility_tolerance": 1e-9, "primal_feasibility_tolerance": 1e-9}
"""Options of a solve after one whose choice passes a limit by less than its tolerance."""
_COARSE: Mapping[str, float] = {}
_NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of the time: the first kernel, the chains, each further kernel; the rest proves."""

    first: float
    chains: float
    kernel: float
    options: dict[str, float]
    """What the solver is told beside."""

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """Those that found most on problems of this size (docs/plan/retrofit.md)."""
        if problem.segments <= _FEW:
            return cls(0.05, 0.1, 0.45, {"mip_heuristic_effort": _EFFORT})
        return cls(0.1, 0.3, 0.15, {})


@dataclass(slots=True)
class Search:
    """One search, with what is left of its time."""

    problem: Problem
    priced: Priced
    prices: Floats
    limit_s: float
    gap: float = 0.0
    cancel: Callable[[], bool] | None = None
    progress: Callable[[Progress], None] | None = None
    best: Ints | None = None
    bound: float = -np.inf
    outcomes: list[Outcome] = field(default_factory=list)
    began: float = field(default_factory=time.thread_time)
    elites: list[Ints] = field(default_factory=list)
    cooled: int = 0
    """Coolings so far."""
    grid: float = field(init=False)
    shares: Shares = field(init=False)

    def __post_init__(self) -> None:
        self.shares = Shares.of(self.problem)
        self.grid = self.problem.step()
        self.learn(self.priced.bound)

    def run(self) -> Stop:
        """Why it stopped; `best` and `bound` hold what was found."""
        for act in self._acts():
            stop = act()
            if self.is_cancelled():
                return "cancelled"
            if stop == "infeasible" or self.near():
                return stop if stop == "infeasible" else "proved"
        return "time"

    def offer(self, choice: Ints | None) -> bool:
        """Keep *choice* when it holds and is cheaper."""
        if (
            choice is None
            or self.cost(choice) >= self._top()
            or not is_feasible_choice(self.problem, choice)
        ):
            return False
        self.best = choice
        self._tell()
        return True

    def learn(self, bound: float | None) -> None:
        """A bound; costs that are whole multiples of a step lift it to the next one."""
        if bound is None or not np.isfinite(bound):
            return
        if self.grid:
            bound = max(bound, ceil(bound / self.grid - 1e-6) * self.grid)
        self.bound = max(self.bound, bound)

    def cost(self, choice: Ints) -> float:
        """Cost of *choice*."""
        return float(self.problem.cost[choice].sum())

    def near(self) -> bool:
        """Whether nothing better than the best by more than the gap can be there."""
        if self.best is None:
            return False
        noise = _NOISE * min(float(np.abs(self.problem.cost).max()) or 1.0, 1.0)
        return self._top() - self.bound <= max(self.gap * abs(self._top()), noise)

    def is_cancelled(self) -> bool:
        """Whether it was asked to stop."""
        return self.cancel is not None and self.cancel()

    def remaining_s(self, share: float = 1.0) -> float:
        """Seconds that are left, a *share* of all at most."""
        return min(self.limit_s - (time.thread_time() - self.began), share * self.limit_s)

    def _top(self) -> float:
        return np.inf if self.best is None else self.cost(self.best)

    def _tell(self, done: float = 0.0) -> None:
        if self.progress is not None:
            best = None if self.best is None else self._top()
            low = float(self.bound) if np.isfinite(self.bound) else None
            self.progress(Progress(time.thread_time() - self.began, best, low, done))

    def _first(self) -> Stop:
        """Doing nothing, the choice of the prices within the limits, the first kernel."""
        self.offer(self.problem.keep)
        self.offer(self.priced.choice)
        if not self.problem.linked and not self.near():
            self.offer(repair_choice(self.problem, self.priced, self.prices))
        if self.near():
            return "proved"
        if self.best is None and not self.problem.linked:
            self._chains(_SHORT, self.shares.first, rounds=1)
        small = len(self.problem.segment) <= SMALL
        return self._solved(*((1.0, _HALF) if small else (_KERNELS[0], self.shares.first)))

    def _early(self) -> Stop:
        """The programme over all that are left, when they are few."""
        rest = self._rest()
        few = len(rest) <= max(SMALL, 3 * self.problem.segments)
        return self._over(rest, self.remaining_s(self.shares.first), whole=True) if few else "time"

    def _acts(self) -> Iterator[Callable[[], Stop]]:
        """What is done one after the other, until the best is proved."""
        yield self._first
        yield self._early
        yield self._chained
        for share in _KERNELS[1:]:
            yield partial(self._solved, share, self.shares.kernel)
        yield self._proof

    def _proof(self) -> Stop:
        """All the rest of the time."""
        return self._over(self._rest(), self.remaining_s(), whole=True)

    def _chained(self) -> Stop:
        if not self.problem.linked:
            self._chains(_STEPS, self.shares.chains)
        return "time"

    def _chains(self, steps: int, share: float, rounds: int = 1_000) -> None:
        """Chains from the prices, then twice from the best of all, colder; and so on."""
        over = time.thread_time() + self.remaining_s(share)
        near, high = (
            Near.of(self.problem, self.priced.excess),
            compute_penalty_prices(self.problem, self.prices),
        )
        step = max(near.step(self.priced.excess), self.grid / 3)
        for _ in range(rounds):
            if time.thread_time() >= over or self.near() or self.is_cancelled():
                break
            fresh = self.cooled % _FRESH == 0 or not self.elites
            starts = [self.priced.choice] if fresh else self.elites
            pool = np.stack([starts[c % len(starts)] for c in range(CHAINS)])
            chains = Chains.of(self.problem, high, pool)
            anneal_chains(
                chains,
                near,
                step=step * _WARMTH[self.cooled % len(_WARMTH)],
                steps=steps,
                seed=self.cooled,
                stop=lambda: self.is_cancelled() or time.thread_time() >= over,
            )
            self.cooled += 1
            self._keep(self._exchanged(chains.elites(_ELITES)))

    def _keep(self, choices: list[Ints]) -> None:
        """The best choices of all chains, each once."""
        best = [] if self.best is None else [self.best]
        once = {one.tobytes(): one for one in (*best, *self.elites, *choices)}
        self.elites = sorted(once.values(), key=self.cost)[:_ELITES]

    def _exchanged(self, choices: list[Ints]) -> list[Ints]:
        """The choices after exchanges, the cheapest first; the best is kept."""
        options = np.unique(Near.of(self.problem, self.priced.excess, 8).table)
        found = []
        for choice in choices:
            if self.remaining_s() <= 0 or self.is_cancelled():
                break
            found.append(improve_by_exchange(self.problem, choice, options))
            self.offer(found[-1])
        return sorted(found, key=self.cost)

    def _rest(self) -> Ints:
        """Options that a choice cheaper than the best may have."""
        gain = self.grid * (1 - 1e-6) if self.grid else 1e-9 * max(abs(self._top()), 1.0)
        room = self._top() - gain - self.priced.bound
        inside = self.priced.excess <= max(room, 0.0) + 1e-9 * max(abs(self.priced.bound), 1.0)
        if self.best is not None:
            inside[self.best] = True
        inside[self.priced.choice] = True
        return np.flatnonzero(inside)

    def _solved(self, share: float, time_share: float) -> Stop:
        """The kernel of this *share* of the options."""
        whole = share >= 1
        options = np.arange(len(self.problem.segment)) if whole else self._cheapest(share)
        return self._over(options, self.remaining_s(time_share), whole=whole)

    def _cheapest(self, share: float) -> Ints:
        problem = self.problem
        inside = np.zeros(len(problem.segment), dtype=bool)
        order = np.argsort(self.priced.excess, kind="stable")
        inside[order[: ceil(share * len(order))]] = True
        inside[np.unique(Near.of(problem, self.priced.excess, _PAIR).table)] = True
        if self.best is not None:
            inside[self.best] = True
        rest = np.zeros_like(inside)
        rest[self._rest()] = True
        return np.flatnonzero(inside & rest)

    def _over(self, options: Ints, limit_s: float, *, whole: bool) -> Stop:
        """The programme over *options*; *whole*: none is missing that a better choice has."""
        if limit_s <= self._building(options):
            return "time"
        begun, top = self.best, self._top()
        outcome, choice = self._within(build_model(self.problem, options), options, limit_s)
        if whole:
            self.learn(top if outcome.stop == "infeasible" else self._least(outcome, top))
        if choice is not None:
            self._take(choice)
        self._tell()
        return "infeasible" if whole and outcome.stop == "infeasible" and begun is None else "time"

    def _within(self, program: Model, options: Ints, limit_s: float) -> tuple[Outcome, Ints | None]:
        """What the solver answers, and its choice.

        A choice that passes a limit by less than the solver looks is left out: it solves again.
        """
        over, fine = time.thread_time() + limit_s, _COARSE
        while True:
            outcome = program.minimise(
                limit_s=max(over - time.thread_time(), 0.0),
                gap=self.gap / 2,
                cancel=self.cancel,
                start=None if self.best is None else build_start_values(options, self.best),
                options={**self.shares.options, **fine},
            )
            self.outcomes.append(outcome)
            if not outcome.values:
                return outcome, None
            choice = read_solver_choice(self.problem, options, outcome)
            if is_feasible_choice(self.problem, choice) or time.thread_time() > over:
                return outcome, choice
            taken = np.searchsorted(options, choice).tolist()
            program.require([(column, 1.0) for column in taken], high=len(taken) - 1)
            fine = _FINE

    def _building(self, options: Ints) -> float:
        """Seconds, about, to build the programme: nothing can stop it meanwhile."""
        return _BUILD_S * len(options) * (len(self.problem.limits) + 2)

    def _least(self, outcome: Outcome, top: float) -> float | None:
        return None if outcome.bound is None else min(outcome.bound * worth(self.problem), top)

    def _take(self, choice: Ints) -> None:
        if self.offer(choice) and not self.problem.linked and not self.near():
            self._exchanged([choice])
