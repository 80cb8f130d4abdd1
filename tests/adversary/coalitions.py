"""What readers got, and the hunt: every reader and every pair of them, with exact elimination."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from typing import override

import numpy as np

from tests.adversary.elimination import PRIME, Matrix, Number, reduce_rows, sign_residue

type Rule[U: Hashable] = Callable[[Mapping[U, int]], str | None]
"""Why a sum (unknown → coefficient) may not be computed by a coalition that knows none of its
unknowns by right; None: it may."""
PUBLIC = ""
"""The reader that everybody is."""


@dataclass(frozen=True, slots=True)
class Answer[U: Hashable]:
    """One linear answer, where it came from and, where a test knows it, its value."""

    terms: Mapping[U, Number]
    source: str


@dataclass(frozen=True, slots=True)
class Leak[U: Hashable]:
    """A sum that *readers* together can compute and may not. `answers`: what they add up."""

    readers: tuple[str, ...]
    terms: Mapping[U, int]
    reason: str

    @override
    def __str__(self) -> str:
        who = " + ".join(self.readers) or "the public"
        some = sorted(map(str, self.terms))[:6]
        return f"{who}: {self.reason}: {', '.join(some)} ({len(self.terms)} unknowns)"


@dataclass
class Log[U: Hashable]:
    """All answers of one history. `values`: the truth, to which each answer is held."""

    values: dict[U, int] = field(default_factory=dict)
    answers: dict[str, list[Answer[U]]] = field(default_factory=lambda: defaultdict(list))
    known: dict[str, set[U]] = field(default_factory=lambda: defaultdict(set))
    """Reader → what it knows by right, one by one: its own, and what was opened to it."""

    def write(
        self,
        terms: Mapping[U, Number],
        value: Number,
        *,
        source: str,
        readers: Sequence[str] = (PUBLIC,),
    ) -> None:
        """*readers* were answered the sum of *terms*. AssertionError when it is not the truth."""
        truth = sum((self.values[u] * k for u, k in terms.items()), Fraction(0))
        assert truth == value, f"{source}: {value}, and the unknowns make {truth}"
        for reader in readers:
            self.answers[reader].append(Answer(terms, source))

    @property
    def readers(self) -> tuple[str, ...]:
        """Everybody but the public."""
        return tuple(sorted({*self.answers, *self.known} - {PUBLIC}))

    def coalitions(self) -> Iterator[tuple[str, ...]]:
        """The public alone, each reader, each pair."""
        for size in (0, 1, 2):
            yield from combinations(self.readers, size)


def list_leaks[U: Hashable](log: Log[U], rule: Rule[U]) -> list[Leak[U]]:
    """Every sum that the rule forbids and some coalition can compute, by coalition.

    Unknowns that no answer and no knowledge tells apart are one column. Of each coalition's answers
    without the columns that it knows, reduced rows are sums with a least set of unknowns: the
    smallest classes come last, so that what lies in them alone is seen.
    """
    table = _Table.build(log)
    verdicts: dict[bytes, str | None] = {}
    seen: set[tuple[bytes, bytes]] = set()
    leaks = list[Leak[U]]()
    for coalition in log.coalitions():
        rows, columns = table.select(coalition)
        key = rows.tobytes(), columns.tobytes()
        if key in seen:
            continue
        seen.add(key)
        for row in reduce_rows(table.matrix[np.ix_(rows, columns)])[0]:
            full = np.zeros(table.matrix.shape[1], dtype=np.int64)
            full[columns] = row
            name = full.tobytes()
            if name not in verdicts:
                verdicts[name] = rule(table.expand(full))
            reason = verdicts[name]
            if reason is not None:
                leaks.append(Leak(coalition, table.expand(full), reason))
    return leaks


@dataclass(frozen=True, slots=True)
class _Table[U: Hashable]:
    """Answers by row, classes of unknowns by column, largest class first."""

    matrix: Matrix
    classes: list[list[U]]
    readers: list[str]
    """Of each row: to whom it was given."""
    known: list[frozenset[str]]
    """Of each column: who knows it."""

    @classmethod
    def build(cls, log: Log[U]) -> "_Table[U]":
        flat = [(reader, one) for reader, some in log.answers.items() for one in some]
        signs: dict[U, list[tuple[int, Number]]] = defaultdict(list)
        for place, (_, one) in enumerate(flat):
            for unknown, number in one.terms.items():
                signs[unknown].append((place, number))
        who: dict[U, set[str]] = defaultdict(set)
        for reader, some in log.known.items():
            for unknown in some & signs.keys():
                who[unknown].add(reader)
        groups: dict[tuple[tuple[tuple[int, Number], ...], frozenset[str]], list[U]]
        groups = defaultdict(list)
        for unknown, places in signs.items():
            groups[tuple(places), frozenset(who.get(unknown, ()))].append(unknown)
        ordered = sorted(groups.items(), key=lambda item: -len(item[1]))
        matrix = np.zeros((len(flat), len(ordered)), dtype=np.int64)
        for column, ((sign, _), _) in enumerate(ordered):
            for place, number in sign:
                matrix[place, column] = _residue(number)
        return cls(
            matrix,
            [some for _, some in ordered],
            [reader for reader, _ in flat],
            [known for (_, known), _ in ordered],
        )

    def select(self, coalition: Sequence[str]) -> tuple[Matrix, Matrix]:
        """The rows that *coalition* got, and the columns that it does not know."""
        among = {PUBLIC, *coalition}
        rows = [i for i, reader in enumerate(self.readers) if reader in among]
        columns = [k for k, who in enumerate(self.known) if not who & among]
        return np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)

    def expand(self, row: Matrix) -> dict[U, int]:
        """Unknown → coefficient, as a small signed number where it is one."""
        found = dict[U, int]()
        for column in np.flatnonzero(row):
            signed = sign_residue(int(row[column]))
            found.update(dict.fromkeys(self.classes[int(column)], signed))
        return found


def _residue(number: Number) -> int:
    if isinstance(number, int):
        return number % PRIME
    return number.numerator * pow(number.denominator, -1, PRIME) % PRIME
