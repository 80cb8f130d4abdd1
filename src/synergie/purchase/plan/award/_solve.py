"""The cheapest lawful pooled purchase: one award a lot, tiers on the lot's total volume.

Formulation, numbered P0 to P17: docs/plan/purchase.md.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from synergie.errors import Cancelled, Infeasible, OutOfTime, Reason, SolverFailed
from synergie.plan.rules.clash import Clash, find_smallest_clash
from synergie.plan.rules.price import PlanValue, price_rules
from synergie.plan.seconds import check_seconds
from synergie.plan.solver import Model, Progress
from synergie.purchase.plan.award import _outcome, _verify, baskets, check
from synergie.purchase.plan.award import _rules_text as text
from synergie.purchase.plan.award._decide import How, More, decide
from synergie.purchase.plan.award._rules_text import TEXTS
from synergie.purchase.plan.award.baskets import DIGITS, Book, build_book
from synergie.purchase.plan.award.model import build_award_model
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem, SupplierLimit
from synergie.schemas.plan import Phrase

_FINE = {"mip_feasibility_tolerance": 1e-9, "primal_feasibility_tolerance": 1e-9}


@check_seconds
def solve(
    problem: PurchaseProblem,
    *,
    limit_s: float = 60,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
    explain: bool = True,
) -> PurchasePlan:
    """The cheapest purchase, with its proof, its reasons and what each member gains.

    *explain* solves again without each limit and each rule, to tell what it costs. Raises BadInputs
    with every fault of the problem, Infeasible with the requirements that conflict, of rules the
    fewest, OutOfTime, Cancelled, SolverFailed, MissingExtra.
    """
    check.require(problem)
    how = How(limit_s, cancel, progress)
    book = baskets.build_book(problem)
    plan = _solve_under_rules(problem, how, book)
    if explain and plan.status == "proved":

        def solve_less(other: PurchaseProblem) -> PurchasePlan:
            """Limits price nothing: the book is that of the problem, but where lots changed."""
            return _solve_purchase(other, how, book if other.lots is problem.lots else None)

        said = list_binding_requirements(problem, plan, solve_less)
        plan = plan.model_copy(update={"binding": said})
    if explain and problem.rules:
        each = replace(how, limit_s=limit_s / (len(problem.rules) + 1), near=plan, progress=None)

        def solve_without(other: PurchaseProblem) -> PurchasePlan:
            return _solve_purchase(other, replace(each, began=time.thread_time()))

        plan = price_purchase_rules(problem, plan, solve_without)
    return plan


def _solve_under_rules(problem: PurchaseProblem, how: How, book: baskets.Book) -> PurchasePlan:
    """The plan; when its rules leave none, Infeasible with the fewest of them that clash."""
    try:
        return _solve_purchase(problem, how, book)
    except Infeasible as error:
        if not any(rule.hard for rule in problem.rules):
            raise
        again = replace(how, began=time.thread_time(), progress=None)
        reasons = list_clash_reasons(problem, again, lambda other: _solve_purchase(other, again))
        if not reasons:
            _solve_purchase(problem.model_copy(update={"rules": ()}), again)  # raises what clashes
            raise
        raise Infeasible(reasons) from error


@check_seconds
def solve_near(
    problem: PurchaseProblem,
    *,
    near: PurchasePlan | None = None,
    more: More | None = None,
    limit_s: float = 60,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> PurchasePlan:
    """As `solve` of a sound problem, begun from the plan *near* of one that differs little.

    *more* adds requirements to the model before it is solved. What each limit costs is not told.
    """
    return _solve_purchase(problem, How(limit_s, cancel, progress, near, more))


def _solve_purchase(
    problem: PurchaseProblem, how: How, book: baskets.Book | None = None
) -> PurchasePlan:
    book = baskets.build_book(problem) if book is None else book
    faults: tuple[str, ...] = ()
    with localcontext(prec=DIGITS):
        for options in (None, _FINE):  # finer tolerances only when the first plan is not exact
            decided = decide(problem, book, replace(how, options=options))
            plan = _outcome.build_purchase_plan(problem, book, decided)
            faults = _verify.faults(problem, plan, more=how.more is not None)
            if not faults:
                return plan
    raise SolverFailed("; ".join(faults))


# What each limit of a purchase costs: solved again without it.

LOTS = "{} may win at most {} lots: without this, the purchase costs {} EUR less"
CAPACITY = (
    "{} supplies at most {} MWh a year: without this, the purchase costs {} EUR less, "
    "{} EUR for each of the {} MWh more"
)
LEAST = "{} supplies at least {} MWh a year if it wins: without this, {} EUR less"
GREEN = "at least {} % of all energy is green: without this, the purchase costs {} EUR less"
AWARDS = "{} has at least {} awards: without this, the purchase costs {} EUR less"

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class _Without:
    """The problem without one requirement, and how to say what that saves."""

    problem: PurchaseProblem
    text: str
    values: tuple[str, ...]
    supplier: str | None = None
    """Whose volume grows, when the requirement is a capacity."""


def list_binding_requirements(
    problem: PurchaseProblem, plan: PurchasePlan, solve: Callable[[PurchaseProblem], PurchasePlan]
) -> tuple[Phrase, ...]:
    """The requirements that cost something, dearest first; what time leaves out is not told."""
    found: list[tuple[Decimal, Phrase]] = []
    for case in _iterate_relaxed_problems(problem):
        try:
            other = solve(case.problem)
        except (OutOfTime, Cancelled, Infeasible):
            continue
        saved = plan.objective_eur - other.objective_eur
        if saved > 0 and other.status == "proved":
            values = (*case.values, str(saved), *_format_marginal_saving(case, plan, other, saved))
            found.append((saved, Phrase(text=case.text, values=values)))
    return tuple(phrase for _, phrase in sorted(found, key=lambda pair: -pair[0]))


def _iterate_relaxed_problems(problem: PurchaseProblem) -> Iterator[_Without]:
    for n, limit in enumerate(problem.limits):
        name = limit.supplier
        if limit.max_lots is not None:
            other = _remove_supplier_limit(problem, n, "max_lots")
            yield _Without(other, LOTS, (name, str(limit.max_lots)))
        if limit.max_mwh is not None:
            other = _remove_supplier_limit(problem, n, "max_mwh")
            yield _Without(other, CAPACITY, (name, str(limit.max_mwh)), name)
        if limit.min_mwh is not None:
            other = _remove_supplier_limit(problem, n, "min_mwh")
            yield _Without(other, LEAST, (name, str(limit.min_mwh)))
    if problem.green_share:
        share = Decimal(str(problem.green_share)) * 100
        other = problem.model_copy(update={"green_share": 0})
        yield _Without(other, GREEN, (f"{share.normalize():f}",))
    for n, lot in enumerate(problem.lots):
        if lot.min_awards > 1:
            free = lot.model_copy(update={"min_awards": 0})
            other = problem.model_copy(update={"lots": _replace_item(problem.lots, n, free)})
            yield _Without(other, AWARDS, (lot.id, str(lot.min_awards)))


def _remove_supplier_limit(problem: PurchaseProblem, number: int, name: str) -> PurchaseProblem:
    free: SupplierLimit = problem.limits[number].model_copy(update={name: None})
    return problem.model_copy(update={"limits": _replace_item(problem.limits, number, free)})


def _replace_item(items: tuple[Any, ...], number: int, item: Any) -> tuple[Any, ...]:
    return (*items[:number], item, *items[number + 1 :])


def _format_marginal_saving(
    case: _Without, plan: PurchasePlan, other: PurchasePlan, saved: Decimal
) -> tuple[str, ...]:
    """For a capacity: what each further MWh saves, and how many there would be."""
    if case.supplier is None:
        return ()
    more = _sum_supplied_volume(other, case.supplier) - _sum_supplied_volume(plan, case.supplier)
    if more <= 0:
        return ("0", "0")
    return (str((saved / more).quantize(_CENT, ROUND_HALF_UP)), f"{more.normalize():f}")


def _sum_supplied_volume(plan: PurchasePlan, supplier: str) -> Decimal:
    return sum((a.volume_mwh for a in plan.awards if a.supplier == supplier), Decimal(0))


# Why no plan keeps the rules: the fewest of them that cannot hold together, and ways out.

_WAYS = 5
"""Rules of the clash without which the purchase is solved, to tell what that would cost."""


def list_clash_reasons(
    problem: PurchaseProblem, how: How, solve: Callable[[PurchaseProblem], PurchasePlan]
) -> tuple[Reason, ...]:
    """The clash of the rules of *problem*, which has no plan. Empty: it has none without them."""
    trial = _Trial(problem, build_book(problem), how)
    if not trial.holds(frozenset()):
        return ()
    hard = [number for number, rule in enumerate(problem.rules) if rule.hard]
    clash = find_smallest_clash(hard, trial.holds)
    names = ", ".join(problem.rules[number].id for number in clash.rules)
    head = Reason(text.CLASH if clash.proved else text.CLASH_FOUND, names)
    rules = (text.describe_rule(problem.rules[number], number) for number in clash.rules)
    return (head, *rules, *_iterate_ways_out(problem, clash, solve))


def _iterate_ways_out(
    problem: PurchaseProblem, clash: Clash, solve: Callable[[PurchaseProblem], PurchasePlan]
) -> Iterator[Reason]:
    """What the purchase costs without one rule of the clash, cheapest first."""
    ways = []
    for number in clash.rules[:_WAYS]:
        rest = problem.rules[:number] + problem.rules[number + 1 :]
        try:
            plan = solve(problem.model_copy(update={"rules": rest}))
        except (OutOfTime, Cancelled, Infeasible):
            continue
        ways.append((plan.objective_eur, problem.rules[number].id))
    for cost, name in sorted(ways):
        yield Reason(text.WAY_OUT, name, cost)


@dataclass(frozen=True, slots=True)
class _Trial:
    """The purchase with some of its hard rules, whatever it costs."""

    problem: PurchaseProblem
    book: Book
    how: How

    def holds(self, numbers: frozenset[int]) -> bool | None:
        """Whether a plan keeps these rules. None: time was short."""
        left = self.how.remaining_s()
        if not left or (self.how.cancel is not None and self.how.cancel()):
            return None
        rules = tuple(self.problem.rules[number] for number in sorted(numbers))
        problem = self.problem.model_copy(update={"rules": rules})
        made = build_award_model(
            problem, self.book, sorted({basket.lot for basket in self.book.baskets})
        )
        columns = [replace(column, cost=0.0) for column in made.model.columns]
        free = Model("rules", columns, made.model.rows)
        outcome = free.minimise(limit_s=left, cancel=self.how.cancel)
        if outcome.stop == "infeasible":
            return False
        return True if outcome.values or not columns else None


# What each rule of a purchase costs: solved again without it, and without them all.


def price_purchase_rules(
    problem: PurchaseProblem, plan: PurchasePlan, solve: Callable[[PurchaseProblem], PurchasePlan]
) -> PurchasePlan:
    """*plan* with the price of each rule, and of all; those that bind are told."""

    def solve_without(numbers: frozenset[int]) -> PlanValue | None:
        rest = tuple(rule for n, rule in enumerate(problem.rules) if n not in numbers)
        try:
            return _measure_plan(solve(problem.model_copy(update={"rules": rest})))
        except (OutOfTime, Cancelled, Infeasible):
            return None

    kinds = [rule.kind for rule in problem.rules]
    found = price_rules(
        kinds, plan.rules, _measure_plan(plan), solve_without=solve_without, texts=TEXTS
    )
    changes = {
        "rules": found.outcomes,
        "rules_price": found.together,
        "binding": (*plan.binding, *found.said),
    }
    return plan.model_copy(update=changes)


def _measure_plan(plan: PurchasePlan) -> PlanValue:
    """Cost, weight of soft rules, and the bound on both."""
    penalty = sum((one.penalty_eur for one in plan.rules), Decimal(0))
    bound = None if plan.bound_eur is None else plan.bound_eur + penalty
    return PlanValue(plan.objective_eur, penalty, bound)
