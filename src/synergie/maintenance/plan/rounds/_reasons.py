"""Why a stop is in no round, and what would change it."""

from dataclasses import replace

from synergie.maintenance.plan.rounds import _text
from synergie.maintenance.plan.rounds._case import MINUTE, Case, Duty, Job
from synergie.maintenance.plan.rounds._euros import round_to_euro_cents
from synergie.maintenance.plan.rounds._pause import compute_working_span
from synergie.maintenance.plan.rounds._schedule import can_carry_parts, compute_round_ending
from synergie.maintenance.plan.rounds._tours import ALL, Tours
from synergie.maintenance.records.rounds import CrewShift, RoundStop
from synergie.schemas.plan import Phrase

_DAY = 86_400


def describe_hopeless_job(case: Case, number: int) -> Phrase | None:
    """Why no crew can do the job even if it does nothing else. None: one can."""
    job = case.jobs[number]
    if not job.able:
        return _describe_unable_crews(case, case.problem.stops[job.stop])
    duties = [case.duties[duty] for duty in sorted(job.able)]
    if any(_can_serve_alone(case, duty, number) for duty in duties):
        return None
    if not any(can_carry_parts(case, duty, [number]) for duty in duties):
        parts = ", ".join(part.part for part in case.problem.stops[job.stop].parts)
        return Phrase(text=_text.NO_ROOM, values=(parts[:200],))
    free = replace(case, jobs=_without_windows(case, number))
    if job.windows and any(_can_serve_alone(free, duty, number) for duty in duties):
        return Phrase(text=_text.CLOSED)
    return _too_long(case, job, duties)


def _can_serve_alone(case: Case, duty: Duty, number: int) -> bool:
    return (
        can_carry_parts(case, duty, [number])
        and compute_round_ending(case, duty, [number]) is not None
    )


def _without_windows(case: Case, number: int) -> tuple[Job, ...]:
    job = replace(case.jobs[number], windows=())
    return (*case.jobs[:number], job, *case.jobs[number + 1 :])


def _describe_unable_crews(case: Case, stop: RoundStop) -> Phrase:
    shifts = case.problem.shifts
    if stop.crew is not None:
        shifts = tuple(shift for shift in shifts if shift.crew == stop.crew)
        if not shifts:
            return Phrase(text=_text.NO_CREW, values=(stop.crew,))
    skilled = [shift for shift in shifts if set(stop.skills) <= set(shift.skills)]
    mixed = [shift for shift in shifts if _may_mix(shift, stop)]
    skills = ", ".join(stop.skills)[:200]
    if not skilled:
        return Phrase(text=_text.NO_SKILL, values=(skills,))
    if not mixed:
        return Phrase(text=_text.NO_MIX, values=(str(stop.network_mix),))
    if not any(_may_mix(shift, stop) for shift in skilled):
        return Phrase(text=_text.NO_BOTH, values=(skills, str(stop.network_mix)))
    parts = ", ".join(part.part for part in stop.parts)
    return Phrase(text=_text.NO_ROOM, values=(parts[:200],))


def _may_mix(shift: CrewShift, stop: RoundStop) -> bool:
    return stop.network_mix is None or stop.network_mix in shift.network_mixes


def _too_long(case: Case, job: Job, duties: list[Duty]) -> Phrase:
    """Against the shift that comes nearest to it."""
    seconds = case.network.seconds
    gaps = []
    for duty in duties:
        start = duty.start if duty.begun is None else duty.begun.place
        drive = seconds[start][job.place] + seconds[job.place][duty.end]
        begin, end = compute_working_span(duty)
        length = max(0, end - begin + duty.limit - duty.closes)
        gaps.append((drive + job.service_s - length, drive, length))
    _, drive, length = min(gaps)
    if drive + job.service_s <= length:
        return Phrase(text=_text.NO_BREAK, values=(_format_minutes(job.service_s),))
    if drive > length:
        return Phrase(
            text=_text.FAR, values=(_format_minutes(drive), _format_minutes(length, up=False))
        )
    values = (_format_minutes(drive + job.service_s), _format_minutes(length, up=False))
    return Phrase(text=_text.LONG, values=values)


def _format_minutes(seconds: int, *, up: bool = True) -> str:
    return str(-(-seconds // MINUTE) if up else seconds // MINUTE)


def describe_unplaced_job(tours: Tours, number: int) -> Phrase:
    """Why a job that a crew could do is in no round."""
    case, job = tours.case, tours.case.jobs[number]
    place = tours.best_place(number, most=ALL)
    if place is not None:
        if job.skip is None or place.weight < job.skip:
            return Phrase(text=_text.NOT_FOUND)
        skip = round_to_euro_cents(case, job.skip)
        return Phrase(
            text=_text.WORTH, values=(f"{skip}", f"{round_to_euro_cents(case, place.weight)}")
        )
    missing = [
        (short, duty)
        for duty in sorted(job.able)
        if (short := _compute_missing_seconds(tours, number, duty))
    ]
    if not missing:
        return Phrase(text=_text.CROWDED)
    short, duty = min(missing)
    shift = case.problem.shifts[duty]
    values = (_format_minutes(short), shift.crew, shift.day.isoformat())
    return Phrase(text=_text.NO_TIME, values=values)


def _compute_missing_seconds(tours: Tours, number: int, index: int) -> int | None:
    """Seconds by which the shift of a duty is too short for one more job. None: it is not that."""
    case, duty = tours.case, tours.case.duties[index]
    order = tours.orders[index]
    if not can_carry_parts(case, duty, [*order, number]):
        return None
    dear = _DAY * (duty.per_s + 1)  # so that the earliest return is the cheapest
    longer = replace(duty, limit=duty.limit + _DAY, over_s=dear)
    backs = []
    for at in range(len(order) + 1):
        found = compute_round_ending(case, longer, [*order[:at], number, *order[at:]])
        if found is not None:
            backs.append(found.back)
    return min(backs) - duty.limit if backs and min(backs) > duty.limit else None
