"""Take some neighbouring work out of the rounds and put it back better, again and again."""

from random import Random

from synergie.maintenance.plan.rounds._budget import Budget
from synergie.maintenance.plan.rounds._case import Case
from synergie.maintenance.plan.rounds._improve import insert
from synergie.maintenance.plan.rounds._tours import FEW, Tours

_LEAST, _MOST = 3, 12
"""Jobs that are taken out at once."""
_PATIENCE = 50
"""Tries a job without any gain, after which it stops."""


def shake_tours(tours: Tours, budget: Budget, seed: int) -> None:
    """Keep each change that makes the weight less, until the budget is used or nothing helps."""
    chance = Random(seed)  # noqa: S311 (a search, no secret)
    best, idle = tours.weight(), 0
    patience = _PATIENCE * len(tours.case.jobs)
    while idle < patience and not budget.over():
        idle += 1
        before, costs = list(tours.orders), list(tours.costs)
        pool = _select_shaken_jobs(tours, chance)
        if not pool:
            return
        _put_back(tours, pool, chance)
        weight = tours.weight()
        if weight < best:
            best, idle = weight, 0
            continue
        for duty, (order, cost) in enumerate(zip(before, costs, strict=True)):
            if tours.orders[duty] is not order:
                tours.put(duty, order, cost)


def _select_shaken_jobs(tours: Tours, chance: Random) -> list[int]:
    """Jobs near a random one: those of rounds are taken out, some that are left come beside."""
    case = tours.case
    able = [number for number, job in enumerate(case.jobs) if job.able]
    if not able:
        return []
    count = chance.randint(_LEAST, _MOST)
    pool = _sort_jobs_by_distance(case, chance.choice(able), able)[:count]
    for duty, order in enumerate(tours.orders):
        rest = [job for job in order if job not in pool]
        if len(rest) < len(order):
            cost = tours.price(duty, rest)
            if cost is None:  # a shorter round that cannot be: its break has no room now
                pool = [job for job in pool if job not in order]
                continue
            tours.put(duty, rest, cost)
    return pool


def _sort_jobs_by_distance(case: Case, job: int, able: list[int]) -> list[int]:
    row = case.network.seconds[case.jobs[job].place]
    return sorted(able, key=lambda other: (row[case.jobs[other].place], other))


def _put_back(tours: Tours, pool: list[int], chance: Random) -> None:
    """Each where it weighs least, in a random order or the dearest to leave first."""
    chance.shuffle(pool)
    if chance.random() < 0.5:  # noqa: PLR2004 (one time in two)
        pool.sort(key=lambda job: -tours.weigh.cost_of_leaving(job))
    for job in pool:
        place = tours.best_place(job, most=2 * FEW, below=tours.weigh.cost_of_leaving(job))
        if place is not None and place.weight < tours.weigh.cost_of_leaving(job):
            insert(tours, job, place)
