"""A group purchase in a report: awards by lot, gains, proof, reasons, missing prices."""

from collections.abc import Iterable, Mapping, Sequence

from synergie.reports.document import Block, Items, Note, Paragraph, Section, Table
from synergie.reports.french import euros, number, quantity
from synergie.reports.plans import Catalogue, against_alone, gains, proof, said, told
from synergie.schemas.purchase import PurchaseProblem
from synergie.schemas.purchase_plan import Award, PurchasePlan


def purchase_section(
    problem: PurchaseProblem,
    plan: PurchasePlan,
    *,
    names: Mapping[str, str],
    assumptions: Sequence[str],
    tell: Catalogue,
) -> Section:
    """The group purchase: awards by lot, each member's gain, proof, reasons, assumptions.

    *names*: what people call each member. *assumptions*: what the problem assumes (French).
    """
    lots = {lot.id: lot.name for lot in problem.lots}
    blocks: list[Block] = [
        Paragraph(against_alone(plan, f"{len(plan.members)} membres achètent ensemble")),
        proof(plan),
        gains(plan, names),
        _awards(plan.awards, lots),
        _alone_lots(problem, plan),
        _reasons(plan, lots, tell),
        *_not_priced(problem, plan, lots),
        Items("Hypothèses", (*assumptions, *told((*plan.assumptions, *plan.baseline), tell))),
    ]
    return Section("achat", "Plan d'achat groupé d'électricité", tuple(blocks))


def _awards(awards: Iterable[Award], lots: Mapping[str, str]) -> Table:
    return Table(
        "Attributions, un marché par lot",
        ("Lot", "Fournisseur", "Tranche", "Volume", "Marge avant la tranche du dessous", "Coût"),
        tuple(
            (
                lots[award.lot],
                award.supplier,
                number(award.tier),
                quantity(award.volume_mwh, "MWh"),
                quantity(award.above_floor_mwh, "MWh"),
                euros(award.cost_eur),
            )
            for award in awards
        ),
        frozenset({2, 3, 4, 5}),
    )


def _alone_lots(problem: PurchaseProblem, plan: PurchasePlan) -> Paragraph:
    awarded = {award.lot for award in plan.awards}
    left = [lot.name for lot in problem.lots if lot.id not in awarded]
    if not left:
        return Paragraph("Chaque lot est attribué.")
    return Paragraph(
        f"Sans achat groupé : {', '.join(left)}. Acheter seul n'y coûte pas plus cher."
    )


def _reasons(plan: PurchasePlan, lots: Mapping[str, str], tell: Catalogue) -> Table:
    suppliers = {award.offer: award.supplier for award in plan.awards}
    return Table(
        "Pourquoi ces choix",
        ("Lot", "Choisi", "Écart avec le suivant", "Raison"),
        tuple(
            (
                lots[line.subject],
                suppliers.get(line.chosen, line.chosen),
                "sans suivant" if line.difference_eur is None else euros(line.difference_eur),
                said(line.reason, tell),
            )
            for line in plan.lines
            if line.subject in lots
        ),
        frozenset({2}),
    )


def _not_priced(
    problem: PurchaseProblem, plan: PurchasePlan, lots: Mapping[str, str]
) -> list[Note]:
    offers = {offer.id: f"{offer.supplier}, lot {lots[offer.lot]}" for offer in problem.offers}
    cells = sorted({(cell.offer, cell.tariff_code, cell.time_class) for cell in plan.not_priced})
    return [
        Note(
            "late",
            "Non chiffré.",
            f"{offers[offer]} : prix {tariff} {cls} absent. L'offre est écartée, un prix absent "
            "n'est jamais compté zéro.",
        )
        for offer, tariff, cls in cells
    ]
