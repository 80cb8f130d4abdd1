"""Whether a maintenance plan that somebody else computed holds: no solver, each amount anew."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from synergie.errors import Reason
from synergie.maintenance.plan.year import _proof_alone, _proof_shares, _text, _verify
from synergie.maintenance.records.maintenance import (
    MaintenancePlan,
    MaintenanceProblem,
    PlannedVisit,
    Visit,
)
from synergie.plan import record as _record
from synergie.schemas.plan import Phrase

_CONSTANTS = frozenset(
    value
    for name, value in vars(_text).items()
    if name.isupper() and isinstance(value, str) and "{" not in value
)
"""Every sentence that a plan is explained with and that holds no value."""
_WIDEST = 0.01
"""The widest gap that may be called proved."""
MOST_DEPOTS = 8
"""Depots that may send crews to one zone in one week: each set of them is looked at."""


def faults(problem: MaintenanceProblem, plan: MaintenancePlan) -> tuple[str, ...]:
    """What is wrong with *plan* as a plan of *problem*; empty when it holds.

    It shows that the plan keeps every requirement, that each amount is right, that costs are shared
    by the rule it names, and that it is of this problem. It does not show that no plan is cheaper,
    nor that the reasons in its lines, the costs alone (but for a least one) and the lateness alone
    are true: `solve` anew does, and gives the same plan to the byte.
    """
    strange = (*_iterate_shape_faults(problem), *_iterate_unknown_names(problem, plan))
    wrong = strange or _verify.faults(problem, plan)
    return wrong or (
        *_proof_shares.faults(problem, plan),
        *_proof_alone.faults(problem, plan),
        *_iterate_sum_faults(problem, plan),
        *_iterate_claim_faults(problem, plan),
    )


def list_plan_assumptions(plan: MaintenancePlan) -> tuple[Phrase, ...]:
    """What the plan takes for granted, as any body may read it: constant sentences of ours."""
    said = (*plan.baseline, *plan.assumptions)
    return tuple(one for one in said if not one.values and one.text in _CONSTANTS)


def _iterate_shape_faults(problem: MaintenanceProblem) -> Iterator[str]:
    """What makes a problem none: names told twice; zones, windows and weeks that do not fit."""
    zones = [zone.id for zone in problem.zones]
    known = set(zones)
    keys = [visit.id or visit.cabinet for visit in problem.visits]
    for name in _iterate_duplicate_names(zones, [depot.id for depot in problem.depots], keys):
        yield Reason("{} is told twice", name)
    for visit, key in zip(problem.visits, keys, strict=True):
        if not visit.first_week <= visit.last_week <= problem.weeks:
            yield Reason("{}: its window is not in the weeks of the problem", key)
        elif len(visit.costs_eur) != visit.last_week - visit.first_week + 1:
            yield Reason("{}: not one cost for each week of its window", key)
        if visit.zone not in known:
            yield Reason("{}: {} is no zone of the problem", key, visit.zone)
    for depot in problem.depots:
        if len(depot.crew_days) != problem.weeks:
            yield Reason("{}: not one number of crew-days for each week", depot.id)


def _iterate_duplicate_names(*names: Iterable[str]) -> Iterator[str]:
    for some in names:
        yield from (name for name, n in Counter(some).items() if n > 1)


def _iterate_unknown_names(problem: MaintenanceProblem, plan: MaintenancePlan) -> Iterator[str]:
    """What the plan names and the problem does not know: nothing else can be looked at then."""
    if plan.inputs_digest != _record.digest(problem):
        yield Reason("its digest is not that of the problem")
    visits = {visit.id or visit.cabinet: visit for visit in problem.visits}
    for planned in plan.visits:
        visit = visits.get(planned.id or planned.cabinet)
        if visit is None or _build_visit_place(visit) != _build_visit_place(planned):
            yield Reason("{} is no visit of the problem", planned.id or planned.cabinet)
    yield from _strange_crews(problem, plan)


def _build_visit_place(one: Visit | PlannedVisit) -> tuple[str, str, str]:
    return one.cabinet, one.task, one.zone


def _strange_crews(problem: MaintenanceProblem, plan: MaintenancePlan) -> Iterator[str]:
    depots = {depot.id: depot for depot in problem.depots}
    zones = {zone.id for zone in problem.zones}
    senders: dict[tuple[str | None, int], set[str]] = defaultdict(set)
    for crew in plan.crews:
        for zone in (crew.zone, crew.other_zone):
            senders[zone, crew.week].add(crew.depot)
        depot = depots.get(crew.depot)
        if depot is None or crew.week > min(problem.weeks, len(depot.crew_days)):
            yield Reason("{} gives no crew-days in week {}", crew.depot, crew.week)
        other = crew.other_zone
        if crew.zone not in zones or (other is None) != (crew.other_hours is None):
            yield Reason("{}, week {}: no day in a zone of the problem", crew.depot, crew.week)
        elif other is not None and (other not in zones or other == crew.zone):
            yield Reason(
                "{}, week {}: {} is no other zone of the problem", crew.depot, crew.week, other
            )
    for (zone, week), depots_there in senders.items():
        if zone is not None and len(depots_there) > MOST_DEPOTS:
            yield Reason("{}, week {}: crews of more than {} depots", zone, week, MOST_DEPOTS)
    yield from _strange_names(problem, plan)


def _strange_names(problem: MaintenanceProblem, plan: MaintenancePlan) -> Iterator[str]:
    bodies = {visit.organisation for visit in problem.visits}
    bodies |= {depot.organisation for depot in problem.depots}
    named = [one.member for one in plan.members]
    payers = {visit.organisation for visit in problem.visits}
    if len(set(named)) != len(named) or not payers <= set(named) <= bodies:
        yield Reason("the members of the plan are not the bodies of the problem, each once")


def _iterate_sum_faults(problem: MaintenanceProblem, plan: MaintenancePlan) -> Iterator[str]:
    """What is added up over visits, crews, members and zones."""
    if plan.crew_days != sum(crew.days for crew in plan.crews):
        yield Reason("{} crew-days are not those of its crews", plan.crew_days)
    alone = [one.alone_eur for one in plan.members]
    known = [eur for eur in alone if eur is not None]
    whole = sum(known, Decimal(0)) if len(known) == len(alone) else None
    if plan.baseline_eur != whole:
        yield Reason("what all pay alone is not the sum of what each pays alone")
    if plan.least_gain != _record.find_least_gainer(plan.members):
        yield Reason("{} does not gain least", plan.least_gain)
    told = [one.zone for one in plan.zones]
    if len(set(told)) != len(told) or not set(told) <= {zone.id for zone in problem.zones}:
        yield Reason("its zones are not those of the problem, each once")


def _iterate_claim_faults(problem: MaintenanceProblem, plan: MaintenancePlan) -> Iterator[str]:
    """Gains follow from costs, the gap from the bound, and what is called proved is near enough.

    What moves cost is weighed with the objective: the gap is proved of both together.
    """
    if plan.gap != _record.compute_gap(plan.objective_eur, plan.bound_eur):
        yield Reason("the gap is not that of the cost and its bound")
    prices = {p.visit: problem.move_eur if p.move_eur is None else p.move_eur
              for p in problem.promised}  # fmt: skip
    moves = sum((prices.get(name, problem.move_eur) for name in plan.moved), Decimal(0))
    weighed = plan.objective_eur + moves
    apart = None if plan.bound_eur is None else plan.objective_eur - plan.bound_eur
    near = apart is not None and apart <= weighed * Decimal(min(plan.tolerance, _WIDEST))
    if plan.status == "proved" and not near:
        yield Reason("{} is not what its gap tells", plan.status)
    for one in plan.members:
        if one != _record.outcome_of(one.member, one.cost_eur, one.alone_eur):
            yield Reason("{}: its gain is not the cost alone less its cost", one.member)
