"""How soon a fault must be mended, where no contract says so."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache

from synergie.schemas.crew import ServiceTarget
from synergie.schemas.park import Severity

_ASSUMED: Mapping[Severity, tuple[int, str]] = {
    "danger": (2, "assumed: 1 to 2 h, day and night, in the specifications of French operators"),
    "street": (24, "assumed: 4 to 24 h in the specifications of French operators"),
    "point": (72, "assumed: 48 h to 5 working days in the specifications of French operators"),
    "minor": (720, "assumed: 30 days, without a source"),
}
"""Hours and source (domain.md §9.2, unverified)."""


@cache
def assumed() -> tuple[ServiceTarget, ...]:
    """The assumed targets, without penalty, the worst first."""
    return tuple(
        ServiceTarget(
            severity=severity,
            max_delay_hours=Decimal(hours),
            penalty_eur_day=Decimal(0),
            source=source,
        )
        for severity, (hours, source) in _ASSUMED.items()
    )


def target_of(
    targets: Iterable[ServiceTarget], severity: Severity, contract: str | None
) -> ServiceTarget:
    """The target of a *severity* under a *contract*: its own, else that of all, else assumed."""
    held = {one.contract: one for one in targets if one.severity == severity}
    fallback = next(one for one in assumed() if one.severity == severity)
    return held.get(contract) or held.get(None) or fallback
