"""The year model of a block of zones, rows M1 to M5 of docs/plan/maintenance.md."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from synergie.errors import Reason
from synergie.maintenance.plan.year._decisions import Decisions
from synergie.maintenance.plan.year._needs_text import LATE, LATE_LACKS
from synergie.maintenance.plan.year._year import (
    Kind,
    Year,
    compute_crew_need,
    count_weeks_late,
    format_visit_key,
    has_able_crews,
    open_weeks,
)
from synergie.maintenance.records.maintenance import Visit
from synergie.plan.needs_text import CREW_DAYS, CREW_DAYS_LACKS, VISITED, VISITED_LACKS
from synergie.plan.solver import Model, Need, Outcome

type Zones = frozenset[str]
type Prices = Mapping[tuple[str, int], float]

_MOST_LINKED = 4  # zones that share days, up to which M4 is written for all of them together
_OUT = 1e4  # a visit outside its window weighs as ten thousand crew-days: people add days first


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns by what they decide; visits and ways by their number in the year, then the week."""

    visits: dict[tuple[int, int], int]
    days: dict[tuple[int, int], int]

    def start(self, year: Year, plan: Decisions, n: int) -> dict[int, float]:
        """The *n* columns as *plan* has them, to begin a solve from."""
        values = dict.fromkeys(range(n), 0.0)
        for (i, week), column in self.visits.items():
            values[column] = float(plan.weeks[format_visit_key(year.visits[i])] == week)
        for (way, week), column in self.days.items():
            values[column] = float(plan.days.get((year.ways[way], week), 0))
        return values


def block_model(
    year: Year,
    zones: Zones,
    *,
    free: bool = False,
    prices: Prices | None = None,
    alone: bool = False,
) -> tuple[Model, Columns]:
    """The model of *zones* with all crews at hand: a relaxation when other zones need them too.

    *prices*: EUR a crew-day costs beside, by depot and week.

    *free* leaves out M3, hence the ways that a cheaper depot makes useless: a smaller relaxation,
    exact when its plan happens to overdraw no depot. *alone* writes M4 for each zone alone: a
    smaller model, for a plan that is wanted soon.
    """
    model = Model("maintenance")
    ways = [n for n, way in enumerate(year.ways) if way.zones <= zones]
    columns = _build_columns(
        model, year, zones, _select_cheapest_ways(year, ways) if free else ways
    )
    for (n, week), column in columns.days.items() if prices else ():
        more = (prices or {}).get((year.ways[n].depot, week), 0.0)
        model.columns[column] = replace(model.columns[column], cost=float(year.ways[n].cost) + more)
    _each_visit_once(model, year, columns)
    _hours_within_days(model, year, columns)
    if not free:
        _crew_days_at_hand(model, year, columns)
    _late_at_most(model, year, zones, columns)
    for group in _iterate_zone_groups(year, zones, alone=alone):
        _add_whole_day_limits(model, year, group, columns)
    return model, columns


def _select_cheapest_ways(year: Year, ways: list[int]) -> list[int]:
    """Of the ways that give the same hours by crews of the same skills, the cheapest."""
    skills = {d.id: (frozenset(d.network_mixes), frozenset(d.skills)) for d in year.depots}
    best: dict[object, int] = {}
    for n in ways:
        same = skills[year.ways[n].depot], year.ways[n].ticks
        if same not in best or year.ways[n].cost < year.ways[best[same]].cost:
            best[same] = n
    return sorted(best.values())


def build_decisions(year: Year, columns: Columns, outcome: Outcome) -> Decisions:
    """What the solver chose."""
    return Decisions(
        {
            format_visit_key(year.visits[i]): w
            for (i, w), c in columns.visits.items()
            if outcome.chosen(c)
        },
        {
            (year.ways[n], week): outcome.count(c)
            for (n, week), c in columns.days.items()
            if outcome.count(c)
        },
    )


def _build_columns(model: Model, year: Year, zones: Zones, ways: list[int]) -> Columns:
    columns = Columns({}, {})
    load: dict[tuple[str, int], int] = defaultdict(int)
    for i in _list_zone_visits(year, zones):
        visit = year.visits[i]
        for week in open_weeks(visit):
            weight = float(year.weigh(visit, week))
            columns.visits[i, week] = model.binary(f"z_{i}_{week}", weight)
            load[visit.zone, week] += year.ticks(visit)
    weeks = sorted({week for _, week in load})
    for n in ways:
        way = year.ways[n]
        for week in weeks:
            most = min(load[zone, week] for zone in way.zones)
            if most:
                high = -(-most // min(ticks for _, ticks in way.ticks))
                columns.days[n, week] = model.column(
                    f"d_{n}_{week}", float(way.cost), high=high, integer=True
                )
    return columns


def _list_zone_visits(year: Year, zones: Zones) -> list[int]:
    """The numbers of the visits of *zones*, in order."""
    return sorted(chain.from_iterable(year.by_zone[zone] for zone in zones))


def _each_visit_once(model: Model, year: Year, columns: Columns) -> None:
    """M1: each visit is made in exactly one week of its window."""
    weeks: dict[int, list[int]] = defaultdict(list)
    for (i, _), column in columns.visits.items():
        weeks[i].append(column)
    for i, numbers in weeks.items():
        visit = year.visits[i]
        need = Need(
            Reason(VISITED, format_visit_key(visit), visit.first_week, visit.last_week),
            VISITED_LACKS,
            _OUT,
            about=(format_visit_key(visit),),
        )
        model.require([(c, 1) for c in numbers], low=1, high=1, need=need)


def _hours_within_days(model: Model, year: Year, columns: Columns) -> None:
    """M2: visits of a zone and week fit the crew-days sent there, by what crews may do."""
    work: dict[tuple[str, int], list[tuple[Kind, int, int]]] = defaultdict(list)
    for (i, week), column in columns.visits.items():
        visit = year.visits[i]
        work[visit.zone, week].append((compute_crew_need(visit), column, year.ticks(visit)))
    crews: dict[tuple[str, int], list[tuple[str, int, int]]] = defaultdict(list)
    for (n, week), column in columns.days.items():
        for zone, ticks in year.ways[n].ticks:
            crews[zone, week].append((year.ways[n].depot, column, ticks))
    for place, local in work.items():
        sent = crews[place]
        groups = _closed_groups(year, {one for one, _, _ in local}, {depot for depot, _, _ in sent})
        for kinds, depots in groups:
            needed = [(c, ticks) for one, c, ticks in local if one in kinds]
            given = [(c, -ticks) for depot, c, ticks in sent if depot in depots]
            model.require(needed + given, high=0)


def _closed_groups(
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


def _crew_days_at_hand(model: Model, year: Year, columns: Columns) -> None:
    """M3: no depot gives more crew-days in a week than it has."""
    used: dict[tuple[str, int], list[int]] = defaultdict(list)
    for (n, week), column in columns.days.items():
        used[year.ways[n].depot, week].append(column)
    have = {depot.id: depot.crew_days for depot in year.depots}
    for (depot, week), numbers in used.items():
        most = have[depot][week - 1]
        need = Need(
            Reason(CREW_DAYS, week, most, depot),
            CREW_DAYS_LACKS,
            about=(depot, week),
            handle=(CREW_DAYS, depot, str(week)),
        )
        model.require([(c, 1) for c in numbers], high=most, need=need)


def _late_at_most(model: Model, year: Year, zones: Zones, columns: Columns) -> None:
    """M5: light-point-weeks late of a zone."""
    terms: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for (i, week), column in columns.visits.items():
        visit = year.visits[i]
        if visit.zone in year.most_late and count_weeks_late(visit, week):
            terms[visit.zone].append((column, count_weeks_late(visit, week)))
    for zone in sorted(zones & terms.keys()):
        most = year.most_late[zone]
        need = Need(Reason(LATE, zone, most), LATE_LACKS, 1e-3, about=(zone,))
        model.require(terms[zone], high=most, need=need)


def _iterate_zone_groups(year: Year, zones: Zones, *, alone: bool = False) -> Iterator[Zones]:
    """Zones whose work is summed for M4: each alone, each pair that shares days, a few that do.

    Of many linked zones their sum says little and is most of the model: it is left out.
    """
    yield from (frozenset([zone]) for zone in sorted(zones))
    if alone:
        return
    pairs = {way.zones for way in year.ways if len(way.zones) > 1 and way.zones <= zones}
    yield from sorted(pairs, key=sorted)
    linked = frozenset(chain.from_iterable(pairs))
    if 2 < len(linked) <= _MOST_LINKED:  # noqa: PLR2004 (a pair is there already)
        yield linked


def _add_whole_day_limits(model: Model, year: Year, group: Zones, columns: Columns) -> None:
    """M4: work whose window lies in an interval of weeks takes whole crew-days in that interval.

    Implied for whole numbers by M1 and M2 (a mixed-integer rounding of their sum); without it
    the proof of a year of 80 cabinets is not closed in minutes, with it in seconds.
    """
    visits = [year.visits[i] for i in _list_zone_visits(year, group)]
    ways = [
        (week, column, sum(year.ways[n].serves(zone) for zone in group))
        for (n, week), column in columns.days.items()
        if year.ways[n].zones & group
    ]
    whole = all(ticks == year.day for _, _, ticks in ways)
    for first, last, work in _iterate_work_intervals(year, visits, whole=whole):
        rest = work % year.day
        terms = [
            (column, ticks // year.day + min(1.0, ticks % year.day / rest))
            for week, column, ticks in ways
            if first <= week <= last
        ]
        model.require(terms, low=-(-work // year.day), implied=True)


def _iterate_work_intervals(
    year: Year, visits: list[Visit], *, whole: bool
) -> Iterator[tuple[int, int, int]]:
    """First week, last week and ticks of the work that must be done between them.

    Those without a remainder say nothing new; with whole days only, nor do those that ask no
    more days than an interval inside them.
    """
    spans = [(open_weeks(visit), year.ticks(visit)) for visit in visits]
    ends = [(weeks[0], weeks[-1], ticks) for weeks, ticks in spans]
    firsts = sorted({first for first, _, _ in ends}, reverse=True)
    lasts = sorted({last for _, last, _ in ends})
    inner = dict.fromkeys(lasts, 0)  # days asked from a later first week to each last week
    for first in firsts:
        asked = 0
        for last in lasts:
            work = sum(ticks for a, b, ticks in ends if a >= first and b <= last)
            days = -(-work // year.day)
            if work % year.day and (not whole or days > max(asked, inner[last])):
                yield first, last, work
            asked = max(asked, days)
            inner[last] = max(inner[last], days)
