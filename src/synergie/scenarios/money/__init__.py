"""What a scenario costs: works, bills after the re-fit, upkeep, year by year, body by body."""

from dataclasses import dataclass
from decimal import Decimal

from synergie.schemas.lighting_effects import CabinetEffects, YearMoney
from synergie.schemas.plan import MemberId, Phrase

__all__ = ["Money"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """The money of one scenario, EUR excluding VAT of today. What is None is not known."""

    cabinets: tuple[CabinetEffects, ...]
    """Energy and bill of each cabinet, in the order of the study."""
    communes: tuple["CommuneMoney", ...]
    """The same by commune, in the order of the study."""
    investment_eur: Decimal | None
    """Works of all years, grants and certificates taken off."""
    bill_eur: Decimal | None
    """Bill of the first year after the works."""
    bill_today_eur: Decimal | None
    """Bill of a year as it is today, options and powers as subscribed today."""
    bill_stress_eur: Decimal | None
    """Bill of that year when the supply price rises by `price_stress`."""
    net_present_cost_eur: Decimal | None
    """Works, bills, upkeep and renewals over the horizon, discounted, less what is left at the
    end."""
    upkeep_eur: Decimal | None
    """Repairs and parts of a year after the works."""
    years: tuple[YearMoney, ...]
    """Year by year, not discounted."""
    bodies: tuple["BodyMoney", ...]
    """Who pays what."""
    known: float
    """Share of the luminaires behind cabinets whose bill is known, 0 to 1."""
    over_budget: tuple[Phrase, ...]
    """Budgets that are not kept."""
    unknown: Phrase | None
    """What is not known and keeps an amount out. None: nothing."""
    assumptions: tuple[Phrase, ...]
    """What was taken for granted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneMoney:
    """The money of one commune."""

    investment_eur: Decimal | None
    """Works, grants and certificates taken off."""
    bill_eur: Decimal | None
    """Bill of a year after the works."""
    bill_today_eur: Decimal | None
    """Bill of a year as it is today."""
    bill_stress_eur: Decimal | None
    """Bill under price stress."""
    net_present_cost_eur: Decimal | None
    """Over the horizon, discounted."""
    known: float
    """Share of its luminaires behind cabinets whose bill is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyMoney:
    """What one body pays."""

    body: MemberId
    """Who."""
    investment_eur: Decimal | None
    """Works."""
    bill_eur: Decimal | None
    """Bill of a year after the works."""
