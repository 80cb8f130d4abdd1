"""The cheapest sites: exact on small problems, on large ones over the pairs that prices leave.

1. Prices of the zones (`_prices`) give a bound, and sets of sites worth a try: a first plan.
2. A site that lifts the bound over that plan, open or closed, is settled.
3. The model has the pairs that are worth their price, and one column a zone for all others, at
   the least of their costs and without a site: a relaxation. When its optimum leaves those
   columns alone it is the optimum of all; else the zones that used them get more pairs.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from synergie.errors import Infeasible
from synergie.maintenance.plan.depots._ground import DepotsModelInputs, Flags, Floats
from synergie.maintenance.plan.depots._model import (
    Choice,
    Columns,
    Pair,
    all_pairs,
    build_depots_model,
)
from synergie.maintenance.plan.depots._settle import (
    Settled,
    assign_zones_greedily,
    solve_zone_assignment,
)
from synergie.plan.conflicts import find_conflicts
from synergie.plan.solver import Model, Outcome, Progress, Stop

# Prices of serving each zone, and the bound they certify: Lagrangian relaxation of D1.
#
# Any prices give a lower bound, so no tolerance of a solver is in it. Given them each site is a
# knapsack of its own; which sites open is a knapsack that covers the whole demand (D4).

ROUNDS = 600
_PATIENCE = 12
"""Rounds without a better bound before the step is halved."""
_KEEP = 0.7
"""Weight of the former direction in the next one."""
_REACH = 0.05
"""How far above the bound the first steps aim, as a share of it."""
_SHORTEST, _FLAT, _GAIN = 1e-3, 1e-12, 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """The best prices found, EUR for all the demand of each zone."""

    zone: Floats
    bound: float
    """No plan costs less, EUR a year."""
    excess: Floats
    """What each site costs above what it earns at these prices, EUR."""
    tried: tuple[frozenset[int], ...]
    """Sets of sites that were opened on the way, the best bound first."""


def prices(
    ground: DepotsModelInputs, *, cancel: Callable[[], bool] | None = None, rounds: int = ROUNDS
) -> Prices:
    """Subgradient ascent from the cheapest full cost of each zone; the same each time."""
    full = ground.cost + np.outer(ground.fixed / ground.capacity, ground.demand)
    ascent = _Ascent(ground, full.min(axis=0))
    for number in range(rounds):
        stop = cancel is not None and number % 10 == 1 and cancel()  # one round at least
        if stop or ascent.over():
            break
        ascent.step()
    earned, _ = _compute_site_profits(ground, ascent.best_zone)
    seen = ascent.seen
    tried = tuple(sorted(seen, key=lambda one: (-seen[one], sorted(one))))
    return Prices(ascent.best_zone, ascent.best, ground.fixed - earned, tried)


class _Ascent:
    """Where the search for better prices stands."""

    def __init__(self, ground: DepotsModelInputs, zone: Floats) -> None:
        self.ground, self.zone = ground, zone
        self.best, self.best_zone = -np.inf, zone
        self.seen: dict[frozenset[int], float] = {}
        self._length, self._waited, self._norm = 1.0, 0, np.inf
        self._before = np.zeros_like(zone)

    def over(self) -> bool:
        """Whether steps gain nothing any more: too short, or each zone is served once."""
        return self._length < _SHORTEST or self._norm < _FLAT

    def step(self) -> None:
        """The bound at the prices of now, and the next prices."""
        earned, share = _compute_site_profits(self.ground, self.zone)
        opened = _open_cheapest_sites(self.ground, self.ground.fixed - earned)
        bound = float(self.zone.sum() + (self.ground.fixed - earned) @ opened)
        self.seen.setdefault(frozenset(np.flatnonzero(opened > 0).tolist()), bound)
        self._waited = 0 if bound > self.best + _GAIN * abs(self.best) else self._waited + 1
        if bound > self.best:
            self.best, self.best_zone = bound, self.zone
        if self._waited >= _PATIENCE:
            self._length, self._waited, self.zone = self._length / 2, 0, self.best_zone
            self._before = np.zeros_like(self.zone)
            return
        missing = (1.0 - opened @ share) * (1 - _KEEP) + _KEEP * self._before
        self._before, self._norm = missing, float(missing @ missing)
        if self._norm >= _FLAT:
            size = _REACH * max(abs(self.best), 1.0) / self._norm
            self.zone = self.zone + self._length * size * missing


def compute_forced_bounds(ground: DepotsModelInputs, found: Prices) -> tuple[Floats, Floats]:
    """The bound with each site open, and with it closed (infinite: the rest is too little)."""
    base = float(found.zone.sum())
    with_it, without = np.empty(len(ground.fixed)), np.empty(len(ground.fixed))
    for i in range(len(ground.fixed)):
        for into, value in ((with_it, True), (without, False)):
            opened = _open_cheapest_sites(ground, found.excess, (i, value))
            enough = ground.capacity @ opened >= ground.demand.sum() * (1 - 1e-9)
            into[i] = base + float(found.excess @ opened) if enough else np.inf
    return with_it, without


def _compute_site_profits(ground: DepotsModelInputs, zone: Floats) -> tuple[Floats, Floats]:
    """What each site earns when open, and the share of each zone it takes: dearest profit first."""
    profit = zone - ground.cost
    order = np.argsort(-profit / ground.demand, axis=1, kind="stable")
    gain = np.take_along_axis(profit, order, axis=1)
    asked = np.where(gain > 0, ground.demand[order], 0.0)
    left = ground.capacity[:, None] - (np.cumsum(asked, axis=1) - asked)
    part = np.clip(left / ground.demand[order], 0.0, 1.0) * (gain > 0)
    share = np.zeros_like(part)
    np.put_along_axis(share, order, part, axis=1)
    return (part * np.where(gain > 0, gain, 0.0)).sum(axis=1), share


def _open_cheapest_sites(
    ground: DepotsModelInputs, excess: Floats, force: tuple[int, bool] | None = None
) -> Floats:
    """Sites opened at least cost so that they hold the whole demand; the last one in part.

    Whole ones when all that are left have one capacity: then as many as it takes.
    """
    opened: Flags = ground.kept | (excess < 0)
    free = ~opened
    if force is not None:
        opened[force[0]], free[force[0]] = force[1], False
    taken = opened.astype(float)
    short = float(ground.demand.sum() - ground.capacity @ taken)
    rest = np.flatnonzero(free)
    if short <= 0 or not len(rest):
        return taken
    sizes = ground.capacity[rest]
    if sizes.min() == sizes.max():
        count = int(np.ceil(short / sizes[0] - 1e-9))
        taken[rest[np.argsort(excess[rest], kind="stable")[:count]]] = 1.0
        return taken
    order = rest[np.argsort(excess[rest] / sizes, kind="stable")]
    before = np.cumsum(ground.capacity[order]) - ground.capacity[order]
    taken[order] = np.clip((short - before) / ground.capacity[order], 0.0, 1.0)
    return taken


SMALL = 6_000
"""Pairs up to which the whole model is given to the solver at once."""
_NEAREST = 6
"""Pairs a zone has at least in the model."""
_TRIES = 8
"""Sets of sites tried for a first plan."""
_TRY, _PRICED = 0.1, 0.6
"""Most of the time that one of them takes; the time that prices leave at least. Shares of it."""


@dataclass(frozen=True, slots=True)
class DepotsSearchResult:
    """The cheapest plan found (None: none in time), its bound, the solves, why it stopped."""

    best: Settled | None
    bound: float | None
    outcomes: tuple[Outcome, ...]
    stop: Stop


@dataclass(slots=True)
class Search:
    """One search, with what is left of its time."""

    ground: DepotsModelInputs
    limit_s: float
    gap: float = 0.0
    cancel: Callable[[], bool] | None = None
    progress: Callable[[Progress], None] | None = None
    best: Settled | None = None
    bound: float | None = None
    outcomes: list[Outcome] = field(default_factory=list)
    began: float = field(default_factory=time.thread_time)

    def run(self) -> DepotsSearchResult:
        """Raises Infeasible with the requirements that conflict."""
        if not len(self.ground.demand):
            opened = frozenset(np.flatnonzero(self.ground.kept).tolist())
            self.best = Settled(opened, {}, sum(float(self.ground.fixed[i]) for i in opened))
            return DepotsSearchResult(self.best, self.best.cost, (), "proved")
        pairs = all_pairs(self.ground)
        stop = self._solve_full_model(pairs) if len(pairs) <= SMALL else self._by_prices()
        return DepotsSearchResult(self.best, self.bound, tuple(self.outcomes), stop)

    def _solve_full_model(self, pairs: list[Pair]) -> Stop:
        """The full model."""
        program, columns = build_depots_model(self.ground, Choice(pairs))
        outcome = self._solved(program, None)
        if outcome.stop == "infeasible":
            raise Infeasible(find_conflicts(program, limit_s=max(self._remaining_s(), 1.0)))
        if outcome.values:
            self._try(columns.sites(outcome))
        self.bound = outcome.bound
        return outcome.stop

    def _by_prices(self) -> Stop:
        found = prices(
            self.ground,
            cancel=lambda: self._is_cancelled() or self._remaining_s() < _PRICED * self.limit_s,
        )
        self.bound = found.bound
        for opened in found.tried[:_TRIES]:
            if self._remaining_s() > (self.limit_s / 2 if self.best is not None else 0):
                self._try(opened)
        if self.best is None and not self._is_cancelled():
            every = frozenset(range(len(self.ground.fixed)))
            plans = [
                assign_zones_greedily(self.ground, opened)
                for opened in (*found.tried[:_TRIES], every)
            ]
            known = [plan for plan in plans if plan is not None]
            self.best = min(known, key=lambda plan: plan.cost, default=None)
        if self._is_cancelled():
            return "cancelled"
        if self.best is None:
            return self._solve_full_model(all_pairs(self.ground))
        return self._rounds(found)

    def _rounds(self, found: Prices) -> Stop:
        """Models over more and more pairs, until the optimum leaves the others alone."""
        count, stop = np.full(len(self.ground.demand), _NEAREST), "time"
        while self._remaining_s() > 0:
            choice = self._choice(found, count)
            program, columns = build_depots_model(self.ground, choice)
            outcome = self._solved(program, columns, keep_s=self._each())
            self._learn(columns, outcome)
            stop = outcome.stop
            if self._near():
                return "proved"
            used = columns.outside(outcome) if outcome.values else []
            if stop != "proved" or not used:
                return stop
            count[used] *= 2
        return "time"

    def _learn(self, columns: Columns, outcome: Outcome) -> None:
        """The plan over its sites, and its bound: a better plan than ours costs as much."""
        if outcome.values:
            self._try(columns.sites(outcome))
        known = [b for b in (self.bound, outcome.bound) if b is not None]
        if outcome.stop == "infeasible":  # no plan over these sites: ours is the best
            known.append(self._cost())
        self.bound = min(max(known), self._cost())

    def _choice(self, found: Prices, count: np.ndarray) -> Choice:
        """Sites that are not settled, and for each zone the pairs that are worth their price."""
        assert self.best is not None  # noqa: S101 (a first plan is there)
        with_it, without = compute_forced_bounds(self.ground, found)
        near = self._cost() * (1 + 1e-9)
        sites = frozenset(np.flatnonzero(with_it <= near).tolist()) | self.best.opened
        must = frozenset(np.flatnonzero(without > near).tolist()) & sites
        above = self.ground.cost - found.zone
        above[[i for i in range(len(above)) if i not in sites]] = np.inf
        rank = np.argsort(np.argsort(above, axis=0, kind="stable"), axis=0, kind="stable")
        inside = ((above < 0) | (rank < count)) & np.isfinite(above)
        for i, j in self.best.amounts:
            inside[i, j] = True
        rows, zones = np.nonzero(inside)
        pairs = list(zip(rows.tolist(), zones.tolist(), strict=True))
        return Choice(pairs, must, _find_least_outside_costs(self.ground.cost, inside, sites))

    def _each(self) -> float:
        """Most seconds for the service of one set of sites."""
        return min(_TRY * self.limit_s, 10.0)

    def _solved(self, program: Model, columns: Columns | None, *, keep_s: float = 0.0) -> Outcome:
        """*keep_s*: time that is kept for the service of the sites that it opens."""
        start = None
        if columns is not None and self.best is not None:
            start = columns.start(self.best.amounts, self.ground)
        outcome = program.minimise(
            limit_s=max(self._remaining_s() - keep_s, 0.0),
            gap=self.gap,
            cancel=self.cancel,
            progress=self.progress,
            start=start,
        )
        self.outcomes.append(outcome)
        return outcome

    def _try(self, opened: frozenset[int]) -> None:
        """Keep the best service from *opened* when it is the cheapest so far."""
        limit_s = min(self._remaining_s(), max(self._each(), 1.0))
        if limit_s <= 0:
            return
        plan, outcome = solve_zone_assignment(
            self.ground, opened, limit_s=limit_s, cancel=self.cancel
        )
        self.outcomes.append(outcome)
        if plan is not None and (self.best is None or plan.cost < self.best.cost):
            self.best = plan

    def _cost(self) -> float:
        return float("inf") if self.best is None else self.best.cost

    def _near(self) -> bool:
        return self.bound is not None and self._cost() - self.bound <= self.gap * self._cost()

    def _is_cancelled(self) -> bool:
        """Whether who asked for it no longer wants it."""
        return self.cancel is not None and self.cancel()

    def _remaining_s(self) -> float:
        return max(self.limit_s - (time.thread_time() - self.began), 0.0)


def _find_least_outside_costs(
    cost: Floats, inside: np.ndarray, sites: frozenset[int]
) -> dict[int, float]:
    """For each zone the least cost of a pair that is left out; none when all are in."""
    rest = np.where(inside, np.inf, cost)[sorted(sites)]
    least = rest.min(axis=0)
    return {int(j): float(least[j]) for j in np.flatnonzero(np.isfinite(least))}
