"""What the methods need of a game, whether its coalitions are all listed or too many for that."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from synergie.plan.sharing import core, shapley
from synergie.plan.sharing import nucleolus as stages
from synergie.plan.sharing.core import Excess
from synergie.plan.sharing.game import MOST, Flags, Floats, Game, list_mask_players
from synergie.plan.sharing.nucleolus import Balance, Nucleolus, Separate
from synergie.plan.sharing.shapley import Sampled


@dataclass(frozen=True, slots=True)
class Worst:
    """Coalitions that pay most beyond their cost by themselves, and how far that is certain."""

    found: tuple[Excess, ...]
    """Greatest excess first."""
    each: tuple[Excess | None, ...]
    """For each player the worst with it. None: none is known."""
    bound: float
    """No coalition has a greater excess, cents."""


class NotCertified(Exception):
    """The core of this game cannot be certified: too many players, or several lots of them."""


class SharingGame(Protocol):
    """One game. Amounts in cents, players in a fixed order."""

    @property
    def players(self) -> tuple[str, ...]:
        """Who shares."""

    @property
    def total(self) -> float:
        """What all pay together."""

    @property
    def alone(self) -> Floats:
        """What each pays alone; infinite when it cannot."""

    @property
    def without(self) -> Floats:
        """What the others pay without each."""

    @property
    def most(self) -> int:
        """Most players for a nucleolus."""

    @property
    def separate(self) -> Separate:
        """Coalitions that pay too much."""

    def costs(self, coalitions: Flags) -> Floats:
        """The cost of each line of *coalitions*."""

    def without_cost(self) -> tuple[str, ...] | None:
        """Some players that cannot buy by themselves. None: every coalition can."""

    def shapley(self, *, seed: int, target: float) -> Floats | Sampled:
        """Shapley's value."""

    def nucleolus(self) -> Nucleolus | None:
        """The nucleolus. None: too many players."""

    def least_core(self) -> Balance:
        """How far the core is from empty."""

    def worst(self, shares: Floats, most: int) -> Worst:
        """Who would rather leave."""


@dataclass(slots=True, eq=False)
class Listed:
    """A game whose coalitions are all listed."""

    game: Game
    _nucleolus: list[Nucleolus] = field(default_factory=list)

    most: int = field(default=MOST, init=False)

    @property
    def players(self) -> tuple[str, ...]:
        """Who shares."""
        return self.game.players

    @property
    def total(self) -> float:
        """What all pay together."""
        return self.game.total

    @property
    def alone(self) -> Floats:
        """What each pays alone."""
        return self.game.alone

    @property
    def without(self) -> Floats:
        """What the others pay without each."""
        return self.game.without

    @property
    def separate(self) -> Separate:
        """Coalitions that pay too much, by going through all."""
        return stages.build_mask_scan(self.game)

    def costs(self, coalitions: Flags) -> Floats:
        """Read from the table."""
        return self.game.costs(coalitions)

    def without_cost(self) -> tuple[str, ...] | None:
        """The first coalition that cannot buy by itself."""
        missing = np.flatnonzero(np.isinf(self.game.values))
        return list_mask_players(self.players, int(missing[0])) if len(missing) else None

    def shapley(self, *, seed: int, target: float) -> Floats:  # noqa: ARG002 (nothing is drawn)
        """Exact."""
        return shapley.compute_exact_shapley(self.game)

    def nucleolus(self) -> Nucleolus:
        """Computed once."""
        if not self._nucleolus:
            self._nucleolus.append(stages.compute_nucleolus(self.game))
        return self._nucleolus[0]

    def least_core(self) -> Balance:
        """The first stage of the nucleolus."""
        return self._nucleolus[0].balance if self._nucleolus else stages.least_core(self.game)

    def worst(self, shares: Floats, most: int) -> Worst:
        """By going through all coalitions: certain."""
        found = core.find_worst_excesses(self.game, shares, most)
        bound = found[0].amount if found else 0.0
        return Worst(found, core.worst_of_each(self.game, shares), bound)
