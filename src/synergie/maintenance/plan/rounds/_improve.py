"""Exact small steps: put in what is left, move, exchange, turn, until no step helps.

The search of `routing` knows no breaks and no overtime by the clock; these steps do.
"""

from collections.abc import Iterator

import numpy as np

from synergie.maintenance.plan.rounds._budget import Budget
from synergie.maintenance.plan.rounds._tours import ALL, Place, Tours

_NEAR = 10
"""Other jobs that a job is tried beside."""


def improve_tours(tours: Tours, budget: Budget) -> None:
    """Take every step that makes the weight less, until none does or the budget is used."""
    near = _find_nearest_jobs(tours)
    insert_left(tours, budget)
    steps = (_move_all, _drop_all, _exchange_all, _tails_all, _turn_all)
    helped = True
    while helped and not budget.over():
        helped = False
        for step in steps:
            helped |= step(tours, budget, near)
        insert_left(tours, budget)


type Near = list[list[int]]


def _find_nearest_jobs(tours: Tours) -> Near:
    """For each job the nearest others, by seconds of the road."""
    places = np.array([job.place for job in tours.case.jobs], dtype=np.int64)
    rows: Near = []
    for number, place in enumerate(places.tolist()):
        nearest = np.argsort(tours.case.network.durations[place, places], kind="stable")
        rows.append([n for n in nearest[: _NEAR + 1].tolist() if n != number][:_NEAR])
    return rows


def insert_left(tours: Tours, budget: Budget) -> None:
    """Put in the jobs that are left where doing them weighs less, the dearest to leave first."""
    left = sorted(tours.list_unserved(), key=lambda job: (-tours.weigh.cost_of_leaving(job), job))
    for job in left:
        if budget.over():
            return
        place = tours.best_place(job, most=ALL if len(left) <= _NEAR else _NEAR * 4)
        if place is not None and place.weight < tours.weigh.cost_of_leaving(job):
            insert(tours, job, place)


def insert(tours: Tours, job: int, place: Place) -> None:
    """Put *job* there."""
    order = list(tours.orders[place.duty])
    order.insert(place.at, job)
    cost = tours.price(place.duty, order)
    if cost is None:
        raise AssertionError(job)
    tours.put(place.duty, order, cost)


def _locate_jobs(tours: Tours) -> dict[int, tuple[int, int]]:
    return {job: (duty, at) for duty, order in enumerate(tours.orders)
            for at, job in enumerate(order)}  # fmt: skip


def _move_all(tours: Tours, budget: Budget, near: Near) -> bool:
    """Each job to the place where it weighs least; runs of two and three go as one."""
    del near
    helped = False
    for length in (1, 2, 3):
        for job in range(len(tours.case.jobs)):
            if budget.over():
                return helped
            helped |= move_job(tours, job, length)
    return helped


def move_job(tours: Tours, job: int, length: int = 1) -> bool:
    """Whether *job*, or a run that begins with it, goes to a place where it weighs less."""
    found = _locate_jobs(tours).get(job)
    if found is None:
        return False
    duty, at = found
    before, old = tours.orders[duty], tours.costs[duty]
    run = before[at : at + length]
    rest = before[:at] + before[at + length :]
    if len(run) < length:
        return False
    cost = tours.price(duty, rest)
    if cost is None:
        return False
    gain = old - cost + sum(tours.weigh.there(j, duty) for j in run)
    tours.put(duty, rest, cost)
    done = _place_run(tours, run, gain)
    if not done:
        tours.put(duty, before, old)
    return done


def _place_run(tours: Tours, run: list[int], gain: int) -> bool:
    """Whether the run finds a place that costs less than *gain*; then it is put there."""
    if len(run) == 1:
        place = tours.best_place(run[0], below=gain)
        if place is None or place.weight >= gain:
            return False
        insert(tours, run[0], place)
        return True
    place = tours.best_place(run[0], below=gain)
    if place is None:
        return False
    order = tours.orders[place.duty]
    together = order[: place.at] + run + order[place.at :]
    cost = tours.price(place.duty, together, below=gain + tours.costs[place.duty])
    moved = sum(tours.weigh.there(job, place.duty) for job in run)
    if cost is None or cost - tours.costs[place.duty] + moved >= gain:
        return False
    tours.put(place.duty, together, cost)
    return True


def _drop_all(tours: Tours, budget: Budget, near: Near) -> bool:
    """Leave what costs more than leaving it."""
    del near
    helped = False
    for job, (duty, _) in _locate_jobs(tours).items():
        if budget.over():
            return helped
        order = [other for other in tours.orders[duty] if other != job]
        cost = tours.price(duty, order)
        if cost is None:
            continue
        gain = tours.costs[duty] - cost + tours.weigh.there(job, duty)
        if gain > tours.weigh.cost_of_leaving(job):
            tours.put(duty, order, cost)
            helped = True
    return helped


def _iterate_near_pairs(near: Near, budget: Budget) -> Iterator[tuple[int, int]]:
    """Jobs that are near each other, nearest first."""
    for job, others in enumerate(near):
        for other in others:
            if budget.over():
                return
            yield job, other


def _exchange_all(tours: Tours, budget: Budget, near: Near) -> bool:
    """One job for another, each in the other's place; a left one for one that is done too."""
    helped = False
    for job, other in _iterate_near_pairs(near, budget):
        where = _locate_jobs(tours)
        if job not in where:
            continue
        if other not in where:
            helped |= _swap_left_job(tours, where[job], other)
        elif where[job][0] != where[other][0] and job < other:
            helped |= _exchange_jobs(tours, where[job], where[other])
    return helped


def _swap_left_job(tours: Tours, place: tuple[int, int], other: int) -> bool:
    """The job at a place for one that is left."""
    duty, at = place
    job = tours.orders[duty][at]
    rest = tours.orders[duty][:at] + tours.orders[duty][at + 1 :]
    old, before = tours.costs[duty], tours.orders[duty]
    cost = tours.price(duty, rest)
    if cost is None:
        return False
    gain = old - cost + tours.weigh.there(job, duty) + tours.weigh.cost_of_leaving(other)
    tours.put(duty, rest, cost)
    found = tours.best_place(other, below=gain)
    if found is not None and found.weight + tours.weigh.cost_of_leaving(job) < gain:
        insert(tours, other, found)
        return True
    tours.put(duty, before, old)
    return False


def _exchange_jobs(tours: Tours, first: tuple[int, int], other: tuple[int, int]) -> bool:
    (duty, at), (twin, there) = first, other
    one, two = list(tours.orders[duty]), list(tours.orders[twin])
    one[at], two[there] = two[there], one[at]
    return _apply_if_lighter(tours, (duty, one), (twin, two))


def _tails_all(tours: Tours, budget: Budget, near: Near) -> bool:
    """The ends of two duties for each other, so that a job is followed by one near it."""
    helped = False
    for job, other in _iterate_near_pairs(near, budget):
        where = _locate_jobs(tours)
        if job not in where or other not in where or where[job][0] == where[other][0]:
            continue
        (duty, at), (twin, there) = where[job], where[other]
        one = tours.orders[duty][: at + 1] + tours.orders[twin][there:]
        two = tours.orders[twin][:there] + tours.orders[duty][at + 1 :]
        helped |= _apply_if_lighter(tours, (duty, one), (twin, two))
    return helped


def _apply_if_lighter(tours: Tours, one: tuple[int, list[int]], two: tuple[int, list[int]]) -> bool:
    """Whether both new orders together weigh less; then they are taken."""
    (duty, first), (twin, other) = one, two
    now = _compute_current_weight(tours, duty, twin)
    cost = tours.price(duty, first, below=now)
    if cost is None or cost + _sum_change_weights(tours, duty, first) >= now:
        return False
    more = tours.price(twin, other, below=now - cost)
    if more is None:
        return False
    new = (
        cost
        + more
        + _sum_change_weights(tours, duty, first)
        + _sum_change_weights(tours, twin, other)
    )
    if new >= now:
        return False
    tours.put(duty, first, cost)
    tours.put(twin, other, more)
    return True


def _sum_change_weights(tours: Tours, duty: int, order: list[int]) -> int:
    return sum(tours.weigh.there(job, duty) for job in order)


def _compute_current_weight(tours: Tours, *duties: int) -> int:
    return sum(
        tours.costs[duty] + _sum_change_weights(tours, duty, tours.orders[duty]) for duty in duties
    )


def _turn_all(tours: Tours, budget: Budget, near: Near) -> bool:
    """A stretch of a duty the other way round."""
    del near
    helped = False
    for duty in range(len(tours.orders)):
        size = len(tours.orders[duty])
        for begin in range(size - 1):
            for end in range(begin + 2, min(size, begin + _NEAR) + 1):
                if budget.over():
                    return helped
                helped |= _reverse_section(tours, duty, begin, end)
    return helped


def _reverse_section(tours: Tours, duty: int, begin: int, end: int) -> bool:
    order = tours.orders[duty]
    turned = order[:begin] + order[begin:end][::-1] + order[end:]
    cost = tours.price(duty, turned, below=tours.costs[duty])
    if cost is None or cost >= tours.costs[duty]:
        return False
    tours.put(duty, turned, cost)
    return True
