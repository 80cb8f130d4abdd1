"""All that is told before a choice: the frontier, the simulated life of each policy, the advice."""

from collections.abc import Callable
from decimal import Decimal

from synergie.maintenance.plan.strategy._ground import StrategyInputs, count_light_points
from synergie.maintenance.plan.strategy.frontiers import frontier
from synergie.maintenance.plan.strategy.relamping import best_period
from synergie.maintenance.plan.strategy.simulation import simulate
from synergie.maintenance.records.strategy import (
    Criterion,
    LampGroup,
    RelampingAdvice,
    StrategyProblem,
    StrategyStudy,
    StudiedPolicy,
)
from synergie.plan.seconds import check_seconds


@check_seconds
def study(
    problem: StrategyProblem,
    criterion: Criterion = "out",
    *,
    points: int = 5,
    lives: int = 50,
    seed: int = 0,
    limit_s: float = 120,
    cancel: Callable[[], bool] | None = None,
) -> StrategyStudy:
    """The frontier of cost against *criterion*, and *lives* lives of each of its policies.

    *limit_s* is for the frontier. Raises BadInput, Infeasible, OutOfTime, Cancelled, SolverFailed,
    MissingExtra.
    """
    found = frontier(problem, criterion, points=points, limit_s=limit_s, cancel=cancel)
    studied = tuple(
        StudiedPolicy(
            point=point, life=simulate(problem, point.policy, lives=lives, seed=seed, cancel=cancel)
        )
        for point in found.points
    )
    ground = StrategyInputs.of(problem)
    advice = tuple(_build_relamping_advice(ground, group) for group in problem.groups)
    return StrategyStudy(frontier=found, policies=studied, advice=advice)


def relamping_costs(ground: StrategyInputs, group: LampGroup) -> dict[str, float]:
    """What one lamp costs alone and in its group, EUR, as `best_period` takes them."""
    costs = ground.problem.costs
    dark = costs.out_day_eur * Decimal(ground.delay_days("point"))
    boxes = costs.group_cabinet_eur * max(group.cabinets, 1) / count_light_points(group)
    return {
        "spot_eur": float(costs.spot_eur + group.lamp_eur + dark),
        "group_eur": float(costs.group_lamp_eur + group.lamp_eur + boxes),
    }


def _build_relamping_advice(ground: StrategyInputs, group: LampGroup) -> RelampingAdvice:
    best = best_period(ground.models[group.technology], **relamping_costs(ground, group))
    hours = group.burn_hours_year
    return RelampingAdvice(
        group=group.id,
        period_years=None if best.period_hours is None else best.period_hours / hours,
        lamp_year_eur=best.cost_hour * hours,
        spot_year_eur=best.spot_hour * hours,
    )
