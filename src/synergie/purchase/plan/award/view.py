"""What one member may see of a purchase plan: its part, and sums that tell of nobody else.

Withheld from a member: names, points, volumes and costs of others; the volume and the cost of a
lot; the fixed cost of an offer, for a member's share of it times that cost tells what all save.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from synergie.energy.records.offer import Price, Subscription, Tier
from synergie.errors import NotFound
from synergie.policy.publication.group_sums import tells_no_pair
from synergie.policy.trust.permit import Permit
from synergie.purchase.records.member_view import GroupTotals, MemberLot, MemberView
from synergie.purchase.records.plan import Place, PurchasePlan
from synergie.purchase.records.purchase import Lot, PurchaseMember, PurchasePoint, PurchaseProblem
from synergie.schemas.plan import Phrase


def member_view(
    problem: PurchaseProblem, plan: PurchasePlan, member: str, permit: Permit
) -> MemberView:
    """The part of *member* in *plan*, which *permit* opens: to itself, or to the plan's owner.

    NotFound for a permit of anybody else, and for a member that the plan does not know: the two
    look the same.
    """
    return MemberViews(problem, plan).view(member, permit)


class MemberViews:
    """The parts of the members of one plan: what they share is looked up once."""

    def __init__(self, problem: PurchaseProblem, plan: PurchasePlan) -> None:
        self._problem, self._plan = problem, plan
        self._outcomes = {one.member: one for one in plan.members}
        self._members = {one.id: one for one in problem.members}
        self._lots = {lot.id: lot for lot in problem.lots}
        self._offers = {offer.id: offer for offer in problem.offers}
        self._tiers = {award.offer: award.tier for award in plan.awards}
        self._points: dict[str, list[PurchasePoint]] = defaultdict(list)
        self._places: dict[str, list[Place]] = defaultdict(list)
        self._volumes: dict[str, Decimal] = defaultdict(Decimal)
        for point in problem.points:
            self._points[point.member].append(point)
            self._volumes[point.member] += _sum_point_energy(point)
        for place in plan.places:
            self._places[place.member].append(place)

    def view(self, member: str, permit: Permit) -> MemberView:
        """The part of *member*. NotFound as `member_view`."""
        outcome = self._outcomes.get(member)
        if outcome is None or not _is_part_open(permit, member):
            raise NotFound
        problem, plan = self._problem, self._plan
        points = self._points.get(member, [])
        lots = tuple(self._lot(place) for place in self._places.get(member, ()))
        known = self._members.get(member, PurchaseMember(id=member))
        return MemberView(
            member=member,
            mandate=known.mandate,
            mandate_until=known.mandate_until,
            delivery=problem.delivery,
            status=plan.status,
            gap=plan.gap,
            decide_before=min((lot.expires_at for lot in lots if lot.expires_at), default=None),
            cost_eur=outcome.cost_eur,
            alone_eur=outcome.alone_eur,
            gain_eur=outcome.gain_eur,
            nobody_pays_more=problem.nobody_pays_more,
            lots=lots,
            points=tuple(points),
            volume_mwh=self._volumes.get(member, Decimal(0)),
            green_share=_compute_green_share(points),
            group_members=len(plan.members),
            group=self._totals(member),
            assumptions=_select_constant_phrases((*plan.baseline, *plan.assumptions)),
            inputs_digest=plan.inputs_digest,
        )

    def _lot(self, place: Place) -> MemberLot:
        lot = self._lots[place.lot]
        points = [
            point for point in self._points.get(place.member, ()) if _is_point_in_lot(point, lot)
        ]
        offer = self._offers.get(place.offer or "")
        number = self._tiers.get(place.offer or "")
        tier = offer.tiers[number - 1] if offer is not None and number is not None else None
        paid = place.supply_eur + place.fee_eur + place.coordinator_eur
        return MemberLot(
            lot=lot.id,
            name=lot.name,
            supplier=offer.supplier if offer else None,
            offer=place.offer,
            pricing=offer.pricing if offer else None,
            index=offer.index if offer else None,
            prices=_select_point_prices(tier, points),
            subscriptions=_select_subscriptions(tier, points),
            points=len(points),
            volume_mwh=place.volume_mwh,
            supply_eur=place.supply_eur,
            fee_eur=place.fee_eur,
            coordinator_eur=place.coordinator_eur,
            alone_eur=place.alone_eur,
            gain_eur=None if place.alone_eur is None else place.alone_eur - paid,
            expires_at=offer.valid_until if offer else None,
        )

    def _totals(self, member: str) -> GroupTotals | None:
        """The sums over all, when what is left without *member* tells of nobody."""
        members = self._plan.members
        others = [one for one in members if one.member != member]
        alone = [one.alone_eur for one in members]
        parts: tuple[list[Decimal], ...] = (
            [self._volumes.get(one.member, Decimal(0)) for one in others],
            [one.cost_eur for one in others],
            [one.alone_eur or Decimal(0) for one in others],
            [one.gain_eur or Decimal(0) for one in others],
        )
        if any(eur is None for eur in alone) or not all(tells_no_pair(some) for some in parts):
            return None
        cost = sum((one.cost_eur for one in members), Decimal(0))
        whole = sum((eur for eur in alone if eur is not None), Decimal(0))
        return GroupTotals(
            volume_mwh=sum(self._volumes.values(), Decimal(0)),
            cost_eur=cost,
            alone_eur=whole,
            gain_eur=whole - cost,
        )


def _is_part_open(permit: Permit, member: str) -> bool:
    """To the owner of the plan, who made it; to a member, its own part."""
    return permit.scope == "own" or (permit.action == "read" and permit.bearer == member)


def _is_point_in_lot(point: PurchasePoint, lot: Lot) -> bool:
    return point.market_segment in lot.market_segments and point.usage in lot.usages


def _compute_green_share(points: Sequence[PurchasePoint]) -> float:
    """Share of the energy of *points* that was asked with guarantees of origin."""
    volume = sum((_sum_point_energy(point) for point in points), Decimal(0))
    green = sum(
        (_sum_point_energy(point) * Decimal(str(point.green_share)) for point in points), Decimal(0)
    )
    return float(green / volume) if volume else 0.0


def _select_point_prices(tier: Tier | None, points: Sequence[PurchasePoint]) -> tuple[Price, ...]:
    """The cells of the tier that these points use; those of nobody else."""
    used = {(p.tariff_code, one.time_class) for p in points for one in p.energy if one.mwh}
    prices = tier.prices if tier else ()
    return tuple(price for price in prices if (price.tariff_code, price.time_class) in used)


def _select_subscriptions(
    tier: Tier | None, points: Sequence[PurchasePoint]
) -> tuple[Subscription, ...]:
    used = {point.tariff_code for point in points}
    return tuple(one for one in (tier.subscriptions if tier else ()) if one.tariff_code in used)


def _sum_point_energy(point: PurchasePoint) -> Decimal:
    return sum((one.mwh for one in point.energy), Decimal(0))


def _select_constant_phrases(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    """The sentences without a figure or a name in them."""
    return tuple(phrase for phrase in phrases if not phrase.values)
