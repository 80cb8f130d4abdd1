"""Failures to expect week by week, in closed form: renewal by convolution, no draw.

A lamp that fails at some time of week w is mended a mean delay later; its successor fails in week
w + k with probability q[k], averaged over the time of the week. r solves r = 1 + q * r, and
failures of a first generation `first` are first * r. docs/plan/strategy.md, S2.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from synergie.maintenance.plan.strategy._ground import (
    WEEKS,
    Floats,
    compute_failure_probability,
    fails_from,
)
from synergie.maintenance.records.strategy import LampGroup
from synergie.park.records.park import FailureModel

_SIMPSON = np.array([1, 4, 2, 4, 2, 4, 2, 4, 1]) / 24


@dataclass(frozen=True, slots=True, eq=False)
class Renewal:
    """Of one kind of lamp at one number of hours a year."""

    first: Floats
    """A new lamp: its first failure, by week."""
    again: Floats
    """q: from a failure to the next of the same place, by weeks between."""
    all: Floats
    """r: failures that follow from one, itself counted."""

    def of(self, first: Floats) -> Floats:
        """All failures when the first ones are *first*, every lamp replaced in kind."""
        return _convolve(first, self.all)

    def until(self, first: Floats, last: int) -> Floats:
        """The same; from week *last* on a failed lamp is no more replaced in kind."""
        made = self.of(first)
        made[last:] = 0.0
        later: Floats = first + _convolve(made, self.again)
        later[:last] = made[:last]
        return later


@lru_cache(maxsize=256)
def compute_renewal(
    model: FailureModel, burn_hours_year: float, delay_years: float, steps: int
) -> Renewal:
    """By weeks of a year of 52, as far as *steps*."""
    times = np.arange(steps + 1) / WEEKS
    first = np.diff(compute_failure_probability(model, burn_hours_year, times))
    parts = (np.arange(steps)[:, None] + np.arange(9) / 8) / WEEKS - delay_years
    within = compute_failure_probability(model, burn_hours_year, parts) @ _SIMPSON
    again = np.diff(within, prepend=0.0)
    return Renewal(first, again, _compute_resolvent(again))


def _compute_resolvent(again: Floats) -> Floats:
    found = np.zeros_like(again)
    scale = 1 / (1 - again[0])
    found[0] = scale
    for w in range(1, len(again)):
        found[w] = scale * float(found[w - 1 :: -1] @ again[1 : w + 1])
    return found


def first_failures(group: LampGroup, model: FailureModel, steps: int) -> Floats:
    """First failures of the lamps as they are at the start, by week."""
    hours = np.arange(steps + 1) / WEEKS * group.burn_hours_year
    found = np.zeros(steps)
    for age in group.lamps:
        found += age.count * np.diff(fails_from(model, age.burned_hours, hours))
    return found


def _convolve(one: Floats, other: Floats) -> Floats:
    size = 2 * len(one)
    product: Any = np.fft.rfft(one, size) * np.fft.rfft(other, size)
    found: Floats = np.maximum(np.fft.irfft(product, size)[: len(one)], 0.0)
    return found


def list_relamping_weeks(period: float, parts: int, until: float) -> list[list[int]]:
    """Weeks in which each part of a group is relamped: parts take turns over the period."""
    return [
        [
            round(years * WEEKS)
            for years in np.arange((part + 0.5) / parts * period, until - 1 / WEEKS, period)
        ]
        for part in range(parts)
    ]
