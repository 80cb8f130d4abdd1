"""The lots of a purchase as a game sees them: what each member adds, at each tier of each offer.

Nothing here depends on who else is there: the rest is sums over coalitions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from synergie.plan import _baskets
from synergie.plan._baskets import Book
from synergie.plan._money import cents
from synergie.plan.sharing.game import Flags, Floats, Ints
from synergie.schemas.purchase import Lot, PurchaseProblem

_UNIT = 6  # volumes as whole millionths of a MWh
_ENDLESS = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """One tier of one offer. Costs in cents, one a player; infinite where a price is missing."""

    offer: str
    supplier: str
    fixed: float
    low: int
    """Least total volume, millionths of a MWh."""
    high: int
    cost: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LotTerms:
    """One lot: who needs something in it, how much, and what it costs alone and at each tier."""

    lot: Lot
    volume: Ints
    needs: Flags
    alone: Floats
    """Cents; 0 without a need, infinite when no offer prices it alone."""
    branches: tuple[Branch, ...]


def lots_of(problem: PurchaseProblem, players: tuple[str, ...]) -> tuple[LotTerms, ...]:
    """The lots in the order of their ids; each member is priced as if it were the only one."""
    books = [_baskets.book(restricted(problem, {player})) for player in players]
    return tuple(_lot(lot, books) for lot in books[0].lots)


def restricted(problem: PurchaseProblem, members: Iterable[str]) -> PurchaseProblem:
    """The same purchase for some of the members."""
    kept = frozenset(members)
    return problem.model_copy(
        update={
            "points": tuple(p for p in problem.points if p.member in kept),
            "members": tuple(m for m in problem.members if m.id in kept),
            "alone": tuple(a for a in problem.alone if a.member in kept),
        }
    )


def _lot(lot: Lot, books: list[Book]) -> LotTerms:
    n = len(books)
    volume, needs = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.bool_)
    alone = np.zeros(n)
    costs: dict[tuple[str, int], Floats] = {}
    for i, book in enumerate(books):
        for u, basket in enumerate(book.baskets):
            if basket.lot == lot.id:
                volume[i], needs[i] = whole(basket.volume), True
                alone[i] = _cents(book.alone[u])
                for option in (option for option in book.options if option.basket == u):
                    key = (book.offers[option.offer].id, option.tier)
                    row = costs.setdefault(key, np.full(n, np.inf))
                    row[i] = _cents(option.cost)
    for row in costs.values():
        row[~needs] = 0.0
    offers = {offer.id: offer for offer in books[0].offers}
    branches = []
    for (name, k), row in sorted(costs.items()):
        tier = offers[name].tiers[k]
        high = _ENDLESS if tier.to_mwh is None else whole(tier.to_mwh)
        fixed = _cents(cents(offers[name].fixed_eur))
        branches.append(Branch(name, offers[name].supplier, fixed, whole(tier.from_mwh), high, row))
    return LotTerms(lot, volume, needs, alone, tuple(branches))


def whole(volume: Decimal) -> int:
    """Millionths of a MWh."""
    return int(volume.scaleb(_UNIT).to_integral_value())


def _cents(amount: Decimal | None) -> float:
    return np.inf if amount is None else float(amount * 100)
