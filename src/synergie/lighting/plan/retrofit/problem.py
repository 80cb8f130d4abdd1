"""Segments, options and resources as numbers: what is chosen from, and what it may take.

Each segment (a street, a cabinet, a part of one) gets exactly one of its options. Options use
resources (euros of a body in a year, crew-hours, an upper end of another criterion), each of which
has a limit. Segments of one cabinet follow one schedule. Formulation, numbered C1 to C5:
docs/plan/retrofit.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import inf, nextafter
from typing import Any

import numpy as np

from synergie.errors import BadInput
from synergie.plan.solver import Need

type Floats = np.ndarray[Any, np.dtype[np.float64]]
type Ints = np.ndarray[Any, np.dtype[np.int64]]
type Flags = np.ndarray[Any, np.dtype[np.bool_]]

_DIGITS = 6
"""Decimals that are looked at for the common step of the costs."""


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Options in a row, those of a segment side by side; the cheapest choice is sought.

    A figure stands for the decimal number that it is written as (0.1 is one tenth): limits are
    kept exactly, not up to the rounding of floats. What is to be great enters as its negative.
    """

    segment: Ints
    """Segment of each option, (n,): 0, 0, 1, … without a hole, ascending."""
    cost: Floats
    """What each option costs, (n,), in the unit of the objective."""
    uses: Floats
    """What each option takes of each resource, (n, m); negative: it gives."""
    limits: Floats
    """Most that may be taken of each resource, (m,)."""
    needs: tuple[Need | None, ...] = ()
    """Each limit in words, for the case that they cannot hold. Empty: none is told."""
    schedule: Ints | None = None
    """Schedule that each option asks of the cabinet, (n,). None: options are free of each other."""
    cabinet: Ints | None = None
    """Cabinet of each segment. None: no segment shares one."""
    keep: Ints | None = None
    """Option of each segment that changes nothing, as a place in the row. None: there is none."""
    starts: Ints = field(init=False, repr=False)
    """Place of the first option of each segment."""

    def __post_init__(self) -> None:
        """Raises BadInput at a figure that is not finite, or a row that does not fit the others."""
        _check_problem_shape(self)
        starts = np.searchsorted(self.segment, np.arange(int(self.segment[-1]) + 1))
        object.__setattr__(self, "starts", starts.astype(np.int64))

    @property
    def segments(self) -> int:
        """How many segments."""
        return len(self.starts)

    @property
    def linked(self) -> bool:
        """Whether segments share cabinets, so that their schedules depend on each other."""
        return self.schedule is not None and self.cabinet is not None

    def group(self) -> tuple[Ints, Ints]:
        """Cabinet and schedule of each option; only of a linked problem."""
        assert self.schedule is not None and self.cabinet is not None  # noqa: S101, PT018
        return self.cabinet[self.segment], self.schedule

    def value(self, choice: Ints) -> Decimal:
        """What a choice (one option a segment) costs, exactly."""
        return sum((convert_to_exact_decimal(self.cost[j]) for j in choice), Decimal(0))

    def step(self) -> float:
        """The costs are whole multiples of this; 0: no such number with six decimals."""
        for digits in range(_DIGITS + 1):
            scaled = np.rint(self.cost * 10.0**digits)
            told = np.array_equal(scaled / 10.0**digits, self.cost)  # 0.29 is 29 hundredths
            if told and np.abs(scaled).max(initial=0.0) < 2**53:
                whole = np.gcd.reduce(np.abs(scaled).astype(np.int64))
                return float(whole) / 10.0**digits
        return 0.0


def convert_to_exact_decimal(figure: float) -> Decimal:
    """The decimal number that a float is written as."""
    return Decimal(repr(float(figure)))


def find_upper_float(figure: Decimal) -> float:
    """The least float that is written as *figure* or more: what has that value keeps this end."""
    near = float(figure)
    return near if convert_to_exact_decimal(near) >= figure else nextafter(near, inf)


def _check_problem_shape(problem: Problem) -> None:
    n, m = len(problem.segment), len(problem.limits)
    if not n:
        raise BadInput("options", 0, "one option at least")
    steps = np.diff(problem.segment)
    if problem.segment[0] != 0 or not np.isin(steps, (0, 1)).all():
        raise BadInput("segment", "a hole or a step back", "0, 0, 1, … ascending")
    _check_array_shape("cost", problem.cost, (n,))
    _check_array_shape("uses", problem.uses, (n, m))
    _check_array_shape("limits", problem.limits, (m,))
    if problem.needs and len(problem.needs) != m:
        raise BadInput("needs", len(problem.needs), f"{m}, one a limit")
    _links_fit(problem)


def _check_array_shape(name: str, figures: Floats, shape: tuple[int, ...]) -> None:
    if figures.shape != shape:
        raise BadInput(name, figures.shape, f"the shape {shape}")
    if not np.isfinite(figures).all():
        raise BadInput(name, "a figure that is not finite", "finite figures")


def _links_fit(problem: Problem) -> None:
    segments = int(problem.segment[-1]) + 1
    lengths: Sequence[tuple[str, Ints | None, int]] = (
        ("schedule", problem.schedule, len(problem.segment)),
        ("cabinet", problem.cabinet, segments),
        ("keep", problem.keep, segments),
    )
    for name, places, length in lengths:
        if places is not None and (len(places) != length or (len(places) and places.min() < 0)):
            raise BadInput(name, len(places), f"{length} places of zero or more")
    if (problem.schedule is None) != (problem.cabinet is None):
        raise BadInput("schedule", "without the other", "schedule and cabinet together")
    if problem.keep is not None and not np.array_equal(
        problem.segment[np.minimum(problem.keep, len(problem.segment) - 1)], np.arange(segments)
    ):
        raise BadInput("keep", "an option of another segment", "an option of its own segment")
