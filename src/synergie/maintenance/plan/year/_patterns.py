"""A lower bound of one zone's year by columns: a column is what is done in one week.

The master covers each visit with patterns (visits, whole days), at most one a week, with whole
days within intervals of weeks (M4) and the lateness of the zone (M5); prices of patterns are
knapsacks. Duals are smoothed towards the best so far. Whatever the duals, what they bound is
certified: it is added up from the knapsacks, not from the master.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from synergie.errors import SolverFailed
from synergie.maintenance.plan.year._kicks import Hints, Pattern
from synergie.maintenance.plan.year._patch import Best, Floats, Patch, solve_week_knapsacks
from synergie.plan.linear import Linear

_SMOOTH = 0.6  # weight of the best duals so far
_NEAR = 1e-5  # EUR per EUR between master and bound at which a zone is done
_SMALL = 1e-7
_ROUNDS = 400
_MISSED = 3.0  # an uncovered visit costs this many times the dearest way to make it alone


@dataclass(frozen=True, slots=True)
class Duals:
    """What a visit, a whole day in an interval and lateness are worth, EUR."""

    visits: Floats
    whole: Floats
    late: float


@dataclass(slots=True)
class Patterns:
    """The master of one zone, kept hot: only prices of days change between calls."""

    given: Patch
    price: Floats
    """EUR of a crew-day by week."""
    centre: Duals = field(init=False)
    bound: float = field(init=False)
    best: Best = field(init=False)
    """The patterns behind the bound."""
    rounds: int = 0
    share: Floats = field(init=False)
    """How much of each visit the master's optimum makes in each week."""
    _spans: tuple[tuple[int, int, int], ...] = field(init=False)
    _inside: Floats = field(init=False)
    _master: Linear = field(init=False)
    _rows: int = field(init=False)
    held: list[Pattern] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with each visit at its cheapest week and its part of a day."""
        self._spans = list_whole_day_spans(self.given)
        self._inside = np.zeros((self.given.weeks, len(self._spans)))
        for s, (a, b, _) in enumerate(self._spans):
            self._inside[a : b + 1, s] = 1.0
        self._master = Linear()
        n, weeks, given = len(self.given.ticks), self.given.weeks, self.given
        alone = given.cost + np.ceil(given.ticks / given.day)[:, None] * self.price
        missed = np.where(np.isfinite(alone), alone, -np.inf).max(axis=1) * _MISSED
        self._rows = n + weeks + len(self._spans) + 1
        lows = [np.ones(n), np.full(weeks, -1.0), [float(s[2]) for s in self._spans]]
        for cost in [*missed.tolist(), *self.price.tolist()]:
            self._master.column(cost, low=0.0)
        ones = np.zeros((self._rows, n + weeks))  # the last: a day more, idle, in each week
        ones[:n, :n] = np.eye(n)
        ones[n + weeks : -1, n:] = self._inside.T
        low = np.concatenate([*lows, [-given.most_late]])
        self._master.require(ones, low, np.full(self._rows, np.inf))
        part = given.cost + given.ticks[:, None] / given.day * self.price
        self.centre = Duals(part.min(axis=1), np.zeros(len(self._spans)), 0.0)
        self.bound, self.best = self._bounded(self.centre)

    def run(self, *, rounds: int, over: Callable[[], bool] | None = None) -> float:
        """Columns until master and bound meet or HiGHS breaks down: the certified bound."""
        self._take(self.best, self.centre)
        for _ in range(rounds):
            try:
                answer = self._master.minimise()
            except SolverFailed:
                break
            if answer is None:
                break
            self._keep(answer.values)
            if answer.objective - self.bound <= _NEAR * abs(self.bound) or (over and over()):
                break
            self.rounds += 1
            self._step(answer.duals)
        return self.bound

    def _step(self, duals: Floats) -> None:
        n, weeks = len(self.given.ticks), self.given.weeks
        out = Duals(duals[:n], duals[n + weeks : -1], float(duals[-1]))
        mixed = Duals(
            _SMOOTH * self.centre.visits + (1 - _SMOOTH) * out.visits,
            _SMOOTH * self.centre.whole + (1 - _SMOOTH) * out.whole,
            _SMOOTH * self.centre.late + (1 - _SMOOTH) * out.late,
        )
        bound, best = self._bounded(mixed)
        if bound > self.bound:
            self.bound, self.best, self.centre = bound, best, mixed
        if not self._take(best, out, duals[n : n + weeks]):
            bound, best = self._bounded(out)
            if bound > self.bound:
                self.bound, self.best, self.centre = bound, best, out
            self._take(best, out, duals[n : n + weeks])

    def _bounded(self, duals: Duals) -> tuple[float, Best]:
        """The Lagrangian bound at *duals*, and its patterns."""
        given = self.given
        duals = self._modest(duals)
        price = self.net(duals)
        value = duals.visits[:, None] - given.cost - duals.late * given.late
        best = solve_week_knapsacks(given, value, price)
        fixed = duals.visits.sum() + sum(
            dual * span[2] for dual, span in zip(duals.whole, self._spans, strict=True)
        )
        owed = duals.late * given.most_late if duals.late else 0.0
        return float(fixed - owed - best.gain.sum()), best

    def _modest(self, duals: Duals) -> Duals:
        """The same where no day is worth more than it costs: idle days would have no end."""
        credit = self._credit(duals.whole)
        too_much = credit > self.price
        if not too_much.any():
            return duals
        part = float((np.maximum(self.price, 0.0)[too_much] / credit[too_much]).min())
        return Duals(duals.visits, duals.whole * part, duals.late)

    def net(self, duals: Duals) -> Floats:
        """EUR of a day by week, less what the intervals it helps fill are worth."""
        return self.price - self._credit(duals.whole)

    def _credit(self, whole: Floats) -> Floats:
        credit: Floats = self._inside @ whole
        return credit

    def _take(self, best: Best, duals: Duals, convex: Floats | None = None) -> bool:
        """Enter the patterns that the duals of the master find cheaper than it does."""
        given = self.given
        price = self.net(duals)
        value = duals.visits[:, None] - given.cost - duals.late * given.late
        gain = np.where(best.chosen, value, 0.0).sum(axis=0) - best.days * price
        better = gain - (0.0 if convex is None else convex) > _SMALL
        weeks = np.flatnonzero(better & (best.days > 0))
        self._enter([(int(w), int(best.days[w]), best.chosen[:, w]) for w in weeks])
        return len(weeks) > 0

    def _enter(self, found: list[tuple[int, int, Any]]) -> None:
        if not found:
            return
        given, n = self.given, len(self.given.ticks)
        lines = np.zeros((len(found), self._rows))
        costs = np.zeros(len(found))
        for line, (week, days, chosen) in enumerate(found):
            lines[line, :n] = chosen
            lines[line, n + week] = -1.0
            lines[line, n + given.weeks : -1] = self._inside[week] * days
            lines[line, -1] = -given.late[chosen, week].sum()
            costs[line] = given.cost[chosen, week].sum() + days * self.price[week]
        self._master.enter(lines, costs)
        self.held += found

    def _keep(self, values: Floats) -> None:
        given = self.given
        self.share = np.zeros(given.cost.shape)
        n = len(given.ticks)
        for value, (week, _, chosen) in zip(values[n + given.weeks :], self.held, strict=True):
            if value > 0:
                self.share[chosen, week] += value


def list_whole_day_spans(given: Patch) -> tuple[tuple[int, int, int], ...]:
    """M4 of a zone: first week, last week, whole days that visits inside them take.

    An interval that asks no more than intervals inside it, side by side, is left out.
    """
    weeks = given.weeks
    asked = np.zeros((weeks + 1, weeks + 1), dtype=np.int64)  # best of those inside [a, b)
    kept = []
    for length in range(1, weeks + 1):
        for a in range(weeks - length + 1):
            b = a + length
            inside = (given.first >= a) & (given.last < b)
            work = int(given.ticks[inside].sum())
            split = max((asked[a, c] + asked[c, b] for c in range(a + 1, b)), default=0)
            days = -(-work // given.day)
            if days > split and work % given.day:
                kept.append((a, b - 1, days))
            asked[a, b] = max(split, days)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Bounded:
    """The certified bound of a zone at these prices, and what it tells of good plans."""

    bound: float
    centre: Duals
    hints: Hints
    rounds: int


def compute_zone_bound(
    given: Patch, price: Floats, over: Callable[[], bool] | None = None
) -> Bounded:
    """The bound of one zone at these prices of days."""
    master = Patterns(given, price)
    bound = master.run(rounds=_ROUNDS, over=over)
    part = given.ticks[:, None] / given.day * master.net(master.centre)
    reduced = given.cost - master.centre.visits[:, None] + part
    hints = Hints(master.share, tuple(master.held), reduced)
    return Bounded(bound, master.centre, hints, master.rounds)
