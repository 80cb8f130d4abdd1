"""Prices of serving each zone, and the bound they certify: Lagrangian relaxation of D1.

Any prices give a lower bound, so no tolerance of a solver is in it. Given them each site is a
knapsack of its own; which sites open is a knapsack that covers the whole demand (D4).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synergie.maintenance.plan.depots._ground import DepotsModelInputs, Flags, Floats

ROUNDS = 600
_PATIENCE = 12
"""Rounds without a better bound before the step is halved."""
_KEEP = 0.7
"""Weight of the former direction in the next one."""
_REACH = 0.05
"""How far above the bound the first steps aim, as a share of it."""
_SHORTEST, _FLAT, _GAIN = 1e-3, 1e-12, 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """The best prices found, EUR for all the demand of each zone."""

    zone: Floats
    bound: float
    """No plan costs less, EUR a year."""
    excess: Floats
    """What each site costs above what it earns at these prices, EUR."""
    tried: tuple[frozenset[int], ...]
    """Sets of sites that were opened on the way, the best bound first."""


def prices(
    ground: DepotsModelInputs, *, cancel: Callable[[], bool] | None = None, rounds: int = ROUNDS
) -> Prices:
    """Subgradient ascent from the cheapest full cost of each zone; the same each time."""
    full = ground.cost + np.outer(ground.fixed / ground.capacity, ground.demand)
    ascent = _Ascent(ground, full.min(axis=0))
    for number in range(rounds):
        stop = cancel is not None and number % 10 == 1 and cancel()  # one round at least
        if stop or ascent.over():
            break
        ascent.step()
    earned, _ = _compute_site_profits(ground, ascent.best_zone)
    seen = ascent.seen
    tried = tuple(sorted(seen, key=lambda one: (-seen[one], sorted(one))))
    return Prices(ascent.best_zone, ascent.best, ground.fixed - earned, tried)


class _Ascent:
    """Where the search for better prices stands."""

    def __init__(self, ground: DepotsModelInputs, zone: Floats) -> None:
        self.ground, self.zone = ground, zone
        self.best, self.best_zone = -np.inf, zone
        self.seen: dict[frozenset[int], float] = {}
        self._length, self._waited, self._norm = 1.0, 0, np.inf
        self._before = np.zeros_like(zone)

    def over(self) -> bool:
        """Whether steps gain nothing any more: too short, or each zone is served once."""
        return self._length < _SHORTEST or self._norm < _FLAT

    def step(self) -> None:
        """The bound at the prices of now, and the next prices."""
        earned, share = _compute_site_profits(self.ground, self.zone)
        opened = _open_cheapest_sites(self.ground, self.ground.fixed - earned)
        bound = float(self.zone.sum() + (self.ground.fixed - earned) @ opened)
        self.seen.setdefault(frozenset(np.flatnonzero(opened > 0).tolist()), bound)
        self._waited = 0 if bound > self.best + _GAIN * abs(self.best) else self._waited + 1
        if bound > self.best:
            self.best, self.best_zone = bound, self.zone
        if self._waited >= _PATIENCE:
            self._length, self._waited, self.zone = self._length / 2, 0, self.best_zone
            self._before = np.zeros_like(self.zone)
            return
        missing = (1.0 - opened @ share) * (1 - _KEEP) + _KEEP * self._before
        self._before, self._norm = missing, float(missing @ missing)
        if self._norm >= _FLAT:
            size = _REACH * max(abs(self.best), 1.0) / self._norm
            self.zone = self.zone + self._length * size * missing


def compute_forced_bounds(ground: DepotsModelInputs, found: Prices) -> tuple[Floats, Floats]:
    """The bound with each site open, and with it closed (infinite: the rest is too little)."""
    base = float(found.zone.sum())
    with_it, without = np.empty(len(ground.fixed)), np.empty(len(ground.fixed))
    for i in range(len(ground.fixed)):
        for into, value in ((with_it, True), (without, False)):
            opened = _open_cheapest_sites(ground, found.excess, (i, value))
            enough = ground.capacity @ opened >= ground.demand.sum() * (1 - 1e-9)
            into[i] = base + float(found.excess @ opened) if enough else np.inf
    return with_it, without


def _compute_site_profits(ground: DepotsModelInputs, zone: Floats) -> tuple[Floats, Floats]:
    """What each site earns when open, and the share of each zone it takes: dearest profit first."""
    profit = zone - ground.cost
    order = np.argsort(-profit / ground.demand, axis=1, kind="stable")
    gain = np.take_along_axis(profit, order, axis=1)
    asked = np.where(gain > 0, ground.demand[order], 0.0)
    left = ground.capacity[:, None] - (np.cumsum(asked, axis=1) - asked)
    part = np.clip(left / ground.demand[order], 0.0, 1.0) * (gain > 0)
    share = np.zeros_like(part)
    np.put_along_axis(share, order, part, axis=1)
    return (part * np.where(gain > 0, gain, 0.0)).sum(axis=1), share


def _open_cheapest_sites(
    ground: DepotsModelInputs, excess: Floats, force: tuple[int, bool] | None = None
) -> Floats:
    """Sites opened at least cost so that they hold the whole demand; the last one in part.

    Whole ones when all that are left have one capacity: then as many as it takes.
    """
    opened: Flags = ground.kept | (excess < 0)
    free = ~opened
    if force is not None:
        opened[force[0]], free[force[0]] = force[1], False
    taken = opened.astype(float)
    short = float(ground.demand.sum() - ground.capacity @ taken)
    rest = np.flatnonzero(free)
    if short <= 0 or not len(rest):
        return taken
    sizes = ground.capacity[rest]
    if sizes.min() == sizes.max():
        count = int(np.ceil(short / sizes[0] - 1e-9))
        taken[rest[np.argsort(excess[rest], kind="stable")[:count]]] = 1.0
        return taken
    order = rest[np.argsort(excess[rest] / sizes, kind="stable")]
    before = np.cumsum(ground.capacity[order]) - ground.capacity[order]
    taken[order] = np.clip((short - before) / ground.capacity[order], 0.0, 1.0)
    return taken
