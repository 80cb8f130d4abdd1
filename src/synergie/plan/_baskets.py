"""The needs of a purchase, summed exactly by member and lot, and what each offer asks for them.

Points of one member in one lot move together and their cost is linear in energy and points, so
their sum stands for them whatever their number (docs/plan/purchase.md, "Aggregation").
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from synergie.errors import BadInput
from synergie.plan._money import cents
from synergie.schemas.offer import Offer, Tier
from synergie.schemas.purchase import Lot, PurchasePoint, PurchaseProblem
from synergie.schemas.purchase_plan import NotPriced

type Cell = tuple[str, str]
"""A tariff option and a time class."""


@dataclass(frozen=True, slots=True)
class Basket:
    """What one member needs in one lot, a year."""

    member: str
    lot: str
    volume: Decimal
    energy: Mapping[Cell, Decimal]
    points: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Option:
    """One basket at one tier of one offer: its cost in whole cents, fixed cost left out."""

    basket: int
    offer: int
    tier: int
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Book:
    """All that the model needs: baskets and offers in a fixed order, their prices, alone costs."""

    baskets: tuple[Basket, ...]
    lots: tuple[Lot, ...]
    offers: tuple[Offer, ...]
    options: tuple[Option, ...]
    alone: tuple[Decimal | None, ...]
    """Cost of each basket alone, running cost included. None: no offer prices it alone."""
    not_priced: tuple[NotPriced, ...]


def book(problem: PurchaseProblem) -> Book:
    """The problem in a fixed order, priced. Raises BadInput at the first thing out of place."""
    _check(problem)
    lots = tuple(sorted(problem.lots, key=lambda lot: lot.id))
    offers = tuple(sorted(problem.offers, key=lambda offer: (offer.lot, offer.id)))
    baskets = _baskets(problem.points, lots)
    by_lot = {lot.id: lot for lot in lots}
    missing = tuple(_not_priced(offers, by_lot, baskets))
    options = tuple(_options(offers, by_lot, baskets, missing))
    alone = tuple(_alone(baskets, offers, by_lot, problem.alone_tier))
    return Book(baskets, lots, offers, options, alone, missing)


@dataclass(frozen=True, slots=True)
class _Schedule:
    """The price schedule of one tier, by cell and by tariff option."""

    prices: Mapping[Cell, Decimal]
    fixed: Mapping[str, Decimal]

    @classmethod
    def of(cls, tier: Tier) -> "_Schedule":
        return cls(
            {(p.tariff_code, p.time_class): p.eur_per_mwh for p in tier.prices},
            {s.tariff_code: s.eur_per_point for s in tier.subscriptions},
        )

    def price(self, basket: Basket) -> Decimal | None:
        """Cost of *basket*, EUR a year in cents. None: a cell that is needed is missing."""
        used = [(cell, mwh) for cell, mwh in basket.energy.items() if mwh]
        if any(cell not in self.prices for cell, _ in used):
            return None
        energy = sum((mwh * self.prices[cell] for cell, mwh in used), Decimal(0))
        counts = basket.points.items()
        points = sum((n * self.fixed.get(code, Decimal(0)) for code, n in counts), Decimal(0))
        return cents(energy + points)


def inside(volume: Decimal, tier: Tier) -> bool:
    """Whether *volume*, MWh a year, is in the window of *tier*, ends included."""
    return tier.from_mwh <= volume and (tier.to_mwh is None or volume <= tier.to_mwh)


def _check(problem: PurchaseProblem) -> None:
    lots = {lot.id for lot in problem.lots}
    _once("/points", (point.id for point in problem.points), "each point once")
    _once("/lots", (lot.id for lot in problem.lots), "each lot once")
    _once("/offers", (offer.id for offer in problem.offers), "each offer once")
    for i, offer in enumerate(problem.offers):
        if offer.lot not in lots:
            raise BadInput(f"/offers/{i}/lot", offer.lot, "a lot of the problem")


def _once(where: str, ids: Iterable[str], expected: str) -> None:
    twice = [name for name, count in Counter(ids).items() if count > 1]
    if twice:
        raise BadInput(where, twice[0], expected)


def _baskets(points: tuple[PurchasePoint, ...], lots: tuple[Lot, ...]) -> tuple[Basket, ...]:
    members: dict[tuple[str, str], list[PurchasePoint]] = defaultdict(list)
    for i, point in enumerate(points):
        members[_lot_of(point, lots, i), point.member].append(point)
    return tuple(_basket(member, lot, members[lot, member]) for lot, member in sorted(members))


def _lot_of(point: PurchasePoint, lots: tuple[Lot, ...], number: int) -> str:
    """The one lot that takes a point (docs/plan/purchase.md, P0)."""
    fit = [
        lot.id
        for lot in lots
        if point.market_segment in lot.market_segments and point.usage in lot.usages
    ]
    if len(fit) != 1:
        found = f"{point.id}: {point.market_segment}, {point.usage}: {', '.join(fit) or 'no lot'}"
        raise BadInput(f"/points/{number}", found, "a segment and usage that exactly one lot takes")
    return fit[0]


def _basket(member: str, lot: str, points: list[PurchasePoint]) -> Basket:
    energy: dict[Cell, Decimal] = defaultdict(Decimal)
    for point in points:
        for part in point.energy:
            energy[point.tariff_code, part.time_class] += part.mwh
    count = Counter(point.tariff_code for point in points)
    volume = sum(energy.values(), Decimal(0))
    return Basket(member, lot, volume, dict(sorted(energy.items())), dict(sorted(count.items())))


def _not_priced(
    offers: tuple[Offer, ...], lots: Mapping[str, Lot], baskets: tuple[Basket, ...]
) -> Iterator[NotPriced]:
    """Cells that a lot needs and an offer leaves blank."""
    needed: dict[str, set[Cell]] = {lot: set() for lot in lots}
    for basket in baskets:
        needed[basket.lot] |= {cell for cell, mwh in basket.energy.items() if mwh}
    for offer in offers:
        for k, tier in enumerate(offer.tiers):
            priced = {(p.tariff_code, p.time_class) for p in tier.prices}
            for code, name in sorted(needed[offer.lot] - priced):
                yield NotPriced(offer=offer.id, tariff_code=code, time_class=name, tier=k + 1)


def _options(
    offers: tuple[Offer, ...],
    lots: Mapping[str, Lot],
    baskets: tuple[Basket, ...],
    missing: tuple[NotPriced, ...],
) -> Iterator[Option]:
    """Every basket at every tier that prices it; in a lot of one award, that prices all of it."""
    irregular = {(gap.offer, gap.tier) for gap in missing}
    schedules = [[_Schedule.of(tier) for tier in offer.tiers] for offer in offers]
    here: dict[str, list[int]] = defaultdict(list)
    for u, basket in enumerate(baskets):
        here[basket.lot].append(u)
    for o, offer in enumerate(offers):
        for k, schedule in enumerate(schedules[o]):
            if lots[offer.lot].max_awards == 1 and (offer.id, k + 1) in irregular:
                continue
            for u in here[offer.lot]:
                cost = schedule.price(baskets[u])
                if cost is not None:
                    yield Option(u, o, k, cost)


def _alone(
    baskets: tuple[Basket, ...], offers: tuple[Offer, ...], lots: Mapping[str, Lot], which: str
) -> Iterator[Decimal | None]:
    """The cheapest way to buy each basket alone, running cost included (purchase.md, P9)."""
    schedules = [(offer, tier, _Schedule.of(tier)) for offer in offers for tier in offer.tiers]
    for basket in baskets:
        costs = []
        for offer, tier, schedule in schedules:
            small = tier is offer.tiers[0] if which == "first" else inside(basket.volume, tier)
            if offer.lot == basket.lot and small:
                running = lots[offer.lot].running_alone_eur
                own = cents(offer.fixed_eur if running is None else running)
                costs.append((schedule.price(basket), own))
        yield min((cost + own for cost, own in costs if cost is not None), default=None)
