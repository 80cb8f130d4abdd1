"""From the cheapest plan to the fairest: the greatest lateness of a zone as a limit.

The ε-constraint method: every point is a plan, and none is a weighted sum.
"""

import math
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from synergie.maintenance.plan.study._again import Cancel, as_one, solve_again
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.records.study import FairnessPoint
from synergie.plan.seconds import check_seconds


@check_seconds
def fairness(
    problem: MaintenanceProblem,
    plan: MaintenancePlan,
    *,
    points: int = 6,
    limit_s: float = 60,
    cancel: Cancel = None,
) -> tuple[FairnessPoint, ...]:
    """Plans that none of the others beats on both cost and the worst zone's lateness.

    Lateness of a zone is weeks late a light point. The first is *plan*; each next one must be
    better to its worst zone than the one before, until there is none.
    """
    weights = _count_zone_points(problem)
    base, found = as_one(problem, plan), [plan]
    ends = list(_iterate_lateness_limits(_find_worst_lateness(plan, weights)[0], points))
    for limit in ends:
        if _find_worst_lateness(found[-1], weights)[0] <= limit:
            continue  # the last plan is within this limit already
        answer = solve_again(
            _limit_problem_lateness(base, weights, limit),
            limit_s=limit_s / len(ends),
            cancel=cancel,
        )
        if answer.plan is None:
            break
        found.append(answer.plan)
    return tuple(_select_undominated([_build_fairness_point(one, weights) for one in found]))


def _count_zone_points(problem: MaintenanceProblem) -> Counter[str]:
    """Light points of each zone that its visits serve, one at least."""
    counts = Counter[str]()
    for visit in problem.visits:
        counts[visit.zone] += visit.light_points
    return counts


def _find_worst_lateness(plan: MaintenancePlan, weights: Counter[str]) -> tuple[Fraction, str]:
    """The greatest lateness of a zone, and which one."""
    ranked = [(Fraction(zone.late, max(weights[zone.zone], 1)), zone.zone) for zone in plan.zones]
    return max(ranked, default=(Fraction(0), ""))


def _iterate_lateness_limits(worst: Fraction, points: int) -> Iterator[Fraction]:
    """Limits from just under *worst* to none at all."""
    for i in range(1, points):
        yield worst * (points - 1 - i) / (points - 1)


def _limit_problem_lateness(
    problem: MaintenanceProblem, weights: Counter[str], limit: Fraction
) -> MaintenanceProblem:
    def compute_share(zone_id: str, most: int | None) -> int:
        own = math.floor(limit * weights[zone_id])
        return own if most is None else min(own, most)

    zones = tuple(
        zone.model_copy(update={"most_late": compute_share(zone.id, zone.most_late)})
        for zone in problem.zones
    )
    return problem.model_copy(update={"zones": zones})


def _build_fairness_point(plan: MaintenancePlan, weights: Counter[str]) -> FairnessPoint:
    worst, zone = _find_worst_lateness(plan, weights)
    return FairnessPoint(
        most_late=float(worst),
        zone=zone or plan.visits[0].zone,
        cost_eur=plan.objective_eur,
        late=sum(one.late for one in plan.zones),
        proved=plan.status == "proved",
    )


def _select_undominated(points: list[FairnessPoint]) -> Iterator[FairnessPoint]:
    for one in points:
        if not any(_dominates_point(other, one) for other in points):
            yield one


def _dominates_point(one: FairnessPoint, other: FairnessPoint) -> bool:
    no_worse = one.cost_eur <= other.cost_eur and one.most_late <= other.most_late
    return no_worse and (one.cost_eur, one.most_late) != (other.cost_eur, other.most_late)
