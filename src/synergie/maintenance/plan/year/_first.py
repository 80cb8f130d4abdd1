"""A plan before its proof: without what only adds freedom, then with whole days alone.

A shared day is one more way to do the same work, so a plan without any is a plan of the year; it
is found, and mostly proved, in seconds where all ways together take minutes for the first one.
"""

from dataclasses import replace

from synergie.maintenance.plan.year._decisions import Decisions
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._year import Year, open_weeks
from synergie.maintenance.plan.year._year_model import block_model, build_decisions

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
        float(min(year.weigh(visit, week) for week in open_weeks(visit)))
        + year.ticks(visit) * rate.get(visit.zone, 0.0)
        for visit in year.visits
    )
