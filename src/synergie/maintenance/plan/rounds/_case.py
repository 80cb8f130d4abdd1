"""A problem of rounds in whole numbers: seconds from its first moment, metres, parts of a euro."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from synergie.maintenance.plan.rounds._network import Network
from synergie.maintenance.records.rounds import RoundsProblem
from synergie.schemas.plan import Phrase

type Span = tuple[int, int]
type Orders = list[list[int]]
"""Jobs of each duty, in order, those that are done left aside."""

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class Job:
    """A stop that is still to be planned."""

    stop: int
    """Number in the problem."""
    place: int
    service_s: int
    windows: tuple[Span, ...]
    """Earliest and latest start, alternatives in order. Empty: whenever."""
    able: frozenset[int]
    """Duties that may do it, time left aside."""
    loads: tuple[int, ...]
    skip: int | None
    """What it costs to leave it. None: it must be done."""
    danger: bool = False
    """Whether it goes before optional routine stops of its crew."""
    due: int | None = None
    """Latest start by contract; later is told. None: no such time."""
    may: frozenset[int] = frozenset()
    """Duties that may do it, of a danger that is bound to one. Empty: it is not bound."""
    at_opening: bool = False
    """Whether a danger begins when its windows open: work before it does not delay it."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What a crew has done of its day: where it is, since when it is free."""

    place: int
    left: int
    ready: int
    metres: int
    rested: bool
    stops: tuple[int, ...]
    """Numbers in the problem of what is done or under way."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One crew on one day."""

    start: int
    end: int
    opens: int
    closes: int
    limit: int
    """Latest return, overtime included."""
    per_s: int
    over_s: int
    """A second of overtime."""
    per_m: int
    pause_s: int
    """Length of the break. 0: none."""
    pause_from: int
    pause_to: int
    """Latest start of the break."""
    room: tuple[int, ...]
    """Most pieces, by dimension."""
    begun: Begun | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The whole problem. Money is in *per_eur* parts of a euro."""

    problem: RoundsProblem
    jobs: tuple[Job, ...]
    duties: tuple[Duty, ...]
    network: Network
    per_eur: int
    zero: datetime
    rows: dict[int, int]
    """Row of the network of each stop of the problem that is not set aside."""
    set_aside: dict[int, Phrase]
    """Stops of the problem that no round can take, with the reason."""

    def moment(self, second: int) -> datetime:
        """The instant of a second of the clock."""
        return self.zero + timedelta(seconds=second)

    def name(self, job: int) -> str:
        """The stop of a job, as people name it."""
        return self.problem.stops[self.jobs[job].stop].id

    def dear(self) -> int:
        """More than everything together: what it weighs to leave work that must be done."""
        farthest = self.network.farthest_m * (len(self.jobs) + 2 * len(self.duties) + 2)
        hours = sum(max(0, d.limit - d.opens) * max(d.per_s, d.over_s) for d in self.duties)
        metres = farthest * max((d.per_m for d in self.duties), default=0)
        return 1 + hours + metres + sum(job.skip or 0 for job in self.jobs)

    def part(self, jobs: frozenset[int], duties: frozenset[int]) -> "Case":
        """The same case with these jobs and duties alone; numbers stay, the others do nothing."""
        able = {n: job.able & duties if n in jobs else frozenset[int]() for n, job in
                enumerate(self.jobs)}  # fmt: skip
        return replace(
            self, jobs=tuple(replace(job, able=able[n]) for n, job in enumerate(self.jobs))
        )


def convert_to_clock_second(moment: datetime, zero: datetime, *, up: bool = False) -> int:
    """Seconds of the clock at *moment*; a part of a second is dropped, or made whole with *up*."""
    step = timedelta(seconds=1)
    passed = moment.astimezone(UTC) - zero
    return -(-passed // step) if up else passed // step
