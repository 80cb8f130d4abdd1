"""The tariff option and the subscribed powers that cost least, for a whole portfolio.

`loads` reduces each curve once, `refit` chooses for all points; numpy is loaded on first use.
Formulation: docs/plan/power.md.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergie.energy.plan.power.burn import burn_curve, burn_hours, burn_load
    from synergie.energy.plan.power.curves import (
        Curve,
        Reading,
        c4_reading,
        compute_curve_load,
        join_curve_runs,
        loads,
    )
    from synergie.energy.plan.power.horizon import HeldOption, Path, changes
    from synergie.energy.plan.power.portfolio import refit
    from synergie.energy.plan.power.pricing import OptionTable, price_options

_HOME = {
    "Curve": "curves",
    "HeldOption": "horizon",
    "OptionTable": "pricing",
    "Path": "horizon",
    "Reading": "curves",
    "burn_curve": "burn",
    "burn_hours": "burn",
    "burn_load": "burn",
    "c4_reading": "curves",
    "changes": "horizon",
    "compute_curve_load": "curves",
    "loads": "curves",
    "join_curve_runs": "curves",
    "price_options": "pricing",
    "refit": "portfolio",
}

__all__ = [
    "Curve",
    "HeldOption",
    "OptionTable",
    "Path",
    "Reading",
    "burn_curve",
    "burn_hours",
    "burn_load",
    "c4_reading",
    "changes",
    "compute_curve_load",
    "join_curve_runs",
    "loads",
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
