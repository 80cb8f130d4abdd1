"""The cheapest joint maintenance year: cabinets, weeks, whole crew-days, shared between neighbours.

Formulation, numbered M1 to M13: docs/plan/maintenance.md. Names come from their home on first use:
`proof` needs no optional part, `solve` needs `synergie[plan]`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synergie.maintenance.plan.year._check import check_rule_names
    from synergie.maintenance.plan.year._solve import quarter_days, solve
    from synergie.maintenance.plan.year._verify import list_misfits

__all__ = ["check_rule_names", "list_misfits", "quarter_days", "solve"]
_HOME = {"check_rule_names": "_check", "list_misfits": "_verify"}


def __getattr__(name: str) -> Any:
    """A public name, imported from its home on first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module 'synergie.maintenance.plan.year' has no attribute {name!r}")
    try:
        home = import_module(f"synergie.maintenance.plan.year.{_HOME.get(name, '_solve')}")
        return getattr(home, name)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("synergie"):
            raise
        from synergie.errors import MissingExtra  # noqa: PLC0415 (not a name of this package)

        raise MissingExtra("plan") from error


def __dir__() -> list[str]:
    return sorted(__all__)
