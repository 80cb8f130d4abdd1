"""Who would rather leave, and with whom: coalitions that would pay less by themselves."""

from dataclasses import dataclass

import numpy as np

from synergie.plan.sharing.game import (
    Flags,
    Floats,
    Game,
    build_mask_flags,
    sum_amounts_by_coalition,
)


@dataclass(frozen=True, slots=True, eq=False)
class Excess:
    """A coalition and what it pays in the sharing beyond its cost by itself, cents."""

    coalition: Flags
    amount: float
    cost: float
    """What it costs by itself, cents."""


def find_worst_excesses(game: Game, shares: Floats, most: int) -> tuple[Excess, ...]:
    """The coalitions with the greatest excess x(S) - c(S), greatest first; none is everybody.

    Ties: the smaller coalition, then the order of the players.
    """
    excess = _compute_excess(game, shares)
    found = np.flatnonzero(excess > -np.inf)
    if len(found) > most:
        edge = np.partition(excess[found], -most)[-most]
        found = found[excess[found] >= edge]
    n = len(game.players)
    order = sorted(found.tolist(), key=lambda mask: (-excess[mask], mask.bit_count(), mask))
    return tuple(_build_excess(game, excess, mask, n) for mask in order[:most])


def worst_of_each(game: Game, shares: Floats) -> tuple[Excess | None, ...]:
    """For each player, the coalition with it that has the greatest excess. None: it has none."""
    excess, n = _compute_excess(game, shares), len(game.players)
    found: list[Excess | None] = []
    for i in range(n):
        inside = excess.reshape(-1, 2, 1 << i)[:, 1].ravel()
        place = int(inside.argmax())
        mask = (place >> i) << (i + 1) | 1 << i | place & ((1 << i) - 1)
        found.append(_build_excess(game, excess, mask, n) if np.isfinite(inside[place]) else None)
    return tuple(found)


def _compute_excess(game: Game, shares: Floats) -> Floats:
    excess: Floats = sum_amounts_by_coalition(shares) - game.values
    excess[0] = excess[-1] = -np.inf
    return excess


def _build_excess(game: Game, excess: Floats, mask: int, n: int) -> Excess:
    return Excess(
        build_mask_flags(np.array([mask]), n)[0], float(excess[mask]), float(game.values[mask])
    )
