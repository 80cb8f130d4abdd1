"""How soon a fault must be mended, where no contract says so."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache

from synergie.park.plan import _text
from synergie.park.records.crew import ServiceTarget
from synergie.park.records.park import Severity

_ASSUMED: Mapping[Severity, tuple[int, str]] = {
    "danger": (2, _text.TARGET_DANGER),
    "street": (24, _text.TARGET_STREET),
    "point": (72, _text.TARGET_POINT),
    "minor": (720, _text.TARGET_MINOR),
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
