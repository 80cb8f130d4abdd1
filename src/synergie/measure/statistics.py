"""How well a model fits, and how sure a saving is: formulas S1 to S6 of docs/measure/contract.md.

Sources: ASHRAE Guideline 14 as CalTRACK 4.3 states it (a of daily and monthly models by months
reported); residuals that follow each other count for fewer.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np

from synergie.measure.daily import Floats

type Frequency = Literal["hourly", "daily", "monthly"]

_POLYNOMIAL: dict[Frequency, tuple[float, float, float]] = {
    "hourly": (0.0, 0.0, 1.26),
    "daily": (-0.00024, 0.03535, 1.00286),
    "monthly": (-0.00022, 0.03306, 0.94054),
}


@dataclass(frozen=True, slots=True)
class FitStatistics:
    """How well a model fits its baseline."""

    n: int
    """Days fitted."""
    parameters: int
    """Numbers that were fitted, base temperatures among them."""
    mean: float
    """Mean of what was measured, kWh a day."""
    cv_rmse: float
    """CV(RMSE): the spread of the residuals over the mean, 0.353 for 35.3 %."""
    autocorrelation: float
    """Of the residuals of one day and the next (lag 1), 0 to 1; below 0 counts as 0."""

    @property
    def effective_n(self) -> float:
        """Days that would tell as much if they did not follow each other."""
        return self.n * (1 - self.autocorrelation) / (1 + self.autocorrelation)


def compute_fit_statistics(measured: Floats, residuals: Floats, parameters: int) -> FitStatistics:
    """Of the days of a baseline in their order (S1, S3); NaN marks one that was not fitted.

    ValueError when there are not more days than parameters.
    """
    known = np.isfinite(residuals)
    n = int(known.sum())
    if n <= parameters:
        raise ValueError(f"{n} days for {parameters} parameters")
    mean = float(measured[known].mean())
    error = sqrt(float((residuals[known] ** 2).sum()) / (n - parameters))
    return FitStatistics(
        n=n,
        parameters=parameters,
        mean=mean,
        cv_rmse=error / mean if mean else float("inf"),
        autocorrelation=_compute_autocorrelation(residuals),
    )


def _compute_autocorrelation(residuals: Floats) -> float:
    """Of pairs of days that follow each other and are both known; never below 0."""
    first, second = residuals[:-1], residuals[1:]
    pair = np.isfinite(first) & np.isfinite(second)
    first, second = first[pair], second[pair]
    if len(first) < 3 or first.std() == 0 or second.std() == 0:  # noqa: PLR2004 (nothing to tell)
        return 0.0
    return max(0.0, float(np.corrcoef(first, second)[0, 1]))


def compute_bias(measured: Floats, predicted: Floats, parameters: int) -> float:
    """NMBE of days that were not fitted (S2); of the days fitted it is 0 by construction."""
    known = np.isfinite(measured) & np.isfinite(predicted)
    off = float((measured[known] - predicted[known]).sum())
    return off / ((int(known.sum()) - parameters) * float(measured[known].mean()))


def compute_half_width(
    fit: FitStatistics,
    adjusted: float,
    days: int,
    months: float,
    *,
    confidence: float = 0.90,
    frequency: Frequency = "daily",
) -> float:
    """Half the interval of a saving, in its unit (S4): FSU times the saving.

    *adjusted* is the baseline of the *days* reported, of *months* months.
    """
    squared, linear, constant = _POLYNOMIAL[frequency]
    factor = squared * months**2 + linear * months + constant
    effective = fit.effective_n
    spread = sqrt(fit.n / effective * (1 + 2 / effective) / days)
    t = compute_student_quantile(0.5 + confidence / 2, fit.n - fit.parameters)
    return t * factor * fit.cv_rmse * spread * abs(adjusted)


def compute_student_quantile(share: float, freedom: int) -> float:
    """The quantile of Student's distribution, by its expansion around the normal one.

    Within 0.001 for 8 degrees of *freedom* and more at 95 % (Abramowitz and Stegun 26.7.5).
    """
    x = NormalDist().inv_cdf(share)
    found = x
    terms = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92_160,
    )
    for power, term in enumerate(terms, 1):
        found += term / float(freedom) ** power
    return found
