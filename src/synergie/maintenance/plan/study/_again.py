"""The year solved again with something changed: its cost, its lateness, or why there is none."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from synergie.errors import BadInput, Infeasible, OutOfTime, Reason
from synergie.maintenance.plan import year as maintenance
from synergie.maintenance.records.maintenance import (
    Depot,
    MaintenancePlan,
    MaintenanceProblem,
    Visit,
    Zone,
)
from synergie.schemas.plan import Phrase

type Cancel = Callable[[], bool] | None

_TOGETHER = "all"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one solve. `plan` None: there is none (then `conflicts`), or time ran out."""

    plan: MaintenancePlan | None
    conflicts: tuple[Phrase, ...] = ()

    @property
    def cost(self) -> Decimal | None:
        """Its cost, EUR."""
        return None if self.plan is None else self.plan.objective_eur

    @property
    def late(self) -> int | None:
        """Its light-point-weeks late."""
        return None if self.plan is None else sum(zone.late for zone in self.plan.zones)

    @property
    def proved(self) -> bool:
        """Whether the plan is proved cheapest, or that there is none."""
        return bool(self.conflicts) if self.plan is None else self.plan.status == "proved"


def solve_again(
    problem: MaintenanceProblem,
    *,
    limit_s: float,
    cancel: Cancel = None,
    start: MaintenancePlan | None = None,
) -> Answer:
    """*problem* solved, from the plan *start* where it fits: more freedom is then never dearer.

    Raises what `maintenance.solve` raises but Infeasible and OutOfTime.
    """
    known = start if start is not None and not maintenance.list_misfits(problem, start) else None
    each = max(limit_s, 0.1)
    try:
        return Answer(maintenance.solve(problem, limit_s=each, cancel=cancel, start=known))
    except Infeasible as error:
        return Answer(None, list_conflict_phrases(error))
    except OutOfTime:
        return Answer(None)


def list_conflict_phrases(error: Infeasible) -> tuple[Phrase, ...]:
    """The conflicts, as records say them."""
    return tuple(_build_conflict_phrase(reason) for reason in error.conflicts)


def _build_conflict_phrase(reason: str) -> Phrase:
    if isinstance(reason, Reason):
        return Phrase(
            text=reason.text, values=tuple(_format_reason_value(value) for value in reason.values)
        )
    return Phrase(text="{}", values=(reason[:200],))


def _format_reason_value(value: object) -> str:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return f"{value:.0f}"
    return str(value)[:200] or "–"


def as_one(problem: MaintenanceProblem, plan: MaintenancePlan) -> MaintenanceProblem:
    """*problem* as of one organisation: no plan alone is solved beside each answer.

    What each organisation alone gives its zones is kept, as limits of lateness.
    """
    for i, rule in enumerate(problem.rules):
        asked = rule.model_dump()
        if any((asked.get(part) or {}).get("organisation") for part in ("of", "then", "other")):
            raise BadInput(f"/rules/{i}", rule.id, "rules that name no body, in a study")
    alone = {zone.zone: zone.late_alone for zone in plan.zones}
    held = problem.never_later_than_alone
    zones = tuple(
        _limit_zone_lateness(zone, alone.get(zone.id) if held else None) for zone in problem.zones
    )
    return problem.model_copy(
        update={
            "visits": tuple(_unite_visit_owner(visit) for visit in problem.visits),
            "depots": tuple(_unite_depot_owner(depot) for depot in problem.depots),
            "zones": zones,
            "never_later_than_alone": False,
        }
    )


def _unite_visit_owner(visit: Visit) -> Visit:
    return visit.model_copy(update={"organisation": _TOGETHER})


def _unite_depot_owner(depot: Depot) -> Depot:
    return depot.model_copy(update={"organisation": _TOGETHER})


def _limit_zone_lateness(zone: Zone, most: int | None) -> Zone:
    limits = [limit for limit in (zone.most_late, most) if limit is not None]
    return zone.model_copy(update={"most_late": min(limits, default=None)})
