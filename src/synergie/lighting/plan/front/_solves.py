"""One programme after the other, with what is left of the time and what is known already."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from synergie.errors import Cancelled, Infeasible, OutOfTime
from synergie.lighting.plan import retrofit
from synergie.lighting.plan.front._ground import FrontOptions
from synergie.lighting.plan.retrofit.problem import Floats, Ints
from synergie.plan.solver import Outcome

_LEAST_S = 0.05
_AHEAD = 4
"""Solves that a single one leaves time for, when many are still to come."""


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A choice, its values, the proven gap of what was minimised."""

    choice: Ints
    values: tuple[Decimal, ...]
    gap: float


@dataclass(slots=True)
class Solves:
    """All solves of one front."""

    ground: FrontOptions
    tolerance: float
    limit_s: float
    cancel: Callable[[], bool] | None
    began: float = field(default_factory=time.thread_time)
    count: int = 0
    """Programmes that were solved."""
    late: int = 0
    """Those that ended without a choice and without a proof that there is none."""
    outcomes: list[Outcome] = field(default_factory=list)
    _cut: int = 0

    def remaining_s(self) -> float:
        """Seconds."""
        return self.limit_s - (time.thread_time() - self.began)

    def cheapest(
        self,
        cost: Floats,
        ends: dict[int, Decimal],
        *,
        ahead: int = 0,
        start: Ints | None = None,
        told: bool = False,
    ) -> Solved | None:
        """The choice of least *cost* under *ends*. None: there is none, or time was short.

        *ahead*: how many solves may still follow. Raises Cancelled; Infeasible when *told*.
        """
        if self.remaining_s() <= 0:
            self.late += 1
            return None
        self.count += 1
        limit = max(self.remaining_s() / (min(ahead, _AHEAD) + 1), _LEAST_S)
        try:
            found = retrofit.solve(
                self.ground.under(cost, ends, told=told), limit_s=limit,
                gap=self.tolerance, start=start, cancel=self.cancel,
            )  # fmt: skip
        except Infeasible:
            if told:
                raise
            return None
        except OutOfTime:
            self.late += 1
            return None
        if found.stop == "cancelled":
            raise Cancelled
        self.outcomes += found.outcomes
        proved = found.stop == "proved"  # a cost of nought has no share that it may be above
        gap = min(found.gap, self.tolerance) if proved else found.gap
        return Solved(found.choice, self.ground.values(found.choice), gap)


def build_plain_costs(ground: FrontOptions, k: int) -> Floats:
    """One criterion alone as the cost."""
    found: Floats = np.ascontiguousarray(ground.criteria[:, k])
    return found
