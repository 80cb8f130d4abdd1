"""The year of a park and its crews as a problem: visits, weeks, crew-days (plan.maintenance)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import fmean

from synergie.errors import BadInput, Words
from synergie.maintenance.plan.upkeep import _said, _text, orders
from synergie.maintenance.plan.upkeep.assumed import hour_eur, rules_of
from synergie.maintenance.plan.upkeep.crews import (
    EVERY_NETWORK,
    Team,
    build_teams,
    compute_commune_middles,
    day_hours,
    depot_of,
    pair_neighbour_communes,
)
from synergie.maintenance.plan.upkeep.days import WorkDays, minute_of, net_hours, work_days
from synergie.maintenance.plan.upkeep.keys import cabinet_keys
from synergie.maintenance.plan.upkeep.known import NOTHING, MaintenanceContext
from synergie.maintenance.plan.upkeep.relamp import Relamping
from synergie.maintenance.plan.upkeep.travel import estimate_commune_travel
from synergie.maintenance.plan.upkeep.visits import (
    Occasion,
    build_cabinet_occasions,
    stagger_backlog,
)
from synergie.maintenance.plan.upkeep.works import Asset, Year, works_of
from synergie.maintenance.records.maintenance import (
    Depot,
    MaintenanceProblem,
    Promised,
    Visit,
    Zone,
)
from synergie.park.records.crew import CrewBook
from synergie.park.records.park import CabinetState, FaultReport, ParkState, SetAside
from synergie.schemas.assets.cabinet import NetworkMix
from synergie.schemas.plan import Phrase

GRAIN = 16
"""Parts of a crew-day that visits are counted in, the nearest: they are many a day, and rounding up
would promise a quarter of the crew-days too much."""
LOST = 0.05
"""Share of a crew-day that no stop fills: they are whole, and none goes over the break."""
MOVE_EUR = Decimal(20)
"""What it costs to move a visit that was promised, EUR [assumed]."""


@dataclass(frozen=True, slots=True)
class YearCase:
    """The problem of a year, what each visit is for, and what was left out or assumed."""

    problem: MaintenanceProblem
    occasions: Mapping[str, Occasion]
    """What is done in each visit, by its key."""
    set_aside: tuple[SetAside, ...]
    assumptions: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class YearDue:
    """What is due in a year, without a problem of it: there may be nothing."""

    occasions: Mapping[str, Occasion]
    """What may be planned, by the key of its visit."""
    assumptions: tuple[Phrase, ...]


def year_problem(
    park: ParkState,
    book: CrewBook,
    *,
    starts_on: date,
    weeks: int = 52,
    known: MaintenanceContext = NOTHING,
) -> YearCase:
    """The visits of *weeks* from the Monday *starts_on*, and the crews that may make them.

    What nobody can do is set aside with its reason. BadInput: no Monday, no crew that works, no
    cabinet with something to do.
    """
    if starts_on.isoweekday() != 1:
        raise BadInput("--starts", starts_on.isoformat(), _text.MONDAY)
    days = work_days(book, starts_on, weeks)
    return _Making(park, book, days, weeks=weeks, known=known).case()


def year_due(
    park: ParkState,
    book: CrewBook,
    *,
    starts_on: date,
    weeks: int,
    known: MaintenanceContext = NOTHING,
) -> YearDue:
    """What is due in *weeks* from the Monday *starts_on*. BadInput: no crew that works."""
    days = work_days(book, starts_on, weeks)
    return _Making(park, book, days, weeks=weeks, known=known).due()


class _Making:
    """One year problem being made."""

    def __init__(
        self,
        park: ParkState,
        book: CrewBook,
        days: WorkDays,
        *,
        weeks: int,
        known: MaintenanceContext,
    ) -> None:
        self.park, self.book, self.days, self.known = park, book, days, known
        self.weeks = weeks
        self.aside: list[SetAside] = []
        self.teams = build_teams(book, days, self.aside)
        self.middles = compute_commune_middles(park.cabinets)
        self.site, self.road = day_hours(book, self.teams, self.middles)
        self.travel = estimate_commune_travel(
            park.cabinets, [team.depot for team in self.teams], book
        )
        self.usual: dict[str, float] = {}
        self.depots = self._depots()
        self.longer = 0
        self.year = self._year()
        self.tickets = _by_cabinet(park.tickets)

    def _year(self) -> Year:
        crews = [crew for team in self.teams for crew in team.crews]
        rules, hour = rules_of(self.book), hour_eur(crews)
        lamp, costs = self.known.costs.lamp_eur, self.known.costs
        group = rules["group_relamping"].minutes_light_point
        spot = rules["repair"].minutes_light_point + costs.spot_travel_minutes
        return Year(
            monday=self.days.monday,
            weeks=self.weeks,
            rules=rules,
            models={model.technology: model for model in self.park.models},
            costs=costs,
            relamping=Relamping(
                group=float(hour * group / 60 + lamp),
                spot=float(hour * spot / 60 + lamp),
                hour=float(hour),
            ),
            done=self.known.done,
            decided=self.known.decided,
        )

    def due(self) -> YearDue:
        """What may be planned."""
        told = self._planned(self.depots)
        return YearDue({one.id: one for one, _ in told}, self._list_assumptions())

    def _depots(self) -> list[Depot]:
        return [
            depot_of(
                team, self.book, self.days, weeks=self.weeks, site=self.site, middles=self.middles
            )
            for team in self.teams
        ]

    def _planned(self, depots: Sequence[Depot]) -> list[tuple[Occasion, Visit]]:
        """Every occasion that some crew may take in some week, with its visit."""
        days = [sum(depot.crew_days[week] for depot in depots) for week in range(self.weeks)]
        found = self._occasions([self.site * n for n in days])
        return [(one, visit) for one in found if (visit := self._visit(one)) is not None]

    def _list_assumptions(self) -> tuple[Phrase, ...]:
        told = _said.list_upkeep_assumptions(
            self.park, self.book, self.year, site=self.site, road=self.road
        )
        longer = (Phrase(text=_text.LONGER, values=(str(self.longer),)),) if self.longer else ()
        return (*told, *longer)

    def case(self) -> YearCase:
        """The problem with all that is told beside it."""
        depots = self.depots
        told = self._planned(depots)
        if not told and self.aside:
            first = self.aside[0]
            raise BadInput(first.where, first.found, first.expected)
        if not told:
            raise BadInput("--crews", Words("nothing to plan"), _text.NO_CABINETS)
        zones = sorted({visit.zone for _, visit in told})
        mine = {zone: self.middles[zone] for zone in zones}
        problem = MaintenanceProblem(
            weeks=self.weeks,
            crew_day_hours=self.site,
            zones=tuple(Zone(id=z, name=self.known.names.get(z, z)) for z in zones),
            neighbours=pair_neighbour_communes(self.book, mine),
            depots=tuple(_limit_depot_zones(depot, zones) for depot in depots),
            visits=tuple(sorted((visit for _, visit in told), key=lambda v: v.id or v.cabinet)),
            starts_on=self.days.monday,
            never_later_than_alone=len(self._owners()) > 1,
            promised=self._promised({visit.id: visit for _, visit in told}),
            move_eur=MOVE_EUR if self.known.promised else Decimal(0),
        )
        kept = {one.id: one for one, _ in told}
        return YearCase(problem, kept, tuple(self.aside), self._list_assumptions())

    def _occasions(self, week_hours: list[Decimal]) -> list[Occasion]:
        keys = cabinet_keys(self.park.cabinets)
        found: list[Occasion] = []
        for state in self.park.cabinets:
            asset = state.organisation, state.cabinet
            works = works_of(state, self.tickets.get(asset, ()), self.year)
            found += build_cabinet_occasions(keys[asset], state, works)
        self.usual = _compute_usual_hours(found)
        hours = {one.id: self._hours(one) for one in found}
        return stagger_backlog(found, hours, week_hours)

    def _hours(self, one: Occasion) -> Decimal:
        """Hours of a visit with its part of the road, as a crew-day of the problem has them."""
        zone = one.state.insee_code
        day = float(min(net_hours(crew) for team in self.teams for crew in team.crews))
        share = self.travel[zone].compute_day_share(one.minutes / 60, self.usual[zone], day)
        return max(1, round(share * (1 + LOST) * GRAIN)) * self.site / GRAIN

    def _in_a_week(self, one: Occasion, skills: set[str], weeks: range) -> Decimal:
        """The hours of a visit, at most those that the crews of its owner have in a week.

        What is longer begins in that week, and its stops are carried over to the next.
        """
        able = [
            (team, depot)
            for team, depot in zip(self.teams, self.depots, strict=True)
            if _can_team_serve(team, skills, one.state)
        ]
        own = [pair for pair in able if pair[0].organisation == one.state.organisation] or able
        most = max(sum(depot.crew_days[week - 1] for _, depot in own) for week in weeks)
        hours = self._hours(one)
        if not most or hours <= self.site * most:
            return hours
        self.longer += 1
        return self.site * most

    def _visit(self, one: Occasion) -> Visit | None:
        """The visit of an occasion; None: nobody may make it, or no week is open, which is told."""
        state = one.state
        skills = {*one.skills} | ({EVERY_NETWORK} if state.network_mix is None else set())
        if not any(_can_team_serve(team, skills, state) for team in self.teams):
            self._set_aside(
                one, ", ".join(sorted(skills)) or str(state.network_mix), _text.NO_CREW_MAY
            )
            return None
        first, last, closed = self._weeks(one)
        if len(closed) > last - first:
            names = ", ".join(o.id for o in orders.select_cabinet_orders(self.book, state)) or "–"
            self._set_aside(one, names, _text.NO_OPEN_WEEK)
            return None
        return Visit(
            id=one.id,
            cabinet=one.cabinet,
            task=one.task,
            organisation=state.organisation,
            zone=state.insee_code,
            hours=self._in_a_week(one, skills, range(first, last + 1)),
            first_week=first,
            last_week=last,
            costs_eur=self._costs(one, first, last),
            network_mix=self._mix(state),
            skills=tuple(sorted(skills - self._shared())),
            closed_weeks=closed,
            due_week=one.due,
            light_points=max(1, *(work.points for work in one.works)),
        )

    def _owners(self) -> set[str]:
        """Whose assets and whose crews the year has."""
        return {one.organisation for one in self.park.cabinets} | {
            team.organisation for team in self.teams
        }

    def _shared(self) -> set[str]:
        """Skills that all crews have: to ask for them changes no plan, and slows its proof."""
        return set.intersection(*(set(team.skills) for team in self.teams))

    def _mix(self, state: CabinetState) -> NetworkMix | None:
        """The kind of network, unless every crew is authorised for it."""
        every = all(state.network_mix in team.mixes for team in self.teams)
        return None if every else state.network_mix

    def _weeks(self, one: Occasion) -> tuple[int, int, tuple[int, ...]]:
        """The window and its closed weeks; the whole year when the window has no open week."""
        held = orders.select_cabinet_orders(self.book, one.state)
        months = [set(self.year.rules[work.task].months) for work in one.works]
        allowed = orders.open_weeks(held, self.days, self._clock()) if held else None
        shut = {
            week
            for week in range(1, self.weeks + 1)
            if (allowed is not None and week not in allowed)
            or any(some and not self._in_months(week, some) for some in months)
        }
        first, last = one.first, one.last
        if shut >= set(range(first, last + 1)):
            first, last = 1, self.weeks
        return first, last, tuple(week for week in range(first, last + 1) if week in shut)

    def _clock(self) -> orders.Hours:
        crews = [crew for team in self.teams for crew in team.crews]
        return orders.Hours(
            min(minute_of(c.starts_at) for c in crews), max(minute_of(c.ends_at) for c in crews)
        )

    def _in_months(self, week: int, months: set[int]) -> bool:
        days = [day for day in self.days.days if self.days.week_of(day) == week]
        return any(day.month in months for day in days)

    def _costs(self, one: Occasion, first: int, last: int) -> tuple[Decimal, ...]:
        """Cost of each week; where works of others stand there, it saves, so the others cost."""
        cheaper = orders.cheaper_weeks(self.book, one.state, self.days)
        saves = {week: works.saves_eur for week, works in cheaper.items() if first <= week <= last}
        most = max(saves.values(), default=Decimal(0))
        return tuple(
            one.cost(week) + most - saves.get(week, Decimal(0)) for week in range(first, last + 1)
        )

    def _set_aside(self, one: Occasion, found: str, expected: str) -> None:
        where = f"{one.state.organisation} {one.state.cabinet}, {one.task}"
        self.aside.append(SetAside(where=where[:200], found=found[:2000], expected=expected))

    def _promised(self, visits: Mapping[str | None, Visit]) -> tuple[Promised, ...]:
        if self.known.promised is None:
            return ()
        before, plan = self.known.promised
        shift = 0
        if before.starts_on is not None:
            shift = (self.days.monday - before.starts_on).days // 7
        found = []
        for planned in plan.visits:
            name, week = planned.id or planned.cabinet, planned.week - shift
            visit = visits.get(name)
            if visit is not None and visit.first_week <= week <= visit.last_week:
                found.append(Promised(visit=name, week=week))
        return tuple(found)


def _compute_usual_hours(found: Iterable[Occasion]) -> dict[str, float]:
    """Hours on site of the mean visit of each commune."""
    hours: dict[str, list[float]] = defaultdict(list)
    for one in found:
        hours[one.state.insee_code].append(one.minutes / 60)
    return {zone: fmean(some) for zone, some in hours.items()}


def _can_team_serve(team: Team, skills: set[str], state: CabinetState) -> bool:
    allowed = state.network_mix is None or state.network_mix in team.mixes
    return allowed and skills <= set(team.skills)


def _limit_depot_zones(depot: Depot, zones: Sequence[str]) -> Depot:
    kept = tuple(cost for cost in depot.day_costs if cost.zone in zones)
    return depot.model_copy(update={"day_costs": kept})


def _by_cabinet(tickets: Iterable[FaultReport]) -> dict[Asset, list[FaultReport]]:
    found: dict[Asset, list[FaultReport]] = defaultdict(list)
    for ticket in tickets:
        found[ticket.organisation, ticket.cabinet].append(ticket)
    return found
