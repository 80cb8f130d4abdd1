"""The tables of a member's note: its lots, the prices that it will pay, its delivery points."""

from collections.abc import Iterator
from decimal import Decimal

from synergie.energy.records.offer import Price
from synergie.purchase.records.member_view import MemberLot, MemberView
from synergie.purchase.records.purchase import PurchasePoint
from synergie.purchase.reports.awards import yearly_volume
from synergie.purchase.reports.sheets import PRICINGS
from synergie.purchase.reports.words import (
    describe_delivery_span,
    format_rate,
    impossible_alone,
    no_comparison,
)
from synergie.reports.document import Table
from synergie.reports.language import choose_text
from synergie.reports.written import format_euros, format_number, format_quantity, short_date


def lots_table(view: MemberView) -> Table:
    """What it pays in each lot, alone and together."""
    rows = tuple(_build_lot_row(lot) for lot in view.lots)
    volume = sum((lot.volume_mwh for lot in view.lots), Decimal(0))
    whole = (
        "Total",
        "",
        format_quantity(volume, "MWh", 1),
        _format_euros_or(view.alone_eur, impossible_alone()),
        format_euros(view.cost_eur),
        _format_euros_or(view.gain_eur, no_comparison()),
    )
    heads = (
        "Lot",
        choose_text("Fournisseur", "Supplier"),
        yearly_volume(),
        choose_text("Seul", "Alone"),
        choose_text("Ensemble", "Together"),
        choose_text("Gain", "Gain"),
    )
    days = describe_delivery_span(view.delivery)
    caption = choose_text(
        f"Nos lots, en euros hors taxes {days}", f"Our lots, in euros {days} excluding VAT"
    )
    return Table(caption, heads, rows, frozenset({2, 3, 4, 5}), whole)


def _build_lot_row(lot: MemberLot) -> tuple[str, ...]:
    cost = lot.supply_eur + lot.fee_eur + lot.coordinator_eur
    return (
        lot.name,
        lot.supplier or choose_text("acheté seul", "bought alone"),
        format_quantity(lot.volume_mwh, "MWh", 1),
        _format_euros_or(lot.alone_eur, impossible_alone()),
        format_euros(cost),
        _format_euros_or(lot.gain_eur, no_comparison()),
    )


def _format_euros_or(amount: Decimal | None, words: str) -> str:
    return words if amount is None else format_euros(amount)


def prices_table(view: MemberView) -> Table:
    """Every price that it will pay; no row when it buys alone."""
    rows = tuple(row for lot in view.lots for row in _price_rows(lot))
    heads = (
        "Lot", network_option(), choose_text("Classe", "Class"), choose_text("Année", "Year"),
        choose_text("Prix", "Price"), choose_text("Nature", "Kind"),
    )  # fmt: skip
    caption = choose_text(
        "Les prix que nous paierons, hors taxes", "The prices that we will pay, excluding VAT"
    )
    return Table(caption, heads, rows, frozenset({4}))


def network_option() -> str:
    """Head of a column of tariff options of the network."""
    return choose_text("Formule d'acheminement", "Network option")


def _price_rows(lot: MemberLot) -> Iterator[tuple[str, ...]]:
    nature = choose_text(*PRICINGS[lot.pricing]) if lot.pricing else ""
    if lot.index:
        nature += choose_text(f" : {lot.index}", f": {lot.index}")
    every = choose_text("toutes", "all")
    for price in lot.prices:
        year = every if price.year is None else str(price.year)
        yield lot.name, price.tariff_code, price.time_class, year, _format_price_rate(price), nature
    for one in lot.subscriptions:
        amount = format_euros(one.eur_per_point)
        yearly = choose_text(f"{amount} par point et par an", f"{amount} per point per year")
        yield (
            lot.name,
            one.tariff_code,
            choose_text("abonnement", "subscription"),
            every,
            yearly,
            nature,
        )


def _format_price_rate(price: Price) -> str:
    digits = max(2, -int(price.eur_per_mwh.as_tuple().exponent))
    return format_rate(price.eur_per_mwh, digits)


def points_table(view: MemberView) -> Table:
    """Its delivery points, as they were counted."""
    rows = tuple(_build_point_row(point) for point in view.points)
    heads = (
        choose_text("Point de livraison", "Delivery point"),
        choose_text("Segment", "Segment"),
        network_option(),
        choose_text("Énergie par an", "Energy a year"),
        choose_text("Présent", "Present"),
    )
    caption = choose_text(
        "Nos points de livraison, comme ils ont été comptés",
        "Our delivery points, as they were counted",
    )
    return Table(caption, heads, rows, frozenset({3}))


def _build_point_row(point: PurchasePoint) -> tuple[str, ...]:
    mwh = sum((one.mwh for one in point.energy), Decimal(0))
    return (
        point.id,
        point.market_segment,
        point.tariff_code,
        f"{format_number(mwh, 3)} MWh",
        _describe_participation(point),
    )


def _describe_participation(point: PurchasePoint) -> str:
    """From when to when it takes part."""
    told = []
    if point.entry:
        first = short_date(point.entry)
        told.append(choose_text(f"à partir du {first}", f"from {first}"))
    if point.exit:
        last = short_date(point.exit)
        told.append(choose_text(f"avant le {last}", f"before {last}"))
    return " ".join(told) or choose_text("toute la livraison", "the whole delivery")
