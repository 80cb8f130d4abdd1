"""From shares in floats to whole cents that sum exactly."""

import math
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from synergie.plan.sharing.game import Floats

_NOISE = 6  # decimals of a cent that are looked at: floats carry more than that by chance


def round_shares_to_cents(
    shares: Floats, players: Sequence[str], total: int
) -> tuple[Decimal, ...]:
    """*shares*, cents, as euros that sum to *total* cents exactly.

    Each is rounded down, then the largest remainders get a cent, equal ones by name. When the
    floats leave more cents than there are players, the rest is spread evenly.
    """
    exact = [round(float(share), _NOISE) for share in shares]
    whole = [math.floor(share) for share in exact]
    order = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], players[i]))
    each, left = divmod(total - sum(whole), len(whole))
    for rank, i in enumerate(order):
        whole[i] += each + (rank < left)
    return tuple(Decimal(cents).scaleb(-2) for cents in whole)


def convert_cents_to_euros(cents: float) -> Decimal:
    """An amount in cents as euros, to the cent, halves up."""
    return _convert_exact_cents(cents).quantize(Decimal("0.01"), ROUND_HALF_UP)


def euros_up(cents: float) -> Decimal:
    """The same, rounded up to the cent: a bound stays a bound."""
    return _convert_exact_cents(cents).quantize(Decimal("0.01"), ROUND_CEILING)


def _convert_exact_cents(cents: float) -> Decimal:
    return Decimal(repr(round(float(cents), _NOISE))).scaleb(-2)
