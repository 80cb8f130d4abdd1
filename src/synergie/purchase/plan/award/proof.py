"""Whether a purchase plan that somebody else computed holds: no solver, each amount added again."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from synergie.errors import Reason
from synergie.plan import record as _record
from synergie.plan.verification import show_known_amount
from synergie.purchase.plan.award import _text, _verify, baskets
from synergie.purchase.records.plan import Award, Place, PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.schemas.plan import MemberOutcome

_ZERO = Decimal(0)
_MWH = Decimal("0.000001")
"""Mean volumes of a delivery are rounded; a watt-hour is nothing to a tier."""


def faults(problem: PurchaseProblem, plan: PurchasePlan) -> tuple[str, ...]:
    """What is wrong with *plan* as a plan of *problem*; empty when it holds.

    It shows that the plan keeps every requirement, that each amount is right, and that gains are
    told against what each would pay alone, with the assumptions of the problem. It does not show
    that no plan is cheaper, nor that the reasons in its lines are true: `solve` anew does, and
    gives the same plan to the byte.
    """
    strange = tuple(_iterate_reference_faults(problem, plan))
    return strange or (*_verify.faults(problem, plan), *_iterate_sum_faults(problem, plan))


def _iterate_reference_faults(problem: PurchaseProblem, plan: PurchasePlan) -> Iterator[str]:
    """What the plan names and the problem does not know: nothing else can be looked at then."""
    offers = {offer.id: offer for offer in problem.offers}
    for award in plan.awards:
        offer = offers.get(award.offer)
        if offer is None or award.lot != offer.lot or award.supplier != offer.supplier:
            yield Reason("{} in {} is no offer of the problem", award.offer, award.lot)
        elif award.tier > len(offer.tiers):
            yield Reason("{} has no tier {}", award.offer, award.tier)
    yield from _strange_places(problem, plan)


def _strange_places(problem: PurchaseProblem, plan: PurchasePlan) -> Iterator[str]:
    members = {point.member for point in problem.points}
    lots, taken = {lot.id for lot in problem.lots}, {award.offer for award in plan.awards}
    for place in plan.places:
        if place.member not in members or place.lot not in lots:
            yield Reason("{} in {} is no need of the problem", place.member, place.lot)
        if place.offer is not None and place.offer not in taken:
            yield Reason("{} buys from {}, which is not taken", place.member, place.offer)
    told = [one.member for one in plan.members]
    if set(told) != members or len(told) != len(members):
        yield Reason("the members of the plan are not those of the problem, each once")


def _iterate_sum_faults(problem: PurchaseProblem, plan: PurchasePlan) -> Iterator[str]:
    """What members and officials are told: sums of the places, and costs alone as they are."""
    book = baskets.build_book(problem)
    alone = {
        (basket.member, basket.lot): eur
        for basket, eur in zip(book.baskets, book.alone, strict=True)
    }
    mine: dict[str, list[Place]] = defaultdict(list)
    for place in plan.places:
        mine[place.member].append(place)
        known = alone.get((place.member, place.lot))
        if place.alone_eur != known:
            yield Reason(
                "{} in {}: alone {} EUR, expected {}",
                place.member,
                place.lot,
                show_known_amount(place.alone_eur),
                show_known_amount(known),
            )
    for outcome in plan.members:
        yield from _iterate_outcome_faults(outcome, mine[outcome.member])
    for award in plan.awards:
        yield from _iterate_award_faults(
            problem, award, [one for one in plan.places if one.offer == award.offer]
        )
    yield from _iterate_gap_faults(plan)
    yield from _iterate_assumption_faults(problem, plan, book)


def _iterate_assumption_faults(
    problem: PurchaseProblem, plan: PurchasePlan, book: baskets.Book
) -> Iterator[str]:
    """Members are told the assumptions of this problem, and no other sentence."""
    taken = {place.offer for place in plan.places if place.offer is not None}
    offers = [offer for offer in book.offers if offer.id in taken]
    if plan.baseline != _text.list_alone_assumptions(problem, book):
        yield Reason("what each alone assumes is not what the problem says")
    if plan.assumptions != _text.list_plan_assumptions(problem, book, offers):
        yield Reason("its assumptions are not those of the problem")


def _iterate_outcome_faults(outcome: MemberOutcome, places: list[Place]) -> Iterator[str]:
    cost = sum((one.supply_eur + one.fee_eur + one.coordinator_eur for one in places), _ZERO)
    if outcome != _record.outcome_of(
        outcome.member, cost, _sum_known_amounts([one.alone_eur for one in places])
    ):
        yield Reason("{}: its cost and its gain are not those of its places", outcome.member)


def _iterate_award_faults(
    problem: PurchaseProblem, award: Award, places: list[Place]
) -> Iterator[str]:
    volume = sum((one.volume_mwh for one in places), _ZERO)
    paid = sum((one.supply_eur + one.fee_eur for one in places), _ZERO)
    tiers = next(one for one in problem.offers if one.id == award.offer).tiers
    following = tiers[award.tier].from_mwh if award.tier < len(tiers) else None
    near = abs(award.volume_mwh - volume) <= _MWH * max(1, len(places))
    floor = max(_ZERO, award.volume_mwh - tiers[award.tier - 1].from_mwh)
    more = None if following is None else max(_ZERO, following - award.volume_mwh)
    if not near or award.above_floor_mwh != floor or award.to_next_mwh != more:
        yield Reason("{}: its volume is not that of its members", award.offer)
    if award.cost_eur != paid:
        yield Reason(
            "{}: it costs {} EUR, its members pay {} EUR", award.offer, award.cost_eur, paid
        )


def _iterate_gap_faults(plan: PurchasePlan) -> Iterator[str]:
    """The gap follows from the bound, and what is called proved is within the tolerance."""
    if plan.baseline_eur != _sum_known_amounts([one.alone_eur for one in plan.members]):
        yield Reason("what all pay alone is not the sum of what each pays alone")
    if plan.gap != _record.compute_gap(plan.objective_eur, plan.bound_eur):
        yield Reason("the gap is not that of the cost and its bound")
    if plan.status != _record.choose_status(plan.run.stop, plan.gap):
        yield Reason("{} is not what its gap tells", plan.status)


def _sum_known_amounts(amounts: list[Decimal | None]) -> Decimal | None:
    """The sum of *amounts*; None when one is not known."""
    known = [one for one in amounts if one is not None]
    return sum(known, _ZERO) if len(known) == len(amounts) else None
