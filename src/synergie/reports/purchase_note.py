"""The note of one member for its council: its own part of a purchase on one page, and its points.

It is made of a `MemberView` alone, so that it can hold nothing of another member.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from synergie.reports.document import (
    Answer,
    Answers,
    Block,
    Document,
    Items,
    Paragraph,
    Section,
    Table,
)
from synergie.reports.french import euros, long_date, moment, number, percent, quantity, short_date
from synergie.reports.plans import Catalogue, told
from synergie.reports.purchase_sheets import PRICINGS
from synergie.reports.purchase_words import PARIS, count, gain, listed, span
from synergie.schemas.member_view import MemberLot, MemberView
from synergie.schemas.offer import Price
from synergie.schemas.purchase import PurchasePoint

_LAW = "code de la commande publique, L2113-6 à L2113-8"
_ROWS = 10
"""Lots and prices that the first page holds; with more, the prices stand in the annex."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFrame:
    """What stands around the part of a member."""

    name: str
    """What people call the member."""
    group: str
    """What people call the group."""
    tell: Catalogue
    """French of the plan's sentences."""
    made_at: datetime | None = None
    """When the plan was made. None: not told."""
    tz: ZoneInfo = PARIS
    banner: str | None = None
    """What holds for all of it, such as that data are synthetic. None: nothing."""


def note_document(view: MemberView, frame: NoteFrame) -> Document:
    """The note for the council of one member."""
    return Document(
        title=f"{frame.name} : note pour la délibération",
        lead=f"{frame.group} : ce que l'achat nous coûte, contre quoi, et ce qu'il faut décider.",
        banner=frame.banner,
        dated=_dated(view, frame),
        sections=(_first(view, frame), *_annex(view, frame)),
    )


def _dated(view: MemberView, frame: NoteFrame) -> str:
    digest = f"problème {view.inputs_digest[:12]}"
    if frame.made_at is None:
        return f"Problème {view.inputs_digest[:12]}."
    return f"Calcul du {long_date(frame.made_at.astimezone(frame.tz).date())}, {digest}."


def _first(view: MemberView, frame: NoteFrame) -> Section:
    blocks: list[Block] = [_answers(view, frame), _lots(view)]
    prices = _prices(view)
    if prices.rows and not _apart(view, prices):
        blocks.append(prices)
    return Section("essentiel", "L'essentiel", tuple(blocks), sheet=True)


def _apart(view: MemberView, prices: Table) -> bool:
    """Whether the prices stand in an annex: the council's page holds no more."""
    return len(prices.rows) > 0 and len(view.lots) + len(prices.rows) > _ROWS


def _answers(view: MemberView, frame: NoteFrame) -> Answers:
    return Answers(
        (
            Answer("Combien pour nous ?", *_how_much(view)),
            Answer("Contre quoi ?", *_against(view)),
            Answer("Pour quoi ?", *_for_what(view)),
            Answer("Quelle certitude ?", *_how_sure(view)),
            Answer("Que décider ?", *_to_decide(view)),
            Answer("Avant quand ?", *_by_when(view, frame)),
            Answer("Et le groupe ?", *_group(view)),
        )
    )


def _how_much(view: MemberView) -> tuple[str, str]:
    parts = [
        f"{euros(amount)} {words}"
        for amount, words in (
            (view.fee_eur, "de frais de marché"),
            (view.coordinator_eur, "pour le coordonnateur"),
        )
        if amount
    ]
    more = f"Dont {' et '.join(parts)}." if parts else ""
    return f"{euros(view.cost_eur)} hors taxes {span(view.delivery)}.", more


def _against(view: MemberView) -> tuple[str, str]:
    if view.alone_eur is None or view.gain_eur is None:
        return "Sans comparaison : aucune offre ne nous sert seuls.", ""
    word = "de moins" if view.gain_eur >= 0 else "de plus"
    basis = "Seul : mêmes offres, même jour ; les hypothèses sont plus loin."
    told = gain(abs(view.gain_eur), view.alone_eur)
    return f"{euros(view.alone_eur)} si nous achetions seuls : {told} {word}.", basis


def _for_what(view: MemberView) -> tuple[str, str]:
    points = count(len(view.points), "point de livraison", "points de livraison")
    green = f", dont {percent(view.green_share, 0)} d'énergie verte" if view.green_share else ""
    lots = listed([lot.name for lot in view.lots])
    return f"{points}, {quantity(view.volume_mwh, 'MWh', 1)} par an{green}.", f"{lots}."


def _how_sure(view: MemberView) -> tuple[str, str]:
    pay = "Aucun membre ne paie plus que seul." if view.nobody_pays_more else ""
    if view.status == "proved":
        return "Prouvé : aucun autre plan ne coûte moins au groupe.", pay
    if view.gap is None:
        return "Sans preuve : un meilleur plan peut exister.", pay
    return f"Pas prouvé : au plus {percent(view.gap, 2)} au-dessus du meilleur plan.", pay


def _to_decide(view: MemberView) -> tuple[str, str]:
    joined = [lot for lot in view.lots if lot.supplier]
    alone = [lot.name for lot in view.lots if not lot.supplier]
    out = f" Acheter seuls : {listed(alone)}." if alone else ""
    if not joined:
        return f"Ne pas entrer dans cet achat.{out}", "Il ne nous coûterait pas moins."
    take = " ; ".join(f"{lot.name}, {lot.supplier}" for lot in joined)
    return f"Approuver : {take}.{out}", _mandate(view)


def _mandate(view: MemberView) -> str:
    """What the council has to have decided for the coordinator to sign."""
    if view.mandate is None:
        return (
            "Aucun mandat n'est connu : délibérer, approuver la convention constitutive et donner "
            f"mandat au coordonnateur ({_LAW})."
        )
    until = ""
    if view.mandate_until is not None:
        until = f", valable jusqu'au {short_date(view.mandate_until - timedelta(days=1))} compris"
    return f"Mandat donné : {view.mandate}{until} ; vérifier qu'il couvre cet achat."


def _by_when(view: MemberView, frame: NoteFrame) -> tuple[str, str]:
    if all(lot.supplier is None for lot in view.lots):
        return "Rien ne presse : aucune offre du groupe n'est prise.", ""
    if view.decide_before is None:
        return "L'offre ne dit pas jusqu'à quand elle tient.", "À demander au coordonnateur."
    return f"Offre valable jusqu'au {moment(view.decide_before, frame.tz)}.", ""


def _group(view: MemberView) -> tuple[str, str]:
    members = f"{count(view.group_members, 'membre')}."
    if view.group is None:
        return members, "Les totaux ne sont pas donnés : ils diraient la part d'un autre membre."
    told = gain(view.group.gain_eur, view.group.alone_eur)
    whole = f"{quantity(view.group.volume_mwh, 'MWh')} par an, {euros(view.group.cost_eur)}"
    return members, f"Ensemble : {whole}, {told} de moins que chacun seul."


def _lots(view: MemberView) -> Table:
    rows = tuple(_lot(lot) for lot in view.lots)
    volume = sum((lot.volume_mwh for lot in view.lots), Decimal(0))
    whole = (
        "Total", "", quantity(volume, "MWh", 1), _or(view.alone_eur, "impossible seul"),
        euros(view.cost_eur), _or(view.gain_eur, "sans comparaison"),
    )  # fmt: skip
    heads = ("Lot", "Fournisseur", "Volume par an", "Seul", "Ensemble", "Gain")
    caption = f"Nos lots, en euros hors taxes {span(view.delivery)}"
    return Table(caption, heads, rows, frozenset({2, 3, 4, 5}), whole)


def _lot(lot: MemberLot) -> tuple[str, ...]:
    cost = lot.supply_eur + lot.fee_eur + lot.coordinator_eur
    return (
        lot.name, lot.supplier or "acheté seul", quantity(lot.volume_mwh, "MWh", 1),
        _or(lot.alone_eur, "impossible seul"), euros(cost), _or(lot.gain_eur, "sans comparaison"),
    )  # fmt: skip


def _or(amount: Decimal | None, words: str) -> str:
    return words if amount is None else euros(amount)


def _prices(view: MemberView) -> Table:
    rows = tuple(row for lot in view.lots for row in _price_rows(lot))
    heads = ("Lot", "Formule d'acheminement", "Classe", "Année", "Prix", "Nature")
    return Table("Les prix que nous paierons, hors taxes", heads, rows, frozenset({4}))


def _price_rows(lot: MemberLot) -> Iterator[tuple[str, ...]]:
    nature = PRICINGS[lot.pricing] if lot.pricing else ""
    if lot.index:
        nature += f" : {lot.index}"
    for price in lot.prices:
        year = "toutes" if price.year is None else str(price.year)
        yield lot.name, price.tariff_code, price.time_class, year, _rate(price), nature
    for one in lot.subscriptions:
        yearly = f"{euros(one.eur_per_point)} par point et par an"
        yield lot.name, one.tariff_code, "abonnement", "toutes", yearly, nature


def _rate(price: Price) -> str:
    digits = max(2, -int(price.eur_per_mwh.as_tuple().exponent))
    return quantity(price.eur_per_mwh, "€/MWh", digits)


def _annex(view: MemberView, frame: NoteFrame) -> Iterator[Section]:
    prices = _prices(view)
    if _apart(view, prices):
        yield Section("prix", "Annexe : les prix", (prices,))
    rows = tuple(_point(point) for point in view.points)
    heads = ("Point de livraison", "Segment", "Formule d'acheminement", "Énergie par an", "Présent")
    points = Table(
        "Nos points de livraison, comme ils ont été comptés", heads, rows, frozenset({3})
    )
    yield Section("points", "Annexe : nos points de livraison", (points,))
    assumed = told(view.assumptions, frame.tell)
    again = Paragraph(f"Empreinte du problème (SHA-256) : {view.inputs_digest}")
    yield Section(
        "hypotheses", "Annexe : hypothèses", (Items("Ce qui est supposé", assumed), again)
    )


def _point(point: PurchasePoint) -> tuple[str, ...]:
    mwh = sum((one.mwh for one in point.energy), Decimal(0))
    start = f"à partir du {short_date(point.entry)}" if point.entry else ""
    end = f"avant le {short_date(point.exit)}" if point.exit else ""
    there = " ".join(filter(None, (start, end))) or "toute la livraison"
    return point.id, point.market_segment, point.tariff_code, f"{number(mwh, 3)} MWh", there
