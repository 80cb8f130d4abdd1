"""Figures of drawn lives with their intervals."""

import math
from statistics import NormalDist

import numpy as np

from synergie.maintenance.plan.strategy._ground import Floats
from synergie.maintenance.records.strategy import Estimate
from synergie.park.records.park import Interval

LEVEL = 0.95


def estimate_mean(values: Floats) -> Estimate:
    """The mean of *values*, one a life, where it lies, and where 95 % of the lives lie."""
    mean = float(values.mean())
    half = (
        float("inf")
        if len(values) < 2  # noqa: PLR2004
        else _compute_student_quantile(len(values) - 1) * _compute_standard_error(values)
    )
    half = 0.0 if math.isinf(half) else half
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Estimate(
        mean=mean,
        interval=Interval(low=mean - half, high=mean + half, level=LEVEL),
        spread=Interval(low=float(low), high=float(high), level=LEVEL),
    )


def _compute_standard_error(values: Floats) -> float:
    return float(values.std(ddof=1)) / math.sqrt(len(values))


def _compute_student_quantile(freedom: int) -> float:
    """The two-sided 95 % quantile of Student's law, by its expansion in 1 / freedom."""
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    first = (z**3 + z) / (4 * freedom)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    return z + first + second
