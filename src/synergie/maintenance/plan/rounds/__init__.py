"""Rounds of a week or a day: who goes where in which order, at what hour, with what.

Formulation and rules: docs/plan/rounds.md. Names come from their home on first use: `proof` needs
no optional part, what plans needs `synergie[plan]`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergie.maintenance.plan.rounds._insert import insert
    from synergie.maintenance.plan.rounds._replan import replan
    from synergie.maintenance.plan.rounds._running import running
    from synergie.maintenance.plan.rounds._solve import solve
    from synergie.maintenance.plan.rounds._verify import faults

__all__ = ["faults", "insert", "replan", "running", "solve"]

_HOME = {
    "faults": "synergie.maintenance.plan.rounds._verify",
    "insert": "synergie.maintenance.plan.rounds._insert",
    "replan": "synergie.maintenance.plan.rounds._replan",
    "running": "synergie.maintenance.plan.rounds._running",
    "solve": "synergie.maintenance.plan.rounds._solve",
}


def __getattr__(name: str) -> Any:
    """A public name, imported from its home on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'synergie.maintenance.plan.rounds' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
