"""A purchase as the files that people have: a perimeter, price schedules, the file of the group."""

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from synergie import formats
from synergie.purchase.plan.offers.rows import rows_of
from synergie.purchase.records.group_row import GroupRow
from synergie.purchase.records.purchase import PurchasePoint, PurchaseProblem
from synergie.purchase.samples.needs import needs
from synergie.purchase.samples.purchase import tender
from synergie.samples import territory
from synergie.schemas.assets.perimeter import PerimeterEnergy, PerimeterRow, ReferenceYear


def bought() -> PurchaseProblem:
    """The purchase of the small demonstration territory, without limits of suppliers."""
    return tender(needs(territory(fast=True))).model_copy(update={"limits": ()})


def perimeter(problem: PurchaseProblem) -> list[PerimeterRow]:
    """Its points as rows of a perimeter."""
    return [_row(point) for point in problem.points]


def _row(point: PurchasePoint) -> PerimeterRow:
    classes = tuple(
        PerimeterEnergy.model_validate({"tariff_class": one.time_class, "kwh": 1000 * one.mwh})
        for one in point.energy
    )
    total = sum((one.kwh for one in classes), Decimal(0))
    year = ReferenceYear(method="declared", total_kwh=total, classes=classes)
    return PerimeterRow(
        supply_point=f"prm:{point.id}",
        member=point.member,
        market_segment=point.market_segment,
        tariff_code=point.tariff_code,
        usage=point.usage,
        reference=year,
        provenance="synthetic",
    )


def group(problem: PurchaseProblem) -> list[GroupRow]:
    """Its members, lots, fees and moment of award as rows of the group's file."""
    fees = problem.fees
    told: list[dict[str, Any]] = [
        {"kind": "member", "name": one.id, "mandate": one.mandate} for one in problem.members
    ]
    told += [
        {
            "kind": "lot", "lot": lot.id, "name": lot.name, "market_segments": lot.market_segments,
            "usages": lot.usages, "running_alone_eur": lot.running_alone_eur,
        }
        for lot in problem.lots
    ]  # fmt: skip
    if fees is not None:
        per = {"fee_per_pdl": fees.fee_per_pdl, "fee_per_mwh": fees.fee_per_mwh}
        told.append({"kind": "fees", **per})
    return [GroupRow(provenance="synthetic", **one) for one in told]


def write(path: Path, rows: Iterable[Any], form: str) -> Path:
    """The file *path* with *rows*, in the format *form*."""
    with path.open("wb") as sink:
        formats.write(rows, sink, format=form)
    return path


def written(folder: Path, problem: PurchaseProblem, kind: str = "xlsx") -> tuple[Path, Path, Path]:
    """The three files of *problem* in *folder*; perimeter and offers as `xlsx` or `csv`."""
    end = "-xlsx" if kind == "xlsx" else ""
    offers = rows_of(problem.offers, "synthetic")
    return (
        write(folder / f"perimetre.{kind}", perimeter(problem), f"perimeter{end}"),
        write(folder / f"offres.{kind}", offers, f"offers{end}"),
        write(folder / "groupe.csv", group(problem), "template-purchase-group"),
    )
