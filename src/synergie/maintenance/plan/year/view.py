"""From a joint maintenance plan to the part of each body: its own visits, crews, costs, service.

Withheld from a body: cabinets, visits, hours and costs of others; of a zone that others share, how
many crew-days come and how late it is alone; where its own crews are beside its own zones; what it
pays exactly, which tells the hours of others on days that it shares (`_ceilings`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from synergie.maintenance.plan.year._ceilings import compute_cost_ceilings
from synergie.maintenance.plan.year.proof import list_plan_assumptions
from synergie.maintenance.records.maintenance import (
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
from synergie.plan.record import outcome_of
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
