"""What the money of a scenario is made of, and what keeps an amount out."""

from dataclasses import dataclass
from decimal import Decimal

from synergie.lighting.records.effects import CabinetEffects, YearMoney
from synergie.schemas.plan import MemberId, Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneMoney:
    """The money of one commune, EUR excluding VAT. What is None is not known."""

    investment_eur: Decimal | None
    """Works, grants and certificates taken off."""
    bill_eur: Decimal | None
    """Bill of a year after the works."""
    bill_today_eur: Decimal | None
    """Bill of a year as it is today."""
    bill_stress_eur: Decimal | None
    """Bill of a year after the works when the supply price rises by `price_stress`."""
    net_present_cost_eur: Decimal | None
    """Works, bills, upkeep and renewals over the horizon, discounted."""
    known: float
    """Share of its luminaires behind cabinets whose bill is known, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyMoney:
    """What one body pays, EUR excluding VAT."""

    body: MemberId
    """Who."""
    investment_eur: Decimal | None
    """Works."""
    bill_eur: Decimal | None
    """Bill of a year after the works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """The money of one scenario, EUR excluding VAT of today. What is None is not known."""

    cabinets: tuple[CabinetEffects, ...]
    """Energy and bill of each cabinet, in the order of the study."""
    communes: tuple[CommuneMoney, ...]
    """The same by commune, in the order of the study."""
    investment_eur: Decimal | None
    """Works of all years, grants and certificates taken off."""
    bill_eur: Decimal | None
    """Bill of the first year after the works."""
    bill_as_subscribed_eur: Decimal | None
    """The same when options and powers stay those of today."""
    bill_today_eur: Decimal | None
    """Bill of a year as it is today, options and powers as subscribed."""
    bill_stress_eur: Decimal | None
    """Bill of the first year after the works when the supply price rises by `price_stress`."""
    net_present_cost_eur: Decimal | None
    """Works, bills, upkeep and renewals over the horizon, discounted, less what the luminaires are
    still worth at its end."""
    upkeep_eur: Decimal | None
    """Repairs and parts of a year after the works."""
    years: tuple[YearMoney, ...]
    """Year by year, not discounted."""
    bodies: tuple[BodyMoney, ...]
    """Who pays what, by name."""
    known: float
    """Share of the luminaires behind cabinets whose bill is known, 0 to 1."""
    over_budget: tuple[Phrase, ...]
    """Budgets that are not kept."""
    no_bill: Phrase | None
    """What keeps the bill out. None: nothing."""
    no_investment: Phrase | None
    """What keeps the investment out. None: nothing."""
    no_upkeep: Phrase | None
    """What keeps upkeep and net present cost out. None: nothing."""
    assumptions: tuple[Phrase, ...]
    """What was taken for granted."""

    @property
    def unknown(self) -> Phrase | None:
        """The first thing that keeps an amount out. None: all amounts are known."""
        return self.no_investment or self.no_bill or self.no_upkeep
