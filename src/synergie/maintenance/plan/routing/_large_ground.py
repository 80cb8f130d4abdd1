"""The numbers of a task as the large neighbourhood search reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synergie.maintenance.plan.routing._clock import cost
from synergie.maintenance.plan.routing._load import is_vehicle_able
from synergie.maintenance.plan.routing._task import Task, Vehicle, Window, merge_windows

_ALWAYS = (0, 1 << 40)


class Leg(NamedTuple):
    """Part of a trip: its ends, and when it may begin so that it keeps its windows."""

    first: int
    """Place where it begins."""
    last: int
    """Place where it ends."""
    away: int
    """Shortest time, waits included, s."""
    early: int
    """Earliest beginning, s, of those that take the shortest time."""
    late: int
    """Latest beginning, s."""
    way: int
    """m"""


@dataclass(frozen=True)
class WindowedTask:
    """A task, with a client for each window that a stop may be served in."""

    task: Task

    @cached_property
    def clients(self) -> list[tuple[int, Window | None]]:
        """Stop and window of each client."""
        return [
            (number, window)
            for number, stop in enumerate(self.task.stops)
            for window in (merge_windows(stop.windows) or (None,))
        ]

    @cached_property
    def of_stop(self) -> list[list[int]]:
        """Clients of each stop."""
        found: list[list[int]] = [[] for _ in self.task.stops]
        for client, (stop, _) in enumerate(self.clients):
            found[stop].append(client)
        return found

    @cached_property
    def legs(self) -> list[Leg]:
        """Each client alone."""
        return [
            Leg(stop.place, stop.place, stop.service_s, *(window or _ALWAYS), 0)
            for number, window in self.clients
            for stop in (self.task.stops[number],)
        ]

    @cached_property
    def table(self) -> NDArray[np.int64]:
        """Place, time on site, earliest and latest start of each client."""
        rows = [(leg.first, leg.away, leg.early, leg.late) for leg in self.legs]
        return np.array(rows, dtype=np.int64).T.copy()

    @cached_property
    def width(self) -> int:
        """Dimensions of load that some vehicle may lack."""
        return max((len(vehicle.capacity) for vehicle in self.task.vehicles), default=0)

    @cached_property
    def loads(self) -> NDArray[np.int64]:
        """Loads of each stop."""
        return np.array([self._wide(s.loads, 0) for s in self.task.stops], dtype=np.int64).reshape(
            len(self.task.stops), self.width
        )

    def _wide(self, loads: Sequence[int], rest: int) -> list[int]:
        return [*loads, *[rest] * (self.width - len(loads))][: self.width]

    @cached_property
    def rooms(self) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """What each vehicle carries before and after a reload."""
        free = 1 << 60
        return [
            (
                np.array(self._wide(v.loaded, free), dtype=np.int64),
                np.array(self._wide(v.capacity, free), dtype=np.int64),
            )
            for v in self.task.vehicles
        ]

    @cached_property
    def able(self) -> NDArray[np.bool_]:
        """Whether the vehicle (row) may serve the stop (column)."""
        return np.array(
            [
                [is_vehicle_able(stop, index, vehicle) for stop in self.task.stops]
                for index, vehicle in enumerate(self.task.vehicles)
            ]
        )

    @cached_property
    def times(self) -> list[list[int]]:
        """Durations as plain numbers: faster one by one."""
        rows: list[list[int]] = self.task.network.durations.tolist()
        return rows

    @cached_property
    def ways(self) -> list[list[int]]:
        """Distances as plain numbers."""
        rows: list[list[int]] = self.task.network.distances.tolist()
        return rows

    @cached_property
    def ends(self) -> list[tuple[Leg, Leg]]:
        """Departure and return of each vehicle."""
        return [_build_end_legs(vehicle) for vehicle in self.task.vehicles]

    def joined(self, one: Leg | None, two: Leg | None) -> Leg | None:
        """One part after the other; None when a window is missed."""
        if one is None or two is None:
            return None
        away = one.away + self.times[one.last][two.first]
        if one.early + away > two.late:
            return None
        wait = max(0, two.early - away - one.late)
        return Leg(
            one.first,
            two.last,
            away + wait + two.away,
            max(two.early - away, one.early) - wait,
            min(two.late - away, one.late),
            one.way + two.way + self.ways[one.last][two.first],
        )

    def price(self, index: int, leg: Leg | None) -> int | None:
        """Cost of a whole trip of the vehicle; None when it is too long."""
        vehicle = self.task.vehicles[index]
        if leg is None or leg.away > vehicle.shift_s + vehicle.overtime_s:
            return None
        if vehicle.longest_m is not None and leg.way > vehicle.longest_m:
            return None
        return cost(vehicle, leg.away, leg.way)


def _build_end_legs(vehicle: Vehicle) -> tuple[Leg, Leg]:
    late = vehicle.last if vehicle.leaves_by is None else min(vehicle.last, vehicle.leaves_by)
    begin = Leg(vehicle.start, vehicle.start, 0, vehicle.opens, late, 0)
    return begin, Leg(vehicle.end, vehicle.end, 0, vehicle.opens, vehicle.last, 0)
