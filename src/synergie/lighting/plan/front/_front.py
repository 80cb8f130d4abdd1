"""The points that no other beats: pay-off table, steps, walk, marks."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from typing import Literal

from synergie.errors import Cancelled, OutOfTime
from synergie.lighting.plan.front import _marks
from synergie.lighting.plan.front._ground import FrontOptions
from synergie.lighting.plan.front._solves import Solved, Solves, build_plain_costs
from synergie.lighting.plan.retrofit.problem import Floats, Ints
from synergie.plan import record as _record
from synergie.plan.seconds import check_seconds
from synergie.schemas.plan import Run

# The pay-off table: each criterion at its best, then the next one, and so on (lexicographic).


def build_payoff_choices(solves: Solves) -> list[Solved | None]:
    """For each criterion the choice that is best in it, then in the others in their order.

    None: time was short. Raises Infeasible when the limits themselves cannot hold.
    """
    size = solves.ground.size
    return [_solve_payoff_row(solves, k, ahead=(size - k) * size) for k in range(size)]


def _solve_payoff_row(solves: Solves, first: int, *, ahead: int) -> Solved | None:
    order = [first, *(k for k in range(solves.ground.size) if k != first)]
    ends: dict[int, Decimal] = {}
    found: Solved | None = None
    for done, k in enumerate(order):
        start = None if found is None else found.choice
        better = solves.cheapest(
            build_plain_costs(solves.ground, k),
            ends,
            ahead=ahead - done,
            start=start,
            told=not ends,
        )
        if better is None:
            return found
        gap = better.gap if found is None else max(found.gap, better.gap)
        found = Solved(better.choice, better.values, gap)
        ends[k] = found.values[k] + abs(found.values[k]) * Decimal(repr(solves.tolerance))
    return found


# Steps of the further criteria, and the walk over them that leaves out what is known.
#
# AUGMECON2 (Mavrotas and Florios, 2013): the slack of each further criterion enters the
# objective, so that no point found is dominated, and steps that a slack already covers are
# skipped.

_EARNED = 1e-3
"""What a whole range of a further criterion is worth, in ranges of the first."""
_LEAST = 1e-7


@dataclass(frozen=True, slots=True)
class Axis:
    """A further criterion: from its worst value down to its best."""

    k: int
    best: Decimal
    worst: Decimal
    step: Decimal
    """Distance of two steps; two values that differ by less may hide each other."""
    begins: Decimal
    """The first end: the worst value of the pay-off table, or what no choice passes."""

    @property
    def reach(self) -> Decimal:
        """From the first end to the last."""
        return self.begins - self.best

    @property
    def levels(self) -> int:
        """Steps of the full grid."""
        return 1 if self.step <= 0 else int((self.worst - self.best) / self.step) + 1

    def below(self, end: Decimal, reached: Decimal) -> Decimal | None:
        """The next step under *end* that *reached* does not keep. None: there is none."""
        if self.step <= 0 or reached <= self.best:
            return None
        if end <= self.best:
            return None
        passed = int((end - reached) / self.step) + 1
        return max(end - passed * self.step, self.best)


def build_augmented_costs(solves: Solves, axes: list[Axis], span: Decimal) -> Floats:
    """The first criterion, with what the slack of the others earns (the same choices).

    min f1 - d r1 sum(s_k / r_k) with f_k + s_k = e_k is min f1 + d r1 sum(f_k / r_k), the e_k being
    given; r1 is *span*, r_k how far the ends of an axis lie apart.
    """
    whole, step = float(span) or 1.0, float(solves.ground.step(0))
    earned = _EARNED * whole
    if step > 0:  # less than one step of the first criterion in all
        earned = max(min(earned, 0.5 * step / len(axes)), _LEAST * float(span))
    cost: Floats = solves.ground.criteria[:, 0].copy()
    for axis in axes:
        if axis.reach > 0:
            cost += solves.ground.criteria[:, axis.k] * (earned / float(axis.reach))
    return cost


@dataclass(slots=True)
class Walk:
    """The loop over the steps; what it found."""

    solves: Solves
    axes: list[Axis]
    cost: Floats
    tell: Callable[[int, float], None]
    known: list[tuple[tuple[Decimal, ...], Solved | None]] = field(default_factory=list)
    """Ends that were asked for, with what is best under them."""
    found: list[Solved] = field(default_factory=list)

    @property
    def grid(self) -> int:
        """Programmes of the full grid."""
        count = 1
        for axis in self.axes:
            count *= axis.levels
        return count

    def run(self) -> None:
        """Every step. Raises Cancelled; what was found so far stays."""
        self._loop(0, ())

    def _loop(self, depth: int, ends: tuple[Decimal, ...]) -> list[Decimal] | None:
        """The greatest values of the criteria among the points under *ends*; None: none is."""
        if depth == len(self.axes):
            return self._point(ends)
        axis = self.axes[depth]
        greatest: list[Decimal] | None = None
        end: Decimal | None = axis.begins
        while end is not None:
            here = self._loop(depth + 1, (*ends, end))
            if here is None:
                break  # under a lower end there is none either
            greatest = here if greatest is None else list(map(max, greatest, here))
            end = axis.below(end, here[axis.k])
        return greatest

    def _point(self, ends: tuple[Decimal, ...]) -> list[Decimal] | None:
        late = self.solves.late
        solved = self._find_earlier_solve(ends)
        if solved is None:
            return None
        if isinstance(solved, Solved):
            return list(solved.values)
        found = self.solves.cheapest(
            self.cost,
            dict(zip((a.k for a in self.axes), ends, strict=True)),
            ahead=self._ahead(ends),
        )
        if self.solves.late > late:
            return list(self._stuck(ends))
        self.known.append((ends, found))
        if found is None:
            return None
        self.found.append(found)
        self.tell(len(self.found), self._share(ends))
        return list(found.values)

    def _stuck(self, ends: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
        """Values at the ends, so that the walk goes on one step further."""
        whole = [Decimal(0)] * self.solves.ground.size
        for axis, end in zip(self.axes, ends, strict=True):
            whole[axis.k] = end
        return tuple(whole)

    def _find_earlier_solve(self, ends: tuple[Decimal, ...]) -> Solved | bool | None:
        """What is best under *ends* by an earlier solve under wider ones. True: not known."""
        for wider, solved in self.known:
            if all(a >= b for a, b in zip(wider, ends, strict=True)) and (
                solved is None or self._holds(solved, ends)
            ):
                return solved
        return True

    def _holds(self, solved: Solved, ends: tuple[Decimal, ...]) -> bool:
        return all(solved.values[axis.k] <= end for axis, end in zip(self.axes, ends, strict=True))

    def _share(self, ends: tuple[Decimal, ...]) -> float:
        """How far the outermost criterion has come down."""
        axis = self.axes[0]
        span = axis.worst - axis.best
        return float((axis.worst - ends[0]) / span) if span > 0 else 1.0

    def _ahead(self, ends: tuple[Decimal, ...]) -> int:
        return max(round(self.grid * (1 - self._share(ends))), 1)


def walk_grid(walk: Walk) -> bool:
    """Walk to the end; whether it was not cancelled."""
    try:
        walk.run()
    except Cancelled:
        return False
    return True


TOLERANCE = 1e-4
"""Relative gap at which a point counts as proved."""
_TWO = 2


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A choice that no other one found beats."""

    choice: Ints
    """Option of each segment."""
    values: tuple[Decimal, ...]
    """Its value in each criterion, added exactly."""
    gap: float
    """Proven gap of what was minimised under its ends, as a share."""
    supported: bool
    """Whether some weighted sum of the criteria picks it among the points. False: proven that none
    does among all plans."""
    is_knee: bool
    """Whether it lies farthest from the line (plane) between the ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Front:
    """The points, by the first criterion, and how sure it is that none is missing."""

    points: tuple[Point, ...]
    best: tuple[Decimal, ...]
    """Best value of each criterion within the limits."""
    worst: tuple[Decimal, ...]
    """Worst value of each criterion in the pay-off table."""
    worst_is_estimate: bool
    """Whether points may lie beyond `worst`: three criteria and more."""
    steps: tuple[Decimal, ...]
    """Step of each further criterion."""
    complete: bool
    """Whether no point can be missing: steps are as fine as the values, all solved and exact."""
    status: Literal["proved", "feasible", "cancelled"]
    """`proved`: each point within the tolerance, no step left out."""
    solves: int
    """Programmes that were solved, those of the pay-off table included."""
    grid: int
    """Programmes of the full grid."""
    tolerance: float
    run: Run
    """How it was computed."""


@check_seconds
def front(
    ground: FrontOptions,
    *,
    points: int | None = 20,
    steps: tuple[Decimal | None, ...] = (),
    tolerance: float = TOLERANCE,
    limit_s: float = 60,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[int, float], None] | None = None,
) -> Front:
    """Points that no other beats, all criteria minimised; the first one freely, the others stepped.

    *points*: steps over the ranges, in all; None: steps as fine as the values, for a complete set
    (give `tolerance=0`). *steps*: a step of one's own for each further criterion, None where there
    is none. *progress* gets the number of points and the share that is done. Raises Infeasible with
    what conflicts, OutOfTime when not even the ends were found, Cancelled before the first point.
    """
    began = time.thread_time()
    solves = Solves(ground, tolerance, limit_s, cancel, began)
    ends = [one for one in build_payoff_choices(solves) if one is not None]
    if len(ends) < ground.size:
        raise OutOfTime(limit_s)
    best = tuple(min(one.values[k] for one in ends) for k in range(ground.size))
    worst = tuple(max(one.values[k] for one in ends) for k in range(ground.size))
    axes = _build_grid_axes(ground, best, worst, points=points, steps=steps)
    cost = build_augmented_costs(solves, axes, worst[0] - best[0])
    walk = Walk(solves, axes, cost, progress or _ignore_progress)
    walk.found += ends
    _add_end_points(walk, ends)
    whole = walk_grid(walk)
    if not whole and not walk.found:
        raise Cancelled
    return _build_front(ground, walk, best, worst, whole=whole)


def _ignore_progress(_: int, __: float) -> None:
    pass


def _add_end_points(walk: Walk, ends: list[Solved]) -> None:
    """With two criteria the ends are what is best under the first step and under the last."""
    if len(walk.axes) == 1:
        axis = walk.axes[0]
        walk.known += [((axis.worst,), ends[0]), ((axis.best,), ends[1])]


def _build_grid_axes(
    ground: FrontOptions,
    best: tuple[Decimal, ...],
    worst: tuple[Decimal, ...],
    *,
    points: int | None,
    steps: tuple[Decimal | None, ...],
) -> list[Axis]:
    given = (*steps, *([None] * ground.size))
    found = []
    for k in range(1, ground.size):
        begins = worst[k] if points is not None or ground.size == _TWO else ground.most(k)
        own = given[k - 1]
        step = own if own is not None else _compute_axis_step(ground, k, begins - best[k], points)
        found.append(Axis(k, best[k], worst[k], step, begins))
    return found


def _compute_axis_step(ground: FrontOptions, k: int, span: Decimal, points: int | None) -> Decimal:
    finest = ground.step(k)
    if points is None:
        return finest or span / 1_000_000
    levels = points if ground.size == _TWO else ceil(points ** (1 / (ground.size - 1)))
    return max(span / max(levels - 1, 1), finest)


def _is_axis_finest(ground: FrontOptions, axis: Axis) -> bool:
    """Whether no value of a further criterion lies between two steps, nor before the first."""
    every = ground.size == _TWO or axis.begins >= ground.most(axis.k)
    return every and (0 < axis.step <= ground.step(axis.k) or axis.reach == 0)


def _build_front(
    ground: FrontOptions,
    walk: Walk,
    best: tuple[Decimal, ...],
    worst: tuple[Decimal, ...],
    *,
    whole: bool,
) -> Front:
    kept = _marks.select_efficient_points(walk.found)
    values = [one.values for one in kept]
    bend, lie = _marks.find_knee_point(values), _marks.mark_supported_points(values)
    tolerance = walk.solves.tolerance
    # a point that is beaten counts too: under its end a better one may have been passed over
    sure = all(one.gap <= max(tolerance, 1e-12) for one in walk.found) and not walk.solves.late
    finest = all(_is_axis_finest(ground, axis) for axis in walk.axes)
    known = ground.step(0) > 0 or ground.is_flat(0)
    stop = "cancelled" if not whole else "proved" if sure else "time"
    return Front(
        points=tuple(
            Point(one.choice, one.values, one.gap, lie[i], i == bend) for i, one in enumerate(kept)
        ),
        best=best,
        worst=worst,
        worst_is_estimate=ground.size > _TWO,
        steps=tuple(axis.step for axis in walk.axes),
        complete=whole and sure and finest and tolerance == 0 and known,
        status="cancelled" if not whole else "proved" if sure else "feasible",
        solves=walk.solves.count,
        grid=walk.grid,
        tolerance=tolerance,
        run=_record.build_run_record(tuple(walk.solves.outcomes), stop),
    )
