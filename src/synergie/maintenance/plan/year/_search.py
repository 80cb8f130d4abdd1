"""Which search a year of that size gets."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from synergie.errors import Infeasible
from synergie.maintenance.plan.year._blocks import Search, YearSearchResult, is_widely_linked
from synergie.maintenance.plan.year._decisions import (
    Decisions,
    compute_plan_weight,
    count_zone_lateness,
)
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._first import first_plan, least_weight, without_shared_days
from synergie.maintenance.plan.year._fit import fit_visits
from synergie.maintenance.plan.year._nearby import improve_parts
from synergie.maintenance.plan.year._partition import find_partition
from synergie.maintenance.plan.year._plans import plan_whole_days
from synergie.maintenance.plan.year._regions import Regions
from synergie.maintenance.plan.year._year import Year, format_visit_key
from synergie.maintenance.plan.year._year_model import block_model, build_decisions
from synergie.maintenance.plan.year._zone import all_able, count_visit_weeks
from synergie.maintenance.plan.year._zone_prices import find_by_zone_prices
from synergie.maintenance.records.maintenance import Visit

_LARGE = 3_000  # visits by open weeks: fewer are proved as one model, blocks of zones merged
_WHOLE = 20_000  # up to which what zones leave unproved is solved as one model in the end
_TINY = 300  # proved before a plan to begin from is made
_SOON = 0.05  # share of the time for that plan
_SOON_S = 2.0  # seconds that it may take at most: a plan is there when somebody ends the search
_TRIED = 0.9  # share of the time in which a first plan is tried for when there is none
_FIRST = 0.75  # share of the time in which that is tried
_PRICED = 0.8  # share of the time for zones at prices of crew-days
_ONE = 0.6  # share of the time for a year as one model
_LINKED = 0.8  # the same when its days are shared
_PARTS = 0.4  # share for parts of its plan before that, where no days are shared
_LAST_SPANS = (4, 6, 8)  # weeks that are looked at together in the end
_PLAIN = 0.4  # share of the time for the year without shared days
_PLAIN_SOON = 0.5  # share of it before bundles are looked at
_PLAIN_SOON_S = 20.0  # seconds of that at most: somebody may end a search that has a long limit
_SHARED = 0.3  # share of what is then left for its days to be shared
_BUNDLES = 0.5  # share of the time for a year as a choice of bundles
_NEAR = 1e-4


def find_cheapest_year(
    year: Year, effort: Effort, *, gap: float = 0.0, known: Decisions | None = None
) -> YearSearchResult:
    """The cheapest year within *effort*, from the plan *known* if there is one.

    A small year that is not proved is solved by zones too, from the plan found; the better plan
    and bound are kept. Raises Infeasible with what conflicts.
    """
    size = count_visit_weeks(year)
    if size > _TINY:
        known = _fit_soon(year, effort, known)
    begun = _begin_search(year, effort, gap, known)
    if _is_near_bound(year, begun):
        return begun
    if effort.over():
        return replace(begun, stop="cancelled" if effort.stopped() else "time")
    if _is_solved_as_one(year):
        found = _find_as_one(year, effort, gap, begun)
    elif size > _LARGE:
        found = _combine_best_results(year, begun, Regions(year, effort, begun.decisions).run())
        if effort.over() or found.decisions is not None or _is_near_bound(year, found):
            return found
        return _combine_best_results(year, found, _merge_blocks(year, effort, gap, found))
    else:
        found = _find_by_blocks(year, effort, gap, begun)
    if _is_near_bound(year, found) or effort.over():
        return found
    return _combine_best_results(year, found, _improve_plan(year, effort, found))


def _find_as_one(
    year: Year, effort: Effort, gap: float, begun: YearSearchResult
) -> YearSearchResult:
    """The year as one model, from the plan begun, of which parts are decided again before."""
    if begun.decisions is not None and not year.shared:
        some = effort.within(effort.remaining_s() * _PARTS)
        begun = replace(begun, decisions=improve_parts(year, begun.decisions, some))
    one = effort.within(effort.remaining_s() * (_LINKED if year.shared else _ONE))
    return _combine_best_results(year, begun, _merge_blocks(year, one, gap, begun))


def _find_by_blocks(
    year: Year, effort: Effort, gap: float, begun: YearSearchResult
) -> YearSearchResult:
    """Blocks merged, from the plan begun or one of whole days when that is lighter."""
    if count_visit_weeks(year) > _TINY:
        soon = effort.within(effort.remaining_s() * _SOON)
        whole = plan_whole_days(year, soon.over)
        begun = _combine_best_results(year, begun, YearSearchResult(whole, None, (), "time"))
    first = effort.within(effort.remaining_s() * _FIRST)
    return _combine_best_results(year, begun, _merge_blocks(year, first, gap, begun))


def _begin_search(
    year: Year, effort: Effort, gap: float, known: Decisions | None
) -> YearSearchResult:
    """A plan to begin from, and a bound: of bundles where days are shared and bundles are few.

    The year without shared days comes first, so that whatever ends the search, more neighbours
    leave no dearer plan than none. Where a bundle is mostly one crew-day the plan of bundles is
    proved at once.
    """
    least = YearSearchResult(known, least_weight(year), (), "time")
    settled = False
    if year.shared and count_visit_weeks(year) > _TINY:
        soon = effort.within(min(_PLAIN_SOON_S, effort.remaining_s() * _PLAIN_SOON))
        plain = _solve_unshared(year, soon, gap, known)
        known, settled = plain.decisions, plain.stop in {"proved", "infeasible"}
        part = effort.within(effort.remaining_s() * _BUNDLES)
        least = replace(least, decisions=known)
        least = _combine_best_results(year, least, find_partition(year, part, known))
        if least.decisions is not None and least.decisions is not known:
            return least
    begun = _find_start_plan(year, effort, gap, least.decisions, settled=settled)
    begun = replace(begun, bound=least.bound)
    if year.shared or count_visit_weeks(year) <= _TINY:
        return begun
    priced = effort.within(effort.remaining_s() * _PRICED)
    return _combine_best_results(year, begun, find_by_zone_prices(year, priced, begun.decisions))


def _fit_soon(year: Year, effort: Effort, known: Decisions | None) -> Decisions | None:
    """The plan known, or a lighter one at once: whatever ends the search, there is one.

    Its first try is made whatever else took the time. None: visits fit in no order tried.
    """
    if effort.limit_s <= 0 or effort.stopped():
        return known
    soon = effort.within(min(_SOON_S, effort.remaining_s() * _SOON))
    patient = soon if known is not None else effort.within(effort.remaining_s() * _TRIED)
    found = fit_visits(year, soon.over, hopeless=patient.over)
    both = [plan for plan in (known, found) if plan is not None]
    return min(both, key=lambda plan: compute_plan_weight(year, plan), default=None)


def _is_solved_as_one(year: Year) -> bool:
    """Whether zones say too little of it by themselves: crews that differ, days that are shared."""
    size = count_visit_weeks(year)
    apart = size <= _LARGE or all_able(year)
    return size <= _WHOLE and (is_widely_linked(year) or not apart)


def _improve_plan(year: Year, effort: Effort, found: YearSearchResult) -> YearSearchResult:
    """What is left of the time: weeks or parts at once where zones say too little, else zones."""
    plan = found.decisions
    if plan is None or not _is_solved_as_one(year):
        return Regions(year, effort, plan).run()
    if is_widely_linked(year):
        plan = share_days(year, plan, effort, spans=_LAST_SPANS)
    else:
        plan = improve_parts(year, plan, effort)
    return YearSearchResult(plan, None, (), "time")


def _find_start_plan(
    year: Year, effort: Effort, gap: float, known: Decisions | None, *, settled: bool
) -> YearSearchResult:
    """The plan known, or one to begin from: that without shared days where there are some.

    *settled*: the year without them is solved, or cannot be. Its bound is none of the year: shared
    days may cost less.
    """
    begun = YearSearchResult(known, None, (), "time")
    if effort.over():
        return begun
    if year.shared:
        if not settled:
            half = effort.within(effort.remaining_s() * _PLAIN)
            begun = _solve_unshared(year, half, gap, known)
        small = count_visit_weeks(year) <= _TINY or not is_widely_linked(year)
        if begun.decisions is None or small or effort.over():
            return begun
        some = effort.within(effort.remaining_s() * _SHARED)
        return replace(begun, decisions=share_days(year, begun.decisions, some), stop="time")
    if known is None and count_visit_weeks(year) > _TINY and not _is_solved_as_one(year):
        begun = replace(begun, decisions=first_plan(year, effort))
    return begun


def _solve_unshared(
    year: Year, effort: Effort, gap: float, known: Decisions | None
) -> YearSearchResult:
    """The plan known, or a lighter one of the year without shared days; how its search ended."""
    begun = YearSearchResult(known, None, (), "time")
    plain = without_shared_days(year)
    if plain is None or effort.over():
        return begun
    try:
        found = find_cheapest_year(
            plain, effort, gap=gap, known=_select_unshared_plan(plain, known)
        )
    except Infeasible:  # shared days are needed
        return replace(begun, stop="infeasible")
    return _combine_best_results(year, begun, replace(found, bound=None))


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
    search.as_one = _is_solved_as_one(year)
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


# A plan without shared days, improved by them: a few weeks at a time, each time as one model.
#
# Weeks have nothing in common but the visits that may be in either: what is left of the year stays
# as it is. So a plan is never worse for it, and days are shared where that is cheapest.

_SPANS = (1, 2, 3)
"""Weeks that are looked at together: first each by itself, which is done in an instant."""
_EACH_S = 2.0
_GAP = 1e-4


def share_days(
    year: Year, plan: Decisions, effort: Effort, *, spans: Iterable[int] = _SPANS
) -> Decisions:
    """*plan*, or a lighter one of which some weeks are decided again, within *effort*."""
    for weeks in _iterate_week_spans(plan, spans):
        if effort.over():
            break
        plan = _improve_weeks(year, plan, weeks, effort)
    return plan


def _iterate_week_spans(plan: Decisions, spans: Iterable[int]) -> Iterator[frozenset[int]]:
    """Weeks that have work, one by one, then each with those that follow it."""
    busy = sorted(set(plan.weeks.values()))
    for span in spans:
        for at in range(len(busy) - span + 1):
            yield frozenset(busy[at : at + span])


def _improve_weeks(year: Year, plan: Decisions, weeks: frozenset[int], effort: Effort) -> Decisions:
    """*plan* with the visits and days of *weeks* decided again, when that is lighter."""
    inside = tuple(visit for visit in year.visits if plan.weeks[format_visit_key(visit)] in weeks)
    rest = _select_week_decisions(plan, frozenset(plan.weeks.values()) - weeks)
    late = count_zone_lateness(year, rest)
    limits = {zone: most - late[zone] for zone, most in year.most_late.items()}
    visits = tuple(_restrict_visit_weeks(visit, weeks) for visit in inside)
    part = replace(year, visits=visits, most_late=limits)
    old = _select_week_decisions(plan, weeks)
    limit_s = min(_EACH_S, effort.remaining_s())
    model, columns = block_model(part, frozenset(part.zones()), limit_s=limit_s)
    outcome = model.minimise(
        limit_s=limit_s,
        gap=_GAP,
        cancel=effort.cancel,
        start=columns.start(part, old, len(model.columns)),
    )
    if not outcome.values:
        return plan
    new = build_decisions(part, columns, outcome)
    return rest | new if compute_plan_weight(part, new) < compute_plan_weight(part, old) else plan


def _select_week_decisions(plan: Decisions, weeks: frozenset[int]) -> Decisions:
    """What *plan* does in *weeks*."""
    visits = {name: week for name, week in plan.weeks.items() if week in weeks}
    return Decisions(visits, {at: n for at, n in plan.days.items() if at[1] in weeks})


def _restrict_visit_weeks(visit: Visit, weeks: frozenset[int]) -> Visit:
    """The visit in one of *weeks*, and in no other."""
    others = set(range(visit.first_week, visit.last_week + 1)) - weeks
    return visit.model_copy(update={"closed_weeks": (*visit.closed_weeks, *sorted(others))})
