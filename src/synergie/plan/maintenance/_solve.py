"""The cheapest joint maintenance year: cabinets, weeks, whole crew-days, shared between neighbours.

Formulation, numbered M1 to M4: docs/plan/maintenance.md.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from synergie.errors import Cancelled, Infeasible, OutOfTime, SolverFailed
from synergie.plan import _record
from synergie.plan._money import certified, fair, grain, split
from synergie.plan._solver import Outcome, Progress
from synergie.plan.maintenance import _text, _verify
from synergie.plan.maintenance._blocks import Cancel, Found, Search
from synergie.plan.maintenance._year import QUARTERS, Way, Year, year
from synergie.plan.maintenance._year_model import Decisions, cost
from synergie.schemas.maintenance import (
    CrewDays,
    MaintenancePlan,
    MaintenanceProblem,
    PlannedVisit,
    Visit,
)
from synergie.schemas.plan import MemberOutcome, Phrase

_NONE = Decimal(0)
_NEAR = 5e-5  # relative gap of a plan alone: half the tolerance
_JOINT = 0.6  # share of the time for the joint plan; the rest is for each alone


def solve(
    problem: MaintenanceProblem,
    *,
    limit_s: float = 60,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> MaintenancePlan:
    """The cheapest year, with its proof, its reasons and what each organisation gains.

    Raises BadInput (a window outside the year, a zone unknown), Infeasible with the requirements
    that conflict, OutOfTime, Cancelled, SolverFailed, MissingExtra.
    """
    whole = year(problem)
    unit = grain(_amounts(problem))
    share = _JOINT if len(_organisations(problem)) > 1 else 1.0
    joint = Search(whole, float(unit) * 0.9, limit_s * share, 0.0, cancel, progress).run()
    left = limit_s - sum(outcome.seconds for outcome in joint.outcomes)
    alone = _each_alone(problem, joint, unit=unit, left=left, cancel=cancel)
    decisions = _best(whole, joint, alone, limit_s)
    plan = _plan(_Result(problem, whole, unit, joint, alone), decisions)
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


@dataclass(frozen=True, slots=True)
class _Alone:
    """What one organisation does alone. None in `decisions`: it cannot, or time was short."""

    decisions: Decisions | None
    cost: Decimal | None
    proved: bool
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class _Result:
    problem: MaintenanceProblem
    year: Year
    unit: Decimal
    joint: Found
    alone: dict[str, _Alone]


def _amounts(problem: MaintenanceProblem) -> Iterator[Decimal]:
    for visit in problem.visits:
        yield from visit.costs_eur
    for depot in problem.depots:
        yield from (cost.eur for cost in depot.day_costs)


def _organisations(problem: MaintenanceProblem) -> list[str]:
    owners = {visit.organisation for visit in problem.visits}
    return sorted(owners | {depot.organisation for depot in problem.depots})


def _each_alone(
    problem: MaintenanceProblem, joint: Found, *, unit: Decimal, left: float, cancel: Cancel
) -> dict[str, _Alone]:
    names = _organisations(problem)
    if len(names) == 1:
        whole = year(problem)
        price = cost(whole, joint.decisions) if joint.decisions else None
        return {names[0]: _Alone(joint.decisions, price, joint.stop == "proved")}
    alone: dict[str, _Alone] = {}
    for number, name in enumerate(names):
        share = left / (len(names) - number)
        alone[name] = _alone(problem, name, unit=unit, limit_s=share, cancel=cancel)
        left -= sum(outcome.seconds for outcome in alone[name].outcomes)
    return alone


def _alone(
    problem: MaintenanceProblem, name: str, *, unit: Decimal, limit_s: float, cancel: Cancel
) -> _Alone:
    """The same model with the visits and crews of one organisation only."""
    mine = problem.model_copy(
        update={
            "visits": tuple(v for v in problem.visits if v.organisation == name),
            "depots": tuple(d for d in problem.depots if d.organisation == name),
        }
    )
    try:
        own = year(mine)
        found = Search(own, float(unit) * 0.9, limit_s, _NEAR, cancel).run()
    except Infeasible:
        return _Alone(None, None, proved=True)
    price = None if found.decisions is None else cost(own, found.decisions)
    return _Alone(found.decisions, price, found.stop == "proved", found.outcomes)


def _best(whole: Year, joint: Found, alone: dict[str, _Alone], limit_s: float) -> Decisions:
    """The joint plan, or all alone side by side when that is cheaper or all there is."""
    apart: Decisions | None = Decisions({}, {})
    for one in alone.values():
        apart = apart | one.decisions if apart and one.decisions else None
    plans = [plan for plan in (joint.decisions, apart) if plan is not None]
    if not plans and joint.stop == "cancelled":
        raise Cancelled
    if not plans:
        raise OutOfTime(limit_s)
    return min(plans, key=lambda plan: cost(whole, plan))


def _week_cost(visit: Visit, week: int) -> Decimal:
    return visit.costs_eur[week - visit.first_week]


def _plan(result: _Result, decisions: Decisions) -> MaintenancePlan:
    objective = cost(result.year, decisions)
    bound = certified(result.joint.bound, objective, result.unit)
    gap = _record.gap(objective, bound)
    stop = "proved" if gap is not None and gap <= _record.TOLERANCE else result.joint.stop
    members = _members(result, decisions)
    known = [one.cost for one in result.alone.values() if one.cost is not None]
    apart = [one.decisions for one in result.alone.values() if one.decisions is not None]
    whole = len(known) == len(result.alone)
    outcomes = result.joint.outcomes + tuple(o for a in result.alone.values() for o in a.outcomes)
    visits = tuple(_visit(visit, decisions) for visit in result.year.visits)
    return MaintenancePlan(
        status=_record.status(stop, gap),
        objective_eur=objective,
        bound_eur=bound,
        gap=gap,
        tolerance=_record.TOLERANCE,
        baseline_eur=sum(known, _NONE) if whole else None,
        baseline=_baseline(result.alone),
        members=members,
        least_gain=_record.least(members),
        lines=tuple(_text.line(v, p) for v, p in zip(result.year.visits, visits, strict=True)),
        assumptions=_text.assumptions(result.problem),
        inputs_digest=_record.digest(result.problem),
        run=_record.run(outcomes, stop),
        visits=visits,
        crews=_crews(result.year, decisions),
        crew_days=sum(decisions.days.values()),
        crew_days_alone=sum(sum(d.days.values()) for d in apart) if whole else None,
    )


def _baseline(alone: dict[str, _Alone]) -> tuple[Phrase, ...]:
    late = [name for name, one in alone.items() if one.decisions is None and not one.proved]
    return _text.baseline(late, proved=all(one.proved for one in alone.values()))


def _visit(visit: Visit, decisions: Decisions) -> PlannedVisit:
    week = decisions.weeks[visit.cabinet]
    cheapest = min(visit.costs_eur)
    return PlannedVisit(
        cabinet=visit.cabinet,
        zone=visit.zone,
        week=week,
        cost_eur=_week_cost(visit, week),
        cheapest_week=visit.first_week + visit.costs_eur.index(cheapest),
    )


def _crews(whole: Year, decisions: Decisions) -> tuple[CrewDays, ...]:
    rows = [_crew(whole, way, week, n) for (way, week), n in decisions.days.items()]
    return tuple(sorted(rows, key=lambda r: (r.week, r.depot, r.zone, r.other_zone or "", r.hours)))


def _crew(whole: Year, way: Way, week: int, count: int) -> CrewDays:
    (zone, ticks), *others = way.ticks
    return CrewDays(
        depot=way.depot,
        week=week,
        zone=zone,
        other_zone=others[0][0] if others else None,
        days=count,
        hours=ticks * whole.tick,
        other_hours=others[0][1] * whole.tick if others else None,
        cost_eur=way.cost * count,
    )


def _members(result: _Result, decisions: Decisions) -> tuple[MemberOutcome, ...]:
    """Each pays what it uses, corrected so that nobody pays more than alone (`_money.fair`)."""
    names = sorted(result.alone)
    used = _used(result, decisions)
    alone = [result.alone[name].cost for name in names]
    shares = fair([used[name] for name in names], alone, result.unit)
    triples = zip(names, shares, alone, strict=True)
    return tuple(_record.outcome_of(name, share, cap) for name, share, cap in triples)


def _used(result: _Result, decisions: Decisions) -> dict[str, Decimal]:
    """Own visits, and the crew-days of each zone and week in proportion to the hours worked."""
    used: dict[str, Decimal] = defaultdict(Decimal)
    hours: dict[tuple[str, int], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for visit in result.year.visits:
        week = decisions.weeks[visit.cabinet]
        used[visit.organisation] += _week_cost(visit, week)
        hours[visit.zone, week][visit.organisation] += visit.hours
    for (way, week), count in decisions.days.items():
        weights: dict[str, Decimal] = defaultdict(Decimal)
        for zone, ticks in way.ticks:
            here = hours[zone, week]
            total = sum(here.values(), _NONE)
            for name, worked in here.items():
                weights[name] += ticks * worked / total if total else _NONE
        names = sorted(weights) or sorted(result.alone)
        parts = split(way.cost * count, [weights[name] for name in names], result.unit)
        for name, part in zip(names, parts, strict=True):
            used[name] += part
    return used
