"""A group purchase of the territory: four lots and the offers of five suppliers that do not exist.

The levels are those of a real schedule of 2026 (Hérault Énergies: supply + capacity + CEE +
guarantee of origin, EUR/MWh excluding VAT); the suppliers, their discounts and the costs of running
a market are assumed, and the plan repeats it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from synergie.energy.records.offer import Offer, Price, Tier
from synergie.purchase.records.purchase import (
    CoordinatorFees,
    Lot,
    PurchaseMember,
    PurchasePoint,
    PurchaseProblem,
    SupplierLimit,
)
from synergie.purchase.samples.needs import Need, sum_point_volumes, survey

ASSUMED = """
Fournisseurs et remises fictifs, autour d'un bordereau réel de 2026 (Hérault Énergies).
Fourniture seule, hors taxes : acheminement, accise, CTA et TVA ne changent pas avec l'achat groupé.
Frais de marché : 0,35 €/MWh en groupe, partagés ; 120 € par an et par lot pour qui achète seul.
Seul : mêmes fournisseurs, même date, la tranche de prix de son propre volume.
Heures creuses de 22 h à 6 h. Éclairage : part des heures pleines donnée par le soleil.
Bâtiments : 72 % de l'énergie en heures pleines ; les accords n'ouvrent que le mois.
"""
PURCHASE_ASSUMPTIONS: tuple[str, ...] = tuple(ASSUMED.strip().splitlines())
"""What the problem assumes, in sentences for people (French)."""

TENDER_ASSUMPTIONS: tuple[str, ...] = (
    *PURCHASE_ASSUMPTIONS,
    "Jour d'attribution, durées de validité et mandats fictifs.",
    "Coordonnateur fictif : 1 € par point de livraison et 0,05 €/MWh, par an.",
)
"""What the problem assumes on the day of its award (French)."""
AWARD_AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
"""When the award is decided in the demonstration: 24 November 2026 at 10:00 in Paris."""

_VALID = {
    "A": timedelta(hours=4, minutes=30), "B": timedelta(hours=5), "C": timedelta(hours=4),
    "D": timedelta(hours=6), "E": timedelta(hours=4, minutes=30),
}  # fmt: skip
"""How long the offers of each supplier hold after the award, by its initial."""
_EXPIRED = "lot-3-C"
_GROUP_EUR_PER_MWH = Decimal("0.35")
_ALONE_EUR = Decimal(120)
_CENT, _TEN = Decimal("0.01"), Decimal("1E1")
_DISCOUNTS = (Decimal(1), Decimal("0.975"), Decimal("0.955"))
_FLOORS = (Decimal(0), Decimal("0.4"), Decimal("0.85"))

_LIGHTING = {"HPH": "117.16", "HCH": "85.53", "HPB": "63.33", "HCB": "58.42"}
_SMALL = {"HP": "93.06", "HC": "75.37"}
_C4 = {"HPH": "121.39", "HCH": "89.65", "HPB": "61.59", "HCB": "63.65"}
_C2 = {"HPH": "122.98", "HCH": "87.88", "HPB": "63.44", "HCB": "57.61"}


@dataclass(frozen=True, slots=True)
class _Market:
    lot: Lot
    tariff: str
    levels: dict[str, str]
    suppliers: str
    """Who answers: their initials."""


_MARKETS = (
    _Market(
        Lot(
            id="lot-1",
            name="Éclairage public ≤ 36 kVA",
            market_segments=("C5",),
            usages=("public_lighting",),
            running_alone_eur=_ALONE_EUR,
        ),
        "BTINFCU4",
        _LIGHTING,
        "ABCDE",
    ),
    _Market(
        Lot(
            id="lot-2",
            name="Bâtiments ≤ 36 kVA",
            market_segments=("C5",),
            usages=("building", "charging", "other"),
            running_alone_eur=_ALONE_EUR,
        ),
        "BTINFMUDT",
        _SMALL,
        "ABCE",
    ),
    _Market(
        Lot(
            id="lot-3",
            name="Bâtiments de 36 à 250 kVA",
            market_segments=("C4",),
            usages=("building",),
            running_alone_eur=_ALONE_EUR,
        ),
        "BTSUPCU",
        _C4,
        "ABCD",
    ),
    _Market(
        Lot(
            id="lot-4",
            name="Haute tension",
            market_segments=("C2",),
            usages=("building",),
            running_alone_eur=None,
        ),
        "HTACU5",
        _C2,
        "ABD",
    ),
)

_SUPPLIERS = {
    "A": ("Fournisseur Alizé (fictif)", {"HPH": "0.985", "HCH": "1.010", "HPB": "0.990",
                                          "HCB": "1.005", "HP": "0.990", "HC": "1.010"}),
    "B": ("Fournisseur Boréal (fictif)", {"HPH": "1.015", "HCH": "0.980", "HPB": "1.000",
                                           "HCB": "0.985", "HP": "1.010", "HC": "0.980"}),
    "C": ("Fournisseur Cèdre (fictif)", {"HPH": "1.000", "HCH": "1.000", "HPB": "1.000",
                                          "HCB": "1.000", "HP": "1.000", "HC": "1.000"}),
    "D": ("Fournisseur Delta (fictif)", {"HPH": "0.970", "HCH": "1.030", "HPB": "0.985",
                                          "HCB": "1.020", "HP": "0.980", "HC": "1.020"}),
    "E": ("Fournisseur Érable (fictif)", {"HPH": "0.960", "HCH": "0.970", "HPB": "0.970",
                                           "HCB": "0.970", "HP": "1.020", "HC": "1.000"}),
}  # fmt: skip

_UNPRICED = ("E", "lot-1", "HCB")
"""The cell that one schedule leaves blank: such an offer is not priced, never free."""


def purchase_problem(found: Iterable[Need]) -> PurchaseProblem:
    """The purchase of *found*: the lots that have points, with three to five offers each."""
    points = survey(found)
    markets = [
        (market, mine) for market in _MARKETS if (mine := _select_lot_points(market.lot, points))
    ]
    return PurchaseProblem(
        points=points,
        lots=tuple(market.lot for market, _ in markets),
        offers=tuple(
            _build_sample_offer(market, key, sum_point_volumes(mine))
            for market, mine in markets
            for key in market.suppliers
        ),
        limits=tuple(SupplierLimit(supplier=name, max_lots=2) for name, _ in _SUPPLIERS.values()),
        may_leave=True,
    )


def tender(found: Iterable[Need]) -> PurchaseProblem:
    """The same purchase on the day of its award: offers of a few hours, mandates, fees.

    One offer has expired half an hour before, and is refused.
    """
    bare = purchase_problem(found)
    members = sorted({point.member for point in bare.points})
    return bare.model_copy(
        update={
            "offers": tuple(_add_offer_validity(offer) for offer in bare.offers),
            "members": tuple(_build_sample_member(member) for member in members),
            "fees": CoordinatorFees(fee_per_pdl=Decimal(1), fee_per_mwh=Decimal("0.05")),
            "award_at": AWARD_AT,
        }
    )


def _add_offer_validity(offer: Offer) -> Offer:
    hours = timedelta(minutes=-30) if offer.id == _EXPIRED else _VALID[offer.id[-1]]
    told = {"valid_from": AWARD_AT - timedelta(hours=1), "valid_until": AWARD_AT + hours}
    return offer.model_copy(update=told)


def _build_sample_member(member: str) -> PurchaseMember:
    reference = "Délibération fictive du 15 septembre 2026, convention constitutive"
    return PurchaseMember(id=member, mandate=reference)


def _select_lot_points(lot: Lot, points: Sequence[PurchasePoint]) -> list[PurchasePoint]:
    return [p for p in points if p.market_segment in lot.market_segments and p.usage in lot.usages]


def _build_sample_offer(market: _Market, key: str, mwh: Decimal) -> Offer:
    name, factors = _SUPPLIERS[key]
    floors = [(mwh * share).quantize(_TEN, ROUND_HALF_UP) + 0 for share in _FLOORS]
    tops = [*(floor - Decimal("0.000001") for floor in floors[1:]), None]
    return Offer(
        id=f"{market.lot.id}-{key}",
        lot=market.lot.id,
        supplier=name,
        fixed_eur=(mwh * _GROUP_EUR_PER_MWH).quantize(_CENT),
        tiers=tuple(
            Tier(
                from_mwh=floor,
                to_mwh=top,
                prices=_build_sample_prices(market, key, factors, discount),
            )
            for floor, top, discount in zip(floors, tops, _DISCOUNTS, strict=True)
        ),
    )


def _build_sample_prices(
    market: _Market, key: str, factors: dict[str, str], discount: Decimal
) -> tuple[Price, ...]:
    return tuple(
        Price(
            tariff_code=market.tariff,
            time_class=name,
            eur_per_mwh=(Decimal(level) * Decimal(factors[name]) * discount).quantize(_CENT),
        )
        for name, level in market.levels.items()
        if (key, market.lot.id, name) != _UNPRICED
    )
