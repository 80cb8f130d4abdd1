"""What each limit of a purchase costs: solved again without it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from synergie.errors import Cancelled, Infeasible, OutOfTime
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem, SupplierLimit
from synergie.schemas.plan import Phrase

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
