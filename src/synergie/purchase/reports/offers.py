"""Offers side by side in a report, lot by lot, on the real volumes of the lot."""

from collections.abc import Iterator, Mapping

from synergie.purchase.records.offer_comparison import ComparedOffer, LotComparison, OfferState
from synergie.purchase.reports.sheets import PRICINGS
from synergie.purchase.reports.words import Brief, delivery_points, format_rate
from synergie.reports.document import Block, Items, Paragraph, Section, Table
from synergie.reports.figure.bars import Bar, Bars
from synergie.reports.figure.picture import build_figure
from synergie.reports.language import Pair, choose_text, choose_texts
from synergie.reports.written import (
    format_count,
    format_euros,
    format_number,
    format_percent,
    format_quantity,
)

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
    title = choose_text("Les offres, lot par lot", "The offers, lot by lot")
    found = brief.comparison
    if found is None:
        none = choose_text("Les offres n'ont pas été comparées.", "The offers were not compared.")
        return Section("offres", title, (Paragraph(none),))
    blocks: list[Block] = [_build_basis_paragraph()]
    for lot in found.lots:
        blocks += _iterate_lot_blocks(brief, lot)
    return Section("offres", title, tuple(blocks))


def _build_basis_paragraph() -> Paragraph:
    return Paragraph(
        choose_text(
            "Chaque offre est chiffrée sur les volumes réels de son lot, tous ses membres réunis, "
            "à la tranche qu'ils atteignent. Le plan peut préférer une autre offre que la "
            "première : un membre peut rester dehors, un fournisseur être limité.",
            "Each offer is priced on the real volumes of its lot, all its members together, at the "
            "tier that they reach. The plan may prefer another offer than the first: a member may "
            "stay out, a supplier may be limited.",
        )
    )


def _iterate_lot_blocks(brief: Brief, lot: LotComparison) -> Iterator[Block]:
    if not lot.offers:
        yield Paragraph(choose_text(f"{lot.name} : aucune offre.", f"{lot.name}: no offer."))
        return
    taken = {award.offer for award in brief.plan.awards}
    yield build_figure(
        _build_price_chart(lot, taken),
        summary=_describe_lot(brief, lot),
        table=_build_offer_table(brief, lot, taken),
    )
    if any(one.points for one in lot.offers):
        yield _build_score_table(lot, taken)
    colon = choose_text(" : ", ": ")
    told = [
        f"{one.supplier}{colon}{brief.say_phrase(phrase)}."
        for one in lot.offers
        for phrase in one.remarks
    ]
    if told:
        yield Items(choose_text(f"À savoir, {lot.name}", f"Worth knowing, {lot.name}"), tuple(told))


def _describe_lot(brief: Brief, lot: LotComparison) -> str:
    start = f"{delivery_points(lot.points)}, {format_quantity(lot.mwh, 'MWh', 1)} {brief.span}"
    offers = format_count(len(lot.offers), choose_text("offre", "offer"))
    return choose_text(
        f"{lot.name} : {start}, {offers}, prix moyen du mégawattheure.",
        f"{lot.name}: {start}, {offers}, mean price of a megawatt-hour.",
    )


def _build_price_chart(lot: LotComparison, taken: set[str]) -> Bars:
    title = choose_text(
        f"{lot.name} : prix moyen de chaque offre", f"{lot.name}: mean price of each offer"
    )
    priced = [one for one in lot.offers if one.cost_eur is not None]
    return Bars(
        title=title,
        bars=[
            Bar(
                one.supplier,
                None if one.mean_eur_per_mwh is None else float(one.mean_eur_per_mwh),
                _describe_offer_bar(one, taken),
            )
            for one in priced
        ],
        heads=choose_texts(("Fournisseur", "Supplier"), ("Prix moyen", "Mean price")),
        unit="€/MWh",
    )


def _describe_offer_bar(one: ComparedOffer, taken: set[str]) -> str:
    mean = "" if one.mean_eur_per_mwh is None else format_rate(one.mean_eur_per_mwh)
    return f"{mean}, {_describe_offer_state(one, taken)}"


def _describe_offer_state(one: ComparedOffer, taken: set[str]) -> str:
    return (
        choose_text("retenue", "chosen") if one.offer in taken else choose_text(*STATES[one.state])
    )


def _build_offer_table(brief: Brief, lot: LotComparison, taken: set[str]) -> Table:
    unsaid = choose_text("non dit", "not told")
    rows = tuple(
        (
            one.supplier,
            _NONE if one.rank is None else format_number(one.rank),
            _NONE if one.tier is None else format_number(one.tier),
            _NONE if one.cost_eur is None else format_euros(one.cost_eur),
            _NONE if one.mean_eur_per_mwh is None else format_rate(one.mean_eur_per_mwh),
            _NONE if one.above_best_eur is None else format_euros(one.above_best_eur),
            choose_text(*PRICINGS[one.pricing]) + (f" ({one.index})" if one.index else ""),
            format_percent(one.green_share, 0),
            _describe_offer_state(one, taken),
            unsaid if one.valid_until is None else brief.when(one.valid_until),
        )
        for one in lot.offers
    )
    caption = choose_text(f"Offres comparées, {lot.name}", f"Offers compared, {lot.name}")
    return Table(caption, _list_offer_heads(), rows, frozenset({1, 2, 3, 4, 5, 7}))


def _build_score_table(lot: LotComparison, taken: set[str]) -> Table:
    """The points of each offer by each published criterion, best score first."""
    scored = sorted(
        (one for one in lot.offers if one.points), key=lambda one: (one.score_rank or 0, one.offer)
    )
    names = {
        "price": choose_text("Prix", "Price"),
        "green": choose_text("Part verte", "Green share"),
    }
    criteria = [
        f"{names.get(each.criterion, each.criterion)} / {each.weight}" for each in scored[0].points
    ]
    rows = tuple(
        (
            one.supplier,
            format_number(one.score_rank or 0),
            *(format_number(each.points, 2) for each in one.points),
            format_number(one.score or 0, 2),
            _NONE if one.above_best_eur is None else format_euros(one.above_best_eur),
            _describe_offer_state(one, taken),
        )
        for one in scored
    )
    heads = (
        choose_text("Fournisseur", "Supplier"),
        choose_text("Classement", "Rank"),
        *criteria,
        choose_text("Note / 100", "Score / 100"),
        choose_text("Écart avec la moins chère", "Above the least cost"),
        choose_text("Ce qu'il en est", "State"),
    )
    caption = choose_text(
        f"Notes selon les critères publiés, {lot.name}",
        f"Scores by the published criteria, {lot.name}",
    )
    return Table(caption, heads, rows, frozenset(range(1, len(heads) - 1)))


def _list_offer_heads() -> tuple[str, ...]:
    return (
        choose_text("Fournisseur", "Supplier"),
        choose_text("Rang", "Rank"),
        choose_text("Tranche", "Tier"),
        choose_text("Coût", "Cost"),
        choose_text("Prix moyen", "Mean price"),
        choose_text("Écart avec la première", "Gap to the first"),
        choose_text("Prix : nature", "Kind of price"),
        choose_text("Part verte", "Green share"),
        choose_text("Ce qu'il en est", "State"),
        choose_text("Valable jusqu'au", "Valid until"),
    )
