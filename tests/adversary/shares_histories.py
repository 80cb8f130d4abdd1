"""Random purchases over the policy: what who varies its own needs learns of what the others save.

A running cost F goes in proportion to savings, at the rate `F / (mine + theirs)`. What a part says
of it puts F between two lines of `theirs`; any two of these bound `theirs` by a linear inequality,
whatever F. Exactly, in fractions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product
from random import Random
from typing import NamedTuple

from synergie.policy import purchase_rounding
from tests.adversary.coalitions import Leak

NEAR = Fraction(2)
"""By this factor at least one member is in doubt of what the others save, once its share is exact.
Before that nobody has a bound above, nor have two who vary together."""
_STEPS = [Fraction(one) * Fraction(10) ** n for n in range(-9, 4) for one in (1, 2, 5)]


class Said(NamedTuple):
    """What a coalition saves in one plan, and what it knows of the rate: above, and at most."""

    mine: Fraction
    least: Fraction
    most: Fraction | None


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
        ones, twos = self.savings
        if not ones:
            return []
        alone = [Share(one, one + twos[0] + self.theirs) for one in ones]
        both = [Share(one + two, one + two + self.theirs) for one, two in product(ones, twos)]
        found = []
        for readers, plans in ((("a",), alone), (("a", "b"), both)):
            low, high = bound_others(self._read(plans))
            if high is not None:
                found.append(_leak(readers, low, high, "bounded from above"))
        low, high = bound_others([*self._read(alone), self._billed(alone[-1])])
        if high is not None and high < NEAR * low:
            found.append(_leak(("a",), low, high, "known too nearly once billed"))
        return found

    def _read(self, plans: "Sequence[Share]") -> list[Said]:
        """What the plans say one after another."""
        told: dict[str, Decimal | None] = {}
        found = []
        for one in plans:
            due = self._due(one)
            new, before = "offer" not in told, told.get("offer")
            rate = told["offer"] = purchase_rounding.next_rate(due, "offer", told)
            if rate is not None:
                least = _below(Fraction(rate)) if new or rate != before else Fraction(0)
                found.append(Said(one.mine, least, Fraction(rate)))
            elif before is not None:
                found.append(Said(one.mine, Fraction(before), None))
        return found

    def _due(self, one: "Share") -> Decimal:
        exact = self.cost / one.whole
        return Decimal(exact.numerator) / Decimal(exact.denominator)

    def _billed(self, one: "Share") -> Said:
        """The share to the cent."""
        cents = Fraction(round(self.cost * one.mine / one.whole * 100), 100)
        half = Fraction(1, 200)
        return Said(one.mine, (cents - half) / one.mine, (cents + half) / one.mine)


class Share(NamedTuple):
    """What a coalition saves in one plan, and what all save."""

    mine: Fraction
    whole: Fraction


def bound_others(said: Sequence[Said]) -> tuple[Fraction, Fraction | None]:
    """Between which amounts the others save; None: no bound above.

    Some F gives both of two rates when `least1 (mine1 + x) <= most2 (mine2 + x)`.
    """
    low, high = Fraction(0), None
    for slope, rest in _inequalities(said):
        if slope > 0:
            high = rest / slope if high is None else min(high, rest / slope)
        elif slope < 0:
            low = max(low, rest / slope)
    return low, high


def _inequalities(said: Sequence[Said]) -> Iterator[tuple[Fraction, Fraction]]:
    """Slope and rest of each `slope * x <= rest`."""
    for one, two in product(said, repeat=2):
        if two.most is not None:
            yield one.least - two.most, two.most * two.mine - one.least * one.mine


def _below(rate: Fraction) -> Fraction:
    """What a rate that is told anew says from below: it is above the step before, or is exact."""
    return next((low for low, step in pairwise(_STEPS) if step == rate), rate)


def _leak(readers: tuple[str, ...], low: Fraction, high: Fraction, why: str) -> Leak[str]:
    return Leak(readers, {f"others save {float(low):.2f} to {float(high):.2f}": 1}, why)
