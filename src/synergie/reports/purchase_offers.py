"""Offers side by side in a report, lot by lot, on the real volumes of the lot."""

from collections.abc import Iterator, Mapping

from synergie.reports.bars import Bar, bars
from synergie.reports.document import Block, Figure, Items, Paragraph, Section, Table
from synergie.reports.french import euros, number, percent, quantity
from synergie.reports.purchase_sheets import PRICINGS
from synergie.reports.purchase_words import Brief, count
from synergie.schemas.offer_comparison import ComparedOffer, LotComparison, OfferState

STATES: Mapping[OfferState, str] = {
    "priced": "valable",
    "not_priced": "non chiffrée",
    "no_tier": "aucune tranche pour ce volume",
    "not_green": "énergie verte insuffisante",
    "expired": "expirée",
    "not_yet_valid": "pas encore valable",
}
"""Whether an offer may be taken, in words."""
_NONE = "–"


def offers_section(brief: Brief) -> Section:
    """Each lot: what its offers would cost all its members, best first."""
    title = "Les offres, lot par lot"
    found = brief.comparison
    if found is None:
        return Section("offres", title, (Paragraph("Les offres n'ont pas été comparées."),))
    blocks: list[Block] = [
        Paragraph(
            "Chaque offre est chiffrée sur les volumes réels de son lot, tous ses membres réunis, "
            "à la tranche qu'ils atteignent. Le plan peut préférer une autre offre que la "
            "première : un membre peut rester dehors, un fournisseur être limité."
        )
    ]
    for lot in found.lots:
        blocks += _lot(brief, lot)
    return Section("offres", title, tuple(blocks))


def _lot(brief: Brief, lot: LotComparison) -> Iterator[Block]:
    if not lot.offers:
        yield Paragraph(f"{lot.name} : aucune offre.")
        return
    taken = {award.offer for award in brief.plan.awards}
    priced = [one for one in lot.offers if one.cost_eur is not None]
    drawing = bars(
        f"{lot.name} : prix moyen de chaque offre",
        [Bar(one.supplier, float(one.mean_eur_per_mwh or 0), _bar(one, taken)) for one in priced],
    )
    points = count(lot.points, "point de livraison", "points de livraison")
    summary = (
        f"{lot.name} : {points}, {quantity(lot.mwh, 'MWh', 1)} {brief.span}, "
        f"{count(len(lot.offers), 'offre')}, prix moyen du mégawattheure."
    )
    yield Figure(summary, drawing, _table(brief, lot, taken))
    told = [
        f"{one.supplier} : {brief.said(phrase)}." for one in lot.offers for phrase in one.remarks
    ]
    if told:
        yield Items(f"À savoir, {lot.name}", tuple(told))


def _bar(one: ComparedOffer, taken: set[str]) -> str:
    mean = "" if one.mean_eur_per_mwh is None else quantity(one.mean_eur_per_mwh, "€/MWh", 2)
    return f"{mean}, {_state(one, taken)}"


def _state(one: ComparedOffer, taken: set[str]) -> str:
    return "retenue" if one.offer in taken else STATES[one.state]


def _table(brief: Brief, lot: LotComparison, taken: set[str]) -> Table:
    rows = tuple(
        (
            one.supplier,
            _NONE if one.rank is None else number(one.rank),
            _NONE if one.tier is None else number(one.tier),
            _NONE if one.cost_eur is None else euros(one.cost_eur),
            _NONE if one.mean_eur_per_mwh is None else quantity(one.mean_eur_per_mwh, "€/MWh", 2),
            _NONE if one.above_best_eur is None else euros(one.above_best_eur),
            PRICINGS[one.pricing] + (f" ({one.index})" if one.index else ""),
            percent(one.green_share, 0),
            _state(one, taken),
            "non dit" if one.valid_until is None else brief.when(one.valid_until),
        )
        for one in lot.offers
    )
    heads = (
        "Fournisseur", "Rang", "Tranche", "Coût", "Prix moyen", "Écart avec la première",
        "Prix : nature", "Part verte", "Ce qu'il en est", "Valable jusqu'au",
    )  # fmt: skip
    return Table(f"Offres comparées, {lot.name}", heads, rows, frozenset({1, 2, 3, 4, 5, 7}))
