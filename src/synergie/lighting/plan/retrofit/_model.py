"""The programme over some of the options: C1 to C4 of docs/plan/retrofit.md."""

from dataclasses import replace
from math import floor, log2

import numpy as np

from synergie.lighting.plan.retrofit.problem import Floats, Ints, Problem
from synergie.plan.solver import Model, Need, Outcome

_LARGEST = 1000.0
"""Largest coefficient of a limit's row: its unit is chosen so."""
_SEEN = 250_000
"""A step of the costs is four millionths at least, in their unit."""
_NOISE = 1e-8
"""Of the largest cost: the step where none is known."""


def compute_limit_units(problem: Problem) -> Floats:
    """The unit of each limit's row: a power of two, so that no figure is rounded."""
    largest = np.abs(problem.uses).max(axis=0, initial=0.0)
    exponent = np.floor(np.log2(np.where(largest > 0, largest, _LARGEST) / _LARGEST)) + 1
    found: Floats = np.exp2(exponent)
    return found


def worth(problem: Problem) -> float:
    """The unit of the costs: one, or a power of two below it where they differ by little.

    What is cheaper by less than a millionth is nothing to the solver.
    """
    least = problem.step() or _NOISE * float(np.abs(problem.cost).max(initial=0.0))
    return min(2.0 ** floor(log2(least * _SEEN)), 1.0) if least > 0 else 1.0


def build_model(problem: Problem, options: Ints) -> Model:
    """One column an option of *options* (ascending, one of each segment at least).

    Costs are in the unit of `worth`.
    """
    program, unit = Model("retrofit"), worth(problem)
    for j in options.tolist():
        program.binary(f"x{j}", problem.cost[j] / unit)
    _add_segment_rows(problem, options, program)
    _add_limit_rows(problem, options, program)
    if problem.linked:
        _add_schedule_rows(problem, options, program)
    return program


def _add_segment_rows(problem: Problem, options: Ints, program: Model) -> None:
    """C1: exactly one option a segment."""
    segment = problem.segment[options]
    starts = np.searchsorted(segment, np.arange(problem.segments + 1)).tolist()
    for i in range(problem.segments):
        columns = range(starts[i], starts[i + 1])
        program.require([(c, 1.0) for c in columns], low=1, high=1)


def _add_limit_rows(problem: Problem, options: Ints, program: Model) -> None:
    """C2: no more of a resource than there is."""
    unit = compute_limit_units(problem)
    for r, limit in enumerate(problem.limits.tolist()):
        used = problem.uses[options, r] / unit[r]
        terms = [(c, used[c]) for c in np.flatnonzero(used).tolist()]
        need = _in_units(problem.needs[r] if problem.needs else None, float(unit[r]))
        program.require(terms, high=limit / unit[r], need=need)


def _in_units(need: Need | None, unit: float) -> Need | None:
    """The words of a limit for a row in another unit."""
    if need is None:
        return None
    return replace(need, per=need.per / unit, weight=need.weight * unit)


def _add_schedule_rows(problem: Problem, options: Ints, program: Model) -> None:
    """C3 and C4: a cabinet follows one schedule, and its segments follow it."""
    cabinets, schedules = (some[options].tolist() for some in problem.group())
    segments = problem.segment[options].tolist()
    by_pair: dict[tuple[int, int], list[int]] = {}
    for column, (i, s) in enumerate(zip(segments, schedules, strict=True)):
        by_pair.setdefault((i, s), []).append(column)
    follows: dict[int, dict[int, int]] = {}
    for c, s in dict.fromkeys(zip(cabinets, schedules, strict=True)):
        follows.setdefault(c, {})[s] = program.binary(f"u{c}_{s}")
    for of in follows.values():
        program.require([(u, 1.0) for u in of.values()], low=1, high=1)
    assert problem.cabinet is not None  # noqa: S101 (it is linked)
    for i, c in enumerate(problem.cabinet.tolist()):
        for s, u in follows[c].items():
            terms = [(x, 1.0) for x in by_pair.get((i, s), [])]
            program.require([*terms, (u, -1.0)], low=0, high=0)


def read_solver_choice(problem: Problem, options: Ints, outcome: Outcome) -> Ints:
    """The option of each segment that the solver took."""
    taken = np.array(outcome.values[: len(options)])
    order = np.lexsort((-taken, problem.segment[options]))
    starts = np.searchsorted(problem.segment[options], np.arange(problem.segments))
    found: Ints = options[order[starts]]
    return found


def build_start_values(options: Ints, choice: Ints) -> dict[int, float] | None:
    """*choice* as the values of the columns. None: it has an option that is not in *options*."""
    places = np.searchsorted(options, choice)
    if (places >= len(options)).any() or (options[places] != choice).any():
        return None
    start = dict.fromkeys(range(len(options)), 0.0)
    start.update(dict.fromkeys(places.tolist(), 1.0))
    return start
