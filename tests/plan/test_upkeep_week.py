"""A week of rounds from the year and the faults, and what comes back of it."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from synergie.errors import BadInput
from synergie.maintenance.plan.rounds import solve as solve_rounds
from synergie.maintenance.plan.rounds._text import OVERDUE
from synergie.maintenance.plan.upkeep import (
    MaintenanceContext,
    MaintenanceFiles,
    WeekCase,
    YearPlan,
    _text,
    compare_crew_days,
    find_last_done_days,
    list_carried_stops,
    list_decided_works,
    match_executed_stops,
    match_returned_orders,
    monday_of,
    read_roads,
    update_inspected_cabinets,
    week_problem,
    year_problem,
)
from synergie.maintenance.plan.year import solve as solve_year
from synergie.maintenance.records.rounds import RoundsPlan, RoundStop
from synergie.park.plan import Owned, state
from synergie.park.records.crew import CrewBook
from synergie.schemas.assets.work_order import WorkOrder
from tests.plan.upkeep_cases import (
    CITY,
    MONDAY,
    NORTH,
    at,
    book,
    cabinet,
    crew,
    order,
    owned,
    park,
    points,
    town,
)

SUNDAY = datetime(2027, 1, 10, 20, tzinfo=UTC)
ONLY = {
    "id": "2027-1", "insee_code": NORTH, "rule": "only", "from_day": MONDAY,
    "to_day": date(2027, 1, 8), "from_time": "09:00", "to_time": "11:30",
}  # fmt: skip
_CACHE: dict[str, YearPlan] = {}


def year_plan() -> YearPlan:
    """The year of the small town, solved once."""
    if not _CACHE:
        boxes, lamps = town()
        problem = year_problem(park(boxes, lamps), book(), starts_on=MONDAY).problem
        _CACHE["town"] = YearPlan(problem, solve_year(problem, limit_s=300))
    return _CACHE["town"]


def week(orders: Sequence[WorkOrder] = (), told: CrewBook | None = None, **fields: Any) -> WeekCase:
    """The first week of the small town."""
    boxes, lamps = town()
    return week_problem(
        fields.pop("plan", year_plan()), park(boxes, lamps, orders), told or book(),
        monday=MONDAY, **fields,
    )  # fmt: skip


def stops(case: WeekCase) -> dict[str, RoundStop]:
    return {stop.id: stop for stop in case.problem.stops}


def test_a_week_holds_the_visits_that_the_year_has_there() -> None:
    plan = year_plan().plan
    wanted = {visit.cabinet for visit in plan.visits if visit.week == 1}
    found = week()
    assert {stop.asset for stop in found.problem.stops} == wanted
    assert {(shift.crew, shift.day) for shift in found.problem.shifts} == {
        ("nacelle-1", MONDAY + timedelta(days=n)) for n in range(5)
    }
    shift = found.problem.shifts[0]
    assert shift.starts_at.isoformat() == "2027-01-04T07:30:00+01:00"


def test_other_crew_days_than_the_year_promised_are_told_with_what_both_cost() -> None:
    case = week([order("T-1", asset="A-01", fault_type="porte ouverte, fils nus")])
    one = next(one for one in solve_rounds(case.problem, iterations=20).rounds if one.stops)
    fault = one.model_copy(
        update={"stops": (one.stops[0].model_copy(update={"stop": "t.T-1"}),), "cost_eur": 100}
    )
    crews = [crew for crew in year_plan().plan.crews if crew.week == 1]
    promised, paid = sum(crew.days for crew in crews), sum(crew.cost_eur for crew in crews)
    plan = solve_rounds(case.problem, iterations=20)

    def told(*rounds: Any) -> list[str]:
        made = plan.model_copy(update={"rounds": rounds})
        said = compare_crew_days(year_plan(), case, made, MONDAY)
        return [word for phrase in said for word in (phrase.text, *phrase.values)]

    assert told(*[fault] * promised) == []
    more = [fault] * (promised + 2)
    assert told(*more) == [
        _text.OTHER_DAYS, str(promised), f"{paid:.2f}", str(promised + 2),
        f"{100 * (promised + 2):.2f}", str(promised + 2),
    ]  # fmt: skip
    visit = next(s.id for s in case.problem.stops if s.ticket is None)
    mine = fault.model_copy(update={"stops": (fault.stops[0].model_copy(update={"stop": visit}),)})
    assert told(mine, *more)[-1] == str(promised + 2), "a round with a visit of the year is its own"


def test_a_danger_must_be_mended_and_the_others_cost_what_their_contract_says() -> None:
    orders = [
        order("T-1", asset="A-01", fault_type="porte ouverte, fils nus"),
        order("T-2", asset="A-02", fault_type="armoire éteinte, toute la rue", contract="M-1"),
        order("T-3", asset="A-03-2", asset_kind="light_point", fault_type="lampe éteinte"),
    ]
    target = {"severity": "street", "contract": "M-1", "max_delay_hours": Decimal(24),
              "penalty_eur_day": Decimal(150), "source": "M-1"}  # fmt: skip
    case = week(orders, book(targets=(target,)))
    by_ticket = {stop.ticket: stop for stop in case.problem.stops if stop.ticket}
    assert by_ticket["T-1"].skip_eur is None
    assert by_ticket["T-1"].severity == "danger"
    street, lamp = by_ticket["T-2"].skip_eur, by_ticket["T-3"].skip_eur
    assert street is not None
    assert lamp is not None
    assert street >= 7 * 150 + lamp
    assert [part.part for part in by_ticket["T-3"].parts] == ["lamp-SHP-100"]
    assert by_ticket["T-3"].instructions is None, "the sheet tells fault, parts, network itself"


def test_a_small_fault_waits_for_the_visit_unless_it_is_due() -> None:
    later = order("T-9", asset="A-12", fault_type="vasque cassée", reported_at=date(2026, 12, 27))
    due = order("T-8", asset="A-12", fault_type="vasque cassée", reported_at=date(2026, 12, 1))
    planned = {visit.cabinet: visit.week for visit in year_plan().plan.visits}
    for one, wanted in ((later, planned["A-12"] == 1), (due, True)):
        tickets = {stop.ticket for stop in week([one]).problem.stops}
        assert (one.external_id in tickets) == wanted


def test_a_traffic_order_opens_its_hours_only_and_the_crew_is_told() -> None:
    boxes = [cabinet("A-1"), cabinet("A-2", insee_code="54115")]
    case = week_problem(None, park(boxes), book(road_orders=(ONLY,)), monday=MONDAY)
    found = stops(case)
    one = found["A-1.inspection"]
    assert len(one.windows) == 5
    local = [(w.opens_at.strftime("%H:%M"), w.closes_at.strftime("%H:%M")) for w in one.windows]
    assert set(local) == {("09:00", "10:45")}, "45 minutes of work end at 11:30"
    assert one.instructions is None
    assert found["A-2.inspection"].windows == ()
    plan = solve_rounds(case.problem, limit_s=2)
    assert {p.stop for r in plan.rounds for p in r.stops} == set(found)


def test_a_place_that_is_shut_all_week_is_set_aside() -> None:
    never = ONLY | {"rule": "never", "from_time": None, "to_time": None}
    boxes = [cabinet("A-1"), cabinet("A-2", insee_code="54115")]
    case = week_problem(None, park(boxes), book(road_orders=(never,)), monday=MONDAY)
    assert set(stops(case)) == {"A-2.inspection"}
    assert [one.found for one in case.set_aside] == ["2027-1"]


def test_a_long_work_is_split_and_its_minutes_add_up() -> None:
    wanted = order("D-1", asset="A-1", kind="preventive", fault_type="Passage en LED",
                   reported_at=None, planned_at=date(2027, 1, 8))  # fmt: skip
    box = cabinet("A-1", inspected_on=date(2026, 12, 1))
    known = MaintenanceContext(decided=list_decided_works(owned([wanted])))
    here = park([box], points("A-1", 16))
    case = week_problem(None, here, book(), monday=MONDAY, known=known)
    parts = [stop for stop in case.problem.stops if stop.task == "led_conversion"]
    assert sum(stop.minutes for stop in parts) == 30 + 16 * 30
    assert [stop.id for stop in parts] == [f"A-1.led_conversion-{n}of3" for n in (1, 2, 3)]
    assert max(stop.minutes for stop in parts) <= 180


def test_a_matrix_is_taken_for_the_places_of_the_week() -> None:
    here = [at(0), *(box.location for box in town()[0])]
    told = {
        "sources": [{"location": [p.longitude, p.latitude]} for p in here if p],
        "durations": [[60 * abs(i - j) for j in range(13)] for i in range(13)],
    }
    case = week(roads=read_roads(json.dumps(told).encode(), "m.json"))
    assert case.problem.matrix is not None
    assert len(case.problem.matrix.durations_s) == len(case.problem.places)


@pytest.mark.parametrize("text", ["2027-W01", "2027-w1", "2027-01-04"])
def test_a_week_is_told_by_its_number_or_its_monday(text: str) -> None:
    assert monday_of(text) == MONDAY


@pytest.mark.parametrize("text", ["2027-W60", "demain", "2027-13-01", "W1"])
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        monday_of(text)


def test_a_week_without_work_or_workers_is_said() -> None:
    fresh = park([cabinet("A-1", inspected_on=date(2026, 12, 20))])
    with pytest.raises(BadInput):
        week_problem(None, fresh, book(), monday=MONDAY)
    off = crew(days_off=tuple(MONDAY + timedelta(days=n) for n in range(5)))
    with pytest.raises(BadInput, match="working day"):
        week(told=book(crews=(off,)))


def answers(case: WeekCase, plan: RoundsPlan, seed: int) -> tuple[list[WorkOrder], set[str]]:
    """Interventions of a week: 70 % done, the rest failed or never told; and what is done."""
    draw = Random(seed)  # noqa: S311 (the same week at each run)
    found, done = [], set()
    by_id = stops(case)
    planned = [(p.stop, r.day) for r in plan.rounds for p in r.stops]
    for name, day in planned:
        stop, chance = by_id[name], draw.random()
        if chance > 0.85:
            continue  # never told: late
        ok = chance < 0.7
        done |= {name} if ok else set()
        found.append(
            order(
                stop.ticket if stop.severity and stop.ticket else name,
                asset=stop.asset,
                asset_kind="unknown",
                kind="repair" if stop.task == "repair" else "inspection",
                fault_type=None if stop.task == "repair" else "vérification, nettoyage",
                reported_at=None,
                done_at=day if ok else None,
                cause=None if ok else "accès impossible",
            )
        )
    return found, done


def given_of(orders: Sequence[WorkOrder]) -> MaintenanceFiles:
    boxes, lamps = town()
    return MaintenanceFiles(
        cabinets=owned(boxes), light_points=owned(lamps), work_orders=owned(orders)
    )


FAULTS = [
    order("T-1", asset="A-01", fault_type="armoire éteinte"),
    order("T-2", asset="A-05-2", asset_kind="light_point", fault_type="lampe éteinte"),
    order("T-3", asset="A-09-2", asset_kind="light_point", fault_type="lampe éteinte"),
]


@pytest.mark.parametrize("seed", range(6))
def test_a_plan_is_executed_and_the_next_week_loses_nothing_and_does_nothing_twice(
    seed: int,
) -> None:
    first = week(FAULTS)
    plan = solve_rounds(first.problem, iterations=30)
    back, done = answers(first, plan, seed)
    given = given_of(FAULTS)
    told = match_returned_orders([(first.problem, plan)], owned(back, "?"), given, until=SUNDAY)
    assert told.before.done == done
    assert told.unknown == ()
    boxes, lamps = town()
    then = state(owned(boxes), owned(lamps), told.orders, as_of=SUNDAY)
    known = MaintenanceContext(done=find_last_done_days(told.orders))
    second = week_problem(
        year_plan(), then, book(), monday=MONDAY + timedelta(days=7), known=known,
        before=told.before,
    )  # fmt: skip
    wanted, now = stops(first), stops(second)
    assert len(wanted) > 10
    assert set(wanted) - done
    assert set(wanted) - done <= set(now), "nothing is lost"
    assert not done & set(now), "nothing is done twice"
    planned = {v.cabinet for v in year_plan().plan.visits if v.week == 2}
    assert planned - {wanted[name].asset for name in done} <= {
        stop.asset for stop in second.problem.stops
    }
    failed = {one.external_id for one in back if one.cause}
    reminded = [s for s in now.values() if "accès impossible" in (s.instructions or "")]
    assert {s.ticket if s.severity else s.id for s in reminded} == failed
    later = solve_rounds(second.problem, iterations=10)
    assert {p.stop for r in later.rounds for p in r.stops} <= set(now)


def test_a_danger_that_could_not_be_mended_is_still_a_danger_in_the_next_week() -> None:
    bare = order("T-1", asset="A-02", fault_type="fils nus", reported_at=date(2026, 12, 20))
    first = week([bare])
    plan = solve_rounds(first.problem, iterations=10)
    back = order("T-1", asset="A-02", kind="repair", fault_type="réparation", reported_at=None,
                 cause="accès impossible")  # fmt: skip
    given = given_of([bare])
    (told,) = match_returned_orders(
        [(first.problem, plan)], owned([back]), given, until=SUNDAY
    ).orders
    assert (told.record.fault_type, told.record.reported_at) == ("fils nus", date(2026, 12, 20))
    (fault,) = state(given.cabinets, given.light_points, [told], as_of=SUNDAY).tickets
    assert (fault.severity, fault.fault) == ("danger", "fils nus")


def test_the_week_after_does_not_come_back_to_what_was_done_two_weeks_ago() -> None:
    first = week()
    plan = solve_rounds(first.problem, iterations=10)
    everything = [
        order(name, asset=stop.asset, kind="inspection", fault_type="vérification, nettoyage",
              reported_at=None, done_at=MONDAY)
        for name, stop in stops(first).items()
    ]  # fmt: skip
    given = given_of(FAULTS[:1])
    told = match_returned_orders(
        [(first.problem, plan)], owned(everything, "?"), given, until=SUNDAY
    )
    boxes, lamps = town()
    then = state(owned(boxes), owned(lamps), told.orders, as_of=SUNDAY)
    third = week_problem(
        year_plan(), then, book(), monday=MONDAY + timedelta(days=14),
        known=MaintenanceContext(done=find_last_done_days(told.orders)),
    )  # fmt: skip
    assert {stop.ticket for stop in third.problem.stops} >= {"T-1"}
    again = {stop.asset for stop in third.problem.stops if stop.severity is None}
    assert not {one.asset for one in everything} & again


def test_a_part_that_is_done_does_not_come_again_and_the_others_do() -> None:
    wanted = order("D-1", asset="A-1", kind="preventive", fault_type="Passage en LED",
                   reported_at=None, planned_at=date(2027, 1, 8))  # fmt: skip
    box, lamps = cabinet("A-1", inspected_on=date(2026, 12, 1)), points("A-1", 16)
    known = MaintenanceContext(decided=list_decided_works(owned([wanted])))
    first = week_problem(None, park([box], lamps), book(), monday=MONDAY, known=known)
    plan = solve_rounds(first.problem, iterations=10)
    part = "A-1.led_conversion-1of3"
    back = order(part, asset="A-1", kind="preventive", fault_type="passage en LED",
                 reported_at=None, done_at=MONDAY)  # fmt: skip
    given = MaintenanceFiles(
        cabinets=owned([box]), light_points=owned(lamps), work_orders=owned([wanted])
    )
    told = match_returned_orders([(first.problem, plan)], owned([back]), given, until=SUNDAY)
    assert told.before.done == {part}
    second = week_problem(
        None,
        park([box], lamps),
        book(),
        monday=MONDAY + timedelta(days=7),
        known=MaintenanceContext(
            done=find_last_done_days(told.orders), decided=list_decided_works(told.orders)
        ),
        before=told.before,
    )
    assert [s.id for s in second.problem.stops] == [f"A-1.led_conversion-{n}of3" for n in (2, 3)]


def test_a_visit_of_an_earlier_week_that_nobody_told_done_comes_again() -> None:
    boxes, lamps = town()
    plan = year_plan()
    missed = {visit.cabinet for visit in plan.plan.visits if visit.week == 1}
    later = week_problem(plan, park(boxes, lamps), book(), monday=MONDAY + timedelta(days=7))
    assert missed <= {stop.asset for stop in later.problem.stops}


def outcome(*orders: WorkOrder, **fields: Any) -> Any:
    """What the first week's rounds became, by these rows."""
    case = week()
    plan = solve_rounds(case.problem, iterations=10)
    boxes, lamps = town()
    names = [one.external_id for one in boxes] + [one.external_id for one in lamps]
    return match_executed_stops(
        plan, case.problem, owned(orders), until=fields.pop("until", SUNDAY), assets=names,
        installed=owned(lamps), **fields,
    )  # fmt: skip


def first_stop() -> RoundStop:
    return week().problem.stops[0]


def test_a_stop_is_answered_by_its_asset_and_task_too() -> None:
    stop = first_stop()
    told = order("GMAO-7", asset=stop.asset, kind="inspection", reported_at=None,
                 done_at=date(2027, 1, 9))  # fmt: skip
    found = outcome(told)
    assert stop.id in found.done
    assert found.behind[stop.id] >= 1
    assert stop.id not in found.late


def test_before_its_day_is_over_a_stop_is_not_late() -> None:
    found = outcome(until=datetime(2027, 1, 3, 12, tzinfo=UTC))
    assert found.late == ()
    assert len(outcome().late) == len(week().problem.stops)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"asset": "A-99"}, "known asset"),
        ({"asset": "A-01", "done_at": date(2028, 1, 1)}, "in the past"),
        (
            {"asset": "A-01", "reported_at": date(2027, 1, 8), "done_at": date(2027, 1, 5)},
            "day of the report",
        ),
    ],
    ids=["unknown asset", "the future", "before the report"],
)
def test_a_row_that_cannot_be_is_told(fields: dict[str, Any], words: str) -> None:
    told = order("X-1", **({"kind": "repair", "done_at": date(2027, 1, 5)} | fields))
    (one,) = outcome(told).unknown
    assert words in one.expected
    assert "X-1" in one.found


def test_a_row_before_installation_or_twice_is_told() -> None:
    case = week()
    plan = solve_rounds(case.problem, iterations=10)
    young = Owned(CITY, points("A-01", 1, installed_on=date(2027, 1, 7))[0])
    early = order("X-1", kind="repair", asset="A-01-1", reported_at=None, done_at=date(2027, 1, 5))
    found = match_executed_stops(
        plan, case.problem, owned([early, early.model_copy(update={"cause": "autre"})]),
        until=SUNDAY, installed=[young],
    )  # fmt: skip
    assert [one.expected.split(" ")[0] for one in found.unknown] == ["an", "one"]


def test_carried_stops_are_those_left_out_late_or_failed_each_once() -> None:
    case = week()
    plan = solve_rounds(case.problem, iterations=10)
    stop = first_stop()
    failed = order(stop.id, asset=stop.asset, kind="inspection", reported_at=None, cause="neige")
    found = match_executed_stops(plan, case.problem, owned([failed]), until=SUNDAY)
    over = list_carried_stops(found, plan, case.problem)
    names = [one.stop.id for one in over]
    assert sorted(names) == sorted(stops(case))
    assert {one.stop.id: one.reason for one in over}[stop.id] == "neige"


def test_an_inspection_that_came_back_is_that_of_its_cabinet() -> None:
    boxes = owned([cabinet("A-1"), cabinet("A-2", inspected_on=None), cabinet("A-3")])
    done = {
        ((CITY, "A-1"), "inspection"): date(2027, 1, 5),
        ((CITY, "A-2"), "inspection"): date(2027, 1, 6),
        ((CITY, "A-3"), "cleaning"): date(2027, 1, 7),
    }
    found = update_inspected_cabinets(boxes, done)  # type: ignore[arg-type]
    days = [one.record.inspected_on for one in found]
    assert days == [date(2027, 1, 5), date(2027, 1, 6), date(2024, 6, 1)]


def test_a_fault_is_planned_where_nothing_else_is_due() -> None:
    fresh = cabinet("A-1", inspected_on=date(2026, 12, 20))
    out = order("T-1", asset="A-1", fault_type="armoire éteinte")
    case = week_problem(None, park([fresh], (), [out]), book(), monday=MONDAY)
    assert [stop.ticket for stop in case.problem.stops] == ["T-1"]


def test_a_crew_goes_to_a_danger_first_even_when_it_is_overdue() -> None:
    bare = order("T-1", asset="A-02", fault_type="fils nus", reported_at=date(2026, 12, 20))
    case = week([bare])
    (stop,) = (one for one in case.problem.stops if one.ticket == "T-1")
    assert stop.severity == "danger"
    assert stop.due_at is not None
    assert stop.due_at.date() < MONDAY
    plan = solve_rounds(case.problem, iterations=20)
    first = min(plan.rounds, key=lambda one: one.day)
    assert first.stops[0].stop == stop.id
    assert [p.values[0] for p in plan.assumptions if p.text == OVERDUE] == [stop.id]


def test_more_dangers_than_crews_are_all_mended_before_any_inspection() -> None:
    several = [
        order(f"T-{n}", asset=f"A-0{n}", fault_type="fils nus", reported_at=date(2026, 12, 20))
        for n in range(1, 7)
    ]
    case = week(several)
    mine = {one.id for one in case.problem.stops if one.ticket}
    assert len(mine) == 6
    plan = solve_rounds(case.problem, iterations=20)
    (day,) = ([p.stop for p in one.stops] for one in plan.rounds if one.day == MONDAY)
    assert set(day[:6]) == mine
    assert not plan.left_out, "inspections follow, that day or another"


def test_visits_of_earlier_weeks_that_nobody_told_are_taken_up_and_said() -> None:
    plan, (boxes, lamps) = year_plan(), town()
    monday = MONDAY + timedelta(weeks=2)
    case = week_problem(plan, park(boxes, lamps), book(), monday=monday)
    earlier = sum(visit.week < 3 for visit in plan.plan.visits)
    said = [phrase for phrase in case.assumptions if phrase.text == _text.UNTOLD]
    assert [phrase.values for phrase in said] == [(str(earlier),)]
    assert earlier
    assert not [p for p in week().assumptions if p.text == _text.UNTOLD]
