"""Games too large to list, whose costs are sums: tiers by total volume, several lots.

In a lot, each branch (a tier of an offer, or everybody alone) asks a sum over the coalition and a
fixed amount, and holds while the volume of those who take it is in its window. The coalition takes
the cheapest branch that holds, lot by lot.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from synergie.plan.sharing.game import Flags, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class TierLot:
    """One lot: branches by players. Cents, and volumes in whole units of any size."""

    needs: Flags
    """Who takes part in the lot; a coalition without any of them costs nothing."""
    cost: Floats
    volume: Ints
    fixed: Floats
    low: Ints
    high: Ints


@dataclass(frozen=True, slots=True, eq=False)
class TierGame:
    """Players and lots; costs on demand, many coalitions at a time."""

    players: tuple[str, ...]
    lots: tuple[TierLot, ...]

    def costs(self, coalitions: Flags) -> Floats:
        """The cost of each line of *coalitions*, cents; infinite when no branch holds."""
        lines = coalitions.astype(np.float64)
        total = np.zeros(len(lines))
        for lot in self.lots:
            volume = lines @ lot.volume.T.astype(np.float64)
            asked = lines @ lot.cost.T + lot.fixed
            asked[(volume < lot.low) | (volume > lot.high)] = np.inf
            total += np.where((coalitions & lot.needs).any(axis=1), asked.min(axis=1), 0.0)
        return total

    def windows(self, orders: Ints) -> Floats:
        """Costs of the first l players from each place s on, round each circle (`shapley`)."""
        n = len(self.players)
        total = np.zeros((len(orders), n, n + 1))
        for lot in self.lots:
            best = np.full(total.shape, np.inf)
            volumes: dict[bytes, Floats] = {}
            for b in range(len(lot.fixed)):
                key = lot.volume[b].tobytes()
                if key not in volumes:
                    volumes[key] = _sum_over_windows(lot.volume[b], orders)
                asked = _sum_over_windows(lot.cost[b], orders)
                asked += lot.fixed[b]
                inside = (volumes[key] >= lot.low[b]) & (volumes[key] <= lot.high[b])
                np.minimum(best, asked, out=best, where=inside)
            some = _sum_over_windows(lot.needs, orders) > 0
            np.add(total, best, out=total, where=some)
        return total

    @property
    def total(self) -> float:
        """What all pay together, cents."""
        return float(self.costs(np.ones((1, len(self.players)), dtype=np.bool_))[0])

    @property
    def alone(self) -> Floats:
        """What each pays alone, cents."""
        return self.costs(np.eye(len(self.players), dtype=np.bool_))

    @property
    def without(self) -> Floats:
        """What the others pay without each, cents."""
        return self.costs(~np.eye(len(self.players), dtype=np.bool_))


def _sum_over_windows(amounts: Floats | Ints | Flags, orders: Ints) -> Floats:
    """Sums of *amounts* over the windows of each circle; whole numbers stay exact."""
    n = orders.shape[1]
    sums = np.zeros((len(orders), 2 * n + 1))
    np.cumsum(amounts[np.concatenate([orders, orders], axis=1)], axis=1, out=sums[:, 1:])
    ends: Floats = sliding_window_view(sums, n + 1, axis=1)[:, :n]
    return ends - sums[:, :n, None]
