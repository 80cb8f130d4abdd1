"""On how few bodies a sum can stand that follows from sums that are told, whatever is added. Pure.

Who changes between two rows is known (options are published), how much is not: of each body, what
is the same in several rows is one unknown. Each sum that follows from the rows is a combination of
them, and stands on the bodies whose unknowns it does not cancel. Exact elimination over these 0/1
columns: some combination stands on a set of bodies alone when without them the rank is less.
"""

from collections.abc import Iterable, Mapping, Sequence

type Pattern = tuple[int, ...]
"""Of one body, row by row: which of its unknowns stands there; 0: nothing."""

_PRIME = 2**61 - 1
"""A minor of a 0/1 matrix of a dozen rows is far smaller: a rank modulo it is the rank."""


def build_equality_pattern(values: Iterable[int]) -> Pattern:
    """Which of the *values* of one body are the same."""
    numbers = {0: 0}
    return tuple(numbers.setdefault(value, len(numbers)) for value in values)


def stands_on_more(counts: Mapping[Pattern, int], few: int) -> bool:
    """Whether each sum that follows stands on more than *few* bodies.

    *counts*: how many bodies have each pattern, over the same rows.
    """
    always, rare = _Basis(), dict[Pattern, int]()
    for one, n in counts.items():
        if n > few:
            always.take(one)
        elif n:
            rare[one] = n
    return _is_rank_robust(always, rare, few, _compute_full_rank(always, rare))


def _compute_full_rank(always: "_Basis", rare: Iterable[Pattern]) -> int:
    basis = always.copy()
    for one in rare:
        basis.take(one)
    return basis.rank


def _is_rank_robust(always: "_Basis", rare: Mapping[Pattern, int], few: int, whole: int) -> bool:
    """Whether the rank stays *whole* whichever *few* bodies of *rare* patterns are taken away.

    A set of them that lowers it holds, for one of the patterns that make the basis, every body.
    """
    basis, needed = always.copy(), list[Pattern]()
    for one in rare:
        if basis.rank == whole:
            break
        if basis.take(one):
            needed.append(one)
    if basis.rank < whole:
        return False
    return all(
        _is_rank_robust(always, {p: n for p, n in rare.items() if p != one}, few - rare[one], whole)
        for one in needed
        if rare[one] <= few
    )


class _Basis:
    """Vectors over the rows, reduced; by the place of the first that is not 0."""

    def __init__(self, vectors: Mapping[int, Sequence[int]] | None = None) -> None:
        self._vectors = dict(vectors or {})

    @property
    def rank(self) -> int:
        return len(self._vectors)

    def copy(self) -> "_Basis":
        return _Basis(self._vectors)

    def take(self, one: Pattern) -> bool:
        """Add the unknowns of a body of that pattern; whether one of them was new."""
        before = self.rank
        for number in range(1, max(one, default=0) + 1):
            self._add([int(place == number) for place in one])
        return self.rank > before

    def _add(self, vector: list[int]) -> None:
        for place in range(len(vector)):
            if not vector[place]:
                continue
            known = self._vectors.get(place)
            if known is None:
                scale = pow(vector[place], -1, _PRIME)
                self._vectors[place] = [value * scale % _PRIME for value in vector]
                return
            factor = vector[place]
            vector = [(a - factor * b) % _PRIME for a, b in zip(vector, known, strict=True)]
