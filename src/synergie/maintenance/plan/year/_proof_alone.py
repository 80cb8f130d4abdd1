"""Whether what members are said to pay alone can be true: never below what it costs at least.

Alone a member has its own visits and its own crews. Each visit costs its cheapest open week, and
each hour a part of the cheapest of its own crew-days there: no plan of its own costs less.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction

from synergie.errors import Reason
from synergie.maintenance.records.maintenance import (
    Depot,
    MaintenancePlan,
    MaintenanceProblem,
    Visit,
)

_CENT = Fraction(1, 100)


def faults(problem: MaintenanceProblem, plan: MaintenancePlan) -> Iterator[str]:
    """The members whose cost alone is below that, or who cannot do their visits alone."""
    visits: dict[str, list[Visit]] = defaultdict(list)
    depots: dict[str, list[Depot]] = defaultdict(list)
    for visit in problem.visits:
        visits[visit.organisation].append(visit)
    for depot in problem.depots:
        depots[depot.organisation].append(depot)
    hours = Fraction(problem.crew_day_hours)
    for one in plan.members:
        if one.alone_eur is None or _brings_money(depots[one.member]):
            continue
        least = _compute_least_alone_cost(visits[one.member], depots[one.member], hours)
        if least is None:
            yield Reason("{} cannot do its visits alone", one.member)
        elif Fraction(one.alone_eur) < least - _CENT:
            yield Reason(
                "{}: cannot pay {} EUR alone, its visits cost more", one.member, one.alone_eur
            )


def _compute_least_alone_cost(
    visits: Sequence[Visit], depots: Sequence[Depot], hours: Fraction
) -> Fraction | None:
    """EUR that no plan alone costs less than. None: there is none."""
    days: dict[str, Fraction] = {}
    for depot in depots:
        for cost in depot.day_costs:
            known = days.get(cost.zone)
            eur = Fraction(cost.eur)
            days[cost.zone] = eur if known is None else min(known, eur)
    least = Fraction(0)
    for visit in visits:
        closed = set(visit.closed_weeks)
        weeks = enumerate(visit.costs_eur, visit.first_week)
        costs = [eur for week, eur in weeks if week not in closed]
        if not costs or (visit.hours and visit.zone not in days):
            return None
        day = days.get(visit.zone, Fraction(0))
        least += Fraction(min(costs)) + Fraction(visit.hours) * day / hours
    return least


def _brings_money(depots: Sequence[Depot]) -> bool:
    """Whether a day is sent for its own sake: then nothing is known of what is spent at least."""
    return any(cost.eur < 0 for depot in depots for cost in depot.day_costs)
