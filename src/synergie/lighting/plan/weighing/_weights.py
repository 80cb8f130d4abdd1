"""Weights drawn uniformly from all that are compatible with what was said (W4), in blocks.

An order alone is drawn exactly: for weights in falling order the differences, each times the
number of weights it carries, are uniform on a simplex (Devroye 1986, V.2). Criteria without an
order among them come in a random one. Ranges are kept by drawing again, and where that is hopeless
by hit-and-run (`_walk`). Uniform numbers, sums and sorts alone, no logarithm and no BLAS: the same
bytes on every machine.
"""

from collections.abc import Iterator
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from synergie.lighting.plan.measured import Floats
from synergie.lighting.plan.weighing._said import Tiers, WeightPreferences
from synergie.lighting.plan.weighing._walk import Walk, build_weight_polytope

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
