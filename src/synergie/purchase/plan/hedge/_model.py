"""The programme of a hedge, H1 to H5 of docs/plan/hedge.md: hours appear only in its figures.

cost(b) of a scenario is what all the load costs at spot, less what the blocks earn against it, plus
what is lost on energy bought and sold back under the spot price. The first two are affine in the
volumes b; the loss is convex, and comes in as tangents, class of hours by class of hours, until
none is missing. So the size depends on products, scenarios and classes, not on hours.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from synergie.errors import Cancelled, SolverFailed
from synergie.plan.linear import Linear
from synergie.plan.solver import Model, Outcome, check_outcome
from synergie.purchase.plan.hedge._terms import SCALE, Tangent, Terms
from synergie.purchase.plan.hedge.axis import Floats

# The programme of a hedge without lots, kept between rounds: tangents come in, costs change.
#
# The same H1 to H5 as `_model`, which builds it anew each time for whole lots.


@dataclass(frozen=True, slots=True, eq=False)
class HedgeOptimum:
    """One optimum: MW of each product, MWh sold back as it counts them, its value in EUR."""

    blocks: Floats
    sold: Floats
    value: float
    outcome: Outcome


class Hot:
    """Columns: blocks, energy sold back by scenario and class, eta, what is above it."""

    def __init__(self, terms: Terms, confidence: float) -> None:
        self._terms, self._confidence = terms, confidence
        self._linear = Linear()
        n, groups = len(terms.spot), len(terms.classes.hours)
        for p in range(terms.earns.shape[1]):
            inside = terms.cap[terms.classes.holds[:, p]]
            self._linear.column(low=0.0, high=float(inside.min()) if len(inside) else 0.0)
        self._first = terms.earns.shape[1]
        most = terms.cap * terms.classes.hours if terms.spread else np.zeros(groups)
        for high in np.tile(most, n):
            self._linear.column(low=0.0, high=float(high))
        self._eta = self._linear.column()
        for _ in range(n):
            self._linear.column(low=0.0)
        self._caps()
        self._tail()

    def _caps(self) -> None:
        """H2: in no class of hours more than its mean load."""
        holds = self._terms.classes.holds
        rows = np.zeros((len(holds), self._linear.columns))
        rows[:, : self._first] = holds
        self._linear.require(rows, np.full(len(rows), -np.inf), self._terms.cap)

    def _tail(self) -> None:
        """H4: what each scenario costs above eta."""
        terms = self._terms
        n, groups = len(terms.spot), len(terms.classes.hours)
        rows = np.zeros((n, self._linear.columns))
        rows[:, : self._first] = terms.earns * SCALE
        for w in range(n):
            start = self._first + w * groups
            rows[w, start : start + groups] = -terms.spread * SCALE
        rows[:, self._eta] = 1.0
        rows[np.arange(n), self._eta + 1 + np.arange(n)] = 1.0
        self._linear.require(rows, terms.spot * SCALE, np.full(n, np.inf))

    def add(self, tangents: Sequence[Tangent]) -> None:
        """H3: energy sold back is over each of *tangents*."""
        groups = len(self._terms.classes.hours)
        rows = np.zeros((len(tangents), self._linear.columns))
        for row, one in zip(rows, tangents, strict=True):
            row[: self._first] = -one.slope * self._terms.classes.holds[one.group]
            row[self._first + one.scenario * groups + one.group] = 1.0
        low = np.array([one.level for one in tangents])
        self._linear.require(rows, low, np.full(len(rows), np.inf))

    def weigh(self, weight: float) -> None:
        """H5: how much the mean and the dearest count."""
        terms, n = self._terms, len(self._terms.spot)
        for p, earned in enumerate(terms.earns.mean(axis=0)):
            self._linear.price(p, -(1 - weight) * float(earned) * SCALE)
        for column in range(self._first, self._eta):
            self._linear.price(column, (1 - weight) * terms.spread * SCALE / n)
        self._linear.price(self._eta, weight)
        for column in range(self._eta + 1, self._linear.columns):
            self._linear.price(column, weight / ((1 - self._confidence) * n))
        self._constant = (1 - weight) * float(terms.spot.mean())

    def minimise(self) -> HedgeOptimum:
        """The optimum with the tangents so far: a bound for all of them."""
        start = time.thread_time()
        answer = self._linear.minimise()
        if answer is None:
            raise SolverFailed("the programme of the hedge has no optimum")
        spent, value = time.thread_time() - start, answer.objective / SCALE + self._constant
        shape = (len(self._terms.spot), len(self._terms.classes.hours))
        return HedgeOptimum(
            np.maximum(answer.values[: self._first], 0.0),
            answer.values[self._first : self._eta].reshape(shape),
            value,
            Outcome("proved", (), value, value, spent, 0),
        )


_ROUNDS = 200
_CLOSE = 1e-9  # of the cost: a tangent that is missed by less is not added


@dataclass(slots=True)
class Programme:
    """One problem; tangents found for one weight of the risk serve the next."""

    terms: Terms
    confidence: float
    lot: float | None
    tangents: list[Tangent] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    hot: Hot | None = None

    def best(self, weight: float, *, limit_s: float) -> tuple[Floats, float | None]:
        """The best MW of each product, and a certified bound on the weighted sum, EUR."""
        if self.lot is None:
            return self._continuous(weight)
        rounds = 0
        while True:
            made, rounds = _Draft(self, weight), rounds + 1
            outcome = check_outcome(made.model.minimise(limit_s=limit_s, gap_abs=1e-9), limit_s)
            if not outcome.values:
                raise Cancelled
            self.outcomes.append(outcome)
            blocks = made.blocks(outcome)
            more = self._further(blocks, made.lost(outcome))
            if rounds == _ROUNDS or not more:
                return blocks, None if outcome.bound is None else outcome.bound / SCALE

    def _continuous(self, weight: float) -> tuple[Floats, float]:
        if self.hot is None:
            self.hot = Hot(self.terms, self.confidence)
        self.hot.weigh(weight)
        for _ in range(_ROUNDS):
            found = self.hot.minimise()
            self.outcomes.append(found.outcome)
            more = self._further(found.blocks, found.sold if self.terms.spread else None)
            if not more:
                return found.blocks, found.value
            self.hot.add(more)
        raise SolverFailed("the tangents of what is sold back did not close")

    def _further(self, blocks: Floats, lost: Floats | None) -> list[Tangent]:
        """The tangents that *blocks* violates; they are kept."""
        if lost is None:
            return []
        terms = self.terms
        sold, slope = terms.sold(blocks), terms.slopes(blocks)
        close = _CLOSE * float(np.abs(terms.spot).max()) / max(terms.spread, 1e-9)
        bought = terms.classes.holds @ blocks
        found = []
        for scenario, group in np.argwhere(sold > lost + close):
            gradient = float(slope[scenario, group])
            level = float(sold[scenario, group]) - gradient * float(bought[group])
            found.append(Tangent(int(scenario), int(group), level, gradient))
        self.tangents += found
        return found


class _Draft:
    """Columns and rows for one weight."""

    def __init__(self, programme: Programme, weight: float) -> None:
        self.model, self._p = Model("hedge"), programme
        terms, self._weight = programme.terms, weight
        self._blocks = self._volumes(terms)
        self._caps(terms)
        self._sold = self._resold(terms) if terms.spread else {}
        self._tail(terms)

    def _volumes(self, terms: Terms) -> list[int]:
        """H1: volumes of the products, whole lots when the market trades lots."""
        lot, mean = self._p.lot, terms.earns.mean(axis=0)
        columns = []
        for p, earned in enumerate(mean):
            inside = terms.cap[terms.classes.holds[:, p]]
            high = float(inside.min()) if len(inside) else 0.0
            step = 1.0 if lot is None else lot
            cost = -(1 - self._weight) * float(earned) * step * SCALE
            columns.append(
                self.model.column(f"b{p}", cost, high=high / step, integer=lot is not None)
            )
        return columns

    def _step(self) -> float:
        return 1.0 if self._p.lot is None else self._p.lot

    def _caps(self, terms: Terms) -> None:
        """H2: in no class of hours more than its mean load."""
        for group, cap in enumerate(terms.cap):
            held = np.flatnonzero(terms.classes.holds[group])
            if len(held) > 1:
                row = [(self._blocks[p], self._step()) for p in held]
                self.model.require(row, high=float(cap))

    def _resold(self, terms: Terms) -> dict[tuple[int, int], int]:
        """H3: energy sold back, over its tangents."""
        price = (1 - self._weight) * terms.spread * SCALE / len(terms.spot)
        most = terms.cap * terms.classes.hours
        needed = sorted({(one.scenario, one.group) for one in self._p.tangents})
        columns = {
            pair: self.model.column(f"r{pair[0]}_{pair[1]}", price, high=float(most[pair[1]]))
            for pair in needed
        }
        for one in self._p.tangents:
            held = np.flatnonzero(terms.classes.holds[one.group])
            row = [(self._blocks[p], -one.slope * self._step()) for p in held]
            self.model.require([(columns[one.scenario, one.group], 1.0), *row], low=one.level)
        return columns

    def _tail(self, terms: Terms) -> None:
        """H4, H5: what each scenario costs above eta, and the mean of the dearest."""
        n = len(terms.spot)
        self._constant = (1 - self._weight) * float(terms.spot.mean()) * SCALE
        self.model.column("one", self._constant, low=1.0, high=1.0)
        if not self._weight:
            return
        reach = 2 * float(np.abs(terms.spot).max() + self._most(terms)) * SCALE + 1.0
        eta = self.model.column("eta", self._weight, low=-reach, high=reach)
        above = self._weight / ((1 - self._p.confidence) * n)
        for w in range(n):
            over = self.model.column(f"u{w}", above, high=2 * reach)
            row = [
                (column, float(terms.earns[w, p]) * self._step() * SCALE)
                for p, column in enumerate(self._blocks)
            ]
            row += [
                (column, -terms.spread * SCALE)
                for (scenario, _), column in self._sold.items()
                if scenario == w
            ]
            self.model.require([(over, 1.0), (eta, 1.0), *row], low=float(terms.spot[w]) * SCALE)

    def _most(self, terms: Terms) -> float:
        high = [self.model.columns[c].high * self._step() for c in self._blocks]
        gains = float((np.abs(terms.earns) @ np.array(high)).max()) if high else 0.0
        return gains + terms.spread * float(terms.cap @ terms.classes.hours)

    def blocks(self, outcome: Outcome) -> Floats:
        """MW of each product."""
        whole = self._p.lot is not None
        values = [outcome.values[c] for c in self._blocks]
        return np.array([round(v) * self._step() if whole else max(v, 0.0) for v in values])

    def lost(self, outcome: Outcome) -> Floats | None:
        """MWh sold back as the programme counts them; None when nothing is lost by it."""
        terms = self._p.terms
        if not terms.spread:
            return None
        lost = np.zeros((len(terms.spot), len(terms.classes.hours)))
        for (scenario, group), column in self._sold.items():
            lost[scenario, group] = outcome.values[column]
        return lost
