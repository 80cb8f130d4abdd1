"""The tariff option and the subscribed powers that cost least, for a whole portfolio.

`reduce` each curve once, then `refit` the points; numpy is loaded on first use. Formulation:
docs/plan/power.md.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergie.plan.power.load import Curve, Reading, c4_reading, load, loads

_HOME = {
    "Curve": "load",
    "Reading": "load",
    "c4_reading": "load",
    "load": "load",
    "loads": "load",
}

__all__ = ["Curve", "Reading", "c4_reading", "load", "loads"]


def __getattr__(name: str) -> Any:
    """A public name, imported from its home on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'synergie.plan.power' has no attribute {name!r}")
    return getattr(import_module(f"synergie.plan.power.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
