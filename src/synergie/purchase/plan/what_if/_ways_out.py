"""What makes an impossible purchase possible: ways out, each tried by a solve, cheapest first.

One kind of requirement gives way at a time, by the least weighted amount with which the model
holds (the elastic model, all other requirements kept); when no kind by itself is enough, two do.
Switches of the problem are tried beside: members that may stay out, one award more in a lot, a
smaller green share, offers extended. What a solve does not confirm is not told.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from itertools import combinations

from synergie.energy.records.offer import Offer
from synergie.errors import Infeasible
from synergie.plan.conflicts import compute_shortfalls
from synergie.plan.seconds import check_seconds
from synergie.plan.solver import Model
from synergie.purchase.plan.award import baskets
from synergie.purchase.plan.award.model import build_award_model
from synergie.purchase.plan.what_if import _text as text
from synergie.purchase.plan.what_if._best import find_best_plan, format_phrase_euros
from synergie.purchase.plan.what_if._relaxed import Try, relax_requirement, with_lot
from synergie.purchase.records.limits import WayOut, WaysOut
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import Lot, PurchaseProblem
from synergie.schemas.plan import Phrase
from synergie.units import Instant

_LOTS = 20
"""Lots for which a second award is tried."""


@check_seconds
def ways_out(problem: PurchaseProblem, *, most: int = 3, limit_s: float = 60) -> WaysOut:
    """Why *problem* has no plan, and up to *most* ways to make it possible.

    Both are empty when it has one.
    """
    now = find_best_plan(problem, None, limit_s=limit_s)
    if now.plan is not None:
        return WaysOut(conflicts=(), ways=())
    ways = _list_confirmed_ways(problem, iterate_attempts(problem, limit_s), limit_s)
    if not ways:
        ways = _list_confirmed_ways(
            problem, iterate_attempts(problem, limit_s, together=2), limit_s
        )
    ways.sort(key=lambda way: (way.cost_eur, len(way.said), way.kind))
    return WaysOut(conflicts=now.conflicts, ways=tuple(ways[:most]))


def iterate_attempts(
    problem: PurchaseProblem, limit_s: float, *, together: int = 1
) -> Iterator[Try]:
    """Weaker problems that may be possible: switches, then *together* kinds of requirement."""
    if together == 1:
        yield from _iterate_switch_attempts(problem, limit_s)
    try:
        model = model_of(problem)
    except Infeasible:  # a lot without any offer left: there is nothing to model
        return
    kinds = sorted({row.need.handle[0] for row in model.rows if row.need and row.need.handle})
    yield from _iterate_least_relaxations(
        problem, model, list(combinations(kinds, together)), limit_s
    )


def _list_confirmed_ways(
    problem: PurchaseProblem, tries: Iterator[Try], limit_s: float
) -> list[WayOut]:
    return [way for one in tries if (way := _solve_attempt(problem, one, limit_s)) is not None]


def model_of(problem: PurchaseProblem) -> Model:
    """The whole model, with every tier and option in it."""
    book = baskets.build_book(problem)
    lots = sorted({basket.lot for basket in book.baskets})
    return build_award_model(problem, book, lots, trim=False).model


def _iterate_least_relaxations(
    problem: PurchaseProblem, model: Model, groups: list[tuple[str, ...]], limit_s: float
) -> Iterator[Try]:
    """For each group of kinds: the least by which they would have to give, applied."""
    book = baskets.build_book(problem)
    for kinds in groups:
        lacks = compute_shortfalls(model, frozenset(kinds), limit_s=limit_s)
        then, said = problem, []
        for need, much in lacks or ():
            made = relax_requirement(then, book, need, much)
            if made is None:
                break
            then = made.problem
            said.append(made.said)
        else:
            if said:
                yield Try("-".join(kinds), then, tuple(said))


def _solve_attempt(problem: PurchaseProblem, one: Try, limit_s: float) -> WayOut | None:
    found = find_best_plan(one.problem, None, limit_s=limit_s)
    if found.plan is None:
        return None
    return WayOut(
        kind=one.kind,
        said=one.said,
        cost_eur=found.plan.objective_eur,
        proved=found.proved,
        dearer=tuple(_iterate_loser_phrases(problem, found.plan)),
    )


def _iterate_loser_phrases(problem: PurchaseProblem, plan: PurchasePlan) -> Iterator[Phrase]:
    """Who stays out, and who pays more than the problem says it would alone."""
    alone = _read_alone_costs(problem)
    for place in plan.places:
        own = alone.get((place.member, place.lot))
        paid = place.supply_eur + place.fee_eur + place.coordinator_eur
        if place.offer is None:
            yield Phrase(text=text.STAYS_OUT, values=(place.member, place.lot))
        elif own is not None and paid > own:
            values = (place.member, format_phrase_euros(paid - own), place.lot)
            yield Phrase(text=text.ABOVE_ALONE, values=values)


def _read_alone_costs(problem: PurchaseProblem) -> dict[tuple[str, str], Decimal | None]:
    """Costs alone; empty when a lot has no offer left that could tell."""
    try:
        book = baskets.build_book(problem)
    except Infeasible:
        return {}
    return {(b.member, b.lot): eur for b, eur in zip(book.baskets, book.alone, strict=True)}


def _iterate_switch_attempts(problem: PurchaseProblem, limit_s: float) -> Iterator[Try]:
    if not problem.may_leave or any(member.may_leave is False for member in problem.members):
        free = tuple(m.model_copy(update={"may_leave": None}) for m in problem.members)
        then = problem.model_copy(update={"may_leave": True, "members": free})
        yield Try("may_leave", then, (Phrase(text=text.WAY_LEAVE),))
    yield from _second_awards(problem)
    yield from iterate_green_attempts(problem, limit_s=limit_s)
    late = [one.id for one in problem.offers if _is_offer_expired(one, problem.award_at)]
    if late:
        names = ", ".join(sorted(late))[:200]
        then = problem.model_copy(update={"award_at": None})
        yield Try("expired", then, (Phrase(text=text.WAY_EXTENDED, values=(names,)),))


def _is_offer_expired(offer: Offer, at: Instant | None) -> bool:
    return at is not None and offer.valid_until is not None and offer.valid_until <= at


def _second_awards(problem: PurchaseProblem) -> Iterator[Try]:
    for lot in problem.lots[:_LOTS]:
        if lot.max_awards is not None and sum(o.lot == lot.id for o in problem.offers) > 1:
            more = lot.max_awards + 1
            said = Phrase(text=text.WAY_AWARDS, values=(str(more), lot.id))
            yield Try("max_awards", with_lot(problem, lot.id, max_awards=more), (said,))


# Less green energy as a way out: the greatest share, in whole percents, that can be had.


def iterate_green_attempts(problem: PurchaseProblem, *, limit_s: float) -> Iterator[Try]:
    """The share of all energy lowered, then that of each lot and of the points in it."""

    def possible(then: PurchaseProblem) -> bool:
        return find_best_plan(then, None, limit_s=limit_s).plan is not None

    if problem.green_share:
        asked = round(problem.green_share * 100)
        share = _find_greatest_percent(asked, lambda n: possible(_of_all(problem, n)))
        if share is not None:
            said = Phrase(text=text.WAY_GREEN, values=(str(share), str(asked)))
            yield Try("green", _of_all(problem, share), (said,))
    for lot in problem.lots:
        asked = round(_find_greatest_green_share(problem, lot) * 100)
        share = _find_greatest_percent(asked, partial(_possible_in, problem, lot, limit_s))
        if share is not None:
            said = Phrase(text=text.WAY_GREEN_LOT, values=(str(share), lot.id, str(asked)))
            yield Try("green", _of_lot(problem, lot, share), (said,))


def _possible_in(problem: PurchaseProblem, lot: Lot, limit_s: float, percent: int) -> bool:
    return find_best_plan(_of_lot(problem, lot, percent), None, limit_s=limit_s).plan is not None


def _find_greatest_percent(asked: int, possible: Callable[[int], bool]) -> int | None:
    """The greatest whole percent under *asked* that is possible. None: not even zero is."""
    if asked <= 0 or not possible(0):
        return None
    low, high = 0, asked
    while high - low > 1:
        middle = (low + high) // 2
        if possible(middle):
            low = middle
        else:
            high = middle
    return low


def _of_all(problem: PurchaseProblem, percent: int) -> PurchaseProblem:
    return problem.model_copy(update={"green_share": percent / 100})


def _list_lot_point_ids(lot: Lot, problem: PurchaseProblem) -> set[str]:
    return {
        p.id
        for p in problem.points
        if p.market_segment in lot.market_segments and p.usage in lot.usages
    }


def _find_greatest_green_share(problem: PurchaseProblem, lot: Lot) -> float:
    """The greatest share that the lot or a point in it asks for."""
    inside = _list_lot_point_ids(lot, problem)
    return max([lot.green_share, *(p.green_share for p in problem.points if p.id in inside)])


def _of_lot(problem: PurchaseProblem, lot: Lot, percent: int) -> PurchaseProblem:
    """No point of the lot asks for more than *percent* %."""
    inside, most = _list_lot_point_ids(lot, problem), percent / 100
    points = tuple(
        p.model_copy(update={"green_share": min(p.green_share, most)}) if p.id in inside else p
        for p in problem.points
    )
    then = with_lot(problem, lot.id, green_share=min(lot.green_share, most))
    return then.model_copy(update={"points": points})
