"""Offers on one price forward curve, as a page: one table of costs, one of what lies outside."""

from synergie.purchase.records.forward import ForwardOutcome, ForwardStudy, LoadShape
from synergie.reports.document import Block, Document, Items, Paragraph, Section, Table
from synergie.reports.language import Pair, choose_text
from synergie.reports.plans import Catalogue, describe_phrases
from synergie.reports.written import format_euros, format_number, format_quantity, long_date

KINDS: dict[str, Pair] = {
    "fixed": ("fixe", "fixed"),
    "indexed": ("indexé", "indexed"),
    "blocks": ("blocs et spot", "blocks and spot"),
    "clicks": ("clics", "clicks"),
}
STRESSES: dict[str, Pair] = {
    "low": ("tension basse", "low stress"),
    "high": ("tension haute", "high stress"),
}


def forward_document(study: ForwardStudy, tell: Catalogue) -> Document:
    """The whole page; *tell* translates the sentences of the study."""
    title = choose_text("Offres sur une courbe de prix à terme", "Offers on a price forward curve")
    day = long_date(study.quoted_on)
    said = describe_phrases(study.assumptions, tell)
    assumed = Items(choose_text("Ce qui est supposé", "What is assumed"), said)
    return Document(
        title=title,
        lead=choose_text(
            "Toutes les offres sur la même courbe du même jour, avec la charge du groupement.",
            "Every offer on the same curve of the same day, with the load of the group.",
        ),
        banner=None,
        dated=choose_text(f"Courbe du {day}, {study.source}.", f"Curve of {day}, {study.source}."),
        sections=(
            _section("charge", ("La charge", "The load"), _build_load_table(study)),
            _section("offres", ("Les offres", "The offers"), *_list_offer_blocks(study)),
            _section("hypotheses", ("Hypothèses", "Assumptions"), assumed),
        ),
    )


def _section(anchor: str, title: Pair, *blocks: Block) -> Section:
    return Section(anchor, choose_text(*title), blocks)


def _build_load_table(study: ForwardStudy) -> Table:
    heads = (
        choose_text("Période", "Period"),
        choose_text("Énergie", "Energy"),
        choose_text("Base (€/MWh)", "Base (€/MWh)"),
        choose_text("Profil (€/MWh)", "Profile (€/MWh)"),
        choose_text("Coefficient de forme", "Shape"),
    )
    rows = tuple(_describe_load(one) for one in study.years)
    caption = choose_text("La charge sur la courbe", "The load on the curve")
    return Table(caption, heads, rows, frozenset({1, 2, 3, 4}), _describe_load(study.load))


def _describe_load(one: LoadShape) -> tuple[str, ...]:
    return (
        choose_text("Livraison", "Delivery") if one.year is None else str(one.year),
        format_quantity(one.load_mwh, "MWh", 3),
        format_number(one.base_eur_per_mwh, 2),
        format_number(one.profile_eur_per_mwh, 2),
        "–" if one.shape is None else format_number(one.shape, 4),
    )


def _list_offer_blocks(study: ForwardStudy) -> tuple[Block, ...]:
    apart = Paragraph(
        choose_text(
            "Le volume hors de la bande est à part : il s'ajoute au coût sous tension.",
            "The volume outside the swing band is apart: it adds to the cost under a stress.",
        )
    )
    return _build_offer_table(study), apart, _build_swing_table(study)


def _name_stress(name: str) -> str:
    return choose_text(*STRESSES[name]) if name in STRESSES else name


def _build_offer_table(study: ForwardStudy) -> Table:
    cases = tuple(_name_stress(case.stress) for case in study.offers[0].cases)
    risk: tuple[str, ...] = ()
    if study.scenarios:
        risk = (
            choose_text("Moyenne des scénarios", "Mean of the scenarios"),
            choose_text("Les plus chers", "The dearest"),
            choose_text("Le pire", "The worst"),
        )
    heads = (
        choose_text("Offre", "Offer"),
        choose_text("Fournisseur", "Supplier"),
        choose_text("Prix", "Price"),
        choose_text("Rang", "Rank"),
        choose_text("Coût", "Cost"),
        choose_text("Prix moyen (€/MWh)", "Mean price (€/MWh)"),
        choose_text("Écart avec la première", "Gap to the first"),
        *cases,
        *risk,
    )
    caption = choose_text("Les offres sur la courbe", "The offers on the curve")
    rows = tuple(_describe_offer(one) for one in study.offers)
    return Table(caption, heads, rows, frozenset(range(3, len(heads))))


def _describe_offer(one: ForwardOutcome) -> tuple[str, ...]:
    risk = one.risk
    amounts = () if risk is None else (risk.mean_eur, risk.cvar_eur, risk.worst_eur)
    return (
        one.offer,
        one.supplier,
        choose_text(*KINDS[one.kind]),
        format_number(one.rank),
        format_euros(one.cost_eur),
        format_number(one.mean_eur_per_mwh, 2),
        format_euros(one.above_best_eur),
        *(format_euros(case.cost_eur) for case in one.cases),
        *(format_euros(amount) for amount in amounts),
    )


def _build_swing_table(study: ForwardStudy) -> Table:
    heads = (
        choose_text("Offre", "Offer"),
        choose_text("Tension", "Stress"),
        choose_text("Volume hors bande", "Volume outside"),
        choose_text("Aux prix de la courbe", "At the prices of the curve"),
        choose_text("Aux prix sous tension", "At the prices of the stress"),
    )
    rows = tuple(
        (
            one.offer,
            _name_stress(case.stress),
            format_quantity(case.outside_mwh, "MWh", 3),
            format_euros(case.swing_at_curve_eur),
            format_euros(case.swing_eur),
        )
        for one in study.offers
        for case in one.cases
    )
    caption = choose_text("Ce que coûte le volume hors bande", "What the volume outside costs")
    return Table(caption, heads, rows, frozenset({2, 3, 4}))
