"""The cheapest lawful pooled purchase: one award a lot, tiers on the lot's total volume.

Formulation, numbered P0 to P11: docs/plan/purchase.md.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import localcontext

from synergie.errors import SolverFailed
from synergie.plan.seconds import check_seconds
from synergie.plan.solver import Progress
from synergie.purchase.plan.award import _outcome, _verify, baskets, check
from synergie.purchase.plan.award._binding import list_binding_requirements
from synergie.purchase.plan.award._decide import How, More, decide
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

    *explain* solves again without each limit, to tell what it costs. Raises BadInputs with every
    fault of the problem, Infeasible with the requirements that conflict, OutOfTime, Cancelled,
    SolverFailed, MissingExtra.
    """
    check.require(problem)
    how = How(limit_s, cancel, progress)
    plan = _solve_purchase(problem, how)
    if not explain or plan.status != "proved":
        return plan
    said = list_binding_requirements(problem, plan, lambda other: _solve_purchase(other, how))
    return plan.model_copy(update={"binding": said})


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


def _solve_purchase(problem: PurchaseProblem, how: How) -> PurchasePlan:
    book = baskets.build_book(problem)
    faults: tuple[str, ...] = ()
    with localcontext(prec=DIGITS):
        for options in (None, _FINE):  # finer tolerances only when the first plan is not exact
            decided = decide(problem, book, replace(how, options=options))
            plan = _outcome.build_purchase_plan(problem, book, decided)
            faults = _verify.faults(problem, plan, more=how.more is not None)
            if not faults:
                return plan
    raise SolverFailed("; ".join(faults))
