"""Routes of vehicles through stops: who goes where, in which order, when. Whole numbers only.

A heuristic search (PyVRP) with an exact checker beside it; it gives no bound. Formulation and
traps: docs/plan/routing.md.
"""

from synergie.maintenance.plan.routing._check import check, list_missing_stops
from synergie.maintenance.plan.routing._insert import Insertion, best_insertion
from synergie.maintenance.plan.routing._periodic import plan_days
from synergie.maintenance.plan.routing._periodic_check import check_days
from synergie.maintenance.plan.routing._periodic_task import Calendar, Periodic
from synergie.maintenance.plan.routing._route import route
from synergie.maintenance.plan.routing._task import Network, Routes, Stop, Task, Trip, Vehicle

__all__ = [
    "Calendar",
    "Insertion",
    "Network",
    "Periodic",
    "Routes",
    "Stop",
    "Task",
    "Trip",
    "Vehicle",
    "best_insertion",
    "check",
    "check_days",
    "list_missing_stops",
    "plan_days",
    "route",
]
