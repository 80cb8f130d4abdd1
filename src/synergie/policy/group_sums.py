"""Sums over the bodies of one plan: when they may be told to one of them. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

LEAST_OTHERS = 3
"""How many other bodies must stand behind a sum that one of them may see (secret statistique)."""
LARGEST_SHARE = Fraction(85, 100)
"""The largest part that one of them may have in it."""


def tells_nobody(parts: Sequence[Decimal]) -> bool:
    """Whether a sum of *parts*, one an organisation, may be told.

    At least three of them count for something, and none for more than 85 % of it; who knows one
    part then learns none of the others by subtraction.
    """
    sizes = [abs(part) for part in parts if part]
    if len(sizes) < LEAST_OTHERS:
        return False
    return max(sizes) <= LARGEST_SHARE.numerator * sum(sizes) / LARGEST_SHARE.denominator
