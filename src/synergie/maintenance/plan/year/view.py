"""From a joint maintenance plan to the part of each body: its own visits, crews, costs, service.

Withheld from a body: cabinets, visits, hours and costs of others; of a zone that others share, how
many crew-days come and how late it is alone; where its own crews are beside its own zones; what it
pays exactly, which tells the hours of others on days that it shares (`_ceilings`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

from synergie.maintenance.plan.year._proof_shares import (
    Worked,
    compute_crew_shares,
    sum_member_use,
    sum_worked_hours,
)
from synergie.maintenance.plan.year.proof import list_plan_assumptions
from synergie.maintenance.records.maintenance import (
    CrewDays,
    MaintenancePlan,
    MaintenanceProblem,
    PlannedVisit,
    Visit,
)
from synergie.maintenance.records.view import (
    CampaignView,
    CrewsGiven,
    PartCrew,
    PartMove,
    PartVisit,
    PartZone,
)
from synergie.plan.money import CENT
from synergie.plan.record import outcome_of
from synergie.policy.shared_plan import round_up
from synergie.schemas.plan import MemberOutcome

_ZERO = Decimal(0)

type Before = Mapping[str, tuple[PartVisit, ...]]
"""By body, its visits in the plan in force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """The parts of one plan: what they share is looked up once."""

    problem: MaintenanceProblem
    plan: MaintenancePlan
    starts_on: date
    seal: str
    replaces: str | None = None
    """Seal of the plan in force. None: a first plan."""
    before: Before = field(default_factory=dict)

    def all(self) -> dict[str, CampaignView]:
        """By body: those with visits or depots, and those that had visits in the plan before."""
        book = _Book(self.problem, self.plan)
        bodies = sorted({*book.visits, *book.depots, *self.before})
        n = len({*book.visits, *book.depots})
        return {body: self._view(book, body, n) for body in bodies}

    def _view(self, book: "_Book", body: str, n_bodies: int) -> CampaignView:
        outcome = book.outcome(body)
        visits = book.visits.get(body, ())
        return CampaignView(
            body=body,
            starts_on=self.starts_on,
            weeks=self.problem.weeks,
            status=self.plan.status,
            gap=self.plan.gap,
            cost_eur=outcome.cost_eur,
            alone_eur=outcome.alone_eur,
            gain_eur=outcome.gain_eur,
            costs="at_most" if n_bodies > 1 else "exact",
            never_later_than_alone=self.problem.never_later_than_alone,
            visits=visits,
            crews=tuple(book.crews(body)),
            given=tuple(book.list_crews_lent(body)),
            zones=tuple(book.zones(body)),
            replaces=self.replaces,
            moves=tuple(_iterate_part_moves(self.before.get(body, ()), visits))
            if self.replaces
            else (),
            bodies=n_bodies,
            totals=None,
            assumptions=list_plan_assumptions(self.plan),
            seal=self.seal,
        )


class _Book:
    """A plan and its problem, by body and by zone."""

    def __init__(self, problem: MaintenanceProblem, plan: MaintenancePlan) -> None:
        self.plan, self.names = plan, {zone.id: zone.name for zone in problem.zones}
        most = compute_cost_ceilings(problem, plan)
        self.outcomes = {
            one.member: outcome_of(one.member, most[one.member], one.alone_eur)
            for one in plan.members
        }
        self.owners = {depot.id: depot.organisation for depot in problem.depots}
        self.depots = set(self.owners.values())
        planned = {one.id or one.cabinet: one for one in plan.visits}
        made: dict[str, list[PartVisit]] = defaultdict(list)
        self.bodies: dict[str, set[str]] = defaultdict(set)
        """By zone, who has visits in it."""
        for visit in problem.visits:
            made[visit.organisation].append(
                _build_part_visit(visit, planned[visit.id or visit.cabinet])
            )
            self.bodies[visit.zone].add(visit.organisation)
        self.visits = {body: tuple(sorted(some, key=_by_week)) for body, some in made.items()}
        self.alone = {one.zone: one.late_alone for one in plan.zones}

    def outcome(self, body: str) -> MemberOutcome:
        """What *body* pays at most; one without visits pays nothing."""
        none = MemberOutcome(member=body, cost_eur=_ZERO, alone_eur=None, gain_eur=None)
        return self.outcomes.get(body, none)

    def crews(self, body: str) -> Iterator[PartCrew]:
        """Who comes to its zones, week by week; how much, where it is alone in the zone."""
        sent: dict[tuple[int, str, str], list[Decimal]] = defaultdict(lambda: [_ZERO, _ZERO])
        for crew in self.plan.crews:
            for zone, hours in ((crew.zone, crew.hours), (crew.other_zone, crew.other_hours)):
                if zone is not None and body in self.bodies.get(zone, ()):
                    total = sent[crew.week, zone, self.owners[crew.depot]]
                    total[0] += crew.days
                    total[1] += (hours or _ZERO) * crew.days
        for (week, zone, organisation), (days, hours_in_all) in sorted(sent.items()):
            mine = self.bodies[zone] == {body}
            yield PartCrew(
                organisation=organisation,
                zone=zone,
                week=week,
                days=int(days) if mine else None,
                hours=hours_in_all if mine else None,
            )

    def list_crews_lent(self, body: str) -> Iterator[CrewsGiven]:
        """What its own depots give, wherever it is spent."""
        days: dict[tuple[int, str], int] = defaultdict(int)
        for crew in self.plan.crews:
            if self.owners[crew.depot] == body:
                days[crew.week, crew.depot] += crew.days
        for (week, depot), n in sorted(days.items()):
            yield CrewsGiven(depot=depot, week=week, days=n)

    def zones(self, body: str) -> Iterator[PartZone]:
        """What its own visits get in each zone."""
        mine: dict[str, list[PartVisit]] = defaultdict(list)
        for visit in self.visits.get(body, ()):
            mine[visit.zone].append(visit)
        for zone, visits in sorted(mine.items()):
            alone = self.bodies[zone] == {body}
            yield PartZone(
                zone=zone,
                name=self.names[zone],
                visits=len(visits),
                late=sum(one.late_weeks * one.light_points for one in visits),
                late_alone=self.alone.get(zone) if alone else None,
            )


def _build_part_visit(visit: Visit, planned: PlannedVisit) -> PartVisit:
    """A visit as it is planned, from the problem: nothing that a plan alone says of it."""
    late = 0 if visit.due_week is None else max(0, planned.week - visit.due_week)
    cheapest = visit.first_week + visit.costs_eur.index(min(visit.costs_eur))
    return PartVisit(
        id=visit.id,
        cabinet=visit.cabinet,
        task=visit.task,
        zone=visit.zone,
        week=planned.week,
        first_week=visit.first_week,
        last_week=visit.last_week,
        late_weeks=late,
        light_points=visit.light_points,
        cost_eur=visit.costs_eur[planned.week - visit.first_week],
        cheapest_week=cheapest,
    )


def _by_week(visit: PartVisit) -> tuple[int, str, str]:
    return visit.week, visit.cabinet, visit.id or ""


def _iterate_part_moves(
    before: Iterable[PartVisit], after: Iterable[PartVisit]
) -> Iterator[PartMove]:
    """What another week, a new visit or a dropped one changes, by visit."""
    old = {one.id or one.cabinet: one for one in before}
    new = {one.id or one.cabinet: one for one in after}
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        either = now or was
        if either is None or (was and now and was.week == now.week):
            continue
        yield PartMove(
            visit=key,
            cabinet=either.cabinet,
            from_week=was.week if was else None,
            to_week=now.week if now else None,
        )


# What each body of a maintenance plan is told that it pays at most: it tells little of others.
#
# A crew-day is paid by hours: who knows its cost and reads its own share works out the hours of all
# others on it. Beside its own hours, hence, each visit of another counts with the next power of two
# below its hours. Whatever a body varies, in however many plans, and whoever joins it: of the hours
# of the others it reads that sum, which is more than half of them.

_NONE = Fraction(0)


def compute_cost_ceilings(problem: MaintenanceProblem, plan: MaintenancePlan) -> dict[str, Decimal]:
    """By member, what it pays at most, EUR: never below its cost, nor above its cost alone.

    Its own visits, and the days on which crews work for it alone, are exact; its part of all other
    days is rounded up to the euro. When another pays no more than alone and somebody takes what it
    saves by that, its cost alone stands here: what it takes is in proportion to what all save. Of
    what nobody can take, who cannot do without bears at most the next of 1, 2, 5, 10… euros.
    """
    most = compute_exact_ceilings(problem, plan)
    return {
        one.member: max(one.cost_eur, _round_up_to_cent(most[one.member])) for one in plan.members
    }


def compute_exact_ceilings(
    problem: MaintenanceProblem, plan: MaintenancePlan
) -> dict[str, Fraction]:
    """The same as it follows from the rule of sharing: a plan may be some cents off it."""
    exact = sum_member_use(problem, plan)
    own, shared = _sum_own_and_shared_costs(problem, plan)
    alone = {one.member: one.alone_eur for one in plan.members}
    over = [exact[name] - Fraction(eur) for name, eur in alone.items() if eur is not None]
    excess = sum((eur for eur in over if eur > 0), _NONE)
    rest = max(_NONE, excess + sum((eur for eur in over if eur < 0), _NONE))
    told = {}
    for one in plan.members:
        most = own[one.member] + _round_fraction_up(shared[one.member])
        if one.alone_eur is None or one.cost_eur > one.alone_eur:
            most += Fraction(round_up(_round_up_to_cent(_round_fraction_up(rest))))
        elif excess > 1:
            most = Fraction(one.alone_eur)
        else:
            most = min(Fraction(one.alone_eur), most + _round_fraction_up(excess))
        told[one.member] = most
    return told


def floor_hours(hours: Fraction) -> Fraction:
    """The next power of two at or below *hours*, h; 0 stays 0."""
    if not hours:
        return hours
    power = Fraction(2) ** (hours.numerator.bit_length() - hours.denominator.bit_length())
    return power if power <= hours else power / 2


def _sum_own_and_shared_costs(
    problem: MaintenanceProblem, plan: MaintenancePlan
) -> tuple[Mapping[str, Fraction], Mapping[str, Fraction]]:
    """By member, its visits and the days that are its alone; and its part of all others at most."""
    owners = {one.id or one.cabinet: one.organisation for one in problem.visits}
    own, shared = defaultdict[str, Fraction](Fraction), defaultdict[str, Fraction](Fraction)
    names = [one.member for one in plan.members]
    for planned in plan.visits:
        own[owners[planned.id or planned.cabinet]] += Fraction(planned.cost_eur)
    exact, coarse = sum_worked_hours(problem, plan), sum_worked_hours(problem, plan, of=floor_hours)
    for crew in plan.crews:
        for name, part in _iterate_member_parts(crew, exact, coarse, names):
            cost = Fraction(crew.cost_eur) * part
            if part == 1:
                own[name] += cost
            else:
                shared[name] += max(_NONE, cost + Fraction(CENT))
    return own, shared


def _iterate_member_parts(
    crew: CrewDays, exact: Worked, coarse: Worked, names: Sequence[str]
) -> Iterator[tuple[str, Fraction]]:
    """By member, its part of a crew-day at most: where others work they count with as little.

    Of a day in two zones, its part of the one in which it has most: how the day is divided between
    them follows from the exact hours of all.
    """
    here = compute_crew_shares(crew, exact)
    if not any(here.values()):
        among = here or dict.fromkeys(names, _NONE)
        yield from ((name, Fraction(1, len(among))) for name in among)
        return
    zones = [(zone, crew.week) for zone in (crew.zone, crew.other_zone) if zone is not None]
    for name in here:
        yield (
            name,
            max(
                _compute_member_part(name, exact.get(zone, {}), coarse.get(zone, {}))
                for zone in zones
            ),
        )


def _compute_member_part(
    name: str, exact: Mapping[str, Fraction], coarse: Mapping[str, Fraction]
) -> Fraction:
    """Its exact hours beside the coarse ones of all others."""
    mine = exact.get(name, _NONE)
    theirs = sum((hours for one, hours in coarse.items() if one != name), _NONE)
    return mine / (mine + theirs) if mine else _NONE


def _round_fraction_up(amount: Fraction) -> Fraction:
    return Fraction(-(-amount.numerator // amount.denominator))


def _round_up_to_cent(amount: Fraction) -> Decimal:
    whole = Decimal(amount.numerator) / Decimal(amount.denominator)
    return whole.quantize(CENT, ROUND_CEILING)
