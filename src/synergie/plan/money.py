"""Exact money: the grain of a problem's amounts, splitting without a lost cent, fair shares."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
_CENTS = -2
"""The decimal place of a cent."""


def round_to_cents(amount: Decimal) -> Decimal:
    """*amount* rounded to the cent, halves up, as an invoice does."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def find_finest_unit(amounts: Iterable[Decimal]) -> Decimal:
    """The finest decimal place among *amounts*, a cent at least; each is a whole number of it."""
    fine = (amount for amount in amounts if _get_exponent(amount) < _CENTS)
    places = [_get_exponent(amount.normalize()) for amount in fine]
    return Decimal(1).scaleb(min([_CENTS, *places]))


def _get_exponent(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def split(amount: Decimal, weights: Sequence[Decimal], unit: Decimal) -> tuple[Decimal, ...]:
    """*amount* in parts in proportion to *weights*, each a whole number of *unit*; exact in sum.

    Largest remainders first, then the order given. Equal parts when every weight is zero. With
    whole weights whose sum is at least *amount*, no part is over its weight.
    """
    if not weights:
        return ()
    total = sum(weights, Decimal(0))
    shares = [w / total if total else Decimal(1) / len(weights) for w in weights]
    exact = [amount / unit * share for share in shares]
    whole = [part.to_integral_value(ROUND_FLOOR) for part in exact]
    left = int((amount / unit).to_integral_value() - sum(whole))
    order = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in order[:left]:
        whole[i] += 1
    return tuple(part * unit for part in whole)


def share_fairly(
    used: Sequence[Decimal], alone: Sequence[Decimal | None], unit: Decimal
) -> tuple[Decimal, ...]:
    """Shares that sum to the sum of *used*, with nobody above *alone* when that can be.

    Each pays what it uses. Who would pay more than alone pays as much as alone, and the others
    take the rest in proportion to what they save. None in *alone*: it cannot do without. Parts are
    whole in *unit*, or in a finer one when an amount is.
    """
    unit = min(unit, find_finest_unit([*used, *(cap for cap in alone if cap is not None)]))
    over = [_compute_excess(cost, cap) for cost, cap in zip(used, alone, strict=True)]
    under = [
        _compute_excess(cap, cost) if cap is not None else Decimal(0)
        for cost, cap in _pair_shares(used, alone)
    ]
    excess = sum(over, Decimal(0))
    taken = min(excess, sum(under, Decimal(0)))
    added = split(taken, under, unit) if taken else (Decimal(0),) * len(used)
    rest = split(excess - taken, [Decimal(cap is None) for cap in alone], unit)
    pairs = zip(used, over, added, rest, strict=True)
    return tuple(cost - cut + more + last for cost, cut, more, last in pairs)


def _pair_shares(
    used: Sequence[Decimal], alone: Sequence[Decimal | None]
) -> Iterable[tuple[Decimal, Decimal | None]]:
    return zip(used, alone, strict=True)


def _compute_excess(amount: Decimal, cap: Decimal | None) -> Decimal:
    return max(Decimal(0), amount - cap) if cap is not None else Decimal(0)


def certify_bound(bound: float | None, objective: Decimal, unit: Decimal) -> Decimal | None:
    """The solver's *bound* as a lower bound in whole units, never above *objective*.

    Every cost is a whole number of *unit*, hence so is the optimum: the bound may be rounded up,
    after taking off 1e-9 of it for the solver's floats.
    """
    if bound is None:
        return None
    safe = Decimal(bound - abs(bound) * 1e-9 - 1e-6)
    whole = (safe / unit).to_integral_value(ROUND_CEILING) * unit + 0  # no minus before nothing
    return min(whole, objective)
