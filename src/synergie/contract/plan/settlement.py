"""What is due: formulas M1 to M5 of docs/measure/contract.md. Exact, rounded once to the cent."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from synergie.contract.plan.point_savings import MeasuredSaving
from synergie.contract.records.contract import GuaranteeTerms
from synergie.plan.money import CENT, round_to_cents, split

_GRAIN = Decimal("0.001")
_KWH_A_MWH = 1000


@dataclass(frozen=True, slots=True)
class Settlement:
    """The guarantee beside what was saved, and what follows."""

    saved: Decimal
    """kWh."""
    guaranteed: Decimal
    """kWh, for the days that count."""
    due: Decimal
    """kWh that are settled: short of the guarantee; below zero the operator's share beyond it."""
    price: Decimal
    """EUR/MWh of the contract: each point's price by its adjusted baseline."""
    carbon: Decimal
    """kgCO2 a kilowatt-hour of the contract, by the same weights."""
    shortfall: Decimal
    """What the operator owes, EUR."""
    bonus: Decimal
    """What the operator gets, EUR."""


def settle(
    terms: GuaranteeTerms,
    found: Sequence[MeasuredSaving],
    prices: Sequence[Decimal],
    carbon: Sequence[Decimal],
    *,
    is_proved: bool,
) -> Settlement:
    """A shortfall is wholly due; of a surplus its share, and only when the saving is proved."""
    saved = sum((one.saved for one in found), Decimal(0))
    adjusted = [max(Decimal(0), one.baseline + one.adjustment) for one in found]
    guaranteed = _find_guarantee(terms, found, sum(adjusted, Decimal(0)))
    off = saved - guaranteed
    if abs(off) <= terms.dead_band * guaranteed:
        off = Decimal(0)
    if off > 0:
        off = off * terms.bonus_share if is_proved else Decimal(0)
    price = _weigh(adjusted, prices)
    worth = off * price / _KWH_A_MWH
    return Settlement(
        saved=saved,
        guaranteed=guaranteed,
        due=-off,
        price=price,
        carbon=_weigh(adjusted, carbon),
        shortfall=round_to_cents(max(Decimal(0), -worth)),
        bonus=round_to_cents(max(Decimal(0), worth)),
    )


def _find_guarantee(
    terms: GuaranteeTerms, found: Sequence[MeasuredSaving], adjusted: Decimal
) -> Decimal:
    """A share of the adjusted baseline, or the kilowatt-hours of a year for the days that count."""
    if terms.share is not None:
        return (terms.share * adjusted).quantize(_GRAIN, ROUND_HALF_UP)
    known, days = sum(one.known for one in found), sum(one.days for one in found)
    whole = terms.kwh_year or Decimal(0)
    return (whole * known / days).quantize(_GRAIN, ROUND_HALF_UP)


def _weigh(adjusted: Sequence[Decimal], each: Sequence[Decimal]) -> Decimal:
    """That of the contract: each point's by its adjusted baseline."""
    total = sum(adjusted, Decimal(0))
    if len(set(each)) == 1 or not total:
        return each[0]
    return sum((a * p for a, p in zip(adjusted, each, strict=True)), Decimal(0)) / total


def share_due(due: Settlement, weights: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """What the operator owes each member, below zero what it owes the operator; exact in sum."""
    amount = due.shortfall - due.bonus
    parts = split(abs(amount), weights, CENT)
    return parts if amount >= 0 else tuple(-one for one in parts)
