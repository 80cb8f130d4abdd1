"""A cost game: what each coalition of players would pay by itself.

A coalition is a mask, bit i for player i. Amounts are cents in floats: whole cents stay exact up
to 9 10^15. A coalition that has no way to buy by itself costs infinity: it never wants to leave.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from synergie.errors import BadInput

type Floats = np.ndarray[Any, np.dtype[np.float64]]
type Flags = np.ndarray[Any, np.dtype[np.bool_]]
type Ints = np.ndarray[Any, np.dtype[np.int64]]

MOST = 22
"""Most players of a game that is held as a table: 2^22 amounts are 32 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Game:
    """Players and the cost of each coalition. `values[mask]` in cents; `values[0]` is 0."""

    players: tuple[str, ...]
    values: Floats

    def __post_init__(self) -> None:
        if not self.players or len(set(self.players)) != len(self.players):
            raise BadInput("/players", ", ".join(self.players), "at least one player, each once")
        if len(self.players) > MOST:
            raise BadInput("/players", len(self.players), "at most 22 players in a table")
        if self.values.shape != (1 << len(self.players),) or self.values[0] != 0:
            raise BadInput("/costs", self.values.shape, "the cost of each coalition, 0 for nobody")
        if np.isnan(self.values).any() or not np.isfinite(self.values[-1]):
            found = ", ".join(self.players)
            raise BadInput("/costs", found, "a finite cost for all players together")

    @property
    def total(self) -> float:
        """What all pay together, cents."""
        return float(self.values[-1])

    @property
    def alone(self) -> Floats:
        """What each player pays alone, cents; infinite when it cannot."""
        found: Floats = self.values[1 << np.arange(len(self.players))]
        return found

    @property
    def without(self) -> Floats:
        """What the others pay together without each player, cents."""
        full = len(self.values) - 1
        found: Floats = self.values[full ^ (1 << np.arange(len(self.players)))]
        return found

    def costs(self, coalitions: Flags) -> Floats:
        """The cost of each line of *coalitions* (lines by players), cents."""
        return self.values[coalitions @ (1 << np.arange(len(self.players)))]


def of_array(players: Sequence[str], euros: Iterable[float]) -> Game:
    """A game from amounts in euros by mask: bit i of the mask is player i; 2^n of them."""
    return Game(tuple(players), 100.0 * np.asarray(euros, dtype=np.float64))


def of_function(players: Sequence[str], cost: Callable[[tuple[str, ...]], float | None]) -> Game:
    """A game from a function, euros; it is asked once for each coalition. None: it cannot buy."""
    names = tuple(players)
    if len(names) > MOST:
        raise BadInput("/players", len(names), "at most 22 players in a table")
    euros = [0.0]
    for mask in range(1, 1 << len(names)):
        amount = cost(list_mask_players(names, mask))
        euros.append(np.inf if amount is None else float(amount))
    return of_array(names, euros)


def of_table(
    players: Sequence[str], table: Mapping[frozenset[str], Decimal | float | None]
) -> Game:
    """A game from the cost of each coalition, euros. None: it cannot buy.

    Raises BadInput that names the first coalition without a cost, or an unknown player.
    """
    names = tuple(players)
    for coalition in table:
        if not coalition or not coalition <= set(names):
            found = ", ".join(sorted(coalition)) or "nobody"
            raise BadInput("/costs", found, "players of the game")

    def cost(coalition: tuple[str, ...]) -> float | None:
        key = frozenset(coalition)
        if key not in table:
            raise BadInput("/costs", ", ".join(coalition), "a cost for this coalition")
        amount = table[key]
        return None if amount is None else float(amount)

    return of_function(names, cost)


def list_mask_players(players: Sequence[str], mask: int) -> tuple[str, ...]:
    """The players of *mask*, in the order of the game."""
    return tuple(player for i, player in enumerate(players) if mask >> i & 1)


def sum_amounts_by_coalition(amounts: Floats) -> Floats:
    """The sum of *amounts* over each mask; 2^n of them."""
    total = np.zeros(1 << len(amounts))
    for i, amount in enumerate(amounts):
        np.add(total[: 1 << i], amount, out=total[1 << i : 2 << i])
    return total


def build_mask_flags(masks: Ints, n: int) -> Flags:
    """One line a mask, one column a player."""
    return (masks[:, None] >> np.arange(n) & 1).astype(np.bool_)
