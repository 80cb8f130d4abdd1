"""What the numbers of columns tell of one another: sums, products, and values that only rise."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

type Numbers = Sequence[Decimal | None]
"""Numbers of one column, row by row; None for a blank."""

_NEAR = Decimal("0.005")
_PRODUCT = Decimal("0.01")
_FEW = 3
"""Rows that a test needs."""
_SCALES = tuple(Decimal(one) for one in ("1", "0.001", "0.01", "0.00001", "1000"))
"""Of a price to its amount: EUR/kWh, EUR/MWh, ct/kWh, ct/MWh, and back."""


def find_ratio(one: Numbers, other: Numbers) -> Decimal | None:
    """1, 1000 or 0.001 when *other* is *one* that many times in every row; else None."""
    pairs = _pair_numbers(one, other)
    if not pairs:
        return None
    for times in (Decimal(1), Decimal(1000), Decimal("0.001")):
        if all(is_near(a * times, b) for a, b in pairs):
            return times
    return None


def is_sum(total: Numbers, parts: Sequence[Numbers]) -> bool:
    """Whether *total* is the sum of *parts* in every row that has a total."""
    rows = [
        (whole, [part for part in some if part is not None])
        for whole, *some in zip(total, *parts, strict=True)
        if whole is not None
    ]
    if len([1 for whole, _ in rows if whole]) < 2 or not parts:  # noqa: PLR2004 (one row proves little)
        return False
    return all(is_near(sum(some, Decimal(0)), whole) for whole, some in rows)


def is_factor_of_others(energy: Numbers, others: Sequence[Numbers]) -> bool:
    """Whether *energy* times one of *others* is another of them, in some usual scale, every row."""
    return any(
        is_product(energy, price, amount) or is_product(energy, amount, price)
        for price, amount in combinations(others, 2)
    )


def is_product(one: Numbers, other: Numbers, product: Numbers) -> bool:
    """Whether *one* times *other* is *product* in every row that has all three."""
    rows = [
        (a, b, c)
        for a, b, c in zip(one, other, product, strict=True)
        if a is not None and b is not None and c is not None and a and b and c
    ]
    if len(rows) < _FEW or len({a for a, _, _ in rows}) < 2:  # noqa: PLR2004 (a constant proves nothing)
        return False
    return any(
        all(abs(a * b * scale - c) <= max(_PRODUCT * abs(c), Decimal("0.011")) for a, b, c in rows)
        for scale in _SCALES
    )


def find_product_factor(one: Numbers, other: Numbers, product: Numbers) -> Decimal | None:
    """How many times *product* is *one* times *other*, the same in every row; None: it differs."""
    rows = [
        (a * b, c)
        for a, b, c in zip(one, other, product, strict=True)
        if a is not None and b is not None and c is not None and a and b and c
    ]
    if len(rows) < _FEW or len({c for _, c in rows}) < _FEW:
        return None
    times = sorted(c / whole for whole, c in rows)
    return times[0] if times[-1] - times[0] <= _PRODUCT * abs(times[0]) else None


def is_constant(numbers: Numbers) -> bool:
    """Whether four filled rows or more all hold the same number, which is not zero."""
    told = [one for one in numbers if one is not None]
    return len(told) > _FEW and len(set(told)) == 1 and bool(told[0])


def is_near(one: Decimal, other: Decimal) -> bool:
    """Whether two numbers are the same to half a percent."""
    return abs(one - other) <= max(_NEAR * max(abs(one), abs(other)), Decimal("0.01"))


def _pair_numbers(one: Numbers, other: Numbers) -> list[tuple[Decimal, Decimal]]:
    rows = zip(one, other, strict=True)
    found = [(a, b) for a, b in rows if a is not None and b is not None]
    return found if any(a for a, _ in found) else []
