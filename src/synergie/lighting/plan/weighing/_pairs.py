"""Where groups stand to one another (W7): Kendall's tau-b of their mean ranks."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from synergie.lighting.plan.measured import Floats

type Taus = Iterator[tuple[int, int, float | None]]


def compute_group_taus(mean_ranks: Sequence[Mapping[str, float]], scenarios: Sequence[str]) -> Taus:
    """Each pair of groups with the tau-b of the scenarios that both rank.

    None where fewer than two such scenarios have ranks apart in each.
    """
    signs = np.array([_compute_order_signs(one, scenarios) for one in mean_ranks])
    there = ~np.isnan(signs)
    plain = np.where(there, signs, 0.0)
    agree = plain @ plain.T  # whole numbers: exact
    apart = np.abs(plain) @ there.T.astype(np.float64)
    for one in range(len(mean_ranks)):
        for other in range(one + 1, len(mean_ranks)):
            scale = float(apart[one, other] * apart[other, one])
            yield one, other, float(agree[one, other]) / scale**0.5 if scale else None


def _compute_order_signs(
    ranks: Mapping[str, float], scenarios: Sequence[str]
) -> NDArray[np.float64]:
    """Which of each two scenarios is before the other; NaN where one is not ranked."""
    values: Floats = np.array([ranks.get(name, np.nan) for name in scenarios], dtype=np.float64)
    rows, columns = np.triu_indices(len(values), 1)
    return np.sign(np.round(values[rows] - values[columns], 9))
