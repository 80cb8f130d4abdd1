"""Where a shared crew-day is cut: as many whole ticks for each neighbour as its visits need.

Between depots of different skills and zones this is a flow in whole numbers, so that whole ticks
exist wherever any exist. No neighbour gets more than its visits need: what a body reads of a day
that it shares says nothing of the hours of the other.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from synergie.errors import SolverFailed
from synergie.maintenance.plan.year._decisions import Decisions
from synergie.maintenance.plan.year._year import (
    Kind,
    SharedDay,
    Way,
    Year,
    compute_crew_need,
    format_visit_key,
    list_hall_groups,
)
from synergie.maintenance.records.maintenance import MaintenancePlan
from synergie.plan.solver import Model

_SECONDS = 60.0
"""More than a flow over the days of a year ever takes."""

type Work = Mapping[tuple[str, int], Mapping[Kind, int]]
"""Ticks by zone and week, then by what crews must be allowed to do."""
type Sent = tuple[SharedDay, int]
"""A shared day and its week."""


def cut_shared_days(year: Year, plan: Decisions, sent: Sequence[Sent]) -> Decisions:
    """*plan*, and the shared days *sent*, cut. A day that one of the two needs alone is whole.

    Raises SolverFailed when the hours of its visits do not fit the days.
    """
    days = dict(plan.days)
    whole = {(way.depot, way.ticks[0][0]): way for way in year.ways}
    work = _sum_week_work(year, plan) if sent else {}
    cuts: dict[Sent, Way] = {}
    while len(cuts) < len(sent):  # hours of whole days are hours that the others need not give
        cuts = {}
        for (day, week), (first, second) in zip(
            sent, _iterate_day_ticks(year, work, days, sent), strict=True
        ):
            if first and second:
                cuts[day, week] = day.cut(first, second)
            elif first or second:
                way = whole[day.depot, day.first if first else day.second]
                days[way, week] = days.get((way, week), 0) + 1
        if len(cuts) < len(sent):
            sent, cuts = tuple(cuts), {}
    days |= {(way, week): 1 for (_, week), way in cuts.items()}
    return Decisions(plan.weeks, days)


def read_decisions(year: Year, plan: MaintenancePlan) -> Decisions:
    """What *plan*, which fits the problem of *year*, decided; shared days are cut again."""
    weeks = {one.id or one.cabinet: one.week for one in plan.visits}
    whole = {(way.depot, way.ticks[0][0]): way for way in year.ways}
    shared = {(day.depot, day.zones): day for day in year.shared}
    days: dict[tuple[Way, int], int] = {}
    sent = []
    for crew in plan.crews:
        zones = frozenset(zone for zone in (crew.zone, crew.other_zone) if zone)
        if (crew.depot, zones) in shared:
            sent.append((shared[crew.depot, zones], crew.week))
        elif (crew.depot, crew.zone) in whole:
            at = whole[crew.depot, crew.zone], crew.week
            days[at] = days.get(at, 0) + crew.days
    return cut_shared_days(year, Decisions(weeks, days), sent)


def _iterate_day_ticks(
    year: Year, work: Work, days: Mapping[tuple[Way, int], int], sent: Sequence[Sent]
) -> Iterator[tuple[int, int]]:
    model = Model("split")
    crews: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
    columns = []
    for day, week in sent:
        both = tuple(model.column("x", 1, high=day.room, integer=True) for _ in range(2))
        columns.append(both)
        model.require([(column, 1) for column in both], high=day.room)
        for zone, column in zip((day.first, day.second), both, strict=True):
            crews[zone, week].append((day.depot, column))
    whole: dict[tuple[str, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (way, week), n in days.items():
        whole[way.ticks[0][0], week][way.depot] += n * year.day
    for place, shared in crews.items():
        present = {depot for depot, _ in shared} | set(whole[place])
        for kinds, depots in list_hall_groups(year, set(work[place]), present):
            left = sum(work[place][one] for one in kinds)
            left -= sum(ticks for depot, ticks in whole[place].items() if depot in depots)
            terms = [(column, 1) for depot, column in shared if depot in depots]
            model.require(terms, low=max(0, left))
    outcome = model.minimise(limit_s=_SECONDS)
    if not outcome.values:
        raise SolverFailed(f"shared days without their hours: {outcome.stop}")
    return ((outcome.count(a), outcome.count(b)) for a, b in columns)


def _sum_week_work(year: Year, plan: Decisions) -> Work:
    work: dict[tuple[str, int], dict[Kind, int]] = defaultdict(lambda: defaultdict(int))
    for visit in year.visits:
        week = plan.weeks.get(format_visit_key(visit))
        if week is not None:
            work[visit.zone, week][compute_crew_need(visit)] += year.ticks(visit)
    return work
