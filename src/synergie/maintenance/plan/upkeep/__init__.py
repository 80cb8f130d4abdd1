"""From the files an agent already has to the year and the weeks of maintenance, and back.

`read` takes inventories, tickets, a crew book and a matrix of roads; `park.plan.state` makes the
state of the park; `year_problem` and `week_problem` make the problems that `maintenance.plan.year`
and `maintenance.plan.rounds` solve; `executed` and `carried` take back what was done.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergie.maintenance.plan.upkeep import assumed
    from synergie.maintenance.plan.upkeep.assumed import task_name
    from synergie.maintenance.plan.upkeep.back import (
        Returned,
        match_returned_orders,
        update_inspected_cabinets,
    )
    from synergie.maintenance.plan.upkeep.book import Book, crew_book
    from synergie.maintenance.plan.upkeep.done import (
        Before,
        Carried,
        Executed,
        find_last_done_days,
        list_carried_stops,
        list_decided_works,
        match_executed_stops,
    )
    from synergie.maintenance.plan.upkeep.files import read
    from synergie.maintenance.plan.upkeep.given import MaintenanceFiles
    from synergie.maintenance.plan.upkeep.known import MaintenanceContext
    from synergie.maintenance.plan.upkeep.promise import compare_crew_days, plan_promised_week
    from synergie.maintenance.plan.upkeep.roads import Roads, read_roads
    from synergie.maintenance.plan.upkeep.week import WeekCase, YearPlan, monday_of, week_problem
    from synergie.maintenance.plan.upkeep.year import YearCase, year_problem

_HOME = {
    "Before": "done",
    "Book": "book",
    "Carried": "done",
    "Executed": "done",
    "MaintenanceFiles": "given",
    "MaintenanceContext": "known",
    "Returned": "back",
    "Roads": "roads",
    "WeekCase": "week",
    "YearCase": "year",
    "YearPlan": "week",
    "compare_crew_days": "promise",
    "plan_promised_week": "promise",
    "list_carried_stops": "done",
    "crew_book": "book",
    "list_decided_works": "done",
    "match_executed_stops": "done",
    "find_last_done_days": "done",
    "update_inspected_cabinets": "back",
    "monday_of": "week",
    "read": "files",
    "read_roads": "roads",
    "match_returned_orders": "back",
    "task_name": "assumed",
    "week_problem": "week",
    "year_problem": "year",
}
__all__ = [
    "Before",
    "Book",
    "Carried",
    "Executed",
    "MaintenanceContext",
    "MaintenanceFiles",
    "Returned",
    "Roads",
    "WeekCase",
    "YearCase",
    "YearPlan",
    "assumed",
    "compare_crew_days",
    "crew_book",
    "find_last_done_days",
    "list_carried_stops",
    "list_decided_works",
    "match_executed_stops",
    "match_returned_orders",
    "monday_of",
    "plan_promised_week",
    "read",
    "read_roads",
    "task_name",
    "update_inspected_cabinets",
    "week_problem",
    "year_problem",
]


def __getattr__(name: str) -> Any:
    """A public name, imported from its home on first use (PEP 562)."""
    if name == "assumed":
        return import_module("synergie.maintenance.plan.upkeep.assumed")
    if name not in _HOME:
        raise AttributeError(f"module 'synergie.maintenance.plan.upkeep' has no attribute {name!r}")
    return getattr(import_module(f"synergie.maintenance.plan.upkeep.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
