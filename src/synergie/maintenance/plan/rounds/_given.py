"""From a problem to whole numbers: the clock, the duties, the jobs, and what is set aside."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Protocol

from synergie.maintenance.plan.rounds import _text
from synergie.maintenance.plan.rounds._case import (
    HOUR,
    MINUTE,
    Begun,
    Case,
    Duty,
    Job,
    Span,
    convert_to_clock_second,
)
from synergie.maintenance.plan.rounds._network import Network, build_road_network
from synergie.maintenance.plan.rounds._places import odd_places
from synergie.maintenance.plan.rounds._refuse import check_rounds_problem
from synergie.maintenance.records.rounds import CrewShift, DoneStop, RoundsProblem, RoundStop
from synergie.park.records.crew import PartCount
from synergie.schemas.plan import Phrase

# A crew in the middle of its day: where it is, when it is free, whether it had its break.


class DutyContext(Protocol):
    """What is known when a duty is made."""

    zero: datetime
    network: Network
    stops: dict[str, int]

    def row_of(self, stop: str) -> int:
        """Row of the network of a stop's place."""

    def load_of(self, stops: Iterable[int]) -> tuple[int, ...]:
        """What these stops take, by dimension."""


def apply_done_stops(
    problem: RoundsProblem, shift: CrewShift, duty: Duty, given: DutyContext
) -> Duty:
    """The duty as it is now; the same when nothing is done yet.

    A break that cannot be had in its time any more is had as soon as what is under way ends; a
    crew that cannot be home in time any more may still drive home.
    """
    done = sorted(
        (d for d in problem.done if (d.crew, d.day) == (shift.crew, shift.day)),
        key=lambda d: (d.starts_at, d.ends_at),
    )
    if not done:
        return duty
    places = [given.row_of(d.stop) for d in done]
    rested, free_at = _find_break_state(duty, shift, done, given)
    ready = max([free_at, *([_round_second_up(problem.now, given)] if problem.now else [])])
    pending = bool(duty.pause_s) and not rested
    home = ready + duty.pause_s * pending + given.network.seconds[places[-1]][duty.end]
    numbers = tuple(given.stops[d.stop] for d in done)
    used = given.load_of(numbers)
    return replace(
        duty,
        limit=max(duty.limit, home),
        pause_to=max(duty.pause_to, ready) if pending else duty.pause_to,
        room=tuple(max(0, room - load) for room, load in zip(duty.room, used, strict=True)),
        begun=Begun(
            place=places[-1],
            left=_find_duty_departure(duty, shift, done, given),
            ready=ready,
            metres=_sum_way_metres(duty, places, given.network),
            rested=not pending,
            stops=numbers,
        ),
    )


def _round_second_up(moment: datetime, given: DutyContext) -> int:
    return convert_to_clock_second(moment, given.zero, up=True)


def _find_duty_departure(
    duty: Duty, shift: CrewShift, done: Sequence[DoneStop], given: DutyContext
) -> int:
    """When it left: as told, or just in time for what it did first."""
    if shift.left_at is not None:
        return convert_to_clock_second(shift.left_at, given.zero)
    first = done[0]
    drive = given.network.seconds[duty.start][given.row_of(first.stop)]
    return convert_to_clock_second(first.arrived_at or first.starts_at, given.zero) - drive


def _sum_way_metres(duty: Duty, places: Sequence[int], network: Network) -> int:
    way = [duty.start, *places]
    return sum(network.metres[a][b] for a, b in pairwise(way))


def _find_break_state(
    duty: Duty, shift: CrewShift, done: Sequence[DoneStop], given: DutyContext
) -> tuple[bool, int]:
    """Whether the break is over or under way, and when the crew is free for something new."""
    free_at = _round_second_up(done[-1].ends_at, given)
    if shift.break_at is not None:
        return True, max(free_at, _round_second_up(shift.break_at, given) + duty.pause_s)
    if not duty.pause_s:
        return True, free_at
    return _has_room_for_break(duty, done, given), free_at


def _has_room_for_break(duty: Duty, done: Sequence[DoneStop], given: DutyContext) -> bool:
    """Whether what is done left room for the break in its time."""
    for first, then in pairwise(done):
        drive = given.network.seconds[given.row_of(first.stop)][given.row_of(then.stop)]
        begins = max(_round_second_up(first.ends_at, given), duty.pause_from)
        if begins + duty.pause_s + drive <= convert_to_clock_second(
            then.starts_at, given.zero
        ) and (begins <= duty.pause_to):
            return True
    return False


_KILOMETRE = 1000
_NEVER = ((0, 0),)
"""The first second of the clock, a day before the first shift."""


def build_rounds_case(problem: RoundsProblem) -> Case:
    """The problem in whole numbers. Raises BadInput for what makes it meaningless.

    Stops that cannot be meant (place unknown, ticket answered twice, coordinates exchanged) are
    set aside with the reason; those that no crew can do are jobs still, see `_reasons`.
    """
    check_rounds_problem(problem)
    aside = _set_aside(problem)
    made = _CaseInputs(problem, aside)
    return Case(
        problem=problem,
        jobs=tuple(made.job(number) for number in made.open_stops()),
        duties=made.duties,
        network=made.network,
        per_eur=made.per_eur,
        zero=made.zero,
        rows={n: made.row_of(s.id) for n, s in enumerate(problem.stops) if n not in aside},
        set_aside=aside,
    )


def _set_aside(problem: RoundsProblem) -> dict[int, Phrase]:
    places = {place.id: number for number, place in enumerate(problem.places)}
    odd = odd_places(problem)
    done = {done.stop for done in problem.done}
    tickets: dict[RoundStop, str] = {}
    found: dict[int, Phrase] = {}
    for number, stop in enumerate(problem.stops):
        first = stop.id
        if stop.ticket is not None:
            first = tickets.setdefault(stop.model_copy(update={"id": "same"}), stop.id)
        if stop.id in done and stop.place in places:
            continue
        if stop.place not in places:
            found[number] = Phrase(text=_text.PLACE, values=(stop.place,))
        elif places[stop.place] in odd:
            at = problem.places[places[stop.place]].location
            values = (stop.place, f"{at.longitude:.4f}", f"{at.latitude:.4f}")
            found[number] = Phrase(text=_text.SWAPPED, values=values)
        elif first != stop.id:
            found[number] = Phrase(text=_text.TWICE, values=(stop.ticket or "", first))
    return found


class _CaseInputs:
    """What the numbers are made from."""

    def __init__(self, problem: RoundsProblem, aside: dict[int, Phrase]) -> None:
        self.problem, self.aside = problem, aside
        self.zero = _compute_clock_zero(problem)
        self.per_eur = _per_eur(problem)
        self.row = self._rows()
        self.network = build_road_network(problem, list(self.row.values()))
        self.index = {problem.places[n].id: row for row, n in enumerate(self.row)}
        self.parts = _list_limited_parts(problem.shifts)
        self.stops = {stop.id: number for number, stop in enumerate(problem.stops)}
        self.duties = tuple(self._duty(shift) for shift in problem.shifts)

    def _rows(self) -> dict[int, int]:
        """Places that are used: number in the problem, twice."""
        names = {place.id: number for number, place in enumerate(self.problem.places)}
        used = {names[s.start_place] for s in self.problem.shifts}
        used |= {names[s.end_place] for s in self.problem.shifts}
        stops = enumerate(self.problem.stops)
        used |= {names[s.place] for n, s in stops if n not in self.aside and s.place in names}
        return {number: number for number in sorted(used)}

    def open_stops(self) -> list[int]:
        """Numbers of the stops that are still to be planned."""
        done = {done.stop for done in self.problem.done}
        stops = enumerate(self.problem.stops)
        return [n for n, stop in stops if stop.id not in done and n not in self.aside]

    def money(self, eur: Decimal, units: int = 1) -> int:
        """Parts of a euro for *eur* a *units*."""
        exact = Fraction(eur) * self.per_eur / units
        return exact.numerator

    def job(self, number: int) -> Job:
        """One stop."""
        stop = self.problem.stops[number]
        return Job(
            stop=number,
            place=self.index[stop.place],
            service_s=stop.minutes * MINUTE,
            windows=self._windows(stop),
            able=frozenset(
                duty for duty, shift in enumerate(self.problem.shifts) if self._may(shift, stop)
            ),
            loads=self._loads(stop.parts),
            skip=None if stop.skip_eur is None else self.money(stop.skip_eur),
            danger=stop.severity == "danger",
            due=None if stop.due_at is None else convert_to_clock_second(stop.due_at, self.zero),
        )

    def _windows(self, stop: RoundStop) -> tuple[Span, ...]:
        spans = sorted(
            (
                convert_to_clock_second(w.opens_at, self.zero, up=True),
                convert_to_clock_second(w.closes_at, self.zero),
            )
            for w in stop.windows
        )
        if not spans:
            return ()
        return merge_spans([(max(0, low), high) for low, high in spans]) or _NEVER

    def _loads(self, parts: Iterable[PartCount]) -> tuple[int, ...]:
        counts = _count_stop_parts(parts)
        return tuple(counts[part] for part in self.parts)

    def _may(self, shift: CrewShift, stop: RoundStop) -> bool:
        if stop.crew is not None and stop.crew != shift.crew:
            return False
        if stop.network_mix is not None and stop.network_mix not in shift.network_mixes:
            return False
        carried = _count_stop_parts(shift.carries)
        taken = _count_stop_parts(stop.parts)
        fits = all(taken[part] <= most for part, most in carried.items())
        return set(stop.skills) <= set(shift.skills) and fits

    def _duty(self, shift: CrewShift) -> Duty:
        opens = convert_to_clock_second(shift.starts_at, self.zero, up=True)
        closes = convert_to_clock_second(shift.ends_at, self.zero)
        pause = shift.break_minutes * MINUTE
        late = shift.hour_eur if shift.overtime_hour_eur is None else shift.overtime_hour_eur
        if self.problem.now is not None:
            opens = max(opens, convert_to_clock_second(self.problem.now, self.zero, up=True))
        carried = _count_stop_parts(shift.carries)
        total = _count_stop_parts(part for stop in self.problem.stops for part in stop.parts)
        duty = Duty(
            start=self.index[shift.start_place],
            end=self.index[shift.end_place],
            opens=opens,
            closes=closes,
            limit=closes + shift.overtime_minutes * MINUTE,
            per_s=self.money(shift.hour_eur, HOUR),
            over_s=self.money(late, HOUR),
            per_m=self.money(shift.km_eur, _KILOMETRE),
            pause_s=pause,
            pause_from=convert_to_clock_second(
                shift.break_from or shift.starts_at, self.zero, up=True
            ),
            pause_to=convert_to_clock_second(shift.break_to or shift.ends_at, self.zero) - pause,
            room=tuple(carried.get(part, total[part]) for part in self.parts),
        )
        return apply_done_stops(self.problem, shift, duty, self)

    def row_of(self, stop: str) -> int:
        """Row of the network of a stop's place."""
        return self.index[self.problem.stops[self.stops[stop]].place]

    def load_of(self, stops: Iterable[int]) -> tuple[int, ...]:
        """What these stops take, by dimension."""
        loads = [self._loads(self.problem.stops[number].parts) for number in stops]
        return tuple(sum(column) for column in zip(*loads, strict=True))


def merge_spans(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The same moments in the fewest spans, in order."""
    joined: list[Span] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        elif low <= high:
            joined.append((low, high))
    return tuple(joined)


def _compute_clock_zero(problem: RoundsProblem) -> datetime:
    moments = [shift.starts_at for shift in problem.shifts]
    moments += [done.starts_at for done in problem.done]
    return min(moments).astimezone(UTC).replace(microsecond=0) - timedelta(days=1)


def _per_eur(problem: RoundsProblem) -> int:
    """The number of parts of a euro in which every price of a second and metre is whole."""
    amounts = [Fraction(stop.skip_eur) for stop in problem.stops if stop.skip_eur is not None]
    for shift in problem.shifts:
        late = shift.hour_eur if shift.overtime_hour_eur is None else shift.overtime_hour_eur
        amounts += [Fraction(shift.hour_eur) / HOUR, Fraction(late) / HOUR]
        amounts.append(Fraction(shift.km_eur) / _KILOMETRE)
    return lcm(1, *{amount.denominator for amount in amounts})


def _count_stop_parts(parts: Iterable[PartCount]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for part in parts:
        counts[part.part] += part.count
    return counts


def _list_limited_parts(shifts: Iterable[CrewShift]) -> tuple[str, ...]:
    """Parts that some vehicle counts."""
    return tuple(sorted({part.part for shift in shifts for part in shift.carries}))
