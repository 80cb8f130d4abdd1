"""Each offer on the real volumes of its lot: cost at the tier reached, rank, validity left, score.

All members of the lot are taken in: what changes when some stay out is the award's question
(`synergie.purchase.plan.award`). Costs are those of the award, to the cent.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from synergie.energy.records.offer import Offer
from synergie.purchase.plan.award import baskets
from synergie.purchase.plan.award.baskets import Book
from synergie.purchase.plan.award.faults import phrase
from synergie.purchase.plan.offers.score import score_offers
from synergie.purchase.records.criteria import Scoring
from synergie.purchase.records.offer_comparison import (
    ComparedOffer,
    LotComparison,
    OfferComparison,
    OfferState,
)
from synergie.purchase.records.plan import NotPriced
from synergie.purchase.records.purchase import Lot, PurchaseProblem, SupplierLimit
from synergie.schemas.plan import Phrase

_CENT = Decimal("0.01")
_MOST = Decimal(10) ** 6
"""EUR/MWh beyond which a mean says nothing."""


def compare(
    problem: PurchaseProblem, *, at: datetime | None = None, scoring: Scoring | None = None
) -> OfferComparison:
    """The offers of each lot of *problem* at the moment *at*, else at its own `award_at`.

    *scoring*: the published criteria, else those of the problem itself. Raises BadInput when a
    point has no lot, or an offer (`purchase.check.faults` tells all of it).
    """
    moment = problem.award_at if at is None else at
    costs, scoring = _Costs.of(problem), scoring or problem.scoring
    lots = tuple(
        _compare_lot(problem, lot, costs, at=moment, scoring=scoring) for lot in problem.lots
    )
    if scoring is not None:
        lots = choose_offers(lots, problem.limits)
    return OfferComparison(at=moment, lots=lots, scoring=scoring)


def choose_offers(
    lots: Sequence[LotComparison], limits: Sequence[SupplierLimit]
) -> tuple[LotComparison, ...]:
    """*lots* with the offer that the criteria choose in each, in their order.

    A supplier that has won the most lots it may (CCP R2113-1) is passed over in those that follow.
    """
    most = {one.supplier: one.max_lots for one in limits if one.max_lots is not None}
    told = []
    for lot in lots:
        free = [one for one in lot.offers if one.score_rank and most.get(one.supplier, 1) > 0]
        best = min((one.score_rank or 0 for one in free), default=0)
        first = [one for one in free if one.score_rank == best]
        unsure = any(one.state == "priced" and one.score is None for one in lot.offers)
        if len(first) == 1 and lot.points and not unsure:
            (won,) = first
            if won.supplier in most:
                most[won.supplier] -= 1
            told.append(lot.model_copy(update={"chosen": won.offer}))
        else:
            told.append(lot)
    return tuple(told)


@dataclass(frozen=True, slots=True)
class _Costs:
    """What each tier of each offer asks for all members of its lot."""

    volumes: Mapping[str, Decimal]
    whole: Mapping[str, Mapping[int, Decimal]]
    """Offer → tier that prices the whole lot → cost, fixed cost included."""
    reached: Mapping[str, tuple[int, ...]]
    """Offer → tiers that the volume of the lot is inside of."""
    missing: Mapping[str, tuple[NotPriced, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, problem: PurchaseProblem) -> "_Costs":
        """Priced by the award's own book, without its clock and without its choices.

        Only tiers that the volume of the lot reaches are priced: the others cannot hold.
        """
        lots = tuple(lot.model_copy(update={"max_awards": None}) for lot in problem.lots)
        free = problem.model_copy(update={"award_at": None, "lots": lots, "alone": ()})
        needs = baskets.build_book(free.model_copy(update={"offers": ()}))
        volumes: dict[str, Decimal] = defaultdict(Decimal)
        for basket in needs.baskets:
            volumes[basket.lot] += basket.volume
        reached = {
            offer.id: _list_tiers_for_volume(offer, volumes.get(offer.lot, Decimal(0)), needs.years)
            for offer in problem.offers
        }
        kept = tuple(
            _select_offer_tiers(offer, reached[offer.id])
            for offer in problem.offers
            if reached[offer.id]
        )
        book = baskets.build_book(free.model_copy(update={"offers": kept}))
        missing: dict[str, list[NotPriced]] = defaultdict(list)
        for gap in book.not_priced:
            tier = reached[gap.offer][gap.tier - 1] + 1
            missing[gap.offer].append(gap.model_copy(update={"tier": tier}))
        whole = {
            name: {reached[name][k]: cost for k, cost in tiers.items()}
            for name, tiers in _compute_full_lot_costs(book).items()
        }
        return cls(volumes, whole, reached, {name: tuple(gaps) for name, gaps in missing.items()})

    def best(self, offer: str) -> tuple[int, Decimal] | None:
        """Tier and cost at the volume of the lot; where two tiers meet, the cheaper one."""
        whole = self.whole.get(offer, {})
        at = [(whole[k], -k) for k in self.reached.get(offer, ()) if k in whole]
        return (-min(at)[1], min(at)[0]) if at else None


def _select_offer_tiers(offer: Offer, tiers: tuple[int, ...]) -> Offer:
    """*offer* with those of its tiers."""
    return offer.model_copy(update={"tiers": tuple(offer.tiers[k] for k in tiers)})


def _compute_full_lot_costs(book: Book) -> dict[str, dict[int, Decimal]]:
    """Cost of each tier that prices every basket of its lot."""
    here: dict[str, int] = defaultdict(int)
    for basket in book.baskets:
        here[basket.lot] += 1
    sums: dict[tuple[int, int], list[Decimal]] = defaultdict(list)
    for option in book.options:
        sums[option.offer, option.tier].append(option.cost)
    found: dict[str, dict[int, Decimal]] = {}
    for o, offer in enumerate(book.offers):
        tiers = ((k, sums.get((o, k), [])) for k in range(len(offer.tiers)))
        found[offer.id] = {
            k: sum(costs, book.fixed[o]) for k, costs in tiers if len(costs) == here[offer.lot]
        }
    return found


def _list_tiers_for_volume(offer: Offer, volume: Decimal, years: Fraction) -> tuple[int, ...]:
    """Tiers whose window, over the delivery, the volume is inside of, ends included."""
    exact = Fraction(volume)
    return tuple(
        k
        for k, tier in enumerate(offer.tiers)
        if Fraction(tier.from_mwh) * years <= exact
        and (tier.to_mwh is None or exact <= Fraction(tier.to_mwh) * years)
    )


def _compare_lot(
    problem: PurchaseProblem,
    lot: Lot,
    costs: _Costs,
    *,
    at: datetime | None,
    scoring: Scoring | None,
) -> LotComparison:
    mine = [offer for offer in problem.offers if offer.lot == lot.id]
    told = rank_offers([_compare_offer(offer, costs, at) for offer in mine])
    if scoring is not None:
        told = score_offers(told, scoring, costs.volumes.get(lot.id, Decimal(0)))
    alive = [one.valid_until for one in told if one.state == "priced" and one.valid_until]
    return LotComparison(
        lot=lot.id,
        name=lot.name,
        mwh=costs.volumes.get(lot.id, Decimal(0)),
        points=_count_lot_points(problem, lot),
        offers=told,
        decide_before=min(alive, default=None),
    )


def _count_lot_points(problem: PurchaseProblem, lot: Lot) -> int:
    return sum(
        point.market_segment in lot.market_segments and point.usage in lot.usages
        for point in problem.points
    )


def _compare_offer(offer: Offer, costs: _Costs, at: datetime | None) -> ComparedOffer:
    best = costs.best(offer.id)
    volume = costs.volumes.get(offer.lot, Decimal(0))
    cost = None if best is None else best[1]
    until = offer.valid_until
    return ComparedOffer(
        lot=offer.lot,
        offer=offer.id,
        supplier=offer.supplier,
        state=_find_offer_state(offer, costs, at),
        tier=None if best is None else best[0] + 1,
        cost_eur=cost,
        mean_eur_per_mwh=None if cost is None or not volume else _by_mwh(cost, volume),
        missing=costs.missing.get(offer.id, ()),
        valid_until=until,
        left_s=None if until is None or at is None else (until - at).total_seconds(),
        green_share=offer.green_share,
        pricing=offer.pricing,
        index=offer.index,
        remarks=tuple(_iterate_offer_remarks(offer)),
    )


def _by_mwh(cost: Decimal, volume: Decimal) -> Decimal | None:
    """EUR/MWh to the cent. None: so little energy that the fixed cost makes no mean."""
    mean = cost / volume
    return mean.quantize(_CENT, ROUND_HALF_UP) if abs(mean) < _MOST else None


def _find_offer_state(offer: Offer, costs: _Costs, at: datetime | None) -> OfferState:
    """By the clock first: an offer cannot be taken at the moment of its end, nor after."""
    if at is not None and offer.valid_until is not None and at >= offer.valid_until:
        return "expired"
    if at is not None and offer.valid_from is not None and at < offer.valid_from:
        return "not_yet_valid"
    if costs.best(offer.id) is not None:
        return "priced"
    reached = costs.reached.get(offer.id, ())
    if not reached:
        return "no_tier"
    blank = {gap.tier - 1 for gap in costs.missing.get(offer.id, ())}
    return "not_priced" if blank.issuperset(reached) else "not_green"


def _iterate_offer_remarks(offer: Offer) -> Iterable[Phrase]:
    if offer.pricing == "indexed":
        yield phrase(
            "its prices follow {}: not comparable with a fixed price, today's level is shown",
            offer.index,
        )
    if offer.pricing == "block_spot":
        yield phrase(
            "a part is paid at the spot price of each hour: not comparable with a fixed price"
        )
    if (tunnel := offer.tunnel) is not None:
        percents = (f"{100 * share:g}" for share in (tunnel.below, tunnel.above))
        yield phrase(
            "beyond {} % less or {} % more than its volume, {} or {} EUR/MWh are due",
            *percents,
            tunnel.below_eur_per_mwh,
            tunnel.above_eur_per_mwh,
        )


def rank_offers(offers: Sequence[ComparedOffer]) -> tuple[ComparedOffer, ...]:
    """Those that may be taken by cost, then the others by id; equal costs have equal ranks."""
    priced = sorted(
        (one for one in offers if one.state == "priced" and one.cost_eur is not None),
        key=lambda one: (one.cost_eur or Decimal(0), one.offer),
    )
    costs = [one.cost_eur or Decimal(0) for one in priced]
    best = costs[0] if costs else None
    told = [
        one.model_copy(update={"rank": costs.index(cost) + 1})
        for one, cost in zip(priced, costs, strict=True)
    ]
    others = sorted((one for one in offers if one.state != "priced"), key=lambda one: one.offer)
    return tuple(
        one.model_copy(update={"above_best_eur": one.cost_eur - best})
        if one.cost_eur is not None and best is not None
        else one
        for one in (*told, *others)
    )
