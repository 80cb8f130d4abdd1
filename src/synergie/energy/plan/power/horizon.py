"""Several months ahead: when to change option and power, with a fee and a least stay.

For a use that will change: hours first, then the option. The shortest path over months is exact:
a point that is free to change stays a month, or changes and stays at least so long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.energy.plan.power._candidates import (
    C5_OPTIONS,
    MOST_C5_VA,
    Market,
    compute_margin_power,
    find_unpriced_points,
)
from synergie.energy.plan.power._clock import Grid, Ints, build_clock
from synergie.energy.plan.power._group import MARGIN_SCALE, va_of
from synergie.energy.plan.power._price import FIXED, Rates, compute_bills
from synergie.energy.plan.power.curves import ASSUMED_WINDOWS, Curve, Reading, reduce_curves
from synergie.energy.plan.tariff.tables import Tables, shipped
from synergie.energy.records.power import PowerRules
from synergie.energy.records.tariff import PriceSchedule
from synergie.errors import BadInput

FAR = 2**50
"""A month that cannot be: a power that does not hold, an option without a price. Cents."""
_YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class HeldOption:
    """An option and a power."""

    tariff_code: str
    kva: Decimal


@dataclass(frozen=True, slots=True)
class Path:
    """What to hold in each month."""

    months: tuple[tuple[date, HeldOption], ...]
    """First day of each month, and what is held in it."""
    cost_eur: Decimal
    """All months and the fees of the changes, EUR excluding VAT."""
    stay_eur: Decimal | None
    """The same without any change. None: today's power does not hold, or is not priced."""

    @property
    def changes(self) -> tuple[tuple[date, HeldOption], ...]:
        """The months in which something changes."""
        pairs = pairwise(self.months)
        return tuple(after for before, after in pairs if before[1] != after[1])


def changes(
    curve: Curve,
    today: HeldOption,
    schedule: PriceSchedule,
    on: date,
    *,
    free_from: date | None = None,
    reading: Reading | None = None,
    rules: PowerRules | None = None,
    tables: Tables | None = None,
) -> Path:
    """The cheapest path of a point up to 36 kVA over the whole months of *curve*.

    *curve* is the use that is planned, of as many months as wanted; prices are those of *on*.
    *free_from*: first month in which a change is allowed; None: at once. Rules: margin, step, fee,
    least stay. Today is held before the first month; a change in the first month counts as one.
    BadInput: no whole month.
    """
    allowed, how = rules or PowerRules(), reading or Reading()
    firsts = _list_whole_months(curve)
    energy, reached = _by_month(curve, firsts, how)
    market = Market(schedule, tables or shipped(), on)
    held = _list_candidate_options(today, reached, allowed)
    columns = [
        _compute_monthly_costs(market, one, (energy, reached), _list_month_lengths(firsts))
        for one in held
    ]
    costs = np.stack(columns, axis=1)
    free = sum(1 for first in firsts[:-1] if free_from is not None and first < free_from)
    total, path = cheapest_path(
        costs,
        today=held.index(today),
        free_from=free,
        fee=int(allowed.change_fee_eur * 100),
        stay=allowed.min_stay_months,
    )
    if total >= FAR:
        raise BadInput(
            "/tariff_code", today.tariff_code, "an option and power that hold and are priced"
        )
    staying = int(costs[:, held.index(today)].sum())
    return Path(
        months=tuple((first, held[at]) for first, at in zip(firsts, path, strict=False)),
        cost_eur=Decimal(total).scaleb(-2),
        stay_eur=None if staying >= FAR else Decimal(staying).scaleb(-2),
    )


def cheapest_path(
    costs: NDArray[np.int64], *, today: int, free_from: int, fee: int, stay: int
) -> tuple[int, list[int]]:
    """Least cost and what is held each month; *costs* is (months, choices), whole numbers.

    Before *free_from* today is held. A change costs *fee* and holds for *stay* months at least,
    which must fit: else the last months would be picked for their season.
    """
    months, count = costs.shape
    before = np.concatenate([np.zeros((1, count), np.int64), np.cumsum(costs, axis=0)])
    best = np.full((months + 1, count), FAR * (months + 1), np.int64)
    came: dict[tuple[int, int], tuple[int, int]] = {}
    start = min(free_from, months)
    best[start, today] = before[start, today]
    for month in range(start, months):
        for now in range(count):
            known = int(best[month, now])
            for then in range(count):
                end = month + (1 if then == now else max(stay, 1))
                if end > months:
                    continue
                paid = 0 if then == now else fee
                total = known + paid + int(before[end, then] - before[month, then])
                if total < best[end, then]:
                    best[end, then], came[end, then] = total, (month, now)
    last = int(best[months].argmin())
    return int(best[months, last]), _trace_monthly_path(came, (months, last), (start, today))


def _trace_monthly_path(
    came: dict[tuple[int, int], tuple[int, int]], end: tuple[int, int], start: tuple[int, int]
) -> list[int]:
    """What is held each month, from the last back to the first."""
    held: list[int] = []
    at = end
    while at != start:
        before = came[at]
        held = [at[1]] * (at[0] - before[0]) + held
        at = before
    return [start[1]] * start[0] + held


def _list_whole_months(curve: Curve) -> list[date]:
    """First days of the whole months of *curve*, and the day after the last one."""
    tz = load_time_zone(curve.zone)
    first = day_of(curve.start, tz)
    if first.day > 1 or day_bounds(first, tz)[0] < curve.start:
        first = _advance_one_month(first)
    firsts = [first]
    while day_bounds(_advance_one_month(firsts[-1]), tz)[0] <= curve.end:
        firsts.append(_advance_one_month(firsts[-1]))
    if len(firsts) == 1:
        raise BadInput("/watts", f"{len(curve.watts)} steps", "one whole month at least")
    return firsts


def _advance_one_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _list_month_lengths(firsts: Sequence[date]) -> list[int]:
    return [(after - first).days for first, after in pairwise(firsts)]


def _by_month(curve: Curve, firsts: Sequence[date], how: Reading) -> tuple[Ints, Ints]:
    """Energy by class and greatest power of each month."""
    tz = load_time_zone(curve.zone)
    windows = ASSUMED_WINDOWS if how.windows is None else how.windows
    energy, reached = [], []
    for first, after in pairwise(firsts):
        bounds = (day_bounds(day, tz)[0] for day in (first, after))
        i, j = (int((at - curve.start).total_seconds()) // curve.step_s for at in bounds)
        start = day_bounds(first, tz)[0].astimezone(UTC)
        part = Curve(start, curve.step_s, curve.watts[i:j], curve.zone)
        local = build_clock(Grid(start, curve.step_s, len(part.watts), curve.zone), windows)
        found = reduce_curves([part], local, how.power_factor)
        energy.append(found.energy_wh)
        reached.append(found.reached_va)
    return np.concatenate(energy), np.concatenate(reached)


def _list_candidate_options(
    today: HeldOption, reached: Ints, rules: PowerRules
) -> list[HeldOption]:
    """Every option at the power that each month needs, and today."""
    margin = int((1 + rules.margin) * MARGIN_SCALE)
    found = {today}
    for code in C5_OPTIONS:
        step = va_of(rules.lu_kva_step if code == "BTINFLU" else rules.kva_step)
        wanted = compute_margin_power(reached, margin, step, va_of(rules.least_kva))
        powers = np.minimum(wanted, MOST_C5_VA // step * step)
        found |= {HeldOption(code, Decimal(int(va)).scaleb(-3).normalize()) for va in powers}
    return sorted(found, key=lambda one: (one.tariff_code, one.kva))


def _compute_monthly_costs(
    market: Market, one: HeldOption, drawn: tuple[Ints, Ints], days: Sequence[int]
) -> NDArray[np.int64]:
    """The bill of each month, cents: fixed lines by days; FAR where it cannot be."""
    energy, reached = drawn
    rates: Rates | None = market.rates(one.tariff_code)
    if rates is None:
        return np.full(len(days), FAR, np.int64)
    mine = energy
    if len(rates.classes) == 1:
        mine = energy.sum(axis=1, keepdims=True)
    elif len(rates.classes) != energy.shape[1]:
        mine = energy[:, :2] + energy[:, 2:]
    va = va_of(one.kva)
    amounts = compute_bills(rates, mine, np.full((len(days), 1), va, np.int64)).amounts
    fixed = amounts[:, :FIXED].sum(axis=1) * np.array(days) // _YEAR_DAYS
    unit = 10 ** (rates.places() - 2)
    cents = (fixed + amounts[:, FIXED:].sum(axis=1) + unit // 2) // unit
    barred = (reached > va) | find_unpriced_points(rates, mine)
    return np.where(barred, FAR, cents).astype(np.int64)
