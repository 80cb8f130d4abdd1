"""Savings of street lighting: watts of the baseline over the hours of the period reported.

Formulas L1 to L4 of docs/measure/contract.md; hours from the sun by `energy.plan.power`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil, sqrt
from statistics import NormalDist, fmean, stdev

from synergie.energy.plan.power.burn import burn_hours
from synergie.energy.records.power import LightingUse

_W_A_KW = 1000


@dataclass(frozen=True, slots=True)
class LampGroup:
    """Lamps of one kind that burn by one schedule."""

    count: Decimal
    """How many, those without light taken off."""
    watts: Decimal
    """Power of one in the baseline, its ballast with it, W."""
    hours: Decimal
    """Hours at full power in the period, h."""


def compute_burn_hours(use: LightingUse, starts: date, ends: date) -> Decimal:
    """Hours at full power of the days [*starts*, *ends*), to a hundredth."""
    return Decimal(f"{burn_hours(use, starts, ends):.2f}")


def adjust_inventory(groups: Iterable[LampGroup]) -> Decimal:
    """The baseline of an inventory under the hours of the period, kWh, exact (L1)."""
    return sum((one.count * one.watts * one.hours / _W_A_KW for one in groups), Decimal(0))


def adjust_bill(baseline_kwh: Decimal, baseline_h: Decimal, reported_h: Decimal) -> Decimal:
    """The energy of a cabinet's baseline under other hours, kWh (L2). ValueError: no hours."""
    if baseline_h <= 0:
        raise ValueError("a baseline without hours")
    return baseline_kwh * reported_h / baseline_h


def find_sample_size(
    variation: float, *, precision: float = 0.10, confidence: float = 0.90, lamps: int | None = None
) -> int:
    """How many lamps to measure for option A (L3): 68 for a variation of 0.5.

    *variation*: standard deviation over mean of the watts; *lamps*: how many there are at all.
    """
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    n = (z * variation / precision) ** 2
    if lamps is not None:
        n = n * lamps / (n + lamps)
    return max(1, ceil(n - 1e-9))


@dataclass(frozen=True, slots=True)
class SampledWatts:
    """The mean power of a kind of lamps, from those that were measured."""

    mean: float
    half_width: float
    """At the confidence that was asked for, W."""


def estimate_watts(
    measured: Sequence[float], *, lamps: int, confidence: float = 0.90
) -> SampledWatts:
    """Of *lamps*, from a random sample without return (L4). ValueError: fewer than two."""
    n = len(measured)
    if not 2 <= n <= lamps:  # noqa: PLR2004 (two tell a spread)
        raise ValueError(f"{n} measured of {lamps}")
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    half = z * stdev(measured) / sqrt(n) * sqrt(1 - n / lamps)
    return SampledWatts(fmean(measured), half)
