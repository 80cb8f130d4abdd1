"""The days of a week as a problem of rounds: planned visits, faults, what was left over."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from synergie.calendar import zone
from synergie.errors import BadInput, Words
from synergie.plan.park.targets import target_of
from synergie.plan.upkeep import _instructions, _text
from synergie.plan.upkeep._windows import Windows
from synergie.plan.upkeep.assumed import mean
from synergie.plan.upkeep.crews import EVERY_NETWORK, Team, teams
from synergie.plan.upkeep.days import WorkDays, at, work_days
from synergie.plan.upkeep.done import Carried, part_of
from synergie.plan.upkeep.keys import cabinet_keys, key
from synergie.plan.upkeep.roads import Roads, between
from synergie.plan.upkeep.visits import Occasion
from synergie.plan.upkeep.works import parts_of
from synergie.plan.upkeep.year import NOTHING, Known, YearCase, year_problem
from synergie.schemas.crew import Crew, CrewBook, Task
from synergie.schemas.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.schemas.park import CabinetState, ParkState, SetAside, Severity, Ticket
from synergie.schemas.plan import Phrase
from synergie.schemas.rounds import CrewShift, RoundPlace, RoundsProblem, RoundStop

LONGEST = 180
"""Minutes of the longest stop: longer works are split, and may go over several days and crews."""
_SKIP: dict[Severity, Decimal] = {
    "street": Decimal(2000), "point": Decimal(300), "minor": Decimal(80), "danger": Decimal(5000),
}  # fmt: skip
"""What it costs to leave a fault for the next week, beside the penalty of its contract [assumed].
A danger is never left."""
_WEEK_DAYS = 7
_AHEAD = 12
"""Weeks that are looked at to know what is due, where there is no year plan."""

type Tell = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class YearPlan:
    """A year plan with its problem: the weeks of its visits are counted from its first Monday."""

    problem: MaintenanceProblem
    plan: MaintenancePlan

    def starts_on(self) -> date:
        """The first Monday. BadInput when the problem has numbers of weeks only."""
        if self.problem.starts_on is None:
            raise BadInput("plan", Words("no first Monday"), _text.MONDAY)
        return self.problem.starts_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What earlier weeks left: stops to take over, stops that are done."""

    carried: Sequence[Carried] = ()
    done: frozenset[str] = frozenset()
    """Stops that are done and must not come again."""


@dataclass(frozen=True, slots=True)
class WeekCase:
    """The problem of some days, and what was left out or assumed."""

    problem: RoundsProblem
    set_aside: tuple[SetAside, ...]
    assumptions: tuple[Phrase, ...]
    occasions: Mapping[str, Occasion] = field(default_factory=dict)
    """What is done in each planned visit, by its key."""

    def tasks(self, stop: RoundStop) -> tuple[Task, ...]:
        """Everything that is done at a stop of this problem, the most important in front."""
        occasion = self.occasions.get(part_of(stop.id)[0])
        works = occasion.works if occasion and stop.severity is None else ()
        more = (work.task for work in works if work.task != "repair")
        return tuple(dict.fromkeys((stop.task, *more)))


def week_problem(  # noqa: PLR0913 (what a week is made of)
    plan: YearPlan | None,
    park: ParkState,
    book: CrewBook,
    *,
    monday: date,
    days: int = 5,
    roads: Roads | None = None,
    known: Known = NOTHING,
    before: Before | None = None,
    tell: Tell = str,
) -> WeekCase:
    """The work of *days* from *monday*: visits that *plan* has there or had before, and faults.

    Without a plan: what is due in that week already. *tell* translates the instructions of crews.
    BadInput: no Monday, no crew that works in these days, nothing to do.
    """
    if monday.isoweekday() != 1:
        raise BadInput("--week", monday.isoformat(), _text.MONDAY)
    starts, weeks = (monday, _AHEAD) if plan is None else (plan.starts_on(), plan.problem.weeks)
    case = year_problem(park, book, starts_on=starts, weeks=weeks, known=known)
    every = work_days(book, monday, 1)
    last = monday + timedelta(days=days)
    kept = replace(every, days=tuple(day for day in every.days if day < last))
    making = _Week(park, book, kept, known, tell=tell)
    planned, gone = _planned(plan, case, monday)
    said = () if plan else case.assumptions
    if gone:
        said = (*said, Phrase(text=_text.GONE, values=(str(gone),)))
    return making.case(planned, before or Before(), roads, said)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A visit of the week, and what it costs to leave it for the next."""

    occasion: Occasion
    skip: Decimal


def _planned(plan: YearPlan | None, case: YearCase, monday: date) -> tuple[list[_Planned], int]:
    """The visits of the week or before, and how many of the week have nothing left to do."""
    if plan is None:
        every = (one for one in case.occasions.values() if one.first == 1)
        due = [one for one in every if one.backlog or one.due == 1]
        return [_Planned(one, _dearer(one, 1)) for one in due], 0
    week = (monday - plan.starts_on()).days // 7 + 1
    by_cabinet = {(one.cabinet, one.task): one for one in case.occasions.values()}
    found: dict[str, _Planned] = {}
    gone = 0
    for visit in plan.plan.visits:
        one = case.occasions.get(visit.id or "") or by_cabinet.get((visit.cabinet, visit.task))
        if visit.week <= week and one is not None and one.first <= week:
            found[one.id] = _Planned(one, _dearer(one, week))
        elif visit.week == week:
            gone += 1
    return [found[name] for name in sorted(found)], gone


def _dearer(one: Occasion, week: int) -> Decimal:
    """What the week after costs more."""
    weeks = len(one.works[0].costs)
    now, then = min(week, weeks), min(week + 1, weeks)
    return max(Decimal(0), one.cost(then) - one.cost(now))


class _Week:
    """Some days of work being put together."""

    def __init__(
        self, park: ParkState, book: CrewBook, days: WorkDays, known: Known, *, tell: Tell
    ) -> None:
        self.park, self.book, self.known, self.tell = park, book, known, tell
        self.aside: list[SetAside] = []
        self.teams: list[Team] = teams(book, days, self.aside)
        self.days = days
        self.hour = mean(crew.hour_eur for team in self.teams for crew in team.crews)
        self.shifts = tuple(self._shifts())
        self.keys = cabinet_keys(park.cabinets)
        self.states = {(c.organisation, c.cabinet): c for c in park.cabinets}
        self.windows = Windows(book, self.shifts)
        self.places: dict[str, RoundPlace] = {}
        self.stops: dict[str, RoundStop] = {}
        self.split = 0

    def _shifts(self) -> Iterator[CrewShift]:
        for team in self.teams:
            for crew in team.crews:
                for day in self.days.of(crew):
                    yield self._shift(team, crew, day)

    def _shift(self, team: Team, crew: Crew, day: date) -> CrewShift:
        rest = crew.break_minutes > 0
        return CrewShift(
            crew=crew.id,
            organisation=crew.organisation,
            day=day,
            start_place=crew.depot,
            end_place=crew.depot,
            starts_at=at(day, crew.starts_at, self.book),
            ends_at=at(day, crew.ends_at, self.book),
            break_minutes=crew.break_minutes,
            break_from=at(day, crew.break_from, self.book) if rest else None,
            break_to=at(day, crew.break_to, self.book) if rest else None,
            skills=team.skills,
            network_mixes=crew.network_mixes,
            carries=crew.carries,
            hour_eur=crew.hour_eur,
            km_eur=crew.km_eur,
            overtime_minutes=crew.overtime_minutes,
            overtime_hour_eur=crew.overtime_hour_eur,
        )

    def case(
        self,
        planned: Iterable[_Planned],
        before: Before,
        roads: Roads | None,
        said: Sequence[Phrase],
    ) -> WeekCase:
        """The problem with all its stops."""
        occasions = {}
        for one in planned:
            occasions[one.occasion.id] = one.occasion
            self._visit(one, before.done)
        self._tickets(occasions.values(), before.done)
        self._carry(before)
        if not self.stops:
            raise BadInput("--week", Words("nothing to do"), _text.NO_CABINETS)
        self._depots()
        places = tuple(self.places[name] for name in sorted(self.places))
        found = roads and between(
            roads, places, speed_km_h=self.book.speed_km_h, detour=self.book.detour
        )
        problem = RoundsProblem(
            time_zone=self.book.time_zone,
            places=places,
            matrix=found.matrix if found else None,
            speed_km_h=self.book.speed_km_h,
            detour=self.book.detour,
            shifts=self.shifts,
            stops=tuple(self.stops[name] for name in sorted(self.stops)),
        )
        told = (*said, *(found.said if found else ()), *self._said())
        return WeekCase(problem, tuple(self.aside), told, occasions)

    def _said(self) -> Iterator[Phrase]:
        yield Phrase(text=_text.SKIP, values=(f"{_WAY_H:.2f}", str(_SKIP_VISIT)))
        if self.split:
            yield Phrase(text=_text.SPLIT, values=(str(self.split), str(LONGEST)))

    def _depots(self) -> None:
        used = {shift.start_place for shift in self.shifts}
        for depot in self.book.depots:
            if depot.id in used:
                self.places[depot.id] = RoundPlace(
                    id=depot.id, location=depot.location, name=depot.name
                )

    def _visit(self, one: _Planned, done: frozenset[str]) -> None:
        """The stops of a planned visit: its works but the faults, which are stops of their own."""
        occasion = one.occasion
        works = [work for work in occasion.works if work.ticket is None or work.task != "repair"]
        if not works:
            return
        minutes = sum(work.minutes for work in works)
        count = -(-minutes // LONGEST)
        self.split += count > 1
        state = occasion.state
        for n in range(1, count + 1):
            name = occasion.id if count == 1 else f"{occasion.id}-{n}of{count}"
            if name in done:
                continue
            part = minutes * n // count - minutes * (n - 1) // count
            self._add(
                RoundStop(
                    id=name,
                    organisation=state.organisation,
                    place=self._place(state),
                    task=works[0].task,
                    asset=state.cabinet,
                    insee_code=state.insee_code,
                    minutes=max(1, part),
                    skills=self._skills(occasion.skills, state),
                    network_mix=state.network_mix,
                    parts=tuple(p for work in works for p in work.parts) if n == 1 else (),
                    skip_eur=self._again(part) + _SKIP_VISIT + one.skip,
                    ticket=next((work.ticket for work in works if work.ticket), None),
                    instructions=_instructions.of_visit(
                        works, state, self.book, self.days, part=(n, count), tell=self.tell
                    ),
                ),
                state,
                None,
            )

    def _place(self, state: CabinetState) -> str:
        name = self.keys[state.organisation, state.cabinet]
        called = self.known.places.get((state.organisation, state.cabinet))
        self.places[name] = RoundPlace(id=name, location=state.location, name=called)
        return name

    def _skills(self, skills: Iterable[str], state: CabinetState) -> tuple[str, ...]:
        unknown = {EVERY_NETWORK} if state.network_mix is None else set()
        return tuple(sorted({*skills, *unknown}))

    def _tickets(self, planned: Iterable[Occasion], done: frozenset[str]) -> None:
        """Every fault that is not small, and the small ones that are due or visited anyway."""
        visited = {work.ticket for one in planned for work in one.works if work.task == "repair"}
        ends = at(self.days.days[-1], "23:59", self.book) if self.days.days else None
        for ticket in self.park.tickets:
            small = ticket.severity == "minor" and ticket.ticket not in visited
            if small and ends is not None and ticket.due_at > ends:
                continue
            name = f"t.{key(ticket.ticket, ticket.organisation)}"
            state = self.states.get((ticket.organisation, ticket.cabinet))
            if name not in done and state is not None:
                self._add(self._ticket(name, ticket, state), state, ticket)

    def _ticket(self, name: str, ticket: Ticket, state: CabinetState) -> RoundStop:
        rule = _instructions.rules(self.book)["repair"]
        lamp = next((one for one in state.lamps if one.light_point == ticket.light_point), None)
        minutes = rule.minutes_light_point if ticket.light_point else rule.minutes_cabinet
        place = self._place(state)
        if ticket.location != state.location:
            place = name
            self.places[name] = RoundPlace(id=name, location=ticket.location)
        return RoundStop(
            id=name,
            organisation=ticket.organisation,
            place=place,
            task="repair",
            asset=ticket.light_point or ticket.cabinet,
            insee_code=state.insee_code,
            minutes=max(1, minutes),
            skills=self._skills(rule.skills, state),
            network_mix=state.network_mix,
            parts=parts_of([lamp] if lamp else []),
            skip_eur=self._skip(ticket, minutes),
            severity=ticket.severity,
            ticket=ticket.ticket,
            instructions=_instructions.of_ticket(
                ticket, state, self.book, self.days, tell=self.tell
            ),
        )

    def _skip(self, ticket: Ticket, minutes: int) -> Decimal | None:
        """Nothing leaves a danger; others cost their contract's penalty for a week, and more."""
        if ticket.severity == "danger":
            return None
        target = target_of(self.book.targets, ticket.severity, ticket.contract)
        penalty = _WEEK_DAYS * target.penalty_eur_day
        return self._again(minutes) + _SKIP[ticket.severity] + penalty

    def _again(self, minutes: int) -> Decimal:
        """What a stop takes of a crew in any week, EUR: to leave it for later saves nothing."""
        hours = Decimal(minutes) / 60 + _WAY_H
        return (self.hour * hours).quantize(Decimal(1))

    def _add(self, stop: RoundStop, state: CabinetState, ticket: Ticket | None) -> None:
        """Keep a stop with the hours in which it may begin; without a crew or an hour, tell it."""
        where = f"{stop.organisation} {stop.asset}, {stop.id}"[:200]
        if not any(_may(shift, stop) for shift in self.shifts):
            found = ", ".join(stop.skills) or str(stop.network_mix)
            self.aside.append(SetAside(where=where, found=found, expected=_text.NO_CREW_MAY))
            return
        due = None if ticket is None else ticket.due_at
        windows = self.windows.of(state, stop.minutes, due)
        if windows is None:
            found = ", ".join(order.id for order in self.windows.orders(state))
            self.aside.append(SetAside(where=where, found=found, expected=_text.NO_OPEN_HOUR))
            return
        self.stops[stop.id] = stop.model_copy(update={"windows": windows})

    def _carry(self, before: Before) -> None:
        """What is left of earlier weeks and does not stand here yet; closed tickets are done."""
        tickets = {(one.organisation, one.ticket) for one in self.park.tickets}
        for one in before.carried:
            stop = one.stop
            if stop.id in self.stops:
                self._remind(stop.id, one.reason)
                continue
            closed = stop.severity is not None and (
                (stop.organisation, stop.ticket or "") not in tickets
            )
            if stop.id in before.done or closed or stop.id in self._told_aside():
                continue
            state = self._state_of(stop)
            if state is not None:
                self.places[one.place.id] = one.place
                self._add(stop.model_copy(update={"windows": ()}), state, None)
                self._remind(stop.id, one.reason)

    def _told_aside(self) -> set[str]:
        return {one.where.rpartition(", ")[2] for one in self.aside}

    def _state_of(self, stop: RoundStop) -> CabinetState | None:
        held = self.states.get((stop.organisation, stop.asset))
        if held is not None:
            return held
        for state in self.park.cabinets:
            mine = state.organisation == stop.organisation
            if mine and any(lamp.light_point == stop.asset for lamp in state.lamps):
                return state
        return None

    def _remind(self, name: str, reason: str | None) -> None:
        if reason is not None and name in self.stops:
            stop = self.stops[name]
            told = _instructions.with_failure(stop.instructions, reason, self.tell)
            self.stops[name] = stop.model_copy(update={"instructions": told})


_SKIP_VISIT = Decimal(150)
_WAY_H = Decimal("1.5")


def _may(shift: CrewShift, stop: RoundStop) -> bool:
    allowed = stop.network_mix is None or stop.network_mix in shift.network_mixes
    return allowed and set(stop.skills) <= set(shift.skills)


def monday_of(text: str) -> date:
    """The Monday of `2027-W14`, or the day itself as `2027-04-05`; BadInput otherwise."""
    try:
        if "W" in text.upper():
            year, week = text.upper().split("-W")
            return date.fromisocalendar(int(year), int(week), 1)
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("--week", text, "a week as 2027-W14, or its Monday") from error


def now_in(book: CrewBook, moment: datetime) -> datetime:
    """*moment* by the clocks of the book."""
    return moment.astimezone(zone(book.time_zone))
