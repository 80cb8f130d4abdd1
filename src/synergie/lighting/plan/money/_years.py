"""Year by year, and what all years are worth today."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from synergie.lighting.plan.measured import Floats, Measured
from synergie.lighting.plan.money._bills import Bill, mark_changed_lights
from synergie.lighting.plan.money._sums import round_to_cents, sum_rows_by_place
from synergie.lighting.plan.money._upkeep import Upkeep, iterate_renewals
from synergie.lighting.plan.money._works import Works, count_replacements
from synergie.lighting.records.effects import YearMoney


@dataclass(frozen=True, slots=True, eq=False)
class Years:
    """Amounts by commune and year, EUR; the row after the last commune holds what has none."""

    investment: Floats
    """Works, (communes + 1, years)."""
    bill: Floats
    """Bills, grown."""
    upkeep: Floats
    """Repairs and parts."""
    renewal: Floats
    """Renewals; the last column is what is left at the end, a year after."""


def years_of(
    found: Measured, paid: Works, charged: list[Bill], *, kept: Upkeep, communes: list[int]
) -> Years:
    """Every commune in every year of the horizon; *communes*: the place of each cabinet's."""
    rules, size = found.study.rules, len(found.study.communes) + 1
    horizon: Floats = np.arange(rules.horizon_years, dtype=np.float64) + rules.starts
    before = _compute_ready_shares(found, horizon)
    investment = np.zeros((size, len(horizon)))
    renewal = np.zeros((size, len(horizon) + 1))
    for (commune, _cabinet, year), amount in paid.eur.items():
        at = min(max(year - rules.starts, 0), len(horizon) - 1)
        investment[commune, at] += np.nan if amount is None else float(amount)
    for one in iterate_renewals(found, count_replacements(found)):
        renewal[one.commune, min(max(one.year - rules.starts, 0), len(horizon))] += one.eur
    return Years(
        investment=investment,
        bill=_compute_yearly_bills(found, charged, communes, horizon=horizon, ready=before),
        upkeep=_compute_yearly_upkeep(found, kept, horizon, size),
        renewal=renewal,
    )


def build_year_money(years: Years, found: Measured) -> tuple[YearMoney, ...]:
    """The sums of all communes, year by year."""
    rows = (years.investment + years.renewal[:, :-1], years.bill, years.upkeep)
    sums = [row.sum(axis=0) for row in rows]
    return tuple(
        YearMoney(
            year=found.study.rules.starts + n,
            investment_eur=round_to_cents(sums[0][n]),
            bill_eur=round_to_cents(sums[1][n]),
            upkeep_eur=round_to_cents(sums[2][n]),
        )
        for n in range(found.study.rules.horizon_years)
    )


def compute_present_costs(years: Years, found: Measured) -> list[Decimal | None]:
    """Net present cost of each commune, and of what has none; None where not known."""
    rate, n = found.study.rules.discount_rate, years.bill.shape[1]
    factors = (1 + rate) ** -np.arange(n + 1, dtype=np.float64)
    yearly = years.investment + years.bill + years.upkeep
    worth = yearly @ factors[:n] + years.renewal @ factors
    return [round_to_cents(one) for one in worth]


def _compute_ready_shares(found: Measured, horizon: Floats) -> Floats:
    """Share of the luminaires that change behind each cabinet whose works are over, (c, years)."""
    size = len(found.study.cabinets)
    marks = np.where(mark_changed_lights(found), found.park.count, 0.0)
    done = marks[:, None] * (found.year[:, None] < horizon[None, :])
    whole = sum_rows_by_place(marks, found.park.cabinet, size)[:, None]
    share = sum_rows_by_place(done, found.park.cabinet, size) / np.where(whole > 0, whole, 1)
    out: Floats = np.where(whole > 0, share, 1.0)
    return out


def _compute_yearly_bills(
    found: Measured, charged: list[Bill], communes: list[int], *, horizon: Floats, ready: Floats
) -> Floats:
    rules, size = found.study.rules, len(found.study.communes) + 1
    today = np.array([_read_bill_total(one.today) for one in charged])
    after = np.array([_read_bill_total(one.after) for one in charged])
    each = today[:, None] * (1 - ready) + after[:, None] * ready
    each = np.where(np.isnan(today + after)[:, None], np.nan, each)
    grown = each * (1 + rules.energy_growth) ** (horizon - rules.starts)[None, :]
    places = np.array([one if one >= 0 else size - 1 for one in communes], dtype=np.int32)
    return sum_rows_by_place(grown.reshape(len(charged), len(horizon)), places, size)


def _compute_yearly_upkeep(found: Measured, kept: Upkeep, horizon: Floats, size: int) -> Floats:
    places = np.where(found.park.commune >= 0, found.park.commune, size - 1).astype(np.int32)
    marks, out = mark_changed_lights(found), np.zeros((size, len(horizon)))
    today, after = sum_rows_by_place(kept.today, places, size), None
    for year in np.unique(found.year[marks]) if marks.any() else ():
        rows = marks & (found.year == year)
        gain = np.where(rows, kept.after - kept.today, 0.0)
        gain = np.where(rows & np.isnan(kept.after), np.nan, gain)
        after = sum_rows_by_place(gain, places, size)
        out[:, horizon > year] += after[:, None]
    found_all: Floats = out + today[:, None]
    return found_all


def _read_bill_total(cost: object) -> float:
    bill = getattr(cost, "bill", None)
    return np.nan if bill is None else float(bill.total_eur)
