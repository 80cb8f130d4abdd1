"""One more job in rounds that run: where it disturbs least."""

from collections.abc import Iterator
from dataclasses import dataclass

from synergie.maintenance.plan.rounds._improve import insert, move_job
from synergie.maintenance.plan.rounds._tours import ALL, FEW, Place, Tours

_TURNS, _MOST = 3, 40
"""How often, and how many jobs, so that an insertion stays below half a second."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to put the job in: its place once *out* is taken out of the same duty.

    *then*: where what is taken out goes, in the same order. None: it is left for later.
    """

    place: Place
    out: tuple[int, ...]
    then: tuple[Place | None, ...]
    weight: int


def put_in(tours: Tours, job: int) -> bool:
    """Put *job* where that weighs least, one round changed if that can be. False: it cannot be.

    First as it is; then with one other job moved or optional work left; then with more of it.
    """
    place = tours.best_place(job, most=ALL)
    if place is not None:
        if place.weight < tours.weigh.cost_of_leaving(job):
            insert(tours, job, place)
        return True
    best = min(_iterate_swap_ways(tours, job), key=lambda way: way.weight, default=None)
    if best is None or best.weight >= tours.weigh.cost_of_leaving(job):
        return False
    _apply_swap_way(tours, job, best)
    return True


def settle_late_work(tours: Tours) -> None:
    """Move work out of rounds that are late while that makes less of it late."""
    for _ in range(_TURNS):
        late = [
            job
            for duty, order in enumerate(tours.orders)
            if tours.weigh.lateness(duty, order)
            for job in order
        ]
        helped = [move_job(tours, job) for job in late[:_MOST]]
        if not any(helped):
            return


def _iterate_swap_ways(tours: Tours, job: int) -> Iterator[Way]:
    """Ways that take something out: each other job of a duty, and optional work bit by bit."""
    for duty in sorted(tours.case.jobs[job].able):
        before, cost = tours.orders[duty], tours.costs[duty]
        for out in _iterate_removable_sets(tours, duty):
            rest = [other for other in before if other not in out]
            less = tours.price(duty, rest)
            if less is None:
                continue
            tours.put(duty, rest, less)
            place = tours.best_place(job, duties=[duty], most=ALL)
            way = (
                None
                if place is None
                else _build_swap_way(tours, job, place, out=out, saved=less - cost)
            )
            tours.put(duty, before, cost)
            if way is not None:
                yield way


def _iterate_removable_sets(tours: Tours, duty: int) -> Iterator[tuple[int, ...]]:
    """What may be taken out: one job, or the optional ones that are cheapest to leave."""
    order = tours.orders[duty]
    yield from ((other,) for other in order)
    jobs = tours.case.jobs
    optional = [other for other in order if jobs[other].skip is not None]
    optional.sort(key=lambda other: (jobs[other].skip or 0, other))
    yield from (tuple(optional[:size]) for size in range(2, len(optional) + 1))


def _build_swap_way(
    tours: Tours, job: int, place: Place, *, out: tuple[int, ...], saved: int
) -> Way | None:
    """The way, with the best for what is taken out. None: work that must be done would be left."""
    before, cost = tours.orders[place.duty], tours.costs[place.duty]
    insert(tours, job, place)
    others = [duty for duty in range(len(tours.orders)) if duty != place.duty]
    weight, then = place.weight + saved, list[Place | None]()
    for other in out:
        found = tours.best_place(other, duties=others, most=FEW) if others else None
        left = tours.weigh.cost_of_leaving(other)
        if len(out) > 1 or found is None or found.weight >= left:
            found = None
        weight += left if found is None else found.weight
        weight -= tours.weigh.there(other, place.duty)
        then.append(found)
    tours.put(place.duty, before, cost)
    jobs = tours.case.jobs
    lost = any(p is None and jobs[o].skip is None for o, p in zip(out, then, strict=True))
    return None if lost else Way(place, out, tuple(then), weight)


def _apply_swap_way(tours: Tours, job: int, way: Way) -> None:
    duty = way.place.duty
    rest = [other for other in tours.orders[duty] if other not in way.out]
    cost = tours.price(duty, rest)
    if cost is None:
        raise AssertionError(job)
    tours.put(duty, rest, cost)
    insert(tours, job, way.place)
    for other, place in zip(way.out, way.then, strict=True):
        if place is not None:
            insert(tours, other, place)
