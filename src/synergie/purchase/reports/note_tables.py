"""The tables of a member's note: its lots, the prices that it will pay, its delivery points."""

from collections.abc import Iterator
from decimal import Decimal

from synergie.energy.records.offer import Price
from synergie.purchase.records.member_view import MemberLot, MemberView
from synergie.purchase.records.purchase import PurchasePoint
from synergie.purchase.reports.awards import yearly_volume
from synergie.purchase.reports.sheets import PRICINGS
from synergie.purchase.reports.words import impossible_alone, no_comparison, rate, span
from synergie.reports.document import Table
from synergie.reports.language import say
from synergie.reports.written import euros, number, quantity, short_date


def lots_table(view: MemberView) -> Table:
    """What it pays in each lot, alone and together."""
    rows = tuple(_lot(lot) for lot in view.lots)
    volume = sum((lot.volume_mwh for lot in view.lots), Decimal(0))
    whole = (
        "Total", "", quantity(volume, "MWh", 1), _or(view.alone_eur, impossible_alone()),
        euros(view.cost_eur), _or(view.gain_eur, no_comparison()),
    )  # fmt: skip
    heads = (
        "Lot", say("Fournisseur", "Supplier"), yearly_volume(), say("Seul", "Alone"),
        say("Ensemble", "Together"), say("Gain", "Gain"),
    )  # fmt: skip
    days = span(view.delivery)
    caption = say(
        f"Nos lots, en euros hors taxes {days}", f"Our lots, in euros {days} excluding VAT"
    )
    return Table(caption, heads, rows, frozenset({2, 3, 4, 5}), whole)


def _lot(lot: MemberLot) -> tuple[str, ...]:
    cost = lot.supply_eur + lot.fee_eur + lot.coordinator_eur
    return (
        lot.name, lot.supplier or say("acheté seul", "bought alone"),
        quantity(lot.volume_mwh, "MWh", 1), _or(lot.alone_eur, impossible_alone()), euros(cost),
        _or(lot.gain_eur, no_comparison()),
    )  # fmt: skip


def _or(amount: Decimal | None, words: str) -> str:
    return words if amount is None else euros(amount)


def prices_table(view: MemberView) -> Table:
    """Every price that it will pay; no row when it buys alone."""
    rows = tuple(row for lot in view.lots for row in _price_rows(lot))
    heads = (
        "Lot", network_option(), say("Classe", "Class"), say("Année", "Year"),
        say("Prix", "Price"), say("Nature", "Kind"),
    )  # fmt: skip
    caption = say(
        "Les prix que nous paierons, hors taxes", "The prices that we will pay, excluding VAT"
    )
    return Table(caption, heads, rows, frozenset({4}))


def network_option() -> str:
    """Head of a column of tariff options of the network."""
    return say("Formule d'acheminement", "Network option")


def _price_rows(lot: MemberLot) -> Iterator[tuple[str, ...]]:
    nature = say(*PRICINGS[lot.pricing]) if lot.pricing else ""
    if lot.index:
        nature += say(f" : {lot.index}", f": {lot.index}")
    every = say("toutes", "all")
    for price in lot.prices:
        year = every if price.year is None else str(price.year)
        yield lot.name, price.tariff_code, price.time_class, year, _rate(price), nature
    for one in lot.subscriptions:
        amount = euros(one.eur_per_point)
        yearly = say(f"{amount} par point et par an", f"{amount} per point per year")
        yield lot.name, one.tariff_code, say("abonnement", "subscription"), every, yearly, nature


def _rate(price: Price) -> str:
    digits = max(2, -int(price.eur_per_mwh.as_tuple().exponent))
    return rate(price.eur_per_mwh, digits)


def points_table(view: MemberView) -> Table:
    """Its delivery points, as they were counted."""
    rows = tuple(_point(point) for point in view.points)
    heads = (
        say("Point de livraison", "Delivery point"), say("Segment", "Segment"), network_option(),
        say("Énergie par an", "Energy a year"), say("Présent", "Present"),
    )  # fmt: skip
    caption = say(
        "Nos points de livraison, comme ils ont été comptés",
        "Our delivery points, as they were counted",
    )
    return Table(caption, heads, rows, frozenset({3}))


def _point(point: PurchasePoint) -> tuple[str, ...]:
    mwh = sum((one.mwh for one in point.energy), Decimal(0))
    return (
        point.id, point.market_segment, point.tariff_code, f"{number(mwh, 3)} MWh", _there(point)
    )  # fmt: skip


def _there(point: PurchasePoint) -> str:
    """From when to when it takes part."""
    told = []
    if point.entry:
        first = short_date(point.entry)
        told.append(say(f"à partir du {first}", f"from {first}"))
    if point.exit:
        last = short_date(point.exit)
        told.append(say(f"avant le {last}", f"before {last}"))
    return " ".join(told) or say("toute la livraison", "the whole delivery")
