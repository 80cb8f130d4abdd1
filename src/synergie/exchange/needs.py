"""From a filled perimeter to the needs of a purchase plan: points by member, lot and class."""

from collections.abc import Sequence
from decimal import Decimal

from synergie.formats.templates.perimeter import TEMPLATE
from synergie.schemas.perimeter import MissingCell, PerimeterRow
from synergie.schemas.purchase import ClassEnergy, Lot, PurchasePoint, PurchaseProblem

ONE_CLASS = frozenset({"BTINFCUST", "BTINFLU"})
"""Tariff options with one price at all hours: their total is their class BASE."""
SMALL = ("C5",)
LARGE = ("C1", "C2", "C3", "C4")


def needs_of(rows: Sequence[PerimeterRow]) -> tuple[PurchaseProblem, tuple[MissingCell, ...]]:
    """The problem without offers, and what kept points out of it.

    Lots are those of real tenders (domain.md §3.1): lighting up to 36 kVA, other points up to
    36 kVA, points above; they and the offers are to be changed and added before a plan is made.
    """
    points: list[PurchasePoint] = []
    left_out: list[MissingCell] = []
    for row in rows:
        missing = _missing(row)
        if missing is None:
            points.append(_point(row))
        else:
            left_out.append(missing)
    return PurchaseProblem(points=tuple(points), lots=_lots(points), offers=()), tuple(left_out)


def _missing(row: PerimeterRow) -> MissingCell | None:
    """The first thing that a plan needs and the row lacks."""
    needed = {
        "member": row.member or row.member_siret,
        "market_segment": row.market_segment,
        "usage": row.usage,
        "tariff_code": row.tariff_code,
        "total_kwh": row.reference if _has_year(row) else None,
        "kwh_BASE": _classes(row),
    }
    name = next((name for name, value in needed.items() if not value), None)
    column = None if name is None else TEMPLATE.column(name)
    if column is None:
        return None
    return MissingCell(
        supply_point=row.supply_point,
        site_name=row.site_name,
        column=column.title,
        purpose=column.purpose,
        where=column.where or "Énergie de chaque classe : fichier R67, ou les factures.",
    )


def _has_year(row: PerimeterRow) -> bool:
    """Whether its energy is of a whole year, and no correction makes it negative."""
    year = row.reference
    return (
        year is not None
        and year.method != "partial"
        and all(one.kwh >= 0 for one in year.classes)
        and year.total_kwh >= 0
    )


def _classes(row: PerimeterRow) -> tuple[ClassEnergy, ...]:
    """Energy of each class, MWh; of the total alone where the tariff option has one price."""
    year = row.reference
    if year is None:
        return ()
    told = [(one.tariff_class, one.kwh) for one in year.classes]
    if row.tariff_code in ONE_CLASS:
        return (_energy("BASE", year.total_kwh),)
    return tuple(_energy(name, kwh) for name, kwh in told)


def _energy(name: str, kwh: Decimal) -> ClassEnergy:
    return ClassEnergy(time_class=name, mwh=kwh.scaleb(-3))


def _point(row: PerimeterRow) -> PurchasePoint:
    fields = {
        "id": row.supply_point.partition(":")[2],
        "member": row.member or row.member_siret,
        "market_segment": row.market_segment,
        "usage": row.usage,
        "tariff_code": row.tariff_code,
        "energy": _classes(row),
    }
    return PurchasePoint.model_validate(fields)


def _lots(points: Sequence[PurchasePoint]) -> tuple[Lot, ...]:
    """The usual lots that these points fill."""
    usages = sorted({point.usage for point in points} - {"public_lighting"})
    whole = (
        ("lot-ep", "Éclairage public jusqu'à 36 kVA", SMALL, ["public_lighting"]),
        ("lot-c5", "Bâtiments et autres jusqu'à 36 kVA", SMALL, usages),
        ("lot-c1-c4", "Points au-delà de 36 kVA", LARGE, ["public_lighting", *usages]),
    )
    lots = (
        Lot.model_validate({"id": key, "name": name, "market_segments": segments, "usages": used})
        for key, name, segments, used in whole
        if used
    )
    return tuple(
        lot
        for lot in lots
        if any(p.market_segment in lot.market_segments and p.usage in lot.usages for p in points)
    )
