"""The award by the published criteria: the offer that they choose in each lot, as a rule."""

from synergie.purchase.plan.award.check import faults
from synergie.purchase.plan.award.faults import CRITERIA_RULE
from synergie.purchase.plan.offers.compare import compare
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.records.rule import FixedChoice, PurchaseRule, PurchaseSelector

_WHY = "CCP R2152-7: critères publiés"


def apply_criteria(problem: PurchaseProblem) -> PurchaseProblem:
    """*problem* with a rule `criteria-<lot>` for each lot: all of it buys what the criteria choose.

    Without `scoring` it is *problem* itself. Nobody is then kept from paying more than alone: the
    criteria decide, and each member is told what it pays. A lot whose criteria choose no offer (a
    note is missing, offers stay equal) has no such rule, and `award.check` says so: no plan is
    made. Again gives the same. What the rules cost beside the least cost is in the plan
    (`rules_price`).
    """
    if problem.scoring is None:
        return problem
    rest = tuple(rule for rule in problem.rules if not _is_choice(rule))
    free = problem.model_copy(update={"rules": rest, "nobody_pays_more": False})
    if any(one.severity == "blocking" and one.kind != "criteria" for one in faults(free)):
        return free  # no plan is made of it, and each fault is told
    rules = tuple(
        FixedChoice(
            id=f"{CRITERIA_RULE}{lot.lot}",
            kind="pinned",
            of=PurchaseSelector(lot=lot.lot),
            offer=lot.chosen,
            why=_WHY,
        )
        for lot in compare(free).lots
        if lot.chosen is not None
    )
    return free.model_copy(update={"rules": (*rules, *rest)})


def _is_choice(rule: PurchaseRule) -> bool:
    """Whether this module made *rule*."""
    return rule.id.startswith(CRITERIA_RULE) and rule.why == _WHY
