"""Rounds of a week or a day, each organisation alone beside all together."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from synergie.errors import Cancelled, Infeasible, Reason, SolverFailed
from synergie.maintenance.plan.rounds import _reasons, _text, _verify
from synergie.maintenance.plan.rounds._case import MINUTE, Case, Orders
from synergie.maintenance.plan.rounds._dangers import put_dangers_first
from synergie.maintenance.plan.rounds._euros import round_to_euro_cents
from synergie.maintenance.plan.rounds._find import RoundsSearchResult, find_best_orders
from synergie.maintenance.plan.rounds._given import build_rounds_case as case_of
from synergie.maintenance.plan.rounds._late import describe_overdue_dangers, find_overdue_dangers
from synergie.maintenance.plan.rounds._lines import build_stop_lines
from synergie.maintenance.plan.rounds._outcome import (
    RoundsPlanContext,
    build_rounds_plan,
    cost,
    list_case_organisations,
    rounds_of,
)
from synergie.maintenance.plan.rounds._pause import compute_working_span
from synergie.maintenance.plan.rounds._search import How
from synergie.maintenance.plan.rounds._tours import Tours
from synergie.maintenance.plan.rounds._weigh import Weigh
from synergie.maintenance.records.rounds import RoundsPlan, RoundsProblem
from synergie.plan.seconds import check_seconds
from synergie.schemas.plan import Phrase

_JOINT, _ALONE = 0.55, 0.35
"""Shares of the time for all together and for each alone; the rest is for the reasons."""
_ZERO = Decimal(0)
_MOST_TOLD = 10


@check_seconds
def solve(
    problem: RoundsProblem,
    *,
    limit_s: float = 10,
    iterations: int | None = None,
    seed: int = 0,
    cancel: Callable[[], bool] | None = None,
) -> RoundsPlan:
    """The cheapest rounds found, never dearer than each organisation alone.

    With *iterations* the same problem gives the same plan, and *limit_s* is not looked at. Work
    that no crew can do is left out with its reason. Raises BadInput, Infeasible when work that
    must be done does not fit before the days begin, Cancelled, MissingExtra.
    """
    begun = time.thread_time()
    if cancel is not None and cancel():
        raise Cancelled
    case = case_of(problem)
    how = How(None if iterations is not None else limit_s, iterations, seed, cancel)
    hopeless = hopeless_of(case)
    jobs = [job for job in range(len(case.jobs)) if job not in hopeless]
    alone, best = _solve_alone_and_joint(case, jobs, how)
    told = _build_plan_context(best, alone, hopeless, how)
    made = build_rounds_plan(best.tours, told(time.thread_time() - begun))
    return check_rounds_plan(problem, made)


def hopeless_of(case: Case) -> dict[int, Phrase]:
    """Jobs that no crew can do even alone, with the reason."""
    reasons = ((job, _reasons.describe_hopeless_job(case, job)) for job in range(len(case.jobs)))
    return {job: reason for job, reason in reasons if reason is not None}


def check_rounds_plan(problem: RoundsProblem, made: RoundsPlan) -> RoundsPlan:
    """The plan, when the independent checker finds nothing wrong with it."""
    faults = _verify.faults(problem, made)
    if faults:
        raise SolverFailed("; ".join(faults))
    return made


@dataclass(frozen=True, slots=True)
class _Alone:
    """What one organisation does alone. *cost* None: it cannot do all that it must in time."""

    orders: Orders
    cost: Decimal | None
    found: RoundsSearchResult


def _solve_alone_and_joint(
    case: Case, jobs: list[int], how: How
) -> tuple[dict[str, _Alone], RoundsSearchResult]:
    """Each alone, and the best of all together: what they do alone is one way to do it."""
    names = list_case_organisations(case)
    if len(names) == 1:
        found = find_dangers_first(case, jobs, how.part(_JOINT + _ALONE))
        return {
            names[0]: _Alone(found.tours.orders, _compute_organisation_cost(found, names[0]), found)
        }, found
    alone = {
        name: _solve_organisation_alone(
            case, jobs, name, how.part(_ALONE * _compute_job_share(case, jobs, name))
        )
        for name in names
    }
    apart = [
        [job for one in alone.values() for job in one.orders[duty]]
        for duty in range(len(case.duties))
    ]
    joint = find_dangers_first(case, jobs, how.part(_JOINT), start=apart)
    side = _side_by_side(case, alone)
    beside = RoundsSearchResult(Tours(side, apart, Weigh.of(side)), 0, joint.stopped, jobs)
    return _drop_late_costs(alone, joint), min(joint, beside, key=_rank_search_result)


def _drop_late_costs(
    alone: Mapping[str, "_Alone"], joint: RoundsSearchResult
) -> dict[str, "_Alone"]:
    """What each does alone, no cost where a danger is late that together is in time."""
    late = set(find_overdue_dangers(joint.tours))
    return {
        name: one if set(find_overdue_dangers(one.found.tours)) <= late else replace(one, cost=None)
        for name, one in alone.items()
    }


def find_dangers_first(
    case: Case, jobs: list[int], how: How, *, start: Orders | None = None
) -> RoundsSearchResult:
    """The best orders in which dangers begin as soon as crews can be there.

    Where other work that must be done could not be done then, dangers wait for it alone.
    """
    first = put_dangers_first(case)
    found = find_best_orders(first, jobs, how, weigh=Weigh.of(first), start=start)
    if not found.missed or not any(job.may for job in first.jobs):
        return found
    other = find_best_orders(case, jobs, how, weigh=Weigh.of(case), start=start)
    return min(found, other, key=lambda one: len(one.missed))


def _side_by_side(case: Case, alone: Mapping[str, "_Alone"]) -> Case:
    """The case in which each organisation's dangers begin when they do alone."""
    stops = case.problem.stops
    parts = {name: one.found.tours.case for name, one in alone.items()}
    owned = (parts[stops[job.stop].organisation].jobs[n] for n, job in enumerate(case.jobs))
    pairs = zip(case.jobs, owned, strict=True)
    return replace(case, jobs=tuple(mine if mine.may else job for job, mine in pairs))


def _rank_search_result(found: RoundsSearchResult) -> tuple[int, int, Decimal]:
    """Work that must be done and is left, dangers begun late, then euros."""
    tours = found.tours
    left = [tours.case.jobs[job].skip for job in tours.list_unserved()]
    skipped = sum(
        (round_to_euro_cents(tours.case, skip) for skip in left if skip is not None), _ZERO
    )
    return left.count(None), len(find_overdue_dangers(tours)), cost(rounds_of(tours), ()) + skipped


def _compute_job_share(case: Case, jobs: list[int], name: str) -> float:
    stops = case.problem.stops
    mine = sum(stops[case.jobs[job].stop].organisation == name for job in jobs)
    return mine / len(jobs) if jobs else 0.0


def _solve_organisation_alone(case: Case, jobs: list[int], name: str, how: How) -> _Alone:
    stops, shifts = case.problem.stops, case.problem.shifts
    mine = [job for job in jobs if stops[case.jobs[job].stop].organisation == name]
    crews = frozenset(n for n, shift in enumerate(shifts) if shift.organisation == name)
    part = case.part(frozenset(mine), crews)
    found = find_dangers_first(part, mine, how)
    orders = [order if n in crews else [] for n, order in enumerate(found.tours.orders)]
    return _Alone(orders, _compute_organisation_cost(found, name), found)


def _compute_organisation_cost(found: RoundsSearchResult, name: str) -> Decimal | None:
    """What the organisation pays for its crews and for its work that is left."""
    case, problem = found.tours.case, found.tours.case.problem
    left = [case.jobs[job].stop for job in found.tours.list_unserved()] + list(case.set_aside)
    if found.missed:
        return None
    mine = [problem.stops[stop] for stop in left if problem.stops[stop].organisation == name]
    rounds = [one for one in rounds_of(found.tours) if one.organisation == name]
    return cost(rounds, ()) + sum((stop.skip_eur or _ZERO for stop in mine), _ZERO)


def _build_plan_context(
    best: RoundsSearchResult, alone: Mapping[str, _Alone], hopeless: Mapping[int, Phrase], how: How
) -> Callable[[float], RoundsPlanContext]:
    """What is said beside the rounds, once the seconds are known."""
    tours = best.tours
    left = {
        job: hopeless.get(job) or _reasons.describe_unplaced_job(tours, job)
        for job in tours.list_unserved()
    }
    refuse_missed(best, left)
    steps = sum(one.found.steps for one in alone.values() if one.found is not best) + best.steps
    base = [Phrase(text=_text.ALONE)]
    unable = [name for name, one in alone.items() if one.cost is None]
    if unable:
        base.append(Phrase(text=_text.ALONE_NOT, values=(", ".join(unable)[:200],)))
    said = build_stop_lines(tours)
    return lambda seconds: RoundsPlanContext(
        left=left,
        lines=said,
        alone={name: one.cost for name, one in alone.items()},
        baseline=tuple(base),
        seed=how.seed,
        steps=steps,
        stop=best.stopped,
        seconds=seconds,
        extra=tuple(describe_overdue_dangers(tours)),
    )


def refuse_missed(best: RoundsSearchResult, left: Mapping[int, Phrase]) -> None:
    """Before the days begin, work that must be done and fits nowhere is no plan."""
    case = best.tours.case
    missed = [job for job in left if case.jobs[job].stop in best.missed]
    if not missed or case.problem.now is not None:
        return
    if best.stopped == "cancelled":
        raise Cancelled
    said: list[str] = []
    for job in missed[:_MOST_TOLD]:
        said += [Reason(_text.MUST, case.name(job)), Reason(left[job].text, *left[job].values)]
    must = sum(job.service_s for job in case.jobs if job.skip is None)
    spans = [compute_working_span(duty) for duty in case.duties]
    there = sum(max(0, end - begin) for begin, end in spans)
    if must > there:
        said.append(Reason(_text.MINUTES, must // MINUTE, there // MINUTE))
    raise Infeasible(tuple(said))
