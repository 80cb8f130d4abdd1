"""Check of the times of finished rounds: drives, work, windows, shifts, breaks.

Roads are computed again: the matrix as given, or great circles one by one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import asin, ceil, cos, radians, sin, sqrt

from synergie.errors import Reason
from synergie.maintenance.plan.rounds import _text
from synergie.maintenance.records.rounds import (
    PlannedStop,
    Round,
    RoundsPlan,
    RoundsProblem,
    RoundStop,
)

_MINUTE, _SECOND = timedelta(minutes=1), timedelta(seconds=1)
_EARTH_M = 6_371_008.8
_ROUNDING = 2
"""Metres and seconds that two ways to compute a straight line may differ by."""


class Times:
    """The times of rounds under examination; every name in them is known."""

    def __init__(self, problem: RoundsProblem, plan: RoundsPlan) -> None:
        self.problem, self.plan = problem, plan
        self.stops = {stop.id: stop for stop in problem.stops}
        self.shifts = {(shift.crew, shift.day): shift for shift in problem.shifts}
        self.places = {place.id: number for number, place in enumerate(problem.places)}
        self.done = {done.stop: done for done in problem.done}

    def times(self) -> Iterator[str]:
        """Drives, work, windows, the shift and its overtime."""
        for one in self.plan.rounds:
            yield from (
                Reason("{} on {}: {}", one.crew, one.day, fault) for fault in self._legs(one)
            )
            yield from (
                Reason("{} on {}: {}", one.crew, one.day, fault) for fault in self._hours(one)
            )

    def _legs(self, one: Round) -> Iterator[str]:
        """One stop after the other: no drive shorter than the road, no work shorter than told."""
        shift = self.shifts[one.crew, one.day]
        place, ready = self.places[shift.start_place], one.leaves_at
        for planned in one.stops:
            stop = self.stops[planned.stop]
            there = self.places[stop.place]
            seconds, metres = self._road(place, there)
            if abs(planned.drive_m - metres) > _ROUNDING:
                yield Reason("the drive to {} is {} m", stop.id, metres)
            if abs(planned.drive_minutes * 60 - seconds) >= 60 + _ROUNDING:
                yield Reason("the drive to {} takes {} s", stop.id, seconds)
            if planned.stop not in self.done:
                yield from self._visit(planned, stop, ready + seconds * _SECOND)
            place, ready = there, planned.ends_at
        seconds, _ = self._road(place, self.places[shift.end_place])
        if one.returns_at < self._free(ready) + seconds * _SECOND - _ROUNDING * _SECOND:
            yield Reason("it is back before it can be")

    def _free(self, ready: datetime) -> datetime:
        return ready if self.problem.now is None else max(ready, self.problem.now)

    def _visit(self, planned: PlannedStop, stop: RoundStop, soonest: datetime) -> Iterator[str]:
        if planned.arrives_at < soonest - _ROUNDING * _SECOND:
            yield Reason("{} is reached at {}, not before {}", stop.id, planned.arrives_at, soonest)
        if planned.starts_at < planned.arrives_at:
            yield Reason("{} begins before the crew is there", stop.id)
        if planned.ends_at - planned.starts_at != stop.minutes * _MINUTE:
            yield Reason("{} does not last {} min", stop.id, stop.minutes)
        if self.problem.now is not None and planned.starts_at < self.problem.now:
            yield Reason("{} begins before now", stop.id)
        opened = any(w.opens_at <= planned.starts_at <= w.closes_at for w in stop.windows)
        if stop.windows and not opened and stop.id not in self._stops_marked_late():
            yield Reason("{} begins outside its windows", stop.id)

    def _stops_marked_late(self) -> set[str]:
        """Stops that the plan says are late, which can be on a running day alone."""
        if self.problem.now is None:
            return set()
        return {
            phrase.values[0]
            for phrase in self.plan.assumptions
            if phrase.text == _text.LATE and phrase.values
        }

    def _hours(self, one: Round) -> Iterator[str]:
        shift = self.shifts[one.crew, one.day]
        begun = [self.done[p.stop] for p in one.stops if p.stop in self.done]
        if not begun and one.leaves_at < shift.starts_at:
            yield Reason("it leaves before its shift")
        if not begun and self.problem.now is not None and one.leaves_at < self.problem.now:
            yield Reason("it leaves before now")
        last = shift.ends_at + shift.overtime_minutes * _MINUTE
        if begun:  # what is under way may be late; then it still drives home, its break before
            ready = self._free(max(done.ends_at for done in begun))
            if shift.break_at is not None:
                ready = max(ready, shift.break_at + shift.break_minutes * _MINUTE)
            home, _ = self._road(
                self.places[self.stops[one.stops[len(begun) - 1].stop].place],
                self.places[shift.end_place],
            )
            last = max(last, ready + (home + _ROUNDING) * _SECOND + shift.break_minutes * _MINUTE)
        if one.returns_at > last:
            yield Reason("it is back at {}, {} at the latest", one.returns_at, last)

    def breaks(self) -> Iterator[str]:
        """A break of full length in its time, between works and drives."""
        for one in self.plan.rounds:
            shift = self.shifts[one.crew, one.day]
            if not shift.break_minutes or shift.break_at is not None:
                continue
            if one.break_at is None:
                if not any(p.stop in self.done for p in one.stops):
                    yield Reason("{} on {} has no break", one.crew, one.day)
                continue
            end = one.break_at + shift.break_minutes * _MINUTE
            begun = [self.done[p.stop].ends_at for p in one.stops if p.stop in self.done]
            latest = shift.break_to or shift.ends_at
            if begun:
                late = self._free(max(begun)) + shift.break_minutes * _MINUTE + _SECOND
                latest = max(latest, late)
            if one.break_at < (shift.break_from or shift.starts_at) or end > latest:
                yield Reason("{} on {}: the break is not in its time", one.crew, one.day)
            if not self._gap(one, one.break_at, end):
                yield Reason("{} on {}: the break is not free of work and drive", one.crew, one.day)

    def _gap(self, one: Round, begin: datetime, end: datetime) -> bool:
        """Whether the time is free: at the depot, before a drive, or after it."""
        if end <= one.leaves_at or begin >= one.returns_at:
            return True
        shift = self.shifts[one.crew, one.day]
        place, ready = self.places[shift.start_place], one.leaves_at
        near = _ROUNDING * _SECOND
        for planned in one.stops:
            there = self.places[self.stops[planned.stop].place]
            leaves = planned.arrives_at - self._road(place, there)[0] * _SECOND
            if ready <= begin and end <= leaves + near:
                return True
            if planned.arrives_at <= begin and end <= planned.starts_at:
                return True
            place, ready = there, planned.ends_at
        home = self._road(place, self.places[shift.end_place])[0] * _SECOND
        return ready <= begin and end <= one.returns_at - home + near

    def _road(self, start: int, end: int) -> tuple[int, int]:
        return measure_road(self.problem, start, end)


def measure_road(problem: RoundsProblem, start: int, end: int) -> tuple[int, int]:
    """Seconds and metres from place to place, by their numbers."""
    matrix = problem.matrix
    if matrix is not None:
        return matrix.durations_s[start][end], matrix.distances_m[start][end]
    length = measure_straight_line(problem, start, end) * problem.detour
    return ceil(length * 3.6 / problem.speed_km_h - 1e-6), round(length)


def measure_straight_line(problem: RoundsProblem, start: int, end: int) -> float:
    """Metres between two places."""
    one, two = problem.places[start].location, problem.places[end].location
    up = sin(radians(one.latitude - two.latitude) / 2) ** 2
    over = sin(radians(one.longitude - two.longitude) / 2) ** 2
    chord = up + cos(radians(one.latitude)) * cos(radians(two.latitude)) * over
    return 2 * _EARTH_M * asin(sqrt(min(1.0, chord)))
