"""Options that another one of the same segment beats, and limits that nothing can pass."""

from dataclasses import dataclass, replace

import numpy as np

from synergie.lighting.plan.retrofit.problem import (
    Flags,
    Floats,
    Ints,
    Problem,
    convert_to_exact_decimal,
)

_NEAR = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """A problem with the same cheapest choices, and where its options come from."""

    problem: Problem
    options: Ints
    """Place of each of its options in the row of the whole problem."""

    def inside(self, choice: Ints | None) -> Ints | None:
        """*choice* in places of the reduced problem. None: it has an option that is gone."""
        if choice is None:
            return None
        places = np.minimum(np.searchsorted(self.options, choice), len(self.options) - 1)
        return places if (self.options[places] == choice).all() else None


def reduce_problem(problem: Problem) -> Reduced:
    """The problem without beaten options; what "keep" is remains."""
    kept = ~_mark_beaten_options(problem)
    if problem.keep is not None:
        kept[problem.keep] = True
    options = np.flatnonzero(kept)
    binding = _can_bind(problem)
    needs = tuple(problem.needs[r] for r in binding.tolist()) if problem.needs else ()
    smaller = replace(
        problem,
        segment=problem.segment[options],
        cost=problem.cost[options],
        uses=problem.uses[np.ix_(options, binding)],
        limits=problem.limits[binding],
        needs=needs,
        schedule=None if problem.schedule is None else problem.schedule[options],
        keep=None if problem.keep is None else np.searchsorted(options, problem.keep),
    )
    return Reduced(smaller, options)


def _mark_beaten_options(problem: Problem) -> Flags:
    """Options that cost no less and use no less than another one; of equal ones the later."""
    figures: Floats = np.column_stack([problem.cost, problem.uses])
    found = np.zeros(len(figures), dtype=bool)
    ends = np.append(problem.starts[1:], len(figures))
    for first, end in zip(problem.starts.tolist(), ends.tolist(), strict=True):
        here = figures[first:end]
        no_more = (here[:, None, :] <= here[None, :, :]).all(axis=2)
        if problem.schedule is not None:
            same = problem.schedule[first:end]
            no_more &= same[:, None] == same[None, :]
        earlier = np.triu(np.ones(no_more.shape, dtype=bool), 1)
        beats = no_more & (~no_more.T | earlier)
        found[first:end] = beats.any(axis=0)
    return found


def _can_bind(problem: Problem) -> Ints:
    """Limits that the dearest options together would pass: exactly, where floats do not tell."""
    worst = np.maximum.reduceat(problem.uses, problem.starts, axis=0)
    most, limits = worst.sum(axis=0), problem.limits
    binds = most > limits
    near = np.abs(most - limits) <= _NEAR * (np.abs(worst).sum(axis=0) + np.abs(limits))
    for r in np.flatnonzero(near).tolist():
        binds[r] = sum(map(convert_to_exact_decimal, worst[:, r])) > convert_to_exact_decimal(
            limits[r]
        )
    found: Ints = np.flatnonzero(binds)
    return found
