"""Parts of a year: what a process needs of some zones, what others leave, who may do what."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain

import numpy as np

from synergie.maintenance.plan.year._columns import Zones
from synergie.maintenance.plan.year._patch import Floats, Ints, Patch
from synergie.maintenance.plan.year._year import Year, compute_crew_need, has_able_crews, open_weeks

type Prices = Mapping[tuple[str, int], float]
type Cancel = Callable[[], bool] | None


def part_of(year: Year, zones: Zones) -> Year:
    """The visits of *zones* and the ways that serve no other."""
    numbers = sorted(chain.from_iterable(year.by_zone[zone] for zone in zones))
    ways = tuple(way for way in year.ways if way.zones <= zones)
    shared = tuple(day for day in year.shared if day.zones <= zones)
    names = {way.depot for way in ways}
    return replace(
        year,
        visits=tuple(year.visits[i] for i in numbers),
        depots=tuple(depot for depot in year.depots if depot.id in names),
        ways=ways,
        shared=shared,
        most_late={zone: most for zone, most in year.most_late.items() if zone in zones},
    )


def reduce_year_days(year: Year, used: Counter[tuple[str, int]]) -> Year:
    """The year with the crew-days, by depot and week, that *used* leaves."""
    depots = []
    for depot in year.depots:
        days = enumerate(depot.crew_days, 1)
        left = tuple(max(0, n - used[depot.id, week]) for week, n in days)
        depots.append(depot.model_copy(update={"crew_days": left}))
    return replace(year, depots=tuple(depots))


def list_depot_offers(part: Year, given: Patch, prices: Prices) -> list[tuple[Floats, Ints]]:
    """EUR a day and days left of each depot that serves the zone, by week."""
    depots = {depot.id: depot for depot in part.depots}
    found = []
    for way in part.ways:
        more = [prices.get((way.depot, week), 0.0) for week in range(1, given.weeks + 1)]
        found.append((float(way.cost) + np.array(more), np.array(depots[way.depot].crew_days)))
    return found


def all_able(part: Year) -> bool:
    """Whether every crew may do every visit."""
    kinds = {compute_crew_need(visit) for visit in part.visits}
    return all(has_able_crews(depot, one) for depot in part.depots for one in kinds)


def count_visit_weeks(part: Year) -> int:
    """Visits by open weeks."""
    return sum(len(open_weeks(visit)) for visit in part.visits)


def build_stop_condition(end: float, cancel: Cancel) -> Callable[[], bool]:
    """Whether this process has computed past *end*, or someone asked to stop."""
    return lambda: time.thread_time() > end or (cancel is not None and cancel())
