"""The columns of the year model: visits by week, whole days, days that two neighbours share."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from synergie.maintenance.plan.year._decisions import Decisions
from synergie.maintenance.plan.year._year import SharedDay, Way, Year, format_visit_key, open_weeks
from synergie.plan.solver import Model

type Zones = frozenset[str]
type Load = dict[tuple[str, int], int]
"""Ticks of the visits that may be made, by zone and week."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The columns of a day that two neighbours may share in a week: whether, ticks for each."""

    day: int
    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns by what they decide; visits and days by their number in the year, then the week."""

    visits: dict[tuple[int, int], int]
    days: dict[tuple[int, int], int]
    shared: dict[tuple[int, int], Cut]

    def start(self, year: Year, plan: Decisions, n: int) -> dict[int, float]:
        """The *n* columns as *plan* has them, to begin a solve from."""
        values = dict.fromkeys(range(n), 0.0)
        for (i, week), column in self.visits.items():
            values[column] = float(plan.weeks[format_visit_key(year.visits[i])] == week)
        for (way, week), column in self.days.items():
            values[column] = float(plan.days.get((year.ways[way], week), 0))
        cuts = {(w.depot, w.zones, week): w for (w, week), n in plan.days.items() if n}
        for (m, week), cut in self.shared.items():
            made = cuts.get((year.shared[m].depot, year.shared[m].zones, week))
            if made is not None:
                values[cut.day] = 1.0
                values[cut.first], values[cut.second] = (float(ticks) for _, ticks in made.ticks)
        return values


def build_columns(model: Model, year: Year, zones: Zones, *, free: bool) -> Columns:
    """The columns of *zones*; *free*: without the days that a cheaper depot makes useless."""
    columns = Columns({}, {}, {})
    load: Load = defaultdict(int)
    for i in sorted(chain.from_iterable(year.by_zone[zone] for zone in zones)):
        visit = year.visits[i]
        for week in open_weeks(visit):
            weight = float(year.weigh(visit, week))
            columns.visits[i, week] = model.binary(f"z_{i}_{week}", weight)
            load[visit.zone, week] += year.ticks(visit)
    weeks = sorted({week for _, week in load})
    ways = [n for n, way in enumerate(year.ways) if way.zones <= zones]
    for n in _list_cheapest_days(year, year.ways, ways) if free else ways:
        way = year.ways[n]
        for week in weeks:
            most = -(-load[way.ticks[0][0], week] // year.day)
            if most:
                name, cost = f"d_{n}_{week}", float(way.cost)
                columns.days[n, week] = model.column(name, cost, high=most, integer=True)
    shared = [m for m, day in enumerate(year.shared) if day.zones <= zones]
    for m in _list_cheapest_days(year, year.shared, shared) if free else shared:
        columns.shared.update(_iterate_cuts(model, year.shared[m], m, load))
    return columns


def _iterate_cuts(
    model: Model, day: SharedDay, number: int, load: Load
) -> Iterator[tuple[tuple[int, int], Cut]]:
    for week in sorted({week for _, week in load}):
        first, second = (min(day.room, load[zone, week]) for zone in (day.first, day.second))
        if first and second:
            sent = model.binary(f"s_{number}_{week}", float(day.cost))
            x = model.column(f"x_{number}_{week}", high=first)
            y = model.column(f"y_{number}_{week}", high=second)
            yield (number, week), Cut(sent, x, y)


def _list_cheapest_days[D: (Way, SharedDay)](
    year: Year, days: tuple[D, ...], numbers: list[int]
) -> list[int]:
    """Of the days that give the same hours by crews of the same skills, the cheapest."""
    skills = {d.id: (frozenset(d.network_mixes), frozenset(d.skills)) for d in year.depots}
    best: dict[object, int] = {}
    for n in numbers:
        same = skills[days[n].depot], days[n].zones
        if same not in best or days[n].cost < days[best[same]].cost:
            best[same] = n
    return sorted(best.values())
