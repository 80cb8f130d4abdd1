"""The cheapest maintenance year by trying everything: weeks of visits, then days of crews."""

import itertools
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache

from synergie.maintenance.records.maintenance import Depot, MaintenanceProblem, Visit

type Day = tuple[str, Fraction, Fraction, Decimal]
"""A depot, hours for g1, hours for g2, cost."""


def brute_force(problem: MaintenanceProblem) -> Decimal | None:
    """The least cost, moves of promised visits counted, over every choice. None: no plan."""
    crews = [_crews(problem, week) for week in range(1, problem.weeks + 1)]
    visits = problem.visits

    @cache
    def days(week: int, here: frozenset[int]) -> Decimal | None:
        some = [visits[i] for i in sorted(here)]
        return next((c for c, sent in crews[week - 1] if _enough(problem, some, sent)), None)

    totals = []
    for chosen in itertools.product(*map(_weeks, visits)):
        if not _in_time(problem, chosen):
            continue
        parts = [v.costs_eur[w - v.first_week] for v, w in zip(visits, chosen, strict=True)]
        parts += [problem.move_eur] * _moves(problem, chosen)
        costs = [
            days(week, frozenset(i for i, w in enumerate(chosen) if w == week))
            for week in range(1, problem.weeks + 1)
        ]
        if None not in costs:
            totals.append(sum(parts, Decimal(0)) + sum(c for c in costs if c is not None))
    return min(totals, default=None)


def _weeks(visit: Visit) -> list[int]:
    window = range(visit.first_week, visit.last_week + 1)
    return [week for week in window if week not in visit.closed_weeks]


def _in_time(problem: MaintenanceProblem, chosen: tuple[int, ...]) -> bool:
    for zone in problem.zones:
        late = sum(
            v.light_points * max(0, week - (v.due_week or week))
            for v, week in zip(problem.visits, chosen, strict=True)
            if v.zone == zone.id
        )
        if zone.most_late is not None and late > zone.most_late:
            return False
    return True


def _moves(problem: MaintenanceProblem, chosen: tuple[int, ...]) -> int:
    told = {one.visit: one.week for one in problem.promised}
    pairs = zip(problem.visits, chosen, strict=True)
    return sum(told.get(v.id or v.cabinet, week) != week for v, week in pairs)


def _crews(problem: MaintenanceProblem, week: int) -> list[tuple[Decimal, tuple[Day, ...]]]:
    """Every set of crew-days that the depots can give in a week, the cheapest first."""
    sets = []
    for d in problem.depots:
        days = list(_days(problem, d))
        sets.append(
            [
                chosen
                for n in range(d.crew_days[week - 1] + 1)
                for chosen in itertools.combinations_with_replacement(days, n)
            ]
        )
    together = [tuple(itertools.chain(*parts)) for parts in itertools.product(*sets)]
    priced = [(sum((day[3] for day in days), Decimal(0)), days) for days in together]
    return sorted(priced, key=lambda one: one[0])


def _days(problem: MaintenanceProblem, d: Depot) -> Iterator[Day]:
    cost = {c.zone: c.eur for c in d.day_costs}
    day, none = Fraction(problem.crew_day_hours), Fraction(0)
    yield d.id, day, none, cost["g1"]
    yield d.id, none, day, cost["g2"]
    for pair in problem.neighbours:
        left = day - Fraction(pair.travel_hours)
        for part in _cuts(problem, left):
            yield d.id, part, left - part, max(cost.values())


def _cuts(problem: MaintenanceProblem, left: Fraction) -> list[Fraction]:
    """Hours that one neighbour may need of a shared day of *left* hours for both.

    Sums of the hours of its visits less whole days; the rest of the day beside what the other
    needs; and what another shared day leaves of either.
    """
    day, needs = Fraction(problem.crew_day_hours), set[Fraction]()
    for zone in ("g1", "g2"):
        hours = [Fraction(v.hours) for v in problem.visits if v.zone == zone]
        for size in range(1, len(hours) + 1):
            needs |= {sum(some, Fraction(0)) % day for some in itertools.combinations(hours, size)}
    needs |= {left - need for need in needs}
    needs |= {one - other for one in needs for other in needs}
    return sorted(need for need in needs if 0 < need < left)


def _enough(problem: MaintenanceProblem, here: list[Visit], days: tuple[Day, ...]) -> bool:
    """Whether the hours fit: every set of visits within the crews that may do one of them."""
    depots = {d.id: d for d in problem.depots}
    for place, zone in ((1, "g1"), (2, "g2")):
        local = [v for v in here if v.zone == zone]
        for size in range(1, len(local) + 1):
            for some in itertools.combinations(local, size):
                able = [x for x in days if any(_may(depots[x[0]], v) for v in some)]
                need = sum((Fraction(v.hours) for v in some), Fraction(0))
                if need > sum((Fraction(x[place]) for x in able), Fraction(0)):
                    return False
    return True


def _may(depot: Depot, visit: Visit) -> bool:
    mixes = visit.network_mix is None or visit.network_mix in depot.network_mixes
    return mixes and all(skill in depot.skills for skill in visit.skills)
