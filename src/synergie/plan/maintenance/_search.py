"""Which search a year of that size gets."""

from synergie.plan.maintenance._blocks import Found, Search
from synergie.plan.maintenance._decisions import weight
from synergie.plan.maintenance._effort import Effort
from synergie.plan.maintenance._regions import Regions
from synergie.plan.maintenance._year import Year, open_weeks

_LARGE = 3_000  # visits by open weeks: fewer are proved as one model, blocks of zones merged
_FIRST = 0.6  # share of the time in which that is tried
_NEAR = 1e-4


def cheapest(year: Year, effort: Effort, *, gap: float = 0.0) -> Found:
    """The cheapest year within *effort*. Raises Infeasible with what conflicts.

    What the first search does not prove goes to the other; the better plan and bound are kept.
    """
    large = sum(len(open_weeks(visit)) for visit in year.visits) > _LARGE
    if large:
        found = Regions(year, effort).run()
        enough = found.decisions is not None
    else:
        found = _as_one(year, effort, effort.left() * _FIRST, gap)
        enough = _near(year, found)
    if enough or effort.over():
        return found
    rest = effort.within(effort.left())
    other = _as_one(year, rest, rest.left(), gap) if large else Regions(year, rest).run()
    return _better(year, found, other)


def _as_one(year: Year, effort: Effort, limit_s: float, gap: float) -> Found:
    return Search(year, effort.gap_abs, limit_s, gap, effort.cancel, effort.progress).run()


def _near(year: Year, found: Found) -> bool:
    if found.decisions is None or found.bound is None:
        return False
    total = float(weight(year, found.decisions))
    return total - found.bound <= _NEAR * abs(total)


def _better(year: Year, first: Found, second: Found) -> Found:
    """The cheaper plan and the greater bound of two searches."""
    plans = [found.decisions for found in (first, second) if found.decisions is not None]
    bounds = [found.bound for found in (first, second) if found.bound is not None]
    best = min(plans, key=lambda plan: weight(year, plan), default=None)
    outcomes = first.outcomes + second.outcomes
    both = Found(best, max(bounds, default=None), outcomes, second.stop)
    return Found(best, both.bound, outcomes, "proved") if _near(year, both) else both
