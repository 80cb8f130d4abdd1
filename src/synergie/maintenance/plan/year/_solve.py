"""The cheapest joint maintenance year: cabinets, weeks, whole crew-days, shared between neighbours.

Formulation, numbered M1 to M5: docs/plan/maintenance.md.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import ROUND_CEILING, Decimal

from synergie.errors import BadInput, Cancelled, Infeasible, OutOfTime, SolverFailed
from synergie.maintenance.plan.year import _verify
from synergie.maintenance.plan.year._alone import Alone, each_alone, late_alone, side_by_side
from synergie.maintenance.plan.year._decisions import Decisions, compute_plan_weight, in_time
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._first import find_shortage
from synergie.maintenance.plan.year._ruled import (
    RuledYear,
    find_ruled_year,
    price_year_rules,
    solve_under_rules,
)
from synergie.maintenance.plan.year._search import find_cheapest_year
from synergie.maintenance.plan.year._split import read_decisions
from synergie.maintenance.plan.year._told import Result, build_maintenance_plan
from synergie.maintenance.plan.year._year import QUARTERS, Way, Year, year
from synergie.maintenance.plan.year.proof import MOST_DEPOTS
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.plan.money import find_finest_unit
from synergie.plan.rules.price import PlanValue
from synergie.plan.seconds import check_seconds
from synergie.plan.solver import Progress, describe_solver

_ALONE = 0.25  # share of the time for all plans alone; the joint plan begins from them
_FINISH = 7
"""How many times as long as reading the problem it takes to write its plan and to check it."""
_FITS = 3
"""The same for a first plan of each alone: with less time, only the joint one is made."""
_LEAST = 0.1
"""Share of the time that is for the search whatever reading took: there is always a plan."""
_JOINT = 0.6
"""Share of the time for the year when its rules are priced after it."""


@check_seconds
def solve(
    problem: MaintenanceProblem,
    *,
    limit_s: float = 60,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
    workers: int = 1,
    cluster: str | None = None,
    explain: bool = True,
    start: MaintenancePlan | None = None,
) -> MaintenancePlan:
    """The cheapest year, with its proof, its reasons and what each organisation gains.

    A large year is solved zone by zone on *workers* processes, or on the Dask cluster whose
    scheduler has the address *cluster* (see `plan.sweep`). *explain* solves again without each rule
    of one's own, to tell what it costs. *start*: a plan that fits *problem*, of less freedom or of
    other costs; what comes out weighs no more, whatever ended the search, but where a zone would be
    later than the plans alone of this search make it.
    Raises BadInput (a window outside the year, a zone unknown, a start that does not fit),
    Infeasible with the requirements that conflict, OutOfTime, Cancelled, SolverFailed,
    MissingExtra, Unreachable.
    """
    own, unit, read_s, left_s = _read_problem(problem, limit_s)
    whole = Effort(float(unit) * 0.9, left_s, cancel, progress, workers, cluster)
    known = _read_start(own, problem, start)
    is_priced = bool(problem.rules) and explain
    effort = whole.within(left_s * _JOINT) if is_priced else whole
    names = _list_problem_organisations(problem)
    free = problem.model_copy(update={"rules": ()})
    soon = problem.never_later_than_alone or effort.limit_s * _ALONE > _FITS * read_s
    mine = effort.within(effort.limit_s * _ALONE if soon else 0.0)
    alone = each_alone(free, own.tick, mine) if len(names) > 1 else {}
    limits = late_alone(problem, alone) if alone and problem.never_later_than_alone else None
    joint = _solve_together(problem, own.tick, limits, alone=alone, effort=effort, known=known)
    if not alone:
        alone = {name: Alone.of(joint.year, joint.found) for name in names}
    decisions = _check_decisions_found(joint, limit_s)
    if not problem.rules:  # crews in another order may keep a rule less well
        decisions = order_crews(joint.year, decisions)
    result = Result(problem, joint.year, unit, joint.found, alone, joint.penalty)
    plan = build_maintenance_plan(result, decisions)
    faults = _verify.faults(problem, plan)
    if faults:
        raise SolverFailed("; ".join(faults))
    if is_priced:
        return _price_rules(result, plan, joint, limits=limits, effort=whole)
    return plan


def _read_problem(
    problem: MaintenanceProblem, limit_s: float
) -> tuple[Year, Decimal, float, float]:
    """The year, the finest unit of its amounts, seconds to read them, seconds to search in.

    What is out of place is told here, before anything is solved.
    """
    began = time.thread_time()
    describe_solver()  # loads it: half a second of the first plan of a process
    reading = time.thread_time()
    own = year(problem)
    unit = find_finest_unit(_iterate_problem_amounts(problem))
    read_s = time.thread_time() - reading
    spent_s = time.thread_time() - began
    return own, unit, read_s, max(limit_s - spent_s - _FINISH * read_s, _LEAST * limit_s)


def _price_rules(
    result: Result,
    plan: MaintenancePlan,
    joint: RuledYear,
    *,
    limits: Mapping[str, int] | None,
    effort: Effort,
) -> MaintenancePlan:
    """*plan* with what each of its rules costs, within what is left of *effort*."""
    problem, decisions = result.problem, result.joint.decisions
    each_s = effort.remaining_s() / (len(problem.rules) + 1)

    def find_value(other: MaintenanceProblem) -> PlanValue:
        mine = effort.within(each_s)
        found = find_ruled_year(other, result.year.tick, limits, mine, start=decisions)
        return found.measure(result.unit)

    return price_year_rules(problem, plan, joint.measure(result.unit), find_value)


def _solve_together(
    problem: MaintenanceProblem,
    tick: Decimal,
    limits: Mapping[str, int] | None,
    *,
    alone: Mapping[str, Alone],
    effort: Effort,
    known: Decisions | None,
) -> RuledYear:
    """The joint year: under its rules when it has some, else from all plans alone side by side.

    The plan *known*, too, is one to begin from.
    """
    if problem.rules:
        return solve_under_rules(problem, tick, limits, effort, start=known)
    whole = year(problem, limits)
    plans = [one for one in (known, side_by_side(alone) if alone else None) if one is not None]
    lightest = min(
        (one for one in plans if in_time(whole, one)),
        key=lambda one: compute_plan_weight(whole, one),
        default=None,
    )
    return RuledYear(whole, find_cheapest_year(whole, effort, known=lightest), Decimal(0))


def _read_start(
    own: Year, problem: MaintenanceProblem, start: MaintenancePlan | None
) -> Decisions | None:
    """What *start* decides. BadInput with the first thing that does not fit."""
    if start is None:
        return None
    misfits = _verify.list_misfits(problem, start)
    if misfits:
        raise BadInput("start", misfits[0], "a plan that fits the problem")
    return read_decisions(own, start)


def quarter_days(hours: Decimal, crew_day_hours: Decimal) -> Decimal:
    """*hours* rounded up to quarters of a crew-day, a quarter at least.

    Crews plan in quarter-days; with durations of this grain a year of 200 cabinets is proved in
    seconds, with quarters of an hour it may not be.
    """
    quarter = crew_day_hours / QUARTERS
    return max(Decimal(1), (hours / quarter).to_integral_value(ROUND_CEILING)) * quarter


def _iterate_problem_amounts(problem: MaintenanceProblem) -> Iterator[Decimal]:
    yield problem.move_eur
    yield from (one.move_eur for one in problem.promised if one.move_eur is not None)
    yield from (rule.eur for rule in problem.rules if rule.eur is not None)
    for visit in problem.visits:
        yield from visit.costs_eur
    for depot in problem.depots:
        yield from (cost.eur for cost in depot.day_costs)


def _list_problem_organisations(problem: MaintenanceProblem) -> list[str]:
    owners = {visit.organisation for visit in problem.visits}
    return sorted(owners | {depot.organisation for depot in problem.depots})


def _check_decisions_found(joint: RuledYear, limit_s: float) -> Decisions:
    """The plan; why there is none, when there is none."""
    found = joint.found
    if found.decisions is not None:
        return found.decisions
    if found.stop == "cancelled":
        raise Cancelled
    shortage = find_shortage(joint.year)
    if shortage is not None:
        raise Infeasible((shortage,))
    raise OutOfTime(limit_s, found.bound)


# Among crews of equal skills and cost, the first by name goes: no solver chooses between them.
#
# The hours of a crew-day are those of any other crew of its skills that serves its zones. Which of
# these is sent must not follow from the exact hours of a visit: a body reads whose crews come.

type Peers = Callable[[Way], tuple[str, ...]]
"""The depots whose crews may as well spend a day so, at the same cost, by name."""


def order_crews(year: Year, plan: Decisions) -> Decisions:
    """*plan* with its crew-days given to the first depots that may as well make them.

    Visits, costs, hours in each zone and week by skills, and crew-days at hand stay as they are.
    """
    peers = _build_peers(year)
    weeks: dict[int, list[Way]] = defaultdict(list)
    for (way, week), count in plan.days.items():
        weeks[week] += [way] * count
    days: Counter[tuple[Way, int]] = Counter()
    for week, ways in weeks.items():
        room = {depot.id: depot.crew_days[week - 1] for depot in year.depots}
        days.update((way, week) for way in _order_week(year, ways, peers, room))
    return Decisions(plan.weeks, dict(days))


def _build_peers(year: Year) -> Peers:
    prices = {(way.depot, way.ticks[0][0]): way.cost for way in year.ways}
    skills = {d.id: (frozenset(d.network_mixes), frozenset(d.skills)) for d in year.depots}
    cache: dict[tuple[object, ...], tuple[str, ...]] = {}

    def price(depot: str, zones: Iterable[str]) -> Decimal | None:
        some = [prices.get((depot, zone)) for zone in zones]
        told = [one for one in some if one is not None]
        return max(told) if len(told) == len(some) else None

    def peers(way: Way) -> tuple[str, ...]:
        key = (skills[way.depot], way.zones, way.cost)
        if key not in cache:
            like = (d.id for d in year.depots if skills[d.id] == key[0])
            cache[key] = tuple(sorted(d for d in like if price(d, way.zones) == way.cost))
        return cache[key]

    return peers


def _order_week(year: Year, ways: list[Way], peers: Peers, room: dict[str, int]) -> list[Way]:
    """The days of one week; as they are when one zone would see crews of too many depots."""
    whole = _join_shared_days(year, ways, peers)
    whole.sort(key=lambda way: (len(way.ticks), sorted(way.zones), way.cost, way.ticks))
    sent = [way.depot for way in whole]
    may = [peers(way) for way in whole]
    for number, depots in enumerate(may):
        for depot in depots:
            if depot == sent[number] or _send(number, sent, may, depot=depot, room=room):
                break
    found = [Way(d, way.ticks, way.cost) for d, way in zip(sent, whole, strict=True)]
    seen = {(zone, way.depot) for way in found for zone in way.zones}
    most = max(Counter(zone for zone, _ in seen).values(), default=0)
    return found if most <= MOST_DEPOTS else ways


def _send(
    number: int, sent: list[str], may: list[tuple[str, ...]], *, depot: str, room: dict[str, int]
) -> bool:
    """Send the day *number* from *depot*, and later days from others where it has none left."""
    left = Counter(room)
    left.subtract(sent)
    left[sent[number]] += 1
    moves: dict[str, tuple[int, str]] = {}
    reach = [depot]
    for at in reach:
        if left[at] > 0:
            _follow_moves(at, moves, sent)
            sent[number] = depot
            return True
        for day in range(number + 1, len(sent)):
            for other in may[day] if sent[day] == at else ():
                if other not in reach:
                    moves[other] = day, at
                    reach.append(other)
    return False


def _follow_moves(depot: str, moves: dict[str, tuple[int, str]], sent: list[str]) -> None:
    while depot in moves:
        day, before = moves[depot]
        sent[day], depot = depot, before


def _join_shared_days(year: Year, ways: list[Way], peers: Peers) -> list[Way]:
    """*ways* with the days that such crews share between two zones as whole ones and at most one.

    Two days as whole ones where that is enough. Days that would cost less so stay as they are.
    """
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Way]] = defaultdict(list)
    for way in ways:
        groups[tuple(zone for zone, _ in way.ticks), peers(way)].append(way)
    days: list[Way] = []
    for (zones, _), some in groups.items():
        joined = _join_days(year.day, some) if len(zones) > 1 else some
        days += joined if all(way.depot in peers(way) for way in joined) else some
    return days


def _join_days(day: int, some: list[Way]) -> list[Way]:
    work: Counter[str] = Counter()
    for way in some:
        work.update(dict(way.ticks))
    ticks = [((zone, day),) for zone, n in work.items() for _ in range(n // day)]
    rests = tuple((zone, n % day) for zone, n in work.items() if n % day)
    if len(some) - len(ticks) == 1 and len(rests) > 1:
        return _cut_days(some, [*ticks, rests])
    return _cut_days(some, [*ticks, *(((zone, day),) for zone, _ in rests)])


def _cut_days(some: list[Way], ticks: list[tuple[tuple[str, int], ...]]) -> list[Way]:
    """The same days, cut so; as they are when that would take another number."""
    if len(ticks) != len(some):
        return some
    return [Way(way.depot, one, way.cost) for way, one in zip(some, ticks, strict=True)]
