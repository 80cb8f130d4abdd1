"""Coalitions that pay too much in a game of one lot: found fast, and certified one branch a time.

For a branch b the question is a knapsack: max sum of x_i - cost_b,i over those whose volume is in
the window. All who pay more than their cost are taken; where the window then fails, the cheapest
ones are added or dropped (dynamic programming over volume). A mixed-integer programme a branch
gives the certified bound.
"""

from dataclasses import dataclass

import numpy as np

from synergie.plan.sharing.game import Flags, Floats, Ints
from synergie.plan.sharing.tiers import TierGame, TierLot
from synergie.plan.solver import Model

_GRID = 1000  # steps of volume in the dynamic programme
_LIMIT_S = 20.0
_LARGEST = 1e6  # cents in a programme: what is less than a millionth of one the solver leaves


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """Coalitions with their excess x(S) - c(S), greatest first; cents."""

    coalitions: Flags
    costs: Floats
    excess: Floats


def find_violated_coalitions(game: TierGame, shares: Floats) -> Looked:
    """Coalitions that may pay too much; nothing is certain when none does."""
    found = [_build_simple_coalitions(len(shares))]
    for lot in game.lots:
        found += [_of_branch(lot, b, shares) for b in range(len(lot.fixed))]
    return evaluate_coalitions(game, shares, np.concatenate(found))


def evaluate_coalitions(game: TierGame, shares: Floats, coalitions: Flags) -> Looked:
    """Distinct proper *coalitions* with what they cost and pay beyond it."""
    proper = coalitions[coalitions.any(axis=1) & ~coalitions.all(axis=1)]
    packed, first = np.unique(np.packbits(proper, axis=1), axis=0, return_index=True)
    del packed
    lines = proper[np.sort(first)]
    costs = game.costs(lines)
    fine = np.isfinite(costs)
    lines, costs = lines[fine], costs[fine]
    excess = lines @ shares - costs
    order = np.argsort(-excess, kind="stable")
    return Looked(lines[order], costs[order], excess[order])


def _build_simple_coalitions(n: int) -> Flags:
    one = np.eye(n, dtype=np.bool_)
    return np.concatenate([one, ~one])


def _of_branch(lot: TierLot, b: int, shares: Floats) -> Flags:
    """The best first k by what they pay beyond their cost, and the repaired best set."""
    profit = shares - lot.cost[b]
    volume = lot.volume[b]
    n = len(profit)
    first = np.tri(n, dtype=np.bool_)
    sets = []
    for order in (np.argsort(-profit), np.argsort(-profit / np.maximum(volume, 1))):
        prefixes = np.zeros((n, n), dtype=np.bool_)
        prefixes[:, order] = first
        sets.append(prefixes)
    best = profit > 0
    held = int(volume[best].sum())
    if held < lot.low[b]:
        rest = np.flatnonzero(~best)
        sets.append(
            best
            | _build_coalition_flags(
                n, rest, find_volume_cover(-profit[rest], volume[rest], lot.low[b] - held)
            )
        )
    elif held > lot.high[b]:
        inside = np.flatnonzero(best)
        out = find_volume_cover(profit[inside], volume[inside], held - lot.high[b])
        sets.append(best & ~_build_coalition_flags(n, inside, out)[0][None])
    return np.concatenate([s.reshape(-1, n) for s in sets])


def _build_coalition_flags(n: int, among: Ints, taken: Flags) -> Flags:
    line = np.zeros((1, n), dtype=np.bool_)
    line[0, among[taken]] = True
    return line


def find_volume_cover(loss: Floats, volume: Ints, need: int) -> Flags:
    """Who to take so that their volume is at least *need* at the least loss, on a grid of volume.

    Volumes count in steps rounded down, so what is taken does suffice.
    """
    step = max(int(need) // _GRID, 1)
    weight = volume // step
    goal = -(-int(need) // step)
    if weight.sum() < goal:
        return np.ones(len(loss), dtype=np.bool_)
    best = np.full(goal + 1, np.inf)
    best[0] = 0.0
    taken = np.zeros((len(loss), goal + 1), dtype=np.bool_)
    at = np.arange(goal + 1)
    for i, (amount, width) in enumerate(zip(loss, weight, strict=True)):
        other = best[np.maximum(at - width, 0)] + amount
        taken[i] = (other < best) & (at > 0)
        best = np.where(taken[i], other, best)
    found = np.zeros(len(loss), dtype=np.bool_)
    left = goal
    for i in range(len(loss) - 1, -1, -1):
        if taken[i, left]:
            found[i] = True
            left = max(left - int(weight[i]), 0)
    return found


def certify_excess(game: TierGame, shares: Floats) -> tuple[Flags, float]:
    """The best coalition of each branch, and a bound on the excess of all, cents. One lot."""
    (lot,) = game.lots
    found, bound = _without_needs(lot, shares)
    for b in range(len(lot.fixed)):
        line, most = _solve_separation(lot, b, shares)
        found += [] if line is None else [line]
        bound = max(bound, most)
    lines = np.array(found) if found else np.zeros((0, len(shares)), dtype=np.bool_)
    return lines, bound


def _without_needs(lot: TierLot, shares: Floats) -> tuple[list[Flags], float]:
    """Those who take no part in the lot: together they cost nothing."""
    paid = np.where(lot.needs, -np.inf, shares)
    if lot.needs.all():
        return [], -np.inf
    line = paid > 0
    line[int(paid.argmax())] = True
    return [line], float(shares[line].sum())


def _solve_separation(lot: TierLot, b: int, shares: Floats) -> tuple[Flags | None, float]:
    model = Model("separation")
    profit = shares - lot.cost[b]
    scale = max(float(np.abs(profit).max()) / _LARGEST, 1.0)
    profit /= scale
    unit = max(float(lot.volume[b].max()), 1.0)
    columns = [model.binary(f"s{i}", -value) for i, value in enumerate(profit)]
    model.require([(c, 1.0) for c in columns], low=1, high=len(columns) - 1)
    terms = [(c, float(v) / unit) for c, v in zip(columns, lot.volume[b], strict=True)]
    every = float(lot.volume[b].sum())
    low = float(lot.low[b]) / unit if lot.low[b] > 0 else None
    high = float(lot.high[b]) / unit if lot.high[b] < every else None
    if low is not None or high is not None:
        model.require(terms, low=low, high=high)
    outcome = model.minimise(limit_s=_LIMIT_S, gap_abs=1e-6)
    if outcome.stop == "infeasible":
        return None, -np.inf
    most = np.inf if outcome.bound is None else -outcome.bound * scale - float(lot.fixed[b])
    if not outcome.values:
        return None, most
    return np.array([outcome.chosen(c) for c in columns]), most


def list_neighbour_coalitions(coalition: Flags) -> Flags:
    """Every coalition that one player joins or leaves, or that changes one for another."""
    n = len(coalition)
    single = np.repeat(coalition[None], n, axis=0)
    single[np.arange(n), np.arange(n)] ^= True
    inside, outside = np.flatnonzero(coalition), np.flatnonzero(~coalition)
    count = len(inside) * len(outside)
    swapped = np.repeat(coalition[None], count, axis=0)
    swapped[np.arange(count), np.repeat(inside, len(outside))] = False
    swapped[np.arange(count), np.tile(outside, len(inside))] = True
    return np.concatenate([single, swapped])
