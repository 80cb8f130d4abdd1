"""The baseline of a contract: one model a building, the inventory of lamps; then frozen."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np

from synergie.calendar.holidays import public_holidays
from synergie.contract.plan._text import ENERGIES, PLAN_WHOLE, STATION
from synergie.contract.plan.daily_energies import cut_energies
from synergie.contract.plan.digest import compute_digest
from synergie.contract.records.contract import ContractPoint, ContractSpan, PerformanceContract
from synergie.contract.records.mv_plan import (
    ContractWeather,
    FittedModel,
    MvPlan,
    PointBaseline,
    PointEnergies,
    StaticFactor,
)
from synergie.errors import BadInput
from synergie.measure.daily import DailySeries, Floats
from synergie.measure.degree_days import read_daily_weather
from synergie.measure.regression import DailyModel, fit_daily_model
from synergie.measure.statistics import FitStatistics
from synergie.schemas.readings.weather import WeatherSeries

_SATURDAY = 5


def build_plan(
    contract: PerformanceContract,
    energies: Sequence[PointEnergies],
    weather: ContractWeather | None,
    *,
    made_on: date,
    static_factors: Iterable[StaticFactor] = (),
) -> MvPlan:
    """The plan of measurement of *contract*, not yet signed.

    BadInput: a building without readings or weather over 90 % of the days of the baseline, energy
    that no model fits, the weather of another station.
    """
    if contract.weather is not None:
        _check_station(contract.weather.station, weather)
    baselines = tuple(_build_baseline(one, contract, energies, weather) for one in contract.points)
    draft = MvPlan(
        contract=contract,
        made_on=made_on,
        baselines=baselines,
        weather=weather,
        static_factors=tuple(static_factors),
        digest="0" * 64,
    )
    return draft.model_copy(update={"digest": compute_digest(draft)})


def check_plan(plan: MvPlan) -> None:
    """BadInput when *plan* is not as it was frozen."""
    if compute_digest(plan) != plan.digest:
        raise BadInput("/digest", plan.digest, PLAN_WHOLE)


def check_fitted_plan(plan: MvPlan) -> None:
    """The same, and when a model does not come out of the readings of the plan again."""
    check_plan(plan)
    again = build_plan(
        plan.contract,
        [one.energies for one in plan.baselines if one.energies is not None],
        plan.weather,
        made_on=plan.made_on,
        static_factors=plan.static_factors,
    )
    if again.digest != plan.digest:
        raise BadInput("/baselines", plan.digest, PLAN_WHOLE)


def choose_weather(
    stations: Iterable[WeatherSeries], code: str, span: ContractSpan
) -> ContractWeather:
    """The days of *span* at the station *code*. BadInput: it is not among *stations*."""
    every = list(stations)
    parts = [one for one in every if one.station.code == code]
    if not parts:
        raise BadInput("/weather/station", f"{code}: {len(every)}", STATION)
    days: Floats = np.full((span.to_date - span.from_date).days, np.nan)
    for part in parts:
        mean = read_daily_weather(part).get_mean_series().cut(span.from_date, span.to_date).values
        days = np.where(np.isfinite(mean), mean, days)
    return ContractWeather(
        station=f"{code} {parts[0].station.name}",
        first_day=span.from_date,
        values=[None if np.isnan(one) else float(one) for one in days],
    )


def _check_station(code: str, weather: ContractWeather | None) -> None:
    if weather is None or weather.station.split(" ")[0] != code:
        raise BadInput("/weather/station", weather.station if weather else code, STATION)


def _build_baseline(
    point: ContractPoint,
    contract: PerformanceContract,
    energies: Sequence[PointEnergies],
    weather: ContractWeather | None,
) -> PointBaseline:
    span = contract.baseline
    known = next((one for one in energies if one.point == point.id), None)
    kept = None if known is None else cut_energies(known, span)
    if point.building is None:
        return PointBaseline(point=point.id, energies=kept, model=None)
    if kept is None or weather is None:
        raise BadInput("/energies", point.id, ENERGIES)
    series = read_series(kept)
    try:
        model = fit_daily_model(
            series,
            read_temperatures(weather),
            shape=point.building.shape,
            terms=build_terms(point, span),
        )
    except BadInput as fault:
        raise fault.at(f"{point.id} ") from fault
    return PointBaseline(point=point.id, energies=kept, model=_record_model(model))


def read_series(energies: PointEnergies) -> DailySeries:
    """Its days as the models read them."""
    values = [np.nan if one is None else float(one) for one in energies.values]
    return DailySeries(energies.first_day, np.array(values, dtype=np.float64))


def read_temperatures(weather: ContractWeather) -> DailySeries:
    """The same of temperatures."""
    values = [np.nan if one is None else one for one in weather.values]
    return DailySeries(weather.first_day, np.array(values, dtype=np.float64))


def build_terms(point: ContractPoint, span: ContractSpan) -> dict[str, Floats]:
    """The calendar of the days of *span*, for each driver that the contract names."""
    days = [span.from_date + timedelta(days=i) for i in range((span.to_date - span.from_date).days)]
    feasts = {one for year in {day.year for day in days} for one in public_holidays(year)}
    columns: dict[str, list[bool]] = {
        "weekend": [day.weekday() >= _SATURDAY for day in days],
        "holiday": [day in feasts for day in days],
    }
    terms = point.building.terms if point.building else ()
    return {name: np.array(columns[name], dtype=np.float64) for name in terms}


def _record_model(model: DailyModel) -> FittedModel:
    """To nine digits: what is written is the same on every system."""
    fit = model.fit
    return FittedModel(
        shape=model.shape,
        base_kwh=_round_digits(model.base_kwh),
        heating=_round_digits(model.heating),
        below=model.below,
        cooling=_round_digits(model.cooling),
        above=model.above,
        terms=tuple((name, _round_digits(value)) for name, value in model.terms),
        days=fit.n,
        parameters=fit.parameters,
        mean_kwh=_round_digits(fit.mean),
        cv_rmse=_round_digits(fit.cv_rmse),
        autocorrelation=_round_digits(fit.autocorrelation),
    )


def _round_digits(value: float) -> float:
    return float(f"{value:.9g}")


def read_model(model: FittedModel) -> DailyModel:
    """The same, to predict with."""
    return DailyModel(
        shape=model.shape,
        base_kwh=model.base_kwh,
        heating=model.heating,
        below=model.below,
        cooling=model.cooling,
        above=model.above,
        terms=model.terms,
        fit=FitStatistics(
            n=model.days,
            parameters=model.parameters,
            mean=model.mean_kwh,
            cv_rmse=model.cv_rmse,
            autocorrelation=model.autocorrelation,
        ),
    )
