"""What was saved together, shared: games of costs, rules of sharing, who would rather leave.

`share_game` takes the cost of every coalition, whatever it is for; `share_purchase` makes the game
of a pooled purchase and shares it. Names come from their home on first use: numpy is an extra.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergie.plan.sharing.study import share_game
    from synergie.purchase.plan.sharing.purchases import (
        purchase_game,
        share_purchase,
        share_purchase_with_proof,
    )

__all__ = ["purchase_game", "share_game", "share_purchase", "share_purchase_with_proof"]

_HOME = {
    "purchase_game": "synergie.purchase.plan.sharing.purchases",
    "share_game": "synergie.plan.sharing.study",
    "share_purchase": "synergie.purchase.plan.sharing.purchases",
    "share_purchase_with_proof": "synergie.purchase.plan.sharing.purchases",
}


def __getattr__(name: str) -> Any:
    """A public name, imported from its home on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'synergie.purchase.plan.sharing' has no attribute {name!r}")
    try:
        return getattr(import_module(_HOME[name]), name)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("synergie"):
            raise
        from synergie.errors import MissingExtra  # noqa: PLC0415 (not a name of this package)

        raise MissingExtra("plan") from error
