"""Next year: a model a point, all weathers and surprises, prices by day (F1 to F6, F8)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from synergie.budget.plan.points import (
    CENT,
    ENERGY,
    PRICE,
    WATT_HOUR,
    BudgetInputs,
    build_calendar_terms,
    build_daily_rates,
    compute_work_shares,
    find_known_end,
    fit_point,
    get_energy,
    leave_out,
    round_figure,
    sum_known_energy,
)
from synergie.budget.records.budget import (
    BudgetEffects,
    BudgetForecast,
    BudgetOmission,
    BudgetPoint,
    BudgetRequest,
    BudgetRow,
    EurosRange,
    KwhRange,
)
from synergie.errors import BadInput
from synergie.measure.daily import Floats
from synergie.measure.energies import PointEnergy
from synergie.measure.forecast import (
    MOST_YEARS,
    Scenarios,
    WeatherYears,
    build_season_terms,
    list_weather_years,
    replace_known_days,
    simulate_load,
)

DRAWS = 10
"""Surprises drawn for each year of the weather."""
OLDEST_DAYS = 2 * 365
"""Days between the last known one and the year foreseen: beyond, the point is not foreseen."""

_SHARES = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True, eq=False)
class _Horizon:
    """The days foreseen, their weathers, and what is asked of prices."""

    starts: date
    ends: date
    weather: WeatherYears
    price_change: Decimal


@dataclass(frozen=True, slots=True, eq=False)
class _Outlook:
    """One point foreseen: rows of scenarios, columns of days."""

    point: BudgetPoint
    kwh: Scenarios
    eur: Scenarios | None
    effects: BudgetEffects | None


def forecast_budget(
    inputs: BudgetInputs, year: int, *, price_change: Decimal = Decimal(0)
) -> BudgetForecast:
    """The civil *year*, known days of it as they were, the others as often as F5 says.

    A point that cannot be foreseen is named in `left_out`, and sums are then at least that.
    BadInput: nothing is known of any point, or the weather has too few years.
    """
    starts, ends = date(year, 1, 1), date(year + 1, 1, 1)
    request, temperature = inputs.request, inputs.temperature
    known_until = _find_last_day(inputs, ends)
    weather = (
        WeatherYears(starts, (), np.zeros((MOST_YEARS, (ends - starts).days)), 0)
        if temperature is None
        else list_weather_years(temperature, starts, ends)
    )
    horizon = _Horizon(starts, ends, weather, price_change)
    outlooks: list[_Outlook] = []
    left_out: list[BudgetOmission] = []
    for at, point in enumerate(request.points):
        try:
            outlooks.append(_foresee_point(inputs, point, horizon, seed=at))
        except BadInput as fault:
            left_out.append(leave_out(point, "energy", fault))
    left_out += [
        leave_out(one.point, "euros", BadInput("/prices", str(starts), PRICE))
        for one in outlooks
        if one.eur is None
    ]
    if not outlooks:
        raise BadInput(left_out[0].place, left_out[0].found, left_out[0].expected)
    rows = _list_rows(request, outlooks, starts)
    return BudgetForecast(
        title=request.title,
        year=year,
        known_until=known_until,
        station=request.station,
        weather_years=weather.years,
        estimated_days=weather.estimated,
        vat_included=request.vat_included,
        price_change=price_change,
        total=rows[0],
        rows=tuple(rows[1:]),
        effects=_sum_budget_effects(outlooks),
        votes=tuple(one for one in request.votes if one.year in (year - 1, year)),
        left_out=tuple(left_out),
    )


def _find_last_day(inputs: BudgetInputs, ends: date) -> date:
    known = [inputs.energies.get(one.point) for one in inputs.request.points]
    days = [find_known_end(one) for one in known if one is not None]
    if not days:
        raise BadInput("/energies", 0, ENERGY)
    return min(max(days), ends)


def _foresee_point(
    inputs: BudgetInputs, point: BudgetPoint, horizon: _Horizon, *, seed: int
) -> _Outlook:
    starts, ends = horizon.starts, horizon.ends
    energy = get_energy(inputs.energies, point)
    last = find_known_end(energy)
    if last < starts - timedelta(days=OLDEST_DAYS):
        raise BadInput("/energies", str(last), ENERGY)
    model = fit_point(point, energy, inputs.temperature)
    terms = build_calendar_terms(starts, ends) | build_season_terms(starts, ends)
    if point.use == "season":
        seed = 0  # the same surprises for all: their weather is one
    base = simulate_load(model, horizon.weather, terms=terms, draws=DRAWS, seed=seed)
    share = compute_work_shares(point, starts, ends)
    kwh = replace_known_days(base * share, starts, energy.days, energy.periods)
    rates = build_daily_rates(point, starts, ends, horizon.price_change)
    if rates is None:
        return _Outlook(point, kwh, None, None)
    eur = kwh * rates[0] + rates[1]
    return _Outlook(point, kwh, eur, _compare_with_reference(point, energy, (base, kwh, eur)))


def _compare_with_reference(
    point: BudgetPoint, energy: PointEnergy, foreseen: tuple[Scenarios, Scenarios, Scenarios]
) -> BudgetEffects | None:
    """Against the twelve months known last, at their prices; None: not whole, or no price (F8)."""
    base, kwh, eur = foreseen
    ends = find_known_end(energy)
    starts = ends - timedelta(days=365)
    reference = sum_known_energy(energy, starts, ends)
    rates = build_daily_rates(point, starts, ends)
    if reference is None or rates is None or not reference:
        return None
    price = float(rates[0].mean())
    before = reference * price + float(rates[1].sum())
    shares = compute_work_shares(point, starts, ends)
    usual = float(np.median(base.sum(axis=1))) * float(shares.mean())
    weather = (usual - reference) * price
    works = (float(np.median(kwh.sum(axis=1))) - usual) * price
    change = float(np.median(eur.sum(axis=1))) - before
    money = [round_figure(one, CENT) for one in (before, weather, works, change)]
    return BudgetEffects(
        reference_eur=money[0], weather=money[1], works=money[2],
        price=money[3] - money[1] - money[2],
    )  # fmt: skip


def _sum_budget_effects(outlooks: Sequence[_Outlook]) -> BudgetEffects | None:
    every = [one.effects for one in outlooks if one.effects is not None]
    if not every:
        return None
    names = ("reference_eur", "weather", "works", "price")
    sums = {name: sum((getattr(one, name) for one in every), Decimal(0)) for name in names}
    return BudgetEffects(**sums)


def _list_rows(
    request: BudgetRequest, outlooks: Sequence[_Outlook], starts: date
) -> list[BudgetRow]:
    """All, each member and service, each point: the year, and below it its months."""
    groups = sorted({(one.member, one.service) for one in request.points})
    missing = {one.point for one in request.points} - {one.point.point for one in outlooks}
    found = [_build_row(outlooks, starts, partial=bool(missing))]
    found += _list_months(outlooks, starts, found[0])
    for member, service in groups:
        mine = [
            one for one in outlooks if (one.point.member, one.point.service) == (member, service)
        ]
        lost = any(
            one.point in missing and (one.member, one.service) == (member, service)
            for one in request.points
        )
        if mine:
            row = _build_row(mine, starts, member=member, service=service, partial=lost)
            found += [row, *_list_months(mine, starts, row)]
    for one in outlooks:
        whose = one.point
        row = _build_row(
            [one], starts, member=whose.member, service=whose.service, point=whose.point
        )
        found += [row, *_list_months([one], starts, row)]
    return found


def _list_months(outlooks: Sequence[_Outlook], starts: date, row: BudgetRow) -> Iterator[BudgetRow]:
    named = row.model_dump(include={"member", "service", "point", "partial"})
    for month in range(1, 13):
        yield _build_row(outlooks, starts, month=month, **named)


def _build_row(
    outlooks: Sequence[_Outlook], starts: date, *, month: int | None = None, **named: object
) -> BudgetRow:
    """Quantiles of the sum over the points: the same weather for all."""
    days = slice(None) if month is None else _find_month(starts, month)
    kwh = sum((one.kwh[:, days].sum(axis=1) for one in outlooks), np.zeros(1))
    priced = [one.eur[:, days].sum(axis=1) for one in outlooks if one.eur is not None]
    partial = bool(named.pop("partial", False)) or len(priced) < len(outlooks)
    eur = sum(priced, np.zeros(1)) if priced else None
    return BudgetRow.model_validate(
        {
            **named,
            "month": month,
            "kwh": KwhRange(**_find_quantiles(kwh, WATT_HOUR)),
            "eur": None if eur is None else EurosRange(**_find_quantiles(eur, CENT)),
            "partial": partial,
        }
    )


def _find_month(starts: date, month: int) -> slice:
    low = (starts.replace(month=month) - starts).days
    high = (date(starts.year + month // 12, month % 12 + 1, 1) - starts).days
    return slice(low, high)


def _find_quantiles(sums: Floats, grain: Decimal) -> dict[str, Decimal]:
    values = np.quantile(sums, _SHARES)
    return dict(
        zip(("p10", "p50", "p90"), (round_figure(float(one), grain) for one in values), strict=True)
    )
