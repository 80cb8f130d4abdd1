"""Hit-and-run in the weights that keep an order and ranges (Smith 1984): uniform in the limit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synergie.errors import BadInput
from synergie.lighting.plan.measured import Floats
from synergie.lighting.plan.weighing import _text as text
from synergie.lighting.plan.weighing._said import Tiers, WeightPreferences

_CHAINS = 512
_BURN, _THIN = 60, 6
"""Steps for each free weight, before the first and between two draws of a chain."""
_SAME = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class WeightPolytope:
    """The polytope: units of equal weights, their bounds, and which is not below which."""

    units: tuple[tuple[int, ...], ...]
    sizes: Floats
    low: Floats
    high: Floats
    """Bounds that the order has drawn in: both ends keep the order."""
    above: NDArray[np.intp]
    below: NDArray[np.intp]
    """The weight of `above[i]` is not below that of `below[i]`."""

    def between(self, share: float) -> Floats:
        """A point of the order that is *share* of the way from the lower ends to the upper."""
        found: Floats = self.low + share * (self.high - self.low)
        return found


def build_weight_polytope(said: WeightPreferences, order: Tiers, where: str) -> WeightPolytope:
    """The weights that keep *order* and the ranges; BadInput at *where* when there are none."""
    named = {place for tier in order for place in tier}
    units = (*order, *((place,) for place in range(said.n_criteria) if place not in named))
    low = np.array([max(said.low[p] for p in unit) for unit in units])
    high = np.array([min(said.high[p] for p in unit) for unit in units])
    chain = len(order)
    high[:chain] = np.minimum.accumulate(high[:chain])
    if chain:
        high[chain:] = np.minimum(high[chain:], high[chain - 1])
        low[chain - 1] = max(low[chain - 1], low[chain:].max(initial=0.0))
    low[:chain] = np.maximum.accumulate(low[:chain][::-1])[::-1]
    sizes = np.array([float(len(unit)) for unit in units])
    least, most = float(low @ sizes), float(high @ sizes)
    if most <= 0:
        raise BadInput(where, f"{most:g}", text.SUM_TO_NOTHING)
    if (low > high).any() or least > 1 + _SAME or most < 1 - _SAME:
        raise BadInput(where, f"{least:g} … {most:g}", text.SUM_TO_ONE)
    pairs = [(i, i + 1) for i in range(chain - 1)]
    pairs += [(chain - 1, j) for j in range(chain, len(units)) if chain]
    above, below = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    return WeightPolytope(units, sizes, low, high, above, below)


class Walk:
    """Chains that walk through a room, side by side."""

    def __init__(self, room: WeightPolytope, rng: np.random.Generator) -> None:
        self.room = room
        ends = [
            _find_extreme_point(room, unit, top=top)
            for unit in range(len(room.units))
            for top in (0, 1)
        ]
        points = np.array(ends)
        self.spread = points.max(axis=0) - points.min(axis=0)
        self.spread[self.spread < _SAME] = 0.0
        self.free = int(np.count_nonzero(self.spread))
        self.now = np.tile(points.mean(axis=0), (_CHAINS, 1))
        for _ in range(_BURN * self.free):
            self._step(rng)

    def drawn(self, n: int, rng: np.random.Generator) -> Floats:
        """*n* weights of criteria."""
        found = np.empty((n, len(self.room.units)))
        for start in range(0, n, _CHAINS):
            for _ in range(_THIN * self.free):
                self._step(rng)
            found[start : start + _CHAINS] = self.now[: n - start]
        column = np.empty(sum(map(len, self.room.units)), dtype=np.intp)
        for place, unit in enumerate(self.room.units):
            column[list(unit)] = place
        return found[:, column]

    def _step(self, rng: np.random.Generator) -> None:
        """Each chain goes to a uniform point of a random line through it."""
        room, now = self.room, self.now
        way = (2 * rng.random(now.shape) - 1) * self.spread
        lean = (way * room.sizes).sum(axis=1) / max(((room.sizes * self.spread) ** 2).sum(), _SAME)
        way -= lean[:, None] * room.sizes * self.spread**2
        slack = [now - room.low, room.high - now, now[:, room.above] - now[:, room.below]]
        rate = [way, -way, way[:, room.above] - way[:, room.below]]
        first, last = _compute_chain_reach(
            np.concatenate(slack, axis=1), np.concatenate(rate, axis=1)
        )
        now += (first + (last - first) * rng.random(len(now)))[:, None] * way
        np.clip(now, room.low, room.high, out=now)


def _compute_chain_reach(slack: Floats, rate: Floats) -> tuple[Floats, Floats]:
    """How far one may go back and forth while every slack stays, by chain."""
    slack = np.maximum(slack, 0.0)
    moving = np.abs(rate) > _SAME
    ratio = np.divide(-slack, rate, out=np.zeros_like(slack), where=moving)
    last = np.where(moving & (rate < 0), ratio, np.inf).min(axis=1)
    first = np.where(moving & (rate > 0), ratio, -np.inf).max(axis=1)
    still = ~(np.isfinite(first) & np.isfinite(last))
    return np.where(still, 0.0, first), np.where(still, 0.0, last)


def _find_extreme_point(room: WeightPolytope, unit: int, *, top: int) -> Floats:
    """A point of the room whose weight of *unit* is the largest, or the least, that it may be."""
    good, bad = room.low[unit], room.high[unit]
    if not top:
        good, bad = bad, good
    # `good` is too modest or right, `bad` too bold: half the way, until they meet
    for _ in range(60):
        middle = (good + bad) / 2
        good, bad = (
            (middle, bad) if _is_value_feasible(room, unit, middle, top=top) else (good, middle)
        )
    return _fill_weights(room, unit, good)


def _narrow_bounds(room: WeightPolytope, unit: int, value: float) -> tuple[Floats, Floats]:
    """Bounds of all weights once that of *unit* is *value*."""
    low, high = room.low.copy(), room.high.copy()
    over, under = _find_ordered_units(room, unit)
    low[over] = np.maximum(low[over], value)
    high[under] = np.minimum(high[under], value)
    low[unit] = high[unit] = value
    return low, high


def _find_ordered_units(room: WeightPolytope, unit: int) -> tuple[list[int], list[int]]:
    """Units that are not below *unit*, and those that are not above it."""
    over, under = {unit}, {unit}
    for one, other in zip(room.above[::-1].tolist(), room.below[::-1].tolist(), strict=True):
        if other in over:
            over.add(one)
    for one, other in zip(room.above.tolist(), room.below.tolist(), strict=True):
        if one in under:
            under.add(other)
    return sorted(over - {unit}), sorted(under - {unit})


def _is_value_feasible(room: WeightPolytope, unit: int, value: float, *, top: int) -> bool:
    """Whether the others can make up for *value* without leaving their bounds."""
    low, high = _narrow_bounds(room, unit, value)
    if top:
        return bool(low @ room.sizes <= 1)
    return bool(high @ room.sizes >= 1)


def _fill_weights(room: WeightPolytope, unit: int, value: float) -> Floats:
    low, high = _narrow_bounds(room, unit, value)
    least, most = float(low @ room.sizes), float(high @ room.sizes)
    share = 0.0 if most - least < _SAME else min(max((1 - least) / (most - least), 0.0), 1.0)
    found: Floats = low + share * (high - low)
    return found
