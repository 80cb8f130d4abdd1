"""When to change all lamps of a cabinet at once: the renewal-reward theorem.

With M(T) failures to expect of a new lamp within T hours, each mended at once, a lamp costs
C(T) = (group + spot * M(T)) / T an hour; spot work alone costs spot / mean life. Barlow and
Proschan 1965. docs/plan/strategy.md, S1.
"""

from dataclasses import dataclass

import numpy as np

from synergie.park.plan import compute_renewals
from synergie.park.plan.models import mean_life
from synergie.park.records.park import FailureModel

_GRID = 400
_LONGEST = 3.0
"""Mean lives up to which periods are tried: beyond, a group change comes after most failures."""
_GOLDEN = 0.6180339887498949
_NARROW = 1e-4


@dataclass(frozen=True, slots=True)
class Relamping:
    """The best period of one kind of lamp, and what it costs an hour of light."""

    period_hours: float | None
    """Hours of light between two group changes. None: never, spot work alone costs less."""
    cost_hour: float
    """EUR a lamp and hour of light, with that period."""
    spot_hour: float
    """The same with spot work alone."""
    failures: float
    """Failures to expect of a lamp within the period; of a mean life (1) without one."""


def best_period(model: FailureModel, *, spot_eur: float, group_eur: float) -> Relamping:
    """The cheapest period between group changes, by a grid and golden section.

    *spot_eur*: one lamp changed after its failure, with what the dark costs; *group_eur*: one lamp
    changed with all of its cabinet. A lamp without wear (shape 1 or less) is never changed early.
    """
    life = mean_life(model)
    spot = spot_eur / life
    if model.shape <= 1 or group_eur >= spot_eur:
        return Relamping(None, spot, spot, 1.0)
    hours = np.linspace(life / 100, _LONGEST * life, _GRID)
    rates = _compute_cost_rates(model, hours, spot_eur, group_eur)
    best = int(rates.argmin())
    if best in {0, _GRID - 1}:
        period = float(hours[best])
    else:
        period = _find_least_by_golden_section(
            model, (float(hours[best - 1]), float(hours[best + 1])), spot_eur, group_eur
        )
    rate = cost_hour(model, period, spot_eur=spot_eur, group_eur=group_eur)
    if rate >= spot:
        return Relamping(None, spot, spot, 1.0)
    return Relamping(period, rate, spot, float(compute_renewals(model, [period])[0]))


def cost_hour(
    model: FailureModel, period_hours: float, *, spot_eur: float, group_eur: float
) -> float:
    """C(T): EUR a lamp and hour of light with a group change each *period_hours*."""
    return float(_compute_cost_rates(model, np.array([period_hours]), spot_eur, group_eur)[0])


def _compute_cost_rates(
    model: FailureModel, hours: np.ndarray, spot: float, group: float
) -> np.ndarray:
    found: np.ndarray = (group + spot * compute_renewals(model, hours)) / hours
    return found


def _find_least_by_golden_section(
    model: FailureModel, ends: tuple[float, float], spot: float, group: float
) -> float:
    """The least of C(T) between *ends*, where it falls and then rises."""
    low, high = ends
    while high - low > _NARROW * high:
        first, second = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        one, two = _compute_cost_rates(model, np.array([first, second]), spot, group)
        low, high = (low, second) if one <= two else (first, high)
    return (low + high) / 2
