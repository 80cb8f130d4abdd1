"""Sheets of a group purchase: the offers, a cell of a price schedule a row; and what may come."""

from collections.abc import Iterator, Sequence

from synergie.energy.records.offer import Offer, PriceParts, Pricing
from synergie.purchase.records.study import PurchaseStudy
from synergie.purchase.reports.changes import describe_lot_changes, nothing_else
from synergie.purchase.reports.refused import REFUSED
from synergie.purchase.reports.study import not_studied
from synergie.purchase.reports.words import Brief
from synergie.reports.language import Pair, choose_text
from synergie.reports.sheets import Column, Head, Sheet, Value, build_columns

PRICINGS: dict[Pricing, Pair] = {
    "fixed": ("ferme", "fixed"), "indexed": ("indexé", "indexed"),
    "block_spot": ("blocs et spot", "blocks and spot"),
}  # fmt: skip
"""How prices move, in words."""
_COLUMNS: tuple[Head, ...] = (
    ("Offre", "Offer", "text"),
    ("Lot", "Lot", "text"),
    ("Fournisseur", "Supplier", "text"),
    ("Ce qu'il en est", "State", "text"),
    ("Tranche", "Tier", "whole"),
    ("À partir de (MWh/an)", "From (MWh/year)", "energy"),
    ("Jusqu'à (MWh/an)", "Up to (MWh/year)", "energy"),
    ("Formule tarifaire d'acheminement", "Network tariff option", "text"),
    ("Classe", "Class", "text"),
    ("Année", "Year", "text"),
    ("Prix (€/MWh)", "Price (€/MWh)", "price"),
    ("Fourniture (€/MWh)", "Supply (€/MWh)", "price"),
    ("Capacité (€/MWh)", "Capacity (€/MWh)", "price"),
    ("CEE (€/MWh)", "Energy savings certificates, CEE (€/MWh)", "price"),
    ("Garanties d'origine (€/MWh)", "Guarantees of origin (€/MWh)", "price"),
    ("Abonnement (€/point/an)", "Subscription (€/point/year)", "euros"),
    ("Frais de marché (€/an)", "Contract costs (€/year)", "euros"),
    ("Prix : nature", "Kind of price", "text"),
    ("Indice", "Index", "text"),
    ("Part verte comprise", "Green share included", "share"),
    ("Option verte (€/MWh)", "Green option (€/MWh)", "price"),
    ("Valable à partir du", "Valid from", "instant"),
    ("Valable jusqu'au", "Valid until", "instant"),
)


def offers_sheet(brief: Brief) -> Sheet:
    """Every price of every offer, with what became of the offer."""
    rows = [
        row
        for offer in brief.problem.offers
        for row in _iterate_offer_rows(offer, describe_offer_outcome(brief, offer))
    ]
    return Sheet(choose_text("Offres", "Offers"), build_columns(*_COLUMNS), rows)


def describe_offer_outcome(brief: Brief, offer: Offer) -> str:
    """What became of an offer: taken, refused and why, not priced, or not taken."""
    plan = brief.plan
    if any(award.offer == offer.id for award in plan.awards):
        return choose_text("retenue", "chosen")
    refusal = next((one for one in plan.refused if one.offer == offer.id), None)
    if refusal is not None:
        why = choose_text(*REFUSED[refusal.kind])
        return choose_text(f"refusée : {why}", f"refused: {why}")
    if any(one.offer == offer.id for one in plan.not_priced):
        return choose_text("non chiffrée : un prix manque", "not priced: a price is missing")
    return choose_text("non retenue", "not chosen")


def _iterate_offer_rows(offer: Offer, state: str) -> Iterator[Sequence[Value]]:
    terms = (
        offer.fixed_eur, choose_text(*PRICINGS[offer.pricing]), offer.index, offer.green_share,
        offer.green_eur_per_mwh, offer.valid_from, offer.valid_until,
    )  # fmt: skip
    for number, tier in enumerate(offer.tiers, start=1):
        head = offer.id, offer.lot, offer.supplier, state, number, tier.from_mwh, tier.to_mwh
        for price in tier.prices:
            year = None if price.year is None else str(price.year)
            cell = price.tariff_code, price.time_class, year, price.eur_per_mwh
            yield (*head, *cell, *_list_price_parts(price.parts), None, *terms)
        for one in tier.subscriptions:
            blank = None, None, None, None, None, None, None
            yield (*head, one.tariff_code, *blank, one.eur_per_point, *terms)


def _list_price_parts(parts: PriceParts | None) -> Sequence[Value]:
    if parts is None:
        return None, None, None, None
    return parts.supply, parts.capacity, parts.cee, parts.guarantees


_STUDIED: tuple[Head, ...] = (
    ("Nature", "Kind", "text"),
    ("Quoi", "What", "text"),
    ("Plan gardé (€)", "Plan kept (€)", "euros"),
    ("Meilleur plan (€)", "Best plan (€)", "euros"),
    ("Regret, ou surcoût pour les autres (€)", "Regret, or extra cost for the others (€)", "euros"),
    ("Hausse qui fait basculer (€/MWh)", "Rise that changes the award (€/MWh)", "price"),
    (
        "Baisse du suivant qui fait basculer (€/MWh)",
        "Fall of the next that changes the award (€/MWh)",
        "price",
    ),
    ("Ce qui changerait", "What would change", "long"),
)


def sensitivity_sheet(brief: Brief) -> Sheet:
    """What would become of the plan: cases, departures, awards that flip."""
    name = choose_text("Sensibilité", "Sensitivity")
    if brief.study is None:
        return Sheet(name, (Column(choose_text("Étude", "Study"), "long"),), [(not_studied(),)])
    rows = [*_iterate_study_rows(brief, brief.study)]
    return Sheet(name, build_columns(*_STUDIED), rows, frozen=2)


def _iterate_study_rows(brief: Brief, study: PurchaseStudy) -> Iterator[Sequence[Value]]:
    kinds = (
        choose_text("cas", "case"),
        choose_text("départ", "departure"),
        choose_text("bascule", "change of award"),
    )
    for case in study.cases:
        told = describe_lot_changes(brief, case.lots, (*case.breaks, *case.conflicts))
        amounts = case.kept_eur, case.best_eur, case.regret_eur
        yield kinds[0], brief.say_phrase(case.said), *amounts, None, None, told
    for one in study.departures:
        told = describe_lot_changes(brief, one.lots, one.conflicts)
        amounts = one.others_planned_eur, one.others_then_eur, one.difference_eur
        yield kinds[1], brief.member(one.member), *amounts, None, None, told
    for flip in study.flips:
        rates = flip.may_rise_eur_per_mwh, flip.rival_must_fall_eur_per_mwh
        rival = brief.supplier(flip.rival) if flip.rival else nothing_else()
        told = choose_text(f"sinon {rival}", f"otherwise {rival}")
        lot = brief.lots.get(flip.lot, flip.lot)
        yield kinds[2], lot, None, None, flip.rival_costs_more_eur, *rates, told
