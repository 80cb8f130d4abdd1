"""A plan before its proof: without what only adds freedom, then with whole days alone.

A shared day is one more way to do the same work, so a plan without any is a plan of the year; it
is found, and mostly proved, in seconds where all ways together take minutes for the first one.
"""

from dataclasses import replace
from itertools import accumulate

from synergie.errors import Reason
from synergie.maintenance.plan.year._decisions import Decisions
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._year import (
    Year,
    compute_crew_need,
    list_hall_groups,
)
from synergie.maintenance.plan.year._year_model import block_model, build_decisions, iterate_work
from synergie.plan.needs_text import NO_HOURS

_GAP = 0.05
"""How near its bound a plan to begin from is, relative."""


def without_shared_days(year: Year) -> Year | None:
    """The same year whose crew-days are all in one zone. None: it has no others."""
    return replace(year, shared=()) if year.shared else None


def first_plan(year: Year, effort: Effort) -> Decisions | None:
    """A plan of the whole year as one model, within half of the time that is left.

    None: there is none, or it was not found; the search that follows says which.
    """
    limit_s = effort.remaining_s() / 2
    model, columns = block_model(year, frozenset(year.zones()), limit_s=limit_s)
    outcome = model.minimise(limit_s=limit_s, gap=_GAP, cancel=effort.cancel)
    return build_decisions(year, columns, outcome) if outcome.values else None


def find_shortage(year: Year) -> Reason | None:
    """Why there can be no plan, by counting hours: the weeks and depots that lack most. None: none.

    Work whose open weeks lie in an interval fits the crew-days that any depots that may do it have
    there, whatever the zones: nothing is said of years that fail for finer reasons.
    """
    found: list[tuple[int, Reason]] = []
    kinds = {compute_crew_need(visit) for visit in year.visits}
    for group, names in list_hall_groups(year, kinds, {depot.id for depot in year.depots}):
        asked = [visit for visit in year.visits if compute_crew_need(visit) in group]
        have = [d.crew_days for d in year.depots if d.id in names]
        room = [0, *accumulate(year.day * sum(days) for days in zip(*have, strict=True))]
        for first, last, work in iterate_work(year, asked):
            here = room[last] - room[first - 1]
            hours = (work * year.tick, ", ".join(sorted(names)), here * year.tick)
            found.append((work - here, Reason(NO_HOURS, first, last, *hours)))
    lacks, reason = max(found, key=lambda one: one[0], default=(0, None))
    return reason if lacks > 0 else None


def least_weight(year: Year) -> float:
    """EUR that no plan comes below: each visit in its cheapest week, crew-days by the hour.

    It asks for nothing but a look at each visit, so there is always a bound to tell.
    """
    rate: dict[str, float] = {}
    asked = [(way.zones, float(way.cost) / year.day) for way in year.ways]
    asked += [(day.zones, float(day.cost) / day.room) for day in year.shared]
    for zones, each in asked:
        for zone in zones:
            rate[zone] = min(each, rate.get(zone, each))
    return sum(
        min(eur for _, eur in year.list_weights(visit))
        + year.ticks(visit) * rate.get(visit.zone, 0.0)
        for visit in year.visits
    )
