"""What the programme of a hedge needs of scenarios, summed over hours, and its tangents."""

from dataclasses import dataclass

import numpy as np

from synergie.purchase.plan.hedge.axis import Classes, Flags, Floats

SCALE = 1e-3
"""The programmes count in thousands of euros."""


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """All that the programme needs, summed over the hours. EUR, MW, MWh."""

    spot: Floats
    """Cost of each scenario without blocks."""
    earns: Floats
    """What one MW of each product (columns) earns against spot in each scenario (lines)."""
    cap: Floats
    """Most power bought ahead in each class."""
    classes: Classes
    loads: Floats
    """MW by scenario and hour."""
    spread: float
    """EUR/MWh lost on what is sold back."""

    def sold(self, blocks: Floats) -> Floats:
        """MWh sold back, by scenario and class, with *blocks* MW of each product."""
        over = np.maximum(self._bought(blocks) - self.loads, 0.0)
        return self._by_class(over)

    def slopes(self, blocks: Floats) -> Floats:
        """How many hours sell back, by scenario and class: the slope of `sold`."""
        return self._by_class((self._bought(blocks) > self.loads).astype(np.float64))

    def costs(self, blocks: Floats) -> Floats:
        """Cost of each scenario, hour by hour, EUR."""
        loss = self.spread * self.sold(blocks).sum(axis=1) if self.spread else 0.0
        found: Floats = self.spot - self.earns @ blocks + loss
        return found

    def _bought(self, blocks: Floats) -> Floats:
        found: Floats = (self.classes.holds @ blocks)[self.classes.of_hour]
        return found

    def _by_class(self, amounts: Floats) -> Floats:
        n = len(self.classes.hours)
        return np.array([np.bincount(self.classes.of_hour, line, n) for line in amounts])


@dataclass(frozen=True, slots=True, eq=False)
class Tangent:
    """sold >= level + slope × power bought ahead, for one scenario and class."""

    scenario: int
    group: int
    level: float
    slope: float


def mean_load(loads: Floats, classes: Classes) -> Floats:
    """Mean load of each class of hours over all scenarios, MW."""
    total = np.bincount(classes.of_hour, loads.mean(axis=0), len(classes.hours))
    found: Floats = total / classes.hours
    return found


def compute_product_earnings(prices: Floats, covered: Flags, paid: Floats) -> Floats:
    """What one MW of each product earns against spot, by scenario (lines) and product."""
    found: Floats = prices @ covered.T.astype(np.float64) - covered.sum(axis=1) * paid
    return found
