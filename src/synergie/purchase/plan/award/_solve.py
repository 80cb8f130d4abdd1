"""The cheapest lawful pooled purchase: one award a lot, tiers on the lot's total volume.

Formulation, numbered P0 to P17: docs/plan/purchase.md.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from decimal import localcontext

from synergie.errors import Infeasible, SolverFailed
from synergie.plan.seconds import check_seconds
from synergie.plan.solver import Progress
from synergie.purchase.plan.award import _outcome, _verify, baskets, check
from synergie.purchase.plan.award._binding import list_binding_requirements
from synergie.purchase.plan.award._clash import list_clash_reasons
from synergie.purchase.plan.award._decide import How, More, decide
from synergie.purchase.plan.award._rules_price import price_purchase_rules
from synergie.purchase.plan.award.baskets import DIGITS
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem

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
            return _solve_purchase(other, replace(each, began=time.perf_counter()))

        plan = price_purchase_rules(problem, plan, solve_without)
    return plan


def _solve_under_rules(problem: PurchaseProblem, how: How, book: baskets.Book) -> PurchasePlan:
    """The plan; when its rules leave none, Infeasible with the fewest of them that clash."""
    try:
        return _solve_purchase(problem, how, book)
    except Infeasible as error:
        if not any(rule.hard for rule in problem.rules):
            raise
        again = replace(how, began=time.perf_counter(), progress=None)
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
