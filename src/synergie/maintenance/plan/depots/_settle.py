"""Given the open sites: who is served from where, in whole amounts. A transport problem.

With whole amounts its vertices are whole, so rounding what the solver says loses nothing.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synergie.maintenance.plan.depots._ground import DepotsModelInputs
from synergie.maintenance.plan.depots._model import Choice, Pair, all_pairs, build_depots_model
from synergie.plan.solver import Outcome


@dataclass(frozen=True, slots=True)
class Settled:
    """A plan: the open sites, what each zone gets in units of the ground, its cost in EUR."""

    opened: frozenset[int]
    amounts: dict[Pair, int]
    cost: float


def solve_zone_assignment(
    ground: DepotsModelInputs,
    opened: frozenset[int],
    *,
    limit_s: float,
    cancel: Callable[[], bool] | None = None,
) -> tuple[Settled | None, Outcome]:
    """The cheapest service from *opened*. None: they do not hold the demand, or time was short."""
    program, columns = build_depots_model(
        ground, Choice(all_pairs(ground, opened), opened, strong=False)
    )
    outcome = program.minimise(limit_s=limit_s, cancel=cancel)
    if not outcome.values:
        return None, outcome
    shares = {pair: outcome.values[column] for pair, column in columns.served.items()}
    amounts = round_zone_shares(ground, shares, opened)
    if amounts is None:
        return None, outcome
    used = frozenset(i for i, _ in amounts) | frozenset(np.flatnonzero(ground.kept).tolist())
    return Settled(used, amounts, cost(ground, used, amounts)), outcome


def assign_zones_greedily(ground: DepotsModelInputs, opened: frozenset[int]) -> Settled | None:
    """Each zone to the cheapest of *opened* that still holds it, the largest zones first.

    A plan at once, without the solver. None: some zone is left over.
    """
    left = {i: float(ground.capacity[i]) for i in opened}
    amounts: dict[Pair, int] = {}
    for j in np.argsort(-ground.demand, kind="stable").tolist():
        asked = float(ground.demand[j])
        near = [i for i in left if left[i] >= asked and np.isfinite(ground.cost[i, j])]
        if not near:
            return None
        site = min(near, key=lambda i: (ground.cost[i, j], i))
        left[site] -= asked
        amounts[site, j] = round(asked)
    used = frozenset(i for i, _ in amounts) | frozenset(np.flatnonzero(ground.kept).tolist())
    return Settled(used, amounts, cost(ground, used, amounts))


def cost(ground: DepotsModelInputs, opened: frozenset[int], amounts: dict[Pair, int]) -> float:
    """EUR a year, in floats: a plan adds it again in decimals."""
    fixed = sum(float(ground.fixed[i]) for i in opened)
    return fixed + sum(
        float(ground.cost[i, j]) * n / float(ground.demand[j]) for (i, j), n in amounts.items()
    )


def round_zone_shares(
    ground: DepotsModelInputs, shares: dict[Pair, float], opened: frozenset[int]
) -> dict[Pair, int] | None:
    """Shares as whole amounts that sum to each demand within each capacity; None: they do not."""
    amounts = {p: round(share * float(ground.demand[p[1]])) for p, share in shares.items()}
    amounts = {pair: n for pair, n in amounts.items() if n > 0}
    left = {i: round(float(ground.capacity[i])) for i in opened}
    missing = [round(float(d)) for d in ground.demand]
    for (i, j), n in amounts.items():
        left[i] -= n
        missing[j] -= n
    if not any(missing) and min(left.values(), default=0) >= 0:
        return amounts
    return _repair_rounded_amounts(ground, amounts, left, missing)


def _repair_rounded_amounts(
    ground: DepotsModelInputs, amounts: dict[Pair, int], left: dict[int, int], missing: list[int]
) -> dict[Pair, int] | None:
    """*amounts* after the dust of floats: too much is taken off, too little is put where it fits.

    Only dust: when a zone served from one depot does not fit, there is no plan.
    """
    if ground.problem.single:
        return None
    amounts = defaultdict(int, amounts)
    for (i, j), n in sorted(amounts.items()):
        off = min(n, max(-left[i], -missing[j], 0))
        amounts[i, j], left[i], missing[j] = n - off, left[i] + off, missing[j] + off
    for j, short in enumerate(missing):
        near = [i for i in left if left[i] > 0 and np.isfinite(ground.cost[i, j])] if short else []
        for i in sorted(near, key=lambda i: (ground.cost[i, j], i)):
            put = min(missing[j], left[i])
            amounts[i, j], left[i], missing[j] = (
                amounts[i, j] + put,
                left[i] - put,
                missing[j] - put,
            )
    fits = not any(missing) and min(left.values(), default=0) >= 0
    return {pair: n for pair, n in amounts.items() if n} if fits else None
