"""From the problem to the plan: the joint search, each body alone, the shares, the check."""

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from statistics import NormalDist

from synergie.errors import Cancelled, Infeasible, OutOfTime, SolverFailed
from synergie.maintenance.plan.depots import _text, _verify
from synergie.maintenance.plan.depots._ground import DepotsModelInputs
from synergie.maintenance.plan.depots._model import Pair
from synergie.maintenance.plan.depots._search import DepotsSearchResult, Search
from synergie.maintenance.plan.depots._settle import Settled, cost
from synergie.maintenance.records.depots import (
    DepotsPlan,
    DepotsProblem,
    OpenSite,
    SafetyStock,
    Served,
)
from synergie.plan import record as _record
from synergie.plan.money import find_finest_unit, round_to_cents, share_fairly, split
from synergie.plan.seconds import check_seconds
from synergie.plan.solver import Progress
from synergie.schemas.plan import MemberOutcome

# What shared stock saves: safety stock by the square-root law, depot by depot.


def compute_safety_stock(
    problem: DepotsProblem, together: Mapping[Pair, int], alone: Iterable[Mapping[Pair, int]] | None
) -> SafetyStock | None:
    """Of the plan, and of all alone. None when no zone tells how its demand varies."""
    if any(customer.deviation is None for customer in problem.customers) or not problem.customers:
        return None
    factor = NormalDist().inv_cdf(problem.stock_service)
    here = max(factor, 0.0) * _sum_variance_roots(problem, together)
    apart = (
        None
        if alone is None
        else max(factor, 0.0) * sum(_sum_variance_roots(problem, a) for a in alone)
    )
    saved = None
    if apart is not None and problem.stock_eur is not None:
        saved = round_to_cents(Decimal(apart - here) * problem.stock_eur)
    return SafetyStock(together=here, alone=apart, saved_eur=saved)


def _sum_variance_roots(problem: DepotsProblem, amounts: Mapping[Pair, int]) -> float:
    """Sum over depots of the root of the variances that they serve."""
    whole: dict[int, int] = defaultdict(int)
    for (_, j), n in amounts.items():
        whole[j] += n
    variance: dict[int, float] = defaultdict(float)
    for (i, j), n in sorted(amounts.items()):
        deviation = float(problem.customers[j].deviation or 0) * n / whole[j]
        variance[i] += deviation**2
    return sum(math.sqrt(v) for _, v in sorted(variance.items()))


_NONE = Decimal(0)
_FINEST = Decimal("0.000001")
_JOINT = 0.7
"""Share of the time for the joint plan; the rest is for each alone."""


@check_seconds
def solve(
    problem: DepotsProblem,
    *,
    limit_s: float = 60,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> DepotsPlan:
    """The cheapest depots, with their proof, their reasons and what each body gains.

    Raises BadInput (an identifier twice, an amount missing), Infeasible with the requirements that
    conflict, OutOfTime, Cancelled, SolverFailed, MissingExtra.
    """
    began = time.thread_time()
    ground = DepotsModelInputs.of(problem)
    names = _list_organisations(problem)
    share = _JOINT if len(names) > 1 else 1.0
    joint = Search(ground, limit_s * share, cancel=cancel, progress=progress).run()
    left = max(limit_s - (time.thread_time() - began), 0.0)
    alone = {
        name: _solve_alone(ground, name, joint, limit_s=left / len(names), cancel=cancel)
        for name in names
    }
    best = _choose_best_plan(ground, joint, alone)
    if best is None and joint.stop == "cancelled":
        raise Cancelled
    if best is None:
        raise OutOfTime(limit_s)
    plan = _build_depots_plan(_Result(ground, joint, alone, best))
    faults = _verify.faults(problem, plan)
    if faults:
        raise SolverFailed("; ".join(faults))
    return plan


@dataclass(frozen=True, slots=True)
class _Alone:
    """What one body does alone. None: it cannot, or time was short (`late`)."""

    plan: Settled | None
    late: bool = False
    proved: bool = True


@dataclass(frozen=True, slots=True)
class _Result:
    ground: DepotsModelInputs
    joint: DepotsSearchResult
    alone: dict[str, _Alone]
    best: Settled


def _list_organisations(problem: DepotsProblem) -> list[str]:
    owners = {site.organisation for site in problem.sites}
    return sorted(owners | {customer.organisation for customer in problem.customers})


def _solve_alone(
    ground: DepotsModelInputs,
    name: str,
    joint: DepotsSearchResult,
    *,
    limit_s: float,
    cancel: Callable[[], bool] | None,
) -> _Alone:
    """*name* with its own sites and zones, in the numbers of the whole."""
    problem = ground.problem
    if len(_list_organisations(problem)) == 1:
        return _Alone(joint.best, joint.best is None, joint.stop == "proved")
    try:
        part = DepotsModelInputs.of(ground.part(name))
        found = Search(part, limit_s, cancel=cancel).run()
    except Infeasible:
        return _Alone(None)
    if found.best is None:
        return _Alone(None, late=True, proved=False)
    sites = [i for i, s in enumerate(problem.sites) if s.organisation == name]
    zones = [j for j, c in enumerate(problem.customers) if c.organisation == name]
    scale = int(part.unit / ground.unit)
    amounts = {(sites[i], zones[j]): n * scale for (i, j), n in found.best.amounts.items()}
    opened = frozenset(sites[i] for i in found.best.opened)
    plan = Settled(opened, amounts, cost(ground, opened, amounts))
    return _Alone(plan, proved=found.stop == "proved")


def _choose_best_plan(
    ground: DepotsModelInputs, joint: DepotsSearchResult, alone: dict[str, _Alone]
) -> Settled | None:
    """The joint plan, or all alone side by side when that is cheaper (time was short)."""
    plans = [] if joint.best is None else [joint.best]
    parts = [one.plan for one in alone.values() if one.plan is not None]
    if len(parts) == len(alone):
        opened = frozenset().union(*(part.opened for part in parts))
        amounts = {pair: n for part in parts for pair, n in part.amounts.items()}
        plans.append(Settled(opened, amounts, cost(ground, opened, amounts)))
    return min(plans, key=lambda plan: compute_exact_cost(ground, plan), default=None)


def _build_depots_plan(result: _Result) -> DepotsPlan:
    problem, best = result.ground.problem, result.best
    objective = compute_exact_cost(result.ground, best)
    bound = _certify_bound(result.joint.bound, objective)
    gap = _record.compute_gap(objective, bound)
    stop = "proved" if gap is not None and gap <= _record.TOLERANCE else result.joint.stop
    known = [one.plan for one in result.alone.values() if one.plan is not None]
    whole = len(known) == len(result.alone)
    members = _share_depot_costs(result)
    sites = tuple(_build_open_site(result.ground, best, i) for i in sorted(best.opened))
    open_ids = {site.site for site in sites}
    return DepotsPlan(
        status=_record.choose_status(stop, gap),
        objective_eur=objective,
        bound_eur=bound,
        gap=gap,
        tolerance=_record.TOLERANCE,
        baseline_eur=sum((compute_exact_cost(result.ground, p) for p in known), _NONE)
        if whole
        else None,
        baseline=_text.describe_depots_baseline(
            [name for name, one in result.alone.items() if one.late],
            proved=all(one.proved for one in result.alone.values()),
        ),
        members=members,
        least_gain=_record.find_least_gainer(members),
        lines=_text.build_depots_lines(problem, sites),
        assumptions=_text.list_depots_assumptions(problem),
        inputs_digest=_record.digest(problem),
        run=_record.build_run_record(result.joint.outcomes, stop),
        sites=sites,
        closed=tuple(s.id for s in problem.sites if s.id not in open_ids),
        served=list_served_zones(result.ground, best),
        open_alone=sum(len(p.opened) for p in known) if whole else None,
        stock=compute_safety_stock(
            problem, best.amounts, [p.amounts for p in known] if whole else None
        ),
    )


def _certify_bound(bound: float | None, objective: Decimal) -> Decimal | None:
    """A lower bound in millionths, less what floats may be off; never above the objective."""
    if bound is None or bound == float("inf"):
        return None
    safe = Decimal(bound - abs(bound) * 1e-9)
    return max(min(safe.quantize(_FINEST, ROUND_FLOOR), objective), _NONE)


def _build_open_site(ground: DepotsModelInputs, plan: Settled, site: int) -> OpenSite:
    given = ground.problem.sites[site]
    used = sum(n for (i, _), n in plan.amounts.items() if i == site)
    return OpenSite(
        site=given.id,
        organisation=given.organisation,
        fixed_eur=given.fixed_eur,
        used=used * ground.unit,
        capacity=given.capacity,
    )


def list_served_zones(ground: DepotsModelInputs, plan: Settled) -> tuple[Served, ...]:
    """The zones in the order of the problem, the sites of each in theirs."""
    return tuple(
        _build_served_share(ground, pair, plan.amounts[pair])
        for pair in sorted(plan.amounts, key=lambda pair: (pair[1], pair[0]))
    )


def _build_served_share(ground: DepotsModelInputs, pair: Pair, amount: int) -> Served:
    site, customer = ground.problem.sites[pair[0]], ground.problem.customers[pair[1]]
    price = customer.costs_eur[pair[0]]
    assert price is not None  # noqa: S101 (pairs without a price are not in the model)
    part = price * amount * ground.unit / customer.demand
    return Served(
        customer=customer.id,
        site=site.id,
        amount=amount * ground.unit,
        cost_eur=part.quantize(_FINEST, ROUND_CEILING),
    )


def compute_exact_cost(ground: DepotsModelInputs, plan: Settled) -> Decimal:
    """What *plan* costs a year, EUR."""
    fixed = sum((ground.problem.sites[i].fixed_eur for i in plan.opened), _NONE)
    return fixed + sum((one.cost_eur for one in list_served_zones(ground, plan)), _NONE)


def _share_depot_costs(result: _Result) -> tuple[MemberOutcome, ...]:
    """Each pays what it uses, corrected no one more than alone (`_money.share_fairly`)."""
    names = sorted(result.alone)
    used = _sum_depot_use(result)
    plans = [result.alone[name].plan for name in names]
    alone = [None if plan is None else compute_exact_cost(result.ground, plan) for plan in plans]
    shares = share_fairly([used[name] for name in names], alone, _FINEST)
    triples = zip(names, shares, alone, strict=True)
    return tuple(_record.outcome_of(name, share, cap) for name, share, cap in triples)


def _sum_depot_use(result: _Result) -> dict[str, Decimal]:
    """Its zones, and its part of the depots they use; an idle depot is its owner's."""
    problem = result.ground.problem
    owner = {customer.id: customer.organisation for customer in problem.customers}
    used: dict[str, Decimal] = defaultdict(Decimal)
    taken: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for one in list_served_zones(result.ground, result.best):
        used[owner[one.customer]] += one.cost_eur
        taken[one.site][owner[one.customer]] += one.amount
    for i in sorted(result.best.opened):
        site = problem.sites[i]
        weights = taken[site.id] or {site.organisation: Decimal(1)}
        names = sorted(weights)
        unit = min(find_finest_unit([site.fixed_eur]), _FINEST)
        parts = split(site.fixed_eur, [weights[name] for name in names], unit)
        for name, part in zip(names, parts, strict=True):
            used[name] += part
    return used
