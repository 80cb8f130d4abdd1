"""Which coalitions are combinations of those that are fixed: exact, modulo a prime.

A determinant of a 0/1 matrix of 22 rows is below 10^10 (Hadamard), so a rank modulo a prime of
57 bits is the rank over the rationals; floats would have to guess a tolerance.
"""

import random
from dataclasses import dataclass, field

import numpy as np

from synergie.plan.sharing.game import Flags, Ints

PRIME = (1 << 57) - 13


@dataclass(slots=True)
class Span:
    """The coalitions fixed so far, in echelon form."""

    n: int
    rows: dict[int, list[int]] = field(default_factory=dict)
    """First column that is not zero → the row, scaled to one there."""

    @property
    def rank(self) -> int:
        """How many of the fixed coalitions are independent."""
        return len(self.rows)

    def add(self, coalition: Flags) -> bool:
        """Fix *coalition*; whether it was no combination of the others."""
        row = self._reduced([int(flag) for flag in coalition])
        lead = next((i for i, value in enumerate(row) if value), None)
        if lead is None:
            return False
        inverse = pow(row[lead], -1, PRIME)
        self.rows[lead] = [value * inverse % PRIME for value in row]
        return True

    def _reduced(self, row: list[int]) -> list[int]:
        for lead in sorted(self.rows):
            factor = row[lead]
            if factor:
                row = [(a - factor * b) % PRIME for a, b in zip(row, self.rows[lead], strict=True)]
        return row

    def marks(self) -> Ints:
        """A number for each player, to tell combinations of the fixed coalitions.

        Their sum over a coalition is 0 modulo PRIME if it is such a combination, and by chance
        only (1 in 10^17) if it is not.
        """
        source = random.Random(self.n)  # noqa: S311 (a check, not a secret)
        mark = [0 if i in self.rows else source.randrange(1, PRIME) for i in range(self.n)]
        for lead in sorted(self.rows, reverse=True):
            row = self.rows[lead]
            mark[lead] = -sum(row[j] * mark[j] for j in range(lead + 1, self.n)) % PRIME
        return np.array(mark, dtype=np.int64)

    def holds(self, coalitions: Flags) -> Flags:
        """Which lines of *coalitions* are combinations of the fixed ones."""
        found: Flags = (coalitions @ self.marks()) % PRIME == 0
        return found

    def holds_masks(self) -> Flags:
        """The same for every mask of the game."""
        total = np.zeros(1 << self.n, dtype=np.int64)
        for i, mark in enumerate(self.marks()):
            np.add(total[: 1 << i], mark, out=total[1 << i : 2 << i])
            total[1 << i : 2 << i] %= PRIME
        found: Flags = total == 0
        return found
