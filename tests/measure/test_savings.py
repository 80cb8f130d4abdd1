"""How sure a saving is: by hand, together, and on years in which nothing was saved."""

from datetime import date
from math import sqrt

import numpy as np
import pytest

from synergie.measure.daily import DailySeries
from synergie.measure.regression import fit_daily_model, predict_energy
from synergie.measure.savings import Saving, combine_savings, compute_saving
from synergie.measure.statistics import (
    FitStatistics,
    compute_bias,
    compute_fit_statistics,
    compute_half_width,
    compute_student_quantile,
)
from tests.measure.placebo import count_covered

FIRST = date(2023, 1, 1)


def test_the_statistics_of_a_fit_are_those_worked_by_hand() -> None:
    measured = np.array([10.0, 12, 8, 10, 11, 9])
    residuals = np.array([1.0, 2, -2, np.nan, 1, -1])
    fit = compute_fit_statistics(measured, residuals, 1)
    assert (fit.n, fit.mean) == (5, 10)
    assert fit.cv_rmse == pytest.approx(sqrt(11 / 4) / 10)
    assert fit.autocorrelation == 0  # the pairs (1, 2), (2, −2), (1, −1) fall: never below 0
    assert fit.effective_n == 5


def test_residuals_that_follow_each_other_count_for_fewer() -> None:
    residuals = np.array([1.0, 1, 1, -1, -1, -1, 1, 1, 1, -1, -1, -1])
    fit = compute_fit_statistics(np.full(12, 5.0), residuals, 1)
    expected = np.corrcoef(residuals[1:], residuals[:-1])[0, 1]
    assert fit.autocorrelation == pytest.approx(expected)
    assert fit.effective_n == pytest.approx(12 * (1 - expected) / (1 + expected))
    with pytest.raises(ValueError, match="2 days for 3"):
        compute_fit_statistics(np.ones(2), np.ones(2), 3)


def test_the_half_width_is_the_formula_of_the_reference() -> None:
    fit = FitStatistics(n=365, parameters=3, mean=20, cv_rmse=0.353, autocorrelation=0.25)
    effective = 365 * 0.75 / 1.25
    factor = -0.00024 * 144 + 0.03535 * 12 + 1.00286
    spread = sqrt(365 / effective * (1 + 2 / effective) / 365)
    expected = 1.6491 * factor * 0.353 * spread * 7362
    found = compute_half_width(fit, 7362, 365, 12)
    assert found == pytest.approx(expected, rel=1e-4)
    hourly = compute_half_width(fit, 7362, 365, 12, frequency="hourly")
    assert hourly / found == pytest.approx(1.26 / factor)


@pytest.mark.parametrize(
    ("share", "freedom", "value"),
    [(0.95, 9, 1.8331), (0.975, 8, 2.3060), (0.95, 30, 1.6973), (0.84, 362, 0.9958)],
)
def test_quantiles_of_student_are_those_of_the_tables(
    share: float, freedom: int, value: float
) -> None:
    assert compute_student_quantile(share, freedom) == pytest.approx(value, abs=2e-4)


def test_bias_is_of_days_that_were_not_fitted() -> None:
    measured, predicted = np.array([10.0, 12, np.nan]), np.array([9.0, 12, 7])
    assert compute_bias(measured, predicted, 1) == pytest.approx(1 / (1 * 11))


def test_a_day_unknown_on_one_side_is_left_out_of_both() -> None:
    fit = FitStatistics(n=365, parameters=3, mean=10, cv_rmse=0.2, autocorrelation=0)
    adjusted = DailySeries(FIRST, np.array([10.0, np.nan, 10, 10]))
    measured = DailySeries(FIRST, np.array([8.0, 8, np.nan, 9]))
    found = compute_saving(fit, adjusted, measured)
    assert (found.adjusted, found.measured, found.saved) == (20, 17, 3)
    assert (found.known, found.days) == (2, 4)
    with pytest.raises(ValueError, match="no day"):
        compute_saving(fit, adjusted, measured.cut(date(2024, 1, 1), date(2024, 2, 1)))


def test_more_used_than_the_baseline_is_a_saving_below_zero_with_its_interval() -> None:
    fit = FitStatistics(n=365, parameters=3, mean=10, cv_rmse=0.2, autocorrelation=0)
    adjusted = DailySeries(FIRST, np.full(100, 10.0))
    found = compute_saving(fit, adjusted, DailySeries(FIRST, np.full(100, 12.0)))
    assert found.saved == -200
    assert found.half_width > 0
    assert found.relative_half_width == pytest.approx(found.half_width / 200)


def test_a_portfolio_is_surer_than_its_meters() -> None:
    one = Saving(adjusted=1000, measured=900, half_width=60, confidence=0.9, known=365, days=365)
    two = Saving(adjusted=2000, measured=1700, half_width=80, confidence=0.9, known=365, days=365)
    both = combine_savings([one, two])
    assert (both.saved, both.half_width) == (400, 100)
    assert both.relative_half_width == 0.25


def test_the_interval_covers_most_years_in_which_nothing_was_saved() -> None:
    covered, years = count_covered(60, seed=22)
    assert 0.80 <= covered / years <= 0.98


def test_a_tenth_saved_is_seen() -> None:
    draw = np.random.default_rng(5)
    outside = 11 - 9 * np.cos(2 * np.pi * np.arange(730) / 365) + draw.normal(0, 3, 730)
    energy = 40 + 5 * np.maximum(0, 15 - outside) + draw.normal(0, 6, 730)
    energy[365:] *= 0.9
    weather, meter = DailySeries(FIRST, outside), DailySeries(FIRST, energy)
    model = fit_daily_model(meter.cut(FIRST, date(2024, 1, 1)), weather)
    adjusted = predict_energy(model, weather.cut(date(2024, 1, 1), date(2024, 12, 31)))
    found = compute_saving(model.fit, adjusted, meter)
    assert found.saved / found.adjusted == pytest.approx(0.1, abs=0.02)
    assert found.saved - found.half_width > 0
