"""Why a year cost other than one before: weather, use, price, perimeter (F7)."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from synergie.budget.plan.points import (
    CENT,
    PRICE,
    WATT_HOUR,
    WEATHER,
    WHOLE_YEAR,
    BudgetInputs,
    build_calendar_terms,
    build_daily_rates,
    compute_work_shares,
    fit_point,
    get_energy,
    leave_out,
    round_figure,
    sum_known_energy,
)
from synergie.budget.records.budget import (
    BudgetOmission,
    BudgetPoint,
    CostEffects,
    CostExplanation,
    sum_effects,
)
from synergie.errors import BadInput
from synergie.measure.daily import Floats
from synergie.measure.energies import PointEnergy
from synergie.measure.forecast import (
    YearCost,
    explain_cost_change,
    predict_load,
    replace_known_days,
)


def explain_years(inputs: BudgetInputs, before: int, after: int) -> CostExplanation:
    """Why the civil year *after* cost other than *before*, point by point (F7).

    A point known in one of the years only is a change of the perimeter; one that is known in part
    is left out and named. BadInput: none is known.
    """
    parts: list[CostEffects] = []
    left_out: list[BudgetOmission] = []
    for point in inputs.request.points:
        try:
            parts.append(_explain_point(inputs, point, before, after))
        except BadInput as fault:
            left_out.append(leave_out(point, "euros", fault))
    if not parts:
        raise BadInput(left_out[0].place, left_out[0].found, left_out[0].expected)
    return CostExplanation(
        title=inputs.request.title,
        before=before,
        after=after,
        total=sum_effects(parts),
        points=tuple(parts),
        left_out=tuple(left_out),
    )


def _explain_point(
    inputs: BudgetInputs, point: BudgetPoint, before: int, after: int
) -> CostEffects:
    energy = get_energy(inputs.energies, point)
    old, new = (_find_year_cost(point, energy, year) for year in (before, after))
    if old is None and new is None:
        raise BadInput("/energies", f"{before}, {after}", WHOLE_YEAR)
    zero = Decimal(0)
    first, second = (one.eur if one else zero for one in (old, new))
    whole = CostEffects(
        point=point.point, before_eur=first, after_eur=second, weather=zero, use=zero, price=zero,
        perimeter=second - first,
    )  # fmt: skip
    if old is None or new is None or not old.kwh or not new.kwh:
        return whole
    change = explain_cost_change(old, new, _compute_weather_change(inputs, point, before, after))
    parts = {"weather": change.weather, "use": change.use, "price": change.price}
    return whole.model_copy(update=parts | {"perimeter": zero})


def _find_year_cost(point: BudgetPoint, energy: PointEnergy, year: int) -> YearCost | None:
    """None: no day of it has energy. BadInput: it is known in part, or has no price."""
    starts, ends = date(year, 1, 1), date(year + 1, 1, 1)
    kwh = sum_known_energy(energy, starts, ends)
    if kwh is None:
        known = _list_known_spans(energy)
        if any(low < ends and high > starts for low, high in known):
            raise BadInput("/energies", str(year), WHOLE_YEAR)
        return None
    rates = build_daily_rates(point, starts, ends)
    if rates is None:
        raise BadInput("/prices", str(starts), PRICE)
    days = _spread_year(energy, starts, ends, kwh)
    eur = float((days * rates[0]).sum() + rates[1].sum())
    return YearCost(round_figure(kwh, WATT_HOUR), round_figure(eur, CENT))


def _list_known_spans(energy: PointEnergy) -> Iterable[tuple[date, date]]:
    for day, kwh in energy.days.items():
        if kwh is not None:
            yield day, day + timedelta(days=1)
    for one in energy.periods:
        if one.kwh is not None:
            yield one.starts, one.ends


def _spread_year(energy: PointEnergy, starts: date, ends: date, kwh: float) -> Floats:
    """Days as known, else each bill evenly over its days: only prices that change within it ask."""
    length = (ends - starts).days
    even = np.full((1, length), kwh / length)
    days: Floats = replace_known_days(even, starts, energy.days, energy.periods)[0]
    return days


def _compute_weather_change(
    inputs: BudgetInputs, point: BudgetPoint, before: int, after: int
) -> Decimal:
    """KWh that the weather of *after* adds to the energy of *before*, by the model of the point."""
    if point.use in {"process", "season"}:
        return Decimal(0)
    temperature = inputs.temperature
    model = fit_point(point, get_energy(inputs.energies, point), temperature)
    totals = []
    for year in (before, after):
        starts, ends = date(year, 1, 1), date(year + 1, 1, 1)
        if temperature is None:
            outside = np.zeros((ends - starts).days)
        else:
            outside = temperature.cut(starts, ends).values
        if model.building is not None and np.isnan(outside).any():
            raise BadInput("/weather", str(year), WEATHER)
        terms = build_calendar_terms(starts, ends)
        totals.append(float(predict_load(model, starts, outside[None, :], terms).sum()))
    share = float(compute_work_shares(point, date(before, 1, 1), date(before + 1, 1, 1)).mean())
    return round_figure((totals[1] - totals[0]) * share, WATT_HOUR)
