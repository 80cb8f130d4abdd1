"""The cheapest year under rules of one's own, what each costs, and which of them clash.

The year is first solved without the rules that need rows of their own: when its plan keeps them
and misses no soft one, it is the best. Otherwise the whole model with their rows is solved from
what is known; the bound of the first holds for it, too.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from synergie.errors import Cancelled, Infeasible, OutOfTime, Reason
from synergie.maintenance.plan.year import _rules_text as text
from synergie.maintenance.plan.year._blocks import YearSearchResult
from synergie.maintenance.plan.year._columns import Columns
from synergie.maintenance.plan.year._decisions import Decisions, compute_plan_weight, cost, in_time
from synergie.maintenance.plan.year._effort import Effort
from synergie.maintenance.plan.year._fit import Allowed, Weeks, fit_visits
from synergie.maintenance.plan.year._rules import (
    RuleRows,
    RuleScope,
    apply_plain_rules,
    compute_penalty,
    count_work_eur,
    is_kept,
    is_pair_kept,
    list_rule_scopes,
)
from synergie.maintenance.plan.year._search import find_cheapest_year
from synergie.maintenance.plan.year._year import Year, format_visit_key, year
from synergie.maintenance.plan.year._year_model import block_model, build_decisions
from synergie.maintenance.records.maintenance import MaintenancePlan, MaintenanceProblem, Visit
from synergie.maintenance.records.rule import VisitCount, WorkBudget
from synergie.plan.money import certify_bound
from synergie.plan.rules.clash import find_smallest_clash
from synergie.plan.rules.price import PlanValue, price_rules
from synergie.plan.solver import Model

_ZERO = Decimal(0)
_PLAIN = 0.5
"""Share of the time for the year without the rules that need rows."""
_SOON = 0.2
_SOON_S = 4.0
"""Share of what is left, and seconds at most, for a plan to begin from."""
_TRIED = 0.9
"""Share of what is left in which that plan is tried for."""
_WAYS = 3
"""Rules of a clash without which the year is solved, to tell what that would cost."""

type Limits = Mapping[str, int] | None
"""Light-point-weeks late that a zone may reach beside what the problem says."""


@dataclass(frozen=True, slots=True)
class RuledYear:
    """A year as its plain rules leave it, what was found, and what soft rules weigh in it."""

    year: Year
    found: YearSearchResult
    penalty: Decimal

    def measure(self, unit: Decimal) -> PlanValue:
        """Cost, weights, and the bound on both in whole *unit*. Cancelled without a plan."""
        plan = self.found.decisions
        if plan is None:
            raise Cancelled
        paid = cost(self.year, plan)
        beside = compute_plan_weight(self.year, plan) - paid + self.penalty
        return PlanValue(paid, beside, certify_bound(self.found.bound, paid + beside, unit))


def find_ruled_year(
    problem: MaintenanceProblem,
    tick: Decimal,
    limits: Limits,
    effort: Effort,
    *,
    start: Decisions | None = None,
) -> RuledYear:
    """The cheapest year that keeps the rules of *problem*. Infeasible when there is none.

    *start*: a plan that keeps the hard ones, to begin from.
    """
    scopes = list_rule_scopes(problem)
    plain = apply_plain_rules(problem, scopes)
    if plain is None:
        raise Infeasible(tuple(scope.sentence for scope in scopes if scope.is_plain))
    own = year(plain, limits, tick)
    rest = tuple(scope for scope in scopes if not scope.is_plain and scope.selects)
    share = _PLAIN if rest else 1.0
    if start is not None and not in_time(own, start):
        start = None
    first = find_cheapest_year(own, effort.within(effort.remaining_s() * share), known=start)
    plan = first.decisions
    if plan is not None and is_kept(rest, plan) and not compute_penalty(rest, plan):
        return RuledYear(own, first, _ZERO)
    options = [one for one in (plan, start, _fit_rules(own, rest, effort)) if one is not None]
    known = min(
        (one for one in options if is_kept(rest, one)),
        key=lambda one: compute_plan_weight(own, one) + compute_penalty(rest, one),
        default=None,
    )
    second = _solve_whole(own, rest, replace(first, decisions=known), effort)
    options += [second.decisions] if second.decisions is not None else []
    kept = [one for one in options if is_kept(rest, one)]
    if not kept:
        return RuledYear(own, replace(second, decisions=None), _ZERO)
    best = min(kept, key=lambda one: compute_plan_weight(own, one) + compute_penalty(rest, one))
    return RuledYear(own, replace(second, decisions=best), compute_penalty(rest, best))


def _fit_rules(own: Year, scopes: tuple[RuleScope, ...], effort: Effort) -> Decisions | None:
    """A plan soon that keeps hard rules. None: visits fit in no order tried."""
    if effort.limit_s <= 0 or effort.stopped():
        return None
    soon = effort.within(min(_SOON_S, effort.remaining_s() * _SOON))
    patient = effort.within(effort.remaining_s() * _TRIED)
    return fit_visits(own, soon.over, build_week_filter(scopes), hopeless=patient.over)


def _solve_whole(
    own: Year, scopes: tuple[RuleScope, ...], first: YearSearchResult, effort: Effort
) -> YearSearchResult:
    """The whole model with the rows of *scopes* from the plan of *first*; the greater bound."""
    limit_s = max(effort.remaining_s(), 0.1)
    model, columns = _build_ruled_model(own, scopes, limit_s)
    outcome = model.minimise(
        limit_s=limit_s,
        gap_abs=effort.gap_abs,
        cancel=effort.cancel,
        start=_build_start(own, columns, first.decisions),
    )
    if outcome.stop == "infeasible":
        raise Infeasible(tuple(scope.sentence for scope in scopes if scope.rule.hard))
    plan = build_decisions(own, columns, outcome) if outcome.values else None
    bounds = [bound for bound in (first.bound, outcome.bound) if bound is not None]
    outcomes = (*first.outcomes, outcome)
    return YearSearchResult(plan, max(bounds, default=None), outcomes, outcome.stop)


def _build_start(own: Year, columns: Columns, plan: Decisions | None) -> dict[int, float] | None:
    """The columns of the year as *plan* has them; slacks are the solver's."""
    if plan is None:
        return None
    cuts = (column for cut in columns.shared.values() for column in (cut.first, cut.second))
    last = max([*columns.visits.values(), *columns.days.values(), *cuts], default=-1)
    return columns.start(own, plan, last + 1)


def _build_ruled_model(
    own: Year, scopes: tuple[RuleScope, ...], limit_s: float
) -> tuple[Model, Columns]:
    model, columns = block_model(own, frozenset(own.zones()), limit_s=limit_s)
    rows = RuleRows(model, own, columns)
    for scope in () if model.ended else scopes:
        rows.add(scope)
    return model, columns


def solve_under_rules(
    problem: MaintenanceProblem,
    tick: Decimal,
    limits: Limits,
    effort: Effort,
    *,
    start: Decisions | None = None,
) -> RuledYear:
    """The cheapest year; when the rules leave none, Infeasible with the fewest that clash."""
    try:
        return find_ruled_year(problem, tick, limits, effort, start=start)
    except Infeasible as error:
        if not any(rule.hard for rule in problem.rules):
            raise
        again = effort.within(effort.limit_s)
        reasons = list_clash_reasons(problem, tick, limits, again)
        if not reasons:
            find_ruled_year(_with_rules(problem, frozenset()), tick, limits, again)
            raise
        raise Infeasible(reasons) from error


def list_clash_reasons(
    problem: MaintenanceProblem, tick: Decimal, limits: Limits, effort: Effort
) -> tuple[Reason, ...]:
    """The fewest hard rules that no year keeps together. Empty: without any there is none."""

    def holds(numbers: frozenset[int]) -> bool | None:
        return _has_plan(_with_rules(problem, numbers), tick, limits, effort)

    if not holds(frozenset()):
        return ()
    clash = find_smallest_clash([n for n, rule in enumerate(problem.rules) if rule.hard], holds)
    names = ", ".join(problem.rules[number].id for number in clash.rules)
    head = Reason(text.CLASH if clash.proved else text.CLASH_FOUND, names)
    rules = (text.describe_rule(problem.rules[number], number) for number in clash.rules)
    ways = _iterate_ways_out(problem, clash.rules[:_WAYS], tick, limits=limits, effort=effort)
    return (head, *rules, *ways)


def _iterate_ways_out(
    problem: MaintenanceProblem,
    numbers: tuple[int, ...],
    tick: Decimal,
    *,
    limits: Limits,
    effort: Effort,
) -> Iterator[Reason]:
    """What the year costs without one of these rules, cheapest first."""
    ways = []
    for number in numbers:
        rest = frozenset(range(len(problem.rules))) - {number}
        each = effort.within(effort.limit_s / _WAYS)
        try:
            found = find_ruled_year(_with_rules(problem, rest), tick, limits, each)
            if found.found.decisions is not None:
                paid = cost(found.year, found.found.decisions)
                ways.append((paid, problem.rules[number].id))
        except (Infeasible, OutOfTime, Cancelled):
            continue
    for amount, name in sorted(ways):
        yield Reason(text.WAY_OUT, name, amount)


def _with_rules(problem: MaintenanceProblem, numbers: frozenset[int]) -> MaintenanceProblem:
    rules = tuple(rule for number, rule in enumerate(problem.rules) if number in numbers)
    return problem.model_copy(update={"rules": rules})


def _has_plan(
    problem: MaintenanceProblem, tick: Decimal, limits: Limits, effort: Effort
) -> bool | None:
    """Whether some year keeps these rules, whatever it costs. None: time was short."""
    if effort.over():
        return None
    scopes = list_rule_scopes(problem)
    plain = apply_plain_rules(problem, scopes)
    if plain is None:
        return False
    try:
        own = year(plain, limits, tick)
    except Infeasible:
        return False
    hard = tuple(s for s in scopes if s.rule.hard and not s.is_plain and s.selects)
    model, _ = _build_ruled_model(own, hard, effort.remaining_s())
    free = replace(model, columns=[replace(c, cost=0.0) for c in model.columns])
    outcome = free.minimise(limit_s=effort.remaining_s(), cancel=effort.cancel)
    if outcome.stop == "infeasible":
        return False
    return True if outcome.values or outcome.stop == "proved" else None


def price_year_rules(
    problem: MaintenanceProblem,
    plan: MaintenancePlan,
    before: PlanValue,
    solve: Callable[[MaintenanceProblem], PlanValue],
) -> MaintenancePlan:
    """*plan* with the price of each rule and of all; those that bind are told."""

    def solve_without(numbers: frozenset[int]) -> PlanValue | None:
        rest = frozenset(range(len(problem.rules))) - numbers
        try:
            return solve(_with_rules(problem, rest))
        except (OutOfTime, Cancelled, Infeasible):
            return None

    kinds = [rule.kind for rule in problem.rules]
    found = price_rules(kinds, plan.rules, before, solve_without=solve_without, texts=text.TEXTS)
    changes = {"rules": found.outcomes, "rules_price": found.together, "binding": found.said}
    return plan.model_copy(update=changes)


# Hard rules of one's own, asked of one visit at a time: a plan that is fitted keeps them.


def build_week_filter(scopes: tuple[RuleScope, ...]) -> Allowed:
    """Whether a visit may be in a week beside the weeks that others have already."""
    hard = [scope for scope in scopes if scope.rule.hard]
    pairs: dict[str, list[tuple[RuleScope, str, bool]]] = defaultdict(list)
    for scope, (first, second) in ((one, pair) for one in hard for pair in one.pairs):
        a, b = format_visit_key(first), format_visit_key(second)
        pairs[a].append((scope, b, True))
        pairs[b].append((scope, a, False))
    sums: dict[str, list[tuple[VisitCount | WorkBudget, list[Visit]]]] = defaultdict(list)
    for scope in hard:
        if isinstance(scope.rule, VisitCount | WorkBudget):
            for visit in scope.visits:
                sums[format_visit_key(visit)].append((scope.rule, list(scope.visits)))

    def allow(name: str, week: int, weeks: Weeks) -> bool:
        for scope, other, comes_first in pairs[name]:
            at = weeks.get(other, None)
            first, second = (week, at) if comes_first else (at, week)
            if (
                first is not None
                and second is not None
                and not is_pair_kept(scope.rule, first, second)
            ):
                return False
        return all(_has_room(*one, {**weeks, name: week}, week) for one in sums[name])

    return allow


def _has_room(rule: VisitCount | WorkBudget, visits: list[Visit], weeks: Weeks, week: int) -> bool:
    """Whether a sum of the rule over the *visits* that have a week holds in *week*."""
    span = rule.weeks or ((week,) if isinstance(rule, VisitCount) else None)
    if span is not None and week not in span:
        return True
    at = [(visit, weeks.get(format_visit_key(visit), None)) for visit in visits]
    inside = [(visit, w) for visit, w in at if w is not None and (span is None or w in span)]
    if isinstance(rule, VisitCount):
        return len(inside) <= rule.visits
    spent = sum((count_work_eur(rule, visit, w) for visit, w in inside), Decimal(0))
    return spent <= rule.max_eur
