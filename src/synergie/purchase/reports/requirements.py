"""What was required of any plan of a purchase, and the requirements that cost something."""

from collections.abc import Iterator, Mapping

from synergie.purchase.records.purchase import Lot, PurchaseProblem, Reservation, SupplierLimit
from synergie.purchase.reports.words import Brief
from synergie.reports.document import Items
from synergie.reports.language import Pair, choose_text
from synergie.reports.written import (
    format_count,
    format_number,
    format_percent,
    format_quantity,
    format_short_name_list,
)

RESERVED: Mapping[Reservation, Pair] = {
    "L2113-12": ("travailleurs handicapés", "workers with disabilities"),
    "L2113-13": ("travailleurs défavorisés", "disadvantaged workers"),
    "L2113-13-1": ("activités en établissement pénitentiaire", "work done in prisons"),
}
"""Whom a lot may be reserved for, by article of the code of public procurement, in words."""


def build_binding_items(brief: Brief) -> Items:
    """Requirements that cost something, and how much."""
    told = brief.sentences(brief.plan.binding)
    title = choose_text("Exigences qui pèsent", "Requirements that cost something")
    nothing = choose_text(
        "Aucune exigence ne renchérit ce plan.", "No requirement makes this plan cost more."
    )
    return Items(title, told or (nothing,))


def build_limit_items(brief: Brief) -> Items:
    """What was required of any plan, in words."""
    problem = brief.problem
    told = [*_of_members(problem)]
    told += [text for lot in problem.lots for text in _of_lot(lot)]
    told += [text for limit in problem.limits for text in _of_supplier(limit)]
    if problem.green_share:
        share = format_percent(problem.green_share, 0)
        told.append(
            choose_text(
                f"{share} d'énergie verte au moins, tous lots réunis.",
                f"At least {share} green energy, all lots together.",
            )
        )
    told += brief.sentences(tuple(one.said for one in brief.plan.rules))
    return Items(choose_text("Exigences posées", "Requirements set"), tuple(told))


def _of_members(problem: PurchaseProblem) -> Iterator[str]:
    if problem.nobody_pays_more:
        yield choose_text("Aucun membre ne paie plus que seul.", "No member pays more than alone.")
    else:
        yield choose_text(
            "Un membre peut payer plus que seul : cela n'est pas exclu.",
            "A member may pay more than alone: this is not ruled out.",
        )
    if problem.may_leave:
        yield choose_text("Un membre peut rester hors d'un lot.", "A member may stay out of a lot.")
    else:
        yield choose_text(
            "Aucun membre ne peut rester hors d'un lot.", "No member may stay out of a lot."
        )


def _of_lot(lot: Lot) -> Iterator[str]:
    """What is asked of one lot beyond one award at the least cost."""
    if lot.green_share:
        share = format_percent(lot.green_share, 0)
        yield choose_text(
            f"{lot.name} : {share} d'énergie verte au moins.",
            f"{lot.name}: at least {share} green energy.",
        )
    if lot.reserved is not None:
        whom = choose_text(*RESERVED[lot.reserved])
        yield choose_text(
            f"{lot.name} : réservé, {whom} (CCP {lot.reserved}).",
            f"{lot.name}: reserved, {whom} (French Public Procurement Code, {lot.reserved}).",
        )
    if lot.min_awards > 1:
        many = format_number(lot.min_awards)
        yield choose_text(
            f"{lot.name} : {many} attributaires au moins.",
            f"{lot.name}: at least {many} suppliers.",
        )
    if lot.max_awards is None:
        yield choose_text(
            f"{lot.name} : les membres se répartissent entre les offres, avant la consultation.",
            f"{lot.name}: the members are spread over the offers, before the tender.",
        )


def _of_supplier(limit: SupplierLimit) -> Iterator[str]:
    """What one supplier may be awarded."""
    caps = []
    if limit.max_lots is not None:
        caps.append(_at_most(format_count(limit.max_lots, "lot")))
    if limit.max_mwh is not None:
        caps.append(_at_most(format_quantity(limit.max_mwh, "MWh")))
    if limit.min_mwh is not None:
        least = format_quantity(limit.min_mwh, "MWh")
        caps.append(choose_text(f"{least} au moins", f"at least {least}"))
    if caps:
        told = format_short_name_list(caps)
        yield choose_text(f"{limit.supplier} : {told}.", f"{limit.supplier}: {told}.")


def _at_most(told: str) -> str:
    return choose_text(f"{told} au plus", f"at most {told}")
