"""A purchase to report, and its figures added again from the problem alone."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

from synergie.energy.records.offer import Offer, Tier
from synergie.purchase.plan import award as purchase
from synergie.purchase.plan.offers.compare import compare
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import Lot, PurchasePoint, PurchaseProblem
from synergie.purchase.reports.words import Brief
from synergie.purchase.samples.needs import needs
from synergie.purchase.samples.purchase import TENDER_ASSUMPTIONS, tender
from synergie.reports.plans import SourceFile
from synergie.samples import territory
from synergie.schemas.assets.perimeter import PerimeterRow, ReferenceYear

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CENT = Decimal("0.01")


def bought() -> Brief:
    """The purchase of the small demonstration territory."""
    whole = territory(fast=True)
    problem = tender(needs(whole))
    return Brief(
        problem=problem,
        plan=purchase.solve(problem),
        comparison=compare(problem),
        names={organisation.id: organisation.name for organisation in whole.organisations},
        tell=str,
        assumptions=TENDER_ASSUMPTIONS,
        made_at=NOW,
        banner="Tout est fictif.",
        perimeter=tuple(_row(point, rank) for rank, point in enumerate(problem.points)),
        sources=(
            SourceFile(name="perimetre.xlsx", what="périmètre", sha256="ab" * 32, modified=NOW),
        ),
    )


def _row(point: PurchasePoint, rank: int) -> PerimeterRow:
    """One point in three is declared; the others were measured over 2025."""
    year = ReferenceYear(
        method="computed_12m" if rank % 3 else "declared",
        total_kwh=1000 * sum((one.mwh for one in point.energy), Decimal(0)),
        from_date=date(2025, 1, 1),
        to_date=date(2026, 1, 1),
    )
    key = f"prm:{point.id}"
    return PerimeterRow(supply_point=key, reference=year, provenance="synthetic")


def amounts(text: str) -> list[Decimal]:
    """Every amount in euros of a French text."""
    found = re.findall("([\u2212]?[0-9\u202f]+(?:,[0-9]+)?)\u00a0€", text)
    return [
        Decimal(one.replace("\u202f", "").replace(",", ".").replace("\u2212", "-")) for one in found
    ]


def supply(tier: Tier, points: list[PurchasePoint]) -> Decimal | None:
    """Energy and subscriptions of *points* at the prices of *tier*. None: a price is missing."""
    prices = {(one.tariff_code, one.time_class): one.eur_per_mwh for one in tier.prices}
    fixed = {one.tariff_code: one.eur_per_point for one in tier.subscriptions}
    total = Decimal(0)
    for point in points:
        total += fixed.get(point.tariff_code, Decimal(0))
        for one in point.energy:
            if one.mwh and (point.tariff_code, one.time_class) not in prices:
                return None
            total += one.mwh * prices.get((point.tariff_code, one.time_class), Decimal(0))
    return total.quantize(CENT)


def of(problem: PurchaseProblem, lot: Lot, member: str) -> list[PurchasePoint]:
    """The points of a member in a lot."""
    return [
        point
        for point in problem.points
        if point.member == member
        and point.market_segment in lot.market_segments
        and point.usage in lot.usages
    ]


def alone(problem: PurchaseProblem, member: str) -> Decimal:
    """What a member pays by itself: in each lot the cheapest, at the tier of its own volume."""
    total = Decimal(0)
    for lot in problem.lots:
        points = of(problem, lot, member)
        if points:
            total += min(_prices_alone(problem, lot, points))
    return total


def _prices_alone(problem: PurchaseProblem, lot: Lot, points: list[PurchasePoint]) -> list[Decimal]:
    mwh = sum((one.mwh for point in points for one in point.energy), Decimal(0))
    found = []
    for offer in problem.offers:
        tiers = (t for t in offer.tiers if t.from_mwh <= mwh <= (t.to_mwh or Decimal("Infinity")))
        for tier in tiers if offer.lot == lot.id else ():
            if (cost := supply(tier, points)) is not None:
                running = lot.running_alone_eur
                found.append(cost + (offer.fixed_eur if running is None else running))
    return found


def together(problem: PurchaseProblem, plan: PurchasePlan) -> Decimal:
    """What all pay: supply at the awarded prices, the fixed costs, and alone for who stays out."""
    offers: dict[str, Offer] = {offer.id: offer for offer in problem.offers}
    lots = {lot.id: lot for lot in problem.lots}
    tiers = {award.offer: offers[award.offer].tiers[award.tier - 1] for award in plan.awards}
    total = sum((offers[award.offer].fixed_eur for award in plan.awards), Decimal(0))
    for place in plan.places:
        points = of(problem, lots[place.lot], place.member)
        if place.offer is None:
            total += min(_prices_alone(problem, lots[place.lot], points))
        else:
            cost = supply(tiers[place.offer], points)
            assert cost is not None
            total += cost
    return total + sum(fees(problem, plan).values(), Decimal(0))


def fees(problem: PurchaseProblem, plan: PurchasePlan) -> dict[str, Decimal]:
    """What each member pays the coordinator for the lots it joins."""
    asked, lots = problem.fees, {lot.id: lot for lot in problem.lots}
    found: dict[str, Decimal] = {}
    if asked is None:
        return found
    for place in plan.places:
        if place.offer is not None:
            points = of(problem, lots[place.lot], place.member)
            mwh = sum((one.mwh for point in points for one in point.energy), Decimal(0))
            paid = asked.fee_per_pdl * len(points) + asked.fee_per_mwh * mwh
            found[place.member] = found.get(place.member, Decimal(0)) + paid.quantize(CENT)
    return found


def sum_of(tier: Tier, problem: PurchaseProblem, lot: Lot) -> Decimal | None:
    """What all members of a lot pay at a tier, each to the cent. None: a price is missing."""
    members = sorted({point.member for point in problem.points})
    costs = [supply(tier, mine) for member in members if (mine := of(problem, lot, member))]
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) if len(known) == len(costs) else None
