"""How often each scenario takes each rank over weights (W5), ties shared; memory is bounded."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synergie.lighting.plan.measured import Floats

_CELLS = 1 << 19
"""Scenarios times samples looked at together."""
_DIGITS = 12
"""Decimals of a worth that tell two scenarios apart."""


@dataclass(slots=True)
class Ranks:
    """Counts that fill block by block."""

    worths: Floats
    """(scenario, criterion)."""
    samples: int = 0
    shares: Floats = field(init=False)
    """(scenario, rank): samples, ties shared."""
    sums: Floats = field(init=False)
    """(criterion,): sum of all weights."""
    first: Floats = field(init=False)
    """(scenario, criterion): sum of the weights under which it is first, ties shared."""

    def __post_init__(self) -> None:
        scenarios, criteria = self.worths.shape
        self.shares = np.zeros((scenarios, scenarios))
        self.sums = np.zeros(criteria)
        self.first = np.zeros((scenarios, criteria))

    def fill(self, weights: Iterable[Floats]) -> None:
        """Count all *weights*, (n, criterion) each."""
        step = max(_CELLS // max(len(self.worths), 1), 1)
        for block in weights:
            for start in range(0, len(block), step):
                self._add(block[start : start + step])

    def _add(self, weights: Floats) -> None:
        self.samples += len(weights)
        self.sums += weights.sum(axis=0)
        if not len(self.worths):
            return
        values = worth_of(self.worths, weights)
        order = np.argsort(-values, axis=1, kind="stable")
        falling = np.take_along_axis(values, order, axis=1)
        same = falling[:, 1:] == falling[:, :-1]
        tied = same.any(axis=1)
        self._plain(order[~tied], weights[~tied])
        if tied.any():
            self._tied(order[tied], same[tied], weights[tied])

    def _plain(self, order: NDArray[np.intp], weights: Floats) -> None:
        n = len(self.worths)
        cells = order * n + np.arange(n)
        self.shares += np.bincount(cells.ravel(), minlength=n * n).reshape(n, n)
        self._first(order[:, 0], weights, np.ones(len(order)))

    def _tied(self, order: NDArray[np.intp], same: NDArray[np.bool_], weights: Floats) -> None:
        """Each of t equal scenarios takes each of their t ranks for 1/t of a sample."""
        n = len(self.worths)
        place = np.broadcast_to(np.arange(n), order.shape)
        edge = np.ones((len(order), 1), dtype=bool)
        begins = np.where(np.hstack([edge, ~same]), place, 0)
        since = np.maximum.accumulate(begins, axis=1)
        ends = np.where(np.hstack([~same, edge]), place, n)
        until = np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1] + 1
        part = (1.0 / (until - since)).ravel()
        width, base = n + 1, (order * (n + 1)).ravel()
        steps = np.bincount(base + since.ravel(), part, minlength=n * width)
        steps -= np.bincount(base + until.ravel(), part, minlength=n * width)
        self.shares += np.cumsum(steps.reshape(n, width), axis=1)[:, :n]
        rows, columns = np.nonzero(since == 0)
        self._first(order[rows, columns], weights[rows], part.reshape(order.shape)[rows, columns])

    def _first(self, scenarios: NDArray[np.intp], weights: Floats, part: Floats) -> None:
        n = len(self.worths)
        for column in range(weights.shape[1]):
            self.first[:, column] += np.bincount(scenarios, weights[:, column] * part, minlength=n)


def worth_of(worths: Floats, weights: Floats) -> Floats:
    """Worth of each scenario under each of *weights*, (sample, scenario), rounded.

    Summed criterion by criterion, so that the same inputs give the same bytes on every machine.
    """
    found = np.zeros((len(weights), len(worths)))
    for column in range(worths.shape[1]):
        found += weights[:, [column]] * worths[:, column]
    return np.round(found, _DIGITS)
