"""Small routing tasks: drawn, in a town, or with a fleet of many sorts."""

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from synergie.maintenance.plan.routing import (
    Network,
    Routes,
    Stop,
    Task,
    Vehicle,
    list_missing_stops,
    route,
)

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
def tasks(draw: st.DrawFn, most: int = 5) -> Task:
    """Some stops and two vehicles, with all that may bind."""
    count = draw(st.integers(1, most))
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
    if best is None or (found.cost == best and not list_missing_stops(task, found)):
        return found
    return route(task, iterations=20 * STEPS)


def town(count: int = 12, **changes: Any) -> Task:
    stops = tuple(Stop(1 + number, 900, prize=None) for number in range(count))
    stops = tuple(replace(stop, **changes) for stop in stops)
    return Task(stops, (crew(count=2),), scattered(count))
