"""Rows of a purchase about who pays what: nobody above its cost alone (P7, P8), fees (P10)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from synergie.errors import Reason
from synergie.plan import needs_text as text
from synergie.plan.solver import Need
from synergie.purchase.plan.award._coordinator import Extra
from synergie.purchase.plan.award._draft import Draft, Terms
from synergie.purchase.plan.award.baskets import Option

type Shares = dict[int, Terms]
"""By offer, what its members pay of fees that are asked of them as a whole."""
type Mine = Mapping[int, Sequence[tuple[Option, int]]]
"""The options of each basket of a member, with their columns."""


def nobody_pays_more(made: Draft) -> None:
    """P7 for who may not leave, in each lot; P8 is written with the fees."""
    paid: dict[int, Terms] = defaultdict(list)
    for option, column in made.choice.takes.items():
        if made.book.saved(option) is not None:
            cost = option.cost + made.book.fee[option.basket]
            paid[option.basket].append((column, float(cost)))
    for u, terms in paid.items():
        if made.book.leaves[u]:
            continue
        basket, alone = made.book.baskets[u], made.book.alone[u]
        need = Need(
            Reason(text.NO_MORE_THAN_ALONE, basket.member, basket.lot, alone),
            text.NO_MORE_THAN_ALONE_LACKS,
            about=(basket.member, basket.lot),
            handle=("alone", basket.member, basket.lot),
        )
        made.model.require(terms, high=float(alone or 0), need=need)


def add_coordinator_fees(made: Draft) -> None:
    """P10: what is asked of members as a whole; P8 with what that leaves them."""
    asked: Shares = defaultdict(list)
    options = made.choice.of_basket() if made.book.extras else {}
    for extra in made.book.extras:
        inside = [u for u in extra.baskets if made.book.baskets[u].lot in made.lots]
        if inside:
            mine = {u: options.get(u, []) for u in inside}
            due = _add_fee_column(made, extra, mine)
            if made.problem.nobody_pays_more:
                _add_fee_cover_rows(made, extra, mine, due=due, asked=asked)
    if made.problem.nobody_pays_more:
        _fixed_cost_saved(made, asked)


def _add_fee_column(made: Draft, extra: Extra, mine: Mine) -> int:
    """The column that holds the fee of a member: fixed as soon as it joins one lot, cut at a cap.

    `fee >= sum - (most - cap) z` and `fee >= cap z`: with z = 0 the sum is due, with z = 1 the cap.
    """
    model = made.model
    joins = {u: [column for _, column in options] for u, options in mine.items()}
    some = model.column(f"some_{extra.baskets[0]}", high=1.0)
    for columns in joins.values():
        model.require([*((c, -1) for c in columns), (some, 1)], low=0)
    fixed = float(extra.fixed)
    most = extra.fixed + sum(extra.parts, Decimal(0))
    due = model.column(f"fee_{extra.baskets[0]}", 1.0, high=float(most))
    parts = dict(zip(extra.baskets, map(float, extra.parts), strict=False))
    terms = [(due, 1.0), (some, -fixed)]
    terms += [(c, -parts[u]) for u, columns in joins.items() if u in parts for c in columns]
    if extra.cap is not None:
        cut = model.binary(f"cut_{extra.baskets[0]}")
        terms.append((cut, float(most - extra.cap)))
        model.require([(due, 1), (cut, -float(extra.cap))], low=0)
    model.require(terms, low=0)
    return due


def _add_fee_cover_rows(made: Draft, extra: Extra, mine: Mine, *, due: int, asked: Shares) -> None:
    """The fee is borne by what the member saves, in whichever lots: nobody above alone in all."""
    model, book = made.model, made.book
    saving: dict[tuple[int, int], Terms] = defaultdict(list)
    blind: set[tuple[int, int]] = set()
    most = float(extra.fixed + sum(extra.parts, Decimal(0)))
    for option, column in (pair for options in mine.values() for pair in options):
        saved = book.saved(option)
        key = (option.basket, option.offer)
        if saved is not None and saved < 0 and not book.leaves[option.basket]:
            saved = Decimal(0)  # `nobody_pays_more` forbids it, and says so
        saving[key].append((column, most if saved is None else float(saved)))
        if saved is None:
            blind.add(key)
    shares = []
    for (u, o), terms in saving.items():
        share = model.column(f"share_{u}_{o}", high=most)
        model.require([(share, 1), *((c, -f) for c, f in terms)], high=0)
        shares.append(share)
        if (u, o) not in blind:
            asked[o].append((share, 1.0))
    need = Need(
        Reason(text.WITH_FEES, extra.member),
        text.WITH_FEES_LACKS,
        about=(extra.member,),
        handle=("fees", extra.member),
    )
    model.require([*((c, 1) for c in shares), (due, -1)], low=0, need=need)


def _fixed_cost_saved(made: Draft, asked: Shares) -> None:
    """P8: those who join an offer save at least its fixed cost, fees off."""
    book = made.book
    saved: dict[int, Terms] = defaultdict(list)
    for option, column in made.choice.takes.items():
        gain = book.saved(option)
        if gain is not None:
            saved[option.offer].append((column, float(gain)))
    for o, terms in saved.items():
        offer = book.offers[o]
        if not book.fixed[o] and not asked.get(o):
            continue  # P7 says it already
        opened = [(c, -float(book.fixed[o])) for (p, _), c in made.choice.opens.items() if p == o]
        need = Need(
            Reason(text.FIXED_COST, offer.id, offer.fixed_eur),
            text.FIXED_COST_LACKS,
            about=(offer.id,),
            handle=("fixed", offer.id),
        )
        off = [(c, -f) for c, f in asked.get(o, [])]
        made.model.require([*terms, *opened, *off], low=0, need=need)
