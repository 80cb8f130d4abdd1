"""Next year of a stored budget: points of its lines, their stored months, prices of their bills."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from synergie.budget.exchange.history import PointHistory, find_next_month
from synergie.budget.plan.forecast import forecast_budget
from synergie.budget.plan.points import BudgetInputs
from synergie.budget.records.budget import (
    BudgetForecast,
    BudgetPoint,
    BudgetRequest,
    BudgetVote,
    EnergyPrice,
)
from synergie.budget.records.line import StoredBudgetLine
from synergie.errors import BadInput
from synergie.measure.energies import PeriodTotal, PointEnergy

YEARS = 3
"""Years of history before the one that is foreseen."""
_LEAST_CURVE_MONTHS = 6
_PRICED_MONTHS = 12
_FROM = date(2000, 1, 1)
_CENT = Decimal("0.01")
_MIXED = "members that all vote with VAT, or all without: ask for one member"


def forecast_stored_budget(
    lines: Sequence[StoredBudgetLine],
    histories: Mapping[str, PointHistory],
    year: int,
    *,
    price: Decimal | None,
    price_change: Decimal,
    now: datetime,
) -> BudgetForecast:
    """The civil *year* of the points of the newest *lines*, one at least, up to that year.

    *price*: euros a kWh in place of what the bills cost. BadInput: lines name no point, members
    vote with VAT and without, or as `forecast_budget`.
    """
    newest = {one.member: 0 for one in lines}
    for one in lines:
        newest[one.member] = max(newest[one.member], one.year)
    current = [one for one in lines if one.year == newest[one.member]]
    vats = {one.vat_included for one in current}
    if len(vats) > 1:
        raise BadInput("/lines", len(newest), _MIXED)
    named = {one.point: one for one in current if one.point is not None}
    if not named:
        raise BadInput("/lines", 0, "a line with the number of a point")
    (vat,) = vats
    points = tuple(
        BudgetPoint(
            point=key,
            member=one.member,
            name=histories[key].name if key in histories else key,
            service=one.service,
            use="season",
            prices=_list_prices(histories.get(key), price, vat=vat, now=now),
        )
        for key, one in sorted(named.items())
    )
    votes = sum_votes([one for one in lines if one.vat_included == vat])
    request = BudgetRequest(title="Budget", vat_included=vat, points=points, votes=tuple(votes))
    energies = {
        key: energy
        for key, one in histories.items()
        if (energy := _build_energy(one, year)).periods
    }
    inputs = BudgetInputs(request, energies, None)
    return forecast_budget(inputs, year, price_change=price_change)


def sum_votes(lines: Sequence[StoredBudgetLine]) -> list[BudgetVote]:
    """Euros of each member, service and year that has some."""
    sums: dict[tuple[str, str, int], Decimal] = {}
    for one in lines:
        if one.eur is not None:
            of = one.member, one.service, one.year
            sums[of] = sums.get(of, Decimal(0)) + one.eur
    return [
        BudgetVote(member=member, service=service, year=year, eur=eur)
        for (member, service, year), eur in sorted(sums.items())
    ]


def _build_energy(history: PointHistory, year: int) -> PointEnergy:
    """Months by curves where there are six of them, else the periods of the best other source."""
    curves = [
        PeriodTotal(month, find_next_month(month), kwh)
        for month, kwh in sorted(history.curves.items())
    ]
    others = [] if not history.sources else [
        PeriodTotal(*one)
        for one in history.sources[0].list_periods()
        if one[0].year >= year - YEARS
    ]  # fmt: skip
    return PointEnergy(periods=curves if len(curves) >= _LEAST_CURVE_MONTHS else others)


def _list_prices(
    history: PointHistory | None, price: Decimal | None, *, vat: bool, now: datetime
) -> tuple[EnergyPrice, ...]:
    """One price for all days: *price*, else what a kWh of the last twelve priced months cost."""
    per_kwh = price if price is not None or history is None else _average_cost(history, vat, now)
    if per_kwh is None:
        return ()
    per_mwh = (per_kwh * 1000).quantize(_CENT, ROUND_HALF_UP)
    return (EnergyPrice(from_date=_FROM, eur_per_mwh=per_mwh),)


def _average_cost(history: PointHistory, vat: bool, now: datetime) -> Decimal | None:  # noqa: FBT001 (of the budget)
    """Null: under six of the last 24 months have a cost with VAT as the budget's."""
    last = now.year * 12 + now.month - 1
    months = [date(n // 12, n % 12 + 1, 1) for n in range(last - 1, last - 25, -1)]
    costs = [one for month in months if (one := history.find_cost(month)) is not None]
    some = [one for one in costs if one.vat_included == vat][:_PRICED_MONTHS]
    kwh = sum((one.kwh for one in some), Decimal(0))
    if len(some) < _LEAST_CURVE_MONTHS or kwh <= 0:
        return None
    return sum((one.eur or Decimal(0) for one in some), Decimal(0)) / kwh
