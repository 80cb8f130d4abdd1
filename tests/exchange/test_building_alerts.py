"""Alerts of buildings on a store: raised once, day by day as at once; who sees them, no ticket."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from synergie import formats
from synergie.errors import Conflict, NotFound
from synergie.exchange.assets.sites import Sites
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.morning import Mornings
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from synergie.watch.exchange.alerts import Alerts
from synergie.watch.exchange.features import list_alert_items
from synergie.watch.exchange.hook import watch_stored_readings
from synergie.watch.records.alert import Alert, AlertVerdictRequest
from tests.exchange.people import NOW, Body, point

PRM, GAS, LAMPS = "99000000000025", "99000000000026", "99000000000027"
START = datetime(2026, 7, 31, 22, tzinfo=UTC)
FIRST, DAYS, ROSE = date(2026, 8, 1), 110, 80
"""To the 18th of November: the 25th is now."""


def draw(days: int = DAYS, rose: int = ROSE) -> Any:
    """Half-hours of a school that is used in all holidays; 900 W more from a day on."""
    rng, hours = np.random.default_rng(3), np.arange(days * 48) / 2
    weekday = ((hours // 24).astype(int) + FIRST.weekday()) % 7
    used = (weekday < 5) & (hours % 24 >= 8) & (hours % 24 < 17)
    watts = np.where(used, 20_000.0, 3_000.0) * (1 + 0.02 * rng.standard_normal(len(hours)))
    watts[rose * 48 :] += 900
    return watts


@dataclass
class School:
    store: Store
    owner: Body
    watts: Any

    def send(self, first: int, last: int, code: str = f"prm:{PRM}", kind: str = "active") -> None:
        """Deposit the days from *first* to before *last*."""
        curve = MeterCurve(
            supply_point=code,
            quantity="active_power",
            form="mean_power",
            direction="import",
            unit="W",
            start=START + timedelta(days=first),
            step="PT30M",
            values=[int(one) for one in self.watts[first * 48 : last * 48]],
            provenance="synthetic",
        )
        file = BytesIO()
        formats.write([curve], file, format="curves-csv")
        file.seek(0)
        Deposits(self.store).deposit(
            self.owner.caller, file, name="courbe.csv", format="curves-csv", now=NOW
        )

    @property
    def alerts(self) -> list[Alert]:
        return list(Alerts(self.store).page(self.owner.caller, now=NOW).items)


@pytest.fixture
def school(store: Store, owner: Body) -> School:
    site = SiteRecord(
        external_id="E1",
        name="École du centre",
        kind="building",
        insee_code="54430",
        location=Location(longitude=6.13, latitude=48.77),
        provenance="synthetic",
    )
    Sites(store).publish(owner.caller, [site], now=NOW)
    points = [
        point(PRM, usage="building", site="E1", subscribed_power_kva=36),
        point(LAMPS, usage="public_lighting"),
    ]
    SupplyPoints(store).publish(owner.caller, points, now=NOW)
    return School(store, owner, draw())


def test_a_deposit_raises_alerts_of_a_building_once(school: School) -> None:
    school.send(0, 100)
    base, used = sorted(school.alerts, key=lambda one: one.fault)
    assert (base.fault, base.cabinet, base.supply_point) == ("base", None, f"prm:{PRM}")
    assert (base.site, base.insee_code) == ("E1", "54430")
    assert abs((base.first_night - (FIRST + timedelta(days=ROSE))).days) <= 1
    assert base.sentence.startswith(f"École du centre (prm:{PRM}) consomme")
    assert "de 3 h à 5 h" in base.sentence and "ventilation" in base.check
    assert (used.fault, used.state, used.first_night) == ("holidays", "open", FIRST)
    assert used.last_night == date(2026, 8, 31), "the summer, and no weekend after it"
    assert used.kwh is None and used.kwh_night is not None
    school.send(0, 100)
    assert watch_stored_readings(school.store, "owner", now=NOW) == 0
    assert len(school.alerts) == 2
    school.send(0, DAYS, f"prm:{LAMPS}")
    assert len(school.alerts) == 2, "nothing tells where the sun of these lamps is"


def test_days_that_come_one_by_one_say_what_they_say_at_once(school: School, store: Store) -> None:
    school.send(0, 78)
    for day in range(78, 95):
        school.send(day, day + 1)
    slowly = {(one.fault, one.first_night, one.said_night, one.value) for one in school.alerts}
    school.send(0, 95)
    assert {one[0] for one in slowly} == {"base", "holidays"}
    other = draw()
    at_once = School(store, school.owner, other)
    at_once.send(0, 95, "prm:99000000000028")
    said = {
        (one.fault, one.first_night, one.said_night, one.value)
        for one in school.alerts
        if one.supply_point == "prm:99000000000028"
    }
    assert said == {one for one in slowly if one[0] == "base"}, "of a site that is no school"


def test_a_base_that_falls_again_closes_its_alert(school: School) -> None:
    watts = school.watts.copy()
    watts[95 * 48 :] -= 900
    whole = replace(school, watts=watts)
    whole.send(0, 92)
    assert {one.fault: one.state for one in whole.alerts}["base"] == "open"
    whole.send(92, 105)
    (base,) = (one for one in whole.alerts if one.fault == "base")
    assert (base.state, base.ended_night) == ("closed", FIRST + timedelta(days=95))
    assert base.kwh is not None and 200 < base.kwh < 450, "fifteen days of 21.6 kWh"


def test_it_is_judged_gets_no_ticket_and_is_due_to_who_has_buildings(school: School) -> None:
    school.send(0, 100)
    book, who = Alerts(school.store), school.owner.caller
    (base,) = (one for one in school.alerts if one.fault == "base")
    dues = [one for one in Mornings(school.store).read(who, now=NOW).dues if "alert" in one.kind]
    assert [(one.kind, one.who, one.name, one.n) for one in dues] == [
        ("building_alert", "buildings", "École du centre", 2)
    ]
    assert not book.is_mendable(base)
    with pytest.raises(Conflict, match="crew"):
        book.make_ticket(who, base.id, now=NOW)
    said = book.judge(who, base.id, AlertVerdictRequest(verdict="acknowledged"), now=NOW)
    assert said.state == "acknowledged"
    assert book.draw(who, base.id, now=NOW) is not None
    listed = list_alert_items(school.store, who, agreement=None, now=NOW)
    assert {one.place for one in listed.items} == {(6.13, 48.77)}


def test_no_agreement_opens_them(
    school: School, partner: Body, stranger: Body, agreed: Callable[..., Agreement]
) -> None:
    """A curve of a building tells when people are in it: `raw` opens the curve, no more."""
    watts = school.watts.copy()
    watts[90 * 48 + 20] = 40_000
    replace(school, watts=watts).send(0, 100)
    book = Alerts(school.store)
    assert {one.fault for one in school.alerts} == {"base", "holidays", "over_power"}
    ids = [
        one.id
        for one in SupplyPoints(school.store).page(school.owner.caller, now=NOW).items
        if one.code == PRM
    ]
    at = datetime(2026, 7, 1, tzinfo=UTC)
    raw = agreed({"supply_points": ids}, granularity="raw", data_period={"start": at, "end": None})
    opened = SupplyPoints(school.store).page(partner.caller, agreement=raw.id, now=NOW)
    assert [one.code for one in opened.items] == [PRM]
    for agreement in (None, raw.id):
        assert book.page(partner.caller, agreement=agreement, now=NOW).items == ()
    for one in school.alerts:
        with pytest.raises(NotFound):
            book.read(partner.caller, one.id, agreement=raw.id, now=NOW)
        for who in (partner, stranger):
            with pytest.raises(NotFound):
                book.read(who.caller, one.id, now=NOW)
    assert book.page(stranger.caller, now=NOW).items == ()
