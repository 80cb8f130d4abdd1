"""The next best for the members of an award: what it costs, and what keeps a cheaper one out."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from synergie.purchase.plan.award._award_lot import Market, examine_tier
from synergie.purchase.plan.award._limits_exact import Broken, broken, iterate_rule_breaches
from synergie.purchase.plan.award._settle import split_costs_and_fees
from synergie.purchase.plan.award.baskets import DIGITS, Book, Option
from synergie.purchase.records.purchase import PurchaseProblem

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rival:
    """Another offer for the same members, at the tier they reach; who saves nothing buys alone."""

    offer: int
    more: Decimal
    """What it costs more than the award, EUR; negative when it is cheaper."""
    options: Mapping[int, Option]
    breaks: Broken | None = None
    """The first requirement that it does not keep."""


@dataclass(frozen=True, slots=True)
class Next:
    """What stands beside an award."""

    best: Rival | None
    """The cheapest offer that keeps every requirement."""
    kept_out: Rival | None
    """A cheaper one that a requirement keeps out."""
    count: int
    """Offers that could serve these members, the award among them."""

    def flips_at(self, taken: list[Option]) -> float | None:
        """By how much the award's prices may rise before the next best is as cheap, %."""
        supply = sum((option.cost for option in taken), _ZERO)
        if self.best is None or self.best.more < 0 or supply <= 0:
            return None
        return float(Fraction(self.best.more) / Fraction(supply) * 100)


def find_rivals(
    problem: PurchaseProblem,
    book: Book,
    options: Mapping[int, Option],
    by_offer: Mapping[int, list[Option]],
) -> dict[int, Next]:
    """What stands beside each award, by number of the offer."""
    taken = {option.offer for option in options.values()}
    with localcontext(prec=DIGITS):
        return {
            o: _find_award_rival(problem, book, options, (o, by_offer, taken))
            for o in sorted(taken)
        }


def _find_award_rival(
    problem: PurchaseProblem,
    book: Book,
    options: Mapping[int, Option],
    award: tuple[int, Mapping[int, list[Option]], set[int]],
) -> Next:
    o, by_offer, taken = award
    members = {u for u, option in options.items() if option.offer == o}
    mine = sum((options[u].cost + book.fee[u] for u in members), book.fixed[o])
    rivals = []
    for other, offered in by_offer.items():
        if other in taken or book.offers[other].lot != book.offers[o].lot:
            continue
        theirs = [x for x in offered if x.basket in members]
        found = _find_cheapest_tier(Market(problem, book, tuple(sorted(members))), theirs)
        if found is not None:
            cost, inside = found
            swapped = {u: x for u, x in options.items() if u not in members} | inside
            cost += _compute_extra_cost(book, swapped) - _compute_extra_cost(book, options)
            breaks = (
                next(broken(problem, book, swapped), None)
                or next(iterate_rule_breaches(problem, book, swapped, options), None)
                or _find_alone_cost_breach(problem, book, swapped)
            )
            rivals.append(Rival(other, cost - mine, inside, breaks))
    rivals.sort(key=lambda rival: (rival.more, rival.offer))
    best = next((rival for rival in rivals if rival.breaks is None), None)
    out = next((rival for rival in rivals if rival.breaks is not None), None)
    cheaper = out is not None and out.more < 0
    return Next(best, out if cheaper else None, len(rivals) + 1)


def _find_cheapest_tier(
    market: Market, offered: list[Option]
) -> tuple[Decimal, dict[int, Option]] | None:
    """The cheapest tier of an offer for the members of *market*; None when none holds."""
    tiers: dict[int, dict[int, Option]] = {}
    for option in offered:
        tiers.setdefault(option.tier, {})[option.basket] = option
    found = []
    for k, have in sorted(tiers.items()):
        seen = examine_tier(market, have, market.book.window(offered[0].offer, k))
        if seen is not None and seen.holds:
            found.append((seen.cost, {x.basket: x for x in seen.options}))
    return min(found, key=lambda pair: pair[0], default=None)


def _compute_extra_cost(book: Book, options: Mapping[int, Option]) -> Decimal:
    return sum((extra.of(options.keys()) for extra in book.extras), _ZERO)


def _find_alone_cost_breach(
    problem: PurchaseProblem, book: Book, options: Mapping[int, Option]
) -> Broken | None:
    """Whether fees leave somebody above its cost alone."""
    if not problem.nobody_pays_more or not book.extras:
        return None
    parts = split_costs_and_fees(book, options)
    for u, option in options.items():
        alone = book.alone[u]
        paid = option.cost + parts.running[u] + parts.coordinator[u]
        if alone is not None and paid > alone:
            return Broken("alone", book.baskets[u].member, alone)
    return None
