"""A year decided, told as a plan: lines, crews, service by zone, who pays what."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from synergie.maintenance.plan.year import _text
from synergie.maintenance.plan.year._alone import Alone, late_alone
from synergie.maintenance.plan.year._blocks import YearSearchResult
from synergie.maintenance.plan.year._decisions import (
    Decisions,
    compute_plan_weight,
    cost,
    count_zone_lateness,
    list_moved_visits,
)
from synergie.maintenance.plan.year._rules import build_rule_outcomes
from synergie.maintenance.plan.year._year import Way, Year, format_visit_key, late_weeks, open_weeks
from synergie.maintenance.records.maintenance import (
    CrewDays,
    MaintenancePlan,
    MaintenanceProblem,
    PlannedVisit,
    Visit,
    ZoneService,
)
from synergie.plan import record as _record
from synergie.plan.money import certify_bound, share_fairly, split
from synergie.schemas.plan import MemberOutcome, Phrase

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Result:
    """What was solved, and what came out for all together and for each alone."""

    problem: MaintenanceProblem
    year: Year
    unit: Decimal
    joint: YearSearchResult
    alone: Mapping[str, Alone]
    penalty: Decimal = _NONE
    """What soft rules weigh in the joint plan."""


def build_maintenance_plan(result: Result, decisions: Decisions) -> MaintenancePlan:
    """The plan of *decisions*. Its bound leaves out the penalty of its own moves."""
    objective = cost(result.year, decisions)
    weighed = compute_plan_weight(result.year, decisions) + result.penalty
    bound = certify_bound(result.joint.bound, weighed, result.unit)
    gap = _record.compute_gap(weighed, bound)
    stop = "proved" if gap is not None and gap <= _record.TOLERANCE else result.joint.stop
    members = _share_maintenance_costs(result, decisions)
    known = [one.cost for one in result.alone.values() if one.cost is not None]
    apart = [one.decisions for one in result.alone.values() if one.decisions is not None]
    whole = len(known) == len(result.alone)
    outcomes = result.joint.outcomes + tuple(o for a in result.alone.values() for o in a.outcomes)
    visits = tuple(_build_decided_visit(visit, decisions) for visit in result.year.visits)
    bound_eur = None if bound is None else bound - (weighed - objective)
    return MaintenancePlan(
        status=_record.choose_status(stop, gap),
        objective_eur=objective,
        bound_eur=bound_eur,
        gap=_record.compute_gap(objective, bound_eur),
        tolerance=_record.TOLERANCE,
        baseline_eur=sum(known, _NONE) if whole else None,
        baseline=_describe_plan_baseline(result),
        members=members,
        least_gain=_record.find_least_gainer(members),
        lines=_text.build_visit_lines(result.year, decisions),
        assumptions=(
            *_text.list_year_assumptions(
                result.problem, result.year, list_moved_visits(result.year, decisions)
            ),
            *_text.out_of_time(stop, bound_eur),
        ),
        inputs_digest=_record.digest(result.problem),
        run=_record.build_run_record(outcomes, stop),
        visits=visits,
        crews=_list_crew_days(result.year, decisions),
        crew_days=sum(decisions.days.values()),
        crew_days_alone=sum(sum(d.days.values()) for d in apart) if whole else None,
        zones=_list_zone_services(result, decisions),
        moved=list_moved_visits(result.year, decisions),
        rules=build_rule_outcomes(result.problem, decisions),
    )


def _describe_plan_baseline(result: Result) -> tuple[Phrase, ...]:
    alone, late = result.alone, late_alone(result.problem, result.alone)
    missed = [name for name, one in alone.items() if one.decisions is None and not one.proved]
    said = _text.describe_year_baseline(missed, proved=all(one.proved for one in alone.values()))
    most = {z.id: z.most_late for z in result.problem.zones if z.most_late is not None}
    over = any(n > most.get(zone, n) for zone, n in late.items())
    return (*said, Phrase(text=_text.TOO_LATE)) if over else said


def _build_decided_visit(visit: Visit, decisions: Decisions) -> PlannedVisit:
    week = decisions.weeks[format_visit_key(visit)]
    costs = {w: visit.costs_eur[w - visit.first_week] for w in open_weeks(visit)}
    return PlannedVisit(
        id=visit.id,
        cabinet=visit.cabinet,
        task=visit.task,
        late_weeks=late_weeks(visit, week),
        zone=visit.zone,
        week=week,
        cost_eur=costs[week],
        cheapest_week=min(costs, key=lambda w: (costs[w], w)),
    )


def _list_zone_services(result: Result, decisions: Decisions) -> tuple[ZoneService, ...]:
    late, alone = (
        count_zone_lateness(result.year, decisions),
        late_alone(result.problem, result.alone),
    )
    return tuple(
        ZoneService(zone=zone, late=late[zone], late_alone=alone.get(zone))
        for zone in result.year.zones()
    )


def _list_crew_days(whole: Year, decisions: Decisions) -> tuple[CrewDays, ...]:
    rows = [_build_crew_days(whole, way, week, n) for (way, week), n in decisions.days.items()]
    return tuple(sorted(rows, key=lambda r: (r.week, r.depot, r.zone, r.other_zone or "", r.hours)))


def _build_crew_days(whole: Year, way: Way, week: int, count: int) -> CrewDays:
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


def _share_maintenance_costs(result: Result, decisions: Decisions) -> tuple[MemberOutcome, ...]:
    """Each pays what it uses, corrected no one more than alone (`_money.share_fairly`)."""
    names = sorted(result.alone)
    used = _sum_maintenance_use(result, decisions)
    alone = [result.alone[name].cost for name in names]
    shares = share_fairly([used[name] for name in names], alone, result.unit)
    triples = zip(names, shares, alone, strict=True)
    return tuple(_record.outcome_of(name, share, cap) for name, share, cap in triples)


def _sum_maintenance_use(result: Result, decisions: Decisions) -> dict[str, Decimal]:
    """Own visits, and the crew-days of each zone and week in proportion to the hours worked."""
    used: dict[str, Decimal] = defaultdict(Decimal)
    hours: dict[tuple[str, int], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for visit in result.year.visits:
        week = decisions.weeks[format_visit_key(visit)]
        used[visit.organisation] += visit.costs_eur[week - visit.first_week]
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
