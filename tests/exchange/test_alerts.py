"""Alerts of the watch on a store: raised once, judged, ticketed, closed; who sees them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from sqlalchemy import text

from synergie import formats
from synergie.calendar.quiet import QuietHours
from synergie.errors import Conflict, NotAllowed, NotFound
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.changes import Changes
from synergie.exchange.readings.deposit_hooks import DepositHooks
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.facts import Facts
from synergie.exchange.readings.morning import Mornings
from synergie.policy import permit_own_data
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.journal import JournalRecord
from synergie.storage.store import Store
from synergie.watch.exchange.alerts import Alerts
from synergie.watch.exchange.hook import watch_stored_readings
from synergie.watch.records.alert import Alert, AlertVerdict, AlertVerdictRequest, StoredAlert
from synergie.watch.storage.alerts import insert_alert
from tests.exchange.office import opened
from tests.exchange.people import NOW, Body, point
from tests.measure.watch.park import STEP_S, Cabinet, Drawn, Fault, draw_curve

PRM = "99000000000017"
CLOCK = Cabinet(5_001, 40, 90.0, photocell=False, below_deg=-2.0, offset_min=0.0, off=None,
                share=0.0, base_w=30.0)  # fmt: skip
FIRST = date(2026, 8, 12)
NIGHTS = 100
"""To the 20th of November: the 25th is now."""
DARK_FROM = 80


@dataclass
class Desk:
    """The owner's curve, deposited as far as a test wants it."""

    store: Store
    owner: Body
    drawn: Drawn

    def send(self, first: int, last: int) -> None:
        """Deposit the nights from *first* to *last*, the last one out."""
        steps = 24 * 3600 // STEP_S
        values = self.drawn.values[first * steps : last * steps]
        curve = MeterCurve(
            supply_point=f"prm:{PRM}",
            quantity="active_power",
            form="mean_power",
            direction="import",
            unit="W",
            start=self.drawn.start + timedelta(days=first),
            step="PT30M",
            values=[None if np.isnan(one) else int(one) for one in values],
            provenance="synthetic",
        )
        self.deposit("curves-csv", curve)

    def deposit(self, form: str, *records: Any) -> None:
        file = BytesIO()
        formats.write(records, file, format=form)
        file.seek(0)
        book = Deposits(self.store)
        book.deposit(self.owner.caller, file, name="fichier.csv", format=form, now=NOW)

    @property
    def alerts(self) -> list[Alert]:
        return list(Alerts(self.store).page(self.owner.caller, now=NOW).items)


def desk_of(store: Store, owner: Body, *faults: Fault, kva: float | None = None) -> Desk:
    drawn = draw_curve(CLOCK, FIRST, NIGHTS, faults, failures=False, gaps=False)
    desk = Desk(store, owner, drawn)
    lamp = point(PRM, usage="public_lighting")
    SupplyPoints(store).publish(owner.caller, [lamp], now=NOW)
    cabinet = CabinetRecord(
        external_id="A-07",
        supply_point=f"prm:{PRM}",
        insee_code="54430",
        location=Location(longitude=6.13, latitude=48.77),
        subscribed_power_kva=kva,
        provenance="synthetic",
    )
    desk.deposit("template-cabinets", cabinet)
    return desk


@pytest.fixture
def dark(store: Store, owner: Body) -> Desk:
    return desk_of(store, owner, Fault("dark", DARK_FROM, nights=12))


def test_a_deposit_raises_an_alert_once_however_often_it_is_looked_at(dark: Desk) -> None:
    dark.send(0, 85)
    (told,) = dark.alerts
    assert (told.fault, told.state, told.cabinet) == ("dark", "open", "A-07")
    assert told.first_night == FIRST + timedelta(days=DARK_FROM)
    assert told.kwh is not None and told.kwh < -100, "light that is missing, some 40 kWh a night"
    assert "A-07" in told.sentence and "éteinte" in told.sentence
    dark.send(0, 85)
    assert watch_stored_readings(dark.store, "owner", now=NOW) == 0, "nothing is left"
    assert DepositHooks(dark.store).sweep(now=NOW) == 0
    assert dark.alerts == [told]


def test_nights_that_come_day_by_day_say_what_they_say_at_once(store: Store, owner: Body) -> None:
    slowly = desk_of(store, owner, Fault("dark", DARK_FROM, nights=12))
    slowly.send(0, 78)
    for night in range(78, 100):
        slowly.send(night, night + 1)
    (told,) = slowly.alerts
    assert told.state == "closed"
    assert told.ended_night == FIRST + timedelta(days=DARK_FROM + 12)
    assert told.nights == 12


def test_news_and_the_journal_tell_each_act_once(dark: Desk) -> None:
    dark.send(0, 85)
    (told,) = dark.alerts
    book = Alerts(dark.store)
    said = AlertVerdictRequest(verdict="acknowledged")
    for _ in range(2):
        book.judge(dark.owner.caller, told.id, said, now=NOW)
        book.make_ticket(dark.owner.caller, told.id, now=NOW)
    dark.send(85, 100)
    acts = [one.act for one in _changes(dark) if one.kind == "alert"]
    assert acts == ["raised", "judged", "ticketed", "closed"]
    assert _events(dark) == ["alert.raised", "alert.judged", "alert.ticketed", "alert.closed"]


def _events(desk: Desk) -> list[str]:
    with desk.store.read() as session:
        rows = session.connection().execute(text("SELECT record FROM journal ORDER BY seq"))
        told = [JournalRecord.model_validate_json(bytes(row[0])).event for row in rows]
    return [one for one in told if one.startswith("alert.")]


def _changes(desk: Desk) -> list[Any]:
    return list(Changes(desk.store).after(desk.owner.caller, now=NOW, limit=1000).items)


def test_a_ticket_is_a_work_order_and_is_made_once(dark: Desk) -> None:
    dark.send(0, 85)
    (told,) = dark.alerts
    book = Alerts(dark.store)
    made = book.make_ticket(dark.owner.caller, told.id, now=NOW)
    assert made.state == "ticketed"
    assert book.make_ticket(dark.owner.caller, told.id, now=NOW) == made
    (fact,) = Facts(dark.store).page(dark.owner.caller, "work_order", now=NOW).items
    assert isinstance(fact.record, WorkOrder)
    assert (fact.record.external_id, fact.record.asset) == (made.ticket, "A-07")
    assert fact.record.fault_type == "armoire éteinte"


def test_what_a_crew_brings_back_closes_and_a_curve_that_says_otherwise_opens_again(
    dark: Desk,
) -> None:
    dark.send(0, 84)
    (told,) = dark.alerts
    made = Alerts(dark.store).make_ticket(dark.owner.caller, told.id, now=NOW)
    done = FIRST + timedelta(days=84)
    back = WorkOrder(
        external_id=str(made.ticket),
        kind="repair",
        asset_kind="cabinet",
        asset="A-07",
        done_at=done,
        provenance="synthetic",
    )
    dark.deposit("template-work-orders", back)
    (closed,) = dark.alerts
    assert (closed.state, closed.done_on) == ("closed", done)
    dark.send(84, 90)  # dark still
    (again,) = dark.alerts
    assert (again.state, again.done_on, again.ended_night) == ("open", done, None)
    dark.send(90, 100)
    assert [one.state for one in dark.alerts] == ["closed"]


def test_more_than_a_thousand_alerts_are_all_counted(dark: Desk) -> None:
    """1,100 copies of one alert, each called false."""
    dark.send(0, 85)
    (one,), who = dark.alerts, dark.owner.caller
    false = AlertVerdict(verdict="false", at=NOW, client="agent")
    fields = set(StoredAlert.model_fields)
    with dark.store.write() as session:
        permit = permit_own_data(who, action="write", now=NOW)
        for n in range(1100):
            copy = StoredAlert.model_validate(one.model_dump(include=fields))
            for state, verdict in (("open", None), ("false", false)):
                made = {"id": f"alr_{state}{n:016}", "state": state, "verdict": verdict}
                insert_alert(permit, session, copy.model_copy(update=made))
    book = Alerts(dark.store)
    assert len(book.list_lasting(who, now=NOW)) == 1101
    assert book.compute_precision(who, now=NOW).false == 1100
    assert book.compute_precision(who, now=NOW + timedelta(days=91)).false == 0
    (due,) = (each for each in Mornings(dark.store).read(who, now=NOW).dues if each.kind == "alert")
    assert due.n == 1101


def test_what_was_false_stays_so_and_what_is_over_is_not_judged(dark: Desk) -> None:
    dark.send(0, 85)
    (told,) = dark.alerts
    book = Alerts(dark.store)
    said = AlertVerdictRequest(verdict="false", note="travaux du réseau")
    assert book.judge(dark.owner.caller, told.id, said, now=NOW).state == "false"
    assert book.compute_precision(dark.owner.caller, now=NOW).false == 1
    assert book.list_lasting(dark.owner.caller, now=NOW) == []
    dark.send(85, 88)
    assert dark.alerts[0].state == "false"
    dark.send(88, 100)
    with pytest.raises(Conflict, match="not over"):
        book.judge(dark.owner.caller, told.id, AlertVerdictRequest(verdict="works"), now=NOW)
    with pytest.raises(Conflict, match="not over"):
        book.make_ticket(dark.owner.caller, told.id, now=NOW)


def test_energy_lost_has_the_price_of_the_bills(store: Store, owner: Body) -> None:
    lit = desk_of(store, owner, Fault("day", DARK_FROM, nights=12))
    bills = [
        PeriodEnergy(
            name=f"F{month}",
            supply_point=f"prm:{PRM}",
            from_date=date(2026, month, 1),
            to_date=date(2026, month, 28),
            energy_kwh=Decimal(1000),
            cost_eur=Decimal("150.50"),
            vat_included=False,
            provenance="synthetic",
        )
        for month in (8, 9)
    ]
    Facts(store).publish(owner.caller, "period_energy", bills, _filed(lit), now=NOW)
    lit.send(0, 85)
    told = next(one for one in lit.alerts if one.fault == "lit_by_day")
    assert told.eur_kwh == "0.1505"
    assert told.eur is not None and told.kwh is not None
    assert float(told.eur) == pytest.approx(told.kwh * 0.1505, abs=0.01)


def _filed(desk: Desk) -> Any:
    from synergie.exchange.publication.publication import Filed

    return Filed("dep_0123456789abcdefabcd", "bills")


def test_a_partner_sees_alerts_under_raw_curves_alone(
    dark: Desk, partner: Body, stranger: Body, agreed: Callable[..., Agreement]
) -> None:
    dark.send(0, 85)
    (told,) = dark.alerts
    book = Alerts(dark.store)
    period = {"data_period": {"start": datetime(2026, 1, 1, tzinfo=UTC), "end": None}}
    things = {"supply_points": [_point_id(dark)]}
    raw = agreed(things, granularity="raw", **period)
    (seen,) = book.page(partner.caller, agreement=raw.id, now=NOW).items
    assert (seen.id, seen.eur, seen.verdict) == (told.id, None, None)
    assert book.read(partner.caller, told.id, agreement=raw.id, now=NOW) == seen
    monthly = agreed(things, granularity="month", **period)
    with pytest.raises(NotAllowed, match="granularity_too_fine"):
        book.page(partner.caller, agreement=monthly.id, now=NOW)
    said = AlertVerdictRequest(verdict="false")
    for who in (partner, stranger):
        with pytest.raises(NotFound):
            book.read(who.caller, told.id, now=NOW)
        with pytest.raises(NotFound):
            book.judge(who.caller, told.id, said, now=NOW)
        with pytest.raises(NotFound):
            book.make_ticket(who.caller, told.id, now=NOW)


def test_what_a_contract_and_works_tell_is_not_a_partners(
    store: Store, owner: Body, partner: Body, agreed: Callable[..., Agreement]
) -> None:
    """Curves were opened, not the power subscribed nor the works."""
    desk = desk_of(store, owner, Fault("dark", DARK_FROM, nights=12), kva=1.0)
    desk.send(0, 85)
    book = Alerts(store)
    assert {one.fault for one in desk.alerts} == {"dark", "over_power"}
    dark, over = sorted(desk.alerts, key=lambda one: one.fault)
    book.make_ticket(owner.caller, dark.id, now=NOW)
    things = {"supply_points": [_point_id(desk)]}
    period = {"data_period": {"start": datetime(2025, 1, 1, tzinfo=UTC), "end": None}}
    raw = agreed(things, granularity="raw", **period)
    (seen,) = book.page(partner.caller, agreement=raw.id, now=NOW).items
    assert (seen.id, seen.ticket, seen.done_on) == (dark.id, None, None)
    with pytest.raises(NotFound):
        book.read(partner.caller, over.id, agreement=raw.id, now=NOW)


def _point_id(desk: Desk) -> str:
    (one,) = SupplyPoints(desk.store).page(desk.owner.caller, now=NOW).items
    return one.id


def test_an_open_alert_is_due_in_the_morning(dark: Desk) -> None:
    dark.send(0, 85)
    dues = Mornings(dark.store).read(dark.owner.caller, now=NOW).dues
    (due,) = [one for one in dues if one.kind == "alert"]
    assert (due.name, due.n) == ("A-07", 1)
    (told,) = dark.alerts
    Alerts(dark.store).make_ticket(dark.owner.caller, told.id, now=NOW)
    dues = Mornings(dark.store).read(dark.owner.caller, now=NOW).dues
    assert not [one for one in dues if one.kind == "alert"]


@pytest.mark.parametrize(
    ("hours", "minutes", "told"),
    [("10:30-12:00", 10, 0), ("10:30-12:00", 60, 1), ("11:05-12:00", 10, 1), ("", 10, 1)],
    ids=["raised in quiet hours", "they are over", "raised before them", "none are set"],
)
def test_in_quiet_hours_the_morning_tells_what_was_raised_before_them(
    dark: Desk, hours: str, minutes: int, told: int
) -> None:
    dark.send(0, 85)
    book = Mornings(dark.store, QuietHours.parse(hours))
    dues = book.read(dark.owner.caller, now=NOW + timedelta(minutes=minutes)).dues
    assert sum(one.kind == "alert" for one in dues) == told
    assert [one.state for one in dark.alerts] == ["open"], "the list shows it at once"


def test_news_of_alerts_wait_for_the_end_of_quiet_hours_and_other_news_do_not(dark: Desk) -> None:
    quiet = QuietHours.parse("10:30-12:00")
    with opened(dark.store, dark.owner) as office:
        office.register(dark.owner)
        dark.send(0, 85)
        office.run(quiet=quiet)
        assert office.told() and "alert.raised" not in {kind for kind, _ in office.told()}
        office.now = NOW + timedelta(minutes=59)
        assert office.run(quiet=quiet) == []
        office.now = NOW + timedelta(minutes=60)
        office.run(quiet=quiet)
        assert [kind for kind, _ in office.told()].count("alert.raised") == 1


def test_a_cabinet_without_a_place_is_not_watched_and_hinders_no_deposit(dark: Desk) -> None:
    dark.deposit(
        "template-cabinets",
        CabinetRecord(
            external_id="A-08", supply_point="prm:99000000000018", provenance="synthetic"
        ),
    )
    steps = 48 * 3
    curve = MeterCurve(
        supply_point="prm:99000000000018",
        quantity="active_power",
        form="mean_power",
        direction="import",
        unit="W",
        start=dark.drawn.start,
        step="PT30M",
        values=[3000] * steps,
        provenance="synthetic",
    )
    dark.deposit("curves-csv", curve)
    assert dark.alerts == []
    told = Alerts(dark.store).list_untaught(dark.owner.caller, now=NOW)
    assert [(name, why.expected) for name, why in told] == [("A-08", "a cabinet with its place")]
