"""Budgets that a scenario does not keep."""

from collections.abc import Iterator

from synergie.lighting.plan.measured import Measured
from synergie.lighting.plan.money import _text
from synergie.lighting.plan.money._sums import CENT, sum_known_amounts
from synergie.lighting.plan.money._text import phrase
from synergie.lighting.plan.money._works import Works
from synergie.lighting.records.study import Budget
from synergie.schemas.plan import Phrase


def over_budget(found: Measured, paid: Works) -> Iterator[Phrase]:
    """A sentence for each budget that does not hold; what is not known breaks none."""
    bodies = [one.body for one in found.study.cabinets]
    for budget in found.study.budgets:
        spent = sum_known_amounts(
            amount
            for (_commune, cabinet, year), amount in paid.eur.items()
            if (budget.year is None or budget.year == year)
            and (budget.body is None or (cabinet >= 0 and bodies[cabinet] == budget.body))
        )
        if spent is not None and spent > budget.eur:
            yield _describe_budget_overrun(budget, str(spent.quantize(CENT)))


def _describe_budget_overrun(budget: Budget, spent: str) -> Phrase:
    who = budget.body or _text.EVERYBODY
    if budget.year is None:
        return phrase(_text.BUDGET_ALL_YEARS, who, spent, budget.eur)
    return phrase(_text.BUDGET, who, spent, budget.year, budget.eur)
