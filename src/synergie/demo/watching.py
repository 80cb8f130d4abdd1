"""Three cabinets whose lamps report themselves: curves with faults planted, and their alerts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from synergie.client import Client
from synergie.demo.files import by_file, meter_curve
from synergie.demo.partners import Partner
from synergie.formats import write
from synergie.samples import LIGHTING, Holding, Territory, YearCurve, year_curves
from synergie.samples.curves import lighting_loads, step_of
from synergie.watch.client.alerts import Alerts
from synergie.watch.records.alert import Alert

_DAY = 48
"""Half-hours."""
_LIT_DAYS, _DARK_DAYS, _LOST_DAYS = 12, 5, 20
_LEFT = 0.7
"""Power that two phases of three leave."""
_BY_DAY = 0.9
"""Power of lamps by day: of those that were lit, some are worn."""


@dataclass(frozen=True, slots=True)
class Watched:
    """The alerts of the lighting syndicate, and the one that a ticket was made of."""

    alerts: tuple[Alert, ...]
    ticket: Alert

    def as_json(self) -> dict[str, object]:
        """The same for programs."""
        return {
            "alerts": [
                {"fault": one.fault, "cabinet": one.cabinet, "kwh": one.kwh} for one in self.alerts
            ],
            "ticket": self.ticket.ticket,
        }


def choose_faulty_points(whole: Territory, holding: Holding) -> tuple[str, ...]:
    """Keys of the delivery points whose curve has a fault: three cabinets of half-hours."""
    if holding.owner != LIGHTING:
        return ()
    loads, left_out = lighting_loads(whole), by_file(holding)
    return tuple(
        point.external_id
        for point in holding.supply_points
        if point.external_id in loads
        and point.external_id not in left_out
        and step_of(point) == "PT30M"
    )[:3]


def write_faulty_curves(partner: Partner, whole: Territory) -> Path:
    """The year of those cabinets: lit by day, dark, a phase lost, each to the end of the year."""
    holding = whole.holding(partner.organisation.id)
    chosen = choose_faulty_points(whole, holding)
    curves = {one.supply_point: one for one in year_curves(whole, holding.owner)}
    path = partner.folder / "courbes-armoires.csv"
    with path.open("wb") as sink:
        write(map(meter_curve, plant_faults([curves[one] for one in chosen])), sink,
              format="curves-csv")  # fmt: skip
    return path


def plant_faults(curves: list[YearCurve]) -> Iterator[YearCurve]:
    """Three *curves*: lit by day, dark, and a phase lost, each to the end of its year."""
    lit, dark, lost = curves
    most = max(lit.values)
    head, tail = _split_days(lit, _LIT_DAYS)
    yield replace(lit, values=[*head, *(max(one, round(_BY_DAY * most)) for one in tail)])
    head, tail = _split_days(dark, _DARK_DAYS)
    yield replace(dark, values=[*head, *(0 for _one in tail)])
    head, tail = _split_days(lost, _LOST_DAYS)
    yield replace(lost, values=[*head, *(round(_LEFT * one) for one in tail)])


def _split_days(curve: YearCurve, days: int) -> tuple[list[int], list[int]]:
    """Before and from the noon that lies so many days and a half before the end of the year."""
    place = len(curve.values) - days * _DAY - _DAY // 2
    return curve.values[:place], curve.values[place:]


def read_alerts(client: Client) -> Watched:
    """What the server told of them, with a ticket of the first that a crew mends."""
    calls: Alerts = client.alerts  # type: ignore[attr-defined]  # an application gives it
    found = sorted(calls, key=lambda one: one.cabinet)
    made = calls.make_ticket(next(one for one in found if one.fault == "dark").id)
    alerts = tuple(made if one.id == made.id else one for one in found)
    return Watched(alerts, made)
