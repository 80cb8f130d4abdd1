"""An urgent fault in a running day, with the least disturbance."""

import time
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from synergie.errors import BadInput
from synergie.maintenance.plan.rounds import _reasons, _text
from synergie.maintenance.plan.rounds._case import Case, Orders
from synergie.maintenance.plan.rounds._changed import (
    build_previous_orders,
    compute_previous_digest,
    list_moved_stops,
)
from synergie.maintenance.plan.rounds._dangers import put_dangers_first
from synergie.maintenance.plan.rounds._given import build_rounds_case as case_of
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
from synergie.maintenance.plan.rounds._running import running
from synergie.maintenance.plan.rounds._solve import check_rounds_plan
from synergie.maintenance.plan.rounds._tours import Tours
from synergie.maintenance.plan.rounds._urgent import put_in, settle_late_work
from synergie.maintenance.plan.rounds._weigh import Weigh
from synergie.maintenance.records.rounds import RoundsPlan, RoundsProblem, RoundStop
from synergie.schemas.plan import Phrase, PlanLine

MOVE_EUR = Decimal(5)
"""What a stop that changes its crew or day weighs, EUR."""


def insert(
    problem: RoundsProblem, plan: RoundsPlan, stop: RoundStop, *, now: datetime
) -> RoundsPlan:
    """The plan with *stop* put in at *now*; all else moves as little as can be.

    What is done or under way stays. One round changes if that can be; only optional work that is
    still to come may be left for later. When its deadline cannot be kept, the minutes of lateness
    of all that must be done are as few as can be, and told. The plan answers `running(problem,
    plan, now=now, stop=stop)`. Raises BadInput.
    """
    begun = time.thread_time()
    if any(stop.id == planned.stop for one in plan.rounds for planned in one.stops):
        raise BadInput("/stop/id", stop.id, _text.NOT_PLANNED)
    now_problem = running(problem, plan, now=now, stop=stop)
    case = case_of(now_problem)
    orders = build_previous_orders(case, plan, all_known=True)
    weigh = Weigh.against(case, orders, int(MOVE_EUR * case.per_eur))
    behind = list_previously_late_jobs(case, plan)
    opened = put_dangers_first(without_deadline(case, behind))
    tours = Tours(opened, orders, weigh.opened(opened, behind))
    for lost in _list_lost_jobs(tours, orders):
        tours = _add_job_to_tours(tours, lost)
    job = next((n for n in range(len(case.jobs)) if case.name(n) == stop.id), None)
    if job is not None:
        tours = _add_job_to_tours(tours, job)
    return check_rounds_plan(
        now_problem, _build_insert_plan(case, tours, plan, job=job, begun=begun)
    )


def _list_lost_jobs(tours: Tours, orders: Orders) -> list[int]:
    """Planned work that a crew cannot do any more as planned: the day came otherwise."""
    left = set(tours.list_unserved())
    return [job for order in orders for job in order if job in left]


def _add_job_to_tours(tours: Tours, job: int) -> Tours:
    """The rounds with the job, late when it must be; without it when it cannot be at all."""
    if put_in(tours, job) or tours.case.jobs[job].skip is not None:
        return tours
    later = may_be_late(tours, {job, *list_mandatory_jobs(tours.case)})
    put_in(later, job)
    settle_late_work(later)
    return later


def _build_insert_plan(
    case: Case, tours: Tours, before: RoundsPlan, *, job: int | None, begun: float
) -> RoundsPlan:
    changed = list_moved_stops(before.rounds, rounds_of(tours))
    old = {left.stop: left.reason for left in before.left_out}
    reasons = {
        number: old.get(case.name(number)) or _describe_left_job(tours, number)
        for number in tours.list_unserved()
    }
    told = find_late_jobs(case, tours)
    fresh = {n for n in range(len(case.jobs)) if case.name(n) in changed} | ({job} - {None})
    return plan_of(
        tours,
        RoundsPlanContext(
            left=reasons,
            lines=_update_plan_lines(tours, before, {n for n in fresh if n is not None}, told),
            alone={},
            baseline=(Phrase(text=_text.ALONE_DAY),),
            seed=before.run.seed,
            steps=0,
            stop="all",
            seconds=time.thread_time() - begun,
            extra=(*told.values(), *describe_overdue_dangers(tours, told)),
            replaced=compute_previous_digest(before),
            moved=changed,
        ),
    )


def _describe_left_job(tours: Tours, number: int) -> Phrase:
    return _reasons.describe_hopeless_job(tours.case, number) or _reasons.describe_unplaced_job(
        tours, number
    )


def _update_plan_lines(
    tours: Tours, before: RoundsPlan, fresh: set[int], told: Mapping[int, Phrase]
) -> tuple[PlanLine, ...]:
    """The lines told before, but for the stops that are new, moved or late."""
    case = tours.case
    left = {case.name(number) for number in tours.list_unserved()}
    renewed = {case.name(number) for number in fresh}
    kept = [
        line for line in before.lines if line.subject not in renewed and line.subject not in left
    ]
    late_names = {case.name(number): phrase for number, phrase in told.items()}
    new = [
        line.model_copy(update={"reason": late_names.get(line.subject, line.reason)})
        for line in build_stop_lines(Tours(case, tours.orders, Weigh.of(case)), only=fresh)
    ]
    return (*kept, *new)
