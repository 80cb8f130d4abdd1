"""What becomes of a year when something turns out otherwise; each answer is a solve of its own.

Nothing is extrapolated: docs/plan/maintenance-study.md, "What if".
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from synergie.errors import BadInput
from synergie.maintenance.plan.study._again import as_one, solve_again
from synergie.maintenance.plan.study._text import CASES
from synergie.maintenance.plan.year import check_rule_names
from synergie.maintenance.records.maintenance import Depot, MaintenancePlan, MaintenanceProblem
from synergie.maintenance.records.what_if import MaintenanceCase, MaintenanceCaseAnswer
from synergie.plan.seconds import check_seconds
from synergie.plan.sweep import sweep
from synergie.schemas.plan import Phrase

_ZERO = Decimal(0)
_CREW = 5
"""Crew-days of a crew in a week."""
_PERCENTS = (Decimal(10), Decimal(-10))


def list_usual_cases(problem: MaintenanceProblem) -> tuple[MaintenanceCase, ...]:
    """Each depot with a crew fewer, a crew more and none; all days dearer and cheaper; who leaves.

    A body leaves where others stay.
    """
    bodies = sorted({visit.organisation for visit in problem.visits})
    return (
        *(
            MaintenanceCase(kind="crew_days", depot=depot.id, days=days)
            for depot in problem.depots
            for days in (-_CREW, _CREW)
        ),
        *(MaintenanceCase(kind="depot_out", depot=depot.id) for depot in problem.depots),
        *(MaintenanceCase(kind="day_costs", percent=percent) for percent in _PERCENTS),
        *(
            MaintenanceCase(kind="leaves", organisation=name)
            for name in (bodies if len(bodies) > 1 else ())
        ),
    )


def apply_case(problem: MaintenanceProblem, case: MaintenanceCase) -> MaintenanceProblem:
    """*problem* as it would be. BadInput for a depot or a body that it does not have."""
    _check_case_names(problem, case)
    if case.kind == "leaves":
        visits = tuple(v for v in problem.visits if v.organisation != case.organisation)
        names = {visit.id or visit.cabinet for visit in visits}
        changes = {
            "visits": visits,
            "depots": tuple(d for d in problem.depots if d.organisation != case.organisation),
            "promised": tuple(one for one in problem.promised if one.visit in names),
        }
        return _drop_lost_rules(problem.model_copy(update=changes))
    depots = tuple(
        _change_depot(depot, case) if case.depot in (None, depot.id) else depot
        for depot in problem.depots
    )
    return problem.model_copy(update={"depots": depots})


def _drop_lost_rules(problem: MaintenanceProblem) -> MaintenanceProblem:
    """*problem* without the rules that name what left."""
    kept = []
    for rule in problem.rules:
        try:
            check_rule_names(problem.model_copy(update={"rules": (rule,)}))
        except BadInput:
            continue
        kept.append(rule)
    return problem.model_copy(update={"rules": tuple(kept)})


def _check_case_names(problem: MaintenanceProblem, case: MaintenanceCase) -> None:
    if case.depot is not None and case.depot not in {depot.id for depot in problem.depots}:
        raise BadInput("/depot", case.depot, "a depot of the problem")
    bodies = {visit.organisation for visit in problem.visits}
    if case.organisation is not None and case.organisation not in bodies:
        raise BadInput("/organisation", case.organisation, "a body of the problem")


def _change_depot(depot: Depot, case: MaintenanceCase) -> Depot:
    if case.kind == "day_costs":
        factor = 1 + (case.percent or _ZERO) / 100
        costs = tuple(
            cost.model_copy(update={"eur": (cost.eur * factor).quantize(Decimal("0.01"))})
            for cost in depot.day_costs
        )
        return depot.model_copy(update={"day_costs": costs})
    more = case.days or 0
    days = tuple(max(0, n + more) if n and case.kind == "crew_days" else 0 for n in depot.crew_days)
    return depot.model_copy(update={"crew_days": days})


@check_seconds
def answer_cases(
    problem: MaintenanceProblem,
    plan: MaintenancePlan,
    cases: Sequence[MaintenanceCase],
    *,
    limit_s: float = 60,
    processes: int = 1,
    cluster: str | None = None,
) -> tuple[MaintenanceCaseAnswer, ...]:
    """The best year of each case against *plan*, that of *problem*; *limit_s* for each case.

    On *processes* of this machine, or on the Dask cluster whose scheduler has the address
    *cluster*. BadInput for a case of a name that is not there, before anything is solved.
    """
    for case in cases:
        _check_case_names(problem, case)
    solve = partial(answer_case, problem, plan, limit_s=limit_s)
    found = sweep(solve, cases, processes=processes, cluster=cluster)
    return tuple(one.expect() for one in found)


@check_seconds
def answer_case(
    problem: MaintenanceProblem,
    plan: MaintenancePlan,
    case: MaintenanceCase,
    *,
    limit_s: float = 60,
) -> MaintenanceCaseAnswer:
    """One of them."""
    paid = {one.member: one.cost_eur for one in plan.members}
    left = paid.pop(case.organisation, None) if case.organisation is not None else None
    before = sum(paid.values(), _ZERO)
    found = solve_again(as_one(apply_case(problem, case), plan), limit_s=limit_s, start=plan)
    floor = None if found.plan is None else found.plan.bound_eur
    known = before if left is not None or plan.bound_eur is None else plan.bound_eur
    told = (case.depot, case.organisation, case.days, case.percent)
    return MaintenanceCaseAnswer(
        case=case,
        said=Phrase(
            text=CASES[case.kind], values=tuple(str(one) for one in told if one is not None)
        ),
        cost_eur=found.cost,
        before_eur=before,
        at_least_eur=None if floor is None else floor - before,
        at_most_eur=None if found.cost is None else found.cost - known,
        conflicts=found.conflicts,
    )
