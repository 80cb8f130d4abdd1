"""Steps of the further criteria, and the walk over them that leaves out what is known.

AUGMECON2 (Mavrotas and Florios, 2013): the slack of each further criterion enters the objective, so
that no point found is dominated, and steps that a slack already covers are skipped.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from synergie.errors import Cancelled
from synergie.lighting.plan.front._solves import Solved, Solves
from synergie.lighting.plan.retrofit.problem import Floats

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
