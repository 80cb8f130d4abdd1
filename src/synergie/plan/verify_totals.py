"""What every plan has to add up to."""

from collections.abc import Iterator
from decimal import Decimal

from synergie.schemas.plan import Plan

_ZERO = Decimal(0)


def verify_plan_totals(plan: Plan) -> Iterator[str]:
    """The members pay the objective; no bound above it."""
    paid = sum((member.cost_eur for member in plan.members), _ZERO)
    if paid != plan.objective_eur:
        yield f"members pay {paid} EUR in all, the plan costs {plan.objective_eur} EUR"
    if plan.bound_eur is not None and plan.bound_eur > plan.objective_eur:
        yield f"the bound {plan.bound_eur} EUR is above the cost {plan.objective_eur} EUR"
