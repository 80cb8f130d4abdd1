"""Orders in which one crew serves dangers, each as soon as those before it allow."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf

from synergie.maintenance.plan.rounds._case import Case, Job
from synergie.maintenance.plan.rounds._schedule import (
    State,
    append_job,
    can_carry_parts,
    compute_round_ending,
    find_cheapest_return,
    start_duty,
)

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
