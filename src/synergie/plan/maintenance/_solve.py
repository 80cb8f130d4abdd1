"""The cheapest joint maintenance year: cabinets, weeks, whole crew-days, shared between neighbours.

Formulation, numbered M1 to M5: docs/plan/maintenance.md.
"""

import time
from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, Decimal

from synergie.errors import Cancelled, OutOfTime, SolverFailed
from synergie.plan._money import grain
from synergie.plan._solver import Progress
from synergie.plan.maintenance import _verify
from synergie.plan.maintenance._alone import Alone, each_alone, late_alone, side_by_side
from synergie.plan.maintenance._blocks import Found
from synergie.plan.maintenance._decisions import Decisions, in_time, weight
from synergie.plan.maintenance._effort import Effort
from synergie.plan.maintenance._search import cheapest
from synergie.plan.maintenance._told import Result, told
from synergie.plan.maintenance._year import QUARTERS, Year, year
from synergie.schemas.maintenance import MaintenancePlan, MaintenanceProblem

_JOINT = 0.6  # share of the time for the joint plan; the rest is for each alone
_FIRST = 0.3  # share for each alone when the joint plan may be no later than that


def solve(
    problem: MaintenanceProblem,
    *,
    limit_s: float = 60,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
    workers: int = 1,
    cluster: str | None = None,
) -> MaintenancePlan:
    """The cheapest year, with its proof, its reasons and what each organisation gains.

    A large year is solved zone by zone on *workers* processes, or on the Dask cluster whose
    scheduler has the address *cluster* (see `plan.sweep`).
    Raises BadInput (a window outside the year, a zone unknown), Infeasible with the requirements
    that conflict, OutOfTime, Cancelled, SolverFailed, MissingExtra, Unreachable.
    """
    began = time.monotonic()
    year(problem)  # what is out of place is told before anything is solved
    unit = grain(_amounts(problem))
    effort = Effort(float(unit) * 0.9, limit_s, cancel, progress, workers, cluster)
    several = len(_organisations(problem)) > 1
    alone: dict[str, Alone] = {}
    if several and problem.never_later_than_alone:
        alone = each_alone(problem, effort.within(limit_s * _FIRST))
    whole = year(problem, late_alone(problem, alone) if alone else None)
    left = limit_s - (time.monotonic() - began)
    share = 1.0 if alone or not several else _JOINT
    joint = cheapest(whole, effort.within(left * share))
    if not alone:
        left = limit_s - (time.monotonic() - began)
        alone = (
            each_alone(problem, effort.within(left))
            if several
            else {name: Alone.of(whole, joint) for name in _organisations(problem)}
        )
    plan = told(Result(problem, whole, unit, joint, alone), _best(whole, joint, alone, limit_s))
    faults = _verify.faults(problem, plan)
    if faults:
        raise SolverFailed("; ".join(faults))
    return plan


def quarter_days(hours: Decimal, crew_day_hours: Decimal) -> Decimal:
    """*hours* rounded up to quarters of a crew-day, a quarter at least.

    Crews plan in quarter-days; with durations of this grain a year of 200 cabinets is proved in
    seconds, with quarters of an hour it may not be.
    """
    quarter = crew_day_hours / QUARTERS
    return max(Decimal(1), (hours / quarter).to_integral_value(ROUND_CEILING)) * quarter


def _amounts(problem: MaintenanceProblem) -> Iterator[Decimal]:
    yield problem.move_eur
    for visit in problem.visits:
        yield from visit.costs_eur
    for depot in problem.depots:
        yield from (cost.eur for cost in depot.day_costs)


def _organisations(problem: MaintenanceProblem) -> list[str]:
    owners = {visit.organisation for visit in problem.visits}
    return sorted(owners | {depot.organisation for depot in problem.depots})


def _best(whole: Year, joint: Found, alone: dict[str, Alone], limit_s: float) -> Decisions:
    """The joint plan, or all alone side by side when that is cheaper or all there is."""
    apart = side_by_side(alone)
    if apart is not None and not in_time(whole, apart):
        apart = None
    plans = [plan for plan in (joint.decisions, apart) if plan is not None]
    if not plans and joint.stop == "cancelled":
        raise Cancelled
    if not plans:
        raise OutOfTime(limit_s)
    return min(plans, key=lambda plan: weight(whole, plan))
