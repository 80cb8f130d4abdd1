"""Dangers first: no work that could wait goes before one, held against all orders of a day."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations, product
from typing import Any

import pytest

from synergie.maintenance.plan import rounds
from synergie.maintenance.plan.rounds import _dangers as first
from synergie.maintenance.plan.rounds import _dangers as ways_of
from synergie.maintenance.plan.rounds import _given, _text, faults
from synergie.maintenance.records.rounds import (
    CrewShift,
    PlannedStop,
    RoadMatrix,
    RoundsPlan,
    RoundsProblem,
    RoundStop,
)
from tests.depth import times
from tests.plan.rounds_cases import MONDAY, at, place, problem, shift, stop, window

type Rank = tuple[int, int, int]

HOUR = timedelta(hours=1)
TUESDAY = MONDAY + timedelta(days=1)


def danger(name: str, due: str = "09:30", **more: Any) -> RoundStop:
    return stop(name, severity="danger", due_at=at(MONDAY, due), **more)


def routine(name: str, **more: Any) -> RoundStop:
    return stop(name, **({"skip_eur": Decimal(300)} | more))


def order(plan: RoundsPlan) -> list[list[str]]:
    return [[p.stop for p in one.stops] for one in plan.rounds]


def planned(plan: RoundsPlan) -> dict[str, PlannedStop]:
    return {p.stop: p for one in plan.rounds for p in one.stops}


def town(dangers: int, inspections: int) -> RoundsProblem:
    """Bare wires farther out than the inspections that lie on the way to them."""
    places = [place("depot-a", 0, 0)]
    places += [place(f"d{n}", 3 + n, n % 3) for n in range(dangers)]
    places += [place(f"r{n}", 1 + n, n % 2) for n in range(inspections)]
    work = [danger(f"d{n}") for n in range(dangers)]
    work += [routine(f"r{n}") for n in range(inspections)]
    return problem(places, [shift(), shift(day=TUESDAY)], work)


def test_one_crew_serves_six_dangers_before_any_inspection() -> None:
    plan = rounds.solve(town(6, 6), iterations=200)
    first = order(plan)[0]
    assert sorted(first[:6]) == [f"d{n}" for n in range(6)]
    assert {f"r{n}" for n in range(6)} <= set(planned(plan)), "they follow"


def test_a_danger_out_of_reach_in_its_contract_time_is_said_with_its_minutes() -> None:
    plan = rounds.solve(town(6, 2), iterations=50)
    said = {p.values[0]: int(p.values[1]) for p in plan.assumptions if p.text == _text.OVERDUE}
    due = at(MONDAY, "09:30")
    late = {name: -((due - p.starts_at) // timedelta(minutes=1)) for name, p in
            planned(plan).items() if name.startswith("d") and p.starts_at > due}  # fmt: skip
    assert late
    assert said == late


def test_a_danger_without_its_time_goes_first_and_is_told() -> None:
    case = town(2, 2)
    stops = (case.stops[0].model_copy(update={"due_at": None}), *case.stops[1:])
    plan = rounds.solve(case.model_copy(update={"stops": stops}), iterations=20)
    assert [p.values for p in plan.assumptions if p.text == _text.UNTIMED] == [("d0",)]
    assert {*order(plan)[0][:2]} == {"d0", "d1"}
    assert not any(p.text == _text.UNTIMED for p in rounds.solve(case, iterations=20).assumptions)


def test_an_inspection_fills_the_morning_while_the_street_of_a_danger_is_shut() -> None:
    shut = danger("d0", windows=(window(MONDAY, "14:00", "15:00"),))
    case = problem(
        [place("depot-a", 0, 0), place("d0", 3, 0), place("r0", 1, 0)],
        [shift()], [shut, routine("r0")],
    )  # fmt: skip
    plan = rounds.solve(case, iterations=50)
    assert planned(plan)["d0"].starts_at == at(MONDAY, "14:00"), "the minute its street opens"
    assert planned(plan)["r0"].starts_at < at(MONDAY, "14:00")


def test_work_that_must_be_done_and_cannot_wait_goes_before_a_danger() -> None:
    early = stop("m0", windows=(window(MONDAY, "07:30", "08:00"),))
    case = problem(
        [place("depot-a", 0, 0), place("d0", 9, 0), place("m0", -4, 0), place("r0", -4.1, 0)],
        [shift()], [danger("d0"), early, routine("r0")],
    )  # fmt: skip
    assert order(rounds.solve(case, iterations=50)) == [["m0", "d0", "r0"]]


def test_a_danger_told_at_ten_is_the_next_stop_of_its_crew() -> None:
    case = town(0, 6)
    plan = rounds.solve(case, iterations=50)
    now = at(MONDAY, "10:00")
    fault = stop("u", "r5", severity="danger", due_at=now + 2 * HOUR)
    new = rounds.insert(case, plan, fault, now=now)
    (mine,) = (one for one in new.rounds if any(p.stop == "u" for p in one.stops))
    assert next(p.stop for p in mine.stops if not p.fixed) == "u"
    again = rounds.replan(rounds.running(case, plan, now=now, stop=fault), plan, iterations=50)
    (mine,) = (one for one in again.rounds if any(p.stop == "u" for p in one.stops))
    assert next(p.stop for p in mine.stops if not p.fixed) == "u"


def test_the_checker_sees_an_inspection_before_a_danger() -> None:
    case = town(1, 1)
    quiet = case.model_copy(
        update={"stops": tuple(one.model_copy(update={"severity": None}) for one in case.stops)}
    )
    plan = rounds.solve(quiet, iterations=50)
    assert order(plan) == [["r0", "d0"]], "on its way out"
    assert any("r0 goes before the danger d0" in fault for fault in faults(case, plan))


@pytest.mark.parametrize("seed", range(1000))
def test_dangers_begin_as_soon_as_the_best_of_all_orders(seed: int) -> None:
    case = _drawn(random.Random(seed))  # noqa: S311 (made data)
    plan = rounds.solve(case, iterations=20)
    found = planned(plan)
    assert _rank(case, {s.id: found[s.id].starts_at for s in _dangers(case)}) == min(_ranks(case))
    _nothing_before(case, plan)
    said = [(p.text, *p.values) for p in plan.assumptions if p.text in {_text.HELP, _text.NO_HELP}]
    assert said == [_who_helps(case, s) for s in _late_dangers(case, plan)]


def _late_dangers(case: RoundsProblem, plan: RoundsPlan) -> list[RoundStop]:
    """In the order in which the plan tells them: crew by crew."""
    stops = {one.id: one for one in _dangers(case)}
    planned_ = (p for one in plan.rounds for p in one.stops if p.stop in stops)
    return [stops[p.stop] for p in planned_ if p.starts_at > (stops[p.stop].due_at or p.starts_at)]


def _who_helps(case: RoundsProblem, one: RoundStop) -> tuple[str, ...]:
    """The soonest that any crew begins it when it goes there first, against its time."""
    assert one.due_at is not None
    ways = [(_starts(case, crew, [one]).get(one.id), crew.crew) for crew in case.shifts]
    start, crew = min((start, crew) for start, crew in ways if start is not None)
    seconds = int((one.due_at - start).total_seconds())
    at = start.astimezone(UTC).isoformat(timespec="seconds")
    if seconds < 0:
        return _text.NO_HELP, one.id, at, str(-(seconds // 60))
    return _text.HELP, one.id, crew, at, str(seconds // 60)


@pytest.mark.parametrize("seed", range(times(8, deep=1000)))
def test_the_best_order_of_each_set_is_that_of_all_orders(seed: int) -> None:
    """Whatever the breaks, skills and hours of streets: nothing that is dropped is better."""
    chance = random.Random(seed)  # noqa: S311 (made data)
    case = _given.build_rounds_case(_drawn(chance, most=5, rest=bool(seed % 2)))
    dangers = [n for n, job in enumerate(case.jobs) if job.danger and job.able]
    for duty in range(len(case.duties)):
        found = ways_of.find_best_danger_orders(case, duty, dangers)
        for mask in range(1 << len(dangers)):
            some = [job for bit, job in enumerate(dangers) if mask >> bit & 1]
            ways = [ways_of.schedule_danger_order(case, duty, turn) for turn in permutations(some)]
            ranks = [way.rank for way in ways if way is not None]
            assert (found[mask].rank if mask in found else None) == min(ranks, default=None)


def test_six_dangers_of_three_crews_are_divided_as_well_as_can_be() -> None:
    """More orders than were gone through before: each crew takes the two on its side."""
    places = [place("depot-a", 0, 0)]
    places += [place(f"d{n}", *at_) for n, at_ in enumerate(
        [(4, 0), (8, 0), (-4, 0), (-8, 0), (0, 4), (0, 8)])]  # fmt: skip
    case = problem(
        places, [shift(name) for name in "abc"], [danger(f"d{n}", "08:30") for n in range(6)]
    )
    sides = sorted(order(rounds.solve(case, iterations=20)))
    assert sides == [["d0", "d1"], ["d2", "d3"], ["d4", "d5"]]


@pytest.mark.parametrize("seed", range(times(20, deep=500)))
def test_a_running_day_keeps_dangers_in_front(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 (made data)
    case = _drawn(chance)
    plan = rounds.solve(case, iterations=20)
    now = at(MONDAY, "07:30") + chance.randint(0, 240) * timedelta(minutes=1)
    fault = danger("u", "12:00").model_copy(update={"place": chance.choice(case.places).id})
    running = rounds.running(case, plan, now=now, stop=fault)
    _nothing_before(running, rounds.insert(case, plan, fault, now=now))
    _nothing_before(running, rounds.replan(running, plan, iterations=20))


def _drawn(
    chance: random.Random, *, most: int = 4, crews: int = 2, rest: bool = False
) -> RoundsProblem:
    """Up to so many crews and dangers, up to five inspections, any roads; *rest*: with breaks."""
    crews, dangers = chance.randint(1, crews), chance.randint(1, most)
    names = ["depot-a", *(f"d{n}" for n in range(dangers)), *(f"r{n}" for n in range(5))]
    matrix = [[0 if a == b else chance.randint(60, 1800) for b in names] for a in names]
    work = [
        danger(name, chance.choice(("08:00", "09:30", "11:00")), minutes=chance.randint(10, 60),
               skills=("platform",) if chance.random() < 0.2 else (),
               windows=(window(MONDAY, "10:00", "15:00"),) if chance.random() < 0.2 else ())
        for name in names[1 : dangers + 1]
    ]  # fmt: skip
    work += [
        routine(name, minutes=chance.randint(10, 90), skip_eur=Decimal(chance.choice((20, 4000))))
        for name in names[dangers + 1 : dangers + 1 + chance.randint(0, 5)]
    ]
    breaks: dict[str, Any] = (
        {} if rest else {"break_minutes": 0, "break_from": None, "break_to": None}
    )
    shifts = [
        shift(f"a{n}", skills=("platform",) if n == 0 else (), **breaks)
        for n in range(crews)
    ]  # fmt: skip
    roads = RoadMatrix(durations_s=tuple(map(tuple, matrix)), distances_m=tuple(map(tuple, matrix)))
    return problem((place(n, 0.1 * i, 0) for i, n in enumerate(names)), shifts, work, matrix=roads)


def _dangers(case: RoundsProblem) -> list[RoundStop]:
    return [one for one in case.stops if one.severity == "danger"]


def _rank(case: RoundsProblem, starts: dict[str, datetime]) -> Rank:
    over = [(starts[s.id] - s.due_at) // timedelta(seconds=1) for s in _dangers(case) if s.due_at]
    total = sum(int(one.timestamp()) for one in starts.values())
    return sum(one > 0 for one in over), sum(max(0, one) for one in over), total


def _ranks(case: RoundsProblem) -> Iterator[Rank]:
    """Every way to divide the dangers among the crews, in every order."""
    dangers = _dangers(case)
    for crews in product(range(len(case.shifts)), repeat=len(dangers)):
        for turn in permutations(range(len(dangers))):
            starts: dict[str, datetime] = {}
            for number, one in enumerate(case.shifts):
                mine = [dangers[n] for n in turn if crews[n] == number]
                starts |= _starts(case, one, mine)
            if len(starts) == len(dangers):
                yield _rank(case, starts)


def _starts(case: RoundsProblem, one: CrewShift, work: Sequence[RoundStop]) -> dict[str, datetime]:
    names = [where.id for where in case.places]
    assert case.matrix is not None
    here, ready, found = names.index(one.start_place), one.starts_at, dict[str, datetime]()
    for item in work:
        there = names.index(item.place)
        ready += timedelta(seconds=case.matrix.durations_s[here][there])
        if item.windows:
            ready = max(ready, item.windows[0].opens_at)
        late = item.windows and ready > item.windows[0].closes_at
        if late or not set(item.skills) <= set(one.skills):
            return {}
        found[item.id] = ready
        here, ready = there, ready + timedelta(minutes=item.minutes)
    back = timedelta(seconds=case.matrix.durations_s[here][names.index(one.end_place)])
    return found if ready + back <= one.ends_at else {}


def _nothing_before(case: RoundsProblem, plan: RoundsPlan) -> None:
    stops, done = {s.id: s for s in case.stops}, {d.stop for d in case.done}
    for one in plan.rounds:
        todo = [(p, stops[p.stop]) for p in one.stops if p.stop not in done]
        for at_, (p, item) in enumerate(todo):
            earlier = [s for _, s in todo[:at_] if s.severity is None]
            opens = any(w.opens_at == p.starts_at for w in item.windows)
            assert item.severity is None or opens or not earlier, (item.id, [s.id for s in earlier])


@pytest.mark.parametrize("seed", range(times(10, deep=300)))
def test_a_danger_is_tried_at_each_place_as_if_the_day_began_anew(seed: int) -> None:
    """What goes before it is followed once for all places, and comes out the same."""
    case = _given.build_rounds_case(_drawn(random.Random(seed)))  # noqa: S311 (made data)
    new, *rest = (n for n, job in enumerate(case.jobs) if job.danger and job.able)
    for duty in range(len(case.duties)):
        old = ways_of.schedule_danger_order(case, duty, rest)
        if old is not None:
            orders = ([*rest[:at], new, *rest[at:]] for at in range(len(rest) + 1))
            anew = [ways_of.schedule_danger_order(case, duty, order) for order in orders]
            assert list(ways_of.list_orders_with(case, duty, old, new)) == [w for w in anew if w]


def test_many_dangers_are_looked_at_a_bounded_number_of_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of 200 dangers twenty passes took minutes: they end with the places that are looked at."""
    case, seen = _given.build_rounds_case(town(12, 0)), list[int]()
    moved = first._move_danger

    def noted(*args: Any) -> bool:
        seen.append(args[-1])
        moved(*args)
        return True  # there is always something to mend

    monkeypatch.setattr(first, "_move_danger", noted)
    for most, passes in ((100_000, 20), (12 * 13 * 3, 3), (1, 1)):
        seen.clear()
        monkeypatch.setattr(first, "_MOST_TRIES", most)
        first.put_dangers_first(case)
        assert len(seen) == 12 * passes, "on Monday; nothing is left for Tuesday"
