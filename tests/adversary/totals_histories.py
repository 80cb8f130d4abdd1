"""Random comparisons of lighting scenarios over the policy: totals as bodies that may read them do.

What a scenario does to which body is drawn as people draw it: nothing, the same share of all, one
body's lights, what two other scenarios do together. Parts that are equal in several scenarios are
one unknown: who changes is published, how much is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from synergie.lighting.policy import combined as lighting_combined
from tests.adversary.coalitions import Leak, Log, list_leaks

LEAST_OTHERS, UNITS = 3, 10**16

type Amount = tuple[str, int]
"""A body, and one of the amounts that it has in some scenarios."""


@dataclass
class TotalsHistory:
    """Bodies and scenarios; an act draws one scenario more, and the totals of all are told."""

    random: Random
    bodies: Sequence[str]
    most: int
    """Scenarios beside the first."""
    rows: list[dict[str, Decimal]] = field(default_factory=list)
    acts: list[str] = field(default_factory=list)

    @classmethod
    def draw(cls, random: Random) -> "TotalsHistory":
        """Four to twelve bodies with lights."""
        bodies = [f"body-{n}" for n in range(random.choice([4, 6, 9, 10, 12]))]
        base = {name: Decimal(random.randint(50, 150)) for name in bodies}
        return cls(random, bodies, random.choice([2, 3, 3, 4, 7]), [base])

    def play(self, acts: int) -> None:
        """So many scenarios more, eight at most in all."""
        draws = [self.change_some, self.change_all, self.add_both]
        for _ in range(min(acts, self.most)):
            row, words = self.random.choices(draws, [4, 1, 3])[0]()
            self.rows.append(row)
            self.acts.append(words)

    def change_some(self) -> tuple[dict[str, Decimal], str]:
        """Some bodies change what they do in another scenario."""
        base = self.random.choice([self.rows[0], self.rows[0], self.rows[-1]])
        many = self.random.choice([1, 5, 6, 6, len(self.bodies)])
        some = self.random.sample(self.bodies, min(many, len(self.bodies)))
        return base | {name: Decimal(self.random.randint(1, 200)) for name in some}, f"{some}"

    def change_all(self) -> tuple[dict[str, Decimal], str]:
        """All bodies have a share of what they have in another scenario."""
        base, share = self.random.choice(self.rows), self.random.choice([0, 50, 70])
        return {name: part * share / 100 for name, part in base.items()}, f"{share} % of all"

    def add_both(self) -> tuple[dict[str, Decimal], str]:
        """Each body has what it has in one of two scenarios: both changes at once."""
        one, two = self.random.choices(self.rows[1:3] or self.rows, k=2)
        base = self.rows[0]
        row = {name: two[name] if one[name] == base[name] else one[name] for name in self.bodies}
        return row, "both of two"

    def leaks(self) -> Sequence[Leak[Amount]]:
        """Sums that one or two readers compute and that stand on fewer than three others."""
        log = Log[Amount]()
        readers = lighting_combined.select_sum_readers(self.rows, self.bodies)
        amounts = self._number_amounts(log)
        for reader in readers:
            log.known[reader] = {one for one in log.values if one[0] == reader}
            for row, terms in zip(self.rows, amounts, strict=True):
                total = sum(row.values(), Decimal(0)) * UNITS
                log.write(terms, int(total), source="total", readers=[reader])
        for outsider in {*self.bodies} - readers:  # who may not read may tell its own part
            log.known[outsider] = {one for one in log.values if one[0] == outsider}
        return list_leaks(log, _stands_on_three)

    def _number_amounts(self, log: Log[Amount]) -> list[dict[Amount, int]]:
        rows: list[dict[Amount, int]] = [{} for _ in self.rows]
        for name in self.bodies:
            seen: dict[Decimal, Amount] = {}
            for place, row in enumerate(self.rows):
                if row[name]:
                    one = seen.setdefault(row[name], (name, len(seen)))
                    log.values[one] = int(row[name] * UNITS)
                    rows[place][one] = 1
        return rows


def _stands_on_three(terms: Mapping[Amount, int]) -> str | None:
    bodies = {name for name, _ in terms}
    return f"{len(bodies)} bodies" if len(bodies) < LEAST_OTHERS else None
