"""What crew-days are worth: one more where all are used, a crew more, a crew fewer."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from synergie.maintenance.plan.study._again import Answer, Cancel, as_one, solve_again
from synergie.maintenance.records.maintenance import Depot, MaintenancePlan, MaintenanceProblem
from synergie.maintenance.records.study import CrewDayWorth
from synergie.plan.seconds import check_seconds

CREW = 5
"""Crew-days of a crew in a week."""
WEEKS = 6
"""Full weeks of a depot that are tried one by one."""


@check_seconds
def worth(
    problem: MaintenanceProblem,
    plan: MaintenancePlan,
    *,
    crew: int = CREW,
    limit_s: float = 60,
    cancel: Cancel = None,
) -> tuple[CrewDayWorth, ...]:
    """For each depot of *problem*: a crew-day more in its full weeks, a crew more, a crew fewer.

    *plan* is that of *problem*. *crew*: crew-days of one crew in a week. A day more in a week that
    is not full is worth nothing: those weeks are not solved again, and not told.
    """
    base = as_one(problem, plan)
    cases = [case for depot in base.depots for case in _iterate_crew_day_cases(plan, depot, crew)]
    each = limit_s / max(len(cases), 1)
    return tuple(
        _build_worth_row(
            plan,
            case,
            solve_again(_add_crew_days(base, case), limit_s=each, cancel=cancel, start=plan),
        )
        for case in cases
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """So many days more at a depot, in one week or (None) in each."""

    depot: Depot
    week: int | None
    days: int


def _iterate_crew_day_cases(plan: MaintenancePlan, depot: Depot, crew: int) -> Iterator[_Case]:
    used = Counter[int]()
    for days in plan.crews:
        if days.depot == depot.id:
            used[days.week] += days.days
    full = [week for week, most in enumerate(depot.crew_days, 1) if 0 < most <= used[week]]
    for week in full[:WEEKS]:
        yield _Case(depot, week, 1)
    if full:
        yield _Case(depot, None, crew)
    if any(depot.crew_days):
        yield _Case(depot, None, -crew)


def _add_crew_days(problem: MaintenanceProblem, case: _Case) -> MaintenanceProblem:
    """*problem* with the days of *case* more, in weeks in which the depot works."""
    counts = tuple(
        max(0, most + case.days) if most and case.week in (None, number) else most
        for number, most in enumerate(case.depot.crew_days, 1)
    )
    other = case.depot.model_copy(update={"crew_days": counts})
    depots = tuple(other if one.id == other.id else one for one in problem.depots)
    return problem.model_copy(update={"depots": depots})


def _build_worth_row(plan: MaintenancePlan, case: _Case, found: Answer) -> CrewDayWorth:
    return CrewDayWorth(
        depot=case.depot.id,
        week=case.week,
        days=case.days,
        cost_eur=found.cost,
        saves_eur=None if found.cost is None else plan.objective_eur - found.cost,
        late=found.late,
        proved=found.proved,
        conflicts=found.conflicts,
    )
