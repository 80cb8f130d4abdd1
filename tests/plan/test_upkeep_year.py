"""The year of a park: what is due when, who may do it, which weeks are open."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from math import inf
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.errors import BadInput
from synergie.maintenance.plan.rounds import solve as solve_rounds
from synergie.maintenance.plan.upkeep import (
    MaintenanceContext,
    YearCase,
    YearPlan,
    _text,
    crew_book,
    find_last_done_days,
    list_decided_works,
    read,
    week_problem,
    year_problem,
)
from synergie.maintenance.plan.upkeep.book import Placed
from synergie.maintenance.plan.upkeep.keys import cabinet_keys
from synergie.maintenance.plan.upkeep.relamp import Relamping
from synergie.maintenance.plan.upkeep.year import GRAIN
from synergie.maintenance.plan.year import solve
from synergie.maintenance.records.maintenance import Visit
from synergie.maintenance.samples.crews import crew_book as sample_crew_book
from synergie.park.plan import Owned, models, state
from synergie.park.records.crew import CrewBook
from synergie.park.records.crew_row import BookSettings, CrewRow
from synergie.park.records.park import FailureModel, ParkState
from synergie.samples import territory
from tests.plan.upkeep_cases import (
    CITY,
    MONDAY,
    NORTH,
    NOW,
    OTHER,
    book,
    cabinet,
    crew,
    depot,
    order,
    owned,
    park,
    points,
    town,
)

ORDER = {"id": "2027-1", "insee_code": NORTH, "from_day": MONDAY, "to_day": date(2027, 1, 31)}


def crew_rows() -> Iterator[CrewRow]:
    """The sample book as rows of the template `crews`."""
    book = sample_crew_book()
    told: tuple[tuple[str, tuple[object, ...]], ...] = (
        ("crew", book.crews),
        ("depot", book.depots),
        ("road_order", book.road_orders),
        ("other_works", book.other_works),
        ("target", book.targets),
        ("rule", book.rules),
        ("settings", (_build_book_settings(book),)),
    )
    for kind, parts in told:
        for part in parts:
            yield CrewRow.model_validate({"kind": kind, kind: part, "provenance": "synthetic"})


def _build_book_settings(book: CrewBook) -> BookSettings:
    return BookSettings(
        holidays=book.holidays,
        school_zone=book.school_zone,
        school_work=book.school_work,
        speed_km_h=float(book.speed_km_h),
        detour=float(book.detour),
        late_share=book.late_share,
        on_call=book.on_call,
    )


def year(told: CrewBook | None = None, *, weeks: int = 52, **fields: Any) -> YearCase:
    boxes, lamps = town()
    return year_problem(park(boxes, lamps), told or book(), starts_on=MONDAY, weeks=weeks, **fields)


def visits(case: YearCase) -> dict[str, Visit]:
    return {visit.id or "": visit for visit in case.problem.visits}


def test_every_cabinet_that_is_due_is_visited_once_and_the_plan_holds() -> None:
    case = year()
    assert {visit.cabinet for visit in case.problem.visits} == {f"A-{i:02}" for i in range(1, 13)}
    plan = solve(case.problem, limit_s=300)
    assert {visit.cabinet for visit in plan.visits} == {v.cabinet for v in case.problem.visits}
    assert case.set_aside == ()


def test_hours_are_sixteenths_of_a_crew_day_and_windows_have_a_cost_a_week() -> None:
    case = year()
    grain = case.problem.crew_day_hours / GRAIN
    for visit in case.problem.visits:
        assert visit.hours % grain == 0
        assert len(visit.costs_eur) == visit.last_week - visit.first_week + 1
        assert all(cost == cost.to_integral_value() for cost in visit.costs_eur)


def test_a_check_is_due_a_period_after_the_last_one() -> None:
    fresh = cabinet("A-1", inspected_on=date(2026, 7, 1))
    never = cabinet("A-2", inspected_on=None)
    case = year_problem(park([fresh, never]), book(), starts_on=MONDAY)
    found = visits(case)
    assert found["A-1.inspection"].due_week == 26
    assert found["A-1.inspection"].first_week > 15
    assert found["A-2.inspection"].first_week == 1
    assert "1 cabinets have no known date" in " ".join(p.tell(str) for p in case.assumptions)
    done = {((CITY, "A-2"), "inspection"): date(2026, 12, 1)}
    again = year_problem(
        park([fresh, never]),
        book(),
        starts_on=MONDAY,
        known=MaintenanceContext(done=done),  # type: ignore[arg-type]
    )
    assert visits(again)["A-2.inspection"].due_week == 48


def test_inspections_without_a_date_are_spread_over_the_year_and_cost_nothing_in_their_turn() -> (
    None
):
    boxes = [cabinet(f"A-{n}", inspected_on=None, insee_code=f"541{n:02d}") for n in range(10)]
    case = year_problem(park(boxes), book(), starts_on=MONDAY)
    due = sorted(visit.due_week or 0 for visit in case.problem.visits)
    assert due == sorted(set(due)), "each commune in its turn"
    assert due[0] < 10 and due[-1] > 40, "the year is used"
    for visit in case.problem.visits:
        at = (visit.due_week or 0) - visit.first_week
        assert visit.costs_eur[: at + 1] == (0,) * (at + 1)
        assert all(cost > 0 for cost in visit.costs_eur[at + 1 :])


def test_what_is_known_to_be_late_goes_before_what_has_no_date() -> None:
    boxes = [cabinet(f"A-{n}", insee_code="54100") for n in range(4)]
    boxes += [cabinet(f"B-{n}", inspected_on=None, insee_code="54200") for n in range(4)]
    case = year_problem(park(boxes), book(), starts_on=MONDAY)
    due = {visit.cabinet: visit.due_week or 0 for visit in case.problem.visits}
    late, undated = (max(w for n, w in due.items() if n.startswith(x)) for x in "AB")
    assert late < undated


def test_works_of_one_cabinet_whose_weeks_meet_are_one_visit() -> None:
    small = order("T-1", asset="A-1", fault_type="vasque cassée")
    state_ = park([cabinet("A-1")], points("A-1", 2), [small])
    case = year_problem(state_, book(), starts_on=MONDAY)
    (one,) = [one for one in case.occasions.values() if one.task == "inspection"]
    assert "repair" in {work.task for work in one.works}
    assert one.minutes >= 45 + 25


def test_a_decided_work_is_planned_by_its_day_and_not_once_it_is_done() -> None:
    wanted = order(
        "D-1", asset="A-1", kind="preventive", fault_type="Passage en LED",
        reported_at=None, planned_at=date(2027, 4, 30),
    )  # fmt: skip
    told = list_decided_works(owned([wanted]))
    assert [one.task for one in told[CITY, "A-1"]] == ["led_conversion"]
    here = park([cabinet("A-1", inspected_on=date(2026, 12, 1))], points("A-1", 10))
    case = year_problem(here, book(), starts_on=MONDAY, known=MaintenanceContext(decided=told))
    led = visits(case)["A-1.led_conversion"]
    assert (led.first_week, led.due_week) == (1, 17)
    assert led.hours >= Decimal(5), "half an hour a light point"
    assert (
        list_decided_works(owned([wanted.model_copy(update={"done_at": date(2027, 2, 1)})])) == {}
    )
    done = find_last_done_days(owned([wanted.model_copy(update={"done_at": date(2027, 2, 1)})]))
    assert done == {((CITY, "A-1"), "led_conversion"): date(2027, 2, 1)}


def test_a_work_split_over_stops_is_done_when_all_its_parts_are() -> None:
    first, last = (
        order(
            f"A-1.inspection-{n}of2", asset="A-1", kind="inspection", reported_at=None,
            done_at=date(2027, 1, 4 + n),
        )
        for n in (1, 2)
    )  # fmt: skip
    assert find_last_done_days(owned([first])) == {}
    assert find_last_done_days(owned([first, last])) == {
        ((CITY, "A-1"), "inspection"): date(2027, 1, 6)
    }


MODEL = next(model for model in models.assumed() if model.technology == "SHP")


def test_the_best_age_of_a_group_costs_least_and_no_age_costs_less_than_nothing() -> None:
    costs = Relamping(group=41, spot=112.5, hour=130)
    best = costs.best_age(MODEL)
    ages = [best * (0.2 + 0.05 * i) for i in range(60)]
    losses = [costs.loss(MODEL, age) for age in ages]
    assert min(losses) >= -1e-9
    assert costs.loss(MODEL, best) == pytest.approx(0)

    def mean(age: float) -> float:
        return float(41 + 112.5 * (age / MODEL.scale_hours) ** MODEL.shape) / age

    assert all(mean(best) <= mean(age) + 1e-12 for age in ages), "brute force"


def test_a_group_never_pays_without_wear() -> None:
    flat = FailureModel(technology="SHP", shape=1, scale_hours=30_000, source="assumed")
    assert Relamping(group=41, spot=112.5, hour=130).best_age(flat) == inf


def test_lamps_are_changed_in_a_group_when_their_age_says_so() -> None:
    boxes = [cabinet(f"A-{i}", inspected_on=date(2026, 12, 1)) for i in (1, 2)]
    lamps = [
        *points("A-1", 20, installed_on=date(2021, 9, 1)),
        *points("A-2", 20, installed_on=date(2025, 6, 1)),
    ]
    begun = order("T-0", asset="A-1", reported_at=date(2020, 1, 5), done_at=date(2020, 1, 6))
    check = {"task": "inspection", "every_months": 120, "minutes_cabinet": 45, "source": "x"}
    told = book(rules=(check,))  # no other work beside
    case = year_problem(park(boxes, lamps, [begun]), told, starts_on=MONDAY)
    relamped = {name for name in visits(case) if "relamping" in name}
    assert relamped == {"A-1.group_relamping"}
    (one,) = [one for one in case.occasions.values() if one.task == "group_relamping"]
    assert [(part.part, part.count) for part in one.works[0].parts] == [("lamp-SHP-100", 20)]
    costs = visits(case)["A-1.group_relamping"].costs_eur
    falls = list(costs)
    low = falls.index(min(falls))
    assert falls[:low] == sorted(falls[:low], reverse=True)
    assert falls[low:] == sorted(falls[low:])


def test_what_nobody_may_do_is_set_aside_with_its_reason_and_the_rest_plans() -> None:
    boxes = [cabinet("A-1", network_mix="shared_neutral"), cabinet("A-2"), cabinet("A-3")]
    boxes.append(cabinet("A-4", network_mix=None))
    told = book(crews=(crew(network_mixes=("separate",)),))
    case = year_problem(park(boxes), told, starts_on=MONDAY)
    assert {visit.cabinet for visit in case.problem.visits} == {"A-2", "A-3"}
    told_aside = {one.where: one.found for one in case.set_aside}
    assert told_aside == {
        f"{CITY} A-1, inspection": "shared_neutral",
        f"{CITY} A-4, inspection": "every-network",
    }


def test_a_crew_without_a_working_day_is_told_and_with_no_other_nothing_is_planned() -> None:
    sunday = crew("dimanche", weekdays=(7,), days_off=tuple(
        date.fromordinal(MONDAY.toordinal() + n) for n in range(28)))  # fmt: skip
    case = year(book(crews=(crew(), sunday)), weeks=4)
    assert [one.where for one in case.set_aside] == ["dimanche"]
    with pytest.raises(BadInput, match="working day"):
        year(book(crews=(sunday,)), weeks=4)


def test_public_holidays_and_days_off_take_crew_days_and_a_share_is_kept() -> None:
    (found,) = year().problem.depots
    assert found.crew_days[:2] == (5, 5)
    assert found.crew_days[11] == 5, "Good Friday is a working day"
    assert found.crew_days[12] == 4, "Easter Monday, 29 March 2027"
    (there,) = year(book(holidays="alsace-moselle")).problem.depots
    assert there.crew_days[11] == 4, "Good Friday is none in Alsace and Moselle"
    (kept,) = year(book(late_share=0.2)).problem.depots
    assert sum(kept.crew_days) in range(int(0.8 * sum(found.crew_days)) - 1, sum(found.crew_days))
    (away,) = year(book(crews=(crew(days_off=(MONDAY,)),))).problem.depots
    assert away.crew_days[0] == 4


def test_work_may_wait_for_school_holidays() -> None:
    told = book(school_zone="B", school_work="only_holidays")
    (found,) = year(told, weeks=20).problem.depots
    (rest,) = year(
        told.model_copy(update={"school_work": "never_holidays"}), weeks=20
    ).problem.depots
    (every,) = year(weeks=20).problem.depots
    assert 0 < sum(found.crew_days) < sum(rest.crew_days)
    both = [a + b for a, b in zip(found.crew_days, rest.crew_days, strict=True)]
    assert both == list(every.crew_days)


def test_a_traffic_order_closes_weeks_and_other_works_make_theirs_cheaper() -> None:
    never = year(book(road_orders=(ORDER | {"rule": "never"},)))
    for visit in never.problem.visits:
        inside = {week for week in (1, 2, 3, 4) if visit.first_week <= week <= visit.last_week}
        assert set(visit.closed_weeks) == (inside if visit.zone == NORTH else set())
    only = year(
        book(road_orders=(ORDER | {"rule": "only", "from_time": "22:00", "to_time": "23:00"},))
    )
    assert set(visits(only)["A-02.inspection"].closed_weeks) <= {1, 2, 3, 4}
    works = {
        "id": "eau-1", "cabinets": ("A-03",), "by": "Syndicat des eaux",
        "from_day": date(2027, 1, 18), "to_day": date(2027, 1, 22), "saves_eur": Decimal(80),
    }  # fmt: skip
    before, after = visits(year()), visits(year(book(other_works=(works,))))
    one = after["A-03.inspection"]
    dearer = [
        a - b for a, b in zip(one.costs_eur, before["A-03.inspection"].costs_eur, strict=True)
    ]
    assert [week for week, more in enumerate(dearer, one.first_week) if more == 0] == [3]
    assert set(dearer) == {Decimal(0), Decimal(80)}
    assert after["A-04.inspection"] == before["A-04.inspection"]


def test_a_place_that_is_shut_all_year_is_set_aside_with_the_order() -> None:
    shut = ORDER | {"rule": "never", "to_day": date(2027, 12, 31), "insee_code": None,
                    "cabinets": ("A-01",)}  # fmt: skip
    case = year(book(road_orders=(shut,)), weeks=50)
    assert [one.found for one in case.set_aside] == ["2027-1"]
    assert len(case.problem.visits) == 11


def test_a_task_has_its_months() -> None:
    rule = {"task": "inspection", "every_months": 12, "minutes_cabinet": 45, "months": (6, 7),
            "source": "usage"}  # fmt: skip
    for visit in year(book(rules=(rule,))).problem.visits:
        open_weeks = set(range(visit.first_week, visit.last_week + 1)) - set(visit.closed_weeks)
        assert open_weeks <= set(range(22, 32))
        assert open_weeks


def test_a_promised_week_is_kept_when_the_news_is_small() -> None:
    case = year()
    plan = solve(case.problem, limit_s=300)
    again = year(known=MaintenanceContext(promised=(case.problem, plan)))
    assert len(again.problem.promised) == len(plan.visits)
    assert again.problem.move_eur > 0
    assert solve(again.problem, limit_s=300).moved == ()


def test_two_owners_may_use_one_name_and_any_characters() -> None:
    boxes = [
        Owned(CITY, cabinet("A-1")),
        Owned(OTHER, cabinet("A-1")),
        Owned(CITY, cabinet("Nº 3/é")),
    ]
    found = state(boxes, [], [], as_of=NOW)
    keys = cabinet_keys(found.cabinets)
    assert len(set(keys.values())) == 3
    case = year_problem(found, book(), starts_on=MONDAY)
    assert len(case.problem.visits) == 3


def test_weeks_begin_on_a_monday_and_there_is_something_to_do() -> None:
    with pytest.raises(BadInput, match="Monday"):
        year_problem(park([cabinet("A-1")]), book(), starts_on=date(2027, 1, 5))
    fresh = cabinet("A-1", inspected_on=date(2026, 12, 20))
    with pytest.raises(BadInput, match="something to do"):
        year_problem(park([fresh]), book(), starts_on=MONDAY, weeks=8)


def test_a_cabinet_without_a_place_is_set_aside_and_the_rest_plans() -> None:
    found = park([cabinet("A-1"), cabinet("A-2", location=None)])
    assert [one.cabinet for one in found.cabinets] == ["A-1"]
    assert "A-2" in found.set_aside[0].where
    assert len(year_problem(found, book(), starts_on=MONDAY).problem.visits) == 1


def test_the_crew_book_of_the_bassin_makes_a_year_of_its_park() -> None:
    rows = [Placed(one, "equipes.xlsx") for one in crew_rows()]
    made = crew_book(rows, [depot().location])
    assert made.set_aside == ()
    whole = territory()
    boxes = [Owned(h.owner, c) for h in whole.holdings for c in h.cabinets]
    lamps = [Owned(h.owner, p) for h in whole.holdings for p in h.light_points]
    found = state(boxes, lamps, [], as_of=NOW)
    case = year_problem(found, made.book, starts_on=MONDAY)
    assert len({visit.cabinet for visit in case.problem.visits}) == 191
    assert len(case.problem.depots) == 3
    assert case.set_aside == ()
    twice = year_problem(found, made.book, starts_on=MONDAY)
    assert twice.problem.model_dump_json() == case.problem.model_dump_json()


def test_a_real_inventory_goes_from_its_file_to_a_year_and_a_week(shared: Path) -> None:
    path = shared / "data" / "lighting-champaign" / "Streetlights.csv"
    if not path.exists():
        pytest.skip("the inventory of Champaign is not there")
    given = read(
        [path], owner="champaign", communes={path: "98818"}
    )  # a code whose place is not judged
    found = state(given.cabinets, given.light_points, [], as_of=NOW)
    assert len(found.cabinets) > 50
    assert sum(len(one.lamps) for one in found.cabinets) > 2000
    home = found.cabinets[0].location
    told = book(
        depots=(depot(organisation="champaign", location=home),),
        crews=tuple(crew(f"c{i}", organisation="champaign") for i in range(4)),
    )
    case = year_problem(found, told, starts_on=MONDAY)
    assert len(case.problem.visits) >= len(found.cabinets)
    plan = solve(case.problem, limit_s=15)
    assert len(plan.visits) == len(case.problem.visits)
    week = week_problem(YearPlan(case.problem, plan), found, told, monday=MONDAY)
    planned = {visit.id for visit in plan.visits if visit.week == 1}
    assert {stop.id.rpartition("-")[0] or stop.id for stop in week.problem.stops} | {
        stop.id for stop in week.problem.stops
    } >= planned
    rounds = solve_rounds(week.problem, iterations=5)
    held = {one.stop for each in rounds.rounds for one in each.stops}
    assert held | {one.stop for one in rounds.left_out} == {s.id for s in week.problem.stops}


BOXES = st.lists(
    st.tuples(
        st.sampled_from([NORTH, "54115", "54215"]),
        st.sampled_from([None, "separate", "shared_supports", "shared_neutral"]),
        st.none() | st.dates(date(2019, 1, 1), date(2026, 12, 1)),
        st.integers(0, 12),
        st.sampled_from(["SHP", "LED", "VM", "XX"]),
    ),
    min_size=1,
    max_size=6,
)
CREWS = st.lists(
    st.tuples(
        st.sampled_from([(), ("platform",)]),
        st.sampled_from([("separate",), ("separate", "shared_supports", "shared_neutral")]),
        st.sampled_from([(1, 2, 3, 4, 5), (3,), (6, 7)]),
    ),
    min_size=1,
    max_size=3,
)


def tried(found: ParkState, told: CrewBook) -> YearCase | str:
    """The year, or what was expected where there is none."""
    try:
        return year_problem(found, told, starts_on=MONDAY, weeks=53)
    except BadInput as fault:
        return fault.expected


@given(boxes=BOXES, crews=CREWS, seed=st.integers(0, 99))
@settings(max_examples=25)
def test_whatever_the_park_each_cabinet_that_is_due_is_planned_or_told(
    boxes: list[Any], crews: list[Any], seed: int
) -> None:
    cabinets, lamps = [], []
    for i, (code, mix, seen, count, kind) in enumerate(boxes):
        name = f"A-{seed}-{i}"
        cabinets.append(cabinet(name, insee_code=code, network_mix=mix, inspected_on=seen))
        lamps += points(name, count, insee_code=code, source_type=kind)
    people = [
        crew(f"c{i}", skills=skills, network_mixes=mixes, weekdays=days)
        for i, (skills, mixes, days) in enumerate(crews)
    ]
    order_ = ORDER | {"rule": "never"}
    told = book(crews=tuple(people), road_orders=(order_,))
    case = tried(park(cabinets, lamps), told)
    if isinstance(case, str):
        assert case == "a crew with these skills and authorisations"
        return
    planned = {visit.cabinet for visit in case.problem.visits}
    aside = {one.where.split(" ")[1].rstrip(",") for one in case.set_aside if " " in one.where}
    assert planned | aside == {one.external_id for one in cabinets}
    for visit in case.problem.visits:
        weeks = set(range(visit.first_week, visit.last_week + 1))
        assert weeks - set(visit.closed_weeks)
        assert 1 <= visit.first_week <= visit.last_week <= 53
        assert min(visit.costs_eur) >= 0


def test_a_visit_longer_than_a_week_of_crews_is_planned_and_said() -> None:
    rule = {"task": "inspection", "every_months": 12, "minutes_cabinet": 3000, "source": "essai"}
    case = year_problem(park([cabinet("A-1")]), book(rules=(rule,)), starts_on=MONDAY)
    (visit,) = case.problem.visits
    week = max(case.problem.depots[0].crew_days) * case.problem.crew_day_hours
    assert visit.hours == week
    assert [one.values for one in case.assumptions if one.text == _text.LONGER] == [("1",)]
    assert solve(case.problem, limit_s=300).visits[0].cabinet == "A-1"
