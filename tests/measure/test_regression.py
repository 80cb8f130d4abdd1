"""The model of a day: against the reference's meters, and against brute force."""

from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from synergie.errors import BadInput
from synergie.measure.daily import DailySeries, Floats
from synergie.measure.regression import GRID, Shape, fit_daily_model, predict_energy
from synergie.measure.savings import compute_saving
from tests.measure.meters import BASELINE, REPORTED, read_meter, read_temperature

FIRST = date(2023, 1, 1)
TABLE = {
    "gas": (10.00, 2.97, 12.25, 0.353, 0.25, 219, 7535, 7362, 6483, 878, 405, 0.46, 0.28),
    "electricity": (3.73, 0.125, 13.25, 0.321, 0.29, 202, 1558, 1548, 1343, 205, 81, 0.39, 0.24),
}
"""b0, b1, Tb, CV, ρ, n', baseline, adjusted, measured, S, ± at 90 %, FSU, FSU at 68 %."""


@pytest.mark.parametrize("name", TABLE)
def test_the_worked_meters_of_the_reference_come_out(shared: Path, name: str) -> None:
    energy, temperature = read_meter(shared, name), read_temperature(shared)
    model = fit_daily_model(energy.cut(*BASELINE), temperature)
    adjusted = predict_energy(model, temperature.cut(*REPORTED))
    sure, usual = (
        compute_saving(model.fit, adjusted, energy, confidence=share) for share in (0.90, 0.68)
    )
    base = float(energy.cut(*BASELINE).values.sum())
    found = (
        model.base_kwh, model.heating, model.below, model.fit.cv_rmse, model.fit.autocorrelation,
        model.fit.effective_n, base, sure.adjusted, sure.measured, sure.saved, sure.half_width,
        sure.relative_half_width, usual.relative_half_width,
    )  # fmt: skip
    rough = (0.005, 0.005, 0, 5e-4, 0.005, 0.5, 0.5, 0.5, 0.5, 0.6, 0.5, 0.005, 0.005)
    for got, expected, half in zip(found, TABLE[name], rough, strict=True):
        assert got == pytest.approx(expected, rel=0.001, abs=half)


PEER = {"gas": 7359.5, "electricity": 1548.1}
"""The adjusted years by opendsm 1.2.7, kWh (`make bench ONLY=measure-savings-opendsm`)."""


@pytest.mark.parametrize("name", PEER)
def test_the_adjusted_year_is_that_of_opendsm_within_two_thousandths(
    shared: Path, name: str
) -> None:
    energy, temperature = read_meter(shared, name), read_temperature(shared)
    model = fit_daily_model(energy.cut(*BASELINE), temperature)
    adjusted = predict_energy(model, temperature.cut(*REPORTED))
    assert float(np.nansum(adjusted.values)) == pytest.approx(PEER[name], rel=0.002)


def draw_year(seed: int, *, cooling: float = 0.0) -> tuple[DailySeries, DailySeries, Floats]:
    """Energy, temperature and weekends of a made year."""
    draw = np.random.default_rng(seed)
    days = np.arange(365)
    outside = 11 - 9 * np.cos(2 * np.pi * days / 365) + draw.normal(0, 3, 365)
    weekend = (days % 7 >= 5).astype(float)
    energy = 40 + 5 * np.maximum(0, 15 - outside) + cooling * np.maximum(0, outside - 20)
    energy = energy - 12 * weekend + draw.normal(0, 8, 365)
    return DailySeries(FIRST, energy), DailySeries(FIRST, outside), weekend


def fit_by_force(
    energy: Floats, outside: Floats, terms: list[Floats], shape: Shape
) -> tuple[float, tuple[Any, ...]]:
    """The least sum of squares over the grid, one regression after another."""
    best: tuple[float, tuple[Any, ...]] = (np.inf, ())
    for below, above in product(GRID, GRID if shape == "both" else [None]):
        degrees = [np.maximum(0, below - outside)]
        if above is not None:
            degrees.append(np.maximum(0, outside - above))
            if above < below:
                continue
        if any((one > 0).sum() < 10 or one.sum() < 20 for one in degrees):
            continue
        design = np.column_stack([np.ones(len(energy)), *degrees, *terms])
        solved, _, rank, _ = np.linalg.lstsq(design, energy)
        if rank < design.shape[1] or (solved[: 1 + len(degrees)] < 0).any():
            continue
        sse = float(((energy - design @ solved) ** 2).sum())
        if sse < best[0] - 1e-7:
            best = sse, (below, above, *solved)
    return best


@pytest.mark.parametrize("seed", range(4))
def test_the_grid_at_once_is_the_grid_one_by_one(seed: int) -> None:
    energy, outside, weekend = draw_year(seed)
    model = fit_daily_model(energy, outside, terms={"weekend": weekend})
    _, (below, _, base, heating, term) = fit_by_force(
        energy.values, outside.values, [weekend], "heating"
    )
    assert model.below == below
    found = (model.base_kwh, model.heating, dict(model.terms)["weekend"])
    assert found == pytest.approx((base, heating, term), rel=1e-9)


def test_heating_and_cooling_at_once_are_the_grid_one_by_one() -> None:
    energy, outside, weekend = draw_year(9, cooling=6)
    grid = GRID[::8]
    model = fit_daily_model(energy, outside, shape="both", terms={"weekend": weekend}, grid=grid)
    best: tuple[float, tuple[Any, ...]] = (np.inf, ())
    for below, above in product(grid, grid):
        degrees = [np.maximum(0, below - outside.values), np.maximum(0, outside.values - above)]
        if above < below or any((one > 0).sum() < 10 for one in degrees):
            continue
        design = np.column_stack([np.ones(365), *degrees, weekend])
        solved = np.linalg.lstsq(design, energy.values)[0]
        sse = float(((energy.values - design @ solved) ** 2).sum())
        if sse < best[0] and (solved[:3] >= 0).all():
            best = sse, (below, above, *solved)
    found = (model.below, model.above, model.base_kwh, model.heating, model.cooling)
    assert found == pytest.approx(best[1][:5], rel=1e-9)


def test_energy_that_falls_with_the_cold_has_no_heating_and_the_model_is_flat() -> None:
    _, outside, _ = draw_year(1)
    energy = DailySeries(FIRST, 50 + outside.values)
    model = fit_daily_model(energy, outside)
    assert (model.shape, model.heating, model.below) == ("flat", 0, None)
    assert model.base_kwh == pytest.approx(energy.values.mean())
    assert model.fit.parameters == 1


def test_unknown_days_are_left_out_and_too_many_are_no_baseline() -> None:
    energy, outside, _ = draw_year(2)
    values = energy.values.copy()
    values[:37] = np.nan
    assert fit_daily_model(DailySeries(FIRST, values), outside).fit.n == 328
    values[37] = np.nan
    with pytest.raises(BadInput, match="327 / 365") as caught:
        fit_daily_model(DailySeries(FIRST, values), outside)
    assert "there is no baseline" in caught.value.expected


def test_a_zero_is_a_value_and_not_a_gap() -> None:
    energy, outside, _ = draw_year(2)
    values = energy.values.copy()
    values[180:240] = 0.0
    assert fit_daily_model(DailySeries(FIRST, values), outside).fit.n == 365


def test_weather_that_does_not_reach_over_the_baseline_is_no_baseline() -> None:
    energy, outside, _ = draw_year(2)
    with pytest.raises(BadInput, match="200 / 365"):
        fit_daily_model(energy, outside.cut(FIRST, FIRST + timedelta(days=200)))


def test_a_term_of_the_model_must_be_given_for_the_period_too() -> None:
    energy, outside, weekend = draw_year(2)
    model = fit_daily_model(energy, outside, terms={"weekend": weekend})
    with pytest.raises(BadInput, match="weekend"):
        predict_energy(model, outside)
    with pytest.raises(BadInput, match="weekend"):
        fit_daily_model(energy, outside, terms={"weekend": weekend[:9]})
    with_it = predict_energy(model, outside, {"weekend": weekend}).values
    assert float(np.sum(energy.values - with_it)) == pytest.approx(0, abs=1e-6)


def test_a_day_without_weather_has_no_prediction() -> None:
    energy, outside, _ = draw_year(3)
    model = fit_daily_model(energy, outside)
    found = predict_energy(model, outside.cut(FIRST, date(2024, 1, 11)))
    assert np.isfinite(found.values[:365]).all()
    assert np.isnan(found.values[365:]).all()


def test_no_energy_at_all_is_no_model() -> None:
    _, outside, _ = draw_year(3)
    with pytest.raises(BadInput, match="no model fits"):
        fit_daily_model(DailySeries(FIRST, np.zeros(365)), outside)
