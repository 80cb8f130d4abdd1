"""A round as people read it: instants, minutes, metres, parts, cost."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from synergie.maintenance.plan.rounds._case import MINUTE, Case, Duty
from synergie.maintenance.plan.rounds._euros import round_to_euro_cents
from synergie.maintenance.plan.rounds._schedule import round_cost
from synergie.maintenance.plan.rounds._timetable import Timetable, Visit, build_timetable
from synergie.maintenance.records.rounds import PlannedStop, Round
from synergie.park.records.crew import PartCount


def round_of(case: Case, number: int, order: Sequence[int]) -> Round | None:
    """The day of one crew. None: it stays home."""
    duty, shift = case.duties[number], case.problem.shifts[number]
    if not order and duty.begun is None:
        return None
    times = build_timetable(case, duty, order)
    planned = [*_list_fixed_stops(case, duty), *_build_planned_stops(case, duty, times)]
    stops = [*(duty.begun.stops if duty.begun else ()), *(case.jobs[job].stop for job in order)]
    way = _list_round_legs(case, duty, stops)
    pause = shift.break_at or (None if times.pause is None else case.moment(times.pause))
    return Round(
        crew=shift.crew,
        organisation=shift.organisation,
        day=shift.day,
        leaves_at=case.moment(times.left),
        returns_at=case.moment(times.back),
        break_at=pause,
        stops=tuple(planned),
        distance_m=sum(case.network.metres[a][b] for a, b in way),
        work_minutes=sum(case.problem.stops[stop].minutes for stop in stops),
        cost_eur=round_to_euro_cents(case, round_cost(case, duty, order) or 0),
        parts=_sum_round_parts(case, stops),
        drive_minutes=_convert_to_minutes(sum(case.network.seconds[a][b] for a, b in way)),
        overtime_minutes=_convert_to_minutes(max(0, times.back - max(times.left, duty.closes))),
    )


def _convert_to_minutes(seconds: int) -> int:
    return -(-seconds // MINUTE)


def _list_round_legs(case: Case, duty: Duty, stops: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise([duty.start, *(case.rows[stop] for stop in stops), duty.end]))


def _list_fixed_stops(case: Case, duty: Duty) -> list[PlannedStop]:
    """What is done or under way, with the times it had."""
    done = {done.stop: done for done in case.problem.done}
    planned, place = [], duty.start
    for number in duty.begun.stops if duty.begun else ():
        one = done[case.problem.stops[number].id]
        row = case.rows[number]
        planned.append(
            PlannedStop(
                stop=one.stop,
                arrives_at=one.arrived_at or one.starts_at,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                drive_minutes=_convert_to_minutes(case.network.seconds[place][row]),
                drive_m=case.network.metres[place][row],
                fixed=True,
            )
        )
        place = row
    return planned


def _build_planned_stops(case: Case, duty: Duty, times: Timetable) -> list[PlannedStop]:
    place = duty.start if duty.begun is None else duty.begun.place
    planned = []
    for visit in times.visits:
        planned.append(_build_planned_visit(case, visit, place))
        place = case.jobs[visit.job].place
    return planned


def _build_planned_visit(case: Case, visit: Visit, place: int) -> PlannedStop:
    row = case.jobs[visit.job].place
    return PlannedStop(
        stop=case.name(visit.job),
        arrives_at=case.moment(visit.arrives),
        starts_at=case.moment(visit.starts),
        ends_at=case.moment(visit.ends),
        drive_minutes=_convert_to_minutes(case.network.seconds[place][row]),
        drive_m=case.network.metres[place][row],
    )


def _sum_round_parts(case: Case, stops: Sequence[int]) -> tuple[PartCount, ...]:
    counts: Counter[str] = Counter()
    for stop in stops:
        for part in case.problem.stops[stop].parts:
            counts[part.part] += part.count
    return tuple(PartCount(part=part, count=count) for part, count in sorted(counts.items()))
