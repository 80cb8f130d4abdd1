"""The cheapest rounds by brute force on a grid of half-hours; shares nothing with the search.

Every duration, window and break of the problem is a whole number of half-hours, so the best plan
lies on the grid.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import permutations

from synergie.maintenance.records.rounds import CrewShift, RoundsProblem, RoundStop

STEP = timedelta(minutes=30)
type Cost = Fraction


def cheapest(problem: RoundsProblem) -> tuple[int, Cost]:
    """Least number of stops that must be done and are left, then the least cost.

    Stops that no shift can do alone are left out of the count.
    """
    stops = problem.stops
    ways = [_ways(problem, shift, stops) for shift in problem.shifts]
    best: dict[frozenset[str], Cost] = {frozenset(): Fraction(0)}
    for one in ways:
        longer: dict[frozenset[str], Cost] = {}
        for done, cost in best.items():
            for more, extra in one.items():
                key = done | more
                if not done & more and (key not in longer or cost + extra < longer[key]):
                    longer[key] = cost + extra
        best = longer
    possible = {name for one in ways for chosen in one if len(chosen) == 1 for name in chosen}
    return min(_left(stops, done, possible, cost) for done, cost in best.items())


def _left(
    stops: Sequence[RoundStop], done: frozenset[str], possible: set[str], cost: Cost
) -> tuple[int, Cost]:
    left = [stop for stop in stops if stop.id not in done]
    must = sum(stop.skip_eur is None and stop.id in possible for stop in left)
    return must, cost + sum((Fraction(stop.skip_eur or 0) for stop in left), Fraction(0))


def _ways(
    problem: RoundsProblem, shift: CrewShift, stops: Sequence[RoundStop]
) -> dict[frozenset[str], Cost]:
    """The least cost of each set of stops that the crew can do."""
    able = [stop for stop in stops if _may(shift, stop)]
    best: dict[frozenset[str], Cost] = {frozenset(): Fraction(0)}
    for size in range(1, len(able) + 1):
        for order in permutations(able, size):
            cost = _order(problem, shift, order)
            key = frozenset(stop.id for stop in order)
            if cost is not None and (key not in best or cost < best[key]):
                best[key] = cost
    return best


def _may(shift: CrewShift, stop: RoundStop) -> bool:
    mixes = stop.network_mix is None or stop.network_mix in shift.network_mixes
    crew = stop.crew is None or stop.crew == shift.crew
    return mixes and crew and set(stop.skills) <= set(shift.skills)


def _order(problem: RoundsProblem, shift: CrewShift, order: Sequence[RoundStop]) -> Cost | None:
    for part in shift.carries:
        taken = sum(p.count for stop in order for p in stop.parts if p.part == part.part)
        if taken > part.count:
            return None
    costs = [
        cost
        for leave in _moments(shift)
        for slot in range(-1, 2 * len(order) + 1)
        if (cost := _run(problem, shift, order, _Way(leave, slot, leave))) is not None
    ]
    return min(costs, default=None)


def _moments(shift: CrewShift) -> Iterator[datetime]:
    moment = shift.starts_at
    while moment <= shift.ends_at + timedelta(minutes=shift.overtime_minutes):
        yield moment
        moment += STEP


@dataclass
class _Way:
    """A crew on its way. *slot* -1: the break is at the depot; else before or after a drive."""

    leave: datetime
    slot: int
    now: datetime
    paused: datetime | None = None
    metres: int = 0

    def pause(self, slot: int, shift: CrewShift) -> None:
        if slot == self.slot and shift.break_from is not None:
            self.paused = max(self.now, shift.break_from)
            self.now = self.paused + timedelta(minutes=shift.break_minutes)


def _run(
    problem: RoundsProblem, shift: CrewShift, order: Sequence[RoundStop], way: _Way
) -> Cost | None:
    number = {place.id: n for n, place in enumerate(problem.places)}
    matrix = problem.matrix
    assert matrix is not None
    here = number[shift.start_place]
    for at, stop in enumerate(order):
        way.pause(2 * at, shift)
        there = number[stop.place]
        way.now += timedelta(seconds=matrix.durations_s[here][there])
        way.metres += matrix.distances_m[here][there]
        way.pause(2 * at + 1, shift)
        here = there
        starts = [max(way.now, w.opens_at) for w in stop.windows if way.now <= w.closes_at]
        if stop.windows and not starts:
            return None
        way.now = min(starts, default=way.now) + timedelta(minutes=stop.minutes)
    way.pause(2 * len(order), shift)
    way.now += timedelta(seconds=matrix.durations_s[here][number[shift.end_place]])
    way.metres += matrix.distances_m[here][number[shift.end_place]]
    return _cost(shift, way)


def _cost(shift: CrewShift, way: _Way) -> Cost | None:
    if way.now > shift.ends_at + timedelta(minutes=shift.overtime_minutes):
        return None
    if not _rested(shift, way):
        return None
    late = max(timedelta(0), way.now - max(way.leave, shift.ends_at))
    over = shift.hour_eur if shift.overtime_hour_eur is None else shift.overtime_hour_eur
    hours = Fraction((way.now - way.leave - late) // STEP, 2)
    cost = hours * Fraction(shift.hour_eur) + Fraction(late // STEP, 2) * Fraction(over)
    return cost + Fraction(shift.km_eur) * way.metres / 1000


def _rested(shift: CrewShift, way: _Way) -> bool:
    """The break on the way in its time; or before leaving, or after coming back, in its time."""
    if not shift.break_minutes:
        return way.slot == -1
    assert shift.break_from is not None
    assert shift.break_to is not None
    pause = timedelta(minutes=shift.break_minutes)
    if way.paused is not None:
        return way.paused + pause <= shift.break_to
    return way.leave >= shift.break_from + pause or way.now <= shift.break_to - pause
