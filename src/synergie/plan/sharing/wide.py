"""The least core, Shapley's value and the core test of a game too large to list.

Rows come from `_separate`, at a point half-way between the programme's and the best one so far: its
duals then move less, and the tail is short (84 rounds instead of 260 for 60 members).
"""

from dataclasses import dataclass, field

import numpy as np

from synergie.errors import SolverFailed
from synergie.plan.linear import Answer, Linear
from synergie.plan.sharing import _separate, rules, shapley
from synergie.plan.sharing._separate import Looked
from synergie.plan.sharing._span import Span
from synergie.plan.sharing.core import Excess
from synergie.plan.sharing.game import Flags, Floats
from synergie.plan.sharing.ground import NotCertified, Worst
from synergie.plan.sharing.nucleolus import Balance, CoalitionRegistry, Nucleolus, Rows, Separate
from synergie.plan.sharing.shapley import Sampled
from synergie.plan.sharing.tiers import TierGame

MOST_CERTIFIED = 60
"""Most players of a least core: more would take minutes."""
_BATCH = 200
_HALF = 0.5
_SLACK = 1e-9  # of the total
_TIGHT = 1e-7
_ROUNDS = 400


@dataclass(frozen=True, slots=True, eq=False)
class LeastCore:
    """What the least core took, for who measures it."""

    balance: Balance
    shares: Floats
    bound: float
    """Certified: no coalition has an excess over this at `shares`, cents."""
    rounds: int
    rows: int


@dataclass(slots=True, eq=False)
class Wide:
    """A game of sums, as a ground for the methods (`ground.SharingGame`)."""

    game: TierGame
    most: int = field(default=22, init=False)
    _found: list[LeastCore] = field(default_factory=list)

    @property
    def players(self) -> tuple[str, ...]:
        """Who shares."""
        return self.game.players

    @property
    def total(self) -> float:
        """What all pay together."""
        return self.game.total

    @property
    def alone(self) -> Floats:
        """What each pays alone."""
        return self.game.alone

    @property
    def without(self) -> Floats:
        """What the others pay without each."""
        return self.game.without

    @property
    def separate(self) -> Separate:
        """Coalitions that pay too much: looked for, then certified that there is none."""

        def separate(shares: Floats, surplus: float, span: Span) -> Rows:  # noqa: ARG001 (one stage)
            found = _select_violated_rows(
                _separate.find_violated_coalitions(self.game, shares), surplus, self._slack
            )
            if not len(found.costs) and len(self.game.lots) == 1:
                lines, _ = _separate.certify_excess(self.game, shares)
                looked = _separate.evaluate_coalitions(self.game, shares, lines)
                found = _select_violated_rows(looked, surplus, self._slack)
            return found

        return separate

    @property
    def _slack(self) -> float:
        return 10 * _SLACK * abs(self.game.total)

    def costs(self, coalitions: Flags) -> Floats:
        """The cost of each line of *coalitions*."""
        return self.game.costs(coalitions)

    def without_cost(self) -> tuple[str, ...] | None:
        """A player that cannot buy alone, as the first of the coalitions that cannot."""
        missing = np.flatnonzero(np.isinf(self.game.alone))
        return (self.players[int(missing[0])],) if len(missing) else None

    def shapley(self, *, seed: int, target: float) -> Sampled:
        """Sampled."""
        n = len(self.players)
        return shapley.sample_shapley(
            self.game.windows, n, total=self.total, target=target, seed=seed
        )

    def nucleolus(self) -> Nucleolus | None:
        """None: its later stages would have to tell combinations among 2^n coalitions."""
        return None

    def least_core(self) -> Balance:
        """Certified, for one lot."""
        return self.solve_least_core().balance

    def solve_least_core(self) -> LeastCore:
        """The least core, computed once."""
        if not self._found:
            self._found.append(_Search(self.game).run())
        return self._found[0]

    def worst(self, shares: Floats, most: int) -> Worst:
        """The worst that are found; the bound is certain for one lot, infinite for several."""
        looked = _separate.find_violated_coalitions(self.game, shares)
        bound = float("inf")
        if len(self.game.lots) == 1:
            lines, bound = _separate.certify_excess(self.game, shares)
            every = np.concatenate([looked.coalitions, lines])
            looked = _separate.evaluate_coalitions(self.game, shares, every)
        each: list[Excess | None] = []
        for i in range(len(self.players)):
            inside = np.flatnonzero(looked.coalitions[:, i])
            each.append(_build_excess(looked, int(inside[0])) if len(inside) else None)
        found = tuple(_build_excess(looked, k) for k in range(min(most, len(looked.costs))))
        return Worst(found, tuple(each), bound)


def _is_certifiable_game(game: TierGame) -> bool:
    return len(game.lots) == 1 and len(game.players) <= MOST_CERTIFIED


def _build_excess(looked: Looked, k: int) -> Excess:
    return Excess(looked.coalitions[k], float(looked.excess[k]), float(looked.costs[k]))


def _select_violated_rows(looked: Looked, surplus: float, slack: float) -> Rows:
    found = np.flatnonzero(looked.excess + surplus > slack)[:_BATCH]
    return Rows(looked.coalitions[found], looked.costs[found])


@dataclass(slots=True)
class _Search:
    """The programme of the least core, and the best point so far. Amounts over the total."""

    game: TierGame
    linear: Linear = field(default_factory=Linear)
    rows: list[Rows] = field(default_factory=list)
    known: CoalitionRegistry = field(default_factory=CoalitionRegistry)
    rounds: int = 0
    best: Floats = field(init=False)
    level: float = -np.inf
    """The least surplus at `best`, among the coalitions looked at, cents."""

    def run(self) -> LeastCore:
        if not _is_certifiable_game(self.game) or np.isinf(self.game.alone).any():
            raise NotCertified
        n, scale = len(self.game.players), abs(self.game.total) or 1.0
        for _ in range(n):
            self.linear.column()
        self.linear.column(-1.0, high=4.0)
        total = np.array([self.game.total / scale])
        self.linear.require(np.array([[1.0] * n + [0.0]]), total, total)
        one = np.eye(n, dtype=np.bool_)
        ends = np.concatenate([one, ~one])
        self._add(Rows(ends, self.game.costs(ends)), scale)
        self.best = rules.share_proportionally(self.game.total, self.game.alone)
        while self.rounds < _ROUNDS:
            answer = self._optimum()
            shares, surplus = answer.values[:n] * scale, -answer.objective * scale
            more, bound = self._further(shares, surplus, _SLACK * scale)
            more = self.known.new(more)
            if not len(more.costs):
                return self._build_least_core(answer, shares, surplus, bound)
            self._add(more, scale)
        raise SolverFailed("the least core did not close")

    def _optimum(self) -> Answer:
        self.rounds += 1
        answer = self.linear.minimise()
        if answer is None:
            raise SolverFailed("the programme of the least core has no optimum")
        return answer

    def _further(self, shares: Floats, surplus: float, slack: float) -> tuple[Rows, float]:
        """Violated coalitions: near the best point, at the programme's own, then certified."""
        for pull in (_HALF, 0.0):
            point = pull * self.best + (1 - pull) * shares
            looked = _separate.find_violated_coalitions(self.game, point)
            if -float(looked.excess[0]) > self.level:
                self.level, self.best = -float(looked.excess[0]), point
            near = _separate.list_neighbour_coalitions(looked.coalitions[0])
            every = np.concatenate([looked.coalitions, near])
            found = _select_violated_rows(
                _separate.evaluate_coalitions(self.game, shares, every), surplus, slack
            )
            if len(found.costs):
                return found, np.inf
        lines, bound = _separate.certify_excess(self.game, shares)
        looked = _separate.evaluate_coalitions(self.game, shares, lines)
        return _select_violated_rows(looked, surplus, 100 * slack), bound

    def _add(self, rows: Rows, scale: float) -> None:
        matrix = np.ones((len(rows.costs), rows.coalitions.shape[1] + 1))
        matrix[:, :-1] = rows.coalitions
        self.linear.require(matrix, np.full(len(matrix), -np.inf), rows.costs / scale)
        self.rows.append(rows)

    def _build_least_core(
        self, answer: Answer, shares: Floats, surplus: float, bound: float
    ) -> LeastCore:
        coalitions = np.concatenate([rows.coalitions for rows in self.rows])
        weights = -answer.duals[1:]
        held = weights > _TIGHT
        balance = Balance(-surplus, coalitions[held], weights[held])
        return LeastCore(balance, shares, bound, self.rounds, self.linear.rows)
