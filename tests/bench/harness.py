"""What a bench is, and how two things are timed side by side."""

import operator
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Literal, override


class NotMeasured(Exception):
    """This bench cannot run here; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a value must be: `Goal(">=", 2)` for at least twice as fast."""

    relation: Literal["<", "<=", ">=", ">"]
    bound: float

    def holds(self, value: float) -> bool:
        """Whether *value* reaches the goal."""
        relations = {"<": operator.lt, "<=": operator.le, ">=": operator.ge, ">": operator.gt}
        return bool(relations[self.relation](value, self.bound))

    @override
    def __str__(self) -> str:
        return f"{self.relation} {self.bound:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One measure. A module `bench_<topic>.py` beside this one lists its own in `BENCHES`.

    *run* gives the value in *unit* (a ratio is `×`: how many times better than *peer*), or a
    `Measured` with notes; it raises NotMeasured when something it needs is absent.
    """

    name: str
    """Stable, lower case with hyphens: what `ONLY=` takes. Example: `ingest-http`."""
    title: str
    """What is measured, in one line."""
    goal: Goal
    unit: str
    peer: str
    """What it is compared with, with its version; or how the figure is bounded."""
    run: "Callable[[], float | Measured]"


@dataclass(frozen=True, slots=True)
class Measured:
    """A value with the medians behind it, as they go into docs/performance.md."""

    value: float
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One finished bench. `value` None: it could not be measured, `notes` says why."""

    bench: Bench
    value: float | None
    notes: str

    @property
    def holds(self) -> bool:
        """Whether the goal is reached; what was not measured does not hold."""
        return self.value is not None and self.bench.goal.holds(self.value)


def measured(bench: Bench) -> Result:
    """Run one bench."""
    try:
        found = bench.run()
    except NotMeasured as reason:
        return Result(bench, None, str(reason))
    if isinstance(found, Measured):
        return Result(bench, found.value, found.notes)
    return Result(bench, found, "")


def seconds(act: Callable[[], object]) -> float:
    """How long one call of *act* takes, seconds."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def side_by_side(
    ours: Callable[[], object], peer: Callable[[], object], *, rounds: int = 5
) -> Measured:
    """How many times faster *ours* is than *peer*: both run in turn, medians over *rounds*.

    One unmeasured round of each goes first. The order alternates, so that neither always follows.
    """
    ours()
    peer()
    mine, theirs = [], []
    for turn in range(rounds):
        if turn % 2:
            theirs.append(seconds(peer))
            mine.append(seconds(ours))
        else:
            mine.append(seconds(ours))
            theirs.append(seconds(peer))
    notes = f"ours {median(mine):.4g} s, peer {median(theirs):.4g} s, {rounds} rounds"
    return Measured(median(theirs) / median(mine), notes)
