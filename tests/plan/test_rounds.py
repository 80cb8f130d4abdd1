"""Rounds of a day and a week: times, breaks, overtime, shares, reasons."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synergie.errors import Cancelled, Infeasible
from synergie.maintenance.plan import rounds
from synergie.maintenance.records.rounds import Round, RoundsPlan, RoundsProblem
from synergie.park.records.crew import PartCount
from tests.plan.rounds_cases import MONDAY, at, place, problem, shift, stop, territory, window
from tests.plan.test_rounds_force import small

NEAR = [place("depot-a", 0, 0), place("depot-b", 2, 0), *(place(f"p{n}", n, 1) for n in range(9))]
LAMP = PartCount(part="lamp", count=1)


def solved(shifts: list[Any], stops: list[Any], **more: Any) -> RoundsPlan:
    return rounds.solve(problem(NEAR, shifts, stops, **more), iterations=30)


def only(plan: RoundsPlan) -> Round:
    (one,) = plan.rounds
    return one


def reason(plan: RoundsPlan, name: str) -> str:
    return next(left.reason.tell(str) for left in plan.left_out if left.stop == name)


def test_a_round_costs_its_hours_and_kilometres_to_the_cent() -> None:
    one = only(solved([shift(break_minutes=0)], [stop("s", "p3")]))
    seconds = (one.returns_at - one.leaves_at).total_seconds()
    exact = Decimal(int(seconds)) * 120 / 3600 + Decimal(one.distance_m) / 2000
    assert one.cost_eur == exact.quantize(Decimal("0.01"))
    assert one.work_minutes == 30
    assert one.distance_m == 2 * one.stops[0].drive_m


def test_the_same_iterations_give_the_same_bytes_but_seconds() -> None:
    case = territory(20, 3, 2)
    first, other = (rounds.solve(case, iterations=40) for _ in range(2))
    assert first.run.seconds != other.run.seconds
    same = other.run.model_copy(update={"seconds": first.run.seconds})
    assert first.model_dump_json() == other.model_copy(update={"run": same}).model_dump_json()


def test_a_week_of_three_bodies_is_never_dearer_than_each_alone() -> None:
    plan = rounds.solve(territory(30, 4, 5, must=0.2), iterations=100)
    assert plan.baseline_eur is not None
    assert plan.objective_eur <= plan.baseline_eur
    assert sum(m.cost_eur for m in plan.members) == plan.objective_eur
    assert all(m.alone_eur is not None and m.cost_eur <= m.alone_eur for m in plan.members)
    assert plan.bound_eur is None
    assert any("no bound" in phrase.text for phrase in plan.assumptions)
    assert {line.subject for line in plan.lines} == {
        planned.stop for one in plan.rounds for planned in one.stops
    }


def test_a_line_says_the_next_best_crew_and_what_it_costs_more() -> None:
    plan = solved(
        [shift("near"), shift("far", "b", start_place="p8", end_place="p8")], [stop("s", "p1")]
    )
    (line,) = plan.lines
    assert line.chosen == "near 2027-03-01"
    assert line.runner_up == "far 2027-03-01"
    alone = solved([shift("far", "b", start_place="p8", end_place="p8")], [stop("s", "p1")])
    assert line.difference_eur == alone.objective_eur - plan.objective_eur


def test_members_share_a_round_by_the_time_worked() -> None:
    both = [stop("s", "p1", "a", minutes=30), stop("t", "p1", "b", minutes=90)]
    plan = solved([shift(break_minutes=0)], both)
    paid = {member.member: member.cost_eur for member in plan.members}
    assert paid["b"] == pytest.approx(plan.objective_eur * 3 / 4, abs=Decimal("0.01"))
    assert plan.baseline_eur is None
    assert "b" in plan.baseline[-1].values[0]


# Breaks ------------------------------------------------------------------------------------------


def test_a_break_lies_between_works_and_inside_its_time() -> None:
    plan = solved([shift()], [stop(f"s{n}", f"p{n}", minutes=55) for n in range(6)])
    one = only(plan)
    assert one.break_at is not None
    assert at(MONDAY, "11:30") <= one.break_at <= at(MONDAY, "12:30")
    end = one.break_at + timedelta(hours=1)
    assert all(p.ends_at <= one.break_at or p.starts_at >= end for p in one.stops)


def test_a_short_morning_has_its_break_at_the_depot_unpaid() -> None:
    one = only(solved([shift()], [stop("s", "p1")]))
    assert one.break_at == at(MONDAY, "11:30")
    assert one.returns_at < one.break_at


def test_an_afternoon_begins_after_the_break() -> None:
    late = stop("s", "p1", windows=(window(MONDAY, "15:00", "15:10"),))
    one = only(solved([shift()], [late]))
    assert one.break_at is not None
    assert one.break_at + timedelta(hours=1) <= one.leaves_at
    assert one.break_at + timedelta(hours=1) <= at(MONDAY, "13:30")


def test_a_break_that_leaves_no_room_leaves_work_out() -> None:
    day = [stop("s", "p0", minutes=230), stop("t", "p0", minutes=230, skip_eur=Decimal(900))]
    plan = solved([shift()], day)
    assert [left.stop for left in plan.left_out] == ["t"]
    assert len(only(solved([shift(break_minutes=0)], day)).stops) == 2


# Hours -------------------------------------------------------------------------------------------


def test_overtime_has_its_price_by_the_clock() -> None:
    long = stop("s", "p0", minutes=510)
    late = shift(break_minutes=0, overtime_minutes=60, overtime_hour_eur=Decimal(240))
    one = only(solved([late], [long]))
    over = (one.returns_at - at(MONDAY, "16:00")).total_seconds()
    away = (one.returns_at - one.leaves_at).total_seconds()
    assert over > 0
    assert one.overtime_minutes == -(-over // 60)
    exact = Decimal(int(away - over)) * 120 / 3600 + Decimal(int(over)) * 240 / 3600
    assert one.cost_eur == (exact + Decimal(one.distance_m) / 2000).quantize(Decimal("0.01"))


@pytest.mark.parametrize(
    ("night", "hours"), [(date(2027, 3, 27), 7), (date(2027, 10, 30), 9)], ids=["spring", "autumn"]
)
def test_a_night_in_which_the_clock_changes_has_its_real_hours(night: date, hours: int) -> None:
    change = shift(
        day=night, starts_at=at(night, "22:00"), ends_at=at(night + timedelta(days=1), "06:00"),
        break_minutes=0,
    )  # fmt: skip
    fits = stop("s", "depot-a", minutes=60 * hours)
    one = only(solved([change], [fits]))
    assert one.day == night
    assert one.returns_at - one.leaves_at == timedelta(hours=hours)
    longer = stop("s", "depot-a", minutes=60 * hours + 1)
    assert solved([change], [longer]).left_out


def test_a_round_goes_through_midnight() -> None:
    night = shift(
        starts_at=at(MONDAY, "20:00"), ends_at=at(MONDAY + timedelta(days=1), "04:00"),
        break_minutes=0,
    )  # fmt: skip
    after = datetime(2027, 3, 1, 23, 30, tzinfo=UTC)
    one = only(solved([night], [stop("s", "p1"), stop("t", "p2", minutes=240)]))
    assert one.day == MONDAY
    assert one.returns_at > after


def test_work_waits_for_the_first_day_with_an_open_window() -> None:
    week = [shift(day=MONDAY + timedelta(days=n)) for n in range(3)]
    wednesday = MONDAY + timedelta(days=2)
    plan = solved(week, [stop("s", "p1", windows=(window(wednesday, "09:00", "10:00"),))])
    assert only(plan).day == wednesday
    assert only(plan).stops[0].starts_at >= at(wednesday, "09:00")


def test_a_window_that_opened_long_ago_is_open() -> None:
    old = window(MONDAY - timedelta(days=30), "08:00", "09:00")
    long = old.model_copy(update={"closes_at": at(MONDAY, "10:00")})
    work = [stop(f"s{n}", "p1", windows=(old, long)) for n in range(8)]
    few = [w.model_copy(update={"skip_eur": Decimal(500)}) for w in work]
    plan = solved([shift(), shift("a2")], few)
    assert len(plan.rounds) == 2
    starts = [p.starts_at for one in plan.rounds for p in one.stops]
    assert max(starts) <= at(MONDAY, "10:00")


def test_alternatives_of_windows_are_both_good() -> None:
    spans = (window(MONDAY, "09:00", "09:10"), window(MONDAY, "15:00", "15:10"))
    plan = solved(
        [shift()],
        [stop("s", "p1", windows=spans), stop("t", "p1", windows=spans[:1], minutes=5)],
    )
    starts = {p.stop: p.starts_at for p in only(plan).stops}
    assert starts["s"] < at(MONDAY, "09:11")
    tight = [stop("s", "p1", windows=spans), stop("t", "p8", windows=spans[:1], minutes=60)]
    starts = {p.stop: p.starts_at for p in only(solved([shift()], tight)).stops}
    assert starts["s"] >= at(MONDAY, "15:00")


# Reasons -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"skills": ("platform",)}, "no crew of these days has the skills: platform"),
        ({"crew": "nobody"}, "no crew here is called nobody"),
        (
            {"windows": (window(MONDAY, "03:00", "04:00"),)},
            "work may not begin there in the hours of any crew that may do it",
        ),
        ({"minutes": 600}, "work and drive take"),
        ({"parts": (PartCount(part="lamp", count=9),)}, "no vehicle carries the parts it takes"),
        ({"place": "nowhere"}, "its place nowhere is not among the places"),
    ],
    ids=["skill", "crew", "window", "long", "parts", "place"],
)
def test_work_that_no_crew_can_do_is_left_out_with_its_reason(
    changed: dict[str, Any], said: str
) -> None:
    crew = shift(carries=(PartCount(part="lamp", count=3),))
    plan = solved([crew], [stop("s", **({"where": "p1"} | _where(changed))), stop("t", "p2")])
    assert reason(plan, "s").startswith(said)
    assert [p.stop for p in only(plan).stops] == ["t"]


def _where(changed: dict[str, Any]) -> dict[str, Any]:
    return {("where" if key == "place" else key): value for key, value in changed.items()}


def test_a_network_asks_for_its_authorisation() -> None:
    crew = shift(network_mixes=("separate",))
    plan = solved([crew], [stop("s", "p1", network_mix="shared_neutral")])
    assert reason(plan, "s").endswith("authorised for the network shared_neutral")


def test_optional_work_below_its_detour_is_left_and_the_price_told() -> None:
    plan = solved([shift()], [stop("s", "p8", skip_eur=Decimal(5))])
    doing = solved([shift()], [stop("s", "p8")]).objective_eur
    assert plan.objective_eur == 5
    assert reason(plan, "s") == f"leaving it costs 5.00 EUR, doing it {doing} EUR at least"


def test_the_minutes_that_are_missing_are_told() -> None:
    work = [
        stop("s", "depot-a", minutes=200),
        stop("u", "depot-a", minutes=200),
        stop("t", "depot-a", minutes=90, skip_eur=Decimal(999)),
    ]
    plan = solved([shift()], work)
    assert reason(plan, "t") == "no time is left: 40 min more for a1 on 2027-03-01 would do"
    longer = shift(ends_at=at(MONDAY, "16:40"))
    assert not solved([longer], work).left_out


def test_work_that_must_be_done_and_does_not_fit_is_no_plan_before_the_day() -> None:
    work = [stop(f"s{n}", "depot-a", minutes=98) for n in range(5)]
    with pytest.raises(Infeasible) as refused:
        solved([shift()], work)
    said = [str(conflict) for conflict in refused.value.conflicts]
    assert any("must be done" in text for text in said)
    assert "490 min on site, the shifts have 450 min" in said[-1]


def test_work_that_leaves_no_moment_for_the_break_says_so() -> None:
    plan = solved([shift()], [stop("s", "depot-a", minutes=400)])
    assert reason(plan, "s") == "its 400 min without a stop leave no moment for the break"


def test_a_crew_that_may_do_nothing_stays_home_and_is_told() -> None:
    crews = [shift(), shift("b1", "b", network_mixes=())]
    plan = solved(crews, [stop("s", "p1", network_mix="separate")])
    assert only(plan).crew == "a1"
    assert "crews that may do none of the work: b1" in [p.tell(str) for p in plan.assumptions]


def test_parts_are_counted_over_a_round_and_told() -> None:
    crew = shift(carries=(PartCount(part="lamp", count=2),))
    work = [stop(f"s{n}", f"p{n}", parts=(LAMP,), skip_eur=Decimal(500)) for n in range(3)]
    plan = solved([crew], work)
    assert only(plan).parts == (PartCount(part="lamp", count=2),)
    assert len(plan.left_out) == 1
    both = [crew, crew.model_copy(update={"crew": "a2"})]
    assert len(solved(both, work).rounds) == 2


def test_a_crew_asked_for_comes() -> None:
    plan = solved([shift("near"), shift("far", start_place="p8")], [stop("s", "p0", crew="far")])
    assert only(plan).crew == "far"
    assert plan.lines[0].reason.text == "this crew was asked for"


def test_it_is_cancelled_on_request() -> None:
    with pytest.raises(Cancelled):
        rounds.solve(territory(10, 2, 1), cancel=lambda: True)


def test_what_is_cancelled_on_the_way_gives_the_best_so_far() -> None:
    asked = iter(range(10_000))
    plan = rounds.solve(territory(25, 3, 1, must=0), cancel=lambda: next(asked) > 60)
    assert plan.status == "cancelled"
    assert plan.run.stop == "cancelled"
    assert plan.baseline_eur is not None
    assert plan.objective_eur <= plan.baseline_eur


def test_a_search_cut_short_still_gives_a_plan() -> None:
    plan = rounds.solve(territory(30, 4, 1, must=0), limit_s=0.05)
    assert plan.rounds
    assert plan.run.stop == "time"


# Metamorphic: exact on few stops -----------------------------------------------------------------


def optional(case: RoundsProblem) -> RoundsProblem:
    stops = [s.model_copy(update={"skip_eur": s.skip_eur or Decimal(300)}) for s in case.stops]
    return case.model_copy(update={"stops": tuple(stops)})


def cost(case: RoundsProblem) -> Decimal:
    return rounds.solve(case, iterations=1).objective_eur


@given(small(5), st.data())
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_what_is_relaxed_never_costs_more(case: RoundsProblem, data: st.DataObject) -> None:
    case = optional(case)
    before = cost(case)
    number = data.draw(st.integers(0, len(case.stops) - 1))
    for loose in ({"windows": ()}, {"skills": ()}, {"parts": ()}):
        stops = list(case.stops)
        stops[number] = stops[number].model_copy(update=loose)
        assert cost(case.model_copy(update={"stops": tuple(stops)})) <= before
    one = case.shifts[0].model_copy(update={"crew": "one-more"})
    assert cost(case.model_copy(update={"shifts": (*case.shifts, one)})) <= before
    if len(case.shifts) > 1:
        assert cost(case.model_copy(update={"shifts": case.shifts[1:]})) >= before
