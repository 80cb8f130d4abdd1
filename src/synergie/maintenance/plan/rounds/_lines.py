"""Why this crew: the next best crew for each stop, and what it would cost more."""

from collections.abc import Collection

from synergie.maintenance.plan.rounds import _text
from synergie.maintenance.plan.rounds._euros import round_to_euro_cents
from synergie.maintenance.plan.rounds._tours import Tours
from synergie.schemas.plan import Phrase, PlanLine


def build_stop_lines(tours: Tours, *, only: Collection[int] | None = None) -> tuple[PlanLine, ...]:
    """One line a stop, in the order of the rounds; *only* for these jobs when given."""
    said: list[PlanLine] = []
    for duty, order in enumerate(tours.orders):
        begun = tours.case.duties[duty].begun
        if begun is not None and only is None:
            said += [_build_fixed_line(tours, duty, stop) for stop in begun.stops]
        said += [_build_stop_line(tours, duty, job) for job in order if only is None or job in only]
    return tuple(said)


def _format_duty_name(tours: Tours, duty: int) -> str:
    shift = tours.case.problem.shifts[duty]
    return f"{shift.crew} {shift.day.isoformat()}"


def _build_fixed_line(tours: Tours, duty: int, stop: int) -> PlanLine:
    subject = tours.case.problem.stops[stop].id
    return PlanLine(
        subject=subject, chosen=_format_duty_name(tours, duty), reason=Phrase(text=_text.FIXED)
    )


def _build_stop_line(tours: Tours, duty: int, job: int) -> PlanLine:
    """Against the best place found with another crew, all other stops kept."""
    case = tours.case
    stop, crew = case.problem.stops[case.jobs[job].stop], case.problem.shifts[duty].crew
    others = [d for d in case.jobs[job].able if case.problem.shifts[d].crew != crew]
    chosen = _format_duty_name(tours, duty)
    if stop.crew is not None:
        return PlanLine(subject=stop.id, chosen=chosen, reason=Phrase(text=_text.ASKED))
    if case.jobs[job].danger:
        return PlanLine(subject=stop.id, chosen=chosen, reason=Phrase(text=_text.FIRST))
    order = tours.orders[duty]
    rest = tours.price(duty, [other for other in order if other != job])
    place = tours.best_place(job, duties=others) if others and rest is not None else None
    if place is None or rest is None:
        return PlanLine(subject=stop.id, chosen=chosen, reason=Phrase(text=_text.ONLY))
    saved = tours.costs[duty] - rest + tours.weigh.there(job, duty)
    return PlanLine(
        subject=stop.id,
        chosen=chosen,
        runner_up=_format_duty_name(tours, place.duty),
        difference_eur=round_to_euro_cents(case, place.weight - saved),
        reason=Phrase(text=_text.CHOSEN),
    )
