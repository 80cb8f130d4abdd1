"""A maintenance year in whole numbers: hours as ticks, open weeks, ways to spend a crew-day.

A tick is the longest duration of which every visit, crew-day, quarter of a crew-day and travel
time is a whole number: the fewer ticks in a day, the sooner a plan is proved.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from synergie.errors import Infeasible, Reason
from synergie.maintenance.plan.year._check import check_maintenance_problem
from synergie.maintenance.plan.year._needs_text import NO_DAYS
from synergie.maintenance.records.maintenance import Depot, MaintenanceProblem, Neighbours, Visit
from synergie.plan.needs_text import NO_CREW

type Kind = tuple[str | None, frozenset[str]]
"""What a crew must be allowed to do: a network, and skills."""

QUARTERS = 4  # a shared crew-day is cut at a quarter, a half or three quarters
_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to spend a crew-day: from a depot, whole in one zone or shared by two neighbours."""

    depot: str
    ticks: tuple[tuple[str, int], ...]
    """Zones served, and the ticks each gets."""
    cost: Decimal

    def serves(self, zone: str) -> int:
        """Ticks it gives to *zone*."""
        return sum(ticks for name, ticks in self.ticks if name == zone)

    @property
    def zones(self) -> frozenset[str]:
        """The zones it serves."""
        return frozenset(zone for zone, _ in self.ticks)


@dataclass(frozen=True)
class Year:
    """The problem in a fixed order, in ticks."""

    visits: tuple[Visit, ...]
    depots: tuple[Depot, ...]
    ways: tuple[Way, ...]
    day: int
    """Ticks in a crew-day."""
    tick: Decimal
    """Hours in a tick."""
    most_late: Mapping[str, int]
    """Light-point-weeks late that a zone may reach. A zone left out has no limit."""
    promised: Mapping[str, int]
    """The week that was told before, by visit."""
    move: Decimal
    """What another week than that weighs, EUR."""

    def ticks(self, visit: Visit) -> int:
        """The duration of *visit*."""
        return int(visit.hours / self.tick)

    def weigh(self, visit: Visit, week: int) -> Decimal:
        """What *visit* in *week* costs, and weighs when another week was told, EUR."""
        told = self.promised.get(format_visit_key(visit), week)
        return visit.costs_eur[week - visit.first_week] + (self.move if told != week else _NONE)

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
        tuple(_iterate_day_ways(problem, depots, busy, unit)),
        int(problem.crew_day_hours / unit),
        unit,
        _merge_lateness_limits(problem, most_late or {}),
        {p.visit: p.week for p in problem.promised if p.visit in names},
        problem.move_eur,
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


def _iterate_day_ways(
    problem: MaintenanceProblem, depots: tuple[Depot, ...], busy: set[str], tick: Decimal
) -> Iterator[Way]:
    day = int(problem.crew_day_hours / tick)
    pairs = sorted(problem.neighbours, key=lambda pair: sorted((pair.first, pair.second)))
    for depot in depots:
        costs = {cost.zone: cost.eur for cost in depot.day_costs if cost.zone in busy}
        for zone in sorted(costs):
            yield Way(depot.id, ((zone, day),), costs[zone])
        for pair in pairs:
            first, second = sorted((pair.first, pair.second))
            if first in costs and second in costs:
                cost = max(costs[first], costs[second])
                for mine, other in _list_day_cuts(pair, day, tick):
                    yield Way(depot.id, ((first, mine), (second, other)), cost)


def _list_day_cuts(pair: Neighbours, day: int, tick: Decimal) -> list[tuple[int, int]]:
    """How a shared day is cut: one, two or three quarters for one, the rest for the other."""
    left = day - int(pair.travel_hours / tick)
    parts = [day * k // QUARTERS for k in range(1, QUARTERS)]
    cuts = {(part, left - part) for part in parts} | {(left - part, part) for part in parts}
    return sorted((mine, other) for mine, other in cuts if mine > 0 and other > 0)


def _someone_able(made: Year) -> None:
    """Each visit has a crew that may do it, with a crew-day in one of its open weeks."""
    servers: dict[str, dict[str, Depot]] = defaultdict(dict)
    depots = {depot.id: depot for depot in made.depots}
    for way in made.ways:
        for zone in way.zones:
            servers[zone][way.depot] = depots[way.depot]
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
