"""What makes an impossible purchase possible: ways out, each tried by a solve, cheapest first.

One kind of requirement gives way at a time, by the least weighted amount with which the model
holds (the elastic model, all other requirements kept); when no kind by itself is enough, two do.
Switches of the problem are tried beside: members that may stay out, one award more in a lot, a
smaller green share, offers extended. What a solve does not confirm is not told.
"""

from collections.abc import Iterator
from decimal import Decimal
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
from synergie.purchase.plan.what_if._green import iterate_green_attempts
from synergie.purchase.plan.what_if._relaxed import Try, relax_requirement, with_lot
from synergie.purchase.records.limits import WayOut, WaysOut
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
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
