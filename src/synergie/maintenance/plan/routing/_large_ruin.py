"""Which stops to take out: strings of near trips, related stops, dear ones, whole trips."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from synergie.maintenance.plan.routing._large_ground import WindowedTask
from synergie.maintenance.plan.routing._large_trip import Trip

_MEAN, _LONGEST = 10, 10  # stops taken out, mean; longest string
_SHARP = 4.0


@dataclass
class Ruin:
    """Draws of stops to take out."""

    ground: WindowedTask
    draws: np.random.Generator

    @cached_property
    def near(self) -> NDArray[np.int64]:
        """Stops by time on the way from each stop."""
        places = [stop.place for stop in self.ground.task.stops]
        times = self.ground.task.network.durations[np.ix_(places, places)]
        return (times + times.T).argsort(axis=1, kind="stable")

    @cached_property
    def related(self) -> NDArray[np.int64]:
        """Stops by way and difference of windows, each over its mean, from each stop."""
        places = [stop.place for stop in self.ground.task.stops]
        times = self.ground.task.network.durations[np.ix_(places, places)]
        _, _, early, late = self.ground.table[:, [c[0] for c in self.ground.of_stop]]
        gap = np.abs(early[:, None] - early) + np.abs(late[:, None] - late)
        skills = (self.ground.able[:, :, None] ^ self.ground.able[:, None, :]).sum(axis=0)
        parts = [times, np.minimum(gap, int(np.median(gap)) * 2 + 1), skills]
        total = sum(part / max(float(part.mean()), 1e-9) for part in parts)
        return np.asarray(total).argsort(axis=1, kind="stable")

    def some(self, trips: Sequence[Trip]) -> set[int]:
        """Stops to take out of these trips."""
        where = {stop: trip for trip in trips if trip.clients for stop in trip.stops()}
        if not where:
            return set()
        count = min(len(where), 1 + int(self.draws.integers(1, 2 * _MEAN)))
        draw = self.draws.random()
        if draw < 0.4:  # noqa: PLR2004
            return self._strings(where, count)
        if draw < 0.7:  # noqa: PLR2004
            return self._related(where, count)
        if draw < 0.9:  # noqa: PLR2004
            return self._remove_trips(where, count)
        stops = np.array(list(where))
        return set(self.draws.choice(stops, count, replace=False).tolist())

    def _seed(self, where: dict[int, Trip]) -> int:
        stops = list(where)
        return stops[int(self.draws.integers(len(stops)))]

    def _strings(self, where: dict[int, Trip], count: int) -> set[int]:
        """A string of each trip near a stop, until there are enough."""
        gone: set[int] = set()
        done: set[int] = set()
        most = int(self.draws.integers(1, _LONGEST + 1))
        for stop in self.near[self._seed(where)].tolist():
            trip = where.get(stop)
            if trip is None or id(trip) in done:
                continue
            done.add(id(trip))
            stops = trip.stops()
            length = int(self.draws.integers(1, min(most, len(stops), count - len(gone)) + 1))
            at = stops.index(stop)
            low, high = max(0, at - length + 1), min(at, len(stops) - length)
            begin = int(self.draws.integers(low, high + 1))
            gone.update(stops[begin : begin + length])
            if len(gone) >= count:
                break
        return gone

    def _related(self, where: dict[int, Trip], count: int) -> set[int]:
        """Stops like one another, the likest most often."""
        gone = [self._seed(where)]
        while len(gone) < count:
            one = gone[int(self.draws.integers(len(gone)))]
            taken = set(gone)
            rest = [s for s in self.related[one].tolist() if s in where and s not in taken]
            gone.append(rest[int(len(rest) * self.draws.random() ** _SHARP)])
        return set(gone)

    def _remove_trips(self, where: dict[int, Trip], count: int) -> set[int]:
        """Whole trips near a stop."""
        gone: set[int] = set()
        for stop in self.near[self._seed(where)].tolist():
            if stop in where and stop not in gone:
                gone.update(where[stop].stops())
            if len(gone) >= count:
                break
        return gone
