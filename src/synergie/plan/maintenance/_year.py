"""A maintenance year in whole numbers: hours as ticks, weeks, and the ways to spend a crew-day.

A tick is the longest duration of which every visit, crew-day, quarter of a crew-day and travel
time is a whole number: the fewer ticks in a day, the sooner a plan is proved.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from synergie.errors import BadInput, Infeasible, Reason
from synergie.plan._needs_text import NO_CREW
from synergie.schemas.maintenance import Depot, MaintenanceProblem, Neighbours, Visit

type Mix = str | None

QUARTERS = 4  # a shared crew-day is cut at a quarter, a half or three quarters


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


@dataclass(frozen=True, slots=True)
class Year:
    """The problem in a fixed order, in ticks."""

    visits: tuple[Visit, ...]
    depots: tuple[Depot, ...]
    ways: tuple[Way, ...]
    day: int
    """Ticks in a crew-day."""
    tick: Decimal
    """Hours in a tick."""

    def ticks(self, visit: Visit) -> int:
        """The duration of *visit*."""
        return int(visit.hours / self.tick)

    def zones(self) -> tuple[str, ...]:
        """Zones with something to visit."""
        return tuple(sorted({visit.zone for visit in self.visits}))


def year(problem: MaintenanceProblem) -> Year:
    """*problem* in a fixed order and whole numbers.

    Raises BadInput at the first thing out of place, Infeasible when no crew may do a visit.
    """
    _check(problem)
    unit = _tick(problem)
    visits = tuple(sorted(problem.visits, key=lambda visit: visit.cabinet))
    depots = tuple(sorted(problem.depots, key=lambda depot: depot.id))
    busy = {visit.zone for visit in visits}
    ways = tuple(_ways(problem, depots, busy, unit))
    made = Year(visits, depots, ways, int(problem.crew_day_hours / unit), unit)
    _someone_able(made)
    return made


def able(depot: Depot, mix: Mix) -> bool:
    """Whether the crews of *depot* may work on that network (NF C 18-510). None: any crew."""
    return mix is None or mix in depot.network_mixes


def _tick(problem: MaintenanceProblem) -> Decimal:
    hours = [problem.crew_day_hours / QUARTERS, problem.crew_day_hours]
    hours += [visit.hours for visit in problem.visits]
    hours += [pair.travel_hours for pair in problem.neighbours]
    places = max(-int(h.normalize().as_tuple().exponent) for h in hours if h)
    whole = [int(h.scaleb(max(places, 0))) for h in hours]
    return Decimal(math.gcd(*whole)).scaleb(-max(places, 0))


def _ways(
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
                for mine, other in _cuts(pair, day, tick):
                    yield Way(depot.id, ((first, mine), (second, other)), cost)


def _cuts(pair: Neighbours, day: int, tick: Decimal) -> list[tuple[int, int]]:
    """How a shared day is cut: one, two or three quarters for one, the rest for the other."""
    left = day - int(pair.travel_hours / tick)
    parts = [day * k // QUARTERS for k in range(1, QUARTERS)]
    cuts = {(part, left - part) for part in parts} | {(left - part, part) for part in parts}
    return sorted((mine, other) for mine, other in cuts if mine > 0 and other > 0)


def _check(problem: MaintenanceProblem) -> None:
    zones = [zone.id for zone in problem.zones]
    _once("/zones", zones)
    _once("/depots", [depot.id for depot in problem.depots])
    _once("/visits", [visit.cabinet for visit in problem.visits])
    _once("/neighbours", ["|".join(sorted((p.first, p.second))) for p in problem.neighbours])
    for i, pair in enumerate(problem.neighbours):
        for name in (pair.first, pair.second):
            if name not in zones or pair.first == pair.second:
                raise BadInput(f"/neighbours/{i}", name, "two different zones of the problem")
    for i, depot in enumerate(problem.depots):
        _check_depot(problem, f"/depots/{i}", depot, zones)
    for i, visit in enumerate(problem.visits):
        _check_visit(problem, f"/visits/{i}", visit, zones)


def _check_depot(problem: MaintenanceProblem, where: str, depot: Depot, zones: list[str]) -> None:
    if len(depot.crew_days) != problem.weeks:
        found = f"{len(depot.crew_days)} weeks"
        raise BadInput(f"{where}/crew_days", found, "one number for each week of the plan")
    _once(f"{where}/day_costs", [cost.zone for cost in depot.day_costs])
    for cost in depot.day_costs:
        if cost.zone not in zones:
            raise BadInput(f"{where}/day_costs", cost.zone, "a zone of the problem")


def _check_visit(problem: MaintenanceProblem, where: str, visit: Visit, zones: list[str]) -> None:
    if visit.zone not in zones:
        raise BadInput(f"{where}/zone", visit.zone, "a zone of the problem")
    if not visit.first_week <= visit.last_week <= problem.weeks:
        found = f"{visit.first_week} to {visit.last_week}"
        raise BadInput(f"{where}/first_week", found, "a window inside the weeks of the plan")
    if len(visit.costs_eur) != visit.last_week - visit.first_week + 1:
        found = f"{len(visit.costs_eur)} amounts"
        raise BadInput(f"{where}/costs_eur", found, "one amount for each week of the window")


def _once(where: str, ids: Iterable[str]) -> None:
    twice = [name for name, count in Counter(ids).items() if count > 1]
    if twice:
        raise BadInput(where, twice[0], "each of them once")


def _someone_able(made: Year) -> None:
    depots = {depot.id: depot for depot in made.depots}
    servers: dict[str, set[str]] = defaultdict(set)
    for way in made.ways:
        for zone in way.zones:
            servers[zone].add(way.depot)
    stuck = [
        Reason(NO_CREW, visit.cabinet, visit.zone)
        for visit in made.visits
        if not any(able(depots[name], visit.network_mix) for name in servers[visit.zone])
    ]
    if stuck:
        raise Infeasible(tuple(stuck))
