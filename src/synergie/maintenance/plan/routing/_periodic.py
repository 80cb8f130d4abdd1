"""Day sets and routes together: days are chosen first, then the routes of each day are searched."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

from synergie.errors import BadInput, Cancelled
from synergie.maintenance.plan.routing import _text
from synergie.maintenance.plan.routing._input import refuse_faults
from synergie.maintenance.plan.routing._load import can_carry_stop, is_vehicle_able
from synergie.maintenance.plan.routing._periodic_search import Search, State
from synergie.maintenance.plan.routing._periodic_task import Calendar, Days, Periodic
from synergie.maintenance.plan.routing._route import improve_routes
from synergie.maintenance.plan.routing._task import Ended, Order, Routes, Task
from synergie.plan.seconds import check_seconds

_CHOOSING = 0.9  # share of the time that goes to the choice of days
_CYCLE, _MOST_CYCLES = 400, 8  # steps a stop in a cooling; most coolings
_PROBE = 0.02  # share of the search after which the number of coolings stands
_STEPS = 500  # of the search in each day, when steps and not seconds are the limit


@dataclass(slots=True)
class _Limit:
    seconds: float | None
    iterations: int | None
    cancel: Callable[[], bool] | None
    begun: float = field(default_factory=time.thread_time)
    done: int = 0

    def share(self) -> float:
        """How much of the choice of days is over, 0 to 1."""
        away = 0.0
        if self.seconds is not None:
            away = (time.thread_time() - self.begun) / max(self.seconds * _CHOOSING, 1e-9)
        steps = 0.0 if self.iterations is None else self.done / max(self.iterations, 1)
        return min(1.0, max(away, steps))

    def stopped(self) -> bool:
        """Whether the caller said so."""
        return self.cancel is not None and self.cancel()

    def seconds_per_day(self, days: int) -> float | None:
        """Seconds for each of the days that are still to be routed."""
        if self.seconds is None:
            return None
        return max(0.01, (self.begun + self.seconds - time.thread_time()) / days)


@check_seconds
def plan_days(
    task: Periodic,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 0,
    cancel: Callable[[], bool] | None = None,
) -> Calendar:
    """Days of each stop and routes of each day, found by a heuristic: there is no bound.

    The choice of days knows loads, skills, reloads, costs and longest trips; windows only count
    in the routes of the day. With *iterations* alone the same task gives the same plan. Raises
    BadInput for a faulty task, Cancelled when *cancel* says so before anything is found.
    """
    if seconds is None and iterations is None:
        raise BadInput("/limit", "none", _text.LIMIT)
    task = _select_possible_days(task)
    limit = _Limit(seconds, iterations, cancel)
    if limit.stopped():
        raise Cancelled
    search = Search(task, Random(seed))  # noqa: S311 (no secret)
    ended: Ended = "iterations" if seconds is None else "time"
    cycles = 1
    while (share := limit.share()) < 1:
        if limit.stopped():
            ended = "cancelled"
            break
        if share < _PROBE:
            cycles = _count_cooling_cycles(limit.done / max(share, 1e-9), len(task.stops))
        search.step(share * cycles % 1)
        limit.done += 1
    search.rescue(limit.stopped)
    return _route_calendar(task, search.best or search.state, limit, ended)


def _count_cooling_cycles(steps: float, stops: int) -> int:
    """How often the search cools down: as often as there are steps enough for each time."""
    return max(1, min(_MOST_CYCLES, int(steps / (_CYCLE * max(stops, 1)))))


def _select_possible_days(task: Periodic) -> Periodic:
    """The task with the day sets that have a vehicle each day. Raises BadInput."""
    if len(task.choices) != len(task.stops) or not all(task.days):
        raise BadInput("/choices", len(task.choices), _text.CHOICES)
    fleet = tuple(vehicle for day in task.days for vehicle in day)
    refuse_faults(Task(tuple(replace(s, vehicles=None) for s in task.stops), fleet, task.network))
    choices = tuple(_list_open_day_sets(task, stop) for stop in range(len(task.stops)))
    return replace(task, choices=choices)


def _list_open_day_sets(task: Periodic, number: int) -> tuple[Days, ...]:
    stop = task.stops[number]
    open_days = {
        day
        for day, fleet in enumerate(task.days)
        if any(
            v.count and is_vehicle_able(stop, i, v) and can_carry_stop(stop, v)
            for i, v in enumerate(fleet)
        )
    }
    found = tuple(choice for choice in task.choices[number] if choice and open_days >= set(choice))
    if not found:
        raise BadInput(f"/choices/{number}", task.choices[number], _text.CHOICES)
    return found


def _route_calendar(task: Periodic, state: State, limit: _Limit, ended: Ended) -> Calendar:
    """The routes of each day, begun from those of the choice of days."""
    visits, routes = [], []
    for day, fleet in enumerate(state.days):
        stops = tuple(sorted(stop for _, leg in fleet for stop in leg.stops))
        visits.append(stops)
        routes.append(_route_day(task, state, day, stops=stops, limit=limit))
    cost = sum(found.cost for found in routes)
    return Calendar(state.chosen, tuple(visits), tuple(routes), cost, limit.done, ended)


def _route_day(
    task: Periodic, state: State, day: int, *, stops: tuple[int, ...], limit: _Limit
) -> Routes:
    number = {stop: at for at, stop in enumerate(stops)}
    orders = [
        Order(kind.index, [number[stop] for stop in leg.stops], list(leg.reloads))
        for kind, leg in state.days[day]
        if leg.stops
    ]
    seconds = limit.seconds_per_day(len(task.days) - day)
    steps = _STEPS if seconds is None else None
    return improve_routes(
        task.day(day, stops), orders, seconds=seconds, iterations=steps, cancel=limit.cancel
    )
