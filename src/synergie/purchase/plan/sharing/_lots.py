"""The lots of a purchase as a game sees them: what each member adds, at each tier of each offer.

Nothing here depends on who else is there: the rest is sums over coalitions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, lcm

import numpy as np

from synergie.plan.sharing.game import Flags, Floats, Ints
from synergie.purchase.plan.award import baskets
from synergie.purchase.plan.award.baskets import Book
from synergie.purchase.records.purchase import Lot, PurchaseProblem
from synergie.purchase.records.rule import PurchaseRule

_WHOLE = 2**60  # volumes up to this sum exactly in 64 bits
_FINE = 10**9  # steps a MWh where the exact ones would be too many
_ENDLESS = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """One tier of one offer. Costs in cents, one a player; infinite where a price is missing."""

    offer: str
    supplier: str
    fixed: float
    low: int
    """Least total volume, in the unit of the lot."""
    high: int
    cost: Floats
    """Supply and the coordinator's fee for the lot."""


@dataclass(frozen=True, slots=True, eq=False)
class LotTerms:
    """One lot: who needs something in it, how much, and what it costs alone and at each tier."""

    lot: Lot
    volume: Ints
    """Whole units, small enough to be exact."""
    needs: Flags
    leaves: Flags
    """Who may stay out and buy alone."""
    alone: Floats
    """Cents; 0 without a need, infinite when no offer prices it alone."""
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MemberTerms:
    """What the coordinator asks of each member as a whole as soon as it joins one lot, cents."""

    joining: Floats
    leaves: Flags
    """Who may stay out of every lot."""
    exact: bool
    """Whether that is all: a cap that cuts some sums and not others is not told by one amount."""


def lots_of(
    problem: PurchaseProblem, players: tuple[str, ...]
) -> tuple[tuple[LotTerms, ...], MemberTerms]:
    """The lots in the order of their ids; each member is priced as if it were the only one."""
    books = [baskets.build_book(restrict_to_members(problem, {player})) for player in players]
    lots = tuple(_build_lot_terms(lot, books) for lot in books[0].lots)
    return lots, _build_member_terms(books)


def restrict_to_members(problem: PurchaseProblem, members: Iterable[str]) -> PurchaseProblem:
    """The same purchase for some of the members."""
    kept = frozenset(members)
    return problem.model_copy(
        update={
            "points": tuple(p for p in problem.points if p.member in kept),
            "members": tuple(m for m in problem.members if m.id in kept),
            "alone": tuple(a for a in problem.alone if a.member in kept),
            "rules": _select_rules(problem, kept) if problem.rules else (),
        }
    )


def _select_rules(problem: PurchaseProblem, kept: frozenset[str]) -> tuple[PurchaseRule, ...]:
    """The rules that name none of the others."""
    owners = {point.id: point.member for point in problem.points}
    return tuple(
        rule
        for rule in problem.rules
        if {rule.of.member, owners.get(rule.of.point or "")} - {None} <= kept
    )


def _build_member_terms(books: list[Book]) -> MemberTerms:
    joining, exact = np.zeros(len(books)), True
    for i, book in enumerate(books):
        for extra in book.extras:
            if extra.cap is None:
                joining[i] += _convert_to_cents(extra.fixed)
                continue
            # a fee that any one lot already takes to its cap is the cap
            least = min(extra.fixed + part for part in extra.parts)
            exact = exact and least >= extra.cap
            joining[i] += _convert_to_cents(extra.cap)
    leaves = np.array([all(book.leaves) for book in books], dtype=np.bool_)
    return MemberTerms(joining, leaves, exact)


def _build_lot_terms(lot: Lot, books: list[Book]) -> LotTerms:
    n = len(books)
    made = _Lot(lot, np.zeros(n, dtype=np.bool_), np.ones(n, dtype=np.bool_), np.zeros(n))
    for i, book in enumerate(books):
        for u, basket in enumerate(book.baskets):
            if basket.lot == lot.id:
                made.take(i, book, u, n)
    return made.terms(books[0])


class _Lot:
    """A lot while members come in."""

    def __init__(self, lot: Lot, needs: Flags, leaves: Flags, alone: Floats) -> None:
        self.lot, self.needs, self.leaves, self.alone = lot, needs, leaves, alone
        self.volume = [Fraction(0)] * len(needs)
        self.costs: dict[tuple[str, int], Floats] = {}

    def take(self, i: int, book: Book, u: int, n: int) -> None:
        """Member *i*, whose basket is *u* of its own *book*."""
        self.needs[i], self.leaves[i] = True, book.leaves[u]
        self.volume[i] = Fraction(book.baskets[u].volume)
        self.alone[i] = _convert_to_cents(book.alone[u])
        for option in (option for option in book.options if option.basket == u):
            key = (book.offers[option.offer].id, option.tier)
            row = self.costs.setdefault(key, np.full(n, np.inf))
            row[i] = _convert_to_cents(option.cost + book.fee[u])

    def terms(self, book: Book) -> LotTerms:
        """The lot; windows and running costs are the same in every book."""
        places = {offer.id: o for o, offer in enumerate(book.offers)}
        windows = {key: book.window(places[key[0]], key[1]) for key in self.costs}
        step = _compute_units_per_mwh(self.volume, windows.values())
        branches = []
        for key, row in sorted(self.costs.items()):
            row[~self.needs] = 0.0
            o, (low, high) = places[key[0]], windows[key]
            branches.append(
                Branch(
                    key[0],
                    book.offers[o].supplier,
                    _convert_to_cents(book.fixed[o]),
                    ceil(low * step),
                    _ENDLESS if high is None else floor(high * step),
                    row,
                )
            )
        volume = np.array([round(v * step) for v in self.volume], dtype=np.int64)
        return LotTerms(self.lot, volume, self.needs, self.leaves, self.alone, tuple(branches))


def _compute_units_per_mwh(
    volumes: list[Fraction], windows: Iterable[tuple[Fraction, Fraction | None]]
) -> int:
    """Units a MWh in which all the volumes are whole, or a billionth when they do not agree."""
    ends = [end for window in windows for end in window if end is not None]
    step = lcm(*(volume.denominator for volume in volumes))
    most = max([sum(volumes, Fraction(0)), *ends]) + 1
    return step if most * step < _WHOLE else _FINE


def _convert_to_cents(amount: Decimal | None) -> float:
    return np.inf if amount is None else float(amount * 100)
