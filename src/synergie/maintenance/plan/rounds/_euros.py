"""Parts of a euro as euros."""

from decimal import ROUND_HALF_UP, Context, Decimal

from synergie.maintenance.plan.rounds._case import Case
from synergie.plan.money import cents

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


def euros(case: Case, amount: int) -> Decimal:
    """*amount* rounded to the cent, halves up."""
    return cents(_EXACT.divide(Decimal(amount), Decimal(case.per_eur)))
