"""Faults of the group: members and mandates, lots, limits of suppliers, costs alone."""

from collections.abc import Iterator

from synergie.purchase.plan.award.faults import At, View, iterate_repetitions, phrase
from synergie.purchase.records.fault import PurchaseFault
from synergie.purchase.records.purchase import PurchaseMember
from synergie.schemas.assets.supply_point import GAS_SEGMENTS


def member_faults(view: View) -> Iterator[PurchaseFault]:
    """Members without mandate, not listed, listed twice; nothing when no member is listed."""
    members = view.problem.members
    if not members:
        return
    for i, first, name in iterate_repetitions(member.id for member in members):
        found = phrase("the member {} is there already, at /members/{}", name, first)
        yield At(f"/members/{i}/id", "twice").fault(found, phrase("each member once"))
    for i, member in enumerate(members):
        if member.id in view.buyers:
            yield from _iterate_mandate_faults(view, member, f"/members/{i}")
        else:
            at = At(f"/members/{i}/id", "member_unused", "member", member.id, "warning")
            found = phrase("the member {} has no delivery point", member.id)
            yield at.fault(found, phrase("points of its needs survey"))
    yield from _iterate_unlisted_member_faults(view)


def _iterate_unlisted_member_faults(view: View) -> Iterator[PurchaseFault]:
    """The first point of each member that is not listed."""
    told = {member.id for member in view.problem.members}
    for i, point in enumerate(view.problem.points):
        if point.member not in told:
            told.add(point.member)
            found = phrase("the member {} of the point {}", point.member, point.id)
            at = At(f"/points/{i}/member", "member_unknown")
            yield at.fault(found, phrase("a member that is listed"))


def _iterate_mandate_faults(
    view: View, member: PurchaseMember, where: str
) -> Iterator[PurchaseFault]:
    if member.mandate is None:
        at = At(f"{where}/mandate", "mandate_missing", "member", member.id)
        found = phrase("the member {} has points and no mandate", member.id)
        yield at.fault(found, phrase("the reference of its decision and mandate"))
    until, delivery = member.mandate_until, view.problem.delivery
    if until is None:
        return
    award = view.award_day or (delivery.starts if delivery else None)
    at = At(f"{where}/mandate_until", "mandate_expired", "member", member.id)
    found = phrase("the mandate of {} ended before {}", member.id, until)
    if award is not None and until <= award:
        yield at.fault(found, phrase("a mandate that holds on {}", award))
    elif delivery is not None and until < delivery.ends:
        at = At(f"{where}/mandate_until", "mandate_expired", "member", member.id, "warning")
        found = phrase("the mandate of {} ends before {}", member.id, until)
        yield at.fault(found, phrase("a mandate that holds until {}", delivery.ends))


def lot_faults(view: View) -> Iterator[PurchaseFault]:
    """Lots that nothing fills or nobody answers, and bounds that contradict each other."""
    lots = view.problem.lots
    for i, first, name in iterate_repetitions(lot.id for lot in lots):
        found = phrase("the lot {} is there already, at /lots/{}", name, first)
        yield At(f"/lots/{i}/id", "twice").fault(found, phrase("each lot once"))
    answered = {offer.lot for offer in view.problem.offers}
    for i, lot in enumerate(lots):
        if lot.max_awards is not None and lot.min_awards > lot.max_awards:
            found = phrase(
                "the lot {} asks for {} awards at least and {} at most",
                lot.id,
                lot.min_awards,
                lot.max_awards,
            )
            at = At(f"/lots/{i}/min_awards", "bounds")
            yield at.fault(found, phrase("a least that is not above its greatest"))
        gas = {segment in GAS_SEGMENTS for segment in lot.market_segments}
        if len(gas) > 1:
            found = phrase("the lot {} takes {}", lot.id, ", ".join(lot.market_segments))
            yield At(f"/lots/{i}/market_segments", "form").fault(
                found, phrase("segments of electricity, or of gas")
            )
        if lot.id in view.inside and lot.id not in answered:
            found = phrase("delivery points of the lot {}: {}", lot.id, len(view.inside[lot.id]))
            yield At(f"/lots/{i}", "lot_without_offer").fault(found, phrase("at least one offer"))
        if lot.id not in view.inside:
            at = At(f"/lots/{i}", "lot_without_point", severity="warning")
            found = phrase("the lot {} has no delivery point", lot.id)
            yield at.fault(found, phrase("points that it takes, or no such lot"))


def limit_faults(view: View) -> Iterator[PurchaseFault]:
    """Limits of suppliers that offer nothing, told twice, or that contradict themselves."""
    limits = view.problem.limits
    for i, first, name in iterate_repetitions(limit.supplier for limit in limits):
        found = phrase("the limit of {} is there already, at /limits/{}", name, first)
        yield At(f"/limits/{i}/supplier", "twice").fault(found, phrase("one limit a supplier"))
    suppliers = {offer.supplier for offer in view.problem.offers}
    for i, limit in enumerate(limits):
        if limit.supplier not in suppliers:
            at = At(f"/limits/{i}/supplier", "supplier_unknown", severity="warning")
            found = phrase("a limit of {}, which offers nothing", limit.supplier)
            yield at.fault(found, phrase("a supplier that offers, by its very name"))
        low, high = limit.min_mwh, limit.max_mwh
        if low is not None and high is not None and low > high:
            at = At(f"/limits/{i}/min_mwh", "bounds", "supplier", limit.supplier)
            found = phrase("{} wants {} MWh at least and {} at most", limit.supplier, low, high)
            yield at.fault(found, phrase("a least that is not above its greatest"))


def alone_faults(view: View) -> Iterator[PurchaseFault]:
    """Costs alone of members or lots that are not there, or told twice."""
    costs = view.problem.alone
    for i, first, _ in iterate_repetitions(f"{cost.member}\n{cost.lot}" for cost in costs):
        cost = costs[i]
        found = phrase(
            "the cost alone of {} in {} is there already, at /alone/{}",
            cost.member,
            cost.lot,
            first,
        )
        yield At(f"/alone/{i}", "twice").fault(found, phrase("one cost alone a member and lot"))
    for i, cost in enumerate(costs):
        if cost.member not in view.buyers:
            found = phrase("a cost alone of {}, which has no delivery point", cost.member)
            at = At(f"/alone/{i}/member", "alone_unknown")
            yield at.fault(found, phrase("a member that buys, by its very name"))
        if cost.lot not in view.lots:
            found = phrase("a cost alone of {} in the lot {}", cost.member, cost.lot)
            at = At(f"/alone/{i}/lot", "alone_unknown")
            yield at.fault(found, phrase("a lot of the problem"))
        elif cost.member in view.buyers - view.members_of(cost.lot):
            at = At(f"/alone/{i}/lot", "alone_unknown", severity="warning")
            yield at.fault(
                phrase("a cost alone of {} in {}, where it has no point", cost.member, cost.lot),
                phrase("a lot where it buys"),
            )
