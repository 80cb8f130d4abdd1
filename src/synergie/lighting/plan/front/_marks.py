"""Which points stay, which one bends most, which ones a weighted sum finds."""

from decimal import Decimal

import numpy as np

from synergie.lighting.plan.front._solves import Solved
from synergie.lighting.plan.retrofit.problem import Floats
from synergie.plan.linear import Linear

_FLAT = 1e-9


def select_efficient_points(found: list[Solved]) -> list[Solved]:
    """Those that no other beats, each once, by their values."""
    once = {one.values: one for one in sorted(found, key=lambda one: (one.values, one.gap))[::-1]}
    kept = [
        one for values, one in once.items() if not any(_is_better_point(v, values) for v in once)
    ]
    return sorted(kept, key=lambda one: one.values)


def _is_better_point(one: tuple[Decimal, ...], other: tuple[Decimal, ...]) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


def scale_point_values(values: list[tuple[Decimal, ...]]) -> Floats:
    """Values from 0 (best among the points) to 1 (worst among them)."""
    table = np.array([[float(v) for v in one] for one in values], dtype=np.float64)
    low = table.min(axis=0)
    span = table.max(axis=0) - low
    found: Floats = (table - low) / np.where(span > 0, span, 1.0)
    return found


def find_knee_point(values: list[tuple[Decimal, ...]]) -> int | None:
    """The point farthest under the plane through the ends. None: all lie on it."""
    if len(values) <= 2:  # noqa: PLR2004 (the two ends)
        return None
    table = scale_point_values(values)
    ends = table[
        [int(np.lexsort((table.sum(axis=1), table[:, k]))[0]) for k in range(table.shape[1])]
    ]
    normal, *_ = np.linalg.lstsq(ends, np.ones(len(ends)), rcond=None)
    if (normal <= _FLAT).any():
        normal = np.ones(table.shape[1])
    under = (1.0 - table @ normal) / float(np.linalg.norm(normal))
    best = int(under.argmax())
    return best if under[best] > _FLAT else None


def mark_supported_points(values: list[tuple[Decimal, ...]]) -> list[bool]:
    """Whether weights of zero or more exist under which no other point is better.

    False is a proof: the points are plans, and one of them is better under any weights.
    """
    table = scale_point_values(values)
    return [_is_supported_point(table, i) for i in range(len(table))]


def _is_supported_point(table: Floats, i: int) -> bool:
    """Greatest s with weights @ (other - this) >= s for each other, weights sum to one."""
    others = np.delete(table, i, axis=0) - table[i]
    if not len(others):
        return True
    size = table.shape[1]
    programme = Linear()
    for _ in range(size):
        programme.column(low=0.0, high=1.0)
    programme.column(-1.0, low=-float(size), high=float(size))
    rows = np.vstack([np.hstack([others, -np.ones((len(others), 1))]), [*np.ones(size), 0.0]])
    low = np.append(np.zeros(len(others)), 1.0)
    high = np.append(np.full(len(others), np.inf), 1.0)
    programme.require(rows, low, high)
    answer = programme.minimise()
    return answer is not None and -answer.objective >= -_FLAT
