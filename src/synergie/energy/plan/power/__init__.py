"""The tariff option and the subscribed powers that cost least, for a whole portfolio.

`loads` reduces each curve once, `refit` chooses for all points; numpy is loaded on first use.
Formulation: docs/plan/power.md.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergie.energy.plan.power.burn import burn_curve, burn_hours, burn_load
    from synergie.energy.plan.power.curves import Curve, Reading, c4_reading, load, loads, one_curve
    from synergie.energy.plan.power.horizon import Held, Path, changes
    from synergie.energy.plan.power.portfolio import refit
    from synergie.energy.plan.power.pricing import OptionTable, price_options

_HOME = {
    "Curve": "curves",
    "Held": "horizon",
    "OptionTable": "pricing",
    "Path": "horizon",
    "Reading": "curves",
    "burn_curve": "burn",
    "burn_hours": "burn",
    "burn_load": "burn",
    "c4_reading": "curves",
    "changes": "horizon",
    "load": "curves",
    "loads": "curves",
    "one_curve": "curves",
    "price_options": "pricing",
    "refit": "portfolio",
}

__all__ = [
    "Curve",
    "Held",
    "OptionTable",
    "Path",
    "Reading",
    "burn_curve",
    "burn_hours",
    "burn_load",
    "c4_reading",
    "changes",
    "load",
    "loads",
    "one_curve",
    "price_options",
    "refit",
]


def __getattr__(name: str) -> Any:
    """A public name, imported from its home on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'synergie.energy.plan.power' has no attribute {name!r}")
    return getattr(import_module(f"synergie.energy.plan.power.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
