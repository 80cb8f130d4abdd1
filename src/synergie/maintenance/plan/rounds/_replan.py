"""The rest of a day or a week again: little news changes little."""

import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from synergie.errors import Cancelled
from synergie.maintenance.plan.rounds import _reasons, _text
from synergie.maintenance.plan.rounds._case import Case
from synergie.maintenance.plan.rounds._changed import (
    build_previous_orders,
    compute_previous_digest,
    list_moved_stops,
)
from synergie.maintenance.plan.rounds._dangers import put_dangers_first
from synergie.maintenance.plan.rounds._find import (
    RoundsSearchResult,
    compute_step_budget,
    find_best_orders,
)
from synergie.maintenance.plan.rounds._given import build_rounds_case as case_of
from synergie.maintenance.plan.rounds._improve import improve_tours
from synergie.maintenance.plan.rounds._insert import MOVE_EUR
from synergie.maintenance.plan.rounds._late import (
    describe_overdue_dangers,
    find_late_jobs,
    list_mandatory_jobs,
    list_previously_late_jobs,
    may_be_late,
    without_deadline,
)
from synergie.maintenance.plan.rounds._lines import build_stop_lines
from synergie.maintenance.plan.rounds._outcome import RoundsPlanContext, rounds_of
from synergie.maintenance.plan.rounds._outcome import build_rounds_plan as plan_of
from synergie.maintenance.plan.rounds._search import How
from synergie.maintenance.plan.rounds._solve import check_rounds_plan, hopeless_of, refuse_missed
from synergie.maintenance.plan.rounds._tours import Tours
from synergie.maintenance.plan.rounds._urgent import put_in, settle_late_work
from synergie.maintenance.plan.rounds._weigh import Weigh
from synergie.maintenance.records.rounds import RoundsPlan, RoundsProblem
from synergie.plan.seconds import check_seconds
from synergie.schemas.plan import Phrase

_KEPT, _AGAIN = 0.3, 0.6
"""Shares of the time for small steps from the plan told before and for a search anew."""


@check_seconds
def replan(
    problem: RoundsProblem,
    plan: RoundsPlan,
    *,
    move_eur: Decimal = MOVE_EUR,
    limit_s: float = 10,
    iterations: int | None = None,
    seed: int = 0,
    cancel: Callable[[], bool] | None = None,
) -> RoundsPlan:
    """The cheapest rounds found for *problem* when each change against *plan* weighs something.

    *problem* holds the news: stops that came or went, crews that are missing, `done` and `now` of
    a running day. A stop that changes its crew, day or order weighs *move_eur*, which is beside
    the cost told. What is done stays. Raises what `solve` raises.
    """
    begun = time.thread_time()
    if cancel is not None and cancel():
        raise Cancelled
    how = How(None if iterations is not None else limit_s, iterations, seed, cancel)
    case = case_of(problem)
    orders = build_previous_orders(case, plan, all_known=False)
    behind = {*list_previously_late_jobs(case, plan), *_list_overdue_jobs(case)}
    opened = put_dangers_first(without_deadline(case, behind))
    weigh = Weigh.against(case, orders, round(move_eur * case.per_eur)).opened(opened, behind)
    hopeless = hopeless_of(opened)
    jobs = [job for job in range(len(case.jobs)) if job not in hopeless]
    found = _find_replan_orders(Tours(opened, orders, weigh), jobs, how)
    found = _insert_mandatory_jobs(found) if problem.now is not None else found
    left = {
        job: hopeless.get(job) or _reasons.describe_unplaced_job(found.tours, job)
        for job in found.tours.list_unserved()
    }
    refuse_missed(found, left)
    told = find_late_jobs(case, found.tours)
    kept = Phrase(text=_text.KEPT, values=(f"{move_eur}",))
    made = plan_of(
        found.tours,
        RoundsPlanContext(
            left=left,
            lines=build_stop_lines(_drop_change_weights(found.tours)),
            alone={},
            baseline=(Phrase(text=_text.ALONE_DAY),),
            seed=seed,
            steps=found.steps,
            stop=found.stopped,
            seconds=time.thread_time() - begun,
            extra=(kept, *told.values(), *describe_overdue_dangers(found.tours, told)),
            replaced=compute_previous_digest(plan),
            moved=list_moved_stops(plan.rounds, rounds_of(found.tours)),
        ),
    )
    return check_rounds_plan(problem, made)


def _drop_change_weights(tours: Tours) -> Tours:
    """The same rounds without the weight of changes: what a crew costs more is in euros."""
    return Tours(tours.case, tours.orders, Weigh.of(tours.case))


def _list_overdue_jobs(case: Case) -> list[int]:
    """Work that must be done and cannot keep its deadline any more, on a running day."""
    if case.problem.now is None:
        return []
    stuck = [job for job in hopeless_of(case) if case.jobs[job].skip is None]
    return [job for job in stuck if case.jobs[job].windows]


def _find_replan_orders(kept: Tours, jobs: list[int], how: How) -> RoundsSearchResult:
    """The plan told before, improved; or another one that is worth its changes."""
    start = [list(order) for order in kept.orders]
    improve_tours(kept, compute_step_budget(how.part(_KEPT)))
    other = find_best_orders(kept.case, jobs, how.part(_AGAIN), weigh=kept.weigh, start=start)
    if kept.weight() <= other.tours.weight():
        return RoundsSearchResult(kept, other.steps, other.stopped, jobs)
    return other


def _insert_mandatory_jobs(found: RoundsSearchResult) -> RoundsSearchResult:
    """What must be done and is left, late if it must."""
    tours = found.tours
    jobs = tours.case.jobs
    for job in sorted(set(tours.list_unserved()) & set(found.jobs)):
        if jobs[job].skip is None:
            tours = may_be_late(tours, {job, *list_mandatory_jobs(tours.case)})
            put_in(tours, job)
            settle_late_work(tours)
    return replace(found, tours=tours)
