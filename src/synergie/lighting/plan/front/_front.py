"""The points that no other beats: pay-off table, steps, walk, marks."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Literal

from synergie.errors import Cancelled, OutOfTime
from synergie.lighting.plan.front import _marks
from synergie.lighting.plan.front._grid import Axis, Walk, build_augmented_costs, walk_grid
from synergie.lighting.plan.front._ground import FrontOptions
from synergie.lighting.plan.front._payoff import build_payoff_choices
from synergie.lighting.plan.front._solves import Solved, Solves
from synergie.lighting.plan.retrofit.problem import Ints
from synergie.plan import record as _record
from synergie.plan.seconds import check_seconds
from synergie.schemas.plan import Run

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
    began = time.perf_counter()
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
