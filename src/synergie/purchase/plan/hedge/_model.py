"""The programme of a hedge, H1 to H5 of docs/plan/hedge.md: hours appear only in its figures.

cost(b) of a scenario is what all the load costs at spot, less what the blocks earn against it, plus
what is lost on energy bought and sold back under the spot price. The first two are affine in the
volumes b; the loss is convex, and comes in as tangents, class of hours by class of hours, until
none is missing. So the size depends on products, scenarios and classes, not on hours.
"""

from dataclasses import dataclass, field

import numpy as np

from synergie.errors import Cancelled, SolverFailed
from synergie.plan.solver import Model, Outcome, check_outcome
from synergie.purchase.plan.hedge._hot import Hot
from synergie.purchase.plan.hedge._terms import SCALE, Tangent, Terms
from synergie.purchase.plan.hedge.axis import Floats

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
