"""A group purchase as one section of a longer report: its answers first, then what shows them."""

from collections.abc import Mapping, Sequence

from synergie.purchase.records.plan import PurchasePlan
from synergie.purchase.records.purchase import PurchaseProblem
from synergie.purchase.reports.answers import answers
from synergie.purchase.reports.awards import (
    build_award_table,
    build_outside_blocks,
    build_reason_table,
    without_award,
)
from synergie.purchase.reports.floors import build_floor_figure
from synergie.purchase.reports.refused import build_refusal_blocks, not_priced
from synergie.purchase.reports.words import Brief
from synergie.reports.document import Block, Items, Section
from synergie.reports.language import choose_text
from synergie.reports.plans import Catalogue, build_gains_figure, build_proof_note


def purchase_section(
    problem: PurchaseProblem,
    plan: PurchasePlan,
    *,
    names: Mapping[str, str],
    assumptions: Sequence[str],
    tell: Catalogue,
    certified: bool = False,
) -> Section:
    """The group purchase: answers, proof, each member's gain, awards, reasons, assumptions.

    *names*: what people call each member. *assumptions*: what the problem assumes, in the
    language spoken. *certified*: a certificate proves that no plan costs less.
    """
    brief = Brief(
        problem=problem, plan=plan, names=names, tell=tell, assumptions=assumptions,
        certified=certified,
    )  # fmt: skip
    blocks: list[Block] = [
        answers(brief),
        build_proof_note(plan, certified=certified),
        build_gains_figure(plan, names, brief.span),
        build_award_table(brief),
        build_floor_figure(brief),
        without_award(brief),
        *build_outside_blocks(brief),
        build_reason_table(brief),
        *not_priced(brief),
        *(build_refusal_blocks(brief) if plan.refused else ()),
        assumed(brief),
    ]
    title = choose_text(
        "Plan d'achat groupé d'électricité", "Plan of a group purchase of electricity"
    )
    return Section("achat", title, tuple(blocks))


def assumed(brief: Brief) -> Items:
    """What the problem and the plan take for granted."""
    plan = brief.plan
    told = brief.sentences((*plan.assumptions, *plan.baseline))
    return Items(choose_text("Hypothèses", "Assumptions"), (*brief.assumptions, *told))
