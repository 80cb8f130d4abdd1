"""A crew in the middle of its day: where it is, when it is free, whether it had its break."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Protocol

from synergie.maintenance.plan.rounds._case import Begun, Duty, convert_to_clock_second
from synergie.maintenance.plan.rounds._network import Network
from synergie.maintenance.records.rounds import CrewShift, DoneStop, RoundsProblem


class DutyContext(Protocol):
    """What is known when a duty is made."""

    zero: datetime
    network: Network
    stops: dict[str, int]

    def row_of(self, stop: str) -> int:
        """Row of the network of a stop's place."""

    def load_of(self, stops: Iterable[int]) -> tuple[int, ...]:
        """What these stops take, by dimension."""


def apply_done_stops(
    problem: RoundsProblem, shift: CrewShift, duty: Duty, given: DutyContext
) -> Duty:
    """The duty as it is now; the same when nothing is done yet.

    A break that cannot be had in its time any more is had as soon as what is under way ends; a
    crew that cannot be home in time any more may still drive home.
    """
    done = sorted(
        (d for d in problem.done if (d.crew, d.day) == (shift.crew, shift.day)),
        key=lambda d: (d.starts_at, d.ends_at),
    )
    if not done:
        return duty
    places = [given.row_of(d.stop) for d in done]
    rested, free_at = _find_break_state(duty, shift, done, given)
    ready = max([free_at, *([_round_second_up(problem.now, given)] if problem.now else [])])
    pending = bool(duty.pause_s) and not rested
    home = ready + duty.pause_s * pending + given.network.seconds[places[-1]][duty.end]
    numbers = tuple(given.stops[d.stop] for d in done)
    used = given.load_of(numbers)
    return replace(
        duty,
        limit=max(duty.limit, home),
        pause_to=max(duty.pause_to, ready) if pending else duty.pause_to,
        room=tuple(max(0, room - load) for room, load in zip(duty.room, used, strict=True)),
        begun=Begun(
            place=places[-1],
            left=_find_duty_departure(duty, shift, done, given),
            ready=ready,
            metres=_sum_way_metres(duty, places, given.network),
            rested=not pending,
            stops=numbers,
        ),
    )


def _round_second_up(moment: datetime, given: DutyContext) -> int:
    return convert_to_clock_second(moment, given.zero, up=True)


def _find_duty_departure(
    duty: Duty, shift: CrewShift, done: Sequence[DoneStop], given: DutyContext
) -> int:
    """When it left: as told, or just in time for what it did first."""
    if shift.left_at is not None:
        return convert_to_clock_second(shift.left_at, given.zero)
    first = done[0]
    drive = given.network.seconds[duty.start][given.row_of(first.stop)]
    return convert_to_clock_second(first.arrived_at or first.starts_at, given.zero) - drive


def _sum_way_metres(duty: Duty, places: Sequence[int], network: Network) -> int:
    way = [duty.start, *places]
    return sum(network.metres[a][b] for a, b in pairwise(way))


def _find_break_state(
    duty: Duty, shift: CrewShift, done: Sequence[DoneStop], given: DutyContext
) -> tuple[bool, int]:
    """Whether the break is over or under way, and when the crew is free for something new."""
    free_at = _round_second_up(done[-1].ends_at, given)
    if shift.break_at is not None:
        return True, max(free_at, _round_second_up(shift.break_at, given) + duty.pause_s)
    if not duty.pause_s:
        return True, free_at
    return _has_room_for_break(duty, done, given), free_at


def _has_room_for_break(duty: Duty, done: Sequence[DoneStop], given: DutyContext) -> bool:
    """Whether what is done left room for the break in its time."""
    for first, then in pairwise(done):
        drive = given.network.seconds[given.row_of(first.stop)][given.row_of(then.stop)]
        begins = max(_round_second_up(first.ends_at, given), duty.pause_from)
        if begins + duty.pause_s + drive <= convert_to_clock_second(
            then.starts_at, given.zero
        ) and (begins <= duty.pause_to):
            return True
    return False
