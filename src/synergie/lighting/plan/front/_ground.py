"""What the points are sought in: limits, criteria, and the programme under further limits."""

from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from synergie.errors import BadInput
from synergie.lighting.plan.retrofit import Problem
from synergie.lighting.plan.retrofit.problem import (
    Floats,
    Ints,
    convert_to_exact_decimal,
    find_upper_float,
)

_FEWEST = 2
_DIGITS = 6


@dataclass(frozen=True, slots=True, eq=False)
class FrontOptions:
    """Options with their value in each criterion; less is better in all."""

    problem: Problem
    """Segments, options, limits. Its costs are not read."""
    criteria: Floats
    """Value of each option in each criterion, (n, p); p is two at least."""

    def __post_init__(self) -> None:
        """Raises BadInput."""
        n = len(self.problem.segment)
        if self.criteria.ndim != 2 or len(self.criteria) != n or self.size < _FEWEST:  # noqa: PLR2004
            raise BadInput("criteria", self.criteria.shape, f"({n}, two or more)")
        if not np.isfinite(self.criteria).all():
            raise BadInput("criteria", "a figure that is not finite", "finite figures")

    @property
    def size(self) -> int:
        """How many criteria."""
        return int(self.criteria.shape[1])

    def values(self, choice: Ints) -> tuple[Decimal, ...]:
        """Each criterion of a choice, exactly."""
        return tuple(
            sum(
                (convert_to_exact_decimal(figure) for figure in self.criteria[choice, k]),
                Decimal(0),
            )
            for k in range(self.size)
        )

    def step(self, k: int) -> Decimal:
        """Two values of a criterion differ by this at least; 0: no such number is known."""
        return convert_to_exact_decimal(replace(self.problem, cost=self.criteria[:, k]).step())

    def is_flat(self, k: int) -> bool:
        """Whether a criterion is the same whatever is chosen: no two values to tell apart."""
        told, starts = self.criteria[:, k], self.problem.starts
        least, worst = np.minimum.reduceat(told, starts), np.maximum.reduceat(told, starts)
        return bool((least == worst).all())

    def most(self, k: int) -> Decimal:
        """A value of a criterion that no choice passes."""
        worst = np.maximum.reduceat(self.criteria[:, k], self.problem.starts)
        return sum((convert_to_exact_decimal(figure) for figure in worst), Decimal(0))

    def under(self, cost: Floats, ends: dict[int, Decimal], *, told: bool = False) -> Problem:
        """The programme that minimises *cost* with these criteria at most at their *ends*.

        *told*: with the words of its own limits, for the case that they cannot hold.
        """
        columns = [self.criteria[:, [k]] for k in ends]
        return replace(
            self.problem,
            cost=cost,
            uses=np.hstack([self.problem.uses, *columns]),
            limits=np.concatenate(
                [self.problem.limits, [find_upper_float(end) for end in ends.values()]]
            ),
            needs=(*self.problem.needs, *([None] * len(ends))) if told else (),
        )
