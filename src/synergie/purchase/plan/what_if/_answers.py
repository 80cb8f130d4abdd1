"""Cases answered: the plan decided now against the best plan of each, and the whole in short."""

from collections.abc import Iterable
from decimal import Decimal

from synergie.plan.seconds import check_seconds
from synergie.purchase.plan.what_if import _text as text
from synergie.purchase.plan.what_if._best import find_best_plan, format_phrase_euros, lot_changes
from synergie.purchase.plan.what_if._cases import apply_case, describe_case
from synergie.purchase.plan.what_if._kept import compute_case_plan_cost
from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.records.study import CaseAnswer, PurchaseCase, Stability
from synergie.schemas.plan import Phrase


@check_seconds
def answer(
    problem: PurchaseProblem, plan: PurchasePlan, case: PurchaseCase, *, limit_s: float = 60
) -> CaseAnswer:
    """*plan* kept under *case*, against the best plan of the case."""
    then = apply_case(problem, case)
    found = find_best_plan(then, plan, limit_s=limit_s)
    held = compute_case_plan_cost(then, plan, limit_s=limit_s)
    return CaseAnswer(
        case=case,
        said=describe_case(case),
        kept_eur=held.cost,
        best_eur=found.cost,
        regret_eur=_compute_regret(held.cost, found.cost),
        proved=found.proved,
        lots=lot_changes(plan, found.plan),
        breaks=held.breaks,
        conflicts=found.conflicts,
    )


def _compute_regret(kept_eur: Decimal | None, best_eur: Decimal | None) -> Decimal | None:
    if kept_eur is None or best_eur is None:
        return None
    return max(Decimal(0), kept_eur - best_eur)


def stability(answers: Iterable[CaseAnswer]) -> Stability:
    """How well the plan stands the cases."""
    looked = tuple(answers)
    known = [one for one in looked if one.regret_eur is not None]
    worst = max(known, key=lambda one: one.regret_eur or Decimal(0), default=None)
    lost = sum(one.kept_eur is None for one in looked)
    changes = sum(any(lot.planned_offer != lot.offer for lot in one.lots) for one in looked)
    regret = worst.regret_eur if worst else None
    return Stability(
        cases=len(looked),
        worst_regret_eur=regret,
        worst=worst.said if worst and regret else None,
        changes=changes,
        cannot_keep=lost,
        said=_in_short(looked, worst if regret else None, lost, changes),
    )


def _in_short(
    looked: tuple[CaseAnswer, ...], worst: CaseAnswer | None, lost: int, changes: int
) -> tuple[Phrase, ...]:
    if not looked:
        return (Phrase(text=text.NO_CASE),)
    every = str(len(looked))
    calm = str(sum(one.regret_eur == 0 for one in looked))
    told = [Phrase(text=text.STABLE, values=(calm, every))]
    if worst is not None and worst.regret_eur is not None:
        told += [
            Phrase(text=text.REGRET, values=(format_phrase_euros(worst.regret_eur),)),
            worst.said,
        ]
    told.append(Phrase(text=text.CHANGES, values=(str(changes), every)))
    if lost:
        told.append(Phrase(text=text.CANNOT_KEEP, values=(str(lost), every)))
    return tuple(told)
