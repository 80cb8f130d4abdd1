"""A group purchase as one section of a longer report: its answers first, then what shows them."""

from collections.abc import Mapping, Sequence

from synergie.reports.document import Block, Items, Section
from synergie.reports.plans import Catalogue, gains, proof
from synergie.reports.purchase_answers import answers
from synergie.reports.purchase_awards import (
    awards,
    floors,
    not_priced,
    places,
    reasons,
    refused,
    without_award,
)
from synergie.reports.purchase_words import Brief
from synergie.schemas.purchase import PurchaseProblem
from synergie.schemas.purchase_plan import PurchasePlan


def purchase_section(
    problem: PurchaseProblem,
    plan: PurchasePlan,
    *,
    names: Mapping[str, str],
    assumptions: Sequence[str],
    tell: Catalogue,
) -> Section:
    """The group purchase: answers, proof, each member's gain, awards, reasons, assumptions.

    *names*: what people call each member. *assumptions*: what the problem assumes (French).
    """
    brief = Brief(problem=problem, plan=plan, names=names, tell=tell, assumptions=assumptions)
    blocks: list[Block] = [
        answers(brief),
        proof(plan),
        gains(plan, names, brief.span),
        awards(brief),
        floors(brief),
        without_award(brief),
        *places(brief),
        reasons(brief),
        *not_priced(brief),
        *(refused(brief) if plan.refused else ()),
        assumed(brief),
    ]
    return Section("achat", "Plan d'achat groupé d'électricité", tuple(blocks))


def assumed(brief: Brief) -> Items:
    """What the problem and the plan take for granted."""
    plan = brief.plan
    told = brief.sentences((*plan.assumptions, *plan.baseline))
    return Items("Hypothèses", (*brief.assumptions, *told))
