"""Each member leaving: what becomes of the tiers, and what each of the others pays then."""

from collections.abc import Iterator
from decimal import Decimal

from synergie.errors import BadInput
from synergie.plan.seconds import check_seconds
from synergie.purchase.plan.what_if._best import Best, find_best_plan, lot_changes
from synergie.purchase.plan.what_if._cases import without
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.records.study import Cliff, MemberDifference, MemberLeaving


@check_seconds
def departure(
    problem: PurchaseProblem, plan: PurchasePlan, member: str, *, limit_s: float = 60
) -> MemberLeaving:
    """The plan without *member*, solved anew from *plan*."""
    planned = {one.member: one.cost_eur for one in plan.members}
    if member not in planned:
        raise BadInput("/member", member, "a member of the plan")
    found = find_best_plan(without(problem, member), plan, limit_s=limit_s)
    before = sum((eur for name, eur in planned.items() if name != member), Decimal(0))
    others = tuple(_iterate_member_differences(planned, found))
    dearer = [one.difference_eur for one in others if one.difference_eur > 0]
    return MemberLeaving(
        member=member,
        cliffs=list_tier_cliffs(plan, member),
        others_planned_eur=before,
        others_then_eur=found.cost,
        difference_eur=None if found.cost is None else found.cost - before,
        proved=found.proved,
        lots=lot_changes(plan, found.plan),
        others=others,
        pay_more=len(dearer),
        paid_more_eur=sum(dearer, Decimal(0)),
        conflicts=found.conflicts,
    )


def _iterate_member_differences(
    planned: dict[str, Decimal], found: Best
) -> Iterator[MemberDifference]:
    if found.plan is None:
        return
    for one in found.plan.members:
        yield MemberDifference(
            member=one.member,
            planned_eur=planned[one.member],
            then_eur=one.cost_eur,
            difference_eur=one.cost_eur - planned[one.member],
        )


def list_tier_cliffs(plan: PurchasePlan, member: str) -> tuple[Cliff, ...]:
    """The lots that *member* buys in with the group, and whether each holds its tier without it."""
    awards = {award.offer: award for award in plan.awards}
    return tuple(
        Cliff(
            lot=place.lot,
            offer=place.offer,
            tier=awards[place.offer].tier,
            volume_mwh=place.volume_mwh,
            above_floor_mwh=awards[place.offer].above_floor_mwh,
            falls=place.volume_mwh > awards[place.offer].above_floor_mwh,
        )
        for place in plan.places
        if place.member == member and place.offer is not None
    )
