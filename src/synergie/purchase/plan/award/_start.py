"""A plan that a solve may begin from: a near one where it fits, or everybody alone."""

from collections import defaultdict

from synergie.purchase.plan.award._delivery import is_volume_in_window
from synergie.purchase.plan.award._draft import Draft
from synergie.purchase.records.plan import PurchasePlan


def build_start_values(made: Draft, near: PurchasePlan | None) -> dict[int, float] | None:
    """Values of all columns, or None when there is no plan to begin from."""
    simple = _has_simple_decisions(made)
    ones = list_plan_columns(made, near) if near is not None and simple else set()
    if not ones and len(made.choice.alone) == len(made.baskets()):
        ones = set(made.choice.alone.values())
    if not ones:
        return None
    values = {column: float(column in ones) for column in range(len(made.model.columns))}
    options = {x.basket: x for x, column in made.choice.takes.items() if column in ones}
    return values | {column: derive(options) for column, derive in made.derived.items()}


def _has_simple_decisions(made: Draft) -> bool:
    """Whether places and tiers are all that is decided."""
    choice = made.choice
    known = len(choice.takes) + len(choice.opens) + len(choice.alone) + len(made.derived)
    return known == len(made.model.columns)


def list_plan_columns(made: Draft, near: PurchasePlan) -> set[int]:
    """Columns that are 1 in *near*: its places, at the tiers that their volumes reach.

    Empty when one is not there.
    """
    offers = {offer.id: o for o, offer in enumerate(made.book.offers)}
    where = {(place.member, place.lot): place.offer for place in near.places}
    taken: dict[int, set[int]] = defaultdict(set)
    ones: set[int] = set()
    for u in made.baskets():
        basket = made.book.baskets[u]
        name = where.get((basket.member, basket.lot))
        if name in offers:
            taken[offers[name]].add(u)
        elif u in made.choice.alone:
            ones.add(made.choice.alone[u])
        else:
            return set()
    for o, members in taken.items():
        opened = _list_open_columns(made, o, members)
        if not opened:
            return set()
        ones |= opened
    return ones


def _list_open_columns(made: Draft, o: int, members: set[int]) -> set[int]:
    """Columns at 1 when *members* take offer *o* at the tier of their volume; empty: none."""
    book, choice = made.book, made.choice
    volume = sum((book.baskets[u].volume for u in members), start=book.baskets[0].volume * 0)
    for k, tier in enumerate(book.offers[o].tiers):
        if is_volume_in_window(volume, (tier.from_mwh, tier.to_mwh), book.years):
            options = [
                column
                for x, column in choice.takes.items()
                if (x.offer, x.tier) == (o, k) and x.basket in members
            ]
            if len(options) == len(members):
                return {choice.opens[o, k], *options}
    return set()
