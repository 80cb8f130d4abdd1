"""Check of finished rounds that shares nothing with the search: exact times and sums.

The faults are sentences, none when the plan holds. It runs before a plan leaves.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise
from math import asin, ceil, cos, radians, sin, sqrt

from synergie.plan._verify_totals import totals
from synergie.plan.rounds import _text
from synergie.schemas.crew import PartCount
from synergie.schemas.rounds import (
    CrewShift,
    PlannedStop,
    Round,
    RoundsPlan,
    RoundsProblem,
    RoundStop,
)

_EARTH_M = 6_371_008.8
_MINUTE, _SECOND = timedelta(minutes=1), timedelta(seconds=1)
_NONE = Decimal(0)
_ROUNDING = 2
"""Metres and seconds that two ways to compute a straight line may differ by."""


def faults(problem: RoundsProblem, plan: RoundsPlan) -> tuple[str, ...]:
    """What is wrong with the rounds."""
    check = _Rounds(problem, plan)
    unknown = tuple(check.known())
    if unknown:
        return unknown
    return (
        *check.once(),
        *check.done_kept(),
        *check.able(),
        *check.times(),
        *check.breaks(),
        *check.costs(),
        *check.must(),
        *check.baseline(),
        *check.shares(),
        *totals(plan),
    )


class _Rounds:
    """Rounds under examination."""

    def __init__(self, problem: RoundsProblem, plan: RoundsPlan) -> None:
        self.problem, self.plan = problem, plan
        self.stops = {stop.id: stop for stop in problem.stops}
        self.shifts = {(shift.crew, shift.day): shift for shift in problem.shifts}
        self.places = {place.id: number for number, place in enumerate(problem.places)}
        self.done = {done.stop: done for done in problem.done}

    def known(self) -> Iterator[str]:
        """Every name is one of the problem."""
        for one in self.plan.rounds:
            if (one.crew, one.day) not in self.shifts:
                yield f"{one.crew} has no shift on {one.day}"
            for planned in one.stops:
                stop = self.stops.get(planned.stop)
                if stop is None or stop.place not in self.places:
                    yield f"{planned.stop} is no stop at a place that is known"
        yield from (f"{one.stop} is no stop" for one in self.plan.left_out
                    if one.stop not in self.stops)  # fmt: skip

    def once(self) -> Iterator[str]:
        """Every stop in one round or left out; one round a crew and day."""
        told = Counter(planned.stop for one in self.plan.rounds for planned in one.stops)
        told.update(one.stop for one in self.plan.left_out)
        for stop in self.stops:
            if told[stop] != 1:
                yield f"{stop} is told {told[stop]} times"
        keys = Counter((one.crew, one.day) for one in self.plan.rounds)
        yield from (f"{crew} has {n} rounds on {day}" for (crew, day), n in keys.items() if n > 1)

    def done_kept(self) -> Iterator[str]:
        """What is done stays where and when it was, before all that is to come."""
        where = {planned.stop: (one, planned) for one in self.plan.rounds for planned in one.stops}
        for name, done in self.done.items():
            if name not in where:
                yield f"{name} is done and in no round"
                continue
            one, planned = where[name]
            there = (one.crew, one.day, planned.starts_at, planned.ends_at)
            if there != (done.crew, done.day, done.starts_at, done.ends_at):
                yield f"{name} is done and has moved"
        for one in self.plan.rounds:
            fixed = [planned.stop in self.done for planned in one.stops]
            if fixed != sorted(fixed, reverse=True):
                yield f"{one.crew} on {one.day}: done work comes after work to come"
            if [planned.fixed for planned in one.stops] != fixed:
                yield f"{one.crew} on {one.day}: fixed is not what is done"

    def able(self) -> Iterator[str]:
        """Skills, authorisations, crews asked for, parts."""
        for one in self.plan.rounds:
            shift = self.shifts[one.crew, one.day]
            todo = [self.stops[p.stop] for p in one.stops if p.stop not in self.done]
            for stop in todo:
                yield from (f"{stop.id}: {why}" for why in _unable(shift, stop))
            brought = _counted(part for p in one.stops for part in self.stops[p.stop].parts)
            if brought != _counted(one.parts):
                yield f"{one.crew} on {one.day}: the parts to bring are not those of its stops"
            for part, most in _counted(shift.carries).items():
                if (
                    todo
                    and brought[part] > most
                    and any(part in _counted(stop.parts) for stop in todo)
                ):
                    yield f"{one.crew} on {one.day} carries {most} {part}, not {brought[part]}"

    def times(self) -> Iterator[str]:
        """Drives, work, windows, the shift and its overtime."""
        for one in self.plan.rounds:
            name = f"{one.crew} on {one.day}"
            yield from (f"{name}: {fault}" for fault in self._legs(one))
            yield from (f"{name}: {fault}" for fault in self._hours(one))

    def _legs(self, one: Round) -> Iterator[str]:
        """One stop after the other: no drive shorter than the road, no work shorter than told."""
        shift = self.shifts[one.crew, one.day]
        place, ready = self.places[shift.start_place], one.leaves_at
        for planned in one.stops:
            stop = self.stops[planned.stop]
            there = self.places[stop.place]
            seconds, metres = self._road(place, there)
            if abs(planned.drive_m - metres) > _ROUNDING:
                yield f"the drive to {stop.id} is {metres} m"
            if abs(planned.drive_minutes * 60 - seconds) >= 60 + _ROUNDING:
                yield f"the drive to {stop.id} takes {seconds} s"
            if planned.stop not in self.done:
                yield from self._visit(planned, stop, ready + seconds * _SECOND)
            place, ready = there, planned.ends_at
        seconds, _ = self._road(place, self.places[shift.end_place])
        if one.returns_at < self._free(ready) + seconds * _SECOND - _ROUNDING * _SECOND:
            yield "it is back before it can be"

    def _free(self, ready: datetime) -> datetime:
        return ready if self.problem.now is None else max(ready, self.problem.now)

    def _visit(self, planned: PlannedStop, stop: RoundStop, soonest: datetime) -> Iterator[str]:
        if planned.arrives_at < soonest - _ROUNDING * _SECOND:
            yield f"{stop.id} is reached at {planned.arrives_at}, not before {soonest}"
        if planned.starts_at < planned.arrives_at:
            yield f"{stop.id} begins before the crew is there"
        if planned.ends_at - planned.starts_at != stop.minutes * _MINUTE:
            yield f"{stop.id} does not last {stop.minutes} min"
        if self.problem.now is not None and planned.starts_at < self.problem.now:
            yield f"{stop.id} begins before now"
        opened = any(w.opens_at <= planned.starts_at <= w.closes_at for w in stop.windows)
        if stop.windows and not opened and stop.id not in self._told_late():
            yield f"{stop.id} begins outside its windows"

    def _told_late(self) -> set[str]:
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
            yield "it leaves before its shift"
        if not begun and self.problem.now is not None and one.leaves_at < self.problem.now:
            yield "it leaves before now"
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
            yield f"it is back at {one.returns_at}, {last} at the latest"

    def breaks(self) -> Iterator[str]:
        """A break of full length in its time, between works and drives."""
        for one in self.plan.rounds:
            shift = self.shifts[one.crew, one.day]
            if not shift.break_minutes or shift.break_at is not None:
                continue
            if one.break_at is None:
                if not any(p.stop in self.done for p in one.stops):
                    yield f"{one.crew} on {one.day} has no break"
                continue
            end = one.break_at + shift.break_minutes * _MINUTE
            begun = [self.done[p.stop].ends_at for p in one.stops if p.stop in self.done]
            latest = shift.break_to or shift.ends_at
            if begun:
                late = self._free(max(begun)) + shift.break_minutes * _MINUTE + _SECOND
                latest = max(latest, late)
            if one.break_at < (shift.break_from or shift.starts_at) or end > latest:
                yield f"{one.crew} on {one.day}: the break is not in its time"
            if not self._gap(one, one.break_at, end):
                yield f"{one.crew} on {one.day}: the break is not free of work and drive"

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

    def costs(self) -> Iterator[str]:
        """Hours, kilometres and overtime of each round; the sum of all."""
        for one in self.plan.rounds:
            shift = self.shifts[one.crew, one.day]
            places = [shift.start_place, *(self.stops[p.stop].place for p in one.stops)]
            rows = [self.places[place] for place in (*places, shift.end_place)]
            metres = sum(self._road(a, b)[1] for a, b in pairwise(rows))
            if abs(metres - one.distance_m) > _ROUNDING * len(rows):
                yield f"{one.crew} on {one.day} drives {metres} m, not {one.distance_m} m"
            exact = _price(shift, one.leaves_at, one.returns_at, one.distance_m)
            if exact != one.cost_eur:
                yield f"{one.crew} on {one.day} costs {exact} EUR, not {one.cost_eur} EUR"
            if one.work_minutes != sum(self.stops[p.stop].minutes for p in one.stops):
                yield f"{one.crew} on {one.day}: the work told is not that of its stops"
        for left in self.plan.left_out:
            if left.skip_eur != (self.stops[left.stop].skip_eur or _NONE):
                yield f"leaving {left.stop} does not cost {left.skip_eur} EUR"
        told = [one.cost_eur for one in self.plan.rounds]
        told += [left.skip_eur for left in self.plan.left_out]
        if sum(told, _NONE) != self.plan.objective_eur:
            yield "rounds and what is left do not add up to the cost"

    def must(self) -> Iterator[str]:
        """What must be done is done, but for what no shift has the skill, the parts or hours for.

        In a running day it may be left: the plan says why.
        """
        if self.problem.now is not None:
            return
        for left in self.plan.left_out:
            stop = self.stops[left.stop]
            if stop.skip_eur is not None or stop.place not in self.places:
                continue
            if stop.ticket is not None and self._twin(stop):
                continue
            if self._exchanged(stop):
                continue
            if any(self._alone(shift, stop) for shift in self.problem.shifts):
                yield f"{left.stop} must be done and is left out"

    def _twin(self, stop: RoundStop) -> bool:
        """Whether another stop is the same but for its id."""
        same = stop.model_dump(exclude={"id"})
        others = (other for other in self.problem.stops if other.ticket == stop.ticket)
        return any(
            other is not stop and other.model_dump(exclude={"id"}) == same for other in others
        )

    def _exchanged(self, stop: RoundStop) -> bool:
        """Whether the place lies far from all the others."""
        here = self.places[stop.place]
        far = [_straight(self.problem, here, n) for n in range(len(self.problem.places))]
        return len(far) > 2 and sorted(far)[1] > 200_000  # noqa: PLR2004 (m)

    def _alone(self, shift: CrewShift, stop: RoundStop) -> bool:
        """Whether the crew could do it if it did nothing else, its break left aside."""
        if any(_unable(shift, stop)):
            return False
        carried, taken = _counted(shift.carries), _counted(stop.parts)
        if any(taken[part] > most for part, most in carried.items()):
            return False
        there, back = (
            self._road(self.places[a], self.places[b])[0] * _SECOND
            for a, b in ((shift.start_place, stop.place), (stop.place, shift.end_place))
        )
        last = shift.ends_at + shift.overtime_minutes * _MINUTE - back - stop.minutes * _MINUTE
        last -= shift.break_minutes * _MINUTE
        first = shift.starts_at + there + shift.break_minutes * _MINUTE
        if first > last:
            return False
        spans = [(w.opens_at, w.closes_at) for w in stop.windows] or [(first, last)]
        return any(low <= last and first <= high for low, high in spans)

    def baseline(self) -> Iterator[str]:
        """Never dearer than each alone."""
        alone = self.plan.baseline_eur
        if alone is not None and self.plan.objective_eur > alone:
            yield f"{self.plan.objective_eur} EUR together, {alone} EUR each alone"
        for member in self.plan.members:
            if (
                alone is not None
                and member.alone_eur is not None
                and (member.cost_eur > member.alone_eur)
            ):
                yield f"{member.member} pays more than alone"

    def shares(self) -> Iterator[str]:
        """Where nobody is compared with alone, each pays its time on site and what it leaves."""
        if any(member.alone_eur is not None for member in self.plan.members):
            return
        owed: dict[str, Fraction] = defaultdict(Fraction)
        for one in self.plan.rounds:
            for planned in one.stops:
                stop = self.stops[planned.stop]
                part = Fraction(stop.minutes, one.work_minutes or 1)
                owed[stop.organisation] += Fraction(one.cost_eur) * part
        for left in self.plan.left_out:
            owed[self.stops[left.stop].organisation] += Fraction(left.skip_eur)
        near = Fraction(len(self.plan.rounds), 100)  # each round is shared to the cent
        for member in self.plan.members:
            if abs(Fraction(member.cost_eur) - owed[member.member]) > near:
                yield f"{member.member} does not pay the time worked for it"

    def _road(self, start: int, end: int) -> tuple[int, int]:
        """Seconds and metres from place to place."""
        matrix = self.problem.matrix
        if matrix is not None:
            return matrix.durations_s[start][end], matrix.distances_m[start][end]
        length = _straight(self.problem, start, end) * self.problem.detour
        return ceil(length * 3.6 / self.problem.speed_km_h - 1e-6), round(length)


def _straight(problem: RoundsProblem, start: int, end: int) -> float:
    one, two = problem.places[start].location, problem.places[end].location
    up = sin(radians(one.latitude - two.latitude) / 2) ** 2
    over = sin(radians(one.longitude - two.longitude) / 2) ** 2
    chord = up + cos(radians(one.latitude)) * cos(radians(two.latitude)) * over
    return 2 * _EARTH_M * asin(sqrt(min(1.0, chord)))


def _unable(shift: CrewShift, stop: RoundStop) -> Iterator[str]:
    if not set(stop.skills) <= set(shift.skills):
        yield f"{shift.crew} has not all its skills"
    if stop.network_mix is not None and stop.network_mix not in shift.network_mixes:
        yield f"{shift.crew} is not authorised for its network"
    if stop.crew is not None and stop.crew != shift.crew:
        yield f"it is for {stop.crew}"


def _counted(parts: Sequence[PartCount] | Iterator[PartCount]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for part in parts:
        counts[part.part] += part.count
    return counts


def _price(shift: CrewShift, left: datetime, back: datetime, metres: int) -> Decimal:
    """Hours until the end of the shift, overtime, kilometres: exact, then rounded to the cent."""
    late = shift.hour_eur if shift.overtime_hour_eur is None else shift.overtime_hour_eur
    end = shift.ends_at.astimezone(UTC).replace(microsecond=0)
    away = _seconds(back - left)
    over = max(0, _seconds(back - max(left, end)))
    exact = Fraction(shift.hour_eur) * (away - over) / 3600
    exact += Fraction(late) * over / 3600 + Fraction(shift.km_eur) * metres / 1000
    hundredths = exact * 100
    whole = (2 * hundredths.numerator + hundredths.denominator) // (2 * hundredths.denominator)
    return (Decimal(whole) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _seconds(span: timedelta) -> int:
    return span // _SECOND
