"""What the coordinator asks: a part by lot, and a part of the member as a whole.

The fee of a member is `min(cap, fixed + per point + per MWh)` over the lots where it buys in the
group, nothing when it buys in none. What depends on one lot alone is a cost of that lot; the rest
is an `Extra` of the member.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from synergie.purchase.plan.award._delivery import to_cents, yearly
from synergie.purchase.records.purchase import CoordinatorFees

_ZERO = Decimal(0)


class Part(Protocol):
    """A member's need in one lot."""

    @property
    def member(self) -> str:
        """Whose."""
        ...

    @property
    def volume(self) -> Decimal:
        """MWh."""
        ...

    @property
    def points(self) -> Mapping[str, Fraction]:
        """Point-years by tariff option."""
        ...


@dataclass(frozen=True, slots=True)
class Extra:
    """What is asked of a member as a whole: a fixed part, or a fee that its cap cuts."""

    member: str
    baskets: tuple[int, ...]
    fixed: Decimal
    parts: tuple[Decimal, ...] = ()
    """What each basket adds, when the cap may cut the sum; else it is in the cost of the lot."""
    cap: Decimal | None = None

    def of(self, joined: Collection[int]) -> Decimal:
        """What is due when the baskets *joined* are in the group."""
        inside = [n for n, u in enumerate(self.baskets) if u in joined]
        if not inside:
            return _ZERO
        due = self.fixed + sum((self.parts[n] for n in inside if self.parts), _ZERO)
        return due if self.cap is None else min(self.cap, due)


def compute_coordinator_fees[T: Part](
    fees: CoordinatorFees | None, baskets: Sequence[T], years: Fraction
) -> tuple[tuple[Decimal, ...], tuple[Extra, ...]]:
    """The fee of each basket that joins, and what is asked of members as a whole, in cents."""
    if fees is None:
        return (_ZERO,) * len(baskets), ()
    parts = [_compute_variable_fee(fees, basket) for basket in baskets]
    own: dict[str, list[int]] = defaultdict(list)
    for u, basket in enumerate(baskets):
        own[basket.member].append(u)
    fixed = yearly(fees.fee_fixed, years)
    cap = None if fees.cap is None else yearly(fees.cap, years)
    extras = []
    for member, mine in sorted(own.items()):
        due = fixed + sum((parts[u] for u in mine), _ZERO)
        if len(mine) == 1:
            parts[mine[0]] = due if cap is None else min(cap, due)
        elif cap is not None and due > cap:
            extras.append(Extra(member, tuple(mine), fixed, tuple(parts[u] for u in mine), cap))
            for u in mine:
                parts[u] = _ZERO
        elif fixed:
            extras.append(Extra(member, tuple(mine), fixed))
    return tuple(parts), tuple(extras)


def _compute_variable_fee(fees: CoordinatorFees, basket: Part) -> Decimal:
    points = sum(basket.points.values(), Fraction(0))
    exact = Fraction(fees.fee_per_pdl) * points + Fraction(fees.fee_per_mwh) * Fraction(
        basket.volume
    )
    return to_cents(exact)
