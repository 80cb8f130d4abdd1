"""Problems, models and plans, proven optimal.

`import synergie.plan` loads no solver: names come from their home on first use, and the solver
itself on the first solve.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergie.plan import (
        depots,
        hedge,
        maintenance,
        maintenance_study,
        park,
        power,
        purchase,
        rounds,
        sharing,
        strategy,
        upkeep,
    )
    from synergie.plan._solver import Progress

__all__ = [
    "Progress",
    "depots",
    "hedge",
    "maintenance",
    "maintenance_study",
    "park",
    "power",
    "purchase",
    "rounds",
    "sharing",
    "strategy",
    "upkeep",
]

_HOME = {
    "Progress": ("synergie.plan._solver", "Progress"),
    "depots": ("synergie.plan.depots", None),
    "hedge": ("synergie.plan.hedge", None),
    "maintenance": ("synergie.plan.maintenance", None),
    "maintenance_study": ("synergie.plan.maintenance_study", None),
    "park": ("synergie.plan.park", None),
    "power": ("synergie.plan.power", None),
    "purchase": ("synergie.plan.purchase", None),
    "rounds": ("synergie.plan.rounds", None),
    "sharing": ("synergie.plan.sharing", None),
    "strategy": ("synergie.plan.strategy", None),
    "upkeep": ("synergie.plan.upkeep", None),
}


def __getattr__(name: str) -> Any:
    """A public name, imported from its home on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'synergie.plan' has no attribute {name!r}")
    home, attribute = _HOME[name]
    module = import_module(home)
    return module if attribute is None else getattr(module, attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
