"""Exact elimination over linear answers: what their combinations give away, and by which.

Each answer is a sum of unknowns with whole or fractional coefficients. All that any reader can
compute by adding and subtracting answers is their row space; it is stored as reduced rows modulo a
prime, in whole numbers (no float anywhere), so that thousands of answers stay cheap. A positive is
proven over the fractions by `prove_sum`, with the combination of answers that gives it. A negative
could only be wrong if the prime divided a minor of the answers: `Elimination(prime=OTHER_PRIME)`
repeats it.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

PRIME, OTHER_PRIME = 134_217_689, 134_217_649
"""Below 2^27: a sum of 512 products stays below 2^63."""
_CHUNK = 512

type Number = int | Fraction
type Answer[U: Hashable] = Mapping[U, Number]
"""Unknown → its coefficient in one answer."""
type Matrix = NDArray[np.int64]
type _Row = NDArray[np.int64]


class ContradictionError(AssertionError):
    """An answer does not agree with the others: the test wrote its equation wrong."""


class Elimination[U: Hashable]:
    """The answers of one coalition. `copy` it and go on, to add another reader's to the same."""

    def __init__(self, *, prime: int = PRIME) -> None:
        self.prime = prime
        self.unknowns: list[U] = []
        """By column."""
        self.answers: list[tuple[Mapping[U, Number], Number]] = []
        """Those that said something new, with their values: a basis of all of them."""
        self.n_answers = 0
        self._columns: dict[U, int] = {}
        self._pivots: list[int] = []
        self._rows: _Row = np.zeros((0, 0), dtype=np.int64)
        self._values: _Row = np.zeros(0, dtype=np.int64)

    def copy(self) -> "Elimination[U]":
        """The same answers; what is added to one is not added to the other."""
        other = Elimination[U](prime=self.prime)
        other.unknowns, other.answers = list(self.unknowns), list(self.answers)
        other.n_answers, other._columns = self.n_answers, dict(self._columns)
        other._pivots = list(self._pivots)
        other._rows, other._values = self._rows.copy(), self._values.copy()
        return other

    @property
    def rank(self) -> int:
        """How many answers say something that the others do not."""
        return len(self._pivots)

    def add_answer(self, terms: Answer[U], value: Number = 0) -> bool:
        """Add the sum of *terms*, which is *value*; whether it says anything new.

        A value is only needed by `read_value`. ContradictionError when it contradicts the others.
        """
        self.n_answers += 1
        row = self._reduce(self._row_of(terms))
        rest = int((self._residue(value) - self._combine(terms)) % self.prime)
        places = np.flatnonzero(row)
        if not places.size:
            if rest:
                raise ContradictionError(f"{dict(terms)} = {value}")
            return False
        self._insert(row, int(places[0]), rest)
        self.answers.append((dict(terms), value))
        return True

    def add_known(self, unknowns: Iterable[U], values: Mapping[U, Number] | None = None) -> None:
        """Add each of *unknowns* by itself: what a reader knows of its own."""
        for unknown in unknowns:
            self.add_answer({unknown: 1}, 0 if values is None else values[unknown])

    def spans_sum(self, terms: Answer[U]) -> bool:
        """Whether some combination of the answers is just the sum of *terms*."""
        if any(u not in self._columns for u, k in terms.items() if k):
            return False
        return not self._reduce(self._row_of(terms)).any()

    def list_single_unknowns(self) -> list[U]:
        """Every unknown whose value can be computed.

        Of reduced rows, such an unknown is a pivot and alone in its row.
        """
        alone = np.flatnonzero((self._rows != 0).sum(axis=1) == 1)
        return [self.unknowns[self._pivots[int(i)]] for i in alone]

    def list_classes(self) -> list[frozenset[U]]:
        """The sets of unknowns that no combination tells apart: the finest that sums speak of."""
        groups: dict[bytes, list[U]] = defaultdict(list)
        for column, unknown in enumerate(self.unknowns):
            groups[self._rows[:, column].tobytes()].append(unknown)
        groups.pop(bytes(8 * self.rank), None)
        return [frozenset(some) for some in groups.values()]

    def list_supports(self) -> list[frozenset[U]]:
        """What each reduced row speaks of: sums that can be computed, none within another.

        They depend on the order in which unknowns came; all that lies within some set is
        `list_sums_inside`.
        """
        return [frozenset(self.unknowns[int(i)] for i in np.flatnonzero(row)) for row in self._rows]

    def list_combinations_inside(self, subset: Collection[U]) -> list[dict[U, int]]:
        """A basis of what can be computed of unknowns of *subset* alone: unknown → coefficient.

        Elimination with the other unknowns first: rows whose pivot lies in *subset* have nothing
        outside it.
        """
        inside = {self._columns[u] for u in subset if u in self._columns}
        outside = [k for k in range(len(self.unknowns)) if k not in inside]
        order = [*outside, *sorted(inside)]
        rows, pivots = reduce_rows(self._rows[:, order], self.prime)
        return [
            {
                self.unknowns[order[int(i)]]: sign_residue(int(row[i]), self.prime)
                for i in np.flatnonzero(row)
            }
            for row, pivot in zip(rows, pivots, strict=True)
            if pivot >= len(outside)
        ]

    def list_sums_inside(self, subset: Collection[U]) -> list[frozenset[U]]:
        """The supports of `list_combinations_inside`."""
        return [frozenset(one) for one in self.list_combinations_inside(subset)]

    def prove_sum(self, terms: Answer[U]) -> dict[int, Fraction] | None:
        """The combination of `answers` (by place) that is *terms*, checked over the fractions."""
        known = [answer for answer, _ in self.answers]
        pivots = [self.unknowns[k] for k in self._pivots]
        system = [[Fraction(answer.get(u, 0)) for answer in known] for u in pivots]
        found = _solve(system, [Fraction(terms.get(u, 0)) for u in pivots])
        if found is None:
            return None
        weights = {place: weight for place, weight in enumerate(found) if weight}
        total: dict[U, Fraction] = defaultdict(Fraction)
        for place, weight in weights.items():
            for unknown, number in known[place].items():
                total[unknown] += weight * number
        wanted = {u: Fraction(k) for u, k in terms.items() if k}
        return weights if {u: k for u, k in total.items() if k} == wanted else None

    def read_value(self, terms: Answer[U]) -> Fraction | None:
        """The value of *terms* as the answers give it, exactly; None when they do not."""
        weights = self.prove_sum(terms) if self.spans_sum(terms) else None
        if weights is None:
            return None
        return sum((self.answers[i][1] * w for i, w in weights.items()), Fraction(0))

    def _residue(self, number: Number) -> int:
        if isinstance(number, int):
            return number % self.prime
        return number.numerator * pow(number.denominator, -1, self.prime) % self.prime

    def _row_of(self, terms: Answer[U]) -> _Row:
        self._extend(u for u in terms if u not in self._columns)
        row = np.zeros(len(self.unknowns), dtype=np.int64)
        for unknown, number in terms.items():
            row[self._columns[unknown]] = self._residue(number)
        return row

    def _extend(self, more: Iterable[U]) -> None:
        for unknown in more:
            self._columns[unknown] = len(self.unknowns)
            self.unknowns.append(unknown)
        grown = len(self.unknowns) - self._rows.shape[1]
        if grown:
            self._rows = np.pad(self._rows, ((0, 0), (0, grown)))

    def _weights(self, row: _Row) -> Iterator[tuple[_Row, slice]]:
        for start in range(0, self.rank, _CHUNK):
            some = slice(start, start + _CHUNK)
            yield row[self._pivots[some]], some

    def _reduce(self, row: _Row) -> _Row:
        taken = row.copy()
        for weights, some in self._weights(row):
            taken -= (weights @ self._rows[some]) % self.prime
        return taken % self.prime

    def _combine(self, terms: Answer[U]) -> int:
        """What the answers so far say of the pivots in *terms*."""
        row = self._row_of(terms)
        return sum(int(weights @ self._values[some]) for weights, some in self._weights(row))

    def _insert(self, row: _Row, pivot: int, value: int) -> None:
        inverse = pow(int(row[pivot]), -1, self.prime)
        row, value = row * inverse % self.prime, value * inverse % self.prime
        factors = self._rows[:, pivot].copy()
        touched = np.flatnonzero(factors)
        if touched.size:
            some = factors[touched]
            changed = self._rows[touched] - np.outer(some, row) % self.prime
            self._rows[touched] = changed % self.prime
            self._values[touched] = (self._values[touched] - some * value) % self.prime
        self._rows = np.vstack([self._rows, row[np.newaxis]])
        self._values = np.append(self._values, np.int64(value))
        self._pivots.append(pivot)


def sign_residue(residue: int, prime: int = PRIME) -> int:
    """The whole number of least size that *residue* may stand for."""
    return residue if residue * 2 < prime else residue - prime


def reduce_rows(matrix: Matrix, prime: int = PRIME) -> tuple[Matrix, list[int]]:
    """The reduced rows of *matrix* (residues) and the column of each one's pivot, ascending.

    Each row is a combination with a least set of columns; all that lies in the columns from k on
    is spanned by the rows whose pivot does.
    """
    rows, pivots = matrix % prime, list[int]()
    for column in range(rows.shape[1]):
        rank = len(pivots)
        if rank == len(rows):
            break
        places = np.flatnonzero(rows[rank:, column])
        if not places.size:
            continue
        place = rank + int(places[0])
        top = rows[place] * pow(int(rows[place, column]), -1, prime) % prime
        rows[place] = rows[rank]
        factors = rows[:, column].copy()
        factors[rank] = 0
        rows = (rows - np.outer(factors, top)) % prime
        rows[rank] = top
        pivots.append(column)
    return rows[: len(pivots)], pivots


def _solve(
    system: Sequence[Sequence[Fraction]], wanted: Sequence[Fraction]
) -> list[Fraction] | None:
    """The solution of a square system over the fractions; None when there is not just one."""
    size = len(system)
    rows = [[*row, value] for row, value in zip(system, wanted, strict=True)]
    for column in range(size):
        pivot = next((i for i in range(column, size) if rows[i][column]), None)
        if pivot is None:
            return None
        rows[column], rows[pivot] = rows[pivot], rows[column]
        top = [value / rows[column][column] for value in rows[column]]
        rows[column] = top
        for i, row in enumerate(rows):
            if i != column and row[column]:
                factor = row[column]
                rows[i] = [a - factor * b for a, b in zip(row, top, strict=True)]
    return [row[size] for row in rows]
