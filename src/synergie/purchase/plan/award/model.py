"""The purchase as columns and rows of whole numbers, P1 to P17 of docs/plan/purchase.md."""

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

from synergie.errors import Reason
from synergie.plan import needs_text as text
from synergie.plan.solver import Need
from synergie.purchase.plan.award import _fair as fair
from synergie.purchase.plan.award import _limits as limits
from synergie.purchase.plan.award import _rules as rules
from synergie.purchase.plan.award._draft import Draft, Terms
from synergie.purchase.plan.award.baskets import Book, Option
from synergie.purchase.records.purchase import PurchaseProblem


def build_award_model(
    problem: PurchaseProblem, book: Book, lots: Iterable[str], *, trim: bool = True
) -> Draft:
    """The whole model of *lots*."""
    made = Draft(problem, book, frozenset(lots), trim)
    _add_option_columns(made)
    _add_basket_rows(made)
    _add_offer_tier_rows(made)
    _only_active_tiers(made)
    _volume_in_window(made)
    limits.awards_a_lot(made)
    limits.add_supplier_limits(made)
    limits.add_green_share(made)
    if problem.nobody_pays_more:
        fair.nobody_pays_more(made)
    fair.add_coordinator_fees(made)
    rules.add_rules(made)
    return made


def _add_option_columns(made: Draft) -> None:
    book, model, choice = made.book, made.model, made.choice
    tight = _find_unreachable_tiers(made) if made.trim else frozenset()
    for option in book.options:
        u, o, k = option.basket, option.offer, option.tier
        if book.offers[o].lot not in made.lots or _is_useless_option(made, option, tight):
            continue
        if (o, k) not in choice.opens:
            choice.opens[o, k] = model.binary(f"y_{o}_{k}", float(book.fixed[o]))
        cost = float(option.cost + book.fee[u])
        choice.takes[option] = model.binary(f"w_{u}_{o}_{k}", cost)
    for u in made.baskets():
        if book.may_leave(u):
            choice.alone[u] = model.binary(f"out_{u}", float(book.alone[u] or 0))


def _find_unreachable_tiers(made: Draft) -> frozenset[tuple[int, int]]:
    """Tiers that even all the baskets they price do not reach, or whose window is empty.

    Those, too, that all the baskets of a lot overstep when they are bound to take one together.
    """
    book, together = made.book, _find_lots_taken_whole(made)
    volumes: dict[tuple[int, int], Fraction] = defaultdict(Fraction)
    for option in book.options:
        if book.offers[option.offer].lot in made.lots:
            volumes[option.offer, option.tier] += Fraction(book.baskets[option.basket].volume)
    return frozenset(
        (o, k)
        for (o, k), volume in volumes.items()
        for low, high in [book.window(o, k)]
        if volume < low
        or (high is not None and (high < low or (book.offers[o].lot in together and volume > high)))
    )


def _find_lots_taken_whole(made: Draft) -> frozenset[str]:
    """Lots of one award that nobody may leave: all their baskets are at one tier of one offer."""
    book = made.book
    leaving = {book.baskets[u].lot for u in made.baskets() if book.may_leave(u)}
    plain = {lot.id for lot in book.lots if lot.max_awards == 1 and lot.min_awards <= 1}
    return frozenset(plain - leaving)


def _is_useless_option(made: Draft, option: Option, tight: frozenset[tuple[int, int]]) -> bool:
    """P7 when a member may leave: dearer than alone; and tiers that no plan can take."""
    book = made.book
    if (option.offer, option.tier) in tight:
        return True
    saved = book.saved(option)
    free = made.problem.nobody_pays_more and book.leaves[option.basket]
    return free and saved is not None and saved < 0


def _add_basket_rows(made: Draft) -> None:
    """P1, P2: each basket takes one tier of one offer of its lot, or stays alone."""
    options = made.choice.of_basket()
    for u in made.baskets():
        places = [column for _, column in options.get(u, [])]
        out = [made.choice.alone[u]] if u in made.choice.alone else []
        made.model.require([(c, 1) for c in places + out], low=1, high=1)


def _add_offer_tier_rows(made: Draft) -> None:
    """P3: at most one tier of an offer is active."""
    tiers: dict[int, list[int]] = defaultdict(list)
    for (o, _), column in made.choice.opens.items():
        tiers[o].append(column)
    for columns in tiers.values():
        made.model.require([(c, 1) for c in columns], high=1)


def _only_active_tiers(made: Draft) -> None:
    """P4: w <= y, the strong row: nothing is billed at a tier that is not active.

    Of a lot that is taken whole w = y, which follows from P1 and P6a: the solver sees one choice
    where it would see one a member.
    """
    opens, offers = made.choice.opens, made.book.offers
    together = _find_lots_taken_whole(made) if made.trim else frozenset()
    for option, column in made.choice.takes.items():
        low = 0 if offers[option.offer].lot in together else None
        pair = [(column, 1), (opens[option.offer, option.tier], -1)]
        made.model.require(pair, low=low, high=0)


def _volume_in_window(made: Draft) -> None:
    """P5: the total volume of an active tier is inside its window."""
    book, choice = made.book, made.choice
    members: dict[tuple[int, int], Terms] = defaultdict(list)
    for option, column in choice.takes.items():
        volume = float(book.baskets[option.basket].volume)
        members[option.offer, option.tier].append((column, volume))
    for (o, k), terms in members.items():
        tier, active, name = book.offers[o].tiers[k], choice.opens[o, k], book.offers[o].id
        low, high = book.window(o, k)
        about, per = (name, k + 1), float(book.years)
        floor = Need(
            Reason(text.TIER_FLOOR, name, k + 1, tier.from_mwh),
            text.TIER_FLOOR_LACKS,
            100.0,
            per,
            about=about,
            handle=("floor", name, str(k)),
        )
        made.model.require([*terms, (active, -float(low))], low=0, need=floor)
        if high is not None:
            roof = Need(
                Reason(text.TIER_ROOF, name, k + 1, tier.to_mwh),
                text.TIER_ROOF_LACKS,
                100.0,
                per,
                about=about,
                handle=("roof", name, str(k)),
            )
            made.model.require([*terms, (active, -float(high))], high=0, need=roof)
