"""Scenarios of street lighting: effects beyond money, criteria, frontier, weights, consultation.

Above `plan`, below reports. `import synergie.lighting.plan` loads no numpy: each room is imported
on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergie.lighting.plan import (
        compare,
        consultation,
        effects,
        frontier,
        inputs,
        money,
        weighing,
    )

__all__ = ["compare", "consultation", "effects", "frontier", "inputs", "money", "weighing"]


def __getattr__(name: str) -> Any:
    """A room, imported on first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module 'synergie.lighting.plan' has no attribute {name!r}")
    return import_module(f"synergie.lighting.plan.{name}")


def __dir__() -> list[str]:
    return sorted(__all__)
