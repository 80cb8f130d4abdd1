"""Routes: brute force, planted faults, limits, start routes, one more stop."""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from subprocess import run
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.errors import BadInput, Cancelled
from synergie.plan.routing import (
    Network,
    Routes,
    Stop,
    Task,
    Trip,
    Vehicle,
    best_insertion,
    check,
    missing,
    route,
)
from synergie.plan.routing import _route as switch
from tests.plan import routing_force

STEPS = 150
DAY = (28_800, 57_600)


def line(*points: tuple[int, int], speed: int = 10) -> Network:
    """Straight lines in metres, at *speed* m/s."""
    xy = np.array(points, dtype=float)
    away = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    lengths = np.rint(away).astype(np.int64)
    return Network(-(-lengths // speed), lengths)


def scattered(count: int, seed: int = 0, size: int = 10_000) -> Network:
    """Places drawn in a square, the first in the middle."""
    draws = np.random.default_rng(seed)
    points = [(size // 2, size // 2), *draws.integers(0, size, (count, 2)).tolist()]
    return line(*[(int(x), int(y)) for x, y in points])


def crew(**changes: Any) -> Vehicle:
    return replace(Vehicle(0, 0, *DAY, per_m=1), **changes)


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    """Up to five stops and two vehicles, with all that may bind."""
    count = draw(st.integers(1, 5))
    points = draw(
        st.lists(
            st.tuples(st.integers(0, 300), st.integers(0, 300)),
            min_size=count + 2,
            max_size=count + 2,
        )
    )
    windows = st.lists(
        st.tuples(st.integers(0, 200), st.integers(5, 100)).map(lambda w: (w[0], w[0] + w[1])),
        max_size=2,
    ).map(tuple)
    stops = tuple(
        Stop(
            place=2 + number,
            service_s=draw(st.integers(0, 20)),
            windows=draw(windows),
            loads=(draw(st.integers(0, 3)),),
            skills=draw(st.frozensets(st.integers(0, 1), max_size=1)),
            vehicles=draw(st.sampled_from([None, None, None, frozenset({0}), frozenset({1})])),
            prize=draw(st.none() | st.integers(0, 600)),
        )
        for number in range(count)
    )
    vehicles = tuple(
        Vehicle(
            start=base,
            end=draw(st.sampled_from([0, 1])),
            opens=draw(st.integers(0, 30)),
            closes=draw(st.integers(150, 400)),
            capacity=(draw(st.integers(3, 12)),),
            skills=draw(st.sampled_from([frozenset({0, 1}), frozenset({0})])),
            fixed=draw(st.sampled_from([0, 50])),
            per_s=draw(st.integers(0, 2)),
            per_m=draw(st.integers(0, 1)),
            overtime_s=draw(st.sampled_from([0, 60])),
            overtime_per_s=draw(st.integers(0, 3)),
            longest_s=draw(st.sampled_from([None, 200])),
            longest_m=draw(st.sampled_from([None, 900])),
        )
        for base in (0, 1)
    )
    return Task(stops, vehicles, line(*points))


def mixed(task: Task) -> Task:
    """The same task among many vehicles that may serve nothing: the other search takes it."""
    own = frozenset(range(len(task.vehicles)))
    stops = tuple(
        replace(stop, vehicles=own if stop.vehicles is None else stop.vehicles)
        for stop in task.stops
    )
    return replace(task, stops=stops, vehicles=task.vehicles + task.vehicles[:1] * 50)


def searched(task: Task, best: int | None) -> Routes:
    """What few steps find; with more steps, when that is not the best."""
    found = route(task, iterations=STEPS)
    if best is None or (found.cost == best and not missing(task, found)):
        return found
    return route(task, iterations=20 * STEPS)


@settings(deadline=None)
@given(task=tasks())
def test_the_search_finds_what_brute_force_finds(task: Task) -> None:
    best = routing_force.cheapest(task)
    try:
        found = searched(task, best)
    except BadInput:
        assert best is None
        return
    assert not check(task, found, complete=False)
    if best is None:
        assert missing(task, found)
    else:
        assert (missing(task, found), found.cost) == ((), best)


@settings(deadline=None)
@given(task=tasks())
def test_the_search_for_mixed_fleets_finds_it_too_but_for_a_choice_of_windows(task: Task) -> None:
    best, task = routing_force.cheapest(task), mixed(task)
    try:
        with patch.object(switch, "_LEAST", 0):
            found = searched(task, best)
    except BadInput:
        assert best is None
        return
    assert not check(task, found, complete=False)
    if best is None:
        assert missing(task, found)
    elif all(len(stop.windows) < 2 for stop in task.stops):
        assert (missing(task, found), found.cost) == ((), best)
    else:  # a stop keeps the window it was put into until it is taken out
        assert found.cost >= best


@pytest.mark.parametrize("seed", range(3))
def test_seven_stops_and_two_vehicles_are_routed_as_brute_force_does(seed: int) -> None:
    stops = tuple(Stop(1 + n, 300, loads=(1 + n % 3,)) for n in range(7))
    crews = (crew(capacity=(8,), fixed=500), crew(capacity=(9,), start=1, end=0))
    task = Task(stops, crews, scattered(7, seed))
    assert route(task, iterations=200).cost == routing_force.cheapest(task)


def town(count: int = 12, **changes: Any) -> Task:
    stops = tuple(Stop(1 + number, 900, prize=None) for number in range(count))
    stops = tuple(replace(stop, **changes) for stop in stops)
    return Task(stops, (crew(count=2),), scattered(count))


@pytest.mark.parametrize("as_given", [lambda task: task, mixed], ids=["few", "many"])
def test_the_same_steps_give_the_same_routes(as_given: Callable[[Task], Task]) -> None:
    task = as_given(town())
    with patch.object(switch, "_LEAST", 0):
        assert route(task, iterations=80, seed=3) == route(task, iterations=80, seed=3)


@pytest.mark.parametrize("as_given", [lambda task: task, mixed], ids=["few", "many"])
def test_routes_that_are_given_are_never_left_for_worse_ones(
    as_given: Callable[[Task], Task],
) -> None:
    task = as_given(town())
    good = route(task, iterations=200)
    assert route(task, iterations=1, start=good.trips).cost <= good.cost
    assert route(task, iterations=0, start=good.trips).trips == good.trips
    plain = [trip.stops for trip in good.trips]
    assert route(task, iterations=0, start=plain).cost == good.cost


def test_a_stop_with_two_windows_is_served_in_one_of_them() -> None:
    early, late = (29_000, 30_000), (50_000, 51_000)
    stops = (Stop(1, 600, (early, late)), Stop(2, 600, (late,)))
    task = Task(stops, (crew(),), line((0, 0), (900, 0), (1_000, 0)))
    found = route(task, iterations=50)
    assert not check(task, found)
    assert found.trips[0].start > early[1], "it waits for the late window of both"


def test_a_stop_too_dear_to_reach_is_left_out_and_told() -> None:
    task = Task(
        (Stop(1, 600), Stop(2, 600, prize=100)), (crew(),), line((0, 0), (500, 0), (9_000, 0))
    )
    found = route(task, iterations=50)
    assert found.unserved == (1,)
    assert found.cost == found.trips[0].cost + 100


def test_an_optional_stop_does_not_take_the_room_of_a_required_one() -> None:
    stops = (Stop(2, 0, loads=(3,)), Stop(3, 0, loads=(3,), prize=301), Stop(4, 0, loads=(1,)))
    vans = (crew(capacity=(3,)), crew(capacity=(3,), start=1, end=0))
    task = Task(stops, vans, line(*[(0, 0)] * 5))
    found = route(task, iterations=STEPS)
    assert (found.unserved, missing(task, found)) == ((1,), ())


def test_required_stops_that_do_not_all_fit_are_told() -> None:
    task = Task((Stop(1, 20_000), Stop(2, 20_000)), (crew(),), line((0, 0), (500, 0), (600, 0)))
    found = route(task, iterations=100)
    assert len(found.trips[0].stops) == 1
    assert missing(task, found) == found.unserved
    assert check(task, found) and not check(task, found, complete=False)


def test_as_many_required_stops_as_can_be_are_served() -> None:
    stops = tuple(Stop(1 + number, 600, loads=(3,)) for number in range(20))
    task = Task(stops, (crew(count=3, capacity=(10,)),), scattered(20))
    found = route(task, iterations=300)
    assert [len(trip.stops) for trip in found.trips] == [3, 3, 3]
    assert len(missing(task, found)) == 20 - 9
    assert not check(task, found, complete=False)


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        (Stop(1, 600, skills=frozenset({7})), "skills"),
        (Stop(1, 600, vehicles=frozenset()), "skills"),
        (Stop(1, 600, loads=(9,)), "load"),
        (Stop(1, 600, ((0, 100),)), "hours"),
        (Stop(1, 40_000), "hours"),
    ],
)
def test_a_required_stop_that_none_can_serve_is_refused_by_name(stop: Stop, said: str) -> None:
    task = Task((Stop(2, 600), stop), (crew(capacity=(5,)),), line((0, 0), (500, 0), (600, 0)))
    with pytest.raises(BadInput, match=said) as refused:
        route(task, iterations=1)
    assert refused.value.where == "/stops/1"


def _holed(row: int, column: int, value: int) -> Network:
    good = scattered(3)
    durations = good.durations.copy()
    durations[row, column] = value
    return Network(durations, good.distances)


@pytest.mark.parametrize(
    ("task", "where"),
    [
        (Task((Stop(1, 1),), (crew(),), _holed(1, 2, -1)), "/network/durations/1/2"),
        (Task((Stop(1, 1),), (crew(),), _holed(2, 2, 5)), "/network/durations/2/2"),
        (Task((Stop(9, 1),), (crew(),), scattered(3)), "/stops/0"),
        (Task((Stop(1, -1),), (crew(),), scattered(3)), "/stops/0"),
        (Task((Stop(1, 1, ((9, 3),)),), (crew(),), scattered(3)), "/stops/0"),
        (Task((Stop(1, 1),), (), scattered(3)), "/vehicles"),
        (Task((Stop(1, 1),), (crew(start=8),), scattered(3)), "/vehicles/0"),
        (Task((Stop(1, 1),), (crew(closes=0),), scattered(3)), "/vehicles/0"),
        (Task((Stop(1, 1),), (crew(per_m=-1),), scattered(3)), "/vehicles/0"),
        (
            Task((Stop(1, 1),), (crew(),), Network(scattered(3).durations, scattered(2).distances)),
            "/network",
        ),
    ],
)
def test_a_faulty_task_is_refused_with_its_place(task: Task, where: str) -> None:
    with pytest.raises(BadInput) as refused:
        route(task, iterations=1)
    assert refused.value.where == where


def test_no_limit_and_start_routes_twice_are_refused() -> None:
    with pytest.raises(BadInput, match="/limit"):
        route(town())
    with pytest.raises(BadInput, match="/start"):
        route(town(), iterations=1, start=[[0, 1], [1]])
    with pytest.raises(BadInput, match="/start"):
        route(town(), iterations=1, start=[[0], [1], [2]])


def test_no_stops_make_no_trips() -> None:
    assert route(Task((), (crew(),), scattered(1)), iterations=1).trips == ()


@pytest.mark.parametrize("as_given", [lambda task: task, mixed], ids=["few", "many"])
def test_a_search_is_stopped_within_a_second_of_the_word(
    as_given: Callable[[Task], Task],
) -> None:
    task = as_given(town(150, service_s=0))
    asked: list[float] = []

    def cancel() -> bool:
        asked.append(time.process_time())
        return len(asked) > 5

    found = route(task, seconds=60, cancel=cancel)
    assert found.stopped == "cancelled"
    assert time.process_time() - asked[5] < 1
    assert not check(task, found, complete=False)
    with pytest.raises(Cancelled):
        route(task, seconds=60, cancel=lambda: True)


@pytest.mark.parametrize("word", [0, 1, 9, 17])
def test_two_thousand_stops_are_left_at_the_first_word(word: int) -> None:
    task = replace(town(2_000, service_s=0), vehicles=(crew(count=40),))
    asked: list[int] = []

    def cancel() -> bool:
        asked.append(len(asked))
        return len(asked) > word + 1

    found = route(task, iterations=0, cancel=cancel)
    assert (found.stopped, len(asked)) == ("cancelled", word + 2)
    assert not check(task, found, complete=False)


def test_a_search_of_many_stops_is_asked_after_every_few() -> None:
    task = replace(town(1_500, service_s=0), vehicles=(crew(count=40),))
    asked: list[int] = []

    def cancel() -> bool:
        asked.append(1)
        return False

    route(task, iterations=0, cancel=cancel)
    assert len(asked) > 1_500 / 200


def test_seconds_end_a_search() -> None:
    assert route(town(), seconds=0.05).stopped == "time"


def test_a_vehicle_loads_again_where_it_may() -> None:
    stops = tuple(Stop(place, 60, loads=(3,)) for place in (2, 3, 4, 5))
    network = line((0, 0), (500, 500), (400, 400), (600, 600), (500, 600), (600, 500))
    shuttle = crew(capacity=(6,), reload_places=(1,), max_reloads=1)
    task = Task(stops, (shuttle,), network)
    found = route(task, iterations=200)
    assert not check(task, found)
    assert [place for trip in found.trips for _, place in trip.reloads] == [1]
    again = route(task, iterations=0, start=found.trips)
    assert again.trips == found.trips


def test_what_was_left_at_the_depot_is_fetched_first() -> None:
    stops = (Stop(1, 60, loads=(1,)), Stop(2, 60, loads=(0,)))
    van = crew(capacity=(5,), stock=(0,), reload_places=(3,), max_reloads=1)
    task = Task(stops, (van,), line((0, 0), (100, 0), (50, 0), (900, 0)))
    found = route(task, iterations=100)
    assert not check(task, found)
    (trip,) = found.trips
    assert trip.stops.index(0) >= trip.reloads[0][0]


def test_overtime_is_paid_only_when_it_is_worth_it() -> None:
    stops = (Stop(1, 15_000), Stop(1, 15_000, prize=5_000))
    network = line((0, 0), (500, 0))
    dear = Task(stops, (crew(overtime_s=3_600, overtime_per_s=10),), network)
    cheap = Task(
        (stops[0], replace(stops[1], prize=60_000)),
        (crew(overtime_s=3_600, overtime_per_s=10),),
        network,
    )
    assert route(dear, iterations=50).unserved == (1,)
    found = route(cheap, iterations=50)
    assert not found.unserved
    assert not check(cheap, found)
    assert found.trips[0].end - found.trips[0].start > DAY[1] - DAY[0]


def test_relaxing_never_costs_more_and_a_crew_less_never_costs_less() -> None:
    stops = tuple(
        Stop(1 + n, 1_200, ((30_000, 40_000 + 1_000 * n),), loads=(1,), prize=20_000)
        for n in range(7)
    )
    crews = (crew(capacity=(4,)), crew(capacity=(4,), start=1, end=1))
    task = Task(stops, crews, scattered(7))
    cost = route(task, iterations=400).cost
    wide = tuple(replace(stop, windows=()) for stop in stops)
    assert route(replace(task, stops=wide), iterations=400).cost <= cost
    strong = tuple(replace(vehicle, capacity=(7,)) for vehicle in crews)
    assert route(replace(task, vehicles=strong), iterations=400).cost <= cost
    assert route(replace(task, vehicles=crews[:1]), iterations=400).cost >= cost


PLANTED: dict[str, Callable[[Routes], Routes]] = {
    "told twice": lambda r: replace(r, unserved=(r.trips[0].stops[0],)),
    "forgotten": lambda r: replace(r, trips=r.trips[1:]),
    "cost of all": lambda r: replace(r, cost=r.cost - 1),
    "cost of one": lambda r: _first(r, cost=r.trips[0].cost - 1),
    "leaves before opening": lambda r: _first(r, start=DAY[0] - 1),
    "back too early": lambda r: _first(r, end=r.trips[0].end - 1),
    "arrives too early": lambda r: _first(r, arrivals=_less(r.trips[0].arrivals)),
    "begins before the arrival": lambda r: _first(r, starts=_less(r.trips[0].starts)),
    "another order": lambda r: _first(r, stops=r.trips[0].stops[::-1]),
    "no such vehicle": lambda r: _first(r, vehicle=9),
    "no such stop": lambda r: _first(r, stops=(99, *r.trips[0].stops[1:])),
    "a reload": lambda r: _first(r, reloads=((1, 0),)),
    "an empty trip": lambda r: _first(r, stops=(), arrivals=(), starts=()),
    "the wrong crew": lambda r: _first(r, vehicle=1 - r.trips[0].vehicle),
}


def _first(routes: Routes, **changes: Any) -> Routes:
    trip: Trip = replace(routes.trips[0], **changes)
    return replace(routes, trips=(trip, *routes.trips[1:]))


def _less(times: tuple[int, ...]) -> tuple[int, ...]:
    return (*times[:-1], times[-1] - 1)


@pytest.mark.parametrize("fault", PLANTED)
def test_the_checker_sees_a_planted_fault(fault: str) -> None:
    stops = tuple(Stop(1 + n, 900, ((29_000, 50_000),), (1,), frozenset({n % 2})) for n in range(8))
    crews = tuple(crew(capacity=(5,), skills=frozenset({n})) for n in range(2))
    task = Task(stops, crews, scattered(8))
    found = route(task, iterations=50)
    assert not check(task, found)
    assert check(task, PLANTED[fault](found))


@pytest.mark.parametrize(
    "tight",
    [
        lambda t: replace(t, vehicles=(replace(t.vehicles[0], capacity=(3,)),)),
        lambda t: replace(t, vehicles=(replace(t.vehicles[0], count=1),)),
        lambda t: replace(t, vehicles=(replace(t.vehicles[0], longest_s=3_000),)),
        lambda t: replace(t, vehicles=(replace(t.vehicles[0], longest_m=5_000),)),
        lambda t: replace(t, vehicles=(replace(t.vehicles[0], leaves_by=DAY[0]),)),
        lambda t: replace(t, stops=tuple(replace(s, vehicles=frozenset()) for s in t.stops)),
        lambda t: replace(t, stops=tuple(replace(s, windows=((0, 1),)) for s in t.stops)),
    ],
    ids=["load", "count", "time", "way", "departure", "vehicle", "window"],
)
def test_the_checker_sees_a_limit_that_came_later(tight: Any) -> None:
    stops = tuple(Stop(1 + n, 900, ((40_000, 45_000),), (1,)) for n in range(8))
    task = Task(stops, (crew(count=2, capacity=(6,)),), scattered(8))
    found = route(task, iterations=50)
    assert not check(task, found)
    assert check(tight(task), found)


def running() -> tuple[Task, Routes, int]:
    """A day of twelve stops, and one more that is not in it yet."""
    before = town(12)
    planned = route(before, iterations=100)
    task = replace(before, stops=(*before.stops, Stop(5, 1_200, ((40_000, 50_000),))))
    return task, replace(planned, unserved=(12,)), 12


def test_one_more_stop_goes_in_without_moving_the_others() -> None:
    task, planned, urgent = running()
    now = 40_000
    locked = [sum(begun <= now for begun in trip.starts) for trip in planned.trips]
    found = best_insertion(task, planned, urgent, now=now, locked=locked)
    assert found is not None
    assert not check(task, found.routes)
    assert found.routes.cost - planned.cost == found.added_cost
    before = [stop for trip in planned.trips for stop in trip.stops]
    after = [s for t in found.routes.trips for s in t.stops if s != urgent]
    assert sorted(before) == sorted(after)
    if found.trip is not None:
        kept = locked[found.trip]
        assert found.made.starts[:kept] == planned.trips[found.trip].starts[:kept]
        assert [s for s in found.made.stops if s != urgent] == [*planned.trips[found.trip].stops]
        assert found.made.starts[found.position] >= now


def test_the_insertion_is_the_best_of_all_places() -> None:
    task, planned, urgent = running()
    found = best_insertion(task, planned, urgent, delay_cost_per_s=0)
    assert found is not None
    costs = []
    for number, trip in enumerate(planned.trips):
        for at in range(len(trip.stops) + 1):
            starts = [[*t.stops] for t in planned.trips]
            starts[number].insert(at, urgent)
            tried = route(task, iterations=0, start=starts)
            if not check(task, tried):
                costs.append(tried.cost)
    assert found.routes.cost <= min(costs)


def test_a_delay_that_costs_much_sends_another_vehicle() -> None:
    task, planned, urgent = running()
    spare = replace(task, vehicles=(replace(task.vehicles[0], count=5),))
    found = best_insertion(spare, planned, urgent, delay_cost_per_s=10**6)
    assert found is not None
    assert found.delay_s == 0


def test_no_room_is_told() -> None:
    task, planned, urgent = running()
    late = replace(task, stops=(*task.stops[:-1], replace(task.stops[-1], windows=((0, 10),))))
    assert best_insertion(late, planned, urgent) is None
    assert best_insertion(task, planned, urgent, now=56_000) is None


def test_the_package_does_not_pay_for_the_search_until_it_searches() -> None:
    code = "import sys, synergie.plan.routing; sys.exit('pyvrp' in sys.modules)"
    assert run([sys.executable, "-c", code], check=False).returncode == 0
