"""Which price cells a lot needs, and which of them a tier of an offer leaves blank."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from synergie.energy.records.offer import Tier
from synergie.purchase.records.purchase import DeliveryPeriod, PurchasePoint

type Cell = tuple[str, str]
"""A tariff option and a time class."""


def list_needed_cells(points: Iterable[PurchasePoint]) -> frozenset[Cell]:
    """Cells with energy: a class that draws nothing needs no price."""
    return frozenset(
        (point.tariff_code, part.time_class)
        for point in points
        for part in point.energy
        if part.mwh
    )


def list_missing_cells(
    tier: Tier, wanted: AbstractSet[Cell], years: AbstractSet[int]
) -> tuple[Cell, ...]:
    """Cells of *wanted* that *tier* does not price in every one of *years* (any, when empty)."""
    always = {(p.tariff_code, p.time_class) for p in tier.prices if p.year is None}
    dated: dict[Cell, set[int]] = {}
    for price in tier.prices:
        if price.year is not None:
            dated.setdefault((price.tariff_code, price.time_class), set()).add(price.year)
    return tuple(
        cell
        for cell in sorted(wanted)
        if cell not in always and not (dated.get(cell) and years <= dated[cell])
    )


def years_of(delivery: DeliveryPeriod | None) -> frozenset[int]:
    """Civil years with at least one day of the delivery. Empty: no delivery is told."""
    if delivery is None:
        return frozenset()
    last = delivery.ends.year - (delivery.ends.month == delivery.ends.day == 1)
    return frozenset(range(delivery.starts.year, last + 1))
