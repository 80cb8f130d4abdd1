"""Maximum likelihood of a Weibull law from lives seen in part: left-truncated, right-censored.

docs/plan/park.md, P5. For a shape k the best scale is ((Σ exit^k - Σ entry^k) / failures)^(1/k);
what is left depends on k alone. Intervals are those of the likelihood ratio.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]

LEAST, MOST = 0.05, 50.0
"""Shapes that are looked at."""
_DROP = 1.920729
"""Half of the 95 % quantile of χ² with one degree of freedom."""
_NEW = 1e-3
"""Hours up to which a life is watched since new."""
_GRID, _STEPS = 81, 44


@dataclass(frozen=True, slots=True, eq=False)
class Lives:
    """Lives, hours of work: since when each is watched, until when, and whether it failed then."""

    entry: Floats
    """Age from which it is watched; 0: since new."""
    exit: Floats
    """Age at which it failed, or was seen last."""
    failed: NDArray[np.bool_]
    """Whether it failed then."""

    @property
    def failures(self) -> int:
        """How many failed."""
        return int(self.failed.sum())


class Fit(NamedTuple):
    """The law that makes the lives the most likely, with 95 % intervals."""

    shape: float
    scale: float
    shape_interval: tuple[float, float]
    scale_interval: tuple[float, float]


def fit_weibull(lives: Lives) -> Fit:
    """The Weibull law of *lives*, of which some failed at an age above 0."""
    profile = _Profile(lives)
    best = profile.best()
    low, high = _find_profile_bounds(profile.value, log(best), profile.value(log(best)) - _DROP)
    shapes = (exp(low), exp(high))
    return Fit(best, profile.scale(best), shapes, profile.scale_interval(best, shapes))


def fit_exponential(lives: Lives) -> Fit:
    """The law of shape 1: hours watched over failures. The interval of its shape is a point."""
    profile = _Profile(lives)
    return Fit(1.0, profile.scale(1.0), (1.0, 1.0), profile.scales(1.0, -1 - _DROP / profile.n))


def _sum_power_terms(lives: Lives, shape: float, scale: float) -> tuple[float, float]:
    """Σ (exit/scale)^k - (entry/scale)^k, and its derivative by k."""
    out, into = lives.exit / scale, lives.entry[lives.entry > _NEW] / scale
    left, right = out**shape, into**shape
    slope = (left * np.log(out)).sum() - (right * np.log(into)).sum()
    return float(left.sum() - right.sum()), float(slope)


class _Profile:
    """The log-likelihood as a function of the logarithm of the shape, its scale being the best."""

    def __init__(self, lives: Lives) -> None:
        self._lives = lives
        self._unit = float(lives.exit.max())
        self._logs = float(np.log(lives.exit[lives.failed] / self._unit).sum())
        self.n = lives.failures

    def value(self, log_shape: float) -> float:
        """The profile, without its constant."""
        shape = exp(log_shape)
        total = _sum_power_terms(self._lives, shape, self._unit)[0]
        if total <= 0:
            return -inf
        return self.n * (log_shape - log(total / self.n) - 1) + (shape - 1) * self._logs

    def slope(self, log_shape: float) -> float:
        """Its derivative."""
        shape = exp(log_shape)
        total, by_shape = _sum_power_terms(self._lives, shape, self._unit)
        return self.n + shape * (self._logs - self.n * by_shape / total)

    def best(self) -> float:
        """The shape of the highest profile: the best of a grid, then halving on the slope."""
        grid = np.linspace(log(LEAST), log(MOST), _GRID)
        top = int(np.argmax([self.value(float(one)) for one in grid]))
        low, high = float(grid[max(top - 1, 0)]), float(grid[min(top + 1, _GRID - 1)])
        if self.slope(low) < 0 or self.slope(high) > 0:  # the range ends there
            return exp(float(grid[top]))
        return exp(_find_root(self.slope, low, high))

    def scale(self, shape: float) -> float:
        """The best scale of a *shape*, h."""
        total = _sum_power_terms(self._lives, shape, self._unit)[0]
        return float(self._unit * (total / self.n) ** (1 / shape))

    def scales(self, shape: float, level: float) -> tuple[float, float]:
        """Scales at which log x - x = *level*, x = (best scale / scale)^shape; *level* ≤ -1."""
        best = self.scale(shape)
        few = _find_root(lambda x: log(x) - x - level, exp(level), 1.0)
        many = _find_root(lambda x: level + x - log(x), 1.0, 1.0 - 2 * level)
        return best / many ** (1 / shape), best / few ** (1 / shape)

    def scale_interval(self, best: float, shapes: tuple[float, float]) -> tuple[float, float]:
        """The scales of all laws whose likelihood is high enough: an extreme over the shapes."""
        cut = self.value(log(best)) - _DROP
        low, high = inf, 0.0
        for one in np.linspace(log(shapes[0]), log(shapes[1]), _GRID):
            room = (self.value(float(one)) - cut) / self.n
            if room >= 0:
                ends = self.scales(exp(float(one)), -1 - room)
                low, high = min(low, ends[0]), max(high, ends[1])
        return low, high


def _find_profile_bounds(
    value: Callable[[float], float], top: float, level: float
) -> tuple[float, float]:
    """Where the profile falls to *level* on both sides of its *top*; the ends of the range else."""
    least, most = log(LEAST), log(MOST)
    low = least if value(least) >= level else _find_root(lambda x: value(x) - level, least, top)
    high = most if value(most) >= level else _find_root(lambda x: level - value(x), top, most)
    return low, high


def _find_root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where *function* changes its sign between *low* and *high*, by halving."""
    rising = function(low) < 0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if (function(middle) < 0) == rising else (low, middle)
    return (low + high) / 2
