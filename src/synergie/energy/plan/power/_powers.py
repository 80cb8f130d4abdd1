"""Subscribed powers above 36 kVA: the exact best of all P1 <= P2 <= P3 <= P4, by dynamic programme.

The cost is a sum over classes, `T_k(P) = t_k P + overruns_k(P)`, for the fixed part telescopes.
`F_k(P) = T_k(P) + min over Q <= P of F_(k-1)(Q)`: prefix minima, linear in the grid.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

FAR = 2**60
"""A cost that no plan has: a power that is not allowed."""

_HOUR_S, _MICRO = 3600, 1_000_000


def best_powers(costs: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Least total and the grid index of each class, for many points at once.

    *costs* is (points, classes, grid), whole numbers; FAR or more where a power is not allowed. Of
    powers that cost the same the greatest are taken: fewer overruns. A total of FAR or more: none
    is allowed.
    """
    points, classes, grid = costs.shape
    place = np.arange(grid)
    came: list[NDArray[np.int64]] = []
    reached = costs[:, 0]
    for k in range(1, classes):
        least = np.minimum.accumulate(reached, axis=1)
        came.append(np.maximum.accumulate(np.where(reached == least, place, 0), axis=1))
        reached = costs[:, k] + least
    total = reached.min(axis=1)
    last = grid - 1 - np.argmin(reached[:, ::-1], axis=1)
    found = np.empty((points, classes), np.int64)
    found[:, -1] = last
    rows = np.arange(points)
    for k in range(classes - 2, -1, -1):
        found[:, k] = came[k][rows, found[:, k + 1]]
    return total, found


def compute_micro_hours(steps: int, step_s: int) -> int:
    """`micro_hours` of one number of steps."""
    return (steps * step_s * _MICRO + _HOUR_S // 2) // _HOUR_S


def micro_hours(steps: NDArray[Any], step_s: NDArray[Any] | int) -> NDArray[Any]:
    """Steps as millionths of an hour, halves up: what overruns are billed by."""
    return (steps * step_s * _MICRO + _HOUR_S // 2) // _HOUR_S
