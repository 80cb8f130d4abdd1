"""Rounds that are being worked on: their orders, costs, and the best place for a job."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synergie.maintenance.plan.rounds._case import Case, Duty, Orders
from synergie.maintenance.plan.rounds._network import Table
from synergie.maintenance.plan.rounds._schedule import (
    State,
    append_job,
    can_carry_parts,
    find_cheapest_return,
    round_cost,
    start_duty,
)
from synergie.maintenance.plan.rounds._weigh import Weigh

# A bound on the cost of a round that is quick to see: drives, work, and the break if it must.


@dataclass(frozen=True, slots=True)
class Least:
    """What no order of a duty comes below."""

    case: Case
    duty: Duty
    place: int
    away: int
    """Seconds away before anything that is still to be planned."""
    metres: int
    room: int
    """Seconds from then to the latest return."""
    half: int
    """Seconds of drives and work from which on the break falls between them."""
    pause: int
    per_s: int

    @staticmethod
    def of(case: Case, duty: Duty) -> "Least":
        """The bound of a duty."""
        per_s, begun = min(duty.per_s, duty.over_s), duty.begun
        if begun is not None:
            pause = 0 if begun.rested else duty.pause_s
            half = duty.pause_to - begun.ready
            away, room = begun.ready - begun.left, duty.limit - begun.ready
            return Least(case, duty, begun.place, away, begun.metres, room, half, pause, per_s)
        after = duty.limit - max(duty.opens, duty.pause_from + duty.pause_s)
        half = max(after, duty.pause_to - duty.opens)
        room = duty.limit - duty.opens
        return Least(case, duty, duty.start, 0, 0, room, half, duty.pause_s, per_s)

    def cost(self, order: Sequence[int]) -> int | None:
        """The round in this order costs at least this. None: it is too long."""
        jobs, network = self.case.jobs, self.case.network
        place, time, metres = self.place, 0, self.metres
        for number in order:
            job = jobs[number]
            time += network.seconds[place][job.place] + job.service_s
            metres += network.metres[place][job.place]
            place = job.place
        time += network.seconds[place][self.duty.end]
        metres += network.metres[place][self.duty.end]
        if time > self.half:
            time += self.pause
        if time > self.room:
            return None
        return (self.away + time) * self.per_s + metres * self.duty.per_m


FEW = 8
"""Places tried for a job, nearest first."""
ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a job would go, and what that adds."""

    duty: int
    at: int
    weight: int


class Tours:
    """Orders of all duties, each with its exact cost."""

    def __init__(self, case: Case, orders: Orders, weigh: Weigh) -> None:
        self.case, self.weigh = case, weigh
        self.orders: Orders = [[] for _ in case.duties]
        self.costs = [self._idle(number) for number in range(len(case.duties))]
        self._least = [Least.of(case, duty) for duty in case.duties]
        self._states: list[list[State] | None] = [None for _ in case.duties]
        self._ways: list[Table | None] = [None for _ in case.duties]
        self._per_s = np.array([duty.per_s for duty in case.duties], dtype=float)
        self._per_m = np.array([duty.per_m for duty in case.duties], dtype=float)
        for number, order in enumerate(orders):
            for job in order:
                self._append(number, job)

    def _idle(self, number: int) -> int:
        return round_cost(self.case, self.case.duties[number], ()) or 0

    def _append(self, number: int, job: int) -> None:
        """Put *job* last when that can be done; else it stays left."""
        longer = [*self.orders[number], job]
        cost = self.price(number, longer)
        if cost is not None:
            self.put(number, longer, cost)

    def price(self, number: int, order: Sequence[int], *, below: int | None = None) -> int | None:
        """Cost of a duty with this order. None: it cannot be, or it is not *below*."""
        duty = self.case.duties[number]
        least = self._least[number].cost(order) if order else 0
        if least is None or (below is not None and least >= below):
            return None
        if any(number not in self.case.jobs[job].able for job in order):
            return None
        if not can_carry_parts(self.case, duty, order):
            return None
        cost = round_cost(self.case, duty, order)
        return None if cost is None else cost + self._beside(number, order)

    def _beside(self, number: int, order: Sequence[int]) -> int:
        """What an order weighs beside its cost."""
        return self.weigh.turned(number, order) + self.weigh.lateness(number, order)

    def put(self, number: int, order: list[int], cost: int) -> None:
        """Give a duty another order."""
        self.orders[number], self.costs[number] = order, cost
        self._states[number] = self._ways[number] = None

    def list_unserved(self) -> list[int]:
        """Jobs in no order."""
        there = {job for order in self.orders for job in order}
        return [job for job in range(len(self.case.jobs)) if job not in there]

    def weight(self) -> int:
        """Cost of all duties, and what is left and moved."""
        moved = sum(
            self.weigh.there(job, duty) for duty, order in enumerate(self.orders) for job in order
        )
        return (
            sum(self.costs)
            + moved
            + sum(self.weigh.cost_of_leaving(job) for job in self.list_unserved())
        )

    def best_place(
        self,
        job: int,
        *,
        duties: Iterable[int] | None = None,
        most: int = FEW,
        below: int | None = None,
    ) -> Place | None:
        """The cheapest place for *job* among the *most* nearest ones. None: none can be.

        With *below*, one that adds at least as much may be passed over.
        """
        best: Place | None = None
        for number, at in self._near(job, duties, most):
            limit = below if best is None else best.weight
            weight = self.added(job, number, at, below=limit)
            if weight is not None and (best is None or weight < best.weight):
                best = Place(number, at, weight)
        return best

    def added(self, job: int, number: int, at: int, *, below: int | None = None) -> int | None:
        """What *job* adds to a duty when it is put before the *at*-th. None: it cannot be.

        None, too, when it is clear that it adds no less than *below*.
        """
        duty, order = self.case.duties[number], self.orders[number]
        longer = [*order[:at], job, *order[at:]]
        least = self._least[number].cost(longer)
        if least is None or (below is not None and least - self.costs[number] >= below):
            return None
        if not can_carry_parts(self.case, duty, [*order, job]):
            return None
        state: State | None = self.states(number)[at]
        for next_job in (job, *order[at:]):
            state = append_job(self.case, duty, state, self.case.jobs[next_job]) if state else None
        ending = find_cheapest_return(self.case, duty, state) if state else None
        if ending is None:
            return None
        beside = self._beside(number, longer)
        return ending.cost + beside - self.costs[number] + self.weigh.there(job, number)

    def states(self, number: int) -> list[State]:
        """The crew of a duty before it leaves and after each job."""
        known = self._states[number]
        if known is None:
            duty = self.case.duties[number]
            state = start_duty(duty)
            known = [state]
            for job in self.orders[number]:
                then = append_job(self.case, duty, state, self.case.jobs[job])
                if then is None:  # an order that is put is one that can be
                    raise AssertionError(number)
                known.append(state := then)
            self._states[number] = known
        return known

    def _near(self, job: int, duties: Iterable[int] | None, most: int) -> list[tuple[int, int]]:
        """Duties and places for *job* by what the way there adds, the wait left aside."""
        able = sorted(self.case.jobs[job].able.intersection(duties or range(len(self.orders))))
        if not able:
            return []
        ways = [self._way(number) for number in able]
        sizes = [len(way) - 1 for way in ways]
        before = np.concatenate([way[:-1] for way in ways])
        after = np.concatenate([way[1:] for way in ways])
        number = np.repeat(able, sizes)
        added = self._detours(job, before, after, number)
        at = np.concatenate([np.arange(size) for size in sizes])
        chosen = np.argsort(added, kind="stable")[:most]
        return list(zip(number[chosen].tolist(), at[chosen].tolist(), strict=True))

    def _detours(self, job: int, before: Table, after: Table, duty: Table) -> NDArray[np.float64]:
        """What the way to *job* adds between two places, a place of each duty each."""
        place = self.case.jobs[job].place
        seconds, metres = self.case.network.durations, self.case.network.distances
        time = seconds[before, place] + seconds[place, after] - seconds[before, after]
        way = metres[before, place] + metres[place, after] - metres[before, after]
        there = np.array([self.weigh.there(job, n) for n in range(len(self.orders))], dtype=float)
        return np.asarray(time * self._per_s[duty] + way * self._per_m[duty] + there[duty])

    def _way(self, number: int) -> Table:
        """Places of a duty in order, from where it is to where it ends."""
        known = self._ways[number]
        if known is None:
            duty = self.case.duties[number]
            start = duty.start if duty.begun is None else duty.begun.place
            places = (self.case.jobs[job].place for job in self.orders[number])
            known = self._ways[number] = np.array([start, *places, duty.end], dtype=np.int64)
        return known
