"""The equal profit method: relative gains as close to each other as the core allows.

Frisk, Göthe-Lundgren, Jörnsten and Rönnqvist (2010): min f such that
(c_i - x_i)/c_i - (c_j - x_j)/c_j <= f, with x in the core; in the least epsilon-core when the core
is empty. Several sharings may have that f: the one whose least relative gains are largest, one
after the other, is taken, so that the order of the players decides nothing.
"""

from dataclasses import dataclass, field

import numpy as np

from synergie.errors import SolverFailed
from synergie.plan.linear import Answer, Linear
from synergie.plan.sharing._span import Span
from synergie.plan.sharing.game import Floats
from synergie.plan.sharing.nucleolus import CoalitionRegistry, Separate

_TIGHT = 1e-7
_SAME = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class EqualProfit:
    """Shares in cents, and the greatest difference of two relative gains."""

    shares: Floats
    spread: float


def equal_profit(
    alone: Floats, total: float, separate: Separate, *, epsilon: float = 0.0
) -> EqualProfit:
    """Shares of *total* with x(S) <= c(S) + *epsilon*, cents; the costs alone are over zero.

    *separate* gives coalitions that pay too much, as for the nucleolus.
    """
    return _Programme(alone, total, separate, epsilon).run()


@dataclass(slots=True)
class _Programme:
    """Columns: relative gains r_i = 1 - x_i / c_i, their least, their greatest, and a floor."""

    alone: Floats
    total: float
    separate: Separate
    epsilon: float
    linear: Linear = field(default_factory=Linear)
    floors: list[int] = field(default_factory=list)
    known: CoalitionRegistry = field(default_factory=CoalitionRegistry)

    def __post_init__(self) -> None:
        n = len(self.alone)
        for _ in range(n + 3):
            self.linear.column(low=-1e4, high=1e4)
        none = np.full(n, -np.inf)
        zero = np.zeros(n)
        self.linear.require(self._above(n), zero, -none)
        self.linear.require(self._above(n + 1), none, zero)
        self.floors = list(self.linear.require(self._above(n + 2), zero, -none))
        saved = np.array([float(self.alone.sum()) - self.total]) / self._scale
        gains = np.concatenate([self.alone / self._scale, np.zeros(3)])[None]
        self.linear.require(gains, saved, saved)

    @property
    def _scale(self) -> float:
        return float(np.abs(self.alone).max())

    def _above(self, column: int) -> Floats:
        """r_i less another column, one line a player."""
        n = len(self.alone)
        matrix = np.zeros((n, n + 3))
        matrix[:, :n] = np.eye(n)
        matrix[:, column] = -1.0
        return matrix

    def run(self) -> EqualProfit:
        n = len(self.alone)
        self.linear.price(n, -1.0)
        self.linear.price(n + 1, 1.0)
        spread = self._optimum().objective
        ends = np.zeros((1, n + 3))
        ends[0, n : n + 2] = -1.0, 1.0
        self.linear.require(ends, np.array([-np.inf]), np.array([spread + _SAME]))
        self.linear.price(n, 0.0)
        self.linear.price(n + 1, 0.0)
        self.linear.price(n + 2, -1.0)
        return EqualProfit(self._rising(), spread)

    def _rising(self) -> Floats:
        """The least gain made as large as it can be, then the next one, and so on."""
        n = len(self.alone)
        free = dict(enumerate(self.floors))
        answer = self._optimum()
        while free:
            floor = -answer.objective
            held = [i for i, row in free.items() if answer.duals[row] > _TIGHT]
            for i in held or list(free):
                row = free.pop(i)
                self.linear.change(row, n + 2, 0.0)
                self.linear.bound(row, floor - _SAME, np.inf)
            if free:
                answer = self._optimum()
        gains = answer.values[:n]
        shares: Floats = self.alone * (1.0 - gains)
        return shares

    def _optimum(self) -> Answer:
        """The optimum over all coalitions: rows come in until nobody pays too much."""
        n = len(self.alone)
        while True:
            answer = self.linear.minimise()
            if answer is None:
                raise SolverFailed("the programme of equal profit has no optimum")
            shares = self.alone * (1.0 - answer.values[:n])
            more = self.known.new(self.separate(shares, -self.epsilon, Span(n)))
            if not len(more.costs):
                return answer
            matrix = np.zeros((len(more.costs), n + 3))
            matrix[:, :n] = np.where(more.coalitions, self.alone, 0.0) / self._scale
            saved = (matrix[:, :n].sum(axis=1) * self._scale) - more.costs - self.epsilon
            self.linear.require(matrix, saved / self._scale, np.full(len(saved), np.inf))
