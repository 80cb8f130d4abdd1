"""Whether a maintenance plan that somebody else computed holds: no solver, each amount anew."""

from collections.abc import Iterator

from synergie.plan import _record
from synergie.plan.maintenance import _text, _verify
from synergie.schemas.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.schemas.plan import Phrase

_CONSTANTS = frozenset(
    value for name, value in vars(_text).items() if name.isupper() and isinstance(value, str)
)
"""Every sentence that a plan is explained with."""
_WIDEST = 0.01
"""The widest gap that may be called proved."""


def faults(problem: MaintenanceProblem, plan: MaintenancePlan) -> tuple[str, ...]:
    """What is wrong with *plan* as a plan of *problem*; empty when it holds.

    It shows that the plan keeps every requirement, that each amount is right, and that it is of
    this problem. It does not show that no plan is cheaper, nor that the reasons in its lines and
    the costs alone are true: `solve` anew does, and gives the same plan to the byte.
    """
    strange = (*_shape(problem), *_strange(problem, plan))
    return strange or (*_verify.faults(problem, plan), *_sure(plan))


def told(plan: MaintenancePlan) -> tuple[Phrase, ...]:
    """What the plan takes for granted, as any body may read it: constant sentences of ours."""
    said = (*plan.baseline, *plan.assumptions)
    return tuple(one for one in said if not one.values and one.text in _CONSTANTS)


def _shape(problem: MaintenanceProblem) -> Iterator[str]:
    """What makes a problem none: windows, costs and crew-days that do not fit its weeks."""
    for visit in problem.visits:
        if not visit.first_week <= visit.last_week <= problem.weeks:
            yield f"{visit.id or visit.cabinet}: its window is not in the weeks of the problem"
        elif len(visit.costs_eur) != visit.last_week - visit.first_week + 1:
            yield f"{visit.id or visit.cabinet}: not one cost for each week of its window"
    for depot in problem.depots:
        if len(depot.crew_days) != problem.weeks:
            yield f"{depot.id}: not one number of crew-days for each week"


def _strange(problem: MaintenanceProblem, plan: MaintenancePlan) -> Iterator[str]:
    """What the plan names and the problem does not know: nothing else can be looked at then."""
    if plan.inputs_digest != _record.digest(problem):
        yield "its digest is not that of the problem"
    visits = {visit.id or visit.cabinet: visit for visit in problem.visits}
    if len(visits) != len(problem.visits):
        yield "two visits of the problem bear one name"
    for planned in plan.visits:
        visit = visits.get(planned.id or planned.cabinet)
        if visit is None or _placed(visit) != _placed(planned):
            yield f"{planned.id or planned.cabinet} is no visit of the problem"
    yield from _strange_crews(problem, plan)


def _placed(one: object) -> tuple[object, ...]:
    return tuple(getattr(one, name) for name in ("cabinet", "task", "zone"))


def _strange_crews(problem: MaintenanceProblem, plan: MaintenancePlan) -> Iterator[str]:
    depots = {depot.id: depot for depot in problem.depots}
    zones = {zone.id for zone in problem.zones}
    for crew in plan.crews:
        depot = depots.get(crew.depot)
        if depot is None or crew.week > min(problem.weeks, len(depot.crew_days)):
            yield f"{crew.depot} gives no crew-days in week {crew.week}"
        if crew.zone not in zones or crew.other_zone not in {None, *zones}:
            yield f"{crew.depot}, week {crew.week}: no zone of the problem"
    bodies = {visit.organisation for visit in problem.visits}
    bodies |= {depot.organisation for depot in problem.depots}
    named = [one.member for one in plan.members]
    payers = {visit.organisation for visit in problem.visits}
    if len(set(named)) != len(named) or not payers <= set(named) <= bodies:
        yield "the members of the plan are not the bodies of the problem, each once"


def _sure(plan: MaintenancePlan) -> Iterator[str]:
    """Gains follow from costs, the gap from the bound, and what is called proved is near enough."""
    if plan.gap != _record.gap(plan.objective_eur, plan.bound_eur):
        yield "the gap is not that of the cost and its bound"
    near = plan.gap is not None and plan.gap <= min(plan.tolerance, _WIDEST)
    if plan.status == "proved" and not near:
        yield f"{plan.status} is not what its gap tells"
    for one in plan.members:
        if one != _record.outcome_of(one.member, one.cost_eur, one.alone_eur):
            yield f"{one.member}: its gain is not the cost alone less its cost"
