"""What a choice costs over scenarios of equal weight: mean, mean of the dearest, ends."""

from decimal import Decimal

import numpy as np

from synergie.plan.money import CENT
from synergie.purchase.plan.hedge.axis import Floats
from synergie.purchase.records.hedge import HedgeRisk


def compute_cvar(costs: Floats, confidence: float) -> float:
    """The mean of the dearest share of *costs*; the scenario at its edge counts in part.

    Rockafellar and Uryasev (2000): min over eta of eta + mean(max(cost - eta, 0)) / (1 - alpha).
    """
    tail = (1.0 - confidence) * len(costs)
    dearest = np.sort(costs)[::-1]
    whole = min(int(tail), len(costs) - 1)
    part = float(dearest[:whole].sum()) + (tail - whole) * float(dearest[whole])
    return part / tail


def risk(costs: Floats, names: tuple[str, ...], confidence: float) -> HedgeRisk:
    """The record of *costs*, EUR by scenario."""
    worst = int(costs.argmax())
    return HedgeRisk(
        mean_eur=round_euros(float(costs.mean())),
        cvar_eur=round_euros(compute_cvar(costs, confidence)),
        worst_eur=round_euros(float(costs[worst])),
        worst_scenario=names[worst],
        best_eur=round_euros(float(costs.min())),
    )


def round_euros(amount: float) -> Decimal:
    """An amount to the cent."""
    return Decimal(repr(round(amount, 6))).quantize(CENT)
