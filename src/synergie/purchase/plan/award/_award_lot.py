"""A lot of one award, by looking at every tier of every offer: no solver, and the same optimum.

With one award, who joins follows from the tier: whoever saves. What is left for a solver is a tier
whose volume is missed by those members, when leaving some out or taking dearer ones in may pay.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from synergie.purchase.plan.award.baskets import Book, Option
from synergie.purchase.records.purchase import PurchaseProblem

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Pick:
    """Who joins what in a lot, and what all its baskets then pay, fees included."""

    cost: Decimal
    options: Mapping[int, Option]


@dataclass(frozen=True, slots=True)
class Look:
    """A tier that was looked at: `holds` when its cost is reached, else a bound on it."""

    cost: Decimal
    options: tuple[Option, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class Market:
    """The baskets that a lot, or an award of it, is for."""

    problem: PurchaseProblem
    book: Book
    here: tuple[int, ...]


def find_cheapest_award(
    problem: PurchaseProblem, book: Book, lot: str, options: Sequence[Option]
) -> Pick | None:
    """The optimum of a lot of one award; None when there is none, or a solver has to say."""
    here = tuple(u for u, basket in enumerate(book.baskets) if basket.lot == lot)
    market = Market(problem, book, here)
    tiers: dict[tuple[int, int], dict[int, Option]] = defaultdict(dict)
    for option in options:
        tiers[option.offer, option.tier][option.basket] = option
    windows = _Windows(problem, book)
    looks = [
        seen
        for (o, k), have in sorted(tiers.items())
        if (seen := examine_tier(market, have, windows.of(o, k))) is not None
    ]
    if all(book.may_leave(u) for u in here):
        looks.append(Look(_sum_alone_costs(book, here), (), holds=True))
    if not looks:
        return None
    best = min(looks, key=lambda one: (one.cost, not one.holds))
    return Pick(best.cost, {x.basket: x for x in best.options}) if best.holds else None


def _sum_alone_costs(book: Book, baskets: Iterable[int]) -> Decimal:
    return sum((book.alone[u] or _ZERO for u in baskets), _ZERO)


def examine_tier(
    market: Market, have: Mapping[int, Option], window: tuple[Fraction, Fraction | None]
) -> Look | None:
    """The tier *have* with whoever saves in it. None: no plan takes it."""
    book, fair = market.book, market.problem.nobody_pays_more
    joined = _select_joining_options(market, have)
    if not joined:
        return None
    fixed = book.fixed[joined[0].offer]
    gains = [gain for option in joined if (gain := book.saved(option)) is not None]
    if fair and gains and sum(gains, _ZERO) < fixed:
        return None
    volume = Fraction(sum((book.baskets[x.basket].volume for x in joined), _ZERO))
    low, high = window
    if (high is not None and high < low) or (fair and volume < low):
        return None
    inside = {option.basket for option in joined}
    paid = sum((option.cost + book.fee[option.basket] for option in joined), fixed)
    cost = paid + _sum_alone_costs(book, (u for u in market.here if u not in inside))
    return Look(cost, tuple(joined), low <= volume and (high is None or volume <= high))


def _select_joining_options(market: Market, have: Mapping[int, Option]) -> list[Option]:
    """Who has to join, and who saves; nobody when one that has to cannot."""
    book, joined = market.book, []
    for u in market.here:
        option = have.get(u)
        saved = None if option is None else book.saved(option)
        if option is not None and (saved is None or saved >= 0):
            joined.append(option)
        elif not book.may_leave(u):
            if option is None or market.problem.nobody_pays_more:
                return []
            joined.append(option)
    return joined


class _Windows:
    """Windows of tiers, cut by the capacity of a supplier that offers in one lot only."""

    def __init__(self, problem: PurchaseProblem, book: Book) -> None:
        self._book = book
        self._limits = {x.supplier: x for x in problem.limits if len(book.lots_of(x.supplier)) == 1}

    def of(self, o: int, k: int) -> tuple[Fraction, Fraction | None]:
        """Volumes of the delivery, ends included; an empty window when it may win nothing."""
        low, high = self._book.window(o, k)
        limit = self._limits.get(self._book.offers[o].supplier)
        if limit is None:
            return low, high
        if limit.max_lots == 0:
            return Fraction(1), Fraction(0)
        years = self._book.years
        if limit.min_mwh is not None:
            low = max(low, Fraction(limit.min_mwh) * years)
        if limit.max_mwh is not None:
            roof = Fraction(limit.max_mwh) * years
            high = roof if high is None else min(high, roof)
        return low, high
