"""Next year's energy of a point, as many times as there are weathers and surprises.

Formulas F1 to F6 of docs/measure/budget.md. Each past year of the weather is taken once for all
points together: quantiles of points do not add up, those of a sum are taken of the sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from synergie.calendar import day_bounds, load_time_zone
from synergie.energy.plan.power.burn import SAMPLE_S, burn_curve
from synergie.energy.records.power import LightingUse
from synergie.errors import BadInput
from synergie.formats.checks import N_
from synergie.measure.daily import DailySeries, Floats
from synergie.measure.energies import Days, PeriodTotal
from synergie.measure.regression import (
    GRID,
    LEAST_SHARE,
    DailyModel,
    Shape,
    fit_daily_model,
    predict_energy,
)
from synergie.measure.statistics import FitStatistics

LEAST_YEARS, MOST_YEARS = 3, 20
"""Past years of the weather that a forecast needs, and takes."""
BLOCK_DAYS = 28
"""Days of residuals that are drawn together: what lasts for weeks stays together."""
LEAST_PERIODS = 6
"""Bills or months that a model of periods needs, over the days of `LEAST_SHARE` of a year."""
YEAR_DAYS = 365

_KNOWN_SHARE = 0.99
_WEATHER = N_("at least 3 past years of the station with 99 % of the days")
_HISTORY = N_("90 % of the days of a year with energy, from curves, days or at least 6 bills")
_LAMPS = N_("energy over nights with lit hours")

type Scenarios = NDArray[np.float64]
"""One row a scenario, one column a day."""


@dataclass(frozen=True, slots=True, eq=False)
class WeatherYears:
    """The days of the period forecast as past years had them, degrees Celsius."""

    starts: date
    years: tuple[int, ...]
    """Of the first day of each row."""
    temperatures: Scenarios
    estimated: int
    """Days that were not measured and are the mean of the other years (at most 1 % of a row)."""


def list_weather_years(
    temperature: DailySeries, starts: date, ends: date, *, most: int = MOST_YEARS
) -> WeatherYears:
    """The days [*starts*, *ends*) in each of the last *most* years before them (F1).

    29 February of a year without one is its 28 February. BadInput: fewer than 3 years are known.
    """
    days = [starts + timedelta(days=i) for i in range((ends - starts).days)]
    rows: list[Floats] = []
    years: list[int] = []
    for year in range(starts.year - 1, temperature.first_day.year - 1, -1):
        row = _shift_days(temperature, days, year - starts.year)
        if np.isfinite(row).mean() >= _KNOWN_SHARE and len(rows) < most:
            rows.append(row)
            years.append(year)
    if len(rows) < LEAST_YEARS:
        raise BadInput("/weather", len(rows), _WEATHER)
    table = np.stack(rows)
    blank = np.isnan(table)
    means = np.nanmean(table, axis=0)
    return WeatherYears(starts, tuple(years), np.where(blank, means, table), int(blank.sum()))


def _shift_days(temperature: DailySeries, days: Sequence[date], by: int) -> Floats:
    found = np.full(len(days), np.nan)
    for i, day in enumerate(days):
        at = (_shift_year(day, by) - temperature.first_day).days
        if 0 <= at < len(temperature.values):
            found[i] = temperature.values[at]
    return found


def _shift_year(day: date, by: int) -> date:
    try:
        return day.replace(year=day.year + by)
    except ValueError:
        return day.replace(year=day.year + by, day=28)


@dataclass(frozen=True, slots=True, eq=False)
class LoadModel:
    """What a day of a point draws, and by how much its history missed that."""

    building: DailyModel | None
    """Of the weather and the calendar. None: lamps."""
    lamps: LightingUse | None
    kilowatts: float
    """Mean power of the lamps while they are lit; 0 for a building."""
    residuals: Floats
    """kWh by which each known day (or the days of each bill, alike) missed the model, in order."""
    level_kwh: float = 0.0
    """Standard error of the level of a day, kWh: what few, or like, days of history leave open."""


def fit_building_load(
    days: DailySeries,
    temperature: DailySeries,
    *,
    shape: Shape = "heating",
    terms: Mapping[str, Floats] | None = None,
) -> LoadModel:
    """From energies of days (F2): the model R1 and its residuals. BadInput as `fit_daily_model`."""
    model = fit_daily_model(days, temperature, shape=shape, terms=terms)
    outside = temperature.cut(days.first_day, days.ends)
    missed = days.values - predict_energy(model, outside, terms).values
    missed = missed * _compute_widening(model.fit)
    level = float(np.nanstd(missed)) / float(np.sqrt(max(1.0, model.fit.effective_n)))
    return LoadModel(model, None, 0.0, missed, level)


def _compute_widening(fit: FitStatistics) -> float:
    """Residuals of the days fitted are too small by the numbers fitted: √(n'/(n' − p)) (F2).

    n' as S3, since days that follow each other tell less; at most √2.
    """
    free = fit.effective_n - fit.parameters
    return float(np.sqrt(min(2.0, fit.effective_n / free))) if free > 0 else float(np.sqrt(2.0))


def fit_building_periods(
    periods: Sequence[PeriodTotal], temperature: DailySeries, *, heated: bool = True
) -> LoadModel:
    """From bills or months (F3): E = b0 · days + b1 · degree days, weighted by 1/days.

    The base temperature is that of the least squares over the grid R2; flat when none makes sense,
    or nothing is *heated*. BadInput: fewer than 6 periods, or than 90 % of a year.
    """
    known = [one for one in periods if one.kwh is not None]
    lengths = np.array([(one.ends - one.starts).days for one in known], dtype=np.float64)
    _check_history(len(known), int(lengths.sum()))
    energy = np.array([float(one.kwh or 0) for one in known])
    outside = [temperature.cut(one.starts, one.ends).values for one in known]
    flat = float(energy.sum() / lengths.sum()), 0.0, None
    best = min(
        (
            *([] if not heated else _fit_bases(lengths, energy, outside)),
            (_sum_squares(energy - flat[0] * lengths, lengths), *flat),
        ),
        key=lambda one: one[0],
    )
    _, base, slope, below = best
    degrees = _sum_degrees(outside, below)
    missed = (energy - base * lengths - slope * degrees) / lengths
    model = DailyModel(
        shape="flat" if below is None else "heating",
        base_kwh=base,
        heating=slope,
        below=below,
        cooling=0.0,
        above=None,
        terms=(),
        fit=_describe_period_fit(energy, lengths, missed, 1 if below is None else 3),
    )
    return _build_period_model(LoadModel(model, None, 0.0, missed), lengths)


def fit_season_periods(periods: Sequence[PeriodTotal]) -> LoadModel:
    """From bills or months without weather (F9): E = Σ (b0 + waves of a year, and of half of one).

    Weighted by 1/days; the wave of half a year from 12 periods on. Residuals are widened by
    √(n/(n − p)). BadInput: fewer than 6 periods, or than 90 % of a year.
    """
    known = [one for one in periods if one.kwh is not None]
    lengths = np.array([(one.ends - one.starts).days for one in known], dtype=np.float64)
    _check_history(len(known), int(lengths.sum()))
    energy = np.array([float(one.kwh or 0) for one in known])
    names = SEASON_TERMS if len(known) >= _HALF_WAVES else SEASON_TERMS[:2]
    waves = [build_season_terms(one.starts, one.ends) for one in known]
    design = np.array(
        [[n, *(wave[name].sum() for name in names)] for n, wave in zip(lengths, waves, strict=True)]
    )
    weight = 1 / np.sqrt(lengths)
    found, *_ = np.linalg.lstsq(design * weight[:, None], energy * weight, rcond=None)
    free = max(1, len(known) - len(found))
    missed = (energy - design @ found) / lengths * float(np.sqrt(len(known) / free))
    model = DailyModel(
        shape="flat",
        base_kwh=float(found[0]),
        heating=0.0,
        below=None,
        cooling=0.0,
        above=None,
        terms=tuple((name, float(one)) for name, one in zip(names, found[1:], strict=True)),
        fit=_describe_period_fit(energy, lengths, missed, len(found)),
    )
    found_model = _build_period_model(LoadModel(model, None, 0.0, missed), lengths)
    years = max(1.0, float(lengths.sum()) / _MEAN_YEAR_DAYS)
    level = _compute_season_level(missed, float(energy.sum() / lengths.sum()), years)
    return replace(found_model, level_kwh=level)


def _compute_season_level(missed: Floats, mean: float, years: float) -> float:
    """Standard error of the level of a year to come, kWh a day (F9).

    Months that miss alike follow each other, in the past and in the year to come; and years differ:
    the one to come, and those *years* whose mean is known.
    """
    before, after = missed[:-1], missed[1:]
    alike = float((before * after).sum() / max((missed**2).sum(), 1e-12))
    alike = min(max(alike, _LEAST_ALIKE), _MOST_ALIKE)
    months = missed.var() * (1 + alike) / (1 - alike) * (1 / len(missed) + 1 / 12)
    return float(np.sqrt(months + (_YEARS_APART * mean) ** 2 * (1 + 1 / years)))


_LEAST_ALIKE, _MOST_ALIKE = 0.3, 0.8
_YEARS_APART = 0.05
"""By how much a year of a point differs from those before, beside what its months show: bills of
a town, last year as forecast, were 4.8 % and 18.5 % off at the middle point."""
SEASON_TERMS = ("year_cos", "year_sin", "half_year_cos", "half_year_sin")
_HALF_WAVES = 12
_MEAN_YEAR_DAYS = 365.2425


def build_season_terms(starts: date, ends: date) -> dict[str, Floats]:
    """Waves of a year, and of half of one, on the days [*starts*, *ends*)."""
    days = np.arange(starts.toordinal(), ends.toordinal()) * (2 * np.pi / _MEAN_YEAR_DAYS)
    columns = np.cos(days), np.sin(days), np.cos(2 * days), np.sin(2 * days)
    return dict(zip(SEASON_TERMS, columns, strict=True))


def _build_period_model(model: LoadModel, lengths: Floats) -> LoadModel:
    """*model* whose residuals are those of bills: each is that of its days."""
    level = float(model.residuals.std()) / float(np.sqrt(len(lengths)))
    days = np.repeat(model.residuals, lengths.astype(int))
    return replace(model, residuals=days, level_kwh=level)


def _check_history(count: int, days: int) -> None:
    if count < LEAST_PERIODS or days < int(LEAST_SHARE * YEAR_DAYS):
        raise BadInput("/energies", f"{count}: {days} / {YEAR_DAYS}", _HISTORY)


def _fit_bases(
    lengths: Floats, energy: Floats, outside: Sequence[Floats]
) -> list[tuple[float, float, float, float]]:
    """Squares, base load, slope and base temperature of each base that makes sense."""
    found: list[tuple[float, float, float, float]] = []
    weight = 1 / np.sqrt(lengths)
    for below in GRID:
        degrees = _sum_degrees(outside, float(below))
        if not np.isfinite(degrees).all() or np.ptp(degrees / lengths) == 0:
            continue
        design = np.stack([lengths, degrees], axis=1) * weight[:, None]
        (base, slope), *_ = np.linalg.lstsq(design, energy * weight, rcond=None)
        if base >= 0 and slope >= 0:
            left = energy - base * lengths - slope * degrees
            squares = _sum_squares(left, lengths)
            found.append((squares, float(base), float(slope), float(below)))
    return found


def _sum_degrees(outside: Sequence[Floats], below: float | None) -> Floats:
    if below is None:
        return np.zeros(len(outside))
    return np.array([np.maximum(0.0, below - one).sum() for one in outside])


def _sum_squares(left: Floats, lengths: Floats) -> float:
    return float((left**2 / lengths).sum())


def _describe_period_fit(
    energy: Floats, lengths: Floats, missed: Floats, parameters: int
) -> FitStatistics:
    mean = float(energy.sum() / lengths.sum())
    freedom = max(1, len(energy) - parameters)
    spread = float(np.sqrt((missed**2).sum() / freedom))
    cv = spread / mean if mean else float("inf")
    return FitStatistics(len(energy), parameters, mean, cv, 0.0)


def fit_lighting_load(
    use: LightingUse, days: DailySeries | None, periods: Sequence[PeriodTotal] = ()
) -> LoadModel:
    """Of lamps (F4): mean power = energy over the lit hours of the same days, or bills.

    BadInput: less than 90 % of a year is known, or no hour was lit.
    """
    if days is not None and days.count_known() >= int(LEAST_SHARE * YEAR_DAYS):
        hours = compute_lit_hours(use, days.first_day, days.ends)
        known = np.isfinite(days.values)
        power = _divide_energy(float(days.values[known].sum()), float(hours[known].sum()))
        missed = days.values - power * hours
        level = float(np.nanstd(missed)) / float(np.sqrt(known.sum()))
        return LoadModel(None, use, power, missed, level)
    spans = [one for one in periods if one.kwh is not None]
    lengths = np.array([(one.ends - one.starts).days for one in spans], dtype=np.float64)
    _check_history(len(spans), int(lengths.sum()))
    lit = np.array([compute_lit_hours(use, one.starts, one.ends).sum() for one in spans])
    energy = np.array([float(one.kwh or 0) for one in spans])
    power = _divide_energy(float(energy.sum()), float(lit.sum()))
    missed = (energy - power * lit) / lengths
    return _build_period_model(LoadModel(None, use, power, missed), lengths)


def _divide_energy(kwh: float, hours: float) -> float:
    if hours <= 0:
        raise BadInput("/lighting", "0 h", _LAMPS)
    return kwh / hours


def compute_lit_hours(use: LightingUse, starts: date, ends: date) -> Floats:
    """Hours at full power of each civil day of [*starts*, *ends*)."""
    curve = burn_curve(use.model_copy(update={"installed_w": 1000}), starts, ends)
    tz = load_time_zone("Europe/Paris")
    sums = np.concatenate([[0.0], np.cumsum(curve.watts)]) * SAMPLE_S / 3_600_000
    days = [starts + timedelta(days=i) for i in range((ends - starts).days + 1)]
    first = day_bounds(starts, tz)[0]
    cuts = [round((day_bounds(day, tz)[0] - first).total_seconds() / SAMPLE_S) for day in days]
    return np.diff(sums[cuts])


def predict_load(
    model: LoadModel,
    starts: date,
    temperatures: Scenarios,
    terms: Mapping[str, Floats] | None = None,
) -> Scenarios:
    """What the model gives for the days from *starts* on, one row a row of *temperatures*."""
    if model.lamps is not None:
        ends = starts + timedelta(days=temperatures.shape[1])
        hours = compute_lit_hours(model.lamps, starts, ends)
        return np.tile(model.kilowatts * hours, (len(temperatures), 1))
    if model.building is None:
        raise ValueError("a load of nothing")
    rows = [
        predict_energy(model.building, DailySeries(starts, row), terms).values
        for row in temperatures
    ]
    return np.stack(rows)


def draw_residuals(residuals: Floats, rows: int, days: int, draw: np.random.Generator) -> Scenarios:
    """*rows* paths of *days* days, of blocks of 28 days that followed each other (F5)."""
    pool = residuals[np.isfinite(residuals)]
    if not len(pool):
        return np.zeros((rows, days))
    blocks = -(-days // BLOCK_DAYS)
    starts = draw.integers(0, len(pool), size=(rows, blocks))
    at = (starts[:, :, None] + np.arange(BLOCK_DAYS)[None, None, :]) % len(pool)
    found: Scenarios = pool[at.reshape(rows, -1)][:, :days]
    return found


def simulate_load(
    model: LoadModel,
    weather: WeatherYears,
    *,
    terms: Mapping[str, Floats] | None = None,
    draws: int = 10,
    seed: int = 0,
) -> Scenarios:
    """Energy of each day, kWh: *draws* rows for each year of the weather, year after year (F5)."""
    base = predict_load(model, weather.starts, weather.temperatures, terms)
    rows, days = len(base) * draws, base.shape[1]
    draw = np.random.default_rng(seed)
    drawn = draw_residuals(model.residuals, rows, days, draw)
    level = model.level_kwh * draw.standard_normal((rows, 1))
    return np.maximum(np.repeat(base, draws, axis=0) + drawn + level, 0.0)


def replace_known_days(
    scenarios: Scenarios, starts: date, days: Days, periods: Sequence[PeriodTotal] = ()
) -> Scenarios:
    """*scenarios* with what is known already in place of what was foreseen (F6).

    A bill whose days all lie in the period keeps its energy; its days share it as foreseen.
    """
    found = scenarios.copy()
    length = scenarios.shape[1]
    for one in periods:
        low, high = (one.starts - starts).days, (one.ends - starts).days
        if one.kwh is not None and low >= 0 and high <= length:
            sums = found[:, low:high].sum(axis=1, keepdims=True)
            even = np.full((len(found), high - low), 1 / (high - low))
            shares = np.divide(found[:, low:high], sums, out=even, where=sums > 0)
            found[:, low:high] = float(one.kwh) * shares
    for day, kwh in days.items():
        at = (day - starts).days
        if kwh is not None and 0 <= at < length:
            found[:, at] = float(kwh)
    return found


@dataclass(frozen=True, slots=True)
class YearCost:
    """Energy and cost of one year of one point."""

    kwh: Decimal
    eur: Decimal


@dataclass(frozen=True, slots=True)
class CostChange:
    """Why a year cost more, or less, than another: euros; the parts add up to the cent."""

    weather: Decimal
    use: Decimal
    price: Decimal

    @property
    def total(self) -> Decimal:
        """The whole change, euros."""
        return self.weather + self.use + self.price


_CENT = Decimal("0.01")


def explain_cost_change(before: YearCost, after: YearCost, weather_kwh: Decimal) -> CostChange:
    """(Qw − Q0)·p0 weather, Q1·(p1 − p0) price, the rest use (F7); p is the cost of a kWh.

    *weather_kwh* is what the weather of *after* adds to the energy of *before*. ValueError: a year
    without energy has no price; its change is one of the perimeter.
    """
    if not before.kwh or not after.kwh:
        raise ValueError("a year without energy")
    old, new = before.eur / before.kwh, after.eur / after.kwh
    weather = (weather_kwh * old).quantize(_CENT)
    price = (after.kwh * (new - old)).quantize(_CENT)
    change = (after.eur - before.eur).quantize(_CENT)
    return CostChange(weather=weather, use=change - weather - price, price=price)
