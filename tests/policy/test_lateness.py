"""A flow is late against what it promised or showed; the sentence says why, and who can act."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from synergie.calendar import load_time_zone
from synergie.formats.french import build_french_translator
from synergie.policy.readings.flows import API, DAILY, FLOWS, YEARLY, Flow, Sender, find_flow
from synergie.policy.readings.lateness import (
    WHO,
    Arrival,
    FlowDeposits,
    Teller,
    compute_due,
    line_under,
    tells_past,
)
from synergie.schemas.freshness import Freshness

PARIS = load_time_zone("Europe/Paris")


def at(text: str) -> datetime:
    """A local time of Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


def came(source: str, *received: str, last: str | None = None) -> FlowDeposits:
    newest = [Arrival(at(one), f"{source}.xml") for one in sorted(received, reverse=True)]
    return FlowDeposits(source, find_flow(source), newest, None if last is None else at(last))


def teller(now: str) -> Teller:
    return Teller("cc-essai", PARIS, at(now), str)


R50 = came("enedis-r50", "2026-11-17T08:00", last="2026-11-17T00:00")


def test_a_daily_flow_that_stopped_says_how_late_which_file_what_was_promised_and_who() -> None:
    told = teller("2026-11-27T09:00").flow(R50)
    assert (told.state, told.late_days, told.flow) == ("late", 9, "R50")
    assert (
        told.reason
        == "9 days late. Last file: R50 of 16/11/2026. Expected: every day before 10:00."
    )
    assert told.who_can_act is not None
    assert "SGE subscription" in told.who_can_act
    assert "cc-essai" in told.who_can_act
    assert (told.last_reading, told.received_at) == (at("2026-11-17T00:00"), at("2026-11-17T08:00"))
    assert (told.last_file, told.expected_every) == ("enedis-r50.xml", "day")


@pytest.mark.parametrize(
    ("now", "late"), [("2026-11-18T10:00", None), ("2026-11-18T10:01", 1), ("2026-11-19T10:01", 2)]
)
def test_the_day_of_the_seventeenth_is_due_on_the_eighteenth_before_ten(
    now: str, late: int | None
) -> None:
    told = teller(now).flow(R50)
    assert told.expected_by == at("2026-11-18T10:00")
    assert told.late_days == late
    assert told.reason.startswith(
        {None: "Up to date.", 1: "One day late.", 2: "2 days late."}[late]
    )
    assert (told.who_can_act is None) == (late is None)


def test_ten_o_clock_is_local_when_clocks_change() -> None:
    before, after = (
        came("enedis-r151", d, last=d) for d in ("2026-10-23T00:00", "2026-10-24T00:00")
    )
    first, second = (compute_due(one, PARIS).by for one in (before, after))
    assert first is not None
    assert second is not None
    assert second - first == timedelta(hours=25)
    assert second.astimezone(PARIS).hour == 10


def test_a_bill_is_due_by_the_end_of_the_month_after_its_own() -> None:
    bills = came("lighting-consumption-csv", "2026-08-20T12:00", last="2026-08-01T00:00")
    assert compute_due(bills, PARIS).by == at("2026-10-02T00:00")  # August, and 31 days
    assert teller("2026-10-01T12:00").flow(bills).late_days is None
    late = teller("2026-10-03T12:00").flow(bills)
    assert late.reason.endswith("Expected: every month, by the end of the next one.")
    assert late.who_can_act is not None
    assert "supplier" in late.who_can_act


def test_an_inventory_is_due_a_year_after_it_came() -> None:
    inventory = came("lighting-csv", "2025-11-01T12:00")
    assert teller("2026-11-01T12:00").flow(inventory).state == "up_to_date"
    told = teller("2026-11-03T12:00").flow(inventory)
    assert (told.state, told.last_reading) == ("late", None)
    assert told.reason.startswith("2 days late. Last file: inventaire of 01/11/2025.")


def test_a_flow_on_demand_is_expected_as_it_came_until_now() -> None:
    days = ["2026-06-01", "2026-07-02", "2026-08-01", "2026-09-02"]
    asked = came("enedis-r67", *(f"{day}T09:00" for day in days), "2026-09-02T17:00")
    expected = compute_due(asked, PARIS)
    assert (expected.learned_days, expected.by) == (31.0, at("2026-10-04T00:00"))
    fresh = teller("2026-10-10T00:00").flow(asked)
    assert (fresh.state, fresh.expected_every, fresh.learned_days) == ("up_to_date", None, 31.0)
    late = teller("2026-10-14T00:00").flow(asked)
    assert (late.state, late.late_days) == ("late", 3)
    assert "Expected: every 31 days, as until now." in late.reason


def _late(*days: int, tell: Callable[[str], str] = str) -> str:
    asked = came("enedis-r67", *(f"2026-06-{day:02}T09:00" for day in days))
    return teller("2026-12-01T00:00")._replace(tell=tell).flow(asked).reason


def test_a_learned_half_day_has_the_decimal_sign_of_the_language() -> None:
    assert _late(1, 8, 16).endswith("Expected: every 7.5 days, as until now.")
    assert "tous les 7,5 jours" in _late(1, 8, 16, tell=build_french_translator())


def test_a_file_of_every_day_is_told_in_the_singular() -> None:
    assert _late(1, 2, 3).endswith("Expected: every day, as until now.")


@pytest.mark.parametrize("n", [1, 2])
def test_two_deposits_teach_no_cadence_and_nothing_is_expected(n: int) -> None:
    asked = came("enedis-r67", *(f"2026-0{i + 1}-01T09:00" for i in range(n)))
    told = teller("2030-01-01T00:00").flow(asked)
    assert (told.state, told.expected_by, told.who_can_act) == ("up_to_date", None, None)
    assert "promises no next one" in told.reason


def test_files_of_one_day_are_one_arrival() -> None:
    same = came("enedis-r67", *(f"2026-06-01T{hour:02}:00" for hour in range(8, 20)))
    assert compute_due(same, PARIS).by is None


def test_a_cadence_goes_before_the_promise_where_the_format_has_several() -> None:
    weekly = [f"2026-06-{day:02}T09:00" for day in (1, 8, 15, 22)]
    r4h = came("enedis-r4x", *weekly, last="2026-06-22T00:00")
    assert compute_due(r4h, PARIS).learned_days == 7.0
    assert (
        compute_due(came("enedis-r4x", weekly[0], last="2026-06-01T00:00"), PARIS).learned_days
        is None
    )


def test_a_series_left_out_of_a_flow_that_still_comes_is_told_apart() -> None:
    flow_now = came("enedis-r50", "2026-11-27T08:00", last="2026-11-27T00:00")
    told = teller("2026-11-27T09:00").series("ser_1", "prm:1", at("2026-11-10T00:00"), flow_now)
    assert (told.subject, told.id, told.state) == ("series", "ser_1", "late")
    assert told.reason == (
        "A file came (R50 of 27/11/2026), but it holds nothing newer than 09/11/2026 for this "
        "series."
    )
    assert told.who_can_act is not None
    assert "left out of the flow" in told.who_can_act
    stopped = teller("2026-11-27T09:00").series("ser_1", "prm:1", at("2026-11-10T00:00"), R50)
    assert stopped.reason.startswith("16 days late. Last file: R50 of 09/11/2026.")


def test_a_series_that_never_came_says_so() -> None:
    told = teller("2026-11-27T09:00").series("ser_1", "prm:1", None, None)
    assert (told.state, told.expected_by) == ("never_received", None)
    assert told.who_can_act is not None
    assert "deposits" in told.who_can_act


def test_under_an_agreement_a_line_is_what_freshness_told_and_no_more() -> None:
    fresh = Freshness(
        state="late",
        last_reading=at("2026-11-10T00:00"),
        received_at=None,
        expected_by=at("2026-11-14T00:00"),
        reason="En retard",
        who_can_act="owner",
    )
    told = line_under("ser_1", fresh).model_dump()
    kept = {name: value for name, value in told.items() if value is not None}
    assert kept == {
        "subject": "series",
        "id": "ser_1",
        "state": "late",
        "last_reading": fresh.last_reading,
        "expected_by": fresh.expected_by,
        "reason": "En retard",
        "who_can_act": "owner",
    }


def test_the_table_of_flows_holds_together() -> None:
    from synergie.formats.registry import list_registered_formats

    assert {name for name in FLOWS if name.startswith("enedis-r")} <= {
        f.name for f in list_registered_formats()
    } | {"enedis-r66"}
    assert set(WHO) == set(get_args(Sender.__value__))
    assert FLOWS["enedis-r50"] == Flow("R50", "enedis", DAILY)
    assert FLOWS["lighting-csv"].promise == YEARLY
    assert find_flow("unheard-of") == Flow("unheard-of", "owner")
    assert find_flow(API).sender == "program"


@pytest.mark.parametrize(
    ("source", "received", "past"),
    [
        ("table-csv", "2026-11-20T12:00", True),
        ("table-csv", "2026-03-01T12:00", False),  # the next one was due on 31 March 2025
        ("table-csv", "2026-04-01T12:00", True),
        ("enedis-r50", "2026-11-20T12:00", True),
        ("enedis-r64", "2026-11-20T12:00", False),  # it promises nothing in any case
    ],
)
def test_a_file_that_came_over_a_year_late_tells_the_past(
    source: str, received: str, *, past: bool
) -> None:
    old = came(source, received, last="2025-02-01T00:00")
    assert tells_past(old, PARIS) == past
    told = teller("2026-11-27T09:00").flow(old._replace(past=past))
    assert (told.late_days is None) == (past or source == "enedis-r64")
    assert ("it tells the past" in told.reason) == past
    if past:
        assert (told.state, told.expected_by, told.expected_every) == ("up_to_date", None, None)
        assert told.who_can_act is None


def test_days_on_which_old_bills_were_deposited_promise_no_next_one() -> None:
    days = ("2026-11-16T12:00", "2026-11-17T12:00", "2026-11-18T12:00")
    old = came("table-csv", *days, last="2024-01-01T00:00")._replace(past=True)
    told = teller("2026-11-27T09:00").flow(old)
    assert (told.state, told.expected_by, told.learned_days) == ("up_to_date", None, None)
    assert "it tells the past" in told.reason


def test_a_series_left_out_of_a_flow_that_goes_on_is_late_however_old() -> None:
    goes_on = came("enedis-r50", "2026-11-27T08:00", last="2026-11-27T00:00")
    assert not tells_past(goes_on, PARIS)
    told = teller("2026-11-27T09:00").series("s", "k", at("2024-01-01T00:00"), goes_on)
    assert told.state == "late" and "nothing newer" in told.reason
