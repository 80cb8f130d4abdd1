"""A day's energy from its mean temperature and the calendar: formulas R1 to R4.

The base temperatures are tried on a grid, all at once; for each the coefficients are those of
least squares. One whose base load, heating or cooling is below zero is not a model of a building.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from synergie.errors import BadInput
from synergie.measure.daily import DailySeries, Flags, Floats
from synergie.measure.statistics import FitStatistics, compute_fit_statistics

type Shape = Literal["flat", "heating", "cooling", "both"]
"""What the weather drives: nothing, heating, cooling, or both."""

GRID = np.arange(5.0, 25.01, 0.25)
"""Base temperatures tried, degrees Celsius."""
LEAST_SHARE = 0.9
"""Share of the days of a baseline that must be known: 328 of 365, rounded down."""
LEAST_DAYS, LEAST_DEGREES = 10, 20.0
"""Days with heating (or cooling), and their degree days, that a base temperature needs."""

_BASELINE = "90 % of the days of the baseline with energy and temperature: there is no baseline"
_TERM = "a figure for each day of the baseline"
_MODEL = "energy that is not below zero and goes with the weather: no model fits"
_TIE = 1e-9


@dataclass(frozen=True, slots=True)
class DailyModel:
    """A day: base + heating · max(0, below − T) + cooling · max(0, T − above) + terms."""

    shape: Shape
    base_kwh: float
    """Energy of a day without heating and cooling, kWh (b0)."""
    heating: float
    """kWh a degree day (b1); 0 without heating."""
    below: float | None
    """Base temperature of heating, degrees Celsius. None: no heating."""
    cooling: float
    """kWh a degree day (b2); 0 without cooling."""
    above: float | None
    """Base temperature of cooling. None: no cooling."""
    terms: tuple[tuple[str, float], ...]
    """Further drivers (weekday, holiday, occupied …) and the kWh of one unit of each."""
    fit: FitStatistics


def fit_daily_model(
    energy: DailySeries,
    temperature: DailySeries,
    *,
    shape: Shape = "heating",
    terms: Mapping[str, Floats] | None = None,
    grid: Floats = GRID,
) -> DailyModel:
    """The model of least squares over the days of *energy*; unknown days are left out.

    *terms*: a figure a day of *energy*, by name. When no base temperature gives coefficients that
    make sense, the model is flat. BadInput: under 90 % of the days known.
    """
    days = len(energy.values)
    outside = temperature.cut(energy.first_day, energy.ends).values
    columns = [np.ones(days), *_check_terms(terms or {}, days)]
    known = np.isfinite(energy.values) & np.isfinite(outside)
    for column in columns:
        known &= np.isfinite(column)
    if int(known.sum()) < int(LEAST_SHARE * days):
        raise BadInput("/baseline", f"{int(known.sum())} / {days}", _BASELINE)
    design = np.stack([column[known] for column in columns], axis=1)
    ground = _Projection(design, energy.values[known])
    choice = _choose_bases(ground, outside[known], shape, grid)
    predicted = np.where(known, _predict(choice, outside, columns), np.nan)
    return _build_model(choice, tuple(terms or {}), energy.values, predicted)


def _check_terms(terms: Mapping[str, Floats], days: int) -> list[Floats]:
    for name, column in terms.items():
        if len(column) != days:
            raise BadInput(f"/terms/{name}", len(column), _TERM)
    return [np.asarray(column, dtype=np.float64) for column in terms.values()]


class _Projection:
    """Least squares on the columns that no base temperature changes, taken out of the others."""

    def __init__(self, design: Floats, energy: Floats) -> None:
        self.design, self.energy = design, energy
        self.solve = np.linalg.pinv(design)
        self.rest = energy - design @ (self.solve @ energy)
        self.sse = float(self.rest @ self.rest)

    def take_out(self, columns: Floats) -> Floats:
        """What the fixed columns do not explain of *columns* (one a row)."""
        found: Floats = columns - (columns @ self.solve.T) @ self.design.T
        return found


@dataclass(frozen=True, slots=True)
class _Choice:
    """The base temperatures of least squares, and all coefficients."""

    shape: Shape
    below: float | None
    above: float | None
    heating: float
    cooling: float
    fixed: Floats
    """Of the base load and the terms."""


def _choose_bases(ground: _Projection, outside: Floats, shape: Shape, grid: Floats) -> _Choice:
    flat = _Choice("flat", None, None, 0.0, 0.0, ground.solve @ ground.energy)
    if shape == "both":
        found = _choose_two(ground, outside, grid)
        return found or _choose_bases(ground, outside, "heating", grid)
    if shape == "flat":
        return flat
    sign = 1.0 if shape == "heating" else -1.0
    degrees = np.maximum(0.0, sign * (grid[:, None] - outside[None, :]))
    rest = ground.take_out(degrees)
    norm = (rest**2).sum(axis=1)
    usable = _find_usable(degrees, norm)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = rest @ ground.rest / norm
        sse = ground.sse - slope**2 * norm
    base = flat.fixed[0] - slope * (degrees @ ground.solve[0])
    at = _find_least(np.where(usable & (slope >= 0) & (base >= 0), sse, np.inf))
    if at is None:
        return flat
    fixed = flat.fixed - slope[at] * (ground.solve @ degrees[at])
    one, temperature = float(slope[at]), float(grid[at])
    if shape == "heating":
        return _Choice(shape, temperature, None, one, 0.0, fixed)
    return _Choice(shape, None, temperature, 0.0, one, fixed)


def _choose_two(ground: _Projection, outside: Floats, grid: Floats) -> _Choice | None:
    """Heating below one temperature and cooling above another that is not lower."""
    cold = np.maximum(0.0, grid[:, None] - outside[None, :])
    warm = np.maximum(0.0, outside[None, :] - grid[:, None])
    rest_cold, rest_warm = ground.take_out(cold), ground.take_out(warm)
    cc, ww = (rest_cold**2).sum(axis=1), (rest_warm**2).sum(axis=1)
    cw = rest_cold @ rest_warm.T
    ce, we = rest_cold @ ground.rest, rest_warm @ ground.rest
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = cc[:, None] * ww[None, :] - cw**2
        heating = (ce[:, None] * ww[None, :] - we[None, :] * cw) / whole
        cooling = (we[None, :] * cc[:, None] - ce[:, None] * cw) / whole
    sse = ground.sse - heating * ce[:, None] - cooling * we[None, :]
    flat = float((ground.solve @ ground.energy)[0])
    base = flat - heating * (cold @ ground.solve[0])[:, None]
    base = base - cooling * (warm @ ground.solve[0])[None, :]
    usable = _find_usable(cold, cc)[:, None] & _find_usable(warm, ww)[None, :]
    usable &= (grid[:, None] <= grid[None, :]) & (whole > _TIE * cc[:, None] * ww[None, :])
    right = usable & (heating >= 0) & (cooling >= 0) & (base >= 0)
    at = _find_least(np.where(right, sse, np.inf).ravel())
    if at is None:
        return None
    i, j = divmod(at, len(grid))
    one, two = float(heating[i, j]), float(cooling[i, j])
    driven = one * cold[i] + two * warm[j]
    fixed = ground.solve @ (ground.energy - driven)
    return _Choice("both", float(grid[i]), float(grid[j]), one, two, fixed)


def _find_usable(degrees: Floats, norm: Floats) -> Flags:
    """Base temperatures with enough days and degree days in play."""
    enough: Flags = ((degrees > 0).sum(axis=1) >= LEAST_DAYS) & (
        degrees.sum(axis=1) >= LEAST_DEGREES
    )
    return enough & (norm > _TIE)


def _find_least(sse: Floats) -> int | None:
    """The first of the least; those that differ by rounding alone are equal. None: all infinite."""
    least = float(np.nanmin(sse, initial=np.inf))
    if not np.isfinite(least):
        return None
    return int(np.flatnonzero(sse <= least + _TIE * max(1.0, abs(least)))[0])


def _build_model(
    choice: _Choice, names: Sequence[str], energy: Floats, predicted: Floats
) -> DailyModel:
    """BadInput when the energy, or what it is without heating, is below zero."""
    bases = (choice.below is not None) + (choice.above is not None)
    mean = float(energy[np.isfinite(predicted)].mean())
    if mean <= 0 or choice.fixed[0] < 0:
        raise BadInput("/baseline", f"{mean:.3f} kWh", _MODEL)
    return DailyModel(
        shape=choice.shape,
        base_kwh=float(choice.fixed[0]),
        heating=choice.heating,
        below=choice.below,
        cooling=choice.cooling,
        above=choice.above,
        terms=tuple(zip(names, map(float, choice.fixed[1:]), strict=True)),
        fit=compute_fit_statistics(energy, energy - predicted, len(choice.fixed) + 2 * bases),
    )


def _predict(choice: _Choice, outside: Floats, columns: Sequence[Floats]) -> Floats:
    found = sum(
        (float(one) * column for one, column in zip(choice.fixed, columns, strict=True)),
        np.zeros(len(outside)),
    )
    if choice.below is not None:
        found = found + choice.heating * np.maximum(0.0, choice.below - outside)
    if choice.above is not None:
        found = found + choice.cooling * np.maximum(0.0, outside - choice.above)
    return np.where(np.isfinite(outside), found, np.nan)


def predict_energy(
    model: DailyModel, temperature: DailySeries, terms: Mapping[str, Floats] | None = None
) -> DailySeries:
    """What the model gives for each day of *temperature*; unknown where a driver is (R4).

    BadInput when a driver of the model is missing.
    """
    given = terms or {}
    days = len(temperature.values)
    for name, _ in model.terms:
        if name not in given:
            raise BadInput(f"/terms/{name}", "", _TERM)
    columns = _check_terms({name: given[name] for name, _ in model.terms}, days)
    fixed = np.array([model.base_kwh, *(one for _, one in model.terms)])
    choice = _Choice(model.shape, model.below, model.above, model.heating, model.cooling, fixed)
    return DailySeries(
        temperature.first_day, _predict(choice, temperature.values, [np.ones(days), *columns])
    )
