"""Rounds from the search of `routing`: duties become vehicles, jobs become stops."""

from collections.abc import Sequence
from dataclasses import dataclass

from synergie.errors import Cancelled
from synergie.maintenance.plan import routing
from synergie.maintenance.plan.rounds._budget import Cancel
from synergie.maintenance.plan.rounds._case import Case, Duty, Job, Orders
from synergie.maintenance.plan.rounds._given import merge_spans
from synergie.maintenance.plan.rounds._pause import Still, compute_working_span, find_common_breaks

_FINE = 40
"""Cost of a second of the dearest crew in the search: coarse enough for its penalties."""
_WAYS = 32
"""Grain of the prices of a metre where crews differ in them."""


@dataclass(frozen=True, slots=True)
class How:
    """How long to search. *iterations* makes it repeatable; then no clock is looked at."""

    seconds: float | None
    iterations: int | None
    seed: int = 0
    cancel: Cancel = None

    def part(self, share: float) -> "How":
        """A share of the time; the same number of iterations."""
        seconds = None if self.seconds is None else self.seconds * share
        return How(seconds, self.iterations, self.seed, self.cancel)


@dataclass(frozen=True, slots=True)
class Searched:
    """What the search came to."""

    orders: Orders
    iterations: int
    stopped: str


def search_rounds(
    case: Case, jobs: Sequence[int], how: How, start: Orders | None = None
) -> Searched:
    """Orders for *jobs*, which may break a rule by the breaks that the search does not know."""
    open_jobs = [job for job in jobs if case.jobs[job].able]
    numbers = {job: number for number, job in enumerate(open_jobs)}
    duties = [number for number, duty in enumerate(case.duties) if _has_working_time(duty)]
    if not open_jobs or not duties:
        return Searched([[] for _ in case.duties], 0, "iterations")
    begin = None
    if start is not None:
        begin = [[numbers[job] for job in start[duty] if job in numbers] for duty in duties]
    try:
        found = routing.route(
            _build_routing_task(case, open_jobs, duties),
            seconds=how.seconds,
            iterations=how.iterations,
            seed=how.seed,
            start=begin,
            cancel=how.cancel,
        )
    except Cancelled:  # what there is already is still a plan
        return Searched(start or [[] for _ in case.duties], 0, "cancelled")
    orders: Orders = [[] for _ in case.duties]
    for trip in found.trips:
        orders[duties[trip.vehicle]] = [open_jobs[stop] for stop in trip.stops]
    return Searched(orders, found.iterations, found.stopped)


def _has_working_time(duty: Duty) -> bool:
    begin, end = compute_working_span(duty)
    return begin < end + duty.limit - duty.closes


def _build_routing_task(case: Case, jobs: Sequence[int], duties: Sequence[int]) -> routing.Task:
    chosen = [case.duties[duty] for duty in duties]
    prices = _Prices(case, chosen)
    stills = find_common_breaks(chosen)
    index = {duty: number for number, duty in enumerate(duties)}
    return routing.Task(
        stops=tuple(_build_routing_stop(case.jobs[job], index, prices, stills) for job in jobs),
        vehicles=tuple(_build_routing_vehicle(duty, prices) for duty in chosen),
        network=routing.Network(case.network.durations, prices.distances),
    )


class _Prices:
    """Costs as small whole numbers: the search weighs them against penalties of its own."""

    def __init__(self, case: Case, duties: Sequence[Duty]) -> None:
        dearest = max(max(duty.per_s, duty.over_s) for duty in duties)
        self.unit = max(1.0, dearest / _FINE)
        ways = [duty.per_m for duty in duties if duty.per_m]
        self.way = min(ways, default=0) / (_WAYS if len(set(ways)) > 1 else 1)
        metres = case.network.distances * (self.way / self.unit)
        self.distances = metres.round().astype("int64")
        longest = max(max(0, duty.limit - duty.opens) for duty in duties)
        farthest = case.network.farthest_m * max(ways, default=0)
        self.must = self.of(4 * (longest * dearest + farthest))

    def of(self, amount: int) -> int:
        """An amount in the unit of the search."""
        return round(amount / self.unit)

    def per_m(self, duty: Duty) -> int:
        """Cost of one unit of `distances`."""
        return round(duty.per_m / self.way) if self.way else 0


def _build_routing_stop(
    job: Job, index: dict[int, int], prices: _Prices, stills: Sequence[Still]
) -> routing.Stop:
    able = frozenset(index[duty] for duty in job.able if duty in index)
    windows = [
        (_skip_break_seconds(low, stills), _skip_break_seconds(high, stills))
        for low, high in job.windows
    ]
    return routing.Stop(
        place=job.place,
        service_s=job.service_s,
        windows=merge_spans(windows),
        loads=job.loads,
        vehicles=None if len(able) == len(index) else able,
        prize=prices.must if job.skip is None else max(0, prices.of(job.skip)),
    )


def _build_routing_vehicle(duty: Duty, prices: _Prices) -> routing.Vehicle:
    begin, end = compute_working_span(duty)
    begun, late = duty.begun, duty.limit - duty.closes
    return routing.Vehicle(
        start=duty.start if begun is None else begun.place,
        end=duty.end,
        opens=begin,
        closes=max(begin, end),
        capacity=duty.room,
        per_s=prices.of(duty.per_s),
        per_m=prices.per_m(duty),
        overtime_s=late if end >= begin else max(0, late + end - begin),
        overtime_per_s=max(0, prices.of(duty.over_s) - prices.of(duty.per_s)),
    )


def _skip_break_seconds(second: int, stills: Sequence[Still]) -> int:
    for one in stills:
        if one.at < second <= one.until:
            return one.moved(second)
    return second
