"""Freshness is computed from what was deposited; a recipient sees what it saw before, no more."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from synergie.errors import NotAllowed, NotFound
from synergie.exchange.assets.supply_points import SupplyPoints
from synergie.exchange.readings.curves import Curves
from synergie.exchange.readings.deposits import Deposits
from synergie.exchange.readings.freshness import Freshnesses
from synergie.exchange.readings.series import SeriesBook
from synergie.formats.tables.propose import Unconfirmed
from synergie.policy import Principal
from synergie.schemas.freshness import FreshnessLine
from synergie.schemas.readings.curve import Curve
from synergie.schemas.readings.deposit import DepositReport
from synergie.schemas.series import SeriesRecord
from synergie.schemas.trust.agreement import Agreement
from synergie.storage.store import Store
from tests.exchange.people import NOW, Body, point
from tests.exchange.test_deposits import LIGHTS, curve_file
from tests.formats.enedis.cases_xml import F12
from tests.formats.templates.made import csv_of


def deposit(store: Store, who: Body, content: bytes, *, name: str, now: datetime = NOW) -> str:
    source = io.BytesIO(content)
    report = Deposits(store).deposit(who.caller, source, name=name, now=now)
    assert report.id is not None
    return report.id


def lines(store: Store, who: Body, *, now: datetime = NOW, **more: str) -> list[FreshnessLine]:
    found: list[FreshnessLine] = []
    after = None
    while True:
        page = Freshnesses(store).page(who.caller, after=after, limit=2, now=now, **more)
        found += page.items
        after = page.next
        if after is None:
            return found


def test_a_deposited_curve_makes_a_flow_and_a_series_that_knows_its_flow(
    store: Store, owner: Body
) -> None:
    deposit(store, owner, curve_file(), name="juin.csv")
    flow, series = lines(store, owner)
    assert (flow.subject, flow.id, flow.flow) == ("flow", "enedis-hdm-curve", "HDM")
    assert (flow.last_file, flow.received_at) == ("juin.csv", NOW)
    assert (series.subject, series.flow) == ("series", "HDM")
    assert series.external_id == "prm:99000000000017/active_power/mean_power/import"
    assert flow.last_reading == series.last_reading
    assert series.last_reading is not None
    assert series.last_reading.isoformat() == "2026-06-01T22:00:00+00:00"


def test_flows_come_first_and_pages_hold_each_line_once(store: Store, owner: Body) -> None:
    deposit(store, owner, curve_file(), name="juin.csv")
    deposit(store, owner, LIGHTS.encode(), name="armoires.csv")
    codes = [f"990000000000{n}" for n in range(20, 27)]
    SupplyPoints(store).publish(owner.caller, [point(code) for code in codes], now=NOW)
    SeriesBook(store).publish(owner.caller, [record(code) for code in codes], now=NOW)
    found = lines(store, owner)
    assert [one.subject for one in found] == ["flow"] * 2 + ["series"] * 8
    assert len({(one.subject, one.id) for one in found}) == 10
    assert [one.id for one in found[:2]] == sorted(one.id for one in found[:2])
    assert sum(one.state == "never_received" for one in found) == 7


CODE = "99000000000017"


def deposit_table(store: Store, owner: Body, text: str) -> DepositReport:
    """Deposit a table; what it leaves open is answered with the first choice."""
    with pytest.raises(Unconfirmed) as asked:
        Deposits(store).deposit(owner.caller, io.BytesIO(text.encode()), name="f.csv", now=NOW)
    proposal = asked.value.proposal
    for question in proposal.questions:
        proposal = proposal.answered(question.field, question.choices[0])
    source, profile = io.BytesIO(text.encode()), proposal.profile
    return Deposits(store).deposit(owner.caller, source, name="f.csv", profile=profile, now=NOW)


def record(code: str) -> SeriesRecord:
    return SeriesRecord(
        supply_point=f"prm:{code}", quantity="active_power", form="mean_power", unit="W",
        provenance="synthetic",
    )  # fmt: skip


def test_an_inventory_is_late_after_a_year_and_its_keeper_can_act(
    store: Store, owner: Body
) -> None:
    deposit(store, owner, LIGHTS.encode(), name="armoires.csv")
    (fresh,) = lines(store, owner, now=NOW + timedelta(days=364))
    assert (fresh.state, fresh.expected_every, fresh.who_can_act) == ("up_to_date", "year", None)
    (late,) = lines(store, owner, now=NOW + timedelta(days=370))
    assert (late.state, late.last_file) == ("late", "armoires.csv")
    assert late.who_can_act is not None


def test_bills_of_a_closed_year_are_not_hundreds_of_days_late(store: Store, owner: Body) -> None:
    """They are deposited to be compared; bills of a supply that stopped a month ago are late."""

    SupplyPoints(store).publish(owner.caller, [point(CODE)], now=NOW)

    def file(first: str, last: str) -> str:
        deposit_table(store, owner, f"PRM;Du;Au;Consommation (kWh)\n{CODE};{first};{last};120\n")
        (told,) = lines(store, owner)
        return told.state

    assert file("01/01/2025", "31/01/2025") == "up_to_date"
    (told,) = lines(store, owner)
    assert (told.expected_by, told.expected_every, told.who_can_act) == (None, None, None)
    assert "it tells the past" in told.reason
    assert file("01/08/2026", "31/08/2026") == "late"


def test_an_undone_deposit_never_came(store: Store, owner: Body) -> None:
    made = deposit(store, owner, LIGHTS.encode(), name="armoires.csv")
    assert len(lines(store, owner)) == 1
    Deposits(store).undo(owner.caller, made, now=NOW)
    assert lines(store, owner) == []


def test_three_deposits_teach_the_cadence_of_a_flow_on_demand(store: Store, owner: Body) -> None:
    for n in range(3):
        moment = NOW + timedelta(days=10 * n)
        deposit(store, owner, curve_file(100 + n), name=f"{n}.csv", now=moment)
    flow = lines(store, owner, now=NOW + timedelta(days=40))[0]
    assert (flow.learned_days, flow.last_file) == (10.0, "2.csv")
    assert flow.state == "late"


def test_what_a_program_sends_is_a_flow_of_its_own(store: Store, owner: Body) -> None:
    SupplyPoints(store).publish(owner.caller, [point()], now=NOW)
    (item,) = SeriesBook(store).publish(owner.caller, [record("99000000000017")], now=NOW).items
    start = NOW.replace(hour=0) - timedelta(days=1)
    sent = Curve(series=item.id, start=start, step="PT1H", unit="W", values=[1, 2, 3])
    Curves(store).deposit(owner.caller, [sent], onces=[None], now=NOW)
    flow, series = lines(store, owner)
    assert (flow.id, flow.flow, flow.last_file) == ("api", "API", None)
    assert (series.flow, series.last_reading) == ("API", start + timedelta(hours=3))


def test_bills_are_as_fresh_as_the_last_day_they_tell(store: Store, owner: Body) -> None:
    deposit(store, owner, csv_of("monthly-energy"), name="factures.csv")
    deposit(store, owner, csv_of("supply-points"), name="points.csv")
    bills, points = lines(store, owner)
    assert (bills.flow, points.flow) == ("factures", "inventaire")
    assert bills.last_reading == datetime(2026, 1, 31, 23, tzinfo=UTC)
    assert bills.reason.startswith("239 days late. Last file: factures of 31/01/2026.")
    assert bills.who_can_act is not None
    assert "supplier" in bills.who_can_act
    assert (points.last_reading, points.state) == (None, "up_to_date")


def test_an_invoice_is_as_fresh_as_what_it_bills_not_as_its_deposit(
    store: Store, owner: Body
) -> None:
    deposit(store, owner, F12, name="f12.xml")
    (flow,) = (line for line in lines(store, owner) if line.id == "enedis-f12")
    assert flow.last_reading is not None
    assert flow.last_reading < NOW - timedelta(days=60)
    assert flow.state == "late"


def test_another_organisation_sees_nothing_of_it(store: Store, owner: Body, stranger: Body) -> None:
    deposit(store, owner, curve_file(), name="juin.csv")
    assert lines(store, stranger) == []
    with pytest.raises(NotFound):
        lines(store, stranger, agreement="agr_2222222222222222")


def test_what_another_deposits_makes_no_flow_of_mine_younger(
    store: Store, owner: Body, stranger: Body
) -> None:
    deposit(store, owner, curve_file(), name="juin.csv")
    before = lines(store, owner)
    later = curve_file(7).replace(b"2026-06-01T", b"2026-06-20T")
    later = later.replace(b"01/06/2026;02/06/2026", b"20/06/2026;21/06/2026")
    deposit(store, stranger, later, name="autre.csv", now=NOW + timedelta(hours=1))
    deposit(store, stranger, csv_of("monthly-energy"), name="factures.csv")
    assert lines(store, owner) == before


def test_under_an_agreement_lines_are_those_of_its_series_and_nothing_of_the_flow(
    store: Store, owner: Body, partner: Body, agreed: Callable[..., Agreement]
) -> None:
    deposit(store, owner, curve_file(), name="juin.csv")
    (shared,) = SupplyPoints(store).page(owner.caller, now=NOW).items
    agreement = agreed({"supply_points": [shared.id]}, granularity="month")
    (line,) = lines(store, partner, agreement=agreement.id)
    (series,) = SeriesBook(store).page(partner.caller, agreement=agreement.id, now=NOW).items
    assert line.last_reading == series.freshness.last_reading
    assert (line.reason, line.state) == (series.freshness.reason, series.freshness.state)
    hidden = (line.flow, line.last_file, line.received_at, line.external_id, line.late_days)
    assert hidden == (None, None, None, None, None)
    assert (line.expected_every, line.learned_days) == (None, None)


def test_a_recipient_cannot_tell_two_files_of_one_month_apart(
    store: Store, owner: Body, partner: Body, agreed: Callable[..., Agreement]
) -> None:
    """Whatever came within the month, and however often: the same bytes."""
    deposit(store, owner, curve_file(), name="juin.csv")
    (shared,) = SupplyPoints(store).page(owner.caller, now=NOW).items
    agreement = agreed({"supply_points": [shared.id]}, granularity="month")
    before = lines(store, partner, agreement=agreement.id)
    for n in range(1, 4):
        later = curve_file(200 + n).replace(b"2026-06-01T", f"2026-06-0{n + 1}T".encode())
        whole = f"0{n + 1}/06/2026;0{n + 2}/06/2026".encode()
        later = later.replace(b"01/06/2026;02/06/2026", whole)
        deposit(store, owner, later, name=f"{n}.csv", now=NOW + timedelta(hours=n))
    after = lines(store, partner, agreement=agreement.id)
    assert [one.model_dump_json() for one in after] == [one.model_dump_json() for one in before]


def test_a_token_narrowed_to_agreements_opens_no_flow(store: Store, owner: Body) -> None:
    narrow = Principal(
        client_id="x", organisation="owner", scopes=frozenset(), agreements=frozenset({"agr_1"})
    )
    with pytest.raises(NotAllowed, match="token_narrower"):
        Freshnesses(store).page(narrow, now=NOW)
