"""The days of a week as a problem of rounds: planned visits, faults, what was left over."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from synergie.errors import BadInput, Words
from synergie.maintenance.plan.upkeep import _text
from synergie.maintenance.plan.upkeep._stops import LONGEST, SKIP_VISIT, WAY_H, Planned, Stops, Tell
from synergie.maintenance.plan.upkeep.crews import Team, build_teams
from synergie.maintenance.plan.upkeep.days import WorkDays, convert_civil_time, work_days
from synergie.maintenance.plan.upkeep.done import Before, part_of
from synergie.maintenance.plan.upkeep.known import NOTHING, MaintenanceContext
from synergie.maintenance.plan.upkeep.roads import Roads, build_road_matrix
from synergie.maintenance.plan.upkeep.visits import Occasion
from synergie.maintenance.plan.upkeep.year import YearDue, year_due
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem
from synergie.maintenance.records.rounds import CrewShift, RoundPlace, RoundsProblem, RoundStop
from synergie.park.records.crew import Crew, CrewBook, Task
from synergie.park.records.park import ParkState, SetAside
from synergie.schemas.plan import Phrase

_AHEAD = 12
"""Weeks that are looked at to know what is due, where there is no year plan."""


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
    known: MaintenanceContext = NOTHING,
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
    due = year_due(park, book, starts_on=starts, weeks=weeks, known=known)
    every = work_days(book, monday, 1)
    last = monday + timedelta(days=days)
    kept = replace(every, days=tuple(day for day in every.days if day < last))
    aside: list[SetAside] = []
    shifts = tuple(shifts_of(build_teams(book, kept, aside), kept, book))
    stops = Stops(park, book, kept, shifts=shifts, known=known, tell=tell)
    planned, gone = _select_week_visits(plan, due, monday)
    _add_week_stops(stops, planned, before or Before())
    said = [] if plan else list(due.assumptions)
    said += [Phrase(text=_text.GONE, values=(str(gone),))] if gone else []
    untold = _count_untold_visits(plan, planned, monday, before or Before())
    said += [Phrase(text=_text.UNTOLD, values=(str(untold),))] if untold else []
    problem, told = _build_week_problem(stops, roads)
    kept_for = {one.occasion.id: one.occasion for one in planned}
    return WeekCase(problem, (*aside, *stops.aside), (*said, *told), kept_for)


def _add_week_stops(stops: Stops, planned: Sequence[Planned], before: Before) -> None:
    """Put in the visits, the faults, and what earlier days left."""
    for one in planned:
        stops.visit(one, before.done)
    stops.tickets([one.occasion for one in planned], before.done)
    stops.carry(before)
    if not stops.stops:
        raise BadInput("--week", Words("nothing to do"), _text.NO_CABINETS)


def _build_week_problem(made: Stops, roads: Roads | None) -> tuple[RoundsProblem, list[Phrase]]:
    """The problem of the stops, with their places and depots; and what was assumed."""
    book, used = made.book, {shift.start_place for shift in made.shifts}
    homes = {
        depot.id: RoundPlace(id=depot.id, location=depot.location, name=depot.name)
        for depot in book.depots
        if depot.id in used
    }
    places = tuple(one for _, one in sorted((made.places | homes).items()))
    found = roads and build_road_matrix(
        roads, places, speed_km_h=book.speed_km_h, detour=book.detour
    )
    said = list(found.said) if found else []
    said.append(Phrase(text=_text.SKIP, values=(f"{WAY_H:.2f}", str(SKIP_VISIT))))
    if made.split:
        said.append(Phrase(text=_text.SPLIT, values=(str(made.split), str(LONGEST))))
    problem = RoundsProblem(
        time_zone=book.time_zone,
        places=places,
        matrix=found.matrix if found else None,
        speed_km_h=book.speed_km_h,
        detour=book.detour,
        shifts=tuple(made.shifts),
        stops=tuple(stop for _, stop in sorted(made.stops.items())),
    )
    return problem, said


def _select_week_visits(
    plan: YearPlan | None, case: YearDue, monday: date
) -> tuple[list[Planned], int]:
    """The visits of the week or before, and how many of the week have nothing left to do."""
    if plan is None:
        every = (one for one in case.occasions.values() if one.first == 1)
        due = [one for one in every if one.backlog or one.due == 1]
        return [Planned(one, _compute_week_increase(one, 1)) for one in due], 0
    week = (monday - plan.starts_on()).days // 7 + 1
    by_cabinet = {(one.cabinet, one.task): one for one in case.occasions.values()}
    found: dict[str, Planned] = {}
    gone = 0
    for visit in plan.plan.visits:
        one = case.occasions.get(visit.id or "") or by_cabinet.get((visit.cabinet, visit.task))
        if visit.week <= week and one is not None and one.first <= week:
            found[one.id] = Planned(one, _compute_week_increase(one, week))
        elif visit.week == week:
            gone += 1
    return [found[name] for name in sorted(found)], gone


def _count_untold_visits(
    plan: YearPlan | None, planned: Sequence[Planned], monday: date, before: Before
) -> int:
    """How many of *planned* the plan has in an earlier week, and nobody told what became of."""
    if plan is None:
        return 0
    week = (monday - plan.starts_on()).days // 7 + 1
    now = {(one.cabinet, one.task) for one in plan.plan.visits if one.week >= week}
    told = {part_of(one.stop.id)[0] for one in before.carried}
    return sum(
        (one.occasion.cabinet, one.occasion.task) not in now and one.occasion.id not in told
        for one in planned
    )


def _compute_week_increase(one: Occasion, week: int) -> Decimal:
    """What the week after costs more."""
    weeks = len(one.works[0].costs)
    now, then = min(week, weeks), min(week + 1, weeks)
    return max(Decimal(0), one.cost(then) - one.cost(now))


def monday_of(text: str) -> date:
    """The Monday of `2027-W14`, or the day itself as `2027-04-05`; BadInput otherwise."""
    try:
        if "W" in text.upper():
            year, week = text.upper().split("-W")
            return date.fromisocalendar(int(year), int(week), 1)
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("--week", text, "a week as 2027-W14, or its Monday") from error


# The days of crews as shifts of rounds.


def shifts_of(teams: Iterable[Team], days: WorkDays, book: CrewBook) -> Iterator[CrewShift]:
    """One shift for each crew and each day it works."""
    for team in teams:
        for crew in team.crews:
            for day in days.of(crew):
                yield _build_crew_shift(team, crew, day, book)


def _build_crew_shift(team: Team, crew: Crew, day: date, book: CrewBook) -> CrewShift:
    rest = crew.break_minutes > 0
    return CrewShift(
        crew=crew.id,
        organisation=crew.organisation,
        day=day,
        start_place=crew.depot,
        end_place=crew.depot,
        starts_at=convert_civil_time(day, crew.starts_at, book),
        ends_at=convert_civil_time(day, crew.ends_at, book),
        break_minutes=crew.break_minutes,
        break_from=convert_civil_time(day, crew.break_from, book) if rest else None,
        break_to=convert_civil_time(day, crew.break_to, book) if rest else None,
        skills=team.skills,
        network_mixes=crew.network_mixes,
        carries=crew.carries,
        hour_eur=crew.hour_eur,
        km_eur=crew.km_eur,
        overtime_minutes=crew.overtime_minutes,
        overtime_hour_eur=crew.overtime_hour_eur,
    )
