"""What was required of any plan of a purchase, and the requirements that cost something."""

from collections.abc import Iterator, Mapping

from synergie.purchase.records.purchase import Lot, PurchaseProblem, Reservation, SupplierLimit
from synergie.purchase.reports.words import Brief, listed
from synergie.reports.document import Items
from synergie.reports.language import Pair, say
from synergie.reports.written import count, number, percent, quantity

RESERVED: Mapping[Reservation, Pair] = {
    "L2113-12": ("travailleurs handicapés", "workers with disabilities"),
    "L2113-13": ("travailleurs défavorisés", "disadvantaged workers"),
    "L2113-13-1": ("activités en établissement pénitentiaire", "work done in prisons"),
}
"""Whom a lot may be reserved for, by article of the code of public procurement, in words."""


def binding(brief: Brief) -> Items:
    """Requirements that cost something, and how much."""
    told = brief.sentences(brief.plan.binding)
    title = say("Exigences qui pèsent", "Requirements that cost something")
    nothing = say(
        "Aucune exigence ne renchérit ce plan.", "No requirement makes this plan cost more."
    )
    return Items(title, told or (nothing,))


def limits(brief: Brief) -> Items:
    """What was required of any plan, in words."""
    problem = brief.problem
    told = [*_of_members(problem)]
    told += [text for lot in problem.lots for text in _of_lot(lot)]
    told += [text for limit in problem.limits for text in _of_supplier(limit)]
    if problem.green_share:
        share = percent(problem.green_share, 0)
        told.append(
            say(
                f"{share} d'énergie verte au moins, tous lots réunis.",
                f"At least {share} green energy, all lots together.",
            )
        )
    return Items(say("Exigences posées", "Requirements set"), tuple(told))


def _of_members(problem: PurchaseProblem) -> Iterator[str]:
    if problem.nobody_pays_more:
        yield say("Aucun membre ne paie plus que seul.", "No member pays more than alone.")
    else:
        yield say(
            "Un membre peut payer plus que seul : cela n'est pas exclu.",
            "A member may pay more than alone: this is not ruled out.",
        )
    if problem.may_leave:
        yield say("Un membre peut rester hors d'un lot.", "A member may stay out of a lot.")
    else:
        yield say("Aucun membre ne peut rester hors d'un lot.", "No member may stay out of a lot.")


def _of_lot(lot: Lot) -> Iterator[str]:
    """What is asked of one lot beyond one award at the least cost."""
    if lot.green_share:
        share = percent(lot.green_share, 0)
        yield say(
            f"{lot.name} : {share} d'énergie verte au moins.",
            f"{lot.name}: at least {share} green energy.",
        )
    if lot.reserved is not None:
        whom = say(*RESERVED[lot.reserved])
        yield say(
            f"{lot.name} : réservé, {whom} (CCP {lot.reserved}).",
            f"{lot.name}: reserved, {whom} (French Public Procurement Code, {lot.reserved}).",
        )
    if lot.min_awards > 1:
        many = number(lot.min_awards)
        yield say(
            f"{lot.name} : {many} attributaires au moins.",
            f"{lot.name}: at least {many} suppliers.",
        )
    if lot.max_awards is None:
        yield say(
            f"{lot.name} : les membres se répartissent entre les offres, avant la consultation.",
            f"{lot.name}: the members are spread over the offers, before the tender.",
        )


def _of_supplier(limit: SupplierLimit) -> Iterator[str]:
    """What one supplier may be awarded."""
    caps = []
    if limit.max_lots is not None:
        caps.append(_at_most(count(limit.max_lots, "lot")))
    if limit.max_mwh is not None:
        caps.append(_at_most(quantity(limit.max_mwh, "MWh")))
    if limit.min_mwh is not None:
        least = quantity(limit.min_mwh, "MWh")
        caps.append(say(f"{least} au moins", f"at least {least}"))
    if caps:
        told = listed(caps)
        yield say(f"{limit.supplier} : {told}.", f"{limit.supplier}: {told}.")


def _at_most(told: str) -> str:
    return say(f"{told} au plus", f"at most {told}")
