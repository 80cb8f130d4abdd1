"""The best plan of a problem that differs, or why there is none; and what changed in it."""

from dataclasses import dataclass
from decimal import Decimal

from synergie.errors import Infeasible, Reason
from synergie.purchase.plan.award import solve_near
from synergie.purchase.plan.what_if._rows import More
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.records.study import LotChange
from synergie.schemas.plan import Phrase


@dataclass(frozen=True, slots=True)
class Best:
    """A plan, or the requirements that leave none."""

    plan: PurchasePlan | None
    conflicts: tuple[Phrase, ...] = ()

    @property
    def cost(self) -> Decimal | None:
        """Its cost, EUR."""
        return None if self.plan is None else self.plan.objective_eur

    @property
    def proved(self) -> bool:
        """Whether the plan is proved the best, or that there is none."""
        return self.plan is None or self.plan.status == "proved"


def find_best_plan(
    problem: PurchaseProblem, near: PurchasePlan | None, *, limit_s: float, more: More | None = None
) -> Best:
    """The best plan of *problem*, begun from *near*."""
    try:
        return Best(solve_near(problem, near=near, more=more, limit_s=limit_s))
    except Infeasible as error:
        return Best(None, list_conflict_phrases(error))


def list_conflict_phrases(error: Infeasible) -> tuple[Phrase, ...]:
    """The conflicts, as records say them."""
    return tuple(phrase(reason) for reason in error.conflicts)


def phrase(reason: str) -> Phrase:
    """A reason as records say it."""
    if isinstance(reason, Reason):
        return Phrase(text=reason.text, values=tuple(map(format_phrase_value, reason.values)))
    return Phrase(text="{}", values=(reason[:200],))


def format_phrase_value(value: object) -> str:
    """A value in a phrase: amounts with two decimals, or none when they are whole."""
    if isinstance(value, Decimal):
        return f"{value:.0f}" if value == value.to_integral_value() else f"{value:.2f}"
    return str(value)[:200] or "–"


def format_phrase_euros(amount: Decimal) -> str:
    """An amount in a phrase, to the cent."""
    return f"{amount:.2f}"


def lot_changes(before: PurchasePlan, after: PurchasePlan | None) -> tuple[LotChange, ...]:
    """The lots whose offers or tiers differ; in a lot of several awards, one row a difference."""
    if after is None:
        return ()
    then, now = _group_tiers_by_lot(before), _group_tiers_by_lot(after)
    changes = []
    for lot in sorted(then.keys() | now.keys()):
        gone = sorted(then.get(lot, set()) - now.get(lot, set()))
        come = sorted(now.get(lot, set()) - then.get(lot, set()))
        for i in range(max(len(gone), len(come))):
            old = gone[i] if i < len(gone) else (None, None)
            new = come[i] if i < len(come) else (None, None)
            changes.append(
                LotChange(
                    lot=lot, planned_offer=old[0], planned_tier=old[1], offer=new[0], tier=new[1]
                )
            )
    return tuple(changes)


def _group_tiers_by_lot(plan: PurchasePlan) -> dict[str, set[tuple[str, int]]]:
    taken: dict[str, set[tuple[str, int]]] = {}
    for award in plan.awards:
        taken.setdefault(award.lot, set()).add((award.offer, award.tier))
    return taken
