"""What one member may see of a purchase plan: its part, and sums that tell of nobody else.

Withheld from a member: names, points, volumes and costs of others; the volume and the cost of a
lot; the fixed cost of an offer, for a member's share of it times that cost tells what all save.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from synergie.errors import NotFound
from synergie.policy.permit import Permit
from synergie.schemas.member_view import GroupTotals, MemberLot, MemberView
from synergie.schemas.offer import Price, Subscription, Tier
from synergie.schemas.plan import Phrase
from synergie.schemas.purchase import PurchaseMember, PurchasePoint, PurchaseProblem
from synergie.schemas.purchase_plan import Place, PurchasePlan

LEAST_OTHERS = 3
"""How many other members must stand behind a sum that a member may see (secret statistique)."""
LARGEST_SHARE = Fraction(85, 100)
"""The largest part that one of them may have in it."""


def member_view(
    problem: PurchaseProblem, plan: PurchasePlan, member: str, permit: Permit
) -> MemberView:
    """The part of *member* in *plan*, which *permit* opens: to itself, or to the plan's owner.

    NotFound for a permit of anybody else, and for a member that the plan does not know: the two
    look the same.
    """
    outcome = next((one for one in plan.members if one.member == member), None)
    if outcome is None or not _opens(permit, member):
        raise NotFound
    points = tuple(point for point in problem.points if point.member == member)
    mine = tuple(_lot(problem, plan, place) for place in plan.places if place.member == member)
    known = next((one for one in problem.members if one.id == member), PurchaseMember(id=member))
    volume = sum((_mwh(point) for point in points), Decimal(0))
    green = sum((_mwh(point) * Decimal(str(point.green_share)) for point in points), Decimal(0))
    return MemberView(
        member=member,
        mandate=known.mandate,
        mandate_until=known.mandate_until,
        delivery=problem.delivery,
        status=plan.status,
        gap=plan.gap,
        decide_before=min((lot.expires_at for lot in mine if lot.expires_at), default=None),
        cost_eur=outcome.cost_eur,
        alone_eur=outcome.alone_eur,
        gain_eur=outcome.gain_eur,
        nobody_pays_more=problem.nobody_pays_more,
        lots=mine,
        points=points,
        volume_mwh=volume,
        green_share=float(green / volume) if volume else 0.0,
        group_members=len(plan.members),
        group=_totals(problem, plan, member),
        assumptions=_constant((*plan.baseline, *plan.assumptions)),
        inputs_digest=plan.inputs_digest,
    )


def _opens(permit: Permit, member: str) -> bool:
    """To the owner of the plan, who made it; to a member, its own part."""
    return permit.scope == "own" or (permit.action == "read" and permit.bearer == member)


def _lot(problem: PurchaseProblem, plan: PurchasePlan, place: Place) -> MemberLot:
    lot = next(one for one in problem.lots if one.id == place.lot)
    points = [
        point
        for point in problem.points
        if point.member == place.member
        and point.market_segment in lot.market_segments
        and point.usage in lot.usages
    ]
    offer = next((one for one in problem.offers if one.id == place.offer), None)
    award = next((one for one in plan.awards if one.offer == place.offer), None)
    tier = offer.tiers[award.tier - 1] if offer is not None and award is not None else None
    paid = place.supply_eur + place.fee_eur + place.coordinator_eur
    return MemberLot(
        lot=lot.id,
        name=lot.name,
        supplier=offer.supplier if offer else None,
        offer=place.offer,
        pricing=offer.pricing if offer else None,
        index=offer.index if offer else None,
        prices=_prices(tier, points),
        subscriptions=_subscriptions(tier, points),
        points=len(points),
        volume_mwh=place.volume_mwh,
        supply_eur=place.supply_eur,
        fee_eur=place.fee_eur,
        coordinator_eur=place.coordinator_eur,
        alone_eur=place.alone_eur,
        gain_eur=None if place.alone_eur is None else place.alone_eur - paid,
        expires_at=offer.valid_until if offer else None,
    )


def _prices(tier: Tier | None, points: Sequence[PurchasePoint]) -> tuple[Price, ...]:
    """The cells of the tier that these points use; those of nobody else."""
    used = {(p.tariff_code, one.time_class) for p in points for one in p.energy if one.mwh}
    prices = tier.prices if tier else ()
    return tuple(price for price in prices if (price.tariff_code, price.time_class) in used)


def _subscriptions(tier: Tier | None, points: Sequence[PurchasePoint]) -> tuple[Subscription, ...]:
    used = {point.tariff_code for point in points}
    return tuple(one for one in (tier.subscriptions if tier else ()) if one.tariff_code in used)


def _totals(problem: PurchaseProblem, plan: PurchasePlan, member: str) -> GroupTotals | None:
    """The sums over all, when what is left without *member* tells of nobody."""
    others = [one for one in plan.members if one.member != member]
    volumes = _volumes(problem)
    alone = [one.alone_eur for one in plan.members]
    parts: tuple[Iterable[Decimal], ...] = (
        [volumes.get(one.member, Decimal(0)) for one in others],
        [one.cost_eur for one in others],
        [one.alone_eur or Decimal(0) for one in others],
        [one.gain_eur or Decimal(0) for one in others],
    )
    if any(eur is None for eur in alone) or not all(tells_nobody(tuple(some)) for some in parts):
        return None
    cost = sum((one.cost_eur for one in plan.members), Decimal(0))
    whole = sum((eur for eur in alone if eur is not None), Decimal(0))
    return GroupTotals(
        volume_mwh=sum(volumes.values(), Decimal(0)),
        cost_eur=cost,
        alone_eur=whole,
        gain_eur=whole - cost,
    )


def tells_nobody(parts: Sequence[Decimal]) -> bool:
    """Whether a sum of *parts*, one an organisation, may be told.

    At least three of them count for something, and none for more than 85 % of it; who knows one
    part then learns none of the others by subtraction.
    """
    sizes = [abs(part) for part in parts if part]
    if len(sizes) < LEAST_OTHERS:
        return False
    return max(sizes) <= LARGEST_SHARE.numerator * sum(sizes) / LARGEST_SHARE.denominator


def _volumes(problem: PurchaseProblem) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for point in problem.points:
        found[point.member] = found.get(point.member, Decimal(0)) + _mwh(point)
    return found


def _mwh(point: PurchasePoint) -> Decimal:
    return sum((one.mwh for one in point.energy), Decimal(0))


def _constant(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    """The sentences without a figure or a name in them."""
    return tuple(phrase for phrase in phrases if not phrase.values)
