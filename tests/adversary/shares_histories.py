"""Random purchases over the policy: what who varies its own needs learns of what the others save.

A running cost F goes in proportion to savings, at the rate `F / (mine + theirs)`, or to volumes
where nobody has a cost alone. What a part says of it puts F between two lines of `theirs`; any two
of these bound `theirs` by a linear inequality, whatever F. Exactly, in fractions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product
from random import Random
from typing import NamedTuple

from synergie.purchase.policy import rounding as purchase_rounding
from synergie.purchase.records.plan import Place
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
    by_volume: bool = False
    """Nobody has a cost alone: what is varied are volumes, MWh."""
    acts: list[str] = field(default_factory=list)
    savings: tuple[list[Fraction], list[Fraction]] = field(default_factory=lambda: ([], []))

    @classmethod
    def draw(cls, random: Random) -> "SharesHistory":
        """A group of any size."""
        cost, theirs = random.randint(200, 20_000), random.randint(1, 500) * 100
        return cls(random, Fraction(cost), Fraction(theirs), by_volume=not random.randrange(3))

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
        told = self._told(alone)
        low, high = bound_others([*self._read(alone), self._billed(told[-1])])
        if high is not None and high < NEAR * low:
            found.append(_leak(("a",), low, high, "known too nearly once billed"))
        return found

    def _told(self, plans: "Sequence[Share]") -> "list[Share]":
        """Those of *plans* that may be proposed."""
        return [plan for plan, _, _ in self._rounded(plans)]

    def _rounded(
        self, plans: "Sequence[Share]"
    ) -> Iterator[tuple["Share", purchase_rounding.Rates, dict[str, Decimal | None]]]:
        """Each plan that may be proposed, with the rates told before it and in it."""
        before: dict[str, Decimal | None] = {}
        for one in plans:
            places = self._places(one)
            rates = purchase_rounding.rates_of(places, before)
            if not purchase_rounding.list_not_covered(places, rates):
                yield one, dict(before), rates
                before |= rates

    def _places(self, one: "Share") -> tuple[Place, Place]:
        """Of the coalition, and of all others."""
        cents = Fraction(round(self.cost * 100), 100)
        fee = self._cents(one)
        mine, theirs = self._place(one.mine, fee), self._place(one.whole - one.mine, cents - fee)
        return mine, theirs

    def _place(self, base: Fraction, fee: Fraction) -> Place:
        amount = _decimal(base)
        return Place(
            member="a",
            lot="lot",
            offer="offer",
            volume_mwh=amount if self.by_volume else Decimal(1),
            supply_eur=Decimal(0),
            fee_eur=_decimal(fee),
            alone_eur=None if self.by_volume else amount,
        )

    def _read(self, plans: "Sequence[Share]") -> list[Said]:
        """What the plans say one after another, those that may be proposed."""
        return [
            self._says(one, self._places(one)[0], before, rates)
            for one, before, rates in self._rounded(plans)
        ]

    def _says(
        self,
        one: "Share",
        place: Place,
        before: purchase_rounding.Rates,
        rates: purchase_rounding.Rates,
    ) -> Said:
        """What one part says of the rate: from that which is told, or from the share."""
        told = Fraction(purchase_rounding.tell_share(place, rates))
        for key, rate in rates.items():
            if rate is not None:
                spare = 2 if self.by_volume else 1
                if key in before:
                    return Said(one.mine, Fraction(0), Fraction(rate))
                return Said(one.mine, _below(Fraction(rate)) / spare, Fraction(rate) / spare)
            if told > one.mine:  # above all that it saves: the share itself
                return self._billed(one)
            least = Fraction(before.get(key) or 0)
            return Said(one.mine, least, None if self.by_volume else Fraction(1))
        return Said(one.mine, _below(told) / one.mine, told / one.mine)

    def _cents(self, one: "Share") -> Fraction:
        return Fraction(round(self.cost * one.mine / one.whole * 100), 100)

    def _billed(self, one: "Share") -> Said:
        """The share to the cent."""
        cents, half = self._cents(one), Fraction(1, 200)
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


def _decimal(amount: Fraction) -> Decimal:
    return Decimal(amount.numerator) / Decimal(amount.denominator)


def _below(rate: Fraction) -> Fraction:
    """What a rate that is told anew says from below: it is above the step before, or is exact."""
    return next((low for low, step in pairwise(_STEPS) if step == rate), rate)


def _leak(readers: tuple[str, ...], low: Fraction, high: Fraction, why: str) -> Leak[str]:
    return Leak(readers, {f"others save {float(low):.2f} to {float(high):.2f}": 1}, why)
