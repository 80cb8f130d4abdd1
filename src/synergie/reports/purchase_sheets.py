"""Sheets of a group purchase: the offers, a cell of a price schedule a row; and what may come."""

from collections.abc import Iterator, Sequence

from synergie.reports.purchase_awards import REFUSED
from synergie.reports.purchase_study import NOT_STUDIED, changed
from synergie.reports.purchase_words import Brief
from synergie.reports.sheets import Column, Sheet, Value
from synergie.schemas.offer import Offer, PriceParts, Pricing
from synergie.schemas.purchase_study import PurchaseStudy

PRICINGS: dict[Pricing, str] = {
    "fixed": "ferme", "indexed": "indexé", "block_spot": "blocs et spot",
}  # fmt: skip
"""How prices move, in words."""
_COLUMNS = (
    Column("Offre"), Column("Lot"), Column("Fournisseur"), Column("Ce qu'il en est"),
    Column("Tranche", "whole"), Column("À partir de (MWh/an)", "energy"),
    Column("Jusqu'à (MWh/an)", "energy"), Column("Formule tarifaire d'acheminement"),
    Column("Classe"), Column("Année", "text"), Column("Prix (€/MWh)", "price"),
    Column("Fourniture (€/MWh)", "price"), Column("Capacité (€/MWh)", "price"),
    Column("CEE (€/MWh)", "price"), Column("Garanties d'origine (€/MWh)", "price"),
    Column("Abonnement (€/point/an)", "euros"), Column("Frais de marché (€/an)", "euros"),
    Column("Prix : nature"), Column("Indice"), Column("Part verte comprise", "share"),
    Column("Option verte (€/MWh)", "price"), Column("Valable à partir du", "instant"),
    Column("Valable jusqu'au", "instant"),
)  # fmt: skip


def offers_sheet(brief: Brief) -> Sheet:
    """Every price of every offer, with what became of the offer."""
    rows = (row for offer in brief.problem.offers for row in _offer(offer, fate(brief, offer)))
    return Sheet("Offres", _COLUMNS, rows)


def fate(brief: Brief, offer: Offer) -> str:
    """What became of an offer: taken, refused and why, not priced, or not taken."""
    plan = brief.plan
    if any(award.offer == offer.id for award in plan.awards):
        return "retenue"
    refusal = next((one for one in plan.refused if one.offer == offer.id), None)
    if refusal is not None:
        return f"refusée : {REFUSED[refusal.kind]}"
    if any(one.offer == offer.id for one in plan.not_priced):
        return "non chiffrée : un prix manque"
    return "non retenue"


def _offer(offer: Offer, state: str) -> Iterator[Sequence[Value]]:
    terms = (
        offer.fixed_eur, PRICINGS[offer.pricing], offer.index, offer.green_share,
        offer.green_eur_per_mwh, offer.valid_from, offer.valid_until,
    )  # fmt: skip
    for number, tier in enumerate(offer.tiers, start=1):
        head = offer.id, offer.lot, offer.supplier, state, number, tier.from_mwh, tier.to_mwh
        for price in tier.prices:
            year = None if price.year is None else str(price.year)
            cell = price.tariff_code, price.time_class, year, price.eur_per_mwh
            yield (*head, *cell, *_parts(price.parts), None, *terms)
        for one in tier.subscriptions:
            blank = None, None, None, None, None, None, None
            yield (*head, one.tariff_code, *blank, one.eur_per_point, *terms)


def _parts(parts: PriceParts | None) -> Sequence[Value]:
    if parts is None:
        return None, None, None, None
    return parts.supply, parts.capacity, parts.cee, parts.guarantees


_STUDIED = (
    Column("Nature"), Column("Quoi", "text"), Column("Plan gardé (€)", "euros"),
    Column("Meilleur plan (€)", "euros"), Column("Regret, ou surcoût pour les autres (€)", "euros"),
    Column("Hausse qui fait basculer (€/MWh)", "price"),
    Column("Baisse du suivant qui fait basculer (€/MWh)", "price"),
    Column("Ce qui changerait", "long"),
)  # fmt: skip


def sensitivity_sheet(brief: Brief) -> Sheet:
    """What would become of the plan: cases, departures, awards that flip."""
    if brief.study is None:
        return Sheet("Sensibilité", (Column("Étude", "long"),), [(NOT_STUDIED,)])
    return Sheet("Sensibilité", _STUDIED, _studied(brief, brief.study), frozen=2)


def _studied(brief: Brief, study: PurchaseStudy) -> Iterator[Sequence[Value]]:
    for case in study.cases:
        told = changed(brief, case.lots, (*case.breaks, *case.conflicts))
        amounts = case.kept_eur, case.best_eur, case.regret_eur
        yield "cas", brief.said(case.said), *amounts, None, None, told
    for one in study.departures:
        told = changed(brief, one.lots, one.conflicts)
        amounts = one.others_planned_eur, one.others_then_eur, one.difference_eur
        yield "départ", brief.member(one.member), *amounts, None, None, told
    for flip in study.flips:
        rates = flip.may_rise_eur_per_mwh, flip.rival_must_fall_eur_per_mwh
        rival = brief.supplier(flip.rival) if flip.rival else "rien d'autre"
        told = f"sinon {rival}"
        lot = brief.lots.get(flip.lot, flip.lot)
        yield "bascule", lot, None, None, flip.rival_costs_more_eur, *rates, told
