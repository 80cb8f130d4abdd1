"""Check of a choice that shares nothing with the model: exact sums of the numbers as written."""

from collections.abc import Iterator
from decimal import Decimal, localcontext

from synergie.lighting.plan.retrofit.problem import Ints, Problem

_DIGITS = 60


def faults(problem: Problem, choice: Ints) -> tuple[str, ...]:
    """What is wrong with *choice*; none when it holds."""
    with localcontext() as context:
        context.prec = _DIGITS
        found = (*_iterate_segment_faults(problem, choice), *_iterate_limit_faults(problem, choice))
        return (*found, *_iterate_schedule_faults(problem, choice))


def _iterate_segment_faults(problem: Problem, choice: Ints) -> Iterator[str]:
    """C1: one option of each segment, in their order."""
    segments = [int(i) for i in problem.segment]
    wanted = list(range(segments[-1] + 1))
    if [segments[j] for j in choice] != wanted:
        yield "not one option a segment"


def _iterate_limit_faults(problem: Problem, choice: Ints) -> Iterator[str]:
    """C2: every limit, in decimals."""
    for r, limit in enumerate(problem.limits.tolist()):
        used = sum((Decimal(str(problem.uses[j, r])) for j in choice), Decimal(0))
        if used > Decimal(str(limit)):
            yield f"limit {r} is passed: {used} of {limit}"


def _iterate_schedule_faults(problem: Problem, choice: Ints) -> Iterator[str]:
    """C3 and C4: the segments of a cabinet follow one schedule."""
    if problem.schedule is None or problem.cabinet is None:
        return
    seen: dict[int, set[int]] = {}
    for segment, j in enumerate(choice):
        seen.setdefault(int(problem.cabinet[segment]), set()).add(int(problem.schedule[j]))
    yield from (
        f"cabinet {c} follows {len(all_)} schedules" for c, all_ in seen.items() if len(all_) > 1
    )
