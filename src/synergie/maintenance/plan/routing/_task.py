"""What is to be routed and what comes out, as whole numbers on one clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

type Matrix = NDArray[np.int64]
type Window = tuple[int, int]
type Ended = Literal["iterations", "time", "cancelled"]


@dataclass(frozen=True, slots=True)
class Stop:
    """One piece of work at one place. Times in seconds of the clock that all share."""

    place: int
    """Row of the network."""
    service_s: int
    """Time on site, s."""
    windows: tuple[Window, ...] = ()
    """Earliest and latest start of the work; several are alternatives. Empty: whenever."""
    loads: tuple[int, ...] = ()
    """What it takes from the vehicle, by dimension; those left out are 0."""
    skills: frozenset[int] = frozenset()
    """Skills that the vehicle must have, all of them."""
    vehicles: frozenset[int] | None = None
    """Vehicles of the task that may come, by number. None: any."""
    prize: int | None = None
    """What it costs to leave it out. None: it is required."""


@dataclass(frozen=True, slots=True)
class Vehicle:
    """*count* equal vehicles, each for one trip. Cost units are the caller's."""

    start: int
    """Place of departure."""
    end: int
    """Place of return."""
    opens: int
    """Earliest departure, s."""
    closes: int
    """Latest return without overtime, s."""
    count: int = 1
    """How many there are."""
    capacity: tuple[int, ...] = ()
    """Most load, by dimension; a dimension left out is not limited."""
    skills: frozenset[int] = frozenset()
    """What it may do."""
    fixed: int = 0
    """Cost of a trip that serves something."""
    per_s: int = 1
    """Cost of a second between departure and return."""
    per_m: int = 0
    """Cost of a metre."""
    overtime_s: int = 0
    """Most overtime, s: so much later than `closes`, so much longer than `longest_s`."""
    overtime_per_s: int = 0
    """Cost of a second above `longest_s`, on top of `per_s`."""
    longest_s: int | None = None
    """Longest trip without overtime, s. None: from `opens` to `closes`."""
    longest_m: int | None = None
    """Longest trip, m. None: no limit."""
    reload_places: tuple[int, ...] = ()
    """Places where it can be loaded again to `capacity`."""
    max_reloads: int = 0
    """Most reloads in a trip."""
    stock: tuple[int, ...] | None = None
    """What it carries at departure, by dimension, at most `capacity`; the rest is full."""
    leaves_by: int | None = None
    """Latest departure, s. None: as late as it likes. At `opens`, overtime counts by the clock."""

    @property
    def shift_s(self) -> int:
        """Longest trip without overtime, s."""
        return self.closes - self.opens if self.longest_s is None else self.longest_s

    @property
    def loaded(self) -> tuple[int, ...]:
        """What it can carry before the first reload, by dimension."""
        stock = self.stock or ()
        pairs = zip(stock, self.capacity, strict=False)
        return (*(min(pair) for pair in pairs), *self.capacity[len(stock) :])

    @property
    def last(self) -> int:
        """Latest return, overtime included, s."""
        return self.closes + self.overtime_s


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Times and lengths between places: int64, places by places, 0 on the diagonal."""

    durations: Matrix
    """Seconds from row to column."""
    distances: Matrix
    """Metres from row to column."""


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Stops to serve with vehicles on a network."""

    stops: tuple[Stop, ...]
    vehicles: tuple[Vehicle, ...]
    network: Network


@dataclass(frozen=True, slots=True)
class Trip:
    """One vehicle from departure to return."""

    vehicle: int
    """Number of the vehicle in the task."""
    stops: tuple[int, ...]
    """Numbers of the stops, in order."""
    start: int
    """Departure, s."""
    arrivals: tuple[int, ...]
    """Arrival at each stop, s."""
    starts: tuple[int, ...]
    """Start of the work at each stop, s."""
    end: int
    """Return, s."""
    cost: int
    """Fixed cost, time, way and overtime."""
    reloads: tuple[tuple[int, int], ...] = ()
    """Reloads in order: how many stops come before, and the place."""


@dataclass(frozen=True, slots=True)
class Routes:
    """What the search found."""

    trips: tuple[Trip, ...]
    """By vehicle, then by start; those that stay home are left out."""
    unserved: tuple[int, ...]
    """Stops that no trip serves; a required one is here only when no trips for all were found."""
    cost: int
    """All trips, and the prizes of the stops left out."""
    iterations: int
    """Steps of the search: repeat with as many to get the same routes."""
    stopped: Ended
    """Why it ended."""


@dataclass(slots=True)
class Order:
    """A trip without its times: stops in order, reloads, and the window chosen for each stop."""

    vehicle: int
    stops: list[int] = field(default_factory=list)
    reloads: list[tuple[int, int]] = field(default_factory=list)
    windows: list[Window | None] | None = None


def merge_windows(windows: Sequence[Window]) -> Sequence[Window]:
    """The same moments in the fewest windows, in order."""
    joined: list[Window] = []
    for low, high in sorted(windows):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return joined
