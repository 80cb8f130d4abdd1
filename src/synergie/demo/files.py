"""The files that each organisation deposits: meter curves in Enedis' form, an inventory, bills."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

from synergie.budget.records.line import BudgetLine
from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.demo.partners import Partner
from synergie.formats import write
from synergie.samples import (
    ENERGY,
    EPCI,
    LIGHTING,
    YEAR,
    Holding,
    Territory,
    YearCurve,
    year_curves,
)
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from synergie.units import STEP_SECONDS

_INVENTORY = {
    EPCI: ("eclairage.csv", "light-points-csv-fr"),
    ENERGY: ("eclairage.csv", "light-points-csv-fr"),
    LIGHTING: ("eclairage.geojson", "lighting-geojson"),
}

YEARS = (YEAR, YEAR + 1)
"""The year of the curves, which last year's bills stand beside, and the next one."""
_PARIS = load_time_zone("Europe/Paris")
_EUR_KWH, _EUR_MONTH = Decimal("0.21"), Decimal(15)
_WRONG = (YEAR, 3)
"""Year and month of the bill that tells half too much."""
_SERVICES = {"building": "Bâtiments", "public_lighting": "Éclairage public"}
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


def write_bills(folder: Path, whole: Territory, *, now: datetime) -> Path:
    """The bills of the community until the last month that is over, as a filled template.

    One bill of the largest point tells half too much, to be found.
    """
    path = folder / "factures.csv"
    with path.open("wb") as sink:
        write(iterate_bills(whole, now=now), sink, format="template-monthly-energy")
    return path


def iterate_bills(whole: Territory, *, now: datetime) -> Iterator[PeriodEnergy]:
    """A bill a point and month that is over."""
    today = day_of(now, _PARIS)
    for year in YEARS:
        curves = list(year_curves(whole, EPCI, year=year))
        largest = max(curves, key=YearCurve.kwh)
        for curve in curves:
            for month in range(1, 13):
                first = date(year, month, 1)
                after = (first + timedelta(days=31)).replace(day=1)
                if after > today:
                    break
                wrong = curve is largest and (year, month) == _WRONG
                kwh = sum_days(curve, first, after) * Decimal("1.5" if wrong else "1")
                yield PeriodEnergy(
                    name=curve.supply_point,
                    supply_point=curve.supply_point,
                    from_date=first,
                    to_date=after,
                    energy_kwh=kwh,
                    cost_eur=(kwh * _EUR_KWH + _EUR_MONTH).quantize(Decimal("0.01")),
                    vat_included=True,
                    provenance="synthetic",
                )


def sum_days(curve: YearCurve, first: date, after: date) -> Decimal:
    """Whole kWh of *curve* from the first day until the day *after*."""
    step = timedelta(seconds=STEP_SECONDS[curve.step])
    begin, end = ((day_bounds(day, _PARIS)[0] - curve.start) // step for day in (first, after))
    watts = sum(curve.values[begin:end])
    return Decimal(round(watts * step / timedelta(hours=1) / 1000))


def list_votes(whole: Territory) -> tuple[BudgetLine, ...]:
    """What was voted for each point and year: its energy of a usual year, at the price of bills."""
    return tuple(
        BudgetLine(
            member=EPCI,
            service=_SERVICES.get(point.usage or "", "Autres"),
            point=point.external_id,
            year=year,
            kwh=Decimal(round(point.annual_kwh or 0)),
            eur=Decimal(round(point.annual_kwh or 0)) * _EUR_KWH + 12 * _EUR_MONTH,
            vat_included=True,
        )
        for point in whole.holding(EPCI).supply_points
        for year in YEARS
    )
