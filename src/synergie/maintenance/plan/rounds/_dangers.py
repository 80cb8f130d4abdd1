"""Dangers first: each begins as soon as a crew can be there, before work that may wait.

Least, in this order: dangers that wait for a later day, dangers begun after their contract's time,
seconds of that lateness, the sum of their starts, euros. Up to `_MOST` orders of a day are all
gone through; of more dangers, each is put where that is least, then moved while it helps.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import factorial

from synergie.maintenance.plan.rounds._case import Case, Job, Orders
from synergie.maintenance.plan.rounds._schedule import (
    State,
    append_job,
    can_carry_parts,
    compute_round_ending,
    find_cheapest_return,
    start_duty,
)

_MOST = 2_500
"""Orders of a day, over all its crews, up to which all are gone through."""
_PASSES = 20
_MOST_TRIES = 100_000
"""Places for dangers, all together, that are looked at to move them: of 200, two passes."""

type _Rank = tuple[int, int, int, int]
"""Late dangers, seconds late, sum of starts, cost."""
_NOTHING: _Rank = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Way:
    """The dangers of one duty in their order, each as soon as can be."""

    rank: _Rank
    order: tuple[int, ...]
    starts: tuple[int, ...]


_HOME = _Way(_NOTHING, (), ())


def put_dangers_first(case: Case) -> Case:
    """The case in which each danger has its crew and its start, before any optional routine stop.

    A danger that fits in no day keeps its windows and its crews. What waits for a street to open
    lets other work go before it: that delays nothing.
    """
    rest = [number for number, job in enumerate(case.jobs) if job.danger and job.able]
    jobs = list(case.jobs)
    for duties in _group_duties_by_day(case) if rest else ():
        for number, way in _best_of_day(case, rest, duties).items():
            for job, start in zip(way.order, way.starts, strict=True):
                jobs[job] = _fix_job_start(jobs[job], number, start)
        rest = [job for job in rest if not jobs[job].may]
    return replace(case, jobs=tuple(jobs))


def dangers_ahead(case: Case, orders: Orders) -> Orders:
    """The same orders with the dangers of each duty in front, by their starts."""
    jobs = case.jobs
    bound = [job for job in range(len(jobs)) if jobs[job].may]
    bound.sort(key=lambda job: jobs[job].windows[0][0])
    return [
        [job for job in bound if duty in jobs[job].able]
        + [job for job in order if not jobs[job].may]
        for duty, order in enumerate(orders)
    ]


def _fix_job_start(job: Job, duty: int, start: int) -> Job:
    opening = any(low == start for low, _ in job.windows)
    return replace(
        job, able=frozenset([duty]), windows=((start, start),), may=job.able, at_opening=opening
    )


def _group_duties_by_day(case: Case) -> list[list[int]]:
    """Duties by day, the first day in front."""
    shifts = case.problem.shifts
    days = sorted({shift.day for shift in shifts})
    return [[n for n, shift in enumerate(shifts) if shift.day == day] for day in days]


def _best_of_day(case: Case, dangers: Sequence[int], duties: Sequence[int]) -> dict[int, _Way]:
    size = len(dangers)
    orders = sum(factorial(size) // factorial(size - n) for n in range(size + 1))
    if size <= 8 and orders * len(duties) <= _MOST:  # noqa: PLR2004
        return _all_orders(case, dangers, duties)
    return _insert_dangers(case, dangers, duties)


def _schedule_danger_order(case: Case, duty: int, order: Sequence[int]) -> _Way | None:
    """The starts of dangers in this order, each as soon as those before allow. None: cannot be."""
    return _way_on(case, duty, _On((), (), start_duty(case.duties[duty])), order)


@dataclass(frozen=True, slots=True)
class _On:
    """A crew on its way: the dangers it has begun, when, and where it is."""

    order: tuple[int, ...]
    starts: tuple[int, ...]
    state: State


def _way_on(case: Case, duty: int, on: _On, more: Sequence[int]) -> _Way | None:
    """The way of a crew that goes on with *more* dangers. None: cannot be."""
    crew, order = case.duties[duty], (*on.order, *more)
    if any(duty not in case.jobs[job].able for job in more) or not can_carry_parts(
        case, crew, order
    ):
        return None
    state, starts = on.state, list(on.starts)
    for number in more:
        found = _append_danger(case, duty, state, case.jobs[number])
        if found is None:
            return None
        start, state = found
        starts.append(start)
    end = find_cheapest_return(case, crew, state) if order else compute_round_ending(case, crew, ())
    if end is None:
        return None
    late = [max(0, s - due) for s, job in zip(starts, order, strict=True)
            if (due := case.jobs[job].due) is not None]  # fmt: skip
    rank = (sum(one > 0 for one in late), sum(late), sum(starts), end.cost)
    return _Way(rank, order, tuple(starts))


def _ways_with(case: Case, duty: int, old: _Way, job: int) -> Iterator[_Way]:
    """The ways of *old* with *job* at each place; what goes before it is followed once."""
    if duty not in case.jobs[job].able:
        return
    on: _On | None = _On((), (), start_duty(case.duties[duty]))
    for at, following in enumerate((*old.order, None)):
        if on is None:
            return
        found = _way_on(case, duty, on, (job, *old.order[at:]))
        if found is not None:
            yield found
        if following is not None:
            then = _append_danger(case, duty, on.state, case.jobs[following])
            on = then and _On((*on.order, following), (*on.starts, then[0]), then[1])


def _append_danger(case: Case, duty: int, state: State, job: Job) -> tuple[int, State] | None:
    """The earliest start of *job* after all others, and the crew then."""
    crew = case.duties[duty]
    then = append_job(case, crew, state, job)
    if then is None:
        return None
    start = min(ready for _, ready, _ in (*then.free, *then.rested)) - job.service_s
    bound = append_job(case, crew, state, replace(job, windows=((start, start),)))
    return None if bound is None else (start, bound)


def _all_orders(case: Case, dangers: Sequence[int], duties: Sequence[int]) -> dict[int, _Way]:
    """The least ranks of all partitions among duties and all orders of each."""
    joined: dict[int, tuple[_Rank, dict[int, _Way]]] = {0: (_NOTHING, {})}
    for duty in duties:
        ways = _find_best_danger_orders(case, duty, dangers)
        more: dict[int, tuple[_Rank, dict[int, _Way]]] = {}
        for done, (rank, chosen) in joined.items():
            for mask, way in ways.items():
                total = _sum_ranks((rank, way.rank))
                if not done & mask and (done | mask not in more or total < more[done | mask][0]):
                    more[done | mask] = (total, chosen | ({duty: way} if mask else {}))
        joined = more
    best = min(joined, key=lambda mask: (-mask.bit_count(), joined[mask][0]))
    return joined[best][1]


def _find_best_danger_orders(case: Case, duty: int, dangers: Sequence[int]) -> dict[int, _Way]:
    """The best order of each set of dangers that one duty can do."""
    best: dict[int, _Way] = {0: _HOME}
    heads: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    while heads:
        mask, order = heads.pop()
        for bit, job in enumerate(dangers):
            way = None if mask >> bit & 1 else _schedule_danger_order(case, duty, (*order, job))
            if way is None:
                continue
            now = mask | 1 << bit
            heads.append((now, way.order))
            if now not in best or way.rank < best[now].rank:
                best[now] = way
    return best


def _insert_dangers(case: Case, dangers: Sequence[int], duties: Sequence[int]) -> dict[int, _Way]:
    """Each danger where that is least, the soonest due first; then moved while that helps."""
    ways = dict.fromkeys(duties, _HOME)
    for job in sorted(dangers, key=lambda job: (case.jobs[job].due or 0, job)):
        _insert_danger(case, ways, job)
    tries = len(dangers) * (len(dangers) + len(duties))
    for _ in range(min(_PASSES, max(1, _MOST_TRIES // tries))):
        helped = [_move_danger(case, ways, job) for job in dangers]
        if not any(helped):
            break
    return ways


def _insert_danger(case: Case, ways: dict[int, _Way], job: int) -> bool:
    tried = (
        (
            _sum_ranks((way.rank for other, way in ways.items() if other != duty), new.rank),
            duty,
            new,
        )
        for duty, old in ways.items()
        for new in _ways_with(case, duty, old, job)
    )
    best = min(tried, key=lambda one: one[:2], default=None)
    if best is not None:
        ways[best[1]] = best[2]
    return best is not None


def _move_danger(case: Case, ways: dict[int, _Way], job: int) -> bool:
    """Whether the danger has a better place; one that had none is tried again."""
    before = dict(ways)
    for duty, way in before.items():
        if job in way.order:
            rest = _schedule_danger_order(
                case, duty, [other for other in way.order if other != job]
            )
            if rest is None:
                return False
            ways[duty] = rest
    was = sum(len(way.order) for way in before.values())
    placed = _insert_danger(case, ways, job)
    now = sum(len(way.order) for way in ways.values())
    if placed and (-now, _rank_all_orders(ways)) < (-was, _rank_all_orders(before)):
        return True
    ways.update(before)
    return False


def _rank_all_orders(ways: dict[int, _Way]) -> _Rank:
    return _sum_ranks(way.rank for way in ways.values())


def _sum_ranks(ranks: Iterable[_Rank], more: _Rank = _NOTHING) -> _Rank:
    late, seconds, starts, cost = (sum(column) for column in zip(*ranks, more, strict=True))
    return late, seconds, starts, cost
