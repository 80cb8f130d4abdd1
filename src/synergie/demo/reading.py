"""What is read back through the agreements: only this goes into the plans."""

from collections.abc import Iterator
from dataclasses import dataclass

from synergie.client import Client
from synergie.demo.accords import WANTED
from synergie.errors import BadInput
from synergie.samples import ENERGY, LIGHTING, YEAR, member
from synergie.samples.night import year_bounds
from synergie.schemas.assets.cabinet import Cabinet
from synergie.schemas.assets.light_point import LightPoint
from synergie.schemas.assets.supply_point import SupplyPoint
from synergie.schemas.series import Series
from synergie.schemas.trust.agreement import Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class PointYear:
    """One delivery point with its energy month by month, as the coordinator read it."""

    point: SupplyPoint
    member: str
    """Who pays for it."""
    months_wh: tuple[float | None, ...]
    """Energy of the twelve months, Wh; None where nothing was measured."""

    @property
    def months_kwh(self) -> tuple[float, ...]:
        """The same in kWh. BadInput when a month was not measured: a plan takes no guess."""
        for month, value in enumerate(self.months_wh, start=1):
            if value is None:
                raise BadInput(f"{self.point.id}, month {month}", "no measure", "a whole year")
        return tuple(value / 1000 for value in self.months_wh if value is not None)

    @property
    def kwh(self) -> float:
        """Energy of the year, kWh."""
        return sum(self.months_kwh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Park:
    """The lighting that the maintenance plan is about."""

    cabinets: tuple[Cabinet, ...]
    light_points: tuple[LightPoint, ...]


def purchase_points(client: Client, agreements: dict[str, Agreement]) -> list[PointYear]:
    """The delivery points of all members, read by the energy syndicate: its own and two others'."""
    sites = {site.external_id: site for site in client.sites()}
    ways = [None] + [agreements[w.key].id for w in WANTED if w.purpose == "joint_purchase"]
    found = []
    for agreement in ways:
        points = {point.id: point for point in client.supply_points(agreement=agreement)}
        for series, months in _read_monthly_energies(client, agreement):
            point = points[series.supply_point_id]
            site = None if agreement is not None else sites.get(point.site or "")
            payer = point.owner if site is None else member(ENERGY, site)
            found.append(PointYear(point=point, member=payer, months_wh=months))
    return found


def _read_monthly_energies(
    client: Client, agreement: str | None
) -> Iterator[tuple[Series, tuple[float | None, ...]]]:
    """Each series with its energy of the twelve months, as one stream."""
    start, end = year_bounds(YEAR)
    known = {series.id: series for series in client.series(agreement=agreement)}
    curves = client.export(start=start, end=end, granularity="month", agreement=agreement)
    for curve in curves:
        yield known[curve.series], tuple(curve.values)


def park(client: Client, agreements: dict[str, Agreement]) -> Park:
    """Cabinets and light points of the three operators, read by the lighting syndicate."""
    opened = [None] + [
        agreements[wanted.key].id
        for wanted in WANTED
        if wanted.recipient == LIGHTING and wanted.dataset == "assets"
    ]
    return Park(
        cabinets=tuple(c for agreement in opened for c in client.cabinets(agreement=agreement)),
        light_points=tuple(
            p for agreement in opened for p in client.light_points(agreement=agreement)
        ),
    )
