"""Scenarios of street lighting: effects beyond money, criteria, frontier, weights, consultation.

Above `plan`, below reports. `import synergie.scenarios` loads no numpy: names come from their home
on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergie.scenarios.compare import compare
    from synergie.scenarios.frontier import frontier
    from synergie.scenarios.weighing import weigh

__all__ = ["compare", "frontier", "weigh"]

_HOME = {
    "compare": ("synergie.scenarios.compare", "compare"),
    "frontier": ("synergie.scenarios.frontier", "frontier"),
    "weigh": ("synergie.scenarios.weighing", "weigh"),
}


def __getattr__(name: str) -> Any:
    """A public name, imported from its home on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'synergie.scenarios' has no attribute {name!r}")
    home, attribute = _HOME[name]
    return getattr(import_module(home), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
