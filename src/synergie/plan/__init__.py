"""What optimisers share: the solver, exact money, a sweep of cases, the record of a plan's making.

`import synergie.plan` loads no solver: it comes on the first solve.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergie.plan.solver import Progress

__all__ = ["Progress"]


def __getattr__(name: str) -> Any:
    """A public name, imported from its home on first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module 'synergie.plan' has no attribute {name!r}")
    return getattr(import_module("synergie.plan.solver"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
