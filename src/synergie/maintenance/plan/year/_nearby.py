"""A plan bettered part by part: some zones, some weeks, or some of both decided again as one model.

What the rest of the year does stays as it is, and the part has the crew-days that it leaves: so a
plan is never worse for it. Parts grow as long as they are proved soon.
"""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from synergie.maintenance.plan.year._decisions import (
    Decisions,
    compute_plan_weight,
    count_zone_lateness,
)
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._year import Year, format_visit_key
from synergie.maintenance.plan.year._year_model import block_model, build_decisions
from synergie.maintenance.plan.year._zone import reduce_year_days
from synergie.maintenance.records.maintenance import Visit

type Place = tuple[str, int]
"""A zone in a week."""

_KINDS = ("zones", "weeks", "both")
_FIRST = 6
"""Visits of the first parts."""
_LEAST = 4
_GROWS, _SHRINKS = 1.1, 0.8
_SOON = 0.5
"""Share of its seconds within which a part that is proved says that the next may be larger."""
_EACH = 0.04
"""Share of the time that a part may take, at least and at most so many seconds."""
_LEAST_S, _MOST_S = 0.1, 2.0
_GAP = 1e-3
_IDLE = 60
"""Parts without gain, one after the other, after which no more are tried."""


def improve_parts(year: Year, plan: Decisions, effort: Effort, *, seed: int = 0) -> Decisions:
    """*plan*, or a lighter one of which some parts are decided again, within *effort*."""
    chance = random.Random(seed)  # noqa: S311 (a draw that must repeat, not a secret)
    each_s = min(_MOST_S, max(_LEAST_S, effort.limit_s * _EACH))
    sizes = dict.fromkeys(_KINDS, float(_FIRST))
    idle = 0
    while idle < _IDLE and not effort.over():
        kind = chance.choice(_KINDS)
        places = frozenset(_draw_places(year, plan, (kind, sizes[kind]), chance))
        part = _take_part(year, plan, places)
        began = time.thread_time()
        new, proved = _decide_again(part, effort.within(min(each_s, effort.remaining_s())))
        idle += 1
        if compute_plan_weight(part.year, new) < compute_plan_weight(part.year, part.before):
            plan, idle = part.rest | new, 0
        if proved and len(part.year.visits) == len(year.visits):
            break
        if not proved:
            sizes[kind] = max(float(_LEAST), sizes[kind] * _SHRINKS)
        elif time.thread_time() - began < each_s * _SOON:
            sizes[kind] *= _GROWS
    return plan


@dataclass(frozen=True, slots=True)
class _Part:
    """The visits of some places, the days that others leave them, and what they do now."""

    year: Year
    before: Decisions
    rest: Decisions


def _draw_places(
    year: Year, plan: Decisions, what: tuple[str, float], chance: random.Random
) -> Iterator[Place]:
    """Places of so many visits about one that is drawn, by kind of part."""
    kind, size = what
    number = chance.randrange(len(year.visits))
    zones = list(_iterate_near_zones(year, year.visits[number].zone, chance))
    work = Counter((visit.zone, plan.weeks[format_visit_key(visit)]) for visit in year.visits)
    weeks = len(year.depots[0].crew_days)
    if kind == "zones":
        for zone in zones:
            yield from ((zone, week) for week in range(1, weeks + 1))
            size -= sum(n for (other, _), n in work.items() if other == zone)
            if size <= 0:
                return
        return
    some = zones if kind == "weeks" else zones[: max(2, len(zones) // 3)]
    at = plan.weeks[format_visit_key(year.visits[number])]
    for week in sorted(range(1, weeks + 1), key=lambda week: abs(week - at)):
        yield from ((zone, week) for zone in some)
        size -= sum(work[zone, week] for zone in some)
        if size <= 0:
            return


def _iterate_near_zones(year: Year, zone: str, chance: random.Random) -> Iterator[str]:
    """*zone*, those that share days with it, with these, then all others; each in a drawn order."""
    near = defaultdict(set)
    for day in year.shared:
        near[day.first].add(day.second)
        near[day.second].add(day.first)
    order, rest = [zone], sorted(set(year.zones()) - {zone})
    chance.shuffle(rest)
    for other in order:
        order += [one for one in rest if one in near[other] and one not in order]
    yield from order
    yield from (one for one in rest if one not in order)


def _take_part(year: Year, plan: Decisions, places: frozenset[Place]) -> _Part:
    """The part of *plan* at *places* and at those that share days with them."""
    links = [
        {(zone, week) for zone, _ in way.ticks} for way, week in plan.days if len(way.ticks) > 1
    ]
    while some := [link for link in links if link & places and not link <= places]:
        places = places.union(*some)
    open_: dict[str, set[int]] = defaultdict(set)
    for zone, week in places:
        open_[zone].add(week)
    inside = [
        visit
        for visit in year.visits
        if (visit.zone, plan.weeks[format_visit_key(visit)]) in places
    ]
    names = {format_visit_key(visit) for visit in inside}
    here = {(way, week) for way, week in plan.days if (way.ticks[0][0], week) in places}
    before = Decisions(
        {name: week for name, week in plan.weeks.items() if name in names},
        {at: n for at, n in plan.days.items() if at in here},
    )
    rest = Decisions(
        {name: week for name, week in plan.weeks.items() if name not in names},
        {at: n for at, n in plan.days.items() if at not in here},
    )
    used: Counter[tuple[str, int]] = Counter()
    for (way, week), n in rest.days.items():
        used[way.depot, week] += n
    late = count_zone_lateness(year, rest)
    part = replace(
        reduce_year_days(year, used),
        visits=tuple(_restrict_visit_weeks(visit, open_[visit.zone]) for visit in inside),
        most_late={zone: most - late[zone] for zone, most in year.most_late.items()},
    )
    return _Part(part, before, rest)


def _restrict_visit_weeks(visit: Visit, weeks: Iterable[int]) -> Visit:
    """The visit in one of *weeks*, and in no other."""
    others = set(range(visit.first_week, visit.last_week + 1)).difference(weeks)
    return visit.model_copy(update={"closed_weeks": (*visit.closed_weeks, *sorted(others))})


def _decide_again(part: _Part, effort: Effort) -> tuple[Decisions, bool]:
    """The cheapest decisions found for *part*, and whether they are proved."""
    year = part.year
    model, columns = block_model(year, frozenset(year.zones()), limit_s=effort.limit_s)
    outcome = model.minimise(
        limit_s=effort.remaining_s(),
        gap=_GAP,
        cancel=effort.cancel,
        start=columns.start(year, part.before, len(model.columns)),
    )
    new = build_decisions(year, columns, outcome) if outcome.values else part.before
    return new, outcome.stop == "proved"
