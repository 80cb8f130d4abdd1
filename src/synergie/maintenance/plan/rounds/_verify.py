"""Check of finished rounds that shares nothing with the search: exact times and sums.

The faults are sentences, none when the plan holds. It runs before a plan leaves.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise

from synergie.errors import Reason
from synergie.maintenance.plan.rounds._places import odd_places
from synergie.maintenance.plan.rounds._verify_times import Times, measure_road
from synergie.maintenance.records.rounds import CrewShift, RoundsPlan, RoundsProblem, RoundStop
from synergie.park.records.crew import PartCount
from synergie.plan.verification import verify_plan_totals

_MINUTE, _SECOND = timedelta(minutes=1), timedelta(seconds=1)
_NONE = Decimal(0)
_ROUNDING = 2
"""Metres and seconds that two ways to compute a straight line may differ by."""


def faults(problem: RoundsProblem, plan: RoundsPlan) -> tuple[str, ...]:
    """What is wrong with the rounds."""
    check = _Rounds(problem, plan)
    unknown = tuple(check.check_names())
    if unknown:
        return unknown
    times = Times(problem, plan)
    return (
        *check.once(),
        *check.done_kept(),
        *check.able(),
        *times.times(),
        *times.breaks(),
        *check.dangers_first(),
        *check.costs(),
        *check.must(),
        *check.baseline(),
        *check.shares(),
        *verify_plan_totals(plan),
    )


class _Rounds:
    """Rounds under examination."""

    def __init__(self, problem: RoundsProblem, plan: RoundsPlan) -> None:
        self.problem, self.plan = problem, plan
        self.stops = {stop.id: stop for stop in problem.stops}
        self.shifts = {(shift.crew, shift.day): shift for shift in problem.shifts}
        self.places = {place.id: number for number, place in enumerate(problem.places)}
        self.done = {done.stop: done for done in problem.done}
        self.alike = Counter(s.model_copy(update={"id": "same"}) for s in problem.stops if s.ticket)

    def check_names(self) -> Iterator[str]:
        """Every name is one of the problem."""
        for one in self.plan.rounds:
            if (one.crew, one.day) not in self.shifts:
                yield Reason("{} has no shift on {}", one.crew, one.day)
            for planned in one.stops:
                stop = self.stops.get(planned.stop)
                if stop is None or stop.place not in self.places:
                    yield Reason("{} is no stop at a place that is known", planned.stop)
        yield from (Reason("{} is no stop", one.stop) for one in self.plan.left_out
                    if one.stop not in self.stops)  # fmt: skip

    def once(self) -> Iterator[str]:
        """Every stop in one round or left out; one round a crew and day."""
        told = Counter(planned.stop for one in self.plan.rounds for planned in one.stops)
        told.update(one.stop for one in self.plan.left_out)
        for stop in self.stops:
            if told[stop] != 1:
                yield Reason("{} is told {} times", stop, told[stop])
        keys = Counter((one.crew, one.day) for one in self.plan.rounds)
        yield from (
            Reason("{} has {} rounds on {}", crew, n, day)
            for (crew, day), n in keys.items()
            if n > 1
        )

    def done_kept(self) -> Iterator[str]:
        """What is done stays where and when it was, before all that is to come."""
        where = {planned.stop: (one, planned) for one in self.plan.rounds for planned in one.stops}
        for name, done in self.done.items():
            if name not in where:
                yield Reason("{} is done and in no round", name)
                continue
            one, planned = where[name]
            there = (one.crew, one.day, planned.starts_at, planned.ends_at)
            if there != (done.crew, done.day, done.starts_at, done.ends_at):
                yield Reason("{} is done and has moved", name)
        for one in self.plan.rounds:
            fixed = [planned.stop in self.done for planned in one.stops]
            if fixed != sorted(fixed, reverse=True):
                yield Reason("{} on {}: done work comes after work to come", one.crew, one.day)
            if [planned.fixed for planned in one.stops] != fixed:
                yield Reason("{} on {}: fixed is not what is done", one.crew, one.day)

    def able(self) -> Iterator[str]:
        """Skills, authorisations, crews asked for, parts."""
        for one in self.plan.rounds:
            shift = self.shifts[one.crew, one.day]
            todo = [self.stops[p.stop] for p in one.stops if p.stop not in self.done]
            for stop in todo:
                yield from (
                    Reason("{}: {}", stop.id, why) for why in _iterate_shift_mismatches(shift, stop)
                )
            brought = _count_parts(part for p in one.stops for part in self.stops[p.stop].parts)
            if brought != _count_parts(one.parts):
                yield Reason(
                    "{} on {}: the parts to bring are not those of its stops", one.crew, one.day
                )
            for part, most in _count_parts(shift.carries).items():
                if (
                    todo
                    and brought[part] > most
                    and any(part in _count_parts(stop.parts) for stop in todo)
                ):
                    yield Reason(
                        "{} on {} carries {} {}, not {}",
                        one.crew,
                        one.day,
                        most,
                        part,
                        brought[part],
                    )

    def dangers_first(self) -> Iterator[str]:
        """No work that could wait goes before a danger, but while the street there is shut."""
        for one in self.plan.rounds:
            todo = [(p, self.stops[p.stop]) for p in one.stops if p.stop not in self.done]
            before = ""
            for planned, stop in todo:
                if (
                    stop.severity == "danger"
                    and before
                    and not _opens_at_moment(stop, planned.starts_at)
                ):
                    yield Reason(
                        "{} on {}: {} goes before the danger {}", one.crew, one.day, before, stop.id
                    )
                elif stop.severity != "danger" and stop.skip_eur is not None:
                    before = stop.id

    def costs(self) -> Iterator[str]:
        """Hours, kilometres and overtime of each round; the sum of all."""
        for one in self.plan.rounds:
            shift = self.shifts[one.crew, one.day]
            places = [shift.start_place, *(self.stops[p.stop].place for p in one.stops)]
            rows = [self.places[place] for place in (*places, shift.end_place)]
            metres = sum(measure_road(self.problem, a, b)[1] for a, b in pairwise(rows))
            if abs(metres - one.distance_m) > _ROUNDING * len(rows):
                yield Reason(
                    "{} on {} drives {} m, not {} m", one.crew, one.day, metres, one.distance_m
                )
            exact = _compute_shift_price(shift, one.leaves_at, one.returns_at, one.distance_m)
            if exact != one.cost_eur:
                yield Reason(
                    "{} on {} costs {} EUR, not {} EUR", one.crew, one.day, exact, one.cost_eur
                )
            if one.work_minutes != sum(self.stops[p.stop].minutes for p in one.stops):
                yield Reason("{} on {}: the work told is not that of its stops", one.crew, one.day)
        for left in self.plan.left_out:
            if left.skip_eur != (self.stops[left.stop].skip_eur or _NONE):
                yield Reason("leaving {} does not cost {} EUR", left.stop, left.skip_eur)
        told = [one.cost_eur for one in self.plan.rounds]
        told += [left.skip_eur for left in self.plan.left_out]
        if sum(told, _NONE) != self.plan.objective_eur:
            yield Reason("rounds and what is left do not add up to the cost")

    def must(self) -> Iterator[str]:
        """What must be done is done, but for what no shift has the skill, the parts or hours for.

        In a running day it may be left: the plan says why.
        """
        if self.problem.now is not None:
            return
        odd = odd_places(self.problem)
        for left in self.plan.left_out:
            stop = self.stops[left.stop]
            if stop.skip_eur is not None or stop.place not in self.places:
                continue
            if stop.ticket is not None and self._twin(stop):
                continue
            if self.places[stop.place] in odd:
                continue
            if any(self._alone(shift, stop) for shift in self.problem.shifts):
                yield Reason("{} must be done and is left out", left.stop)

    def _twin(self, stop: RoundStop) -> bool:
        """Whether another stop is the same but for its id."""
        return self.alike[stop.model_copy(update={"id": "same"})] > 1

    def _alone(self, shift: CrewShift, stop: RoundStop) -> bool:
        """Whether the crew could do it if it did nothing else, its break left aside."""
        if any(_iterate_shift_mismatches(shift, stop)):
            return False
        carried, taken = _count_parts(shift.carries), _count_parts(stop.parts)
        if any(taken[part] > most for part, most in carried.items()):
            return False
        there, back = (
            measure_road(self.problem, self.places[a], self.places[b])[0] * _SECOND
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
            yield Reason("{} EUR together, {} EUR each alone", self.plan.objective_eur, alone)
        for member in self.plan.members:
            if (
                alone is not None
                and member.alone_eur is not None
                and (member.cost_eur > member.alone_eur)
            ):
                yield Reason("{} pays more than alone", member.member)

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
                yield Reason("{} does not pay the time worked for it", member.member)


def _opens_at_moment(stop: RoundStop, moment: datetime) -> bool:
    """Whether work at *stop* may not begin before *moment*, to the second."""
    return any(abs(window.opens_at - moment) <= _SECOND for window in stop.windows)


def _iterate_shift_mismatches(shift: CrewShift, stop: RoundStop) -> Iterator[str]:
    if not set(stop.skills) <= set(shift.skills):
        yield Reason("{} has not all its skills", shift.crew)
    if stop.network_mix is not None and stop.network_mix not in shift.network_mixes:
        yield Reason("{} is not authorised for its network", shift.crew)
    if stop.crew is not None and stop.crew != shift.crew:
        yield Reason("it is for {}", stop.crew)


def _count_parts(parts: Sequence[PartCount] | Iterator[PartCount]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for part in parts:
        counts[part.part] += part.count
    return counts


def _compute_shift_price(shift: CrewShift, left: datetime, back: datetime, metres: int) -> Decimal:
    """Hours until the end of the shift, overtime, kilometres: exact, then rounded to the cent."""
    late = shift.hour_eur if shift.overtime_hour_eur is None else shift.overtime_hour_eur
    end = shift.ends_at.astimezone(UTC).replace(microsecond=0)
    away = _count_whole_seconds(back - left)
    over = max(0, _count_whole_seconds(back - max(left, end)))
    exact = Fraction(shift.hour_eur) * (away - over) / 3600
    exact += Fraction(late) * over / 3600 + Fraction(shift.km_eur) * metres / 1000
    hundredths = exact * 100
    whole = (2 * hundredths.numerator + hundredths.denominator) // (2 * hundredths.denominator)
    return (Decimal(whole) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _count_whole_seconds(span: timedelta) -> int:
    return span // _SECOND
