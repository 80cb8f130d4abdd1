"""What a requirement costs: the best plan at each of its values."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from synergie.errors import BadInput
from synergie.plan.seconds import check_seconds
from synergie.purchase.plan.what_if._best import find_best_plan
from synergie.purchase.records.limits import Frontier, Relaxation, Requirement
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem, SupplierLimit


@check_seconds
def frontier(
    problem: PurchaseProblem,
    plan: PurchasePlan | None,
    requirement: Requirement,
    values: Sequence[Decimal],
    *,
    about: str | None = None,
    limit_s: float = 60,
) -> Frontier:
    """The cost of the best plan at each of *values* of *requirement*.

    `green_share` is a share of all energy; `max_lots` and `max_mwh` are limits of the supplier
    *about*; `nobody_pays_more` and `may_leave` are 0 or 1. *plan*: that of the problem as it is,
    None when it is impossible.
    """
    if requirement in {"max_lots", "max_mwh"} and about is None:
        raise BadInput("/about", None, "the supplier that is limited")
    cases = [(value, _SET[requirement](problem, value, about)) for value in values]
    return Frontier(
        requirement=requirement,
        about=about,
        points=tuple(_build_relaxation(plan, value, then, limit_s) for value, then in cases),
    )


def _build_relaxation(
    plan: PurchasePlan | None, value: Decimal, then: PurchaseProblem, limit_s: float
) -> Relaxation:
    found = find_best_plan(then, plan, limit_s=limit_s)
    now = None if plan is None else plan.objective_eur
    return Relaxation(
        value=f"{value:f}",
        cost_eur=found.cost,
        saves_eur=None if found.cost is None or now is None else now - found.cost,
        proved=found.proved,
    )


def _set_green_share(
    problem: PurchaseProblem, value: Decimal, _about: str | None
) -> PurchaseProblem:
    return problem.model_copy(update={"green_share": float(value)})


def _max_lots(problem: PurchaseProblem, value: Decimal, about: str | None) -> PurchaseProblem:
    return replace_supplier_limit(problem, about or "", max_lots=int(value))


def _max_mwh(problem: PurchaseProblem, value: Decimal, about: str | None) -> PurchaseProblem:
    return replace_supplier_limit(problem, about or "", max_mwh=value)


def replace_supplier_limit(
    problem: PurchaseProblem, supplier: str, **changes: object
) -> PurchaseProblem:
    """*problem* with another limit of *supplier*."""
    old = next((x for x in problem.limits if x.supplier == supplier), None)
    new = (old or SupplierLimit(supplier=supplier)).model_copy(update=changes)
    rest = tuple(x for x in problem.limits if x.supplier != supplier)
    return problem.model_copy(update={"limits": (*rest, new)})


def _set_nobody_pays_more(
    problem: PurchaseProblem, value: Decimal, _about: str | None
) -> PurchaseProblem:
    return problem.model_copy(update={"nobody_pays_more": bool(value)})


def _set_may_leave(problem: PurchaseProblem, value: Decimal, _about: str | None) -> PurchaseProblem:
    return problem.model_copy(update={"may_leave": bool(value)})


_SET: Mapping[Requirement, Callable[[PurchaseProblem, Decimal, str | None], PurchaseProblem]] = {
    "green_share": _set_green_share,
    "max_lots": _max_lots,
    "max_mwh": _max_mwh,
    "nobody_pays_more": _set_nobody_pays_more,
    "may_leave": _set_may_leave,
}
