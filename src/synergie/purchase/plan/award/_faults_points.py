"""Faults of delivery points: volumes, their units, lots that take them, days they are bought."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from synergie.purchase.plan.award._fits_text import FITS_NONE, FITS_SEVERAL
from synergie.purchase.plan.award.faults import (
    At,
    View,
    iterate_repetitions,
    phrase,
    sum_point_energy,
)
from synergie.purchase.records.fault import PurchaseFault
from synergie.purchase.records.purchase import DeliveryPeriod, PurchasePoint

_HOURS = 8784
_KVA = {"C5": 36, "C4": 250}
REACHED: dict[str, Decimal] = {
    **{segment: Decimal(kva * _HOURS) / 1000 for segment, kva in _KVA.items()},
    "C3": Decimal(105_000),
    "C2": Decimal(105_000),
}
"""What a point of a segment can draw at most, MWh a year: its greatest power at all hours (36 and
250 kVA; 12 MW on the HTA network). More is not possible, whatever it feeds."""
USUAL: dict[tuple[str, bool], Decimal] = {
    ("C5", True): Decimal(80),
    ("C5", False): Decimal(160),
    ("C4", True): Decimal(1_200),
    ("C4", False): Decimal(1_800),
    **{
        (option, lighting): Decimal(most)
        for option, most in (("T1", 6), ("T2", 300), ("T3", 5_000))
        for lighting in (False, True)
    },
}
"""What real points stay under, by segment and whether it is lighting: lighting burns 4,100 h a
year; buildings of real groups draw 8 to 12 MWh in C5 and about 110 in C4 (domain.md §2, §3.1). Of
gas what its option is for (ATRD7)."""
_KILO = 1000

_VOLUME = "the energy of each time class, MWh a year"
_UNIT = "an amount in MWh"


def point_faults(view: View) -> Iterator[PurchaseFault]:
    """Every fault of every point, in their order."""
    points = view.problem.points
    twice = {i: first for i, first, _ in iterate_repetitions(point.id for point in points)}
    for i, point in enumerate(points):
        where = f"/points/{i}"
        if i in twice:
            found = phrase("the point {} is there already, at /points/{}", point.id, twice[i])
            yield At(f"{where}/id", "twice").fault(found, phrase("each point once"))
        yield from _iterate_volume_faults(point, where)
        yield from _iterate_lot_faults(view, point, i)
        yield from _iterate_period_faults(view, point, where)


def _iterate_volume_faults(point: PurchasePoint, where: str) -> Iterator[PurchaseFault]:
    total = sum_point_energy(point)
    if not point.energy:
        at = At(f"{where}/energy", "volume_missing", "grid_operator")  # R67, by the mandate
        yield at.fault(phrase("the point {} has no energy", point.id), phrase(_VOLUME))
    elif not total:
        at = At(f"{where}/energy", "volume_missing", "member", point.member, "warning")
        yield at.fault(phrase("all energies of the point {} are 0", point.id), phrase(_VOLUME))
    for j, k, name in iterate_repetitions(part.time_class for part in point.energy):
        at = At(f"{where}/energy/{j}", "twice", "member", point.member)
        found = phrase("the class {} is there already, at {}/energy/{}", name, where, k)
        yield at.fault(found, phrase("each time class once"))
    yield from _iterate_unit_faults(point, total, where)


def _iterate_unit_faults(
    point: PurchasePoint, total: Decimal, where: str
) -> Iterator[PurchaseFault]:
    """Kilowatt-hours where megawatt-hours belong are a thousand times too many."""
    most = REACHED.get(point.market_segment)
    usual = USUAL.get((point.market_segment, point.usage == "public_lighting"))
    if most is not None and total > most:
        at = At(f"{where}/energy", "volume_unit", "member", point.member)
        found = phrase(
            "{} MWh for the point {}: a {} point cannot draw over {}; it looks like kWh",
            total,
            point.id,
            point.market_segment,
            most,
        )
        yield at.fault(found, phrase("{} MWh, if that was kWh", total / _KILO))
    elif usual is not None and total > usual:
        at = At(f"{where}/energy", "volume_unit", "member", point.member, "warning")
        found = phrase(
            "{} MWh for the point {}: real {} points draw under {}",
            total,
            point.id,
            point.market_segment,
            usual,
        )
        yield at.fault(found, phrase(_UNIT))


def _iterate_lot_faults(view: View, point: PurchasePoint, i: int) -> Iterator[PurchaseFault]:
    lots = view.lot_of[i]
    if len(lots) == 1:
        return
    at = At(f"/points/{i}", "several_lots" if lots else "no_lot")
    values = (point.id, point.market_segment)
    if lots:
        found = phrase(FITS_SEVERAL[point.usage], *values, ", ".join(lots))
    else:
        found = phrase(FITS_NONE[point.usage], *values)
    yield at.fault(found, phrase("a segment and usage that exactly one lot takes"))


def _iterate_period_faults(view: View, point: PurchasePoint, where: str) -> Iterator[PurchaseFault]:
    """Blocking when the point is never bought for; else its part outside is only told."""
    delivery = view.problem.delivery
    if delivery is None:
        if point.entry is not None or point.exit is not None:
            found = phrase("the point {} enters or leaves, and no delivery is told", point.id)
            name = "entry" if point.entry is not None else "exit"
            at = At(f"{where}/{name}", "period")
            yield at.fault(found, phrase("the first and the last day of the delivery"))
        return
    starts, ends = delivery.starts, delivery.ends
    entry, leave = point.entry, point.exit
    if entry is not None and not starts <= entry < ends:
        yield _build_period_fault(point, f"{where}/entry", entry, delivery, blocking=entry >= ends)
    if leave is not None and not starts < leave <= ends:
        yield _build_period_fault(point, f"{where}/exit", leave, delivery, blocking=leave <= starts)


def _build_period_fault(
    point: PurchasePoint, where: str, day: date, delivery: DeliveryPeriod, *, blocking: bool
) -> PurchaseFault:
    at = At(where, "period", "member", point.member, "blocking" if blocking else "warning")
    eve = timedelta(days=1)
    last = day - eve if where.endswith("/exit") else day  # as the file tells it
    found = phrase("the point {} has the day {}", point.id, last)
    expected = phrase("a day of the delivery, {} to {}", delivery.starts, delivery.ends - eve)
    return at.fault(found, expected)
