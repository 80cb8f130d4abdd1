"""Three cabinets whose lamps report themselves: curves with faults planted, and their alerts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from synergie.calendar import load_time_zone
from synergie.client import Client
from synergie.demo.files import by_file, meter_curve
from synergie.demo.partners import Partner
from synergie.formats import write
from synergie.maintenance.records.rounds import (
    CrewShift,
    Round,
    RoundPlace,
    RoundsProblem,
    RoundStop,
)
from synergie.maintenance.samples.crews import crew_book
from synergie.samples import LIGHTING, YEAR, Holding, Territory, YearCurve, year_curves
from synergie.samples.curves import lighting_loads, step_of
from synergie.schemas.assets.work_order import WorkOrder
from synergie.watch.client.alerts import Alerts
from synergie.watch.records.alert import Alert

_DAY = 48
"""Half-hours."""
_LIT_DAYS, _DARK_DAYS, _LOST_DAYS = 12, 5, 20
_LEFT = 0.7
"""Power that two phases of three leave."""
_ROUND_DAY = date(YEAR + 1, 1, 5)
"""A Monday after the last night of the curves."""
_BY_DAY = 0.9
"""Power of lamps by day: of those that were lit, some are worn."""


@dataclass(frozen=True, slots=True)
class Watched:
    """The alerts of the lighting syndicate, and what became of one: ticket, round, works done."""

    alerts: tuple[Alert, ...]
    """As they stand at the end."""
    ticket: Alert
    """The one that a ticket was made of, before the crew came."""
    round: Round
    """The crew's day that answers the ticket."""
    closed: Alert
    """The same alert after the crew's report."""

    def as_json(self) -> dict[str, object]:
        """The same for programs."""
        return {
            "alerts": [
                {"fault": one.fault, "cabinet": one.cabinet, "kwh": one.kwh} for one in self.alerts
            ],
            "ticket": self.ticket.ticket,
            "round": {"crew": self.round.crew, "day": self.round.day.isoformat()},
            "closed": self.closed.state == "closed",
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


def follow_alerts(client: Client, partner: Partner, whole: Territory) -> Watched:
    """What the server told of them; the dark one becomes a ticket, is mended on a round, closed."""
    calls: Alerts = client.alerts  # type: ignore[attr-defined]  # an application gives it
    made = calls.make_ticket(next(one for one in calls if one.fault == "dark").id)
    tour = plan_round(whole, made)
    path = partner.folder / "compte-rendu.csv"
    with path.open("wb") as sink:
        write([_report_works(made, tour)], sink, format="template-work-orders")
    client.deposit(path)
    lamps = (one for one in calls if one.cabinet is not None)
    found = tuple(sorted(lamps, key=lambda one: one.subject))
    return Watched(found, made, tour, next(one for one in found if one.id == made.id))


def plan_round(whole: Territory, alert: Alert) -> Round:
    """The first crew of the lighting syndicate goes from its depot to the cabinet and back."""
    from synergie.maintenance.plan.rounds import solve  # noqa: PLC0415 (heavy)

    book, zone = crew_book(), load_time_zone("Europe/Paris")
    depot = next(one for one in book.depots if one.organisation == LIGHTING)
    (cabinet,) = (
        one for one in whole.holding(LIGHTING).cabinets if one.external_id == alert.cabinet
    )
    if cabinet.location is None:
        raise TypeError("a cabinet without its place")
    shift = CrewShift(
        crew=next(one.id for one in book.crews if one.organisation == LIGHTING),
        organisation=LIGHTING,
        day=_ROUND_DAY,
        start_place=depot.id,
        end_place=depot.id,
        starts_at=datetime.combine(_ROUND_DAY, time(8), zone),
        ends_at=datetime.combine(_ROUND_DAY, time(16), zone),
        hour_eur=Decimal(130),
        km_eur=Decimal("0.6"),
    )
    stop = RoundStop(
        id=cabinet.external_id,
        organisation=LIGHTING,
        place=cabinet.external_id,
        task="repair",
        asset=cabinet.external_id,
        minutes=60,
        ticket=alert.ticket,
    )
    places = (
        RoundPlace(id=depot.id, location=depot.location),
        RoundPlace(id=cabinet.external_id, location=cabinet.location),
    )
    problem = RoundsProblem(places=places, shifts=(shift,), stops=(stop,))
    (tour,) = solve(problem, iterations=1).rounds
    return tour


def _report_works(alert: Alert, tour: Round) -> WorkOrder:
    """What the crew brings back: the ticket, done when the round says."""
    if alert.ticket is None:
        raise TypeError("an alert without a ticket")
    return WorkOrder(
        external_id=alert.ticket,
        kind="repair",
        asset_kind="cabinet",
        asset=alert.cabinet,
        done_at=tour.stops[0].ends_at,
        provenance="synthetic",
    )
