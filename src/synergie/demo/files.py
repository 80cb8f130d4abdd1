"""The files that each organisation deposits: meter curves in Enedis' form, and an inventory."""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from synergie.demo.partners import Partner
from synergie.formats import write
from synergie.samples import ENERGY, EPCI, LIGHTING, Holding, Territory, YearCurve, year_curves
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile

_INVENTORY = {
    EPCI: ("eclairage.csv", "light-points-csv-fr"),
    ENERGY: ("eclairage.csv", "light-points-csv-fr"),
    LIGHTING: ("eclairage.geojson", "lighting-geojson"),
}

BY_FILE = 3
"""Delivery points of each organisation whose curve comes as a file: the largest consumers."""


def by_file(holding: Holding) -> frozenset[str]:
    """Keys of the delivery points of *holding* whose curve comes as a file."""
    largest = sorted(
        holding.supply_points, key=lambda point: (-(point.annual_kwh or 0), point.code)
    )
    return frozenset(point.external_id for point in largest[:BY_FILE])


def write_files(partner: Partner, whole: Territory) -> list[Path]:
    """The files of *partner*, written into its folder: curves (HDM), then the inventory.

    The lighting syndicate keeps its inventory as GeoJSON, the others in a French spreadsheet's CSV.
    """
    holding = whole.holding(partner.organisation.id)
    curves = partner.folder / "courbes-enedis.csv"
    _write_curves(curves, holding, whole)
    name, form = _INVENTORY[holding.owner]
    inventory = partner.folder / name
    with inventory.open("wb") as sink:
        write(holding.light_points, sink, format=form)
    return [curves, inventory]


def _write_curves(path: Path, holding: Holding, whole: Territory) -> None:
    """One file: the segment of its points decides the side that its stamps mark."""
    chosen = by_file(holding)
    points = [point for point in holding.supply_points if point.external_id in chosen]
    curves = (c for c in year_curves(whole, holding.owner) if c.supply_point in chosen)
    with path.open("wb") as sink:
        profile = Profile(stamp=_choose_stamp_side(points))
        write(map(meter_curve, curves), sink, format="enedis-hdm-curve", profile=profile)


def _choose_stamp_side(points: Iterable[SupplyPointRecord]) -> Literal["start", "end"]:
    return "end" if all(point.market_segment == "C5" for point in points) else "start"


def meter_curve(curve: YearCurve) -> MeterCurve:
    """*curve* as a meter's file tells it."""
    return MeterCurve(
        supply_point=curve.supply_point,
        quantity="active_power",
        form="mean_power",
        direction="import",
        unit="W",
        start=curve.start,
        step=curve.step,
        values=list(curve.values),
        provenance="synthetic",
    )
