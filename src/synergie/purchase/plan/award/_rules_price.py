"""What each rule of a purchase costs: solved again without it, and without them all."""

from collections.abc import Callable
from decimal import Decimal

from synergie.errors import Cancelled, Infeasible, OutOfTime
from synergie.plan.rules.price import PlanValue, price_rules
from synergie.purchase.plan.award._rules_text import TEXTS
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem


def price_purchase_rules(
    problem: PurchaseProblem, plan: PurchasePlan, solve: Callable[[PurchaseProblem], PurchasePlan]
) -> PurchasePlan:
    """*plan* with the price of each rule, and of all; those that bind are told."""

    def solve_without(numbers: frozenset[int]) -> PlanValue | None:
        rest = tuple(rule for n, rule in enumerate(problem.rules) if n not in numbers)
        try:
            return _measure_plan(solve(problem.model_copy(update={"rules": rest})))
        except (OutOfTime, Cancelled, Infeasible):
            return None

    kinds = [rule.kind for rule in problem.rules]
    found = price_rules(
        kinds, plan.rules, _measure_plan(plan), solve_without=solve_without, texts=TEXTS
    )
    changes = {
        "rules": found.outcomes,
        "rules_price": found.together,
        "binding": (*plan.binding, *found.said),
    }
    return plan.model_copy(update=changes)


def _measure_plan(plan: PurchasePlan) -> PlanValue:
    """Cost, weight of soft rules, and the bound on both."""
    penalty = sum((one.penalty_eur for one in plan.rules), Decimal(0))
    bound = None if plan.bound_eur is None else plan.bound_eur + penalty
    return PlanValue(plan.objective_eur, penalty, bound)
