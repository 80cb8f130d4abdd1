"""From a filled perimeter to the points of a purchase, and what kept points out."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from synergie.formats.templates.perimeter import TEMPLATE
from synergie.purchase.records.purchase import ClassEnergy, PurchasePoint
from synergie.schemas.assets.perimeter import MissingCell, PerimeterRow
from synergie.schemas.assets.supply_point import GAS_SEGMENTS

ONE_CLASS = frozenset({"BTINFCUST", "BTINFLU", *GAS_SEGMENTS})
"""Tariff options with one price at all hours: their total is their class BASE."""
_CLASSES = "Énergie de chaque classe : fichier R67, ou les factures."
_NOBODY: Mapping[str, str] = {}


class Needs(NamedTuple):
    """The points of a perimeter."""

    points: tuple[PurchasePoint, ...]
    missing: tuple[MissingCell, ...]
    """The first thing that a plan needs and a row lacks: that point is left out."""
    places: tuple[int, ...]
    """For each point, the place of its row in the perimeter, from 0."""


def points_of(
    rows: Sequence[PerimeterRow], members: Mapping[str, str] = _NOBODY, *, dated: bool = True
) -> Needs:
    """The points that *rows* tell whole.

    *members*: SIRET → the name of the member, for rows that bear the SIRET only. Entry, exit and
    green option are taken as they are told; the exit of a perimeter is its last day. Not *dated*:
    one whole year is bought, and days of entry and exit are left aside.
    """
    points, missing, places = [], [], []
    for i, row in enumerate(rows):
        cell = _find_missing_cell(row)
        if cell is None:
            points.append(_build_purchase_point(row, members, dated=dated))
            places.append(i)
        else:
            missing.append(cell)
    return Needs(tuple(points), tuple(missing), tuple(places))


def _find_missing_cell(row: PerimeterRow) -> MissingCell | None:
    """The first thing that a plan needs and the row lacks."""
    needed = {
        "member": row.member or row.member_siret,
        "market_segment": row.market_segment,
        "usage": row.usage,
        "tariff_code": _find_option(row),
        "total_kwh": row.reference if _has_year(row) else None,
        "kwh_BASE": _build_class_energies(row),
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
        where=column.where or _CLASSES,
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


def _find_option(row: PerimeterRow) -> str | None:
    """The tariff option; of gas its segment says it."""
    gas = row.market_segment if row.market_segment in GAS_SEGMENTS else None
    return row.tariff_code or gas


def _build_class_energies(row: PerimeterRow) -> tuple[ClassEnergy, ...]:
    """Energy of each class, MWh; of the total alone where the tariff option has one price."""
    year = row.reference
    if year is None:
        return ()
    told = [(one.tariff_class, one.kwh) for one in year.classes]
    if _find_option(row) in ONE_CLASS:
        return (_build_class_energy("BASE", year.total_kwh),)
    return tuple(_build_class_energy(name, kwh) for name, kwh in told)


def _build_class_energy(name: str, kwh: Decimal) -> ClassEnergy:
    return ClassEnergy(time_class=name, mwh=kwh.scaleb(-3))


def _build_purchase_point(
    row: PerimeterRow, members: Mapping[str, str], *, dated: bool
) -> PurchasePoint:
    by_siret = members.get(row.member_siret or "")
    fields: dict[str, object] = {
        "id": row.supply_point.partition(":")[2],
        "member": row.member or by_siret or row.member_siret,
        "market_segment": row.market_segment,
        "usage": row.usage,
        "tariff_code": _find_option(row),
        "energy": _build_class_energies(row),
        "green_share": (row.green_percent or 0) / 100,
    }
    if dated:
        fields["entry"] = row.entry_date
        fields["exit"] = None if row.exit_date is None else row.exit_date + timedelta(days=1)
    return PurchasePoint.model_validate(fields)
