"""Dangers first: each begins as soon as a crew can be there, before work that may wait.

Least, in this order: dangers that wait for a later day, dangers begun after their contract's time,
seconds of that lateness, the sum of their starts, euros. Of a few dangers the best order of every
set is found, crew by crew, and every partition among crews is gone through; of more, each is put
where that is least, then moved while it helps.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf

from synergie.maintenance.plan.rounds._case import Case, Job, Orders
from synergie.maintenance.plan.rounds._schedule import (
    State,
    append_job,
    can_carry_parts,
    compute_round_ending,
    find_cheapest_return,
    start_duty,
)

# Orders in which one crew serves dangers, each as soon as those before it allow.

type DangerRank = tuple[int, int, int, int]
"""Late dangers, seconds late, sum of starts, cost."""
NO_DANGERS: DangerRank = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class DangerOrder:
    """The dangers of one duty in their order, each as soon as can be."""

    rank: DangerRank
    order: tuple[int, ...]
    starts: tuple[int, ...]


STAY_HOME = DangerOrder(NO_DANGERS, (), ())


def schedule_danger_order(case: Case, duty: int, order: Sequence[int]) -> DangerOrder | None:
    """The starts of dangers in this order, each as soon as those before allow. None: cannot be."""
    return _way_on(case, duty, _On((), (), start_duty(case.duties[duty])), order)


@dataclass(frozen=True, slots=True)
class _On:
    """A crew on its way: the dangers it has begun, when, and where it is."""

    order: tuple[int, ...]
    starts: tuple[int, ...]
    state: State


def _way_on(case: Case, duty: int, on: _On, more: Sequence[int]) -> DangerOrder | None:
    """The way of a crew that goes on with *more* dangers. None: cannot be."""
    crew, order = case.duties[duty], (*on.order, *more)
    if any(duty not in case.jobs[job].able for job in more) or not can_carry_parts(
        case, crew, order
    ):
        return None
    then: _On | None = on
    for number in more:
        then = then and _go_on(case, duty, then, number)
    return None if then is None else _rank_way(case, duty, then)


def _go_on(case: Case, duty: int, on: _On, job: int) -> _On | None:
    """The crew when it has begun *job*, too. None: it cannot."""
    found = _append_danger(case, duty, on.state, case.jobs[job])
    return found and _On((*on.order, job), (*on.starts, found[0]), found[1])


def _rank_way(case: Case, duty: int, on: _On) -> DangerOrder | None:
    """What a crew has done when it goes home now. None: it comes too late."""
    crew = case.duties[duty]
    end = (
        find_cheapest_return(case, crew, on.state)
        if on.order
        else compute_round_ending(case, crew, ())
    )
    if end is None:
        return None
    late = [max(0, s - due) for s, job in zip(on.starts, on.order, strict=True)
            if (due := case.jobs[job].due) is not None]  # fmt: skip
    rank = (sum(one > 0 for one in late), sum(late), sum(on.starts), end.cost)
    return DangerOrder(rank, on.order, on.starts)


def list_orders_with(case: Case, duty: int, old: DangerOrder, job: int) -> Iterator[DangerOrder]:
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
            on = _go_on(case, duty, on, following)


def _append_danger(case: Case, duty: int, state: State, job: Job) -> tuple[int, State] | None:
    """The earliest start of *job* after all others, and the crew then."""
    crew = case.duties[duty]
    then = append_job(case, crew, state, job)
    if then is None:
        return None
    start = min(ready for _, ready, _ in (*then.free, *then.rested)) - job.service_s
    bound = append_job(case, crew, state, replace(job, windows=((start, start),)))
    return None if bound is None else (start, bound)


def find_best_danger_orders(
    case: Case, duty: int, dangers: Sequence[int]
) -> dict[int, DangerOrder]:
    """The best order of each set of dangers that one duty can do.

    Set by set, with the danger that is last: of the orders of a set that end with the same one,
    those that another is never behind are dropped.
    """
    best: dict[int, DangerOrder] = {0: STAY_HOME}
    home = _On((), (), start_duty(case.duties[duty]))
    layer: dict[tuple[int, int], list[tuple[DangerOrder, _On]]] = {(0, -1): [(STAY_HOME, home)]}
    mine = [(bit, job) for bit, job in enumerate(dangers) if duty in case.jobs[job].able]
    while layer:
        more: dict[tuple[int, int], list[tuple[DangerOrder, _On]]] = defaultdict(list)
        for (mask, _), labels in layer.items():
            for bit, job in mine:
                now = mask | 1 << bit
                for _, on in labels if now != mask else ():
                    _keep_order(more[now, bit], _go_on_home(case, duty, on, job))
        for (mask, _), labels in more.items():
            for way, _ in labels:
                if mask not in best or way.rank < best[mask].rank:
                    best[mask] = way
        layer = more
    return best


def _go_on_home(case: Case, duty: int, on: _On, job: int) -> tuple[DangerOrder, _On] | None:
    """The crew after *job*, with its rank if it goes home then. None: it cannot."""
    if not can_carry_parts(case, case.duties[duty], (*on.order, job)):
        return None
    then = _go_on(case, duty, on, job)
    way = None if then is None else _rank_way(case, duty, then)
    return (way, then) if way and then else None


def _keep_order(kept: list[tuple[DangerOrder, _On]], new: tuple[DangerOrder, _On] | None) -> None:
    """Add *new*, unless one of the others is never behind it, and drop those behind it."""
    if new is None or any(_is_never_behind(one, new) for one in kept):
        return
    kept[:] = [one for one in kept if not _is_never_behind(new, one)] + [new]


def _is_never_behind(one: tuple[DangerOrder, _On], other: tuple[DangerOrder, _On]) -> bool:
    """Whether *one* ends no later and ranks no worse, whatever both do next, in the same order.

    Equal in lateness and starts, it has left no sooner and driven no farther: it costs no more.
    """
    (way, on), (way_, on_) = one, other
    mine, theirs = way.rank[:3], way_.rank[:3]
    if mine > theirs or any(a > b for a, b in zip(_ready(on), _ready(on_), strict=True)):
        return False
    if mine < theirs:
        return True
    return on.state.metres <= on_.state.metres and _leaves(on) >= _leaves(on_)


def _ready(on: _On) -> tuple[float, float]:
    """When the crew is ready, its break still to come; and when it is over."""
    first, second = (
        min((ready for _, ready, _ in pieces), default=inf)
        for pieces in (on.state.free, on.state.rested)
    )
    return first, second


def _leaves(on: _On) -> int:
    return min(
        max(left + slack for left, _, slack in pieces)
        for pieces in (on.state.free, on.state.rested)
        if pieces
    )


def sum_ranks(ranks: Iterable[DangerRank], more: DangerRank = NO_DANGERS) -> DangerRank:
    late, seconds, starts, cost = (sum(column) for column in zip(*ranks, more, strict=True))
    return late, seconds, starts, cost


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
        (sum_ranks((way.rank for other, way in ways.items() if other != duty), new.rank), duty, new)
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
