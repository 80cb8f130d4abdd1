"""What shared stock saves: safety stock by the square-root law, depot by depot."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from statistics import NormalDist

from synergie.maintenance.plan.depots._model import Pair
from synergie.maintenance.records.depots import DepotsProblem, SafetyStock
from synergie.plan.money import round_to_cents


def compute_safety_stock(
    problem: DepotsProblem,
    together: Mapping[Pair, int],
    alone: Iterable[Mapping[Pair, int]] | None,
) -> SafetyStock | None:
    """Of the plan, and of all alone. None when no zone tells how its demand varies."""
    if any(customer.deviation is None for customer in problem.customers) or not problem.customers:
        return None
    factor = NormalDist().inv_cdf(problem.stock_service)
    here = max(factor, 0.0) * _sum_variance_roots(problem, together)
    apart = (
        None
        if alone is None
        else max(factor, 0.0) * sum(_sum_variance_roots(problem, a) for a in alone)
    )
    saved = None
    if apart is not None and problem.stock_eur is not None:
        saved = round_to_cents(Decimal(apart - here) * problem.stock_eur)
    return SafetyStock(together=here, alone=apart, saved_eur=saved)


def _sum_variance_roots(problem: DepotsProblem, amounts: Mapping[Pair, int]) -> float:
    """Sum over depots of the root of the variances that they serve."""
    whole: dict[int, int] = defaultdict(int)
    for (_, j), n in amounts.items():
        whole[j] += n
    variance: dict[int, float] = defaultdict(float)
    for (i, j), n in sorted(amounts.items()):
        deviation = float(problem.customers[j].deviation or 0) * n / whole[j]
        variance[i] += deviation**2
    return sum(math.sqrt(v) for _, v in sorted(variance.items()))
