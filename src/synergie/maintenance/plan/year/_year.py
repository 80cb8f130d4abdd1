"""A maintenance year in whole numbers: hours as ticks, open weeks, ways to spend a crew-day.

A tick is the longest duration of which every visit, crew-day, quarter of a crew-day and travel
time is a whole number: the fewer ticks in a day, the sooner a plan is proved.

A day that two neighbours share is cut at any tick. Of two such days of the same crews, zones and
week each hour could go to whole days in one zone but for one day: so one a week is enough.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from synergie.errors import Infeasible, Reason
from synergie.maintenance.plan.year._check import check_maintenance_problem
from synergie.maintenance.records.maintenance import Depot, MaintenanceProblem, Visit
from synergie.plan.needs_text import NO_CREW, NO_DAYS

type Kind = tuple[str | None, frozenset[str]]
"""What a crew must be allowed to do: a network, and skills."""

QUARTERS = 4  # crews plan in quarters of a day
_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Way:
    """How a crew-day is spent: from a depot, whole in one zone or shared by two neighbours."""

    depot: str
    ticks: tuple[tuple[str, int], ...]
    """Zones served, and the ticks each gets."""
    cost: Decimal

    @property
    def zones(self) -> frozenset[str]:
        """The zones it serves."""
        return frozenset(zone for zone, _ in self.ticks)


@dataclass(frozen=True, slots=True)
class SharedDay:
    """A crew-day that two neighbours may share, cut where their visits need it."""

    depot: str
    first: str
    second: str
    room: int
    """Ticks for both together: a crew-day less the travel between them."""
    cost: Decimal

    @property
    def zones(self) -> frozenset[str]:
        """The two zones."""
        return frozenset((self.first, self.second))

    def cut(self, first: int, second: int) -> Way:
        """That day with so many ticks for each."""
        return Way(self.depot, ((self.first, first), (self.second, second)), self.cost)


@dataclass(frozen=True)
class Year:
    """The problem in a fixed order, in ticks."""

    visits: tuple[Visit, ...]
    depots: tuple[Depot, ...]
    ways: tuple[Way, ...]
    """Whole days in one zone."""
    shared: tuple[SharedDay, ...]
    day: int
    """Ticks in a crew-day."""
    tick: Decimal
    """Hours in a tick."""
    most_late: Mapping[str, int]
    """Light-point-weeks late that a zone may reach. A zone left out has no limit."""
    promised: Mapping[str, int]
    """The week that was told before, by visit."""
    moves: Mapping[str, Decimal]
    """What another week than that weighs, by visit, EUR."""

    def ticks(self, visit: Visit) -> int:
        """The duration of *visit*."""
        return int(visit.hours / self.tick)

    def weigh(self, visit: Visit, week: int) -> Decimal:
        """What *visit* in *week* costs, and weighs when another week was told, EUR."""
        name = format_visit_key(visit)
        moved = self.promised.get(name, week) != week
        return visit.costs_eur[week - visit.first_week] + (self.moves[name] if moved else _NONE)

    def list_weights(self, visit: Visit) -> list[tuple[int, float]]:
        """The open weeks of *visit*, each with what it weighs there, EUR."""
        if format_visit_key(visit) in self.promised:
            return [(week, float(self.weigh(visit, week))) for week in open_weeks(visit)]
        costs, first = visit.costs_eur, visit.first_week
        return [(week, float(costs[week - first])) for week in open_weeks(visit)]

    def zones(self) -> tuple[str, ...]:
        """Zones with something to visit."""
        return tuple(sorted(self.by_zone))

    @cached_property
    def by_zone(self) -> Mapping[str, tuple[int, ...]]:
        """The numbers of the visits of each zone."""
        found: dict[str, list[int]] = defaultdict(list)
        for i, visit in enumerate(self.visits):
            found[visit.zone].append(i)
        return {zone: tuple(numbers) for zone, numbers in found.items()}


def format_visit_key(visit: Visit) -> str:
    """What a visit is called in a plan: its id, or its cabinet."""
    return visit.id or visit.cabinet


def open_weeks(visit: Visit) -> tuple[int, ...]:
    """The weeks of its window in which it may be made."""
    closed = frozenset(visit.closed_weeks)
    return tuple(w for w in range(visit.first_week, visit.last_week + 1) if w not in closed)


def late_weeks(visit: Visit, week: int) -> int:
    """Weeks after the one it is due."""
    return max(0, week - visit.due_week) if visit.due_week is not None else 0


def count_weeks_late(visit: Visit, week: int) -> int:
    """Light-point-weeks late."""
    return visit.light_points * late_weeks(visit, week)


def compute_crew_need(visit: Visit) -> Kind:
    """What its crew must be allowed to do."""
    return visit.network_mix, frozenset(visit.skills)


def has_able_crews(depot: Depot, need: Kind) -> bool:
    """Whether its crews have the network (NF C 18-510; None: any crew) and all the skills."""
    mix, skills = need
    return (mix is None or mix in depot.network_mixes) and skills <= frozenset(depot.skills)


def list_hall_groups(
    year: Year, kinds: set[Kind], present: set[str]
) -> list[tuple[frozenset[Kind], frozenset[str]]]:
    """Kinds of work that must fit the crews that may do any of them (Hall's condition).

    One group for each set of depots that is a union of those that the kinds allow: all the work
    that only these may do.
    """
    allowed = {
        one: frozenset(d.id for d in year.depots if d.id in present and has_able_crews(d, one))
        for one in kinds
    }
    unions: set[frozenset[str]] = set()
    for depots in sorted(set(allowed.values()), key=sorted):
        unions |= {depots} | {depots | other for other in unions}
    return [
        (frozenset(one for one, who in allowed.items() if who <= depots), depots)
        for depots in sorted(unions, key=sorted)
    ]


def year(
    problem: MaintenanceProblem,
    most_late: Mapping[str, int] | None = None,
    tick: Decimal | None = None,
) -> Year:
    """*problem* in a fixed order and whole numbers; *most_late* tightens that of its zones.

    *tick*: that of a larger problem, so that plans of both fit together.

    Raises BadInput at the first thing out of place, Infeasible when no crew may do a visit.
    """
    check_maintenance_problem(problem)
    unit = tick or _compute_hour_tick(problem)
    visits = tuple(sorted(problem.visits, key=format_visit_key))
    depots = tuple(sorted(problem.depots, key=lambda depot: depot.id))
    busy = {visit.zone for visit in visits}
    names = {format_visit_key(visit) for visit in visits}
    made = Year(
        visits,
        depots,
        tuple(_iterate_day_ways(depots, busy, int(problem.crew_day_hours / unit))),
        tuple(_iterate_shared_days(problem, depots, busy, unit)),
        int(problem.crew_day_hours / unit),
        unit,
        _merge_lateness_limits(problem, most_late or {}),
        {p.visit: p.week for p in problem.promised if p.visit in names},
        {
            p.visit: problem.move_eur if p.move_eur is None else p.move_eur
            for p in problem.promised
            if p.visit in names
        },
    )
    _someone_able(made)
    return made


def _merge_lateness_limits(problem: MaintenanceProblem, more: Mapping[str, int]) -> dict[str, int]:
    limits = {zone.id: zone.most_late for zone in problem.zones if zone.most_late is not None}
    return limits | {zone: min(most, limits.get(zone, most)) for zone, most in more.items()}


def _compute_hour_tick(problem: MaintenanceProblem) -> Decimal:
    hours = [problem.crew_day_hours / QUARTERS, problem.crew_day_hours]
    hours += {visit.hours for visit in problem.visits}
    hours += [pair.travel_hours for pair in problem.neighbours]
    places = max(-int(h.normalize().as_tuple().exponent) for h in hours if h)
    whole = [int(h.scaleb(max(places, 0))) for h in hours]
    return Decimal(math.gcd(*whole)).scaleb(-max(places, 0))


def _iterate_day_ways(depots: tuple[Depot, ...], busy: set[str], day: int) -> Iterator[Way]:
    for depot in depots:
        for zone, cost in sorted(_list_zone_costs(depot, busy).items()):
            yield Way(depot.id, ((zone, day),), cost)


def _iterate_shared_days(
    problem: MaintenanceProblem, depots: tuple[Depot, ...], busy: set[str], tick: Decimal
) -> Iterator[SharedDay]:
    pairs = sorted(problem.neighbours, key=lambda pair: sorted((pair.first, pair.second)))
    for depot in depots:
        costs = _list_zone_costs(depot, busy)
        for pair in pairs:
            first, second = sorted((pair.first, pair.second))
            room = int((problem.crew_day_hours - pair.travel_hours) / tick)
            if first in costs and second in costs and room > 1:
                yield SharedDay(depot.id, first, second, room, max(costs[first], costs[second]))


def _list_zone_costs(depot: Depot, busy: set[str]) -> dict[str, Decimal]:
    return {cost.zone: cost.eur for cost in depot.day_costs if cost.zone in busy}


def _someone_able(made: Year) -> None:
    """Each visit has a crew that may do it, with a crew-day in one of its open weeks."""
    servers: dict[str, dict[str, Depot]] = defaultdict(dict)
    depots = {depot.id: depot for depot in made.depots}
    for way in made.ways:
        servers[way.ticks[0][0]][way.depot] = depots[way.depot]
    stuck = []
    for visit in made.visits:
        crews = [
            d for d in servers[visit.zone].values() if has_able_crews(d, compute_crew_need(visit))
        ]
        if not crews:
            stuck.append(Reason(NO_CREW, format_visit_key(visit), visit.zone))
        elif not any(d.crew_days[week - 1] for d in crews for week in open_weeks(visit)):
            stuck.append(
                Reason(NO_DAYS, format_visit_key(visit), visit.first_week, visit.last_week)
            )
    if stuck:
        raise Infeasible(tuple(stuck))
