"""One point of a budget: its model before works, its prices by day, what of it is known.

Formulas F2 to F4 and F6 of docs/measure/budget.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from synergie.budget.records.budget import BudgetOmission, BudgetPoint, BudgetRequest
from synergie.calendar.holidays import public_holidays
from synergie.errors import BadInput
from synergie.formats.checks import N_
from synergie.measure.daily import DailySeries, Floats, build_daily_series
from synergie.measure.energies import PeriodTotal, PointEnergy
from synergie.measure.forecast import (
    LoadModel,
    build_season_terms,
    fit_building_load,
    fit_building_periods,
    fit_lighting_load,
    fit_season_periods,
)
from synergie.measure.regression import LEAST_SHARE

CENT, WATT_HOUR = Decimal("0.01"), Decimal("0.001")

ENERGY = N_("energy of this point: curves, days, or bills, not older than two years")
WEATHER = N_("daily weather of the station, over the history too: --weather, and `station`")
PRICE = N_("a price on the first day of the year and after")
WHOLE_YEAR = N_("energy of the whole year, by its days or by bills that fill it")

_SATURDAY = 5
_HISTORY_DAYS = 3 * 365
"""Days before the last known one that models are fitted on."""
_LEAST_DAYS = int(LEAST_SHARE * 365)


@dataclass(frozen=True, slots=True, eq=False)
class BudgetInputs:
    """What is asked for, and what is known."""

    request: BudgetRequest
    energies: Mapping[str, PointEnergy]
    temperature: DailySeries | None
    """Mean of each day at the station, degrees Celsius. None: no weather was given."""


def fit_point(
    point: BudgetPoint, energy: PointEnergy, temperature: DailySeries | None
) -> LoadModel:
    """What a day of *point* draws before all its works, from its last three years.

    Days are taken where 90 % of a year is known by days, else bills. BadInput: too little.
    """
    ends = find_known_end(energy)
    starts = ends - timedelta(days=_HISTORY_DAYS)
    days = _select_days(point, energy, starts)
    periods = _select_periods(point, energy, starts)
    if point.lighting is not None:
        return fit_lighting_load(point.lighting, days, periods)
    heated = point.use == "building"
    if heated and temperature is None:
        raise BadInput("/weather", "", WEATHER)
    if days is not None and days.count_known() >= _LEAST_DAYS:
        span = _trim_days(days)
        terms = build_calendar_terms(span.first_day, span.ends)
        if point.use == "season":
            terms |= build_season_terms(span.first_day, span.ends)
        outside = temperature if heated and temperature is not None else _build_mild_days(span)
        return fit_building_load(span, outside, shape="heating" if heated else "flat", terms=terms)
    if point.use == "season":
        return fit_season_periods(periods)
    return fit_building_periods(
        periods, temperature or DailySeries(starts, np.zeros(0)), heated=heated
    )


def _trim_days(days: DailySeries) -> DailySeries:
    """The last years of *days* of which 90 % is known, one at least; else all of them."""
    for years in (3, 2):
        span = days.cut(days.ends - timedelta(days=365 * years), days.ends)
        if span.count_known() >= LEAST_SHARE * len(span.values):
            return span
    return days.cut(days.ends - timedelta(days=365), days.ends)


def _build_mild_days(span: DailySeries) -> DailySeries:
    return DailySeries(span.first_day, np.zeros(len(span.values)))


def _select_days(point: BudgetPoint, energy: PointEnergy, starts: date) -> DailySeries | None:
    """Known days from *starts* on, as they would be before all works."""
    known = {day: kwh for day, kwh in energy.days.items() if kwh is not None and day >= starts}
    if not known:
        return None
    series = build_daily_series({day: float(kwh) for day, kwh in known.items()})
    shares = compute_work_shares(point, series.first_day, series.ends)
    values = np.divide(series.values, shares, out=np.full(len(shares), np.nan), where=shares > 0)
    return DailySeries(series.first_day, values)


def _select_periods(point: BudgetPoint, energy: PointEnergy, starts: date) -> list[PeriodTotal]:
    """Bills from *starts* on, as they would be before all works."""
    found: list[PeriodTotal] = []
    for one in energy.periods:
        share = float(compute_work_shares(point, one.starts, one.ends).mean())
        if one.starts >= starts and one.kwh is not None and share > 0:
            found.append(PeriodTotal(one.starts, one.ends, one.kwh / Decimal(str(share))))
    return found


def build_calendar_terms(starts: date, ends: date) -> dict[str, Floats]:
    """Weekends and public holidays of the days [*starts*, *ends*)."""
    days = [starts + timedelta(days=i) for i in range((ends - starts).days)]
    feasts = {one for year in {day.year for day in days} for one in public_holidays(year)}
    columns = {
        "weekend": [day.weekday() >= _SATURDAY for day in days],
        "holiday": [day in feasts for day in days],
    }
    return {name: np.array(column, dtype=np.float64) for name, column in columns.items()}


def compute_work_shares(point: BudgetPoint, starts: date, ends: date) -> Floats:
    """Energy of each day as a share of that before all works of *point* (F6)."""
    shares = np.ones((ends - starts).days)
    for work in point.works:
        shares[max(0, (work.from_date - starts).days) :] *= float(work.remaining_share)
    return shares


def build_daily_rates(
    point: BudgetPoint, starts: date, ends: date, price_change: Decimal = Decimal(0)
) -> tuple[Floats, Floats] | None:
    """Euros a kWh, and euros a day, of each day. None: a day has no price."""
    if not point.prices or point.prices[0].from_date > starts:
        return None
    days = (ends - starts).days
    energy, fixed = np.zeros(days), np.zeros(days)
    for price in point.prices:
        at = max(0, (price.from_date - starts).days)
        energy[at:] = float(price.eur_per_mwh * (1 + price_change)) / 1000
        fixed[at:] = float(price.eur_per_year) / days
    return energy, fixed


def find_known_end(energy: PointEnergy) -> date:
    """The day after the last one with energy."""
    days = [day + timedelta(days=1) for day, kwh in energy.days.items() if kwh is not None]
    return max([*days, *(one.ends for one in energy.periods if one.kwh is not None)])


def get_energy(energies: Mapping[str, PointEnergy], point: BudgetPoint) -> PointEnergy:
    """What is known of *point*. BadInput: nothing."""
    found = energies.get(point.point)
    if found is None:
        raise BadInput("/energies", point.point, ENERGY)
    return found


def leave_out(point: BudgetPoint, what: str, fault: BadInput) -> BudgetOmission:
    """*fault* as why *point* is left out of energy or euros (*what*)."""
    return BudgetOmission.model_validate(
        {
            "point": point.point,
            "what": what,
            "place": fault.where,
            "found": str(fault.found),
            "expected": fault.expected,
        }
    )


def sum_known_energy(energy: PointEnergy, starts: date, ends: date) -> float | None:
    """KWh of [*starts*, *ends*) by days, else by bills that fill it. None: not known whole."""
    wanted = [starts + timedelta(days=i) for i in range((ends - starts).days)]
    days = [energy.days.get(day) for day in wanted]
    if all(one is not None for one in days):
        return float(sum((one for one in days if one is not None), Decimal(0)))
    inside = [one for one in energy.periods if one.starts >= starts and one.ends <= ends]
    filled = sum((one.ends - one.starts).days for one in inside) == len(wanted)
    if not filled or any(one.kwh is None for one in inside):
        return None
    return float(sum((one.kwh for one in inside if one.kwh is not None), Decimal(0)))


def round_figure(value: float, grain: Decimal) -> Decimal:
    """*value* to a cent, or a watt-hour."""
    return Decimal(f"{value:.6f}").quantize(grain)
