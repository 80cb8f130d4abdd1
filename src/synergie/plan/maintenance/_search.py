"""Which search a year of that size gets."""

from synergie.plan.maintenance._blocks import Found, Search
from synergie.plan.maintenance._effort import Effort
from synergie.plan.maintenance._regions import Regions
from synergie.plan.maintenance._year import Year, open_weeks

_LARGE = 3_000  # visits by open weeks: fewer are proved as one model, blocks of zones merged


def cheapest(year: Year, effort: Effort, *, gap: float = 0.0) -> Found:
    """The cheapest year within *effort*. Raises Infeasible with what conflicts."""
    if sum(len(open_weeks(visit)) for visit in year.visits) > _LARGE:
        found = Regions(year, effort).run()
        if found.decisions is not None or effort.over():
            return found
    return Search(year, effort.gap_abs, effort.left(), gap, effort.cancel, effort.progress).run()
