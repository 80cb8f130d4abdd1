"""A day that has begun: what the crews have done by now if all went as planned."""

from datetime import datetime, timedelta

from synergie.maintenance.records.rounds import (
    CrewShift,
    DoneStop,
    PlannedStop,
    Round,
    RoundsPlan,
    RoundsProblem,
    RoundStop,
)


def running(
    problem: RoundsProblem, plan: RoundsPlan, *, now: datetime, stop: RoundStop | None = None
) -> RoundsProblem:
    """The problem of the rest: what is done or under way at *now*, and *stop* beside the others.

    What `problem.done` says goes before the plan. A stop that a crew is on its way to is under
    way. It is the problem that `insert` answers, and the one to give to the next `insert`.
    """
    done = {one.stop: one for one in problem.done}
    shifts = {(shift.crew, shift.day): shift for shift in problem.shifts}
    for one in plan.rounds:
        begun = _list_begun_stops(one, done, now)
        done |= {planned.stop: _build_done_stop(one, planned) for planned in begun}
        key = (one.crew, one.day)
        busy = [done[planned.stop].ends_at for planned in one.stops if planned.stop in done]
        if busy and key in shifts:
            shifts[key] = _build_started_shift(shifts[key], one, max(busy), now)
    known = {other.id for other in problem.stops}
    more = () if stop is None or stop.id in known else (stop,)
    order = sorted(done.values(), key=lambda d: (d.day, d.crew, d.starts_at, d.stop))
    return problem.model_copy(
        update={
            "shifts": tuple(shifts[shift.crew, shift.day] for shift in problem.shifts),
            "stops": (*problem.stops, *more),
            "done": tuple(order),
            "now": now,
        }
    )


def _list_begun_stops(one: Round, done: dict[str, DoneStop], now: datetime) -> list[PlannedStop]:
    """What the plan has begun by *now* and nobody told of, in order."""
    told = [done[planned.stop] for planned in one.stops if planned.stop in done]
    since = max((d.ends_at for d in told), default=None)
    begun = []
    for planned in one.stops:
        leaves = planned.arrives_at - timedelta(minutes=planned.drive_minutes)
        if planned.stop in done or (since is not None and planned.starts_at < since):
            continue
        if leaves > now:
            break
        begun.append(planned)
    return begun


def _build_done_stop(one: Round, planned: PlannedStop) -> DoneStop:
    return DoneStop(
        stop=planned.stop,
        crew=one.crew,
        day=one.day,
        starts_at=planned.starts_at,
        ends_at=planned.ends_at,
        arrived_at=planned.arrives_at,
    )


def _build_started_shift(shift: CrewShift, one: Round, busy: datetime, now: datetime) -> CrewShift:
    """The shift with its departure, and its break when that has begun or comes before the rest."""
    rested = (
        one.break_at is not None
        and one.break_at < max(busy, now)
        and (one.break_at < one.returns_at)
    )
    update: dict[str, object] = {"left_at": shift.left_at or one.leaves_at}
    if rested and shift.break_at is None:
        update["break_at"] = one.break_at
    return shift.model_copy(update=update)
