"""Stamped readings cut into runs of equal steps; absent steps become nulls, long holes new runs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, groupby, islice, repeat
from operator import sub
from typing import Literal, NamedTuple

from synergie.schemas.readings.curve import MAX_VALUES, Value
from synergie.units import STEP_SECONDS

LONGEST_GAP_S = 31 * 86_400
"""A longer hole starts another run instead of being filled with nulls."""
SURE = 4
"""Equal differences in a row that make a step; fewer are a gap or a stray row."""

type Side = Literal["start", "end"]

_STEPS = frozenset(STEP_SECONDS.values())


class Run(NamedTuple):
    """Equal steps without a hole: value i covers [start + i·step, start + (i+1)·step)."""

    start: int
    """Epoch seconds of the start of the first step."""
    step: int
    """Seconds."""
    values: list[Value]
    """One a step; null for a blank row and for an absent one."""
    absent: list[tuple[int, int]]
    """Steps for which there is no row, within it or before it since the run before: (epoch seconds
    of the first, how many)."""
    rows: int
    """Rows it is made of."""


class Astray(NamedTuple):
    """A reading that is in no run: its place in the list, and why."""

    at: int
    expected: str


EXPECTED = "a time on whole steps of the hour, after the step before it"


def steps_of(stamps: Sequence[int], side: Side, declared: int | None) -> list[int] | None:
    """The step of each reading, seconds. None when nothing tells: one reading, or no usual step.

    *stamps*: epoch seconds, strictly increasing. A *declared* step holds for all. Else a step is
    a difference of 5, 10, 15, 30 or 60 minutes that comes SURE times in a row, or the commonest.
    A reading beside a hole has the step of its run: before the hole for start stamps, after it
    for end stamps.
    """
    if declared is not None:
        return [declared] * len(stamps)
    groups = [(d, len(list(g))) for d, g in groupby(map(sub, islice(stamps, 1, None), stamps))]
    usual = Counter[int]()
    for d, n in groups:
        if d in _STEPS:
            usual[d] += n
    if not usual:
        return None
    main = usual.most_common(1)[0][0]
    told = [d if d in _STEPS and (n >= SURE or d == main) else None for d, n in groups]
    lasting = _carry_forward(told) if side == "start" else _carry_forward(told[::-1])[::-1]
    spread = chain.from_iterable(repeat(d, n) for d, (_, n) in zip(lasting, groups, strict=True))
    each = list(spread)
    return [*each, each[-1]] if side == "start" else [each[0], *each]


def _carry_forward(told: Sequence[int | None]) -> list[int]:
    """Each unknown takes the value before it; those in front take the first known."""
    last = next(d for d in told if d is not None)
    out = []
    for d in told:
        last = last if d is None else d
        out.append(last)
    return out


def split_runs(
    stamps: Sequence[int], values: Sequence[Value], steps: Sequence[int], side: Side
) -> Iterator[Run | Astray]:
    """The readings as runs, in order; those that fit no step come out as Astray."""
    step = steps[0]
    if len(set(steps)) == 1 and stamps[0] % step == 0 and _has_even_stamps(stamps, step):
        first = stamps[0] - (step if side == "end" else 0)
        yield from _cut_run(Run(first, step, list(values), [], len(values)))
        return
    run = Run(0, 0, [], [], 0)
    for index, (stamp, value, step) in enumerate(zip(stamps, values, steps, strict=True)):
        begin = stamp - step if side == "end" else stamp
        after = run.start + run.step * len(run.values)
        if begin % step or (run.rows and begin < after):
            yield Astray(index, EXPECTED)
            continue
        if step == run.step and begin - after <= LONGEST_GAP_S:
            run = _extend_run(run, begin, after, value)
            continue
        if run.rows:
            yield from _cut_run(run)
        hole = (begin - after) // step if run.rows else 0
        run = Run(begin, step, [value], [(after, hole)] if hole else [], 1)
    if run.rows:
        yield from _cut_run(run)


def build_even_runs(stamps: range, values: Sequence[Value], side: Side) -> Iterator[Run]:
    """The same of readings at even times on whole steps: nothing is absent, nothing astray."""
    first = stamps.start - (stamps.step if side == "end" else 0)
    return _cut_run(Run(first, stamps.step, list(values), [], len(values)))


def _has_even_stamps(stamps: Sequence[int], step: int) -> bool:
    return list(stamps) == list(range(stamps[0], stamps[0] + step * len(stamps), step))


def _extend_run(run: Run, begin: int, after: int, value: Value) -> Run:
    absent = (begin - after) // run.step
    if absent:
        run.absent.append((after, absent))
        run.values.extend([None] * absent)
    run.values.append(value)
    return run._replace(rows=run.rows + 1)


def _cut_run(run: Run) -> Iterator[Run]:
    """The run in pieces of at most MAX_VALUES; rows and absences go with the first."""
    for at in range(0, len(run.values), MAX_VALUES):
        piece = run.values[at : at + MAX_VALUES]
        start = run.start + at * run.step
        yield Run(start, run.step, piece, run.absent if at == 0 else [], 0 if at else run.rows)
