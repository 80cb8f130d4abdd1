"""Exchange energy and street-lighting data under signed agreements, and turn them into joint plans.

Names are imported on first use, so that `import synergie` costs a few milliseconds.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergie.client import AsyncClient, Auth, Client
    from synergie.errors import BadInput, NotAllowed, NotFound, SynergieError

__all__ = [
    "AsyncClient",
    "Auth",
    "BadInput",
    "Client",
    "NotAllowed",
    "NotFound",
    "SynergieError",
    "__version__",
]

__version__ = "0.1.0"

_HOME = {
    "AsyncClient": "synergie.client",
    "Auth": "synergie.client",
    "Client": "synergie.client",
    "BadInput": "synergie.errors",
    "NotAllowed": "synergie.errors",
    "NotFound": "synergie.errors",
    "SynergieError": "synergie.errors",
}


def __getattr__(name: str) -> Any:
    """A public name, imported from its home on first use (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'synergie' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
