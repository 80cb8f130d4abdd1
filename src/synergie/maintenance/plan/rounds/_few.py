"""The cheapest rounds of a few jobs, by going through all orders: no search can do better."""

from collections.abc import Iterator, Sequence

from synergie.maintenance.plan.rounds._case import Case, Duty, Orders
from synergie.maintenance.plan.rounds._schedule import (
    State,
    append_job,
    can_carry_parts,
    find_cheapest_return,
    start_duty,
)
from synergie.maintenance.plan.rounds._weigh import Weigh

MOST = 6
"""Jobs up to which all orders are gone through: some 2,000 a duty."""

type _Way = tuple[int, tuple[int, ...]]


def find_cheapest_orders(case: Case, jobs: Sequence[int], weigh: Weigh) -> Orders:
    """The orders of least weight over all duties; jobs that no duty takes are left out."""
    rest: dict[int, tuple[int, Orders]] = {0: (0, [])}
    for number in range(len(case.duties)):
        mine = [bit for bit, job in enumerate(jobs) if number in case.jobs[job].able]
        ways = {mask: _add_change_weight(way, number, weigh) for mask, way in
                _find_least_orders(case, number, jobs, mine=mine, weigh=weigh).items()}  # fmt: skip
        rest = _merge_duty_orders(rest, ways)
    left = {
        mask: sum(weigh.cost_of_leaving(job) for bit, job in enumerate(jobs) if not mask >> bit & 1)
        for mask in rest
    }
    best = min(rest, key=lambda mask: (rest[mask][0] + left[mask], -mask))
    return rest[best][1]


def _add_change_weight(way: _Way, duty: int, weigh: Weigh) -> _Way:
    cost, order = way
    return cost + sum(weigh.there(job, duty) for job in order), order


def _merge_duty_orders(
    rest: dict[int, tuple[int, Orders]], ways: dict[int, _Way]
) -> dict[int, tuple[int, Orders]]:
    """The best of each set of jobs when one more duty may take some of them."""
    found: dict[int, tuple[int, Orders]] = {}
    for done, (cost, orders) in rest.items():
        for mask, (more, order) in ways.items():
            if done & mask:
                continue
            if done | mask not in found or cost + more < found[done | mask][0]:
                found[done | mask] = (cost + more, [*orders, list(order)])
    return found


def _find_least_orders(
    case: Case, number: int, jobs: Sequence[int], *, mine: Sequence[int], weigh: Weigh
) -> dict[int, _Way]:
    """The order of least weight of each set of jobs that one duty can do."""
    duty = case.duties[number]
    begin = start_duty(duty)
    home = 0
    if duty.begun is not None:
        ending = find_cheapest_return(case, duty, begin)
        home = ending.cost if ending else 0
    best: dict[int, _Way] = {0: (home, ())}
    for mask, state, order in _iterate_feasible_orders(case, duty, jobs, mine):
        ending = find_cheapest_return(case, duty, state)
        if ending is None:
            continue
        beside = weigh.turned(number, order) + weigh.lateness(number, order)
        weight = ending.cost + beside
        if mask not in best or weight < best[mask][0]:
            best[mask] = (weight, order)
    return best


def _iterate_feasible_orders(
    case: Case, duty: Duty, jobs: Sequence[int], mine: Sequence[int]
) -> Iterator[tuple[int, State, tuple[int, ...]]]:
    """Every order of every set of jobs that its vehicle holds and its windows allow."""
    heads: list[tuple[int, State, tuple[int, ...]]] = [(0, start_duty(duty), ())]
    while heads:
        mask, state, order = heads.pop()
        for bit in mine:
            if mask >> bit & 1:
                continue
            longer = (*order, jobs[bit])
            then = append_job(case, duty, state, case.jobs[jobs[bit]])
            if then is not None and can_carry_parts(case, duty, longer):
                head = (mask | 1 << bit, then, longer)
                heads.append(head)
                yield head
