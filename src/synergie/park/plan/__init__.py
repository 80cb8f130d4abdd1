"""The state of a park: ages, hours of light, failure models, faults that are open.

`state` makes it from what owners declare, `learn` its failure models from closed tickets; numpy
is loaded on first use. Figures and rules: docs/plan/park.md.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergie.park.plan._state import state
    from synergie.park.plan.learning import learn
    from synergie.park.plan.night import NightHours
    from synergie.park.plan.owned import Owned
    from synergie.park.plan.places import read_place
    from synergie.park.plan.risks import (
        compute_renewals,
        expected_failures,
        expected_failures_of,
        renewed_ages,
        risk,
        risks_of,
    )
    from synergie.park.plan.sales import purchasable_until

_HOME = {
    "NightHours": "night",
    "Owned": "owned",
    "expected_failures": "risks",
    "expected_failures_of": "risks",
    "learn": "learning",
    "purchasable_until": "sales",
    "read_place": "places",
    "compute_renewals": "risks",
    "renewed_ages": "risks",
    "risk": "risks",
    "risks_of": "risks",
    "state": "_state",
}

__all__ = [
    "NightHours",
    "Owned",
    "compute_renewals",
    "expected_failures",
    "expected_failures_of",
    "learn",
    "purchasable_until",
    "read_place",
    "renewed_ages",
    "risk",
    "risks_of",
    "state",
]


def __getattr__(name: str) -> Any:
    """A public name, imported from its home on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'synergie.park.plan' has no attribute {name!r}")
    return getattr(import_module(f"synergie.park.plan.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
