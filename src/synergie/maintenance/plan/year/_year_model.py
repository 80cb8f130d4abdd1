"""The year model of a block of zones, rows M1 to M6 of docs/plan/maintenance.md."""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import inf

import numpy as np

from synergie.errors import Reason
from synergie.maintenance.plan.year._columns import Columns, Zones, build_columns
from synergie.maintenance.plan.year._decisions import Decisions
from synergie.maintenance.plan.year._split import cut_shared_days
from synergie.maintenance.plan.year._year import (
    Kind,
    Year,
    compute_crew_need,
    count_weeks_late,
    format_visit_key,
    list_hall_groups,
    open_weeks,
)
from synergie.maintenance.records.maintenance import Visit
from synergie.plan.needs_text import (
    CREW_DAYS,
    CREW_DAYS_LACKS,
    LATE,
    LATE_LACKS,
    VISITED,
    VISITED_LACKS,
)
from synergie.plan.solver import Model, Need, Outcome

type Prices = Mapping[tuple[str, int], float]

_MOST_LINKED = 4  # zones that share days, up to which M4 is written for all of them together
_MOST_TERMS = 3_000_000  # coefficients from which no more of M4 is written
_TERMS_A_SECOND = 100_000
_SECONDS_A_COLUMN = 1.2e-5
"""Of a processor, to write a visit or a crew-day in a week with its rows."""
_BUILD = 0.3
"""Share of the time that writing a model may take: solving it takes more."""
_OUT = 1e4  # a visit outside its window weighs as ten thousand crew-days: people add days first


def block_model(
    year: Year,
    zones: Zones,
    *,
    free: bool = False,
    prices: Prices | None = None,
    limit_s: float | None = None,
) -> tuple[Model, Columns]:
    """The model of *zones* with all crews at hand: a relaxation when other zones need them too.

    *prices*: EUR a crew-day costs beside, by depot and week.

    *free* leaves out M3, hence the ways that a cheaper depot makes useless: a smaller relaxation,
    exact when its plan happens to overdraw no depot.

    *limit_s*: seconds for building and solving it, after which it is no more solved; M4 is written
    as far as that leaves time for, single zones first. A model that could not be solved in them is
    not begun: it has no column and is `ended`.
    """
    until = None if limit_s is None else time.thread_time() + limit_s
    model = Model("maintenance", until=until)
    if limit_s is not None and _estimate_build_s(year, zones) > limit_s * _BUILD:
        model.ended = True
        return model, Columns({}, {}, {})
    columns = build_columns(model, year, zones, free=free)
    _add_day_prices(model, year, columns, prices or {})
    _each_visit_once(model, year, columns)
    _hours_within_days(model, year, columns)
    if not free:
        _crew_days_at_hand(model, year, columns)
    _late_at_most(model, year, zones, columns)
    _fit_cuts_in_days(model, year, columns)
    most = _MOST_TERMS if limit_s is None else min(_MOST_TERMS, limit_s * _TERMS_A_SECOND)
    half = inf if until is None or limit_s is None else until - limit_s / 2
    for group in _iterate_zone_groups(year, zones):
        for terms, days in _iterate_whole_day_limits(model, year, group, columns):
            model.require(terms, low=days, implied=True)
            if model.terms > most or time.thread_time() > half:
                return model, columns
    return model, columns


def build_decisions(year: Year, columns: Columns, outcome: Outcome) -> Decisions:
    """What the solver chose, shared days cut where the visits need it."""
    weeks = {
        format_visit_key(year.visits[i]): w
        for (i, w), c in columns.visits.items()
        if outcome.chosen(c)
    }
    days = {
        (year.ways[n], week): outcome.count(c)
        for (n, week), c in columns.days.items()
        if outcome.count(c)
    }
    shared = [
        (year.shared[m], week)
        for (m, week), cut in columns.shared.items()
        if outcome.chosen(cut.day)
    ]
    return cut_shared_days(year, Decisions(weeks, days), shared)


def _estimate_build_s(year: Year, zones: Zones) -> float:
    """Seconds of a processor that the model of *zones* takes to be written, without M4."""
    visits = (year.visits[i] for zone in zones for i in year.by_zone[zone])
    spans = sum(visit.last_week - visit.first_week + 1 for visit in visits)
    days = sum(way.zones <= zones for way in year.ways)
    days += 3 * sum(day.zones <= zones for day in year.shared)
    return _SECONDS_A_COLUMN * (spans + days * len(year.depots[0].crew_days))


def _add_day_prices(model: Model, year: Year, columns: Columns, prices: Prices) -> None:
    """What a crew-day costs beside, by depot and week."""
    asked = [(year.ways[n].depot, week, c) for (n, week), c in columns.days.items()]
    asked += [(year.shared[m].depot, week, c.day) for (m, week), c in columns.shared.items()]
    for depot, week, column in asked if prices else ():
        before = model.columns[column]
        more = prices.get((depot, week), 0.0)
        model.columns[column] = replace(before, cost=before.cost + more)


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
        crews[year.ways[n].ticks[0][0], week].append((year.ways[n].depot, column, year.day))
    for (m, week), cut in columns.shared.items():
        day = year.shared[m]
        crews[day.first, week].append((day.depot, cut.first, 1))
        crews[day.second, week].append((day.depot, cut.second, 1))
    for place, local in work.items():
        sent = crews[place]
        groups = list_hall_groups(
            year, {one for one, _, _ in local}, {depot for depot, _, _ in sent}
        )
        for kinds, depots in groups:
            needed = [(c, ticks) for one, c, ticks in local if one in kinds]
            given = [(c, -ticks) for depot, c, ticks in sent if depot in depots]
            model.require(needed + given, high=0)


def _crew_days_at_hand(model: Model, year: Year, columns: Columns) -> None:
    """M3: no depot gives more crew-days in a week than it has."""
    used: dict[tuple[str, int], list[int]] = defaultdict(list)
    for (n, week), column in columns.days.items():
        used[year.ways[n].depot, week].append(column)
    for (m, week), cut in columns.shared.items():
        used[year.shared[m].depot, week].append(cut.day)
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


def _iterate_zone_groups(year: Year, zones: Zones) -> Iterator[Zones]:
    """Zones whose work is summed for M4: each alone, each pair that shares days, a few that do.

    Of many linked zones their sum says little and is most of the model: it is left out.
    """
    yield from (frozenset([zone]) for zone in sorted(zones))
    pairs = sorted({day.zones for day in year.shared if day.zones <= zones}, key=sorted)
    yield from pairs
    linked: list[Zones] = []
    for pair in pairs:
        touched = [group for group in linked if group & pair]
        linked = [group for group in linked if group not in touched]
        linked.append(pair.union(*touched))
    yield from (group for group in linked if 2 < len(group) <= _MOST_LINKED)  # noqa: PLR2004 (a pair is there already)


def _iterate_whole_day_limits(
    model: Model, year: Year, group: Zones, columns: Columns
) -> Iterator[tuple[list[tuple[int, float]], int]]:
    """M4, terms and least days: work due in an interval of weeks takes whole crew-days in it.

    Days that may do it: rare crews have rows of their own. Implied for whole numbers by M1, M2 and
    M6 (a mixed-integer rounding of their sum); without it the proof of a year of 80 cabinets is not
    closed in minutes, with it in seconds.
    """
    days = list(_iterate_group_days(model, year, group, columns))
    visits = [year.visits[i] for zone in group for i in year.by_zone[zone]]
    every = {depot.id for depot in year.depots}
    for kinds, depots in list_hall_groups(year, set(map(compute_crew_need, visits)), every):
        asked = [visit for visit in visits if compute_crew_need(visit) in kinds]
        for first, last, work in _iterate_work_intervals(year, asked):
            terms = [
                (column, min(1.0, ticks / (work % year.day)))
                for depot, week, column, ticks in days
                if first <= week <= last and depot in depots
            ]
            yield terms, -(-work // year.day)


def _iterate_group_days(
    model: Model, year: Year, group: Zones, columns: Columns
) -> Iterator[tuple[str, int, int, int]]:
    """Days at *group*: the depot, the week, the column, the ticks there at most."""
    for (n, week), column in columns.days.items():
        if year.ways[n].zones <= group:
            yield year.ways[n].depot, week, column, year.day
    for (m, week), cut in columns.shared.items():
        day = year.shared[m]
        both = ((day.first, cut.first), (day.second, cut.second))
        here = [model.columns[column].high for zone, column in both if zone in group]
        if here:
            yield day.depot, week, cut.day, min(day.room, int(sum(here)))


def _fit_cuts_in_days(model: Model, year: Year, columns: Columns) -> None:
    """M6: a shared day has its ticks once, less the travel, and none when it is not sent."""
    for (m, _), cut in columns.shared.items():
        room = year.shared[m].room
        model.require([(cut.first, 1), (cut.second, 1), (cut.day, -room)], high=0)
        for ticks in (cut.first, cut.second):
            most = model.columns[ticks].high
            if most < room:
                model.require([(ticks, 1), (cut.day, -most)], high=0)


def _iterate_work_intervals(year: Year, visits: list[Visit]) -> Iterator[tuple[int, int, int]]:
    """The intervals of `iterate_work` that say something of whole days.

    Those without a remainder say nothing new, nor do those that ask no more days than an interval
    inside them.
    """
    inner: dict[int, int] = {}  # days asked from a later first week to each last week
    before, asked = None, 0
    for first, last, work in iterate_work(year, visits):
        asked = asked if first == before else 0
        before, days = first, -(-work // year.day)
        if work % year.day and days > max(asked, inner.get(last, 0)):
            yield first, last, work
        asked = max(asked, days)
        inner[last] = max(inner.get(last, 0), days)


def iterate_work(year: Year, visits: list[Visit]) -> Iterator[tuple[int, int, int]]:
    """First week, last week and ticks of the work that must be done between them: all intervals.

    The latest first weeks come first, each with its last weeks in order.
    """
    if not visits:
        return
    spans = [(open_weeks(visit), year.ticks(visit)) for visit in visits]
    ends = [(weeks[0], weeks[-1], ticks) for weeks, ticks in spans]
    firsts = sorted({first for first, _, _ in ends}, reverse=True)
    lasts = sorted({last for _, last, _ in ends})
    inside = np.zeros((firsts[0] + 1, lasts[-1] + 1), dtype=np.int64)
    np.add.at(inside, ([a for a, _, _ in ends], [b for _, b, _ in ends]), [t for _, _, t in ends])
    inside = inside[::-1].cumsum(axis=0)[::-1].cumsum(axis=1)
    for first in firsts:
        yield from ((first, last, int(inside[first, last])) for last in lasts if last >= first)
