"""Check of a finished depots plan that shares nothing with the model: exact sums.

The faults are sentences, none when the plan holds. `solve` calls it before a plan leaves.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal

from synergie.maintenance.records.depots import DepotsPlan, DepotsProblem
from synergie.plan.verification import verify_plan_totals

_ZERO = Decimal(0)
_FINEST = Decimal("0.000001")


def faults(problem: DepotsProblem, plan: DepotsPlan) -> tuple[str, ...]:
    """What is wrong with a depots plan."""
    return (
        *_every_zone_served(problem, plan),
        *_within_capacity(problem, plan),
        *_iterate_cost_faults(problem, plan),
        *_open_or_closed(problem, plan),
        *_nobody_above_alone(plan),
        *verify_plan_totals(plan),
    )


def _every_zone_served(problem: DepotsProblem, plan: DepotsPlan) -> Iterator[str]:
    """D1: all of the demand, no more, from one depot when the problem says so."""
    given: dict[str, Decimal] = defaultdict(Decimal)
    for one in plan.served:
        given[one.customer] += one.amount
    for customer in problem.customers:
        if given.pop(customer.id, _ZERO) != customer.demand:
            yield f"{customer.id} does not get its {customer.demand} {problem.unit}"
    yield from (f"{name} is no zone of the problem" for name in given)
    times = Counter(one.customer for one in plan.served)
    if problem.single:
        yield from (f"{name} is served from {n} depots" for name, n in times.items() if n > 1)


def _within_capacity(problem: DepotsProblem, plan: DepotsPlan) -> Iterator[str]:
    """D2 and D3: an open depot gives what it has at most, a closed one nothing."""
    holds = {site.id: site.capacity for site in problem.sites}
    opened = {site.site for site in plan.sites}
    given: dict[str, Decimal] = defaultdict(Decimal)
    for one in plan.served:
        given[one.site] += one.amount
        if one.amount <= 0:
            yield f"{one.customer} gets nothing from {one.site}"
    for name, amount in given.items():
        if name not in opened:
            yield f"{name} is closed and serves"
        elif amount > holds[name]:
            yield f"{name} gives {amount}, it holds {holds[name]}"
    for site in plan.sites:
        if site.used != given[site.site]:
            yield f"{site.site} gives {given[site.site]}, the plan says {site.used}"


def _iterate_cost_faults(problem: DepotsProblem, plan: DepotsPlan) -> Iterator[str]:
    """Each part at its share of the cost, and the sum of all."""
    column = {site.id: number for number, site in enumerate(problem.sites)}
    zones = {customer.id: customer for customer in problem.customers}
    fixed = {site.id: site.fixed_eur for site in problem.sites}
    total = sum((fixed[site.site] for site in plan.sites), _ZERO)
    for one in plan.served:
        zone = zones[one.customer]
        price = zone.costs_eur[column[one.site]]
        if price is None:
            yield f"{one.site} may not serve {one.customer}"
            continue
        share = price * one.amount / zone.demand
        if not _ZERO <= one.cost_eur - share < _FINEST:
            yield f"{one.customer} from {one.site}: {one.cost_eur} EUR is not its cost"
        total += one.cost_eur
    if total != plan.objective_eur:
        yield f"the lines sum to {total} EUR, the plan says {plan.objective_eur}"


def _open_or_closed(problem: DepotsProblem, plan: DepotsPlan) -> Iterator[str]:
    """D5: every site is told once, and those that are kept are open."""
    opened = [site.site for site in plan.sites]
    if sorted([*opened, *plan.closed]) != sorted(site.id for site in problem.sites):
        yield "a site is not told exactly once"
    for site in problem.sites:
        if site.kept and site.id not in opened:
            yield f"{site.id} is kept, and closed in the plan"


def _nobody_above_alone(plan: DepotsPlan) -> Iterator[str]:
    """No organisation above its cost alone, when all can do it alone; nor all together."""
    if plan.baseline_eur is None:
        return
    if plan.objective_eur > plan.baseline_eur:
        yield f"together costs {plan.objective_eur} EUR, alone {plan.baseline_eur}"
    for member in plan.members:
        if member.alone_eur is not None and member.cost_eur > member.alone_eur:
            yield f"{member.member}: pays {member.cost_eur} EUR, alone {member.alone_eur}"
