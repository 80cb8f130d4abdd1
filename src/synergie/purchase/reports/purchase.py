"""A group purchase as one section of a longer report: its answers first, then what shows them."""

from collections.abc import Mapping, Sequence

from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.reports.answers import answers
from synergie.purchase.reports.awards import awards, places, reasons, without_award
from synergie.purchase.reports.floors import floors
from synergie.purchase.reports.refused import not_priced, refused
from synergie.purchase.reports.words import Brief
from synergie.reports.document import Block, Items, Section
from synergie.reports.language import say
from synergie.reports.plans import Catalogue, gains, proof


def purchase_section(
    problem: PurchaseProblem,
    plan: PurchasePlan,
    *,
    names: Mapping[str, str],
    assumptions: Sequence[str],
    tell: Catalogue,
) -> Section:
    """The group purchase: answers, proof, each member's gain, awards, reasons, assumptions.

    *names*: what people call each member. *assumptions*: what the problem assumes, in the
    language spoken.
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
    title = say("Plan d'achat groupé d'électricité", "Plan of a group purchase of electricity")
    return Section("achat", title, tuple(blocks))


def assumed(brief: Brief) -> Items:
    """What the problem and the plan take for granted."""
    plan = brief.plan
    told = brief.sentences((*plan.assumptions, *plan.baseline))
    return Items(say("Hypothèses", "Assumptions"), (*brief.assumptions, *told))
