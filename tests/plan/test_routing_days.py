"""Visits on several days: brute force, published instances, planted faults."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synergie.errors import BadInput, Cancelled
from synergie.maintenance.plan.routing import (
    Calendar,
    Network,
    Periodic,
    Stop,
    Task,
    Vehicle,
    check_days,
    plan_days,
)
from tests.plan import routing_force


def straight(points: list[tuple[int, int]]) -> Network:
    xy = np.array(points, dtype=float)
    lengths = np.rint(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int64)
    return Network(lengths, lengths)


@st.composite
def weeks(draw: st.DrawFn) -> Periodic:
    """Three days, up to four stops, one crew or two a day."""
    count = draw(st.integers(1, 4))
    coordinate = st.integers(0, 100)
    points = st.tuples(coordinate, coordinate)
    days = st.frozensets(st.integers(0, 2), min_size=1, max_size=2).map(lambda d: tuple(sorted(d)))
    van = Vehicle(0, 0, 0, draw(st.integers(300, 900)), capacity=(4,), per_m=1)
    spare = replace(van, capacity=(2,), fixed=draw(st.integers(0, 40)))
    return Periodic(
        stops=tuple(Stop(1 + n, 10, loads=(draw(st.integers(0, 2)),)) for n in range(count)),
        choices=tuple(
            tuple(draw(st.lists(days, min_size=1, max_size=3, unique=True))) for _ in range(count)
        ),
        days=((van,), (van, spare), (van,)),
        network=straight(draw(st.lists(points, min_size=count + 1, max_size=count + 1))),
    )


def cheapest(task: Periodic) -> int | None:
    """Every choice of days; each day by brute force."""
    best = None
    for chosen in product(*task.choices):
        costs = [routing_force.cheapest(_of(task, day, chosen)) for day in range(len(task.days))]
        known = [cost for cost in costs if cost is not None]
        if len(known) == len(costs) and (best is None or sum(known) < best):
            best = sum(known)
    return best


def _of(task: Periodic, day: int, chosen: tuple[tuple[int, ...], ...]) -> Task:
    return task.day(day, tuple(stop for stop, days in enumerate(chosen) if day in days))


@settings(deadline=None)
@given(weeks())
def test_days_and_routes_are_those_of_brute_force(task: Periodic) -> None:
    best = cheapest(task)
    try:
        found = plan_days(task, iterations=1_000)
    except BadInput:
        assert best is None
        return
    faults = check_days(task, found)
    assert (found.cost if not faults else None) == best


def shift(**changes: Any) -> Vehicle:
    return replace(Vehicle(0, 0, 0, 10_000, capacity=(4,), per_m=1), **changes)


def month(count: int = 12, **changes: Any) -> Periodic:
    draws = np.random.default_rng(5)
    points = [(int(x), int(y)) for x, y in draws.integers(0, 1_000, (count + 2, 2))]
    given_: dict[str, Any] = {
        "stops": tuple(Stop(2 + n, 30, loads=(1,)) for n in range(count)),
        "choices": tuple(
            ((0, 2), (1, 3)) if n % 3 else ((0,), (1,), (2,), (3,)) for n in range(count)
        ),
        "days": ((shift(count=2),),) * 4,
        "network": straight(points),
    }
    return Periodic(**(given_ | changes))


def test_the_same_steps_give_the_same_days() -> None:
    assert plan_days(month(), iterations=60, seed=2) == plan_days(month(), iterations=60, seed=2)


def test_a_vehicle_empties_where_it_may_and_skills_are_kept() -> None:
    van = shift(capacity=(2,), reload_places=(1,), max_reloads=9, skills=frozenset({1}))
    plain = shift(capacity=(12,))
    stops = tuple(
        Stop(2 + n, 30, loads=(1,), skills=frozenset({1}) if n < 6 else frozenset())
        for n in range(12)
    )
    task = month(stops=stops, days=((van, plain),) * 4)
    found = plan_days(task, iterations=200)
    assert not check_days(task, found)
    assert any(trip.reloads for routes in found.routes for trip in routes.trips)


def test_windows_count_in_the_routes_of_the_day() -> None:
    stops = tuple(Stop(2 + n, 30, ((500 * n, 500 * n + 3_000),), (1,)) for n in range(12))
    task = month(stops=stops)
    found = plan_days(task, iterations=200)
    assert not check_days(task, found)


def test_more_days_to_choose_from_never_cost_more() -> None:
    bound = month(choices=tuple(((n % 4,),) for n in range(12)))
    free = month(choices=tuple(tuple((day,) for day in range(4)) for n in range(12)))
    assert plan_days(free, iterations=300).cost <= plan_days(bound, iterations=300).cost


def test_a_stop_on_a_day_without_its_vehicle_is_refused() -> None:
    stops = (Stop(2, 30, skills=frozenset({3})), *month().stops[1:])
    able = shift(skills=frozenset({3}))
    task = month(stops=stops, days=((shift(),), (able,), (shift(),), (shift(),)))
    with pytest.raises(BadInput, match="/choices/0"):
        plan_days(replace(task, choices=(((0, 2), (3,)), *task.choices[1:])), iterations=1)
    kept = plan_days(replace(task, choices=(((0, 2), (1,)), *task.choices[1:])), iterations=20)
    assert kept.chosen[0] == (1,)


def test_a_search_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        plan_days(month(), seconds=60, cancel=lambda: True)
    asked: list[int] = []

    def cancel() -> bool:
        asked.append(0)
        return len(asked) > 400

    found = plan_days(month(), seconds=60, cancel=cancel)
    assert found.stopped == "cancelled"
    assert not check_days(month(), found)


FAULTS: dict[str, Callable[[Calendar], Calendar]] = {
    "a day not allowed": lambda c: replace(c, chosen=((0, 1), *c.chosen[1:])),
    "a visit forgotten": lambda c: replace(c, visits=(c.visits[0][1:], *c.visits[1:])),
    "cost": lambda c: replace(c, cost=c.cost - 1),
    "a day forgotten": lambda c: replace(c, routes=c.routes[1:]),
    "routes of another day": lambda c: replace(c, routes=(*c.routes[1:], c.routes[0])),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_checker_sees_a_planted_fault(fault: str) -> None:
    task = month()
    found: Calendar = plan_days(task, iterations=50)
    assert not check_days(task, found)
    assert check_days(task, FAULTS[fault](found))
