"""Weights drawn uniformly from all that are compatible with what was said (W4), in blocks.

An order alone is drawn exactly: for weights in falling order the differences, each times the
number of weights it carries, are uniform on a simplex (Devroye 1986, V.2). Criteria without an
order among them come in a random one. Ranges are kept by drawing again, and where that is hopeless
by hit-and-run (`_walk`). Uniform numbers, sums and sorts alone, no logarithm and no BLAS: the same
bytes on every machine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from synergie.errors import BadInput
from synergie.lighting.plan.measured import Floats
from synergie.lighting.plan.weighing import _text as text
from synergie.lighting.plan.weighing._said import Tiers, WeightPreferences

BLOCK = 4096
"""Samples drawn at a time: what is drawn does not depend on how much is asked for."""
_PILOT = 2048
_HOPEFUL = 0.02
"""Least share of draws that keep the ranges for drawing again."""


def build_random_generator(seed: int, group: str) -> np.random.Generator:
    """The random numbers of *group*: PCG64, the same whatever other groups there are."""
    words = np.frombuffer(sha256(group.encode()).digest(), dtype=">u4").tolist()
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))


def iterate_weight_blocks(
    said: WeightPreferences, samples: int, rng: np.random.Generator, where: str
) -> Iterator[Floats]:
    """*samples* weights in blocks, (n, criteria), each row sums to one.

    Orders take turns in a random sequence, so that each is drawn as often as any other, but one.
    BadInput at *where*: no weights keep the ranges and an order.
    """
    makers = [_build_range_sampler(said, order, where, rng) for order in dict.fromkeys(said.orders)]
    kinds = {order: place for place, order in enumerate(dict.fromkeys(said.orders))}
    turns = np.array([kinds[order] for order in said.orders])[
        _shuffle_places(len(said.orders), rng)
    ]
    table = _Table(said, tuple(kinds))
    for start in range(0, samples, BLOCK):
        many = min(BLOCK, samples - start)
        turn = turns[np.arange(start, start + many) % len(turns)]
        yield _draw_weight_block(table, makers, turn, rng)[:many]


def _shuffle_places(n: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """The places 0 to n - 1 in a random sequence, by uniform numbers alone."""
    return np.argsort(rng.random(n), kind="stable")


class _Table:
    """Rank of each criterion under each order; criteria that are equal are one unit."""

    def __init__(self, said: WeightPreferences, orders: tuple[Tiers, ...]) -> None:
        single = all(len(tier) == 1 for order in orders for tier in order)
        tiers = [] if single else [tier for tier in orders[0] if len(tier) > 1]
        joined = {place for tier in tiers for place in tier}
        self.units = [*tiers, *((p,) for p in range(said.n_criteria) if p not in joined)]
        at = {unit[0]: place for place, unit in enumerate(self.units)}
        self.sizes = np.array([len(unit) for unit in self.units])
        self.last = float(said.n_criteria)
        self.ranks = np.full((len(orders), len(self.units)), self.last)
        for row, order in enumerate(orders):
            for rank, tier in enumerate(order):
                self.ranks[row, at[tier[0]]] = rank
        self.column = np.empty(said.n_criteria, dtype=np.intp)
        for place, unit in enumerate(self.units):
            self.column[list(unit)] = place

    def drawn(self, turn: NDArray[np.intp], rng: np.random.Generator) -> Floats:
        """A weight for each of the orders that *turn* names."""
        n, units = len(turn), len(self.units)
        keys = self.ranks[turn]
        keys += np.where(keys == self.last, rng.random((n, units)), 0.0)
        order = np.argsort(keys, axis=1, kind="stable")
        cuts = np.sort(rng.random((n, units - 1)), axis=1)
        parts = np.diff(cuts, axis=1, prepend=0.0, append=1.0) / np.cumsum(
            self.sizes[order], axis=1
        )
        falling = np.cumsum(parts[:, ::-1], axis=1)[:, ::-1]
        weights = np.empty((n, units))
        np.put_along_axis(weights, order, falling, axis=1)
        return weights[:, self.column]


def _build_range_sampler(
    said: WeightPreferences, order: Tiers, where: str, rng: np.random.Generator
) -> "_Ranged | None":
    """What draws within the ranges under *order*; None: there are none."""
    return _Ranged(said, order, where, rng) if said.has_ranges else None


def _draw_weight_block(
    table: _Table, makers: list["_Ranged | None"], turn: NDArray[np.intp], rng: np.random.Generator
) -> Floats:
    if makers[0] is None:
        return table.drawn(turn, rng)
    found = np.empty((len(turn), len(table.column)))
    for place, maker in enumerate(makers):
        mine = np.flatnonzero(turn == place)
        if len(mine) and maker is not None:
            found[mine] = maker.drawn(len(mine), rng)
    return found


class _Ranged:
    """Draws under one order within ranges."""

    def __init__(
        self, said: WeightPreferences, order: Tiers, where: str, rng: np.random.Generator
    ) -> None:
        room = build_weight_polytope(said, order, where)
        self.table = _Table(said, (order,))
        self.low, self.high = said.low, said.high
        tried = self.table.drawn(np.zeros(_PILOT, dtype=np.intp), rng)
        hopeful = self._is_within(tried).mean() >= _HOPEFUL
        self.walk = None if hopeful else Walk(room, rng)

    def _is_within(self, weights: Floats) -> NDArray[np.bool_]:
        return np.all((weights >= self.low) & (weights <= self.high), axis=1)

    def drawn(self, n: int, rng: np.random.Generator) -> Floats:
        """*n* weights."""
        if self.walk is not None:
            return self.walk.drawn(n, rng)
        found, have = [], 0
        while have < n:
            tried = self.table.drawn(np.zeros(_PILOT, dtype=np.intp), rng)
            kept = tried[self._is_within(tried)]
            found.append(kept)
            have += len(kept)
        return np.concatenate(found)[:n]


# Hit-and-run in the weights that keep an order and ranges (Smith 1984): uniform in the limit.

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
