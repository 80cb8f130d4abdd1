"""Whether a calendar does what it says: its days, then each day by the checker of routes."""

from collections.abc import Iterator

from synergie.maintenance.plan.routing._check import check
from synergie.maintenance.plan.routing._periodic_task import Calendar, Periodic


def check_days(task: Periodic, calendar: Calendar, *, complete: bool = True) -> tuple[str, ...]:
    """What is wrong, in words; empty when all holds. *complete* as in `check`."""
    faults = [*_iterate_shape_faults(task, calendar)]
    if faults:
        return tuple(faults)
    faults += [*_iterate_choice_faults(task, calendar), *_iterate_visit_faults(calendar)]
    if faults:
        return tuple(faults)
    for day, (stops, routes) in enumerate(zip(calendar.visits, calendar.routes, strict=True)):
        found = check(task.day(day, stops), routes, complete=complete)
        faults += [f"day {day}: {fault}" for fault in found]
    total = sum(routes.cost for routes in calendar.routes)
    if total != calendar.cost:
        faults.append(f"cost {calendar.cost} told, {total} found")
    return tuple(faults)


def _iterate_shape_faults(task: Periodic, calendar: Calendar) -> Iterator[str]:
    if len(calendar.chosen) != len(task.stops):
        yield "stops and chosen days differ in number"
    if not len(calendar.visits) == len(calendar.routes) == len(task.days):
        yield "days differ in number"


def _iterate_choice_faults(task: Periodic, calendar: Calendar) -> Iterator[str]:
    for stop, days in enumerate(calendar.chosen):
        if days not in task.choices[stop]:
            yield f"stop {stop} may not be visited on days {days}"


def _iterate_visit_faults(calendar: Calendar) -> Iterator[str]:
    for day, visits in enumerate(calendar.visits):
        due = sorted(stop for stop, days in enumerate(calendar.chosen) if day in days)
        if sorted(visits) != due:
            yield f"day {day} visits {sorted(visits)}, due are {due}"
