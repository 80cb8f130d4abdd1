"""How a park is kept for years: the cheapest policy, its frontier, its simulated life, its promise.

Formulation, numbered S1 to S6: docs/plan/strategy.md. numpy is loaded on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergie.maintenance.plan.strategy import assumed
    from synergie.maintenance.plan.strategy._solve import solve
    from synergie.maintenance.plan.strategy.frontiers import frontier
    from synergie.maintenance.plan.strategy.parks import ParkGroups, groups
    from synergie.maintenance.plan.strategy.plan_life import PlanLife, Setting, life_of_plan
    from synergie.maintenance.plan.strategy.promises import broken, promise
    from synergie.maintenance.plan.strategy.relamping import Relamping, best_period, cost_hour
    from synergie.maintenance.plan.strategy.simulation import simulate
    from synergie.maintenance.plan.strategy.spares import last_buy, reorder
    from synergie.maintenance.plan.strategy.studies import study
    from synergie.maintenance.plan.strategy.year_plans import year_plan_policy

__all__ = [
    "ParkGroups",
    "PlanLife",
    "Relamping",
    "Setting",
    "assumed",
    "best_period",
    "broken",
    "cost_hour",
    "frontier",
    "groups",
    "last_buy",
    "life_of_plan",
    "promise",
    "reorder",
    "simulate",
    "solve",
    "study",
    "year_plan_policy",
]

_HOME = {
    "ParkGroups": "parks",
    "PlanLife": "plan_life",
    "Relamping": "relamping",
    "Setting": "plan_life",
    "best_period": "relamping",
    "broken": "promises",
    "cost_hour": "relamping",
    "frontier": "frontiers",
    "groups": "parks",
    "last_buy": "spares",
    "life_of_plan": "plan_life",
    "promise": "promises",
    "reorder": "spares",
    "simulate": "simulation",
    "solve": "_solve",
    "study": "studies",
    "year_plan_policy": "year_plans",
}


def __getattr__(name: str) -> Any:
    """A public name, imported from its home on first use (PEP 562)."""
    if name == "assumed":
        return import_module("synergie.maintenance.plan.strategy.assumed")
    if name not in _HOME:
        raise AttributeError(
            f"module 'synergie.maintenance.plan.strategy' has no attribute {name!r}"
        )
    return getattr(import_module(f"synergie.maintenance.plan.strategy.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
