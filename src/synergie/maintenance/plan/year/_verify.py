"""Check of a finished maintenance plan that shares nothing with the model: exact sums.

The faults are sentences, none when the plan holds. `solve` calls it before a plan leaves.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from synergie.errors import Reason
from synergie.maintenance.plan.year._verify_rules import iterate_broken_rules, iterate_rule_faults
from synergie.maintenance.records.maintenance import (
    Depot,
    MaintenancePlan,
    MaintenanceProblem,
    Visit,
)
from synergie.plan.verification import verify_plan_totals

_ZERO = Decimal(0)


def faults(problem: MaintenanceProblem, plan: MaintenancePlan) -> tuple[str, ...]:
    """What is wrong with a maintenance plan."""
    check = _Maintenance(problem, plan)
    return (
        *check.visited_once(),
        *check.crews_at_hand(),
        *check.days_as_allowed(),
        *check.hours_covered(),
        *check.service(),
        *check.moves(),
        *iterate_rule_faults(problem, plan),
        *check.costs(),
        *check.nobody_above_alone(),
        *verify_plan_totals(plan),
    )


def list_misfits(problem: MaintenanceProblem, plan: MaintenancePlan) -> tuple[str, ...]:
    """Why *plan* is none of *problem*, whatever it cost. None: a search may begin from it."""
    depots = {depot.id: depot for depot in problem.depots}
    shared = Counter[tuple[str, int, frozenset[str]]]()
    for crew in plan.crews:
        if crew.depot not in depots or crew.week > problem.weeks:
            return (Reason("week {}: {} crew-days from {}", crew.week, crew.days, crew.depot),)
        if crew.other_zone is not None:
            shared[crew.depot, crew.week, frozenset((crew.zone, crew.other_zone))] += crew.days
    twice = [
        Reason("{}, week {}: {} cannot share a day so", depot, week, " + ".join(sorted(zones)))
        for (depot, week, zones), days in shared.items()
        if days > 1
    ]
    check = _Maintenance(problem, _price_again(problem, plan))
    return tuple(check.visited_once()) or (
        *twice,
        *check.crews_at_hand(),
        *check.days_as_allowed(),
        *check.hours_covered(),
        *check.zones_in_time(),
        *iterate_broken_rules(problem, plan),
    )


def _price_again(problem: MaintenanceProblem, plan: MaintenancePlan) -> MaintenancePlan:
    """*plan* at the costs and due weeks of *problem*."""
    known = {visit.id or visit.cabinet: visit for visit in problem.visits}
    costs = {d.id: {cost.zone: cost.eur for cost in d.day_costs} for d in problem.depots}
    visits = []
    for one in plan.visits:
        visit = known.get(one.id or one.cabinet)
        if visit is not None and visit.first_week <= one.week <= visit.last_week:
            late = max(0, one.week - (visit.due_week or one.week))
            paid = visit.costs_eur[one.week - visit.first_week]
            one = one.model_copy(update={"cost_eur": paid, "late_weeks": late})  # noqa: PLW2901 (the same visit)
        visits.append(one)
    crews = []
    for crew in plan.crews:
        asked = [costs[crew.depot].get(z, _ZERO) for z in (crew.zone, crew.other_zone) if z]
        crews.append(crew.model_copy(update={"cost_eur": max(asked) * crew.days}))
    return plan.model_copy(update={"visits": tuple(visits), "crews": tuple(crews)})


class _Maintenance:
    """One maintenance plan under examination."""

    def __init__(self, problem: MaintenanceProblem, plan: MaintenancePlan) -> None:
        self.problem, self.plan = problem, plan
        self.visits = {visit.id or visit.cabinet: visit for visit in problem.visits}
        self.depots = {depot.id: depot for depot in problem.depots}

    def visited_once(self) -> Iterator[str]:
        """M1: every visit once, in an open week of its window, at the cost of that week."""
        if sorted(p.id or p.cabinet for p in self.plan.visits) != sorted(self.visits):
            yield Reason("a cabinet is not visited exactly once")
            return
        for planned in self.plan.visits:
            visit = self.visits[planned.id or planned.cabinet]
            late = max(0, planned.week - (visit.due_week or planned.week))
            if not visit.first_week <= planned.week <= visit.last_week:
                yield Reason("{}: week {} is outside its window", planned.cabinet, planned.week)
            elif planned.week in visit.closed_weeks:
                yield Reason("{}: week {} is closed", planned.cabinet, planned.week)
            elif visit.costs_eur[planned.week - visit.first_week] != planned.cost_eur:
                yield Reason(
                    "{}: {} EUR is not the cost of its week", planned.cabinet, planned.cost_eur
                )
            if planned.late_weeks != late or planned.zone != visit.zone:
                yield Reason(
                    "{}: not {} weeks late in {}", planned.cabinet, planned.late_weeks, planned.zone
                )

    def crews_at_hand(self) -> Iterator[str]:
        """M3: crew-days of a depot and week."""
        used: Counter[tuple[str, int]] = Counter()
        for crew in self.plan.crews:
            used[crew.depot, crew.week] += crew.days
        for (depot, week), days in used.items():
            if days > self.depots[depot].crew_days[week - 1]:
                yield Reason("week {}: {} crew-days from {}", week, days, depot)

    def days_as_allowed(self) -> Iterator[str]:
        """A day is whole in a zone its depot serves, or shared by two neighbours, travel off."""
        travel = {frozenset((p.first, p.second)): p.travel_hours for p in self.problem.neighbours}
        for crew in self.plan.crews:
            costs = {cost.zone: cost.eur for cost in self.depots[crew.depot].day_costs}
            zones = [crew.zone] + ([crew.other_zone] if crew.other_zone else [])
            if any(zone not in costs for zone in zones):
                yield Reason("{} does not serve {}", crew.depot, " + ".join(zones))
                continue
            lost = travel.get(frozenset(zones)) if len(zones) > 1 else _ZERO
            work = crew.hours + (crew.other_hours or _ZERO)
            if lost is None or work + lost > self.problem.crew_day_hours:
                yield Reason(
                    "{}, week {}: {} cannot share a day so",
                    crew.depot,
                    crew.week,
                    " + ".join(zones),
                )
            if crew.cost_eur != max(costs[zone] for zone in zones) * crew.days:
                yield Reason(
                    "{}, week {}: {} EUR is not its cost", crew.depot, crew.week, crew.cost_eur
                )

    def hours_covered(self) -> Iterator[str]:
        """M2: whatever networks and skills are asked, the crews that have them have the hours.

        For each set of the depots sent there: the work that only they may do fits their hours.
        """
        needs: dict[tuple[str, int], list[Visit]] = defaultdict(list)
        for planned in self.plan.visits:
            visit = self.visits[planned.id or planned.cabinet]
            needs[visit.zone, planned.week].append(visit)
        sent: dict[tuple[str, int], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for crew in self.plan.crews:
            sent[crew.zone, crew.week][crew.depot] += crew.hours * crew.days
            if crew.other_zone is not None:
                hours = (crew.other_hours or _ZERO) * crew.days
                sent[crew.other_zone, crew.week][crew.depot] += hours
        for (zone, week), visits in sorted(needs.items(), key=lambda one: one[0]):
            hours_of = sent[zone, week]
            only = self._only(visits, sorted(hours_of))
            for size in range(len(hours_of) + 1):
                for some in combinations(sorted(hours_of), size):
                    wanted = sum((h for able, h in only.items() if able <= set(some)), _ZERO)
                    if wanted > sum((hours_of[d] for d in some), _ZERO):
                        yield Reason("{}, week {}: too few crew-hours for {} h", zone, week, wanted)

    def _only(self, visits: list[Visit], sent: list[str]) -> dict[frozenset[str], Decimal]:
        """Hours by the depots of those *sent* that may do them."""
        hours: dict[frozenset[str], Decimal] = defaultdict(Decimal)
        for visit in visits:
            hours[frozenset(d for d in sent if _may_do(self.depots[d], visit))] += visit.hours
        return hours

    def _count_late(self) -> Counter[str]:
        late: Counter[str] = Counter()
        for planned in self.plan.visits:
            visit = self.visits[planned.id or planned.cabinet]
            late[visit.zone] += planned.late_weeks * visit.light_points
        return late

    def zones_in_time(self) -> Iterator[str]:
        """M5: no zone later than it may be."""
        late = self._count_late()
        for zone in self.problem.zones:
            if zone.most_late is not None and late[zone.id] > zone.most_late:
                yield Reason("{}: {} light-point-weeks late", zone.id, late[zone.id])

    def service(self) -> Iterator[str]:
        """M5, and no zone later than alone where that is asked."""
        yield from self.zones_in_time()
        late = self._count_late()
        for name, one in ((one.zone, one) for one in self.plan.zones):
            if one.late != late[name]:
                yield Reason("{}: {} light-point-weeks late, not {}", name, late[name], one.late)
            alone = one.late_alone if self.problem.never_later_than_alone else None
            if alone is not None and one.late > alone:
                yield Reason("{}: later than alone, {} against {}", name, one.late, alone)

    def moves(self) -> Iterator[str]:
        """Promised visits that are elsewhere are told."""
        weeks = {one.id or one.cabinet: one.week for one in self.plan.visits}
        gone = [p.visit for p in self.problem.promised if weeks.get(p.visit, p.week) != p.week]
        if sorted(gone) != sorted(self.plan.moved):
            yield Reason("{} promised visits are moved, not {}", len(gone), len(self.plan.moved))

    def costs(self) -> Iterator[str]:
        """The objective is the sum of visits and crew-days."""
        total = sum((planned.cost_eur for planned in self.plan.visits), _ZERO)
        total += sum((crew.cost_eur for crew in self.plan.crews), _ZERO)
        if total != self.plan.objective_eur:
            yield Reason(
                "the lines sum to {} EUR, the plan says {}", total, self.plan.objective_eur
            )

    def nobody_above_alone(self) -> Iterator[str]:
        """No organisation above its cost alone, when all can do it alone.

        Keeping promises or rules, or a zone in time that all alone would make too late, may cost
        more than all alone would pay: then somebody has to.
        """
        alone = self.plan.baseline_eur
        if alone is None or (self.plan.objective_eur > alone and self._may_cost_more()):
            return
        for member in self.plan.members:
            if member.alone_eur is not None and member.cost_eur > member.alone_eur:
                yield Reason(
                    "{}: pays {} EUR, alone {}", member.member, member.cost_eur, member.alone_eur
                )

    def _may_cost_more(self) -> bool:
        """Whether all alone would break a promise, or the lateness that a zone may reach."""
        most = {zone.id: zone.most_late for zone in self.problem.zones}
        pairs = ((one.late_alone, most.get(one.zone)) for one in self.plan.zones)
        late = any(a is not None and m is not None and a > m for a, m in pairs)
        return late or bool(self.problem.promised or self.problem.rules)


def _may_do(depot: Depot, visit: Visit) -> bool:
    network = visit.network_mix is None or visit.network_mix in depot.network_mixes
    return network and set(visit.skills) <= set(depot.skills)
