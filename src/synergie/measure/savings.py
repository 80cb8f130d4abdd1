"""What was saved: the baseline under the weather of the period reported, less what was measured.

Formulas V1 to V3 of docs/measure/contract.md. A day without energy or without weather is left out
of both sides: nothing is interpolated.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

import numpy as np

from synergie.measure.daily import DailySeries
from synergie.measure.statistics import FitStatistics, compute_half_width

_YEAR_DAYS, _YEAR_MONTHS = 365.25, 12


@dataclass(frozen=True, slots=True)
class Saving:
    """A saving, kWh, and how sure it is."""

    adjusted: float
    """The baseline under the conditions of the period, kWh."""
    measured: float
    """What was measured on the same days, kWh."""
    half_width: float
    """The saving lies within this of `saved`, at `confidence`, kWh."""
    confidence: float
    known: int
    """Days with both."""
    days: int
    """Days of the period."""

    @property
    def saved(self) -> float:
        """Adjusted less measured, kWh; below zero when more was used."""
        return self.adjusted - self.measured

    @property
    def relative_half_width(self) -> float | None:
        """Fractional savings uncertainty (FSU). None: nothing was saved."""
        return self.half_width / abs(self.saved) if self.saved else None


def compute_saving(
    fit: FitStatistics, adjusted: DailySeries, measured: DailySeries, *, confidence: float = 0.90
) -> Saving:
    """Over the days of *adjusted* on which *measured* is known, too (V1).

    ValueError when there is none.
    """
    actual = measured.cut(adjusted.first_day, adjusted.ends).values
    both = np.isfinite(adjusted.values) & np.isfinite(actual)
    known = int(both.sum())
    if not known:
        raise ValueError("no day has both")
    total = float(adjusted.values[both].sum())
    months = known / _YEAR_DAYS * _YEAR_MONTHS
    return Saving(
        adjusted=total,
        measured=float(actual[both].sum()),
        half_width=compute_half_width(fit, total, known, months, confidence=confidence),
        confidence=confidence,
        known=known,
        days=len(actual),
    )


def combine_savings(savings: Iterable[Saving]) -> Saving:
    """Of several meters that err on their own (V3). ValueError: none, or not one confidence."""
    every = tuple(savings)
    (confidence,) = {one.confidence for one in every}
    return Saving(
        adjusted=sum(one.adjusted for one in every),
        measured=sum(one.measured for one in every),
        half_width=sqrt(sum(one.half_width**2 for one in every)),
        confidence=confidence,
        known=sum(one.known for one in every),
        days=sum(one.days for one in every),
    )
