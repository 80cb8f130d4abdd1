"""The needs of a purchase, summed exactly by member and lot, and what each offer asks for them.

Points of one member in one lot move together and their cost is linear in energy and points, so
their sum stands for them whatever their number (docs/plan/purchase.md, "Aggregation").
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction

from synergie.energy.records.offer import Offer
from synergie.errors import BadInput
from synergie.plan.money import round_to_cents
from synergie.purchase.plan.award import _coordinator, _refused
from synergie.purchase.plan.award._coordinator import Extra
from synergie.purchase.plan.award._delivery import (
    Force,
    Term,
    find_season,
    is_volume_in_window,
    scale_energy,
    yearly,
)
from synergie.purchase.plan.award._prices import Cell, Schedule, not_priced
from synergie.purchase.records.plan import NotPriced, RefusedOffer
from synergie.purchase.records.purchase import Lot, PurchasePoint, PurchaseProblem

type Priced = tuple[tuple[Offer, list[Schedule]], ...]
"""Each offer with the schedules of its tiers."""

DIGITS = 60
"""Digits of exact sums: energy by price by share of green energy, then over 100,000 points."""


@dataclass(frozen=True, slots=True)
class Basket:
    """What one member needs in one lot, over the delivery (a year without one)."""

    member: str
    lot: str
    volume: Decimal
    energy: Mapping[Cell, Decimal]
    points: Mapping[str, Fraction]
    """Point-years by tariff option: what subscriptions and fees count."""
    green: Mapping[Decimal, Decimal]
    """Energy by the share of it that must have guarantees of origin."""


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
    refused: tuple[RefusedOffer, ...] = ()
    term: Term = field(default_factory=Term)
    years: Fraction = Fraction(1)
    leaves: tuple[bool, ...] = ()
    """Whether each basket may stay out of its lot."""
    fixed: tuple[Decimal, ...] = ()
    """Cost of running the market with each offer, over the delivery."""
    fee: tuple[Decimal, ...] = ()
    """What the coordinator asks of each basket that joins, whatever the member does elsewhere."""
    extras: tuple[Extra, ...] = ()
    """What it asks of a member as a whole."""

    def may_leave(self, u: int) -> bool:
        """Whether basket *u* may stay out and has a cost alone."""
        return self.leaves[u] and self.alone[u] is not None

    def lots_of(self, supplier: str) -> frozenset[str]:
        """The lots that need something and that *supplier* offers for."""
        needed = {basket.lot for basket in self.baskets}
        return frozenset(o.lot for o in self.offers if o.supplier == supplier) & needed

    def window(self, o: int, k: int) -> tuple[Fraction, Fraction | None]:
        """Volumes of the delivery that tier *k* of offer *o* is for, ends included."""
        tier = self.offers[o].tiers[k]
        high = None if tier.to_mwh is None else Fraction(tier.to_mwh) * self.years
        return Fraction(tier.from_mwh) * self.years, high

    def saved(self, option: Option) -> Decimal | None:
        """What a basket saves at an option before the cost of running the market."""
        alone = self.alone[option.basket]
        return None if alone is None else alone - option.cost - self.fee[option.basket]


def build_book(problem: PurchaseProblem) -> Book:
    """The problem in a fixed order, priced. Raises BadInput at the first thing out of place."""
    _check_problem_references(problem)
    with localcontext(prec=DIGITS):
        return _build_priced_book(problem)


def _build_priced_book(problem: PurchaseProblem) -> Book:
    term = Term(problem.delivery)
    years = term.years
    lots = tuple(sorted(problem.lots, key=lambda lot: lot.id))
    by_lot = {lot.id: lot for lot in lots}
    dated = any(p.year for o in problem.offers for t in o.tiers for p in t.prices)
    baskets = _build_baskets(problem, lots, term, dated=dated)
    offers, refused = _refused.select_valid_offers(problem, [(b.lot, b.green) for b in baskets])
    priced = tuple((o, [Schedule.of(o, tier) for tier in o.tiers]) for o in offers)
    missing = tuple(not_priced(offers, baskets))
    fees, extras = _coordinator.compute_coordinator_fees(problem.fees, baskets, years)
    return Book(
        baskets=baskets,
        lots=lots,
        offers=offers,
        options=tuple(_iterate_options(priced, by_lot, baskets, missing)),
        alone=_compute_alone_costs(problem, baskets, priced, years),
        not_priced=missing,
        refused=refused,
        term=term,
        years=years,
        leaves=_mark_baskets_free_to_leave(problem, baskets),
        fixed=tuple(yearly(offer.fixed_eur, years) for offer in offers),
        fee=fees,
        extras=extras,
    )


def _check_problem_references(problem: PurchaseProblem) -> None:
    lots = {lot.id for lot in problem.lots}
    _check_unique_names("/points", (point.id for point in problem.points), "each point once")
    _check_unique_names("/lots", (lot.id for lot in problem.lots), "each lot once")
    _check_unique_names("/offers", (offer.id for offer in problem.offers), "each offer once")
    for i, offer in enumerate(problem.offers):
        if offer.lot not in lots:
            raise BadInput(f"/offers/{i}/lot", offer.lot, "a lot of the problem")
    if problem.delivery is None:
        _check_single_year(problem)


def _check_single_year(problem: PurchaseProblem) -> None:
    """Without a delivery there is one year: nothing enters or leaves, no price has a year."""
    for i, point in enumerate(problem.points):
        if point.entry is not None or point.exit is not None:
            expected = "the delivery of the purchase, since a point enters or leaves"
            raise BadInput(f"/points/{i}", point.id, expected)
    for i, offer in enumerate(problem.offers):
        if any(price.year is not None for tier in offer.tiers for price in tier.prices):
            expected = "the delivery of the purchase, since prices differ by year"
            raise BadInput(f"/offers/{i}", offer.id, expected)


def _check_unique_names(where: str, ids: Iterable[str], expected: str) -> None:
    twice = [name for name, count in Counter(ids).items() if count > 1]
    if twice:
        raise BadInput(where, twice[0], expected)


@dataclass(slots=True)
class _Sum:
    """A basket while points come in."""

    energy: dict[Cell, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    points: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    green: dict[float, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def add(self, point: PurchasePoint, force: Force, *, asked: float, dated: bool) -> None:
        """One more point, *asked* of its energy green; energy by civil year when *dated*."""
        total = Decimal(0)
        code = point.tariff_code
        for part in point.energy:
            name = find_season(part.time_class)
            for year, shares in force.parts:
                mwh = part.mwh if force.whole else scale_energy(part.mwh, shares[name])
                self.energy[code, part.time_class, year if dated else None] += mwh
                total += mwh
        self.points[code] += force.years
        self.green[asked] += total

    def basket(self, member: str, lot: str) -> Basket:
        """What was added, in a fixed order."""
        cells = sorted(self.energy.items(), key=lambda pair: (*pair[0][:2], pair[0][2] or 0))
        green = {Decimal(str(share)): mwh for share, mwh in sorted(self.green.items()) if mwh}
        volume = sum(self.energy.values(), Decimal(0))
        return Basket(member, lot, volume, dict(cells), dict(sorted(self.points.items())), green)


def _build_baskets(
    problem: PurchaseProblem, lots: tuple[Lot, ...], term: Term, *, dated: bool
) -> tuple[Basket, ...]:
    homes = _Homes(lots)
    sums: dict[tuple[str, str], _Sum] = defaultdict(_Sum)
    for i, point in enumerate(problem.points):
        lot = homes.of(point, i)
        asked = max(point.green_share, lot.green_share)
        sums[lot.id, point.member].add(point, term.force(point), asked=asked, dated=dated)
    return tuple(sums[lot, member].basket(member, lot) for lot, member in sorted(sums))


class _Homes:
    """The one lot that takes a segment and usage (docs/plan/purchase.md, P0)."""

    def __init__(self, lots: tuple[Lot, ...]) -> None:
        self._fit: dict[tuple[str, str], list[Lot]] = defaultdict(list)
        for lot in lots:
            for segment in dict.fromkeys(lot.market_segments):
                for usage in dict.fromkeys(lot.usages):
                    self._fit[segment, usage].append(lot)

    def of(self, point: PurchasePoint, number: int) -> Lot:
        fit = self._fit.get((point.market_segment, point.usage), [])
        if len(fit) == 1:
            return fit[0]
        names = ", ".join(lot.id for lot in fit) or "no lot"
        found = f"{point.id}: {point.market_segment}, {point.usage}: {names}"
        raise BadInput(f"/points/{number}", found, "a segment and usage that exactly one lot takes")


def _iterate_options(
    priced: Priced,
    lots: Mapping[str, Lot],
    baskets: tuple[Basket, ...],
    missing: tuple[NotPriced, ...],
) -> Iterator[Option]:
    """Every basket at every tier that prices it; in a lot of one award, that prices all of it."""
    irregular = {(gap.offer, gap.tier) for gap in missing}
    here: dict[str, list[int]] = defaultdict(list)
    for u, basket in enumerate(baskets):
        here[basket.lot].append(u)
    for o, (offer, schedules) in enumerate(priced):
        for k, schedule in enumerate(schedules):
            if lots[offer.lot].max_awards == 1 and (offer.id, k + 1) in irregular:
                continue
            for u in here[offer.lot]:
                cost = schedule.price(baskets[u])
                if cost is not None:
                    yield Option(u, o, k, cost)


def _compute_alone_costs(
    problem: PurchaseProblem, baskets: tuple[Basket, ...], priced: Priced, years: Fraction
) -> tuple[Decimal | None, ...]:
    """The known cost of each basket alone, or the cheapest way to buy it so (purchase.md, P9)."""
    known = {(cost.member, cost.lot): round_to_cents(cost.eur) for cost in problem.alone}
    lots = {lot.id: lot.running_alone_eur for lot in problem.lots}
    by_lot: dict[str, list[tuple[Decimal, list[Schedule]]]] = defaultdict(list)
    for offer, tiers in priced:
        running = lots[offer.lot]
        own = yearly(offer.fixed_eur if running is None else running, years)
        by_lot[offer.lot].append((own, tiers))
    first = problem.alone_tier == "first"
    return tuple(
        known[basket.member, basket.lot]
        if (basket.member, basket.lot) in known
        else _cheapest_alone(basket, by_lot[basket.lot], years, first=first)
        for basket in baskets
    )


def _cheapest_alone(
    basket: Basket, markets: list[tuple[Decimal, list[Schedule]]], years: Fraction, *, first: bool
) -> Decimal | None:
    costs = [
        (schedule.price(basket), own)
        for own, tiers in markets
        for schedule in (tiers[:1] if first else tiers)
        if first or is_volume_in_window(basket.volume, schedule.window, years)
    ]
    return min((cost + own for cost, own in costs if cost is not None), default=None)


def _mark_baskets_free_to_leave(
    problem: PurchaseProblem, baskets: tuple[Basket, ...]
) -> tuple[bool, ...]:
    own = {m.id: m.may_leave for m in problem.members if m.may_leave is not None}
    return tuple(own.get(basket.member, problem.may_leave) for basket in baskets)
