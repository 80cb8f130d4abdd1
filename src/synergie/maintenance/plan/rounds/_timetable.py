"""The times of a round whose order and departure are known, and where its break falls."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synergie.maintenance.plan.rounds._case import Case, Duty, Job
from synergie.maintenance.plan.rounds._schedule import Ending, compute_round_ending


@dataclass(frozen=True, slots=True)
class Visit:
    """One job of a round, seconds of the clock."""

    job: int
    arrives: int
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class Timetable:
    """One round. *pause* None: no break is to come."""

    left: int
    back: int
    visits: tuple[Visit, ...]
    pause: int | None


def build_timetable(case: Case, duty: Duty, order: Sequence[int]) -> Timetable:
    """The times of a round that can be: everything as early as its departure allows.

    The break is where it makes the return earliest, the earliest of such breaks.
    """
    best = compute_round_ending(case, duty, order)
    if best is None:
        raise AssertionError(order)
    runs = (
        _run_timetable(case, duty, order, best=best, slot=slot)
        for slot in _iterate_break_slots(duty, order)
    )
    found = [run for run in runs if run is not None and run.back <= best.back]
    return min(found, key=lambda run: (run.back, run.pause or 0))


def _iterate_break_slots(duty: Duty, order: Sequence[int]) -> Iterator[int | None]:
    """Where the break may go: even, before a drive; odd, after it; None, not in the round."""
    yield None
    if duty.pause_s and not (duty.begun is not None and duty.begun.rested):
        yield from range(1 if duty.begun is None else 0, 2 * len(order) + 1)


def _run_timetable(
    case: Case, duty: Duty, order: Sequence[int], *, best: Ending, slot: int | None
) -> Timetable | None:
    place, now = duty.start, best.left
    if duty.begun is not None:
        place, now = duty.begun.place, duty.begun.ready
    pause = None
    visits: list[Visit] = []
    for number, name in enumerate(order):
        job = case.jobs[name]
        if slot == 2 * number:
            now = pause = max(now, duty.pause_from)
            now += duty.pause_s
        arrives = now = now + case.network.seconds[place][job.place]
        if slot == 2 * number + 1:
            now = pause = max(now, duty.pause_from)
            now += duty.pause_s
        starts = _find_work_start(job, now)
        if starts is None:
            return None
        now, place = starts + job.service_s, job.place
        visits.append(Visit(name, arrives, starts, now))
    if slot == 2 * len(order):
        now = pause = max(now, duty.pause_from)
        now += duty.pause_s
    back = now + case.network.seconds[place][duty.end]
    return _add_depot_break(duty, Timetable(best.left, back, tuple(visits), pause), slot)


def _find_work_start(job: Job, now: int) -> int | None:
    """When the work begins. None: its windows are over."""
    if not job.windows:
        return now
    return next((max(low, now) for low, high in job.windows if now <= high), None)


def _add_depot_break(duty: Duty, run: Timetable, slot: int | None) -> Timetable | None:
    """The round with its break at the depot when it has none on the way. None: no break fits."""
    if run.back > duty.limit:
        return None
    if slot is not None:
        return run if run.pause is not None and run.pause <= duty.pause_to else None
    if not duty.pause_s or (duty.begun is not None and duty.begun.rested):
        return run
    if duty.begun is None and run.left >= duty.pause_from + duty.pause_s:
        at = min(run.left - duty.pause_s, duty.pause_to)
        return Timetable(run.left, run.back, run.visits, at)
    if run.back <= duty.pause_to:
        at = max(run.back, duty.pause_from)
        return Timetable(run.left, run.back, run.visits, at)
    return None
