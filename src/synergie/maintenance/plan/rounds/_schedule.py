"""Exact times of one round in a given order: windows, break, latest departure, overtime.

A round is followed as *pieces*: leaving at `left + d` one is ready at `ready + d`, for every
delay `0 <= d <= slack`. A piece that another one beats for every moment is dropped, so what is
left at the end holds the cheapest pair of departure and return.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from synergie.maintenance.plan.rounds._case import Case, Duty, Job, Span

type Piece = tuple[int, int, int]
"""left, ready, slack."""


@dataclass(frozen=True, slots=True)
class State:
    """A crew on its way. *free*: the break is still to come; *rested*: it is over, or none."""

    place: int
    free: tuple[Piece, ...]
    rested: tuple[Piece, ...]
    metres: int
    moved: bool
    """Whether it has left."""
    routine: bool = False
    """Whether it does routine work on the way that could wait for another day."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Departure and return of a round, and its cost in parts of a euro."""

    left: int
    back: int
    cost: int


def start_duty(duty: Duty) -> State:
    """The crew before it does anything that is still to be planned."""
    if duty.begun is not None:
        piece = ((duty.begun.left, duty.begun.ready, 0),)
        pending = duty.pause_s and not duty.begun.rested
        free, rested = (piece, ()) if pending else ((), piece)
        return State(duty.begun.place, free, rested, duty.begun.metres, moved=True)
    room = duty.limit - duty.opens
    begin = ((duty.opens, duty.opens, room),) if room >= 0 else ()
    if not duty.pause_s:
        return State(duty.start, (), begin, 0, moved=False)
    after = max(duty.opens, duty.pause_from + duty.pause_s)  # the break is had at the depot
    rested = ((after, after, duty.limit - after),) if after <= duty.limit else ()
    return State(duty.start, begin, rested, 0, moved=False)


def append_job(case: Case, duty: Duty, state: State, job: Job) -> State | None:
    """The crew when *job* is done after all others. None: it cannot be.

    No danger comes after routine work that could wait, unless it begins when its windows open.
    """
    if job.danger and state.routine and not job.at_opening:
        return None
    leg = case.network.seconds[state.place][job.place]
    last = duty.limit - case.network.seconds[job.place][duty.end]
    free, rested = _delay_pieces(state.free, leg), _delay_pieces(state.rested, leg)
    if free:
        rested += _insert_pause(duty, free)
        if state.moved and any(ready + slack > duty.pause_to for _, ready, slack in free):
            rested += _delay_pieces(
                _insert_pause(duty, state.free), leg
            )  # it is late after the drive
    if job.windows:
        free, rested = _enter_windows(free, job.windows), _enter_windows(rested, job.windows)
    free = _select_best_pieces(free, last, job.service_s)
    rested = _select_best_pieces(rested, last, job.service_s)
    if not free and not rested:
        return None
    metres = state.metres + case.network.metres[state.place][job.place]
    routine = state.routine or (not job.danger and job.skip is not None)
    return State(job.place, free, rested, metres, moved=True, routine=routine)


def find_cheapest_return(case: Case, duty: Duty, state: State) -> Ending | None:
    """The cheapest return from here, the earliest of equal ones. None: none in time."""
    leg = case.network.seconds[state.place][duty.end]
    metres = state.metres + case.network.metres[state.place][duty.end]
    rested = state.rested
    if state.free and state.moved:
        rested = rested + _insert_pause(duty, state.free)
    best: Ending | None = None
    home = min(duty.limit, duty.pause_to)  # the break is had after the return
    for pieces, last in ((rested, duty.limit), (state.free, home)):
        for left, ready, slack in pieces:
            spare = min(slack, last - ready - leg)
            if spare < 0:
                continue
            for delay in (0, spare):
                found = _build_ending(duty, left + delay, ready + leg + delay, metres)
                if best is None or (found.cost, found.back) < (best.cost, best.back):
                    best = found
    return best


def round_cost(case: Case, duty: Duty, jobs: Iterable[int]) -> int | None:
    """Cost of doing *jobs* in this order. None: it cannot be done; 0: nothing, at home."""
    found = compute_round_ending(case, duty, jobs)
    return None if found is None else found.cost


def compute_round_ending(case: Case, duty: Duty, jobs: Iterable[int]) -> Ending | None:
    """Departure, return and cost of a round; of one that stays home, at its opening for nothing."""
    state: State | None = start_duty(duty)
    idle = duty.begun is None
    for job in jobs:
        idle = False
        state = append_job(case, duty, state, case.jobs[job]) if state is not None else None
    if idle:
        return Ending(duty.opens, duty.opens, 0)
    return None if state is None else find_cheapest_return(case, duty, state)


def can_carry_parts(case: Case, duty: Duty, jobs: Sequence[int]) -> bool:
    """Whether the vehicle holds the parts for *jobs*."""
    return all(
        sum(case.jobs[job].loads[dimension] for job in jobs) <= most
        for dimension, most in enumerate(duty.room)
    )


def _build_ending(duty: Duty, left: int, back: int, metres: int) -> Ending:
    normal = min(back, duty.closes) - min(left, duty.closes)
    late = back - left - normal
    return Ending(left, back, normal * duty.per_s + late * duty.over_s + metres * duty.per_m)


def _delay_pieces(pieces: tuple[Piece, ...], seconds: int) -> tuple[Piece, ...]:
    return tuple([(left, ready + seconds, slack) for left, ready, slack in pieces])


def _insert_pause(duty: Duty, pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    entered = _enter_windows(pieces, ((duty.pause_from, duty.pause_to),))
    return _delay_pieces(entered, duty.pause_s)


def _enter_windows(pieces: tuple[Piece, ...], windows: Sequence[Span]) -> tuple[Piece, ...]:
    """What is left of the pieces when something begins inside one of the windows."""
    found: list[Piece] = []
    for left, ready, slack in pieces:
        for opens, closes in windows:
            if ready > closes:
                continue
            wait = opens - ready
            if wait > slack:
                found.append((left + slack, opens, 0))
            else:
                skipped = max(0, wait)
                spare = min(slack - skipped, closes - ready - skipped)
                found.append((left + skipped, ready + skipped, spare))
    return tuple(found)


def _select_best_pieces(pieces: tuple[Piece, ...], last: int, work: int) -> tuple[Piece, ...]:
    """After *work*, the pieces that are ready by *last* and that no other one beats."""
    pieces = tuple([(e, t + work, s) for e, t, s in pieces if t + work <= last])
    if len(pieces) <= 1:
        return pieces
    kept: list[Piece] = []
    for piece in _join_pieces(pieces):
        if not any(_dominates_piece(other, piece) for other in kept):
            kept.append(piece)
    return tuple(kept)


def _join_pieces(pieces: Iterable[Piece]) -> list[Piece]:
    """The same with those that take equally long and follow each other made one, by ready."""
    found: list[Piece] = []
    where: dict[int, int] = {}
    for left, ready, slack in sorted(pieces, key=_by_ready):
        at = where.get(ready - left)
        if at is not None and left <= found[at][0] + found[at][2] + 1:
            first, begin, reach = found[at]
            found[at] = (first, begin, max(reach, left + slack - first))
        else:
            where[ready - left] = len(found)
            found.append((left, ready, slack))
    return found


def _by_ready(piece: Piece) -> tuple[int, int, int]:
    return piece[1], -piece[0], -piece[2]


def _dominates_piece(first: Piece, other: Piece) -> bool:
    """Whether *first*, ready no later, leaves no earlier at every moment."""
    left, ready, slack = first
    then = left + min(slack, other[1] - ready)
    return then >= other[0] and left + slack >= other[0] + other[2]
