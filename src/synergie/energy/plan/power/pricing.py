"""Every option of many curves, priced and not chosen: a table of points by options.

What an analyst wants before a re-fit, and what a bench can compare with a data frame.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from synergie.energy.plan.power._candidates import (
    C5_OPTIONS,
    MOST_C5_VA,
    Market,
    compute_margin_power,
    find_unpriced_points,
)
from synergie.energy.plan.power._clock import Ints, build_clock
from synergie.energy.plan.power._group import MARGIN_SCALE, va_of
from synergie.energy.plan.power._price import compute_bills
from synergie.energy.plan.power.curves import (
    ASSUMED_WINDOWS,
    Curve,
    Reading,
    batch_curves,
    grid_of,
    last_year,
    reduce_curves,
)
from synergie.energy.plan.tariff.tables import Tables, shipped
from synergie.energy.records.power import PowerRules
from synergie.energy.records.tariff import PriceSchedule


@dataclass(frozen=True, slots=True)
class OptionTable:
    """Bills of many points up to 36 kVA, one column an option."""

    codes: tuple[str, ...]
    """FTA of each column."""
    cents: Ints
    """The whole bill, cents a year excluding VAT, (points, options)."""
    priced: NDArray[np.bool_]
    """Where it is a bill: a price for each class with energy, no more than 36 kVA reached."""
    power_va: Ints
    """The power each is priced at, VA, (points, options)."""
    energy_wh: Ints
    """Energy by class HPH, HCH, HPB, HCB, Wh."""


def price_options(
    curves: Iterable[Curve],
    schedule: PriceSchedule,
    on: date,
    *,
    reading: Reading | None = None,
    rules: PowerRules | None = None,
    tables: Tables | None = None,
) -> OptionTable:
    """The last year of each curve under every option up to 36 kVA, at the power it needs."""
    how, allowed = reading or Reading(), rules or PowerRules()
    energy, reached = _reduce_curve_energies(curves, how)
    market = Market(schedule, tables or shipped(), on)
    columns = [
        _compute_option_column(market, code, (energy, reached), allowed) for code in C5_OPTIONS
    ]
    cents, priced, power = (np.stack(part, axis=1) for part in zip(*columns, strict=True))
    return OptionTable(C5_OPTIONS, cents, priced, power, energy)


def _reduce_curve_energies(curves: Iterable[Curve], how: Reading) -> tuple[Ints, Ints]:
    windows = ASSUMED_WINDOWS if how.windows is None else how.windows
    energy, reached = [np.zeros((0, 4), np.int64)], [np.zeros(0, np.int64)]
    for grid, some in groupby((last_year(curve, how.since) for curve in curves), key=grid_of):
        local = build_clock(grid, windows)
        for batch in batch_curves(some):
            found = reduce_curves(batch, local, how.power_factor)
            energy.append(found.energy_wh)
            reached.append(found.reached_va)
    return np.concatenate(energy), np.concatenate(reached)


def _compute_option_column(
    market: Market, code: str, found: tuple[Ints, Ints], rules: PowerRules
) -> tuple[Ints, NDArray[np.bool_], Ints]:
    energy, reached = found
    rates = market.rates(code)
    step = rules.lu_kva_step if code == "BTINFLU" else rules.kva_step
    margin = int((1 + rules.margin) * MARGIN_SCALE)
    wanted = compute_margin_power(reached, margin, va_of(step), va_of(rules.least_kva))
    power = np.minimum(wanted, MOST_C5_VA // va_of(step) * va_of(step))
    fits = (power >= reached) & (reached >= 0)
    if rates is None:
        return power * 0, fits & False, power
    mine = energy
    if len(rates.classes) == 1:
        mine = energy.sum(axis=1, keepdims=True)
    elif len(rates.classes) != energy.shape[1]:
        mine = energy[:, :2] + energy[:, 2:]
    bills = compute_bills(rates, mine, np.maximum(power, 0)[:, None])
    return bills.total_cents, fits & ~find_unpriced_points(rates, mine), power
