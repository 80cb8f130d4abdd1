"""Blocks bought ahead against the spot price, with the risk of the dearest scenarios (CVaR).

`hedge(problem, scenarios)`; scenarios are inputs, `resampled` draws them from a history. Names come
from their home on first use: numpy is an extra.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergie.purchase.plan.hedge.scenarios import Scenarios, resampled
    from synergie.purchase.plan.hedge.study import hedge

__all__ = ["Scenarios", "hedge", "resampled"]

_HOME = {
    "Scenarios": "synergie.purchase.plan.hedge.scenarios",
    "hedge": "synergie.purchase.plan.hedge.study",
    "resampled": "synergie.purchase.plan.hedge.scenarios",
}


def __getattr__(name: str) -> Any:
    """A public name, imported from its home on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'synergie.purchase.plan.hedge' has no attribute {name!r}")
    try:
        return getattr(import_module(_HOME[name]), name)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("synergie"):
            raise
        from synergie.errors import MissingExtra  # noqa: PLC0415 (not a name of this package)

        raise MissingExtra("plan") from error
