"""Check of a finished maintenance plan that shares nothing with the model: exact sums.

The faults are sentences, none when the plan holds. `solve` calls it before a plan leaves.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from synergie.plan._verify_totals import totals
from synergie.schemas.maintenance import CrewDays, Depot, MaintenancePlan, MaintenanceProblem

_ZERO = Decimal(0)


def faults(problem: MaintenanceProblem, plan: MaintenancePlan) -> tuple[str, ...]:
    """What is wrong with a maintenance plan."""
    check = _Maintenance(problem, plan)
    return (
        *check.visited_once(),
        *check.crews_at_hand(),
        *check.days_as_allowed(),
        *check.hours_covered(),
        *check.costs(),
        *check.nobody_above_alone(),
        *totals(plan),
    )


class _Maintenance:
    """One maintenance plan under examination."""

    def __init__(self, problem: MaintenanceProblem, plan: MaintenancePlan) -> None:
        self.problem, self.plan = problem, plan
        self.visits = {visit.cabinet: visit for visit in problem.visits}
        self.depots = {depot.id: depot for depot in problem.depots}

    def visited_once(self) -> Iterator[str]:
        """M1: every cabinet once, inside its window, at the cost of that week."""
        if sorted(p.cabinet for p in self.plan.visits) != sorted(self.visits):
            yield "a cabinet is not visited exactly once"
            return
        for planned in self.plan.visits:
            visit = self.visits[planned.cabinet]
            if not visit.first_week <= planned.week <= visit.last_week:
                yield f"{planned.cabinet}: week {planned.week} is outside its window"
            elif visit.costs_eur[planned.week - visit.first_week] != planned.cost_eur:
                yield f"{planned.cabinet}: {planned.cost_eur} EUR is not the cost of its week"

    def crews_at_hand(self) -> Iterator[str]:
        """M3: crew-days of a depot and week."""
        used: Counter[tuple[str, int]] = Counter()
        for crew in self.plan.crews:
            used[crew.depot, crew.week] += crew.days
        for (depot, week), days in used.items():
            if days > self.depots[depot].crew_days[week - 1]:
                yield f"week {week}: {days} crew-days from {depot}"

    def days_as_allowed(self) -> Iterator[str]:
        """A day is whole in a zone its depot serves, or shared by two neighbours, travel off."""
        travel = {frozenset((p.first, p.second)): p.travel_hours for p in self.problem.neighbours}
        for crew in self.plan.crews:
            costs = {cost.zone: cost.eur for cost in self.depots[crew.depot].day_costs}
            zones = [crew.zone] + ([crew.other_zone] if crew.other_zone else [])
            if any(zone not in costs for zone in zones):
                yield f"{crew.depot} does not serve {zones}"
                continue
            lost = travel.get(frozenset(zones)) if len(zones) > 1 else _ZERO
            work = crew.hours + (crew.other_hours or _ZERO)
            if lost is None or work + lost > self.problem.crew_day_hours:
                yield f"{crew.depot}, week {crew.week}: {zones} cannot share a day so"
            if crew.cost_eur != max(costs[zone] for zone in zones) * crew.days:
                yield f"{crew.depot}, week {crew.week}: {crew.cost_eur} EUR is not its cost"

    def hours_covered(self) -> Iterator[str]:
        """M2: whatever the networks, the crews that may work on them have the hours."""
        places = {(planned.zone, planned.week) for planned in self.plan.visits}
        for zone, week in sorted(places):
            needs = self._needs(zone, week)
            for size in range(1, len(needs) + 1):
                for mixes in combinations(sorted(needs, key=str), size):
                    wanted = sum((needs[mix] for mix in mixes), _ZERO)
                    if wanted > self._given(zone, week, set(mixes)):
                        yield f"{zone}, week {week}: too few crew-hours for {wanted} h"

    def _needs(self, zone: str, week: int) -> dict[str | None, Decimal]:
        needs: dict[str | None, Decimal] = defaultdict(Decimal)
        for planned in self.plan.visits:
            visit = self.visits[planned.cabinet]
            if (visit.zone, planned.week) == (zone, week):
                needs[visit.network_mix] += visit.hours
        return needs

    def _given(self, zone: str, week: int, mixes: set[str | None]) -> Decimal:
        total = _ZERO
        for crew in self.plan.crews:
            if crew.week == week and _may_work(self.depots[crew.depot], mixes):
                total += _hours_in(crew, zone) * crew.days
        return total

    def costs(self) -> Iterator[str]:
        """The objective is the sum of visits and crew-days."""
        total = sum((planned.cost_eur for planned in self.plan.visits), _ZERO)
        total += sum((crew.cost_eur for crew in self.plan.crews), _ZERO)
        if total != self.plan.objective_eur:
            yield f"the lines sum to {total} EUR, the plan says {self.plan.objective_eur}"

    def nobody_above_alone(self) -> Iterator[str]:
        """No organisation above its cost alone, when all can do it alone."""
        if self.plan.baseline_eur is None:
            return
        for member in self.plan.members:
            if member.alone_eur is not None and member.cost_eur > member.alone_eur:
                yield f"{member.member}: pays {member.cost_eur} EUR, alone {member.alone_eur}"


def _may_work(depot: Depot, mixes: set[str | None]) -> bool:
    return None in mixes or bool(mixes & set(depot.network_mixes))


def _hours_in(crew: CrewDays, zone: str) -> Decimal:
    if zone == crew.zone:
        return crew.hours
    return (crew.other_hours or _ZERO) if zone == crew.other_zone else _ZERO
