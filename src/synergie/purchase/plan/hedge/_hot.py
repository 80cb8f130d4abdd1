"""The programme of a hedge without lots, kept between rounds: tangents come in, costs change.

The same H1 to H5 as `_model`, which builds it anew each time for whole lots.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synergie.errors import SolverFailed
from synergie.plan.linear import Linear
from synergie.plan.solver import Outcome
from synergie.purchase.plan.hedge._terms import SCALE, Tangent, Terms
from synergie.purchase.plan.hedge.axis import Floats


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
        start = time.perf_counter()
        answer = self._linear.minimise()
        if answer is None:
            raise SolverFailed("the programme of the hedge has no optimum")
        spent, value = time.perf_counter() - start, answer.objective / SCALE + self._constant
        shape = (len(self._terms.spot), len(self._terms.classes.hours))
        return HedgeOptimum(
            np.maximum(answer.values[: self._first], 0.0),
            answer.values[self._first : self._eta].reshape(shape),
            value,
            Outcome("proved", (), value, value, spent, 0),
        )
