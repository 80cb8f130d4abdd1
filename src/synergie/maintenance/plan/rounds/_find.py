"""The best rounds found for some of the work with some of the crews."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from synergie.maintenance.plan.rounds import _few
from synergie.maintenance.plan.rounds._budget import Budget
from synergie.maintenance.plan.rounds._case import Case, Orders
from synergie.maintenance.plan.rounds._dangers import dangers_ahead
from synergie.maintenance.plan.rounds._improve import improve_tours, insert
from synergie.maintenance.plan.rounds._search import How, search_rounds
from synergie.maintenance.plan.rounds._tours import FEW, Tours
from synergie.maintenance.plan.rounds._weigh import Weigh

# Take some neighbouring work out of the rounds and put it back better, again and again.

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


_SEARCH, _IMPROVE, _LAST = 0.4, 0.2, 0.1
"""Shares of the time for the search, for exact steps and for the last of them; the rest is for
larger ones."""
_STEPS, _SHAKES = 20_000, 300
"""Most exact steps, and most of the larger ones, when no clock is looked at."""


@dataclass(frozen=True, slots=True)
class RoundsSearchResult:
    """Orders with their exact costs, and how they were found."""

    tours: Tours
    steps: int
    stopped: str
    jobs: Sequence[int]
    """What was to be done; other jobs were not asked for."""

    @property
    def missed(self) -> frozenset[int]:
        """Stops of the problem that must be done, were asked for and are left."""
        jobs = self.tours.case.jobs
        left = set(self.tours.list_unserved()) & set(self.jobs)
        return frozenset(jobs[job].stop for job in left if jobs[job].skip is None)


def find_best_orders(
    case: Case, jobs: Sequence[int], how: How, *, weigh: Weigh, start: Orders | None = None
) -> RoundsSearchResult:
    """The best orders found for *jobs*; those of *start* are not made worse."""
    if len(jobs) <= _few.MOST:
        return RoundsSearchResult(
            Tours(case, _few.find_cheapest_orders(case, jobs, weigh), weigh), 0, "all", jobs
        )
    return search_orders(case, jobs, how, weigh=weigh, start=start)


def search_orders(
    case: Case, jobs: Sequence[int], how: How, *, weigh: Weigh, start: Orders | None = None
) -> RoundsSearchResult:
    """The same by search alone, for any number of jobs."""
    begun = time.thread_time()
    found = search_rounds(case, jobs, how.part(_SEARCH), start)
    tours = Tours(case, found.orders, weigh)
    both = [tours] if start is None else [tours, Tours(case, start, weigh)]
    if any(job.may for job in case.jobs):
        both.append(Tours(case, dangers_ahead(case, found.orders), weigh))
    for one in both:
        improve_tours(one, compute_step_budget(how.part(_IMPROVE / len(both))))
    best = min(both, key=lambda one: one.weight())
    shake_tours(best, _compute_rest_budget(how, begun), how.seed)
    improve_tours(best, compute_step_budget(how.part(_LAST)))
    return RoundsSearchResult(best, found.iterations, found.stopped, jobs)


def compute_step_budget(how: How) -> Budget:
    """How many exact steps to take."""
    if how.iterations is not None or how.seconds is None:
        return Budget(_STEPS, None, how.cancel)
    return Budget.lasting(how.seconds, how.cancel)


def _compute_rest_budget(how: How, begun: float) -> Budget:
    """What is left of the time; or a step for each iteration, some hundreds at most."""
    if how.iterations is not None or how.seconds is None:
        return Budget(min(how.iterations or 0, _SHAKES), None, how.cancel, stride=1)
    return Budget(None, begun + how.seconds * (1 - _LAST), how.cancel, stride=1)
