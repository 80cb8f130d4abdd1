"""Check of a finished strategy that shares nothing with the model.

The faults are sentences, none when the plan holds. `solve` calls it before a plan leaves.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from synergie.maintenance.plan.strategy._verify_expected import iterate_figure_faults
from synergie.maintenance.records.strategy import Criterion, StrategyPlan, StrategyProblem
from synergie.plan.verify_totals import verify_plan_totals

_ZERO = Decimal(0)


def faults(
    problem: StrategyProblem,
    plan: StrategyPlan,
    most: Mapping[Criterion, float] | None = None,
) -> tuple[str, ...]:
    """What is wrong with a strategy."""
    return (
        *_every_group_once(problem, plan),
        *_within_budgets(problem, plan),
        *_iterate_legal_faults(problem, plan),
        *_within_limits(plan, most or {}),
        *_nobody_above_alone(plan),
        *iterate_figure_faults(problem, plan),
        *verify_plan_totals(plan),
    )


def _every_group_once(problem: StrategyProblem, plan: StrategyPlan) -> Iterator[str]:
    told = [one.group for one in plan.policy.groups]
    if sorted(told) != sorted(group.id for group in problem.groups):
        yield "a group is not decided exactly once"
    for one in plan.policy.groups:
        if one.relamp_years is not None and one.relamp_years not in problem.relamp_years:
            yield f"{one.group}: {one.relamp_years} years is no period of the problem"


def _within_budgets(problem: StrategyProblem, plan: StrategyPlan) -> Iterator[str]:
    """The LED investment of each year, added again from the groups."""
    spent: dict[int, Decimal] = defaultdict(Decimal)
    groups = {group.id: group for group in problem.groups}
    for one in plan.policy.groups:
        group = groups.get(one.group)
        if one.led_year is None or group is None:
            continue
        if group.led_power_w is None or one.led_year >= problem.years:
            yield f"{one.group} may not become LED in year {one.led_year}"
        lamps = sum(age.count for age in group.lamps)
        spent[one.led_year] += lamps * problem.costs.led_eur
    for year, told in enumerate(plan.invested_eur):
        if abs(spent[year] - told) > Decimal("0.01") * len(problem.groups):
            yield f"year {year}: {spent[year]} EUR of LED, the plan says {told}"
        if problem.led_budgets_eur and spent[year] > problem.led_budgets_eur[year]:
            yield f"year {year}: {spent[year]} EUR of LED, {problem.led_budgets_eur[year]} allowed"


def _iterate_legal_faults(problem: StrategyProblem, plan: StrategyPlan) -> Iterator[str]:
    """No inspection later than the law says, no luminaire dirtier than asked."""
    for body in plan.policy.bodies:
        rule, dirt = problem.inspection, problem.cleaning
        if rule and body.inspection_months and body.inspection_months > rule.longest_months:
            yield f"{body.organisation}: inspection every {body.inspection_months} months"
        if dirt and body.cleaning_years is not None:
            kept = (1 - dirt.loss_year) ** body.cleaning_years
            if kept < dirt.least_light:
                yield f"{body.organisation}: {kept:.3f} of the light is left"


def _within_limits(plan: StrategyPlan, most: Mapping[Criterion, float]) -> Iterator[str]:
    for criterion, limit in most.items():
        given = plan.criteria.cost_eur if criterion == "cost" else getattr(plan.criteria, criterion)
        if float(given) > limit * (1 + 1e-9) + 1e-9:
            yield f"{criterion}: {given} is above {limit}"


def _nobody_above_alone(plan: StrategyPlan) -> Iterator[str]:
    if plan.criteria.cost_eur != plan.objective_eur:
        yield f"the criteria say {plan.criteria.cost_eur} EUR, the plan {plan.objective_eur}"
    if plan.baseline_eur is None:
        return
    if plan.objective_eur > plan.baseline_eur:
        yield f"together costs {plan.objective_eur} EUR, alone {plan.baseline_eur}"
    for member in plan.members:
        if member.alone_eur is not None and member.cost_eur > member.alone_eur:
            yield f"{member.member}: pays {member.cost_eur} EUR, alone {member.alone_eur}"
