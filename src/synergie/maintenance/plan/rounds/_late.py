"""Work whose deadline cannot be kept any more: it is done as soon as can be, and told so."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from synergie.maintenance.plan.rounds import _text
from synergie.maintenance.plan.rounds._case import MINUTE, Case
from synergie.maintenance.plan.rounds._dangers import schedule_danger_order
from synergie.maintenance.plan.rounds._given import build_rounds_case
from synergie.maintenance.plan.rounds._timetable import build_timetable
from synergie.maintenance.plan.rounds._tours import Tours
from synergie.maintenance.records.rounds import RoundsPlan
from synergie.schemas.plan import Phrase

_NEVER = 1 << 40
"""No deadline."""


def without_deadline(case: Case, numbers: Iterable[int]) -> Case:
    """The case in which these jobs may begin late."""
    jobs = list(case.jobs)
    for number in numbers:
        windows = jobs[number].windows
        if windows:
            last = (windows[-1][0], _NEVER)
            jobs[number] = replace(jobs[number], windows=(*windows[:-1], last))
    return replace(case, jobs=tuple(jobs))


def may_be_late(tours: Tours, numbers: Iterable[int]) -> Tours:
    """The same rounds in which these jobs may begin late, at a weight a minute."""
    jobs = list(numbers)
    case = without_deadline(tours.case, jobs)
    return Tours(case, tours.orders, tours.weigh.opened(case, jobs))


def list_mandatory_jobs(case: Case) -> list[int]:
    """Jobs that must be done."""
    return [number for number, job in enumerate(case.jobs) if job.skip is None]


def list_previously_late_jobs(case: Case, plan: RoundsPlan) -> list[int]:
    """Jobs that the plan told before begins outside their windows."""
    jobs = {case.name(job): job for job in range(len(case.jobs))}
    found = []
    for one in plan.rounds:
        for planned in one.stops:
            job = jobs.get(planned.stop)
            windows = () if job is None else case.problem.stops[case.jobs[job].stop].windows
            kept = any(w.opens_at <= planned.starts_at <= w.closes_at for w in windows)
            if job is not None and windows and not kept:
                found.append(job)
    return found


def find_overdue_dangers(tours: Tours) -> dict[int, Phrase]:
    """Dangers that begin after their contract's time, with how late."""
    case, found = tours.case, dict[int, Phrase]()
    for number, order in enumerate(tours.orders):
        if any(case.jobs[job].danger for job in order):
            for visit in build_timetable(case, case.duties[number], order).visits:
                job = case.jobs[visit.job]
                if job.danger and job.due is not None and visit.starts > job.due:
                    values = (case.name(visit.job), str(-(-(visit.starts - job.due) // MINUTE)))
                    found[visit.job] = Phrase(text=_text.OVERDUE, values=values)
    return found


def describe_overdue_dangers(tours: Tours, told: Container[int] = ()) -> list[Phrase]:
    """Dangers begun too late with who could help, but for those *told*; those without a time."""
    said, late = [], {n: p for n, p in find_overdue_dangers(tours).items() if n not in told}
    asked = build_rounds_case(tours.case.problem) if late else tours.case  # no start decided yet
    for job, phrase in late.items():
        said += [phrase, *_describe_help(asked, job)]
    dangers = (job for job in range(len(tours.case.jobs)) if tours.case.jobs[job].danger)
    untimed = [tours.case.name(job) for job in dangers if tours.case.jobs[job].due is None]
    return [*said, *(Phrase(text=_text.UNTIMED, values=(name,)) for name in untimed)]


def _describe_help(case: Case, job: int) -> Iterator[Phrase]:
    """Who would begin a danger soonest if it went there before all else, and when."""
    due, name = case.jobs[job].due or 0, case.name(job)
    ways = {duty: schedule_danger_order(case, duty, [job]) for duty in range(len(case.duties))}
    starts = [(way.starts[-1], duty) for duty, way in ways.items() if way is not None]
    if starts:
        start, duty = min(starts)
        minutes = abs(due - start) // MINUTE if start <= due else -(-(start - due) // MINUTE)
        crew = () if start > due else (case.problem.shifts[duty].crew,)
        text = _text.NO_HELP if start > due else _text.HELP
        at = case.moment(start).isoformat(timespec="seconds")
        yield Phrase(text=text, values=(name, *crew, at, str(minutes)))


def find_late_jobs(case: Case, tours: Tours) -> dict[int, Phrase]:
    """Jobs that begin after their windows in *case*, with how late."""
    found = {}
    for number, order in enumerate(tours.orders):
        if not any(case.jobs[job].windows != tours.case.jobs[job].windows for job in order):
            continue
        for visit in build_timetable(tours.case, tours.case.duties[number], order).visits:
            windows = case.jobs[visit.job].windows
            if windows and not any(low <= visit.starts <= high for low, high in windows):
                due = max(
                    w.closes_at for w in case.problem.stops[case.jobs[visit.job].stop].windows
                )
                minutes = -(-(case.moment(visit.starts) - due) // timedelta(minutes=1))
                values = (case.name(visit.job), str(minutes))
                found[visit.job] = Phrase(text=_text.LATE, values=values)
    return found
