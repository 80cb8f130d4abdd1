"""The delivery points of a purchase as a sheet: whose, in which lot, with which energy."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from synergie.purchase.records.purchase import Lot, PurchasePoint
from synergie.purchase.reports.inputs import METHODS
from synergie.purchase.reports.words import Brief
from synergie.reports.language import Pair, choose_text
from synergie.reports.sheets import Column, Head, Sheet, Value, build_columns

USAGES: dict[str, Pair] = {
    "public_lighting": ("Éclairage public", "Public lighting"),
    "building": ("Bâtiment", "Building"), "water": ("Eau", "Water"),
    "charging": ("Recharge", "Charging"), "other": ("Autre", "Other"),
}  # fmt: skip
"""Usages, in words."""
_CLASSES = ("HPH", "HCH", "HPB", "HCB", "HP", "HC", "BASE")
_WHOSE: tuple[Head, ...] = (
    ("Point de livraison", "Delivery point", "text"),
    ("Membre", "Member", "text"),
    ("Nom du membre", "Name of the member", "text"),
    ("Lot", "Lot", "text"),
    ("Segment", "Segment", "text"),
    ("Usage", "Usage", "text"),
    ("Formule tarifaire d'acheminement", "Network tariff option", "text"),
)
"""Heads before the energy of each class."""
_WHEN: tuple[Head, ...] = (
    ("Part verte demandée", "Green share asked for", "share"),
    ("Entrée", "Entry", "date"),
    ("Sortie (non comprise)", "Exit (not included)", "date"),
    ("Énergie : méthode", "Energy: method", "text"),
    ("Énergie : premier jour", "Energy: first day", "date"),
    ("Énergie : jour après le dernier", "Energy: day after the last", "date"),
)
"""Heads after it."""


def perimeter_sheet(brief: Brief) -> Sheet:
    """Every delivery point, with the energy of each class that is used."""
    used = {one.time_class for point in brief.problem.points for one in point.energy}
    classes = [*(name for name in _CLASSES if name in used), *sorted(used - set(_CLASSES))]
    unit = choose_text("MWh/an", "MWh/year")
    energies = (Column(f"{name} ({unit})", "energy") for name in (*classes, "Total"))
    heads = (*build_columns(*_WHOSE), *energies, *build_columns(*_WHEN))
    return Sheet(choose_text("Périmètre", "Perimeter"), heads, _iterate_point_rows(brief, classes))


def _iterate_point_rows(brief: Brief, classes: Sequence[str]) -> Iterator[Sequence[Value]]:
    years = {row.supply_point.partition(":")[2]: row.reference for row in brief.perimeter}
    usages = {usage: choose_text(*name) for usage, name in USAGES.items()}
    methods = {method: choose_text(*name) for method, name in METHODS.items()}
    for point in brief.problem.points:
        energy = {one.time_class: one.mwh for one in point.energy}
        year = years.get(point.id)
        yield (
            point.id, point.member, brief.member(point.member),
            _lot_of(brief.problem.lots, point), point.market_segment,
            usages.get(point.usage, point.usage), point.tariff_code,
            *(energy.get(name) for name in classes),
            sum(energy.values(), Decimal(0)), point.green_share, point.entry, point.exit,
            None if year is None else methods[year.method],
            None if year is None else year.from_date, None if year is None else year.to_date,
        )  # fmt: skip


def _lot_of(lots: Sequence[Lot], point: PurchasePoint) -> str | None:
    takes = (
        lot.name
        for lot in lots
        if point.market_segment in lot.market_segments and point.usage in lot.usages
    )
    return next(takes, None)
