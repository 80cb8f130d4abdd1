"""Whether a purchase plan that somebody else computed holds: no solver, each amount added again."""

from collections.abc import Iterator

from synergie.plan import _verify
from synergie.schemas.purchase import PurchaseProblem
from synergie.schemas.purchase_plan import PurchasePlan


def faults(problem: PurchaseProblem, plan: PurchasePlan) -> tuple[str, ...]:
    """What is wrong with *plan* as a plan of *problem*; empty when it holds.

    It shows that the plan keeps every requirement and that its amounts are right. It does not show
    that no other is cheaper: `solve` anew does, and gives the same plan to the byte.
    """
    strange = tuple(_strange(problem, plan))
    return strange or _verify.purchase(problem, plan)


def _strange(problem: PurchaseProblem, plan: PurchasePlan) -> Iterator[str]:
    """What the plan names and the problem does not know: nothing else can be looked at then."""
    offers = {offer.id: offer for offer in problem.offers}
    members = {point.member for point in problem.points}
    lots = {lot.id for lot in problem.lots}
    for award in plan.awards:
        offer = offers.get(award.offer)
        if offer is None or award.lot != offer.lot or award.supplier != offer.supplier:
            yield f"{award.offer} in {award.lot} is no offer of the problem"
        elif award.tier > len(offer.tiers):
            yield f"{award.offer} has no tier {award.tier}"
    taken = {award.offer for award in plan.awards}
    for place in plan.places:
        if place.member not in members or place.lot not in lots:
            yield f"{place.member} in {place.lot} is no need of the problem"
        if place.offer is not None and place.offer not in taken:
            yield f"{place.member} buys from {place.offer}, which is not taken"
    told = [one.member for one in plan.members]
    if set(told) != members or len(told) != len(members):
        yield "the members of the plan are not those of the problem, each once"
