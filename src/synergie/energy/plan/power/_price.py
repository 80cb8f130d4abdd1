"""Whole bills of many points at once, exact: every amount is a whole number of a tiny unit.

Energies are whole watt-hours, powers whole volt-amperes, prices decimals; with enough places each
product is an integer, so sums are exact in 64 bits (in Python integers where those could overflow)
and only the final lines are rounded to the cent, halves up, as `energy.plan.tariff.bill` does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synergie.energy.plan.tariff.tables import Turpe

type Whole = NDArray[Any]
"""int64, or Python integers when the amounts are too large for it."""

LINES = (
    "management", "metering", "power", "subscription", "cta",
    "energy", "overrun", "supply", "accise",
)  # fmt: skip
"""The lines of a bill; the first five do not follow the energy."""
FIXED = 5
NETWORK = (0, 1, 2, 5, 6)
"""The lines of the network tariff."""

_VA, _WH, _MICRO = 3, 3, 6  # places of kVA in VA, of kWh in Wh, of hours in millionths
_MOST = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What one option costs under one price schedule on one day."""

    turpe: Turpe
    supply: Mapping[str, Decimal]
    """EUR/MWh by class of the option; a class left out has no price."""
    subscription_eur: Decimal
    cta_percent: Decimal
    accise_eur_per_mwh: Decimal
    open_accise: tuple[Decimal, Decimal] | None = None
    """Lowest and highest rate that may be due, by an activity that does not determine it. None:
    it is determined."""
    two_vat_bases: bool = False
    """Whether fixed lines bear another VAT, so that an invoice rounds two bases (before August
    2025)."""

    @property
    def code(self) -> str:
        """FTA."""
        return self.turpe.tariff_code

    @property
    def classes(self) -> tuple[str, ...]:
        """Time classes of the option."""
        return self.turpe.classes

    @property
    def steps(self) -> tuple[Decimal, ...]:
        """EUR a year for a kVA of each class, overlaps taken out: b1-b2, b2-b3, b3-b4, b4."""
        b = tuple(self.turpe.b.values())
        return tuple(one - after for one, after in zip(b, (*b[1:], Decimal(0)), strict=True))

    def places(self) -> int:
        """Decimal places at which every amount of this option is whole."""
        fixed = _count_decimal_places((self.turpe.cg_eur, self.turpe.cc_eur, self.subscription_eur))
        power = _count_decimal_places(self.turpe.b.values()) + _VA
        return max(
            2 + _count_decimal_places((self.cta_percent,)) + max(fixed, power),
            2 + _WH + _count_decimal_places(self.turpe.c.values()),
            3 + _WH + _count_decimal_places((*self.supply.values(), self.accise_eur_per_mwh)),
            _MICRO + _count_decimal_places((self.turpe.cmdps_eur_per_h or Decimal(0),)),
        )


@dataclass(frozen=True, slots=True)
class Scaled:
    """The rates of one option as whole numbers of 10^-places EUR."""

    rates: Rates
    places: int

    def _scale_to_int(self, amount: Decimal, shift: int) -> int:
        return int(amount.scaleb(self.places - shift))

    @property
    def fixed(self) -> tuple[int, int, int]:
        """CG, CC and subscription of the supplier."""
        r = self.rates
        told = (r.turpe.cg_eur, r.turpe.cc_eur, r.subscription_eur)
        return (
            self._scale_to_int(told[0], 0),
            self._scale_to_int(told[1], 0),
            self._scale_to_int(told[2], 0),
        )

    @property
    def per_va(self) -> list[int]:
        """Each step of power, per VA."""
        return [self._scale_to_int(one, _VA) for one in self.rates.steps]

    @property
    def network_per_wh(self) -> list[int]:
        """Energy part of the network tariff, per Wh of each class."""
        return [self._scale_to_int(one, 2 + _WH) for one in self.rates.turpe.c.values()]

    @property
    def supply_per_wh(self) -> list[int]:
        """Supply, per Wh of each class; zero where there is no price, which the caller excludes."""
        prices = self.rates.supply
        return [self._scale_to_int(prices.get(k, Decimal(0)), 3 + _WH) for k in self.rates.classes]

    @property
    def accise_per_wh(self) -> int:
        """Accise, per Wh."""
        return self._scale_to_int(self.rates.accise_eur_per_mwh, 3 + _WH)

    @property
    def overrun_per_micro(self) -> int:
        """Overruns, per millionth of an hour."""
        return self._scale_to_int(self.rates.turpe.cmdps_eur_per_h or Decimal(0), _MICRO)

    def cta(self, fixed: Any) -> Any:
        """CTA of a fixed part: exact, for `places` has two more for it."""
        percent = self.rates.cta_percent
        digits = _count_decimal_places((percent,))
        return fixed * int(percent.scaleb(digits)) // 10 ** (2 + digits)


@dataclass(frozen=True)
class Bills:
    """Bills of many points under one option, in 10^-places EUR."""

    scaled: Scaled
    amounts: Whole
    """(points, lines), in the order of LINES."""

    @cached_property
    def total_cents(self) -> Whole:
        """The whole bill, cents: the exact sum, rounded once for each base of VAT."""
        if self.scaled.rates.two_vat_bases:
            fixed = self.amounts[:, :FIXED].sum(axis=1)
            return self._cents(fixed) + self._cents(self.amounts[:, FIXED:].sum(axis=1))
        return self._cents(self.amounts.sum(axis=1))

    @cached_property
    def network_cents(self) -> Whole:
        """The network tariff alone, cents."""
        return self._cents(self.amounts[:, list(NETWORK)].sum(axis=1))

    @cached_property
    def line_cents(self) -> Whole:
        """Each line rounded by itself, cents."""
        return self._cents(self.amounts)

    def _cents(self, amount: Whole) -> Whole:
        unit = 10 ** (self.scaled.places - 2)
        rounded: Whole = np.sign(amount) * ((abs(amount) + unit // 2) // unit)
        return rounded


def compute_bills(
    rates: Rates, energy_wh: Whole, power_va: Whole, overrun: Whole | None = None
) -> Bills:
    """The bills of points by their energy (points, classes of the option), power and overruns.

    *power_va* is (points, 1) up to 36 kVA, else (points, 4) and rising; *overrun* millionths of an
    hour over all classes. A class without price must hold no energy.
    """
    scaled = Scaled(rates, rates.places())
    if not _fits_64_bits(scaled, energy_wh, power_va, overrun):
        energy_wh, power_va = energy_wh.astype(object), power_va.astype(object)
        overrun = None if overrun is None else overrun.astype(object)
    count = len(energy_wh)
    amounts = np.zeros((count, len(LINES)), energy_wh.dtype)
    for line, amount in zip((0, 1, 3), scaled.fixed, strict=True):
        amounts[:, line] = amount
    amounts[:, 2] = _sum_weighted_columns(power_va, scaled.per_va)
    amounts[:, 4] = scaled.cta(amounts[:, 0] + amounts[:, 1] + amounts[:, 2])
    amounts[:, 5] = _sum_weighted_columns(energy_wh, scaled.network_per_wh)
    if overrun is not None:
        amounts[:, 6] = overrun * scaled.overrun_per_micro
    amounts[:, 7] = _sum_weighted_columns(energy_wh, scaled.supply_per_wh)
    amounts[:, 8] = energy_wh.sum(axis=1) * scaled.accise_per_wh
    return Bills(scaled, amounts)


def _sum_weighted_columns(amounts: Whole, factors: Iterable[int]) -> Whole:
    columns = (amounts[:, k] * factor for k, factor in enumerate(factors))
    return sum(columns, np.zeros(len(amounts), amounts.dtype))


def _fits_64_bits(scaled: Scaled, energy_wh: Whole, power_va: Whole, overrun: Whole | None) -> bool:
    """Whether every product and sum stays within 64 bits."""
    prices = [
        abs(one) for one in (*scaled.network_per_wh, *scaled.supply_per_wh, scaled.accise_per_wh)
    ]
    factor = 10 ** (4 + _count_decimal_places((scaled.rates.cta_percent,)))
    power = sum(scaled.fixed) + _find_greatest_amount(power_va) * sum(map(abs, scaled.per_va))
    energy = _find_greatest_amount(energy_wh) * sum(prices) * energy_wh.shape[1]
    over = 0 if overrun is None else _find_greatest_amount(overrun) * scaled.overrun_per_micro
    return bool(power * factor + energy + over < _MOST)


def _find_greatest_amount(amounts: Whole) -> int:
    return int(amounts.max()) if amounts.size else 0


def _count_decimal_places(amounts: Iterable[Decimal]) -> int:
    """Decimal places that all *amounts* fit in."""
    found = 0
    for amount in amounts:
        exponent = amount.normalize().as_tuple().exponent
        found = max(found, -exponent if isinstance(exponent, int) else 0)
    return found
