"""Random purchases over the policy: what who varies its own needs learns of what the others save.

A running cost F goes in proportion to savings: `share = F x mine / (mine + theirs)`. Each share
that is read puts `F x mine / (mine + theirs)` between two amounts; any two of them bound `theirs`
by a linear inequality, whatever F. Exactly, in fractions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import product
from random import Random
from typing import NamedTuple

from synergie.policy import purchase_rounding
from tests.adversary.coalitions import Leak

NEAR = {1: Fraction(3, 2), 2: Fraction(51, 50)}
"""By this factor at least one member, or two that vary together, are in doubt of what the others
save: of two no more is promised than that nothing is exact."""
_STEPS = [Fraction(one) * 10**n for n in range(9) for one in (1, 2, 5)]


class Share(NamedTuple):
    """What a coalition saves in one plan, with one share in it put as one of all: its bounds."""

    mine: Fraction
    least: Fraction
    most: Fraction


@dataclass
class SharesHistory:
    """A running cost, two members that vary their needs, and all others, who do not."""

    random: Random
    cost: Fraction
    theirs: Fraction
    acts: list[str] = field(default_factory=list)
    savings: tuple[list[Fraction], list[Fraction]] = field(default_factory=lambda: ([], []))

    @classmethod
    def draw(cls, random: Random) -> "SharesHistory":
        """A group of any size."""
        cost, theirs = random.randint(200, 20_000), random.randint(1, 500) * 100
        return cls(random, Fraction(cost), Fraction(theirs))

    def play(self, acts: int) -> None:
        """So many needs of each of the two, or as many as may be told."""
        for n in range(acts):
            for name, some in zip("ab", self.savings, strict=True):
                if len(some) < purchase_rounding.MOST_VERSIONS:
                    factor = self.random.choice([1, 2, 5, 10, 30, 100, 300, 1000, 3000])
                    some.append(self.theirs * factor / 100 * self.random.randint(70, 140) / 100)
                    self.acts.append(f"{name} saves {float(some[-1]):.2f} in its version {n + 1}")

    def leaks(self) -> Sequence[Leak[str]]:
        """Whether one of them, or both together, know what the others save too nearly."""
        if not self.savings[0]:
            return []
        found = []
        for readers, shares in (
            (("a",), self._read_alone()),
            (("a", "b"), self._read_together()),
        ):
            low, high = bound_others(shares)
            if high is not None and high < NEAR[len(readers)] * low:
                terms = {f"others save {float(low):.2f} to {float(high):.2f}": 1}
                found.append(Leak(readers, terms, "known too nearly"))
        return found

    def _read_alone(self) -> list[Share]:
        """The other does not vary: it is one of the others."""
        still = self.savings[1][0]
        return [
            Share(mine, *self._read(mine, mine + still + self.theirs)) for mine in self.savings[0]
        ]

    def _read_together(self) -> list[Share]:
        """Each pair of their needs is one plan, with the shares of both."""
        return [
            Share(one + two, least * (one + two) / own, most * (one + two) / own)
            for one, two in product(*self.savings)
            for own in (one, two)
            for least, most in [self._read(own, one + two + self.theirs)]
        ]

    def _read(self, mine: Fraction, whole: Fraction) -> tuple[Fraction, Fraction]:
        """Between which amounts a share lies as a member reads it."""
        cents = Decimal(round(self.cost * mine / whole * 100)) / 100
        told = Fraction(purchase_rounding.round_up(cents))
        if told == Fraction(cents) and told not in _STEPS:
            return told - Fraction(1, 200), told + Fraction(1, 200)
        return max((one for one in _STEPS if one < told), default=Fraction(0)), told


def bound_others(shares: Sequence[Share]) -> tuple[Fraction, Fraction | None]:
    """Between which amounts the others save; None: no bound above.

    Some F gives both of two shares when `least1 (1 + x / mine1) <= most2 (1 + x / mine2)`.
    """
    low, high = Fraction(0), None
    for slope, rest in _inequalities(shares):
        if slope > 0:
            high = rest / slope if high is None else min(high, rest / slope)
        elif slope < 0:
            low = max(low, rest / slope)
    return low, high


def _inequalities(shares: Sequence[Share]) -> Iterator[tuple[Fraction, Fraction]]:
    """Slope and rest of each `slope * x <= rest`."""
    for one, two in product(shares, repeat=2):
        yield one.least / one.mine - two.most / two.mine, two.most - one.least
