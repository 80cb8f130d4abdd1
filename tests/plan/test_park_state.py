"""The state of a park: ages, failures, open faults, and rows that are set aside."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.park.plan import NightHours, Owned, expected_failures, models, state
from synergie.park.plan.risks import renewals_between
from synergie.park.records.crew import ServiceTarget
from synergie.park.records.park import FaultReport, LampState, ParkState
from synergie.samples.territory import territory
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.night_profile import DimmingRange, NightProfile
from synergie.schemas.assets.work_order import WorkOrder
from tests.plan.park_cases import AS_OF, cabinet, lamp, large, order

TODAY = AS_OF.date()


def park(
    points: Sequence[Owned[LightPointRecord]] = (),
    orders: Sequence[Owned[WorkOrder]] = (),
    boxes: Sequence[Owned[CabinetRecord]] | None = None,
    **told: Any,
) -> ParkState:
    held = [cabinet()] if boxes is None else boxes
    return state(held, points or [lamp()], orders, **({"as_of": AS_OF} | told))


def only(found: ParkState) -> LampState:
    (box,) = found.cabinets
    (one,) = box.lamps
    return one


def reasons(found: ParkState) -> list[tuple[str, str]]:
    return [(row.where.split(" (")[0], row.expected) for row in found.set_aside]


def said(found: ParkState) -> str:
    return " | ".join(note.tell(str) for note in found.notes)


# ages


def test_an_age_is_that_of_the_installation() -> None:
    found = only(park([lamp(installed_on=date(2020, 11, 26))]))
    assert found.age_years == pytest.approx(6, abs=0.01)
    assert found.burned_hours == pytest.approx(6 * found.burn_hours_year, rel=1e-3)
    assert found.burn_hours_year == pytest.approx(4109, abs=2)
    assert not found.age_of_lamp, "no ticket tells whether the lamp was changed"


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "preventive", "fault_type": "relampage"},
        {"kind": "repair", "fault_type": "foyer éteint"},
        {"kind": "preventive", "fault_type": "Relamping", "asset_kind": "cabinet", "asset": "A-1"},
        {"kind": "repair", "fault_type": "changement lampe", "asset_kind": "unknown"},
    ],
)
def test_an_age_is_that_of_the_last_relamping(told: dict[str, Any]) -> None:
    done = {"reported_at": None, "done_at": date(2024, 11, 26)}
    before = order("T-0", reported_at=None, done_at=date(2022, 1, 1), kind="repair")
    found = only(park([lamp()], [order(**(done | told)), before]))
    assert found.age_years == pytest.approx(2, abs=0.01)
    assert found.age_of_lamp


@pytest.mark.parametrize(
    "told",
    [
        {"kind": "repair", "fault_type": "vasque cassée"},
        {"kind": "repair", "fault_type": "fusible"},
        {"kind": "preventive", "fault_type": "nettoyage"},
        {"kind": "inspection"},
        {"kind": "preventive", "fault_type": "relampage", "asset": "P-2"},
    ],
)
def test_other_work_leaves_the_age_as_it_is(told: dict[str, Any]) -> None:
    done = order(**({"reported_at": None, "done_at": date(2024, 11, 26)} | told))
    found = park([lamp(), lamp("P-2")], [done]).cabinets[0].lamps[0]
    assert found.age_years == pytest.approx(6.9, abs=0.01)


def test_a_group_relamping_renews_discharge_lamps_and_leaves_leds() -> None:
    points = [lamp("P-1"), lamp("P-2", source_type="LED"), lamp("P-3", source_type=None)]
    done = order(kind="preventive", asset_kind="cabinet", asset="A-1", reported_at=None,
                 done_at=date(2025, 11, 26), fault_type="group_relamping")  # fmt: skip
    ages = [one.age_years for one in park(points, [done]).cabinets[0].lamps]
    assert ages == pytest.approx([1.0, 6.9, 6.9], abs=0.01)


def test_an_unknown_age_stays_unknown() -> None:
    found = park([lamp(installed_on=None)])
    one = only(found)
    assert (one.age_years, one.burned_hours, one.failures_year) == (None, None, None)
    (kind,) = found.technologies
    assert (kind.mean_age_years, kind.age_known) == (None, 0)
    assert kind.failures_year == pytest.approx(0.12, abs=0.001)
    assert "light points of unknown age: 1;" in said(found)


# hours and failures


def test_a_lamp_put_up_since_tickets_are_kept_has_the_age_of_its_lamp() -> None:
    points = [lamp("P-1", installed_on=date(2024, 11, 26)), lamp("P-2")]
    first = order("T-0", asset="P-2", reported_at=date(2023, 1, 1), done_at=date(2023, 1, 2),
                  kind="repair")  # fmt: skip
    new, renewed = park(points, [first]).cabinets[0].lamps
    assert new.age_of_lamp and renewed.age_of_lamp
    sodium = models.index_models_by_kind(models.assumed())["SHP"]
    assert new.burned_hours is not None
    told = expected_failures(sodium, new.burned_hours, new.burn_hours_year)
    assert new.failures_year == pytest.approx(told, rel=1e-3)


def test_planned_work_does_not_open_the_watch_of_lamps() -> None:
    asked = order(kind="inspection", asset_kind="cabinet", asset="A-1", fault_type=None,
                  reported_at=date(2019, 1, 1), done_at=date(2019, 1, 2))  # fmt: skip
    assert not only(park(orders=[asked])).age_of_lamp


def test_a_luminaire_whose_lamps_nobody_recorded_fails_as_renewals_do() -> None:
    one = only(park([lamp(installed_on=date(1990, 1, 1))]))
    sodium = models.index_models_by_kind(models.assumed())["SHP"]
    assert one.burned_hours is not None
    told = renewals_between(sodium, one.burned_hours, one.burn_hours_year)[0]
    assert one.failures_year == pytest.approx(told, rel=1e-3)
    assert one.failures_year == pytest.approx(0.12, abs=0.005)


def test_models_that_are_given_are_used() -> None:
    mine = models.index_models_by_kind(models.assumed())["SHP"].model_copy(
        update={"shape": 1.0, "scale_hours": 41_090.0}
    )
    found = park(models=[mine])
    assert only(found).failures_year == pytest.approx(0.1, rel=2e-3)
    assert found.models == (mine,)
    assert found.cabinets[0].failures_year is None, "no model of cabinets was given"
    assert park().cabinets[0].failures_year == pytest.approx(0.3, rel=1e-3)


def test_a_kind_without_a_model_has_no_failures_and_it_is_said() -> None:
    found = park([lamp(source_type="IND"), lamp("P-2", source_type=None)])
    assert [one.failures_year for one in found.cabinets[0].lamps] == [None, None]
    assert [one.failures_year for one in found.technologies] == [None, None]
    assert [one.source_type for one in found.technologies] == ["IND", None]
    assert "light points of kind IND without a failure model: 1;" in said(found)
    assert "light points of unknown kind: 1;" in said(found)


NIGHT = NightHours(
    profiles={
        "N1": NightProfile(external_id="N1", ranges=("off",), provenance="synthetic"),
        "N2": NightProfile(external_id="N2", ranges=("dim",), provenance="synthetic"),
    },
    ranges={
        "off": DimmingRange(external_id="off", quantity="EX", start="23:00HL", end="06:00HL",
                            value=0, provenance="synthetic"),
        "dim": DimmingRange(external_id="dim", quantity="F", start="23:00HL", end="06:00HL",
                            value=30, provenance="synthetic"),
    },
)  # fmt: skip


@pytest.mark.parametrize(
    ("told", "hours"),
    [
        ({}, 4109),
        ({"night_off": False}, 4109),
        ({"night_off": True}, 2108),
        ({"night_profile": "N1"}, 1597),
        ({"night_profile": "N1", "night_off": True}, 1597),
        ({"night_profile": "N2"}, 4109),
        ({"night_profile": "N2", "night_off": False}, 4109),
        ({"night_profile": "unknown"}, 4109),
        ({"night_profile": "unknown", "night_off": True}, 2108),
    ],
)
def test_hours_follow_the_night_of_the_light_point(told: dict[str, Any], hours: float) -> None:
    found = park([lamp(**told)], night=NIGHT)
    assert only(found).burn_hours_year == pytest.approx(hours, abs=3)
    assert ("assumed" in said(found)) is (hours == 2108 or told.get("night_profile") == "unknown")


def test_a_profile_is_that_of_its_owner() -> None:
    turned = NightHours(profiles={"N1": NIGHT.profiles["N2"]}, ranges=NIGHT.ranges)
    nights = NightHours(profiles=NIGHT.profiles, ranges=NIGHT.ranges, owners={"autre": turned})
    points = [lamp(night_profile="N1"), lamp(owner="autre", night_profile="N1")]
    found = park(points, boxes=[cabinet(), cabinet(owner="autre")], night=nights)
    hours = {box.organisation: box.lamps[0].burn_hours_year for box in found.cabinets}
    assert hours["epci"] == pytest.approx(1597, abs=3)
    assert hours["autre"] == pytest.approx(4109, abs=3)


def test_fewer_hours_bring_fewer_failures() -> None:
    points = [lamp("P-1", installed_on=date(2024, 1, 1))]
    dark = [lamp("P-1", installed_on=date(2024, 1, 1), night_off=True)]
    whole, part = only(park(points)), only(park(dark))
    assert whole.failures_year is not None and part.failures_year is not None
    assert part.failures_year < whole.failures_year / 2


def test_lamps_that_can_no_longer_be_bought_have_their_day() -> None:
    kinds = ["SHP", "IM", "VM", "LED", "SBP", None]
    points = [lamp(f"P-{i}", source_type=kind) for i, kind in enumerate(kinds)]
    days = [one.purchasable_until for one in park(points).cabinets[0].lamps]
    assert days == [date(2027, 2, 24), date(2027, 2, 24), date(2015, 4, 13), None, None, None]


# faults


def test_a_point_that_is_out_is_counted_once() -> None:
    points = [lamp(f"P-{i}") for i in range(1, 5)]
    orders = [order("T-1"), order("T-2", reported_at=date(2026, 11, 21), fault_type="éteint !")]
    found = park(points, orders)
    (ticket,) = found.tickets
    assert (ticket.ticket, ticket.light_point, ticket.cabinet) == ("T-1", "P-1", "A-1")
    assert (ticket.severity, ticket.severity_told) == ("point", False)
    assert [one.is_out for one in found.cabinets[0].lamps] == [True, False, False, False]
    assert found.out_share == 0.25
    assert found.technologies[0].out == 1
    assert "out with their cabinet" not in said(found)
    (row,) = found.set_aside
    assert (row.where, row.found) == ("tickets.csv, T-2 (epci T-2)", "T-2 = T-1")


def test_one_lamp_of_a_cabinet_that_nobody_names_is_one_point_out() -> None:
    points = [lamp(f"P-{i}") for i in range(1, 5)]
    out = order(asset_kind="cabinet", asset="A-1", fault_type="lampe éteinte")
    found = park(points, [out])
    assert [ticket.severity for ticket in found.tickets] == ["point"]
    assert not any(one.is_out for one in found.cabinets[0].lamps)
    assert found.out_share == 0.25
    assert "names only what feeds or carries them: 1" in said(found)


def test_two_faults_of_one_point_stay_two() -> None:
    for other in ("vasque cassée", "mât couché", "lanterne tournée"):
        orders = [order("T-1"), order("T-2", fault_type=other)]
        assert {one.ticket for one in park(orders=orders).tickets} == {"T-1", "T-2"}


def test_a_cabinet_that_is_out_puts_out_its_points() -> None:
    points = [lamp("P-1"), lamp("P-2"), lamp("P-3", cabinet="A-2")]
    out = order(asset_kind="cabinet", asset="A-1", fault_type=None)
    found = park(points, [out], [cabinet(), cabinet("A-2")])
    assert [one.is_out for box in found.cabinets for one in box.lamps] == [True, True, False]
    assert found.tickets[0].severity == "street"
    assert found.tickets[0].light_point is None
    assert "light points that are out with their cabinet, support or circuit: 2" in said(found)


def test_a_support_and_a_circuit_lead_to_their_points() -> None:
    points = [lamp("P-1", support="S-1"), lamp("P-2", circuit="C-1"), lamp("P-3", circuit="C-1")]
    orders = [
        order("T-1", asset_kind="support", asset="S-1", fault_type="mât couché"),
        order("T-2", asset_kind="circuit", asset="C-1", fault_type="départ hors service"),
    ]
    found = park(points, orders)
    assert [one.is_out for one in found.cabinets[0].lamps] == [True, True, True]
    assert [one.severity for one in found.tickets] == ["danger", "street"]


def test_tickets_are_due_by_their_target_and_the_first_comes_first() -> None:
    points = [lamp("P-1"), lamp("P-2")]
    at = datetime(2026, 11, 25, 7, 30, tzinfo=UTC)
    orders = [
        order("T-1", reported_at=date(2026, 11, 20)),
        order("T-2", asset="P-2", reported_at=at, fault_type="câble arraché"),
    ]
    late, danger = park(points, orders).tickets
    assert late.reported_at == datetime(2026, 11, 19, 23, tzinfo=UTC), "midnight in Paris"
    assert late.due_at - late.reported_at == timedelta(hours=72)
    assert (danger.reported_at, danger.due_at) == (at, at + timedelta(hours=2))


def target(severity: Any, hours: int, contract: str | None = None) -> ServiceTarget:
    return ServiceTarget(severity=severity, contract=contract, max_delay_hours=Decimal(hours),
                         penalty_eur_day=Decimal(10), source="CCTP article 5")  # fmt: skip


def delay(found: ParkState) -> float:
    (ticket,) = found.tickets
    return (ticket.due_at - ticket.reported_at).total_seconds() / 3600


def test_a_contract_has_its_own_target() -> None:
    targets = [target("point", 48), target("point", 12, "M-7"), target("street", 4)]
    assert delay(park(orders=[order(contract="M-7")], targets=targets)) == 12
    assert delay(park(orders=[order(contract="M-8")], targets=targets)) == 48
    assert delay(park(orders=[order()], targets=targets)) == 48
    assert delay(park(orders=[order()], targets=targets[2:])) == 72
    assert delay(park(orders=[order(contract="M-7")])) == 72
    assert park(orders=[order(contract="M-7")]).tickets[0].contract == "M-7"


def test_a_ticket_without_an_asset_hangs_on_the_nearest_cabinet() -> None:
    near = Location(longitude=6.14, latitude=48.77)
    far = Location(longitude=6.20, latitude=48.77)
    boxes = [cabinet(), cabinet("A-2", location=Location(longitude=6.145, latitude=48.77))]
    told: dict[str, Any] = {"asset": None, "asset_kind": "unknown"}
    orders = [order("T-1", location=near, **told), order("T-2", location=far, **told),
              order("T-3", **told)]  # fmt: skip
    found = park([lamp()], orders, boxes)
    (ticket,) = found.tickets
    assert (ticket.ticket, ticket.cabinet, ticket.location) == ("T-1", "A-2", near)
    assert [name for name, _ in reasons(found)] == ["tickets.csv, T-2", "tickets.csv, T-3"]
    assert not any(one.is_out for box in found.cabinets for one in box.lamps)


def test_a_later_repair_closes_a_ticket_and_an_earlier_one_does_not() -> None:
    later = order("R-1", kind="repair", reported_at=None, done_at=date(2026, 11, 22))
    earlier = order("R-1", kind="repair", reported_at=None, done_at=date(2026, 11, 2))
    closed, still = park(orders=[order(), later]), park(orders=[order(), earlier])
    assert closed.tickets == () and not only(closed).is_out
    assert "closed by a later repair of the same thing: 1" in said(closed)
    assert len(still.tickets) == 1 and only(still).is_out


def test_work_that_is_planned_is_no_fault() -> None:
    orders = [
        order("T-1", kind="inspection", asset_kind="cabinet", asset="A-1", fault_type=None),
        order("T-2", kind="preventive", fault_type="relampage"),
        order("T-3", kind="other", fault_type=None),
        order("T-4", kind="other", fault_type="foyer éteint"),
    ]
    assert [one.ticket for one in park(orders=orders).tickets] == ["T-4"]


def test_the_median_time_to_repair_is_told() -> None:
    done = [
        order(f"T-{n}", kind="repair", reported_at=AS_OF - timedelta(days=9),
              done_at=AS_OF - timedelta(days=9) + timedelta(hours=n))
        for n in (2, 10, 90)
    ]  # fmt: skip
    assert park(orders=done).repair_hours == Decimal("10.0")
    assert park().repair_hours is None


# rows that are set aside


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"asset": "nobody"}, "inventory"),
        ({"reported_at": date(2026, 12, 1)}, "in the past"),
        ({"reported_at": datetime(2026, 11, 26, 9, tzinfo=UTC)}, "in the past"),
        ({"done_at": date(2026, 11, 19)}, "or later"),
        ({"reported_at": date(2019, 12, 31)}, "day of installation"),
        ({"reported_at": None, "done_at": date(2019, 1, 1)}, "day of installation"),
        ({"reported_at": None}, "when the fault was reported"),
    ],
)
def test_a_ticket_that_cannot_be_is_set_aside_with_the_reason(
    told: dict[str, Any], word: str
) -> None:
    good = order("T-9", asset="P-2")
    found = park([lamp(), lamp("P-2")], [order("T-1", **told), good])
    assert [one.ticket for one in found.tickets] == ["T-9"]
    (row,) = found.set_aside
    assert row.where == "tickets.csv, T-1 (epci T-1)"
    assert word in row.expected
    assert not found.cabinets[0].lamps[0].is_out


def test_days_of_a_report_and_a_repair_may_be_the_same() -> None:
    same = order(reported_at=datetime(2026, 11, 20, 15, tzinfo=UTC), done_at=date(2026, 11, 20))
    assert park(orders=[same]).set_aside == ()
    first_day = order(reported_at=date(2020, 1, 1))
    assert len(park(orders=[first_day]).tickets) == 1


def test_a_repair_in_the_future_leaves_the_fault_open() -> None:
    found = park(orders=[order(done_at=date(2027, 1, 1))])
    assert [one.ticket for one in found.tickets] == ["T-1"]
    assert "taken to be open" in found.set_aside[0].expected


def test_a_number_told_twice_is_kept_once_and_the_row_that_is_done_holds() -> None:
    found = park(orders=[order(), order(done_at=date(2026, 11, 22)), order()])
    assert found.tickets == ()
    assert [row.found for row in found.set_aside] == ["T-1", "T-1"]
    other = cabinet(inspected_on=date(2020, 1, 1))
    twice = park([lamp(), lamp()], boxes=[cabinet(), other, cabinet(inspected_on=date(2021, 1, 1))])
    assert len(twice.cabinets[0].lamps) == 1
    assert [row.where for row in twice.set_aside] == [
        "cabinets.csv, A-1 (epci A-1)",
        "lamps.csv, P-1 (epci P-1)",
    ]


def test_one_identifier_of_two_owners_is_two_things() -> None:
    boxes = [cabinet(), cabinet(owner="syndicat")]
    points = [lamp(), lamp(owner="syndicat")]
    found = park(points, [order(owner="syndicat")], boxes)
    assert [box.organisation for box in found.cabinets] == ["epci", "syndicat"]
    assert [box.lamps[0].is_out for box in found.cabinets] == [False, True]


def test_a_cabinet_without_a_place_takes_the_middle_of_its_points() -> None:
    points = [lamp("P-1", location=Location(longitude=6.10, latitude=48.76)),
              lamp("P-2", location=Location(longitude=6.12, latitude=48.78))]  # fmt: skip
    found = park(points, boxes=[cabinet(location=None)])
    (box,) = found.cabinets
    assert (box.location, box.location_told) == (Location(longitude=6.11, latitude=48.77), False)
    assert "cabinets without a place that holds: 1;" in said(found)


def test_a_cabinet_that_nothing_places_is_set_aside_with_its_points_and_tickets() -> None:
    boxes = [cabinet(location=None), cabinet("A-2")]
    found = park([lamp(location=None), lamp("P-2", cabinet="A-2")], [order()], boxes)
    assert [box.cabinet for box in found.cabinets] == ["A-2"]
    assert found.tickets == ()
    assert [(row.where.split(" (")[0], row.found) for row in found.set_aside] == [
        ("cabinets.csv, A-1", "A-1 (1)"),
        ("tickets.csv, T-1", "P-1"),
    ]


def test_places_that_are_exchanged_are_not_used() -> None:
    turned = Location(longitude=48.77, latitude=6.13)
    found = park([lamp(), lamp("P-2", location=turned)], boxes=[cabinet(location=turned)])
    (box,) = found.cabinets
    assert box.location == Location(longitude=6.13, latitude=48.77)
    assert [one.location is None for one in box.lamps] == [False, True]
    assert all("exchanged" in expected for _, expected in reasons(found))
    assert [name for name, _ in reasons(found)] == ["cabinets.csv, A-1", "lamps.csv, P-2"]


def test_light_points_without_a_cabinet_or_with_an_unknown_one_are_set_aside() -> None:
    points = [lamp(), lamp("P-2", cabinet=None), lamp("P-3", cabinet="A-9")]
    found = park(points)
    assert [one.light_point for one in found.cabinets[0].lamps] == ["P-1"]
    assert [name for name, _ in reasons(found)] == ["lamps.csv, P-2", "lamps.csv, P-3"]


def test_an_owner_who_tells_no_cabinet_has_those_that_its_points_name() -> None:
    found = park([lamp(), lamp("P-2", cabinet="A-2")], boxes=[])
    assert [box.cabinet for box in found.cabinets] == ["A-1", "A-2"]
    assert [(box.network_mix, box.inspected_on) for box in found.cabinets] == [(None, None)] * 2
    assert "cabinets known by their light points alone: 2" in said(found)


def test_a_cabinet_of_no_commune_takes_that_of_its_points_or_is_set_aside() -> None:
    found = park(boxes=[cabinet(insee_code=None)])
    assert found.cabinets[0].insee_code == "54430"
    without = park([lamp(insee_code=None)], boxes=[cabinet(insee_code=None)])
    assert without.cabinets == ()
    assert "INSEE" in without.set_aside[0].expected
    assert without.out_share is None
    bare = [lamp(insee_code=None)]
    told = park(bare, boxes=[cabinet(insee_code=None)], communes={"epci": "54335"})
    assert told.cabinets[0].insee_code == "54335"


def test_dates_to_come_are_not_believed_and_the_rest_stands() -> None:
    tomorrow = TODAY + timedelta(days=1)
    found = park(
        [lamp(installed_on=tomorrow), lamp("P-2", installed_on=TODAY)],
        boxes=[cabinet(inspected_on=tomorrow)],
    )
    assert [one.age_years for one in found.cabinets[0].lamps] == [None, 0.0]
    assert found.cabinets[0].inspected_on is None
    assert [name for name, _ in reasons(found)] == ["cabinets.csv, A-1", "lamps.csv, P-1"]


def test_a_light_point_that_is_gone_is_set_aside() -> None:
    found = park([lamp(), lamp("P-2", valid_to=date(2026, 11, 25)), lamp("P-3", valid_to=TODAY)])
    assert [one.light_point for one in found.cabinets[0].lamps] == ["P-1", "P-3"]
    assert [name for name, _ in reasons(found)] == ["lamps.csv, P-2"]


# the whole


def test_a_state_does_not_depend_on_the_order_of_its_rows() -> None:
    boxes, points, orders = large(400)
    one = state(boxes, points, orders, as_of=AS_OF)
    names = [(box.organisation, box.cabinet) for box in one.cabinets]
    assert names == sorted(names)
    assert all(lamps == sorted(lamps) for lamps in _names(one))
    other = state(boxes[::-1], points[::-1], orders[::-1], as_of=AS_OF)
    assert one.model_dump_json(exclude={"set_aside"}) == other.model_dump_json(
        exclude={"set_aside"}
    )
    assert one == state(boxes, points, orders, as_of=AS_OF)


def test_an_empty_park_is_a_park() -> None:
    found = state([], [], [], as_of=AS_OF)
    assert (found.cabinets, found.tickets, found.out_share) == ((), (), None)
    assert ParkState.model_validate_json(found.model_dump_json()) == found


def test_the_demonstration_territory_has_a_state() -> None:
    whole = territory(fast=True)
    boxes = [Owned(one.owner, box) for one in whole.holdings for box in one.cabinets]
    points = [Owned(one.owner, lp) for one in whole.holdings for lp in one.light_points]
    found = state(boxes, points, [], as_of=AS_OF)
    assert found.set_aside == ()
    assert sum(len(box.lamps) for box in found.cabinets) == len(points)
    assert Counter(lp.record.source_type for lp in points) == {
        kind.source_type: kind.count for kind in found.technologies
    }
    assert all(box.location_told for box in found.cabinets)
    assert found.burn_hours_source.tell(str).startswith("the sun at each cabinet in 2026")


def _names(found: ParkState) -> list[list[str]]:
    return [[one.light_point for one in box.lamps] for box in found.cabinets]


DAYS = st.none() | st.dates(date(2018, 1, 1), date(2028, 1, 1))
NAMES = st.sampled_from(["P-1", "P-2", "A-1", "S-1", "nobody"])
ORDERS = st.builds(
    lambda n, **told: order(f"T-{n}", **told),
    st.integers(0, 9),
    kind=st.sampled_from(["report", "repair", "preventive", "inspection", "other"]),
    asset_kind=st.sampled_from(["light_point", "cabinet", "support", "circuit", "unknown"]),
    asset=st.none() | NAMES,
    reported_at=DAYS,
    done_at=DAYS,
    fault_type=st.sampled_from([None, "foyer éteint", "armoire HS", "câble", "relampage"]),
)


@settings(max_examples=100)
@given(st.lists(ORDERS, max_size=12))
def test_whatever_is_told_no_open_fault_is_lost_and_none_is_there_twice(
    orders: list[Owned[WorkOrder]],
) -> None:
    points = [lamp("P-1", support="S-1"), lamp("P-2", installed_on=None)]
    found = park(points, orders)
    told = Counter(row.where for row in found.set_aside)
    kept: set[str] = set()
    for ticket in found.tickets:
        assert ticket.ticket not in kept
        kept.add(ticket.ticket)
        assert ticket.reported_at <= AS_OF
        assert ticket.due_at > ticket.reported_at
    assert sorted(found.tickets, key=_due) == list(found.tickets)
    aside = {row.where for row in found.set_aside}
    mended = {one.record.asset for one in orders if one.record.kind == "repair"}
    for one in orders:
        record = one.record
        is_open = record.kind == "report" and record.done_at is None
        name = f"tickets.csv, {record.external_id} (epci {record.external_id})"
        if is_open and record.asset not in mended:
            assert record.external_id in kept or name in aside
    assert sum(told.values()) <= 2 * len(orders)


def _due(one: FaultReport) -> tuple[datetime, str, str]:
    return one.due_at, one.organisation, one.ticket
