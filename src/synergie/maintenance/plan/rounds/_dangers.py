"""Dangers first: each begins as soon as a crew can be there, before work that may wait.

Least, in this order: dangers that wait for a later day, dangers begun after their contract's time,
seconds of that lateness, the sum of their starts, euros. Of a few dangers the best order of every
set is found, crew by crew, and every partition among crews is gone through; of more, each is put
where that is least, then moved while it helps.
"""

from collections.abc import Sequence
from dataclasses import replace

from synergie.maintenance.plan.rounds._case import Case, Job, Orders
from synergie.maintenance.plan.rounds._danger_orders import (
    NO_DANGERS,
    STAY_HOME,
    DangerOrder,
    DangerRank,
    find_best_danger_orders,
    list_orders_with,
    schedule_danger_order,
    sum_ranks,
)

_MOST = 9_000
"""Sets of dangers by the last one and the crew, up to which all are gone through: 8 of 4 crews."""
_PASSES = 20
_MOST_TRIES = 100_000
"""Places for dangers, all together, that are looked at to move them: of 200, two passes."""


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


def _best_of_day(
    case: Case, dangers: Sequence[int], duties: Sequence[int]
) -> dict[int, DangerOrder]:
    if len(dangers) * 2 ** len(dangers) * len(duties) <= _MOST:
        return _all_orders(case, dangers, duties)
    return _insert_dangers(case, dangers, duties)


def _all_orders(
    case: Case, dangers: Sequence[int], duties: Sequence[int]
) -> dict[int, DangerOrder]:
    """The least ranks of all partitions among duties and all orders of each."""
    joined: dict[int, tuple[DangerRank, dict[int, DangerOrder]]] = {0: (NO_DANGERS, {})}
    for duty in duties:
        ways = find_best_danger_orders(case, duty, dangers)
        more: dict[int, tuple[DangerRank, dict[int, DangerOrder]]] = {}
        for done, (rank, chosen) in joined.items():
            for mask, way in ways.items():
                total = sum_ranks((rank, way.rank))
                if not done & mask and (done | mask not in more or total < more[done | mask][0]):
                    more[done | mask] = (total, chosen | ({duty: way} if mask else {}))
        joined = more
    best = min(joined, key=lambda mask: (-mask.bit_count(), joined[mask][0]))
    return joined[best][1]


def _insert_dangers(
    case: Case, dangers: Sequence[int], duties: Sequence[int]
) -> dict[int, DangerOrder]:
    """Each danger where that is least, the soonest due first; then moved while that helps."""
    ways = dict.fromkeys(duties, STAY_HOME)
    for job in sorted(dangers, key=lambda job: (case.jobs[job].due or 0, job)):
        _insert_danger(case, ways, job)
    tries = len(dangers) * (len(dangers) + len(duties))
    for _ in range(min(_PASSES, max(1, _MOST_TRIES // tries))):
        helped = [_move_danger(case, ways, job) for job in dangers]
        if not any(helped):
            break
    return ways


def _insert_danger(case: Case, ways: dict[int, DangerOrder], job: int) -> bool:
    tried = (
        (
            sum_ranks((way.rank for other, way in ways.items() if other != duty), new.rank),
            duty,
            new,
        )
        for duty, old in ways.items()
        for new in list_orders_with(case, duty, old, job)
    )
    best = min(tried, key=lambda one: one[:2], default=None)
    if best is not None:
        ways[best[1]] = best[2]
    return best is not None


def _move_danger(case: Case, ways: dict[int, DangerOrder], job: int) -> bool:
    """Whether the danger has a better place; one that had none is tried again."""
    before = dict(ways)
    for duty, way in before.items():
        if job in way.order:
            rest = schedule_danger_order(case, duty, [other for other in way.order if other != job])
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


def _rank_all_orders(ways: dict[int, DangerOrder]) -> DangerRank:
    return sum_ranks(way.rank for way in ways.values())
