"""Parts of a euro as euros."""

from decimal import ROUND_HALF_UP, Context, Decimal

from synergie.maintenance.plan.rounds._case import Case
from synergie.plan.money import round_to_cents

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


def round_to_euro_cents(case: Case, amount: int) -> Decimal:
    """*amount* rounded to the cent, halves up."""
    return round_to_cents(_EXACT.divide(Decimal(amount), Decimal(case.per_eur)))
