"""Offers side by side in a report, lot by lot, on the real volumes of the lot."""

from collections.abc import Iterator, Mapping

from markupsafe import Markup

from synergie.purchase.records.offer_comparison import ComparedOffer, LotComparison, OfferState
from synergie.purchase.reports.sheets import PRICINGS
from synergie.purchase.reports.words import Brief, delivery_points, rate
from synergie.reports.bars import Bar, bars
from synergie.reports.document import Block, Figure, Items, Paragraph, Section, Table
from synergie.reports.language import Pair, say
from synergie.reports.written import count, euros, number, percent, quantity

STATES: Mapping[OfferState, Pair] = {
    "priced": ("valable", "valid"),
    "not_priced": ("non chiffrée", "not priced"),
    "no_tier": ("aucune tranche pour ce volume", "no tier for this volume"),
    "not_green": ("énergie verte insuffisante", "not green enough"),
    "expired": ("expirée", "expired"),
    "not_yet_valid": ("pas encore valable", "not yet valid"),
}
"""Whether an offer may be taken, in words."""
_NONE = "–"


def offers_section(brief: Brief) -> Section:
    """Each lot: what its offers would cost all its members, best first."""
    title = say("Les offres, lot par lot", "The offers, lot by lot")
    found = brief.comparison
    if found is None:
        none = say("Les offres n'ont pas été comparées.", "The offers were not compared.")
        return Section("offres", title, (Paragraph(none),))
    blocks: list[Block] = [_basis()]
    for lot in found.lots:
        blocks += _lot(brief, lot)
    return Section("offres", title, tuple(blocks))


def _basis() -> Paragraph:
    return Paragraph(
        say(
            "Chaque offre est chiffrée sur les volumes réels de son lot, tous ses membres réunis, "
            "à la tranche qu'ils atteignent. Le plan peut préférer une autre offre que la "
            "première : un membre peut rester dehors, un fournisseur être limité.",
            "Each offer is priced on the real volumes of its lot, all its members together, at the "
            "tier that they reach. The plan may prefer another offer than the first: a member may "
            "stay out, a supplier may be limited.",
        )
    )


def _lot(brief: Brief, lot: LotComparison) -> Iterator[Block]:
    if not lot.offers:
        yield Paragraph(say(f"{lot.name} : aucune offre.", f"{lot.name}: no offer."))
        return
    taken = {award.offer for award in brief.plan.awards}
    yield Figure(_summary(brief, lot), _drawing(lot, taken), _table(brief, lot, taken))
    colon = say(" : ", ": ")
    told = [
        f"{one.supplier}{colon}{brief.said(phrase)}."
        for one in lot.offers
        for phrase in one.remarks
    ]
    if told:
        yield Items(say(f"À savoir, {lot.name}", f"Worth knowing, {lot.name}"), tuple(told))


def _summary(brief: Brief, lot: LotComparison) -> str:
    start = f"{delivery_points(lot.points)}, {quantity(lot.mwh, 'MWh', 1)} {brief.span}"
    offers = count(len(lot.offers), say("offre", "offer"))
    return say(
        f"{lot.name} : {start}, {offers}, prix moyen du mégawattheure.",
        f"{lot.name}: {start}, {offers}, mean price of a megawatt-hour.",
    )


def _drawing(lot: LotComparison, taken: set[str]) -> Markup:
    title = say(f"{lot.name} : prix moyen de chaque offre", f"{lot.name}: mean price of each offer")
    priced = [one for one in lot.offers if one.cost_eur is not None]
    return bars(
        title,
        [Bar(one.supplier, float(one.mean_eur_per_mwh or 0), _bar(one, taken)) for one in priced],
    )


def _bar(one: ComparedOffer, taken: set[str]) -> str:
    mean = "" if one.mean_eur_per_mwh is None else rate(one.mean_eur_per_mwh)
    return f"{mean}, {_state(one, taken)}"


def _state(one: ComparedOffer, taken: set[str]) -> str:
    return say("retenue", "chosen") if one.offer in taken else say(*STATES[one.state])


def _table(brief: Brief, lot: LotComparison, taken: set[str]) -> Table:
    unsaid = say("non dit", "not told")
    rows = tuple(
        (
            one.supplier,
            _NONE if one.rank is None else number(one.rank),
            _NONE if one.tier is None else number(one.tier),
            _NONE if one.cost_eur is None else euros(one.cost_eur),
            _NONE if one.mean_eur_per_mwh is None else rate(one.mean_eur_per_mwh),
            _NONE if one.above_best_eur is None else euros(one.above_best_eur),
            say(*PRICINGS[one.pricing]) + (f" ({one.index})" if one.index else ""),
            percent(one.green_share, 0),
            _state(one, taken),
            unsaid if one.valid_until is None else brief.when(one.valid_until),
        )
        for one in lot.offers
    )
    caption = say(f"Offres comparées, {lot.name}", f"Offers compared, {lot.name}")
    return Table(caption, _heads(), rows, frozenset({1, 2, 3, 4, 5, 7}))


def _heads() -> tuple[str, ...]:
    return (
        say("Fournisseur", "Supplier"), say("Rang", "Rank"), say("Tranche", "Tier"),
        say("Coût", "Cost"), say("Prix moyen", "Mean price"),
        say("Écart avec la première", "Gap to the first"), say("Prix : nature", "Kind of price"),
        say("Part verte", "Green share"), say("Ce qu'il en est", "State"),
        say("Valable jusqu'au", "Valid until"),
    )  # fmt: skip
