"""A plan without shared days, improved by them: a few weeks at a time, each time as one model.

Weeks have nothing in common but the visits that may be in either: what is left of the year stays
as it is. So a plan is never worse for it, and days are shared where that is cheapest.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from synergie.maintenance.plan.year._decisions import (
    Decisions,
    compute_plan_weight,
    count_zone_lateness,
)
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._year import Year, format_visit_key
from synergie.maintenance.plan.year._year_model import block_model, build_decisions
from synergie.maintenance.records.maintenance import Visit

_SPANS = (1, 2, 3)
"""Weeks that are looked at together: first each by itself, which is done in an instant."""
_EACH_S = 2.0
_GAP = 1e-4


def share_days(
    year: Year, plan: Decisions, effort: Effort, *, spans: Iterable[int] = _SPANS
) -> Decisions:
    """*plan*, or a lighter one that shares days, within *effort*."""
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
