"""Shapley's value: each pays the mean of what it adds to those who came before it.

Exact from a table; sampled beyond, with a bound that is stated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import comb
from statistics import NormalDist

import numpy as np

from synergie.plan.sharing.game import Floats, Game, Ints

LOOKS = 6
"""How often a sample may be looked at; the risk is shared among the looks."""
_FIRST = 64  # circles at the first look; each further look has four times as many


def compute_exact_shapley(game: Game) -> Floats:
    """Shares in cents, from every coalition. The costs have to be finite."""
    n = len(game.players)
    size = _count_mask_players(n)
    weights = np.array([1.0 / (n * comb(n - 1, s)) for s in range(n)] + [0.0])
    shares = np.empty(n)
    for i in range(n):
        split = game.values.reshape(-1, 2, 1 << i)
        before = size.reshape(-1, 2, 1 << i)[:, 0]
        shares[i] = float(((split[:, 1] - split[:, 0]) * weights[before]).sum())
    return shares


def _count_mask_players(n: int) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    size = np.zeros(1 << n, dtype=np.int8)
    for i in range(n):
        np.add(size[: 1 << i], 1, out=size[1 << i : 2 << i])
    return size


@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """Shares in cents with what is not known about them.

    With the stated confidence **all** the shares at once are within their `half_widths`.
    """

    shares: Floats
    half_widths: Floats
    confidence: float
    circles: int
    """Random orders drawn, each closed to a circle and begun at every player, both ways round."""
    residual: float
    """Sum of the shares less the total, cents: what rounding of floats left."""
    seed: int


type Windows = Callable[[Ints], Floats]
"""Given orders (m by n), the costs (m by n by n + 1) of the first l players from position s on,
round the circle; cents."""


def sample_shapley(
    windows: Windows,
    n: int,
    *,
    total: float,
    target: float,
    seed: int = 0,
    confidence: float = 0.95,
    most: int = _FIRST * 4 ** (LOOKS - 1),
) -> Sampled:
    """Shapley's value from random circles of *n* players, until no half-width is over *target*.

    A circle begun at each of its n places and read both ways puts every player once at every
    place: the sample is stratified by size, antithetic, and each circle shares *total* exactly.
    The bound is the central limit theorem's with Student's correction, at a risk divided among
    players and looks (Bonferroni), so that stopping early does not cheat.
    """
    source = np.random.default_rng(seed)
    z = NormalDist().inv_cdf(1 - (1 - confidence) / (2 * n * LOOKS))
    mean, spread, done = np.zeros(n), np.zeros(n), 0
    goals = [min(_FIRST * 4**look, most) for look in range(LOOKS)]
    half = np.full(n, np.inf)
    for goal in goals:
        while done < goal:
            m = min(_compute_circle_count(n), goal - done)
            orders = source.permuted(np.tile(np.arange(n), (m, 1)), axis=1)
            for one in _compute_contributions(windows(orders), orders):
                done += 1
                step = one - mean
                mean += step / done
                spread += step * (one - mean)
        half = _compute_student_quantile(z, done - 1) * np.sqrt(spread / max(done - 1, 1) / done)
        if half.max() <= target or done >= most:
            break
    return Sampled(mean, half, confidence, done, float(mean.sum()) - total, seed)


def _compute_circle_count(n: int) -> int:
    """Circles held at once: some 2 MB of windows."""
    return max(1, 250_000 // (n * n))


def _compute_student_quantile(z: float, freedom: int) -> float:
    """Student's quantile from the normal one (Cornish and Fisher, first term)."""
    return z + (z**3 + z) / (4 * freedom)


def _compute_contributions(costs: Floats, orders: Ints) -> Floats:
    """What each player adds, mean over places and both ways round; circles by players."""
    m, n = orders.shape
    last = costs[:, :, 1:] - costs[:, :, :-1]  # [s, l]: what s + l adds after the l before it
    first = costs[:, :, 1:] - np.roll(costs, -1, axis=1)[:, :, :-1]  # what s adds to the l after
    place = (np.arange(n)[:, None] + np.arange(n)) % n
    by_place = first.mean(axis=2)
    for s in range(n):
        by_place[:, place[s]] += last[:, s] / n
    found = np.empty((m, n))
    np.put_along_axis(found, orders, by_place / 2, axis=1)
    return found
