"""Which search a year of that size gets."""

from dataclasses import replace

from synergie.errors import Infeasible
from synergie.maintenance.plan.year._blocks import Search, YearSearchResult
from synergie.maintenance.plan.year._decisions import Decisions, compute_plan_weight
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._first import first_plan, least_weight, without_shared_days
from synergie.maintenance.plan.year._plans import plan_whole_days
from synergie.maintenance.plan.year._regions import Regions
from synergie.maintenance.plan.year._shared import share_days
from synergie.maintenance.plan.year._year import Year
from synergie.maintenance.plan.year._zone import count_visit_weeks

_LARGE = 3_000  # visits by open weeks: fewer are proved as one model, blocks of zones merged
_TINY = 300  # proved before a plan to begin from is made
_SOON = 0.1  # share of the time for that plan
_FIRST = 0.75  # share of the time in which that is tried
_PLAIN = 0.4  # share of the time for the year without shared days
_SHARED = 0.3  # share of what is then left for its days to be shared
_NEAR = 1e-4


def find_cheapest_year(
    year: Year, effort: Effort, *, gap: float = 0.0, known: Decisions | None = None
) -> YearSearchResult:
    """The cheapest year within *effort*, from the plan *known* if there is one.

    A small year that is not proved is solved by zones too, from the plan found; the better plan
    and bound are kept. Raises Infeasible with what conflicts.
    """
    size = count_visit_weeks(year)
    begun = replace(_find_start_plan(year, effort, gap, known), bound=least_weight(year))
    known = begun.decisions
    if size > _LARGE:
        found = Regions(year, effort, known).run()
        if found.decisions is not None or effort.over():
            return _combine_best_results(year, begun, found)
        return _combine_best_results(year, found, _merge_blocks(year, effort, gap, found))
    if size > _TINY and not effort.over():
        soon = effort.within(effort.remaining_s() * _SOON)
        begun = _combine_best_results(
            year, begun, YearSearchResult(plan_whole_days(year, soon.over), None, (), "time")
        )
    first = _merge_blocks(year, effort.within(effort.remaining_s() * _FIRST), gap, begun)
    found = _combine_best_results(year, begun, first)
    if _is_near_bound(year, found) or effort.over():
        return found
    return _combine_best_results(year, found, Regions(year, effort, found.decisions).run())


def _find_start_plan(
    year: Year, effort: Effort, gap: float, known: Decisions | None
) -> YearSearchResult:
    """The plan known, or one to begin from: that without shared days where there are some.

    Its bound is none of the year: shared days may cost less.
    """
    plain = without_shared_days(year)
    if plain is not None and not effort.over():
        try:
            half = effort.within(effort.remaining_s() * _PLAIN)
            found = find_cheapest_year(
                plain, half, gap=gap, known=_select_unshared_plan(plain, known)
            )
        except Infeasible:  # shared days are needed
            found = YearSearchResult(None, None, (), "infeasible")
        begun = _combine_best_results(
            year, YearSearchResult(known, None, (), "time"), replace(found, bound=None)
        )
        if begun.decisions is None or count_visit_weeks(year) <= _TINY or effort.over():
            return begun
        some = effort.within(effort.remaining_s() * _SHARED)
        return replace(begun, decisions=share_days(year, begun.decisions, some), stop="time")
    if known is None and count_visit_weeks(year) > _TINY and not effort.over():
        known = plan_whole_days(year, None) or first_plan(year, effort)
    return YearSearchResult(known, None, (), "time")


def _select_unshared_plan(plain: Year, known: Decisions | None) -> Decisions | None:
    """The plan known, when it shares no day."""
    ways = set(plain.ways)
    return known if known is not None and all(way in ways for way, _ in known.days) else None


def _merge_blocks(
    year: Year, effort: Effort, gap: float, known: YearSearchResult
) -> YearSearchResult:
    """Blocks merged where they ask for the same crews, from a plan that is known."""
    search = Search(year, effort.gap_abs, effort.remaining_s(), gap, effort.cancel, effort.progress)
    search.best, search.bound = known.decisions, known.bound
    return search.run()


def _is_near_bound(year: Year, found: YearSearchResult) -> bool:
    if found.decisions is None or found.bound is None:
        return False
    total = float(compute_plan_weight(year, found.decisions))
    return total - found.bound <= _NEAR * abs(total)


def _combine_best_results(
    year: Year, first: YearSearchResult, second: YearSearchResult
) -> YearSearchResult:
    """The cheaper plan and the greater bound of two searches."""
    plans = [found.decisions for found in (first, second) if found.decisions is not None]
    bounds = [found.bound for found in (first, second) if found.bound is not None]
    best = min(plans, key=lambda plan: compute_plan_weight(year, plan), default=None)
    outcomes = first.outcomes + second.outcomes
    both = YearSearchResult(best, max(bounds, default=None), outcomes, second.stop)
    return (
        YearSearchResult(best, both.bound, outcomes, "proved")
        if _is_near_bound(year, both)
        else both
    )
