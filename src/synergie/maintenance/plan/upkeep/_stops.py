"""The stops of some days: planned visits, faults, what earlier days left; with their places."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from synergie.maintenance.plan.upkeep import _instructions, _text, orders
from synergie.maintenance.plan.upkeep.assumed import mean
from synergie.maintenance.plan.upkeep.crews import EVERY_NETWORK
from synergie.maintenance.plan.upkeep.days import WorkDays, convert_civil_time
from synergie.maintenance.plan.upkeep.done import Before
from synergie.maintenance.plan.upkeep.keys import build_distinct_key, cabinet_keys
from synergie.maintenance.plan.upkeep.known import MaintenanceContext
from synergie.maintenance.plan.upkeep.visits import Occasion
from synergie.maintenance.plan.upkeep.works import parts_of
from synergie.maintenance.records.rounds import CrewShift, RoundPlace, RoundStop, TimeWindow
from synergie.park.plan.targets import target_of
from synergie.park.records.crew import CrewBook, RoadOrder
from synergie.park.records.park import CabinetState, FaultReport, ParkState, SetAside, Severity

type Tell = Callable[[str], str]

LONGEST = 180
"""Minutes of the longest stop: longer works are split, and may go over several days and crews."""
SKIP_VISIT = Decimal(150)
"""What it costs to leave a planned visit for a later week, beside its time then [assumed]."""
WAY_H = Decimal("1.5")
"""Hours on the road that a stop of a later week takes [assumed]."""
_SKIP: dict[Severity, Decimal] = {
    "street": Decimal(2000), "point": Decimal(300), "minor": Decimal(80), "danger": Decimal(5000),
}  # fmt: skip
"""What it costs to leave a fault for the next week, beside the penalty of its contract [assumed].
A danger is never left."""
_WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit of the week, and what it costs to leave it for the next."""

    occasion: Occasion
    skip: Decimal


class Stops:
    """The stops of some days being put together."""

    def __init__(
        self, park: ParkState, book: CrewBook, days: WorkDays, *,
        shifts: Sequence[CrewShift], known: MaintenanceContext, tell: Tell,
    ) -> None:  # fmt: skip
        self.park, self.book, self.days = park, book, days
        self.shifts, self.known, self.tell = shifts, known, tell
        self.aside: list[SetAside] = []
        self.hour = mean(shift.hour_eur for shift in shifts)
        self.keys = cabinet_keys(park.cabinets)
        self.states = {(c.organisation, c.cabinet): c for c in park.cabinets}
        self.windows = Windows(book, shifts)
        self.places: dict[str, RoundPlace] = {}
        self.stops: dict[str, RoundStop] = {}
        self.split = 0

    def visit(self, one: Planned, done: frozenset[str]) -> None:
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
                    skip_eur=self._again(part) + SKIP_VISIT + one.skip,
                    ticket=next((work.ticket for work in works if work.ticket), None),
                    instructions=_instructions.of_visit(works, part=(n, count), tell=self.tell),
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

    def tickets(self, planned: Iterable[Occasion], done: frozenset[str]) -> None:
        """Every fault that is not small, and the small ones that are due or visited anyway."""
        visited = {work.ticket for one in planned for work in one.works if work.task == "repair"}
        ends = (
            convert_civil_time(self.days.days[-1], "23:59", self.book) if self.days.days else None
        )
        for ticket in self.park.tickets:
            small = ticket.severity == "minor" and ticket.ticket not in visited
            if small and ends is not None and ticket.due_at > ends:
                continue
            name = f"t.{build_distinct_key(ticket.ticket, ticket.organisation)}"
            state = self.states.get((ticket.organisation, ticket.cabinet))
            if name not in done and state is not None:
                self._add(self._ticket(name, ticket, state), state, ticket)

    def _ticket(self, name: str, ticket: FaultReport, state: CabinetState) -> RoundStop:
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
            due_at=ticket.due_at if ticket.severity == "danger" else None,
            severity=ticket.severity,
            ticket=ticket.ticket,
        )

    def _skip(self, ticket: FaultReport, minutes: int) -> Decimal | None:
        """Nothing leaves a danger; others cost their contract's penalty for a week, and more."""
        if ticket.severity == "danger":
            return None
        target = target_of(self.book.targets, ticket.severity, ticket.contract)
        penalty = _WEEK_DAYS * target.penalty_eur_day
        return self._again(minutes) + _SKIP[ticket.severity] + penalty

    def _again(self, minutes: int) -> Decimal:
        """What a stop takes of a crew in any week, EUR: to leave it for later saves nothing."""
        hours = Decimal(minutes) / 60 + WAY_H
        return (self.hour * hours).quantize(Decimal(1))

    def _add(self, stop: RoundStop, state: CabinetState, ticket: FaultReport | None) -> None:
        """Keep a stop with the hours in which it may begin; without a crew or an hour, tell it."""
        where = f"{stop.organisation} {stop.asset}, {stop.id}"[:200]
        if not any(_can_shift_serve(shift, stop) for shift in self.shifts):
            found = ", ".join(stop.skills) or str(stop.network_mix)
            self.aside.append(SetAside(where=where, found=found, expected=_text.NO_CREW_MAY))
            return
        due = None if ticket is None or stop.severity == "danger" else ticket.due_at
        windows = self.windows.of(state, stop.minutes, due)
        if windows is None:
            found = ", ".join(order.id for order in self.windows.orders(state))
            self.aside.append(SetAside(where=where, found=found, expected=_text.NO_OPEN_HOUR))
            return
        self.stops[stop.id] = stop.model_copy(update={"windows": windows})

    def carry(self, before: Before) -> None:
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
            if stop.id in before.done or closed or stop.id in self._names_aside():
                continue
            state = self._state_of(stop)
            if state is not None:
                self.places[one.place.id] = one.place
                self._add(stop.model_copy(update={"windows": ()}), state, None)
                self._remind(stop.id, one.reason)

    def _names_aside(self) -> set[str]:
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


def _can_shift_serve(shift: CrewShift, stop: RoundStop) -> bool:
    allowed = stop.network_mix is None or stop.network_mix in shift.network_mixes
    return allowed and set(stop.skills) <= set(shift.skills)


# When work at a place may begin in the days of a problem: traffic orders, and when it is due.


class Windows:
    """The windows of stops in some days of crews."""

    def __init__(self, book: CrewBook, shifts: Sequence[CrewShift]) -> None:
        self.book = book
        self.spans: dict[date, tuple[datetime, datetime]] = {}
        for shift in shifts:
            starts, ends = self.spans.get(shift.day, (shift.starts_at, shift.ends_at))
            self.spans[shift.day] = min(starts, shift.starts_at), max(ends, shift.ends_at)

    def orders(self, state: CabinetState) -> tuple[RoadOrder, ...]:
        """The traffic orders that hold for a cabinet in these days."""
        return tuple(
            order
            for order in orders.select_cabinet_orders(self.book, state)
            if any(order.from_day <= day <= order.to_day for day in self.spans)
        )

    def of(
        self, state: CabinetState, minutes: int, due: datetime | None
    ) -> tuple[TimeWindow, ...] | None:
        """When *minutes* of work may begin. Empty: whenever a crew is there. None: never.

        Work is due by the end of the first day at the earliest: what was due before is not lost.
        """
        held = self.orders(state)
        limit = None if due is None else max(due, self._first_end())
        if limit is not None and limit >= self._last_end():
            limit = None
        if not held and limit is None:
            return ()
        found = [
            TimeWindow(opens_at=opens, closes_at=closes)
            for day in sorted(self.spans)
            for opens, closes in self._day(held, day, minutes, limit)
        ]
        return tuple(found) or None

    def _day(
        self, held: Sequence[RoadOrder], day: date, minutes: int, limit: datetime | None
    ) -> list[tuple[datetime, datetime]]:
        starts, ends = self.spans[day]
        midnight = convert_civil_time(day, "00:00", self.book)
        found = []
        for first, last in orders.list_work_spans(held, day):
            opens = max(starts, midnight + timedelta(minutes=first))
            closes = min(ends, midnight + timedelta(minutes=last)) - timedelta(minutes=minutes)
            if limit is not None:
                closes = min(closes, limit)
            if opens <= closes:
                found.append((opens, closes))
        return found

    def _first_end(self) -> datetime:
        return self.spans[min(self.spans)][1]

    def _last_end(self) -> datetime:
        return self.spans[max(self.spans)][1]
