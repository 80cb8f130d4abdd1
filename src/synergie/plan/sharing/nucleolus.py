"""The nucleolus and the least core, by successive linear programmes with row generation.

max e such that x(S) + e <= c(S) for every coalition S and x(N) = c(N). The coalitions with a
non-zero dual are tight in every optimum: they are fixed, those that are combinations of the fixed
ones drop out, and so on until one point is left (docs/plan/sharing.md). A slack of zero alone
proves nothing: it may be zero in one optimum only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from synergie.errors import SolverFailed
from synergie.plan.linear import Linear
from synergie.plan.sharing._span import Span
from synergie.plan.sharing.game import (
    Flags,
    Floats,
    Game,
    build_mask_flags,
    sum_amounts_by_coalition,
)

_TIGHT = 1e-7  # a dual that is not zero: the duals of a stage sum to one
_SLACK = 1e-10  # of the total: below it a row counts as satisfied
_BATCH = 5  # rows added at once for each player


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Coalitions, one a line, and their costs in cents."""

    coalitions: Flags
    costs: Floats


class CoalitionRegistry:
    """The coalitions that have a row: one that is violated by a rounding comes in once only."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def new(self, rows: Rows) -> Rows:
        """Those of *rows* that come for the first time."""
        names = [line.tobytes() for line in np.packbits(rows.coalitions, axis=1)]
        fresh = np.array([name not in self._seen for name in names], dtype=np.bool_)
        self._seen.update(names)
        return Rows(rows.coalitions[fresh], rows.costs[fresh])


class NoPoint(Exception):
    """Too many coalitions cannot buy by themselves: what is left holds nobody to one point."""


type Separate = Callable[[Floats, float, Span], Rows]
"""Given shares, the least surplus e and what is fixed: coalitions with x(S) + e > c(S), in cents.
None left means none exists."""


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """What the first stage proves: how far the core is from empty.

    `epsilon`, cents, is the charge on leaving from which some sharing keeps everybody; 0 or less
    when the core is not empty. The `coalitions`, taken with their `weights`, cover each player to
    the same extent: together they prove that no sharing does better.
    """

    epsilon: float
    coalitions: Flags
    weights: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Nucleolus:
    """Shares in cents, in the order of the players, and what it took."""

    shares: Floats
    balance: Balance
    surpluses: tuple[float, ...]
    """The least surplus c(S) - x(S) fixed at each stage, cents, rising."""
    solves: int
    rows: int
    stages: tuple[Balance, ...] = ()
    """The coalitions that hold the surplus of each stage, with their weights."""


def compute_nucleolus(game: Game, *, all_rows: bool = False) -> Nucleolus:
    """The nucleolus of *game*. *all_rows*: every coalition from the start (to compare)."""
    n = len(game.players)
    if n == 1:
        empty = Balance(0.0, np.zeros((0, 1), dtype=np.bool_), np.zeros(0))
        return Nucleolus(np.array([game.total]), empty, (), 0, 0)
    first = _build_all_rows(game) if all_rows else _build_starting_rows(game)
    return _Stages(
        n, game.total, _compute_value_scale(game.values), first, build_mask_scan(game)
    ).run()


def least_core(game: Game) -> Balance:
    """How far the core is from empty, with the coalitions that prove it."""
    n = len(game.players)
    if n == 1:
        return compute_nucleolus(game).balance
    stages = _Stages(
        n,
        game.total,
        _compute_value_scale(game.values),
        _build_starting_rows(game),
        build_mask_scan(game),
    )
    return stages.stage()


def build_mask_scan(game: Game) -> Separate:
    """The most violated coalitions, seen by going through all masks at once."""

    def separate(shares: Floats, surplus: float, span: Span) -> Rows:
        n = len(game.players)
        excess = sum_amounts_by_coalition(shares) - game.values
        excess[span.holds_masks()] = -np.inf
        limit = _SLACK * _compute_value_scale(game.values)
        found = np.flatnonzero(excess + surplus > limit)
        if len(found) > _BATCH * n:
            found = found[np.argpartition(-excess[found], _BATCH * n)[: _BATCH * n]]
        return Rows(build_mask_flags(found, n), game.values[found])

    return separate


def _compute_value_scale(values: Floats) -> float:
    return float(np.abs(values[np.isfinite(values)]).max()) or 1.0


def _build_starting_rows(game: Game) -> Rows:
    """Each player alone, and all but each."""
    n = len(game.players)
    one = 1 << np.arange(n)
    masks = np.unique(np.concatenate([one, (len(game.values) - 1) ^ one]))
    return _build_finite_rows(game, masks)


def _build_all_rows(game: Game) -> Rows:
    return _build_finite_rows(game, np.arange(1, len(game.values) - 1))


def _build_finite_rows(game: Game, masks: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Rows:
    masks = masks[np.isfinite(game.values[masks])]
    return Rows(build_mask_flags(masks, len(game.players)), game.values[masks])


@dataclass(slots=True)
class _Stages:
    """The linear programmes, one after the other, on one engine. Amounts are over *scale*."""

    n: int
    total: float
    scale: float
    first: Rows
    separate: Separate
    linear: Linear = field(default_factory=Linear)
    span: Span = field(init=False)
    open: dict[int, Flags] = field(default_factory=dict)
    """Rows whose surplus is not fixed yet: number → coalition."""
    costs: dict[int, float] = field(default_factory=dict)
    known: CoalitionRegistry = field(default_factory=CoalitionRegistry)
    shares: Floats = field(init=False)
    surplus: float = field(init=False)

    def __post_init__(self) -> None:
        self.span = Span(self.n)
        for _ in range(self.n):
            self.linear.column()
        self.linear.column(-1.0, high=4.0)  # e; no surplus is over twice the largest cost
        everybody = np.array([[1.0] * self.n + [0.0]])
        total = np.array([self.total / self.scale])
        self.linear.require(everybody, total, total)
        self.span.add(np.ones(self.n, dtype=np.bool_))
        self._add(self.known.new(self.first))

    def run(self) -> Nucleolus:
        stages = [self.stage()]
        surpluses = [self.surplus]
        while self.span.rank < self.n:
            stages.append(self.stage())
            surpluses.append(self.surplus)
        return Nucleolus(
            self.shares, stages[0], tuple(surpluses), self.linear.solves, self.linear.rows,
            tuple(stages),
        )  # fmt: skip

    def stage(self) -> Balance:
        """One least surplus made as large as it can be, and the coalitions that hold it there."""
        while True:
            answer = self.linear.minimise()
            if answer is None:
                raise SolverFailed("the programme of the nucleolus has no optimum")
            self.shares = answer.values[: self.n] * self.scale
            self.surplus = -answer.objective * self.scale
            more = self.known.new(self.separate(self.shares, self.surplus, self.span))
            if not len(more.costs):
                return self._fix(-answer.objective, -answer.duals)
            self._add(more)

    def _add(self, rows: Rows) -> None:
        matrix = np.ones((len(rows.costs), self.n + 1))
        matrix[:, : self.n] = rows.coalitions
        costs = rows.costs / self.scale
        numbers = self.linear.require(matrix, np.full(len(costs), -np.inf), costs)
        self.open |= dict(zip(numbers, rows.coalitions, strict=True))
        self.costs |= dict(zip(numbers, costs.tolist(), strict=True))

    def _fix(self, surplus: float, duals: Floats) -> Balance:
        held = [row for row in self.open if duals[row] > _TIGHT]
        if not held:
            raise NoPoint
        coalitions = np.array([self.open[row] for row in held])
        for row in held:
            coalition = self.open.pop(row)
            self.linear.change(row, self.n, 0.0)
            end = self.costs[row] - surplus
            if self.span.add(coalition):
                self.linear.bound(row, end, end)
            else:
                self.linear.bound(row, -np.inf, np.inf)
        for row in [r for r, c in self.open.items() if self.span.holds(c[None])[0]]:
            del self.open[row]
            self.linear.bound(row, -np.inf, np.inf)
        return Balance(-surplus * self.scale, coalitions, duals[held])
