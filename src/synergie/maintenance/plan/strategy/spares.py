"""How many spare parts: once before their sale ends, or again and again with a delivery time.

Demand is Poisson, or negative binomial when its mean is itself not sure (a variance above the
mean). Sums run over the whole distribution: no normal approximation. docs/plan/strategy.md, S5.
"""

import math
from decimal import Decimal

import numpy as np

from synergie.errors import BadInput
from synergie.maintenance.plan.strategy import _text
from synergie.maintenance.plan.strategy._ground import DAYS, Floats
from synergie.maintenance.records.strategy import SpareStock
from synergie.plan.money import round_to_cents
from synergie.schemas.plan import Phrase

_FAR = 10.0
"""Standard deviations beyond the mean where the distribution is cut."""


def last_buy(
    mean: float, *, part_eur: Decimal, short_eur: Decimal, variance: float | None = None
) -> SpareStock:
    """Parts to buy before their sale ends, for a demand of *mean* in all the time after.

    *short_eur*: what a demand without a part costs (a LED luminaire put in its place). A part that
    is left over is worth nothing. The newsvendor: the fewest with P(demand <= Q) at least
    (short - part) / short.
    """
    _check_positive("part_eur", float(part_eur))
    chance = compute_demand_probabilities(mean, variance)
    quantity, cost = solve_newsvendor(chance, float(part_eur), float(short_eur))
    left = 1 - float(chance[: quantity + 1].sum())
    return SpareStock(
        expected=mean,
        buy=quantity,
        runs_out=min(max(left, 0.0), 1.0),
        cost_eur=round_to_cents(Decimal(cost)),
        reason=Phrase(text=_text.LAST_BUY, values=(str(quantity), f"{mean:.1f}")),
    )


def solve_newsvendor(chance: Floats, part: float, short: float) -> tuple[int, float]:
    """The best quantity for a demand that is n with probability chance[n], and its mean cost."""
    if short <= part:
        return 0, short * float(chance @ np.arange(len(chance)))
    ratio = (short - part) / short
    quantity = int(np.searchsorted(np.cumsum(chance), ratio - 1e-12))
    beyond = np.maximum(np.arange(len(chance)) - quantity, 0)
    return quantity, part * quantity + short * float(chance @ beyond)


def reorder(
    year_demand: float,
    *,
    lead_days: float,
    order_eur: Decimal,
    hold_eur_year: Decimal,
    short_eur_day: Decimal,
    variance: float | None = None,
) -> SpareStock:
    """When to order (s) and up to how many (S), parts asked for one by one, orders in full.

    *hold_eur_year*: a part kept a year; *short_eur_day*: a demand that waits a day; *variance*: of
    the demand over the delivery time. Exact: Federgruen and Zheng 1992.
    """
    _check_positive("year_demand", year_demand)
    _check_positive("hold_eur_year", float(hold_eur_year))
    _check_positive("short_eur_day", float(short_eur_day))
    chance = compute_demand_probabilities(year_demand * lead_days / DAYS, variance)
    rates = _Rates(chance, float(hold_eur_year), float(short_eur_day) * DAYS)
    low, high, cost = _find_stock_levels(rates, float(order_eur) * year_demand)
    return SpareStock(
        expected=year_demand,
        buy=max(high, 0),
        reorder_at=max(low - 1, -1),
        runs_out=rates.runs_out(low, high),
        cost_eur=round_to_cents(Decimal(cost)),
        reason=Phrase(text=_text.REORDER, values=(str(low - 1), str(high))),
    )


def compute_demand_probabilities(mean: float, variance: float | None = None) -> Floats:
    """Probability of each demand from 0 on; Poisson, or negative binomial for a larger variance."""
    if mean <= 0:
        return np.ones(1)
    spread = math.sqrt(max(variance or mean, mean))
    n = np.arange(int(mean + _FAR * spread + 20 * max(spread**2 / mean, 1)) + 1)
    logs = np.concatenate([[0.0], np.cumsum(np.log(n[1:]))])
    if variance is None or variance <= mean * (1 + 1e-9):
        found = np.exp(n * math.log(mean) - mean - logs)
    else:
        size = mean * mean / (variance - mean)
        rising = np.concatenate([[0.0], np.cumsum(np.log(size + n[:-1]))])
        stay = math.log(size / (size + mean))
        found = np.exp(rising - logs + size * stay + n * math.log(mean / (size + mean)))
    whole: Floats = found / found.sum()
    return whole


class _Rates:
    """G(y): EUR a year while the stock on hand and on order is y."""

    def __init__(self, chance: Floats, hold: float, wait: float) -> None:
        self._chance, self._hold, self._wait = chance, hold, wait
        self._n = np.arange(len(chance))

    def __call__(self, level: int) -> float:
        over = float(self._chance @ np.maximum(level - self._n, 0))
        under = float(self._chance @ np.maximum(self._n - level, 0))
        return self._hold * over + self._wait * under

    def runs_out(self, low: int, high: int) -> float:
        """Probability that nothing is at hand, the level being as often at each of its values."""
        tails = 1 - np.cumsum(self._chance)
        levels = np.arange(low, high + 1) - 1  # nothing is at hand when demand >= level
        last = len(tails) - 1
        seen = [1.0 if y < 0 else float(tails[min(y, last)]) for y in levels.tolist()]
        return float(min(max(np.mean(seen), 0.0), 1.0))


def _find_stock_levels(rates: _Rates, orders: float) -> tuple[int, int, float]:
    """The levels between which the stock moves at least cost: s + 1 to S, and the cost a year."""
    best = 0
    while rates(best + 1) < rates(best):
        best += 1
    low = high = best
    total = orders + rates(best)
    while True:
        below, above = rates(low - 1), rates(high + 1)
        if min(below, above) >= total / (high - low + 1):
            return low, high, total / (high - low + 1)
        total += min(below, above)
        low, high = (low - 1, high) if below < above else (low, high + 1)


def _check_positive(name: str, value: float) -> None:
    if not value > 0:
        raise BadInput(f"/{name}", value, "an amount above zero")
