"""The checker of routes against planted faults; one more stop in a running day."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from synergie.maintenance.plan.routing import Routes, Stop, Task, Trip, best_insertion, check, route
from tests.plan.routing_tasks import DAY, crew, scattered, town

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


def test_dimensions_of_load_may_be_many() -> None:
    full = (0,) * 149 + (3,)
    stops = (Stop(1, 60, loads=full), Stop(2, 60), Stop(3, 60, loads=full))
    task = Task(stops, (crew(capacity=(5,) * 150, count=2),), scattered(3))
    found = route(task, iterations=20)
    assert not check(task, found)
    assert len(found.trips) == 2, "both full loads do not go into one"
    tight = replace(task, vehicles=(crew(capacity=(5,) * 149 + (2,), count=2),))
    assert any("dimension 149" in fault for fault in check(tight, found))


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
