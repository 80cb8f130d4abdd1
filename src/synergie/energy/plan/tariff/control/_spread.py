"""What is due over days whose figures change: yearly amounts by days or months, prices by energy.

A price over a change lies between those of its parts. Where the energy of each part was measured it
is one price, to the cent; where it was not, one that is not that of the days' shares is told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from synergie.energy.plan.tariff._spans import Period
from synergie.energy.plan.tariff.control._case import Case, Line
from synergie.energy.plan.tariff.control._findings import FindingDetails, tell
from synergie.energy.plan.tariff.control._units import (
    compute_months,
    compute_row_kwh,
    eur_per_mwh,
    round_amount_to_cent,
)
from synergie.energy.plan.tariff.options import option_name
from synergie.energy.plan.tariff.time_classes import count_class_days, time_class_name
from synergie.energy.records.tariff import ClassKwh, PeriodUse
from synergie.schemas.plan import Phrase
from synergie.schemas.readings.invoice import Rule

CROSSED = (
    "the price changes on {}, and the energy before and after is not known: by days it would be "
    "another one; readings of that day tell it"
)

type DatedFigure = tuple[date, date, Decimal]
"""First day, the day after the last one, and what holds on them: EUR a year, or EUR/MWh."""


def compute_yearly_excess(case: Case, amount: Decimal, parts: Sequence[DatedFigure]) -> Decimal:
    """What an amount is above the year's amounts for their days, or for their months, EUR.

    Whichever of the two is nearer; a credit is compared with a credit.
    """
    sign = -1 if amount < 0 else 1
    by_days = sign * sum((eur * _share(case, a, b) for a, b, eur in parts), Decimal(0))
    by_months = sign * sum((eur * compute_months(a, b) / 12 for a, b, eur in parts), Decimal(0))
    nearer = min((by_days, by_months), key=lambda one: abs(one - amount))
    return amount - round_amount_to_cent(nearer)


def compute_days_amount(case: Case, parts: Sequence[DatedFigure]) -> Decimal:
    """The year's amounts for their days, EUR to the cent."""
    return round_amount_to_cent(sum((eur * _share(case, a, b) for a, b, eur in parts), Decimal(0)))


def _share(case: Case, begins: date, ends: date) -> Decimal:
    return Period(begins=begins, ends=ends, tables=case.tables).share(begins, ends)


@dataclass(frozen=True, slots=True)
class PriceBounds:
    """What a price of energy may be over days on which it changes, EUR/MWh."""

    low: Decimal
    high: Decimal
    by_days: Decimal
    """The price when each day that has the class uses the same energy."""
    changes: date | None
    """First day of another price. None: it does not change, or each part was measured."""
    slack: Decimal = Decimal(0)
    """What the price may differ by, as what was measured may."""

    def compute_excess(self, found: Decimal) -> Decimal:
        """By how much *found* is above or below what is due."""
        return min(Decimal(0), found - self.low) or max(Decimal(0), found - self.high)


def bound_price(case: Case, line: Line, parts: Sequence[DatedFigure]) -> PriceBounds:
    """The bounds of a price whose *parts* follow one another; one price where all is measured.

    Days that do not have the class of the line count nothing.
    """
    name, option = line.time_class or "BASE", option_name(line.option or "")
    days = [Decimal(count_class_days(option, name, a, b)) for a, b, _ in parts]
    if any(days):
        parts = [part for part, n in zip(parts, days, strict=True) if n]
        days = [n for n in days if n]
    else:
        days = [Decimal((b - a).days) for a, b, _ in parts]
    prices = [price for _, _, price in parts]
    low, high = min(prices), max(prices)
    changes = next((begins for begins, _, price in parts if price != prices[0]), None)
    by_days = _weigh(prices, days)
    energies = _measure_parts(case, line, parts) if changes else None
    if energies is not None and sum(energies) > 0:
        exact = _weigh(prices, energies)
        return PriceBounds(exact, exact, exact, None, (high - low) * case.rules.energy_share)
    return PriceBounds(low, high, by_days, changes)


def _weigh(prices: Sequence[Decimal], weights: Sequence[Decimal]) -> Decimal:
    pairs = zip(prices, weights, strict=True)
    return sum((price * weight for price, weight in pairs), Decimal(0)) / sum(weights)


def _measure_parts(case: Case, line: Line, parts: Sequence[DatedFigure]) -> list[Decimal] | None:
    """What was measured on the days of each part. None: not of every part."""
    uses = case.uses.get(line.row.supply_point or "", ())
    found = [measure_days(uses, a, b, line.time_class) for a, b, _ in parts]
    known = [one for one in found if one is not None]
    return known if len(known) == len(found) else None


def measure_days(
    uses: Iterable[PeriodUse], begins: date, ends: date, time_class: str | None = None
) -> Decimal | None:
    """The energy of whole uses of one kind that make up exactly these days, kWh; of one class.

    None: none do, or they do not tell the class.
    """
    inside = [
        use for use in uses
        if begins <= use.from_date and use.to_date <= ends and not use.missing_steps
    ]  # fmt: skip
    for method in ("index", "curve", "estimated"):
        some = lay_end_to_end([use for use in inside if use.method == method], begins, ends)
        if some:
            return _sum_class([one for use in some for one in use.energy], time_class)
    return None


def lay_end_to_end(uses: Iterable[PeriodUse], begins: date, ends: date) -> list[PeriodUse]:
    """Of *uses* those that follow one another over all these days. Empty: none do."""
    longest: dict[date, PeriodUse] = {}
    for use in uses:
        if use.from_date not in longest or use.to_date > longest[use.from_date].to_date:
            longest[use.from_date] = use
    found: list[PeriodUse] = []
    day = begins
    while day < ends and day in longest:
        found.append(longest[day])
        day = found[-1].to_date
    return found if day == ends else []


def _sum_class(energies: Sequence[ClassKwh], time_class: str | None) -> Decimal | None:
    if time_class in {None, "BASE"}:
        return sum((one.kwh for one in energies), Decimal(0))
    mine = [one.kwh for one in energies if time_class_name(one.time_class) == time_class]
    return sum(mine, Decimal(0)) if mine else None


def tell_price(case: Case, line: Line, bounds: PriceBounds, of: tuple[Rule, str]) -> None:
    """Compare the price of an energy with what it may be; *of*: the rule and what it says."""
    rule, reason = of
    found = eur_per_mwh(line.row)
    if found is None:
        return
    over, allowed = bounds.compute_excess(abs(found)), compute_price_tolerance(case, line)
    if abs(over) > allowed + bounds.slack:
        wrong = FindingDetails(
            rule=rule, line=line, found=found.quantize(_SHOWN), expected=format_bounds(bounds),
            reason=Phrase(text=reason),
            amount=round_amount_to_cent(over * (compute_row_kwh(line.row) or Decimal(0)) / 1000),
        )  # fmt: skip
        tell(case, wrong)
    else:
        tell_doubtful_price(case, line, bounds)


def tell_doubtful_price(case: Case, line: Line, bounds: PriceBounds) -> None:
    """Note a price over a change that is not that of the days' shares."""
    found = eur_per_mwh(line.row)
    if bounds.changes is None or found is None:
        return
    if abs(abs(found) - bounds.by_days) > compute_price_tolerance(case, line):
        doubtful = FindingDetails(
            rule="version-crossed", line=line, found=found.quantize(_SHOWN),
            expected=bounds.by_days.quantize(_SHOWN),
            reason=Phrase(text=CROSSED, values=(bounds.changes.isoformat(),)),
        )  # fmt: skip
        tell(case, doubtful)


_SHOWN = Decimal("0.001")


def format_bounds(bounds: PriceBounds) -> str:
    """The bounds of a price as a finding shows them."""
    low, high = (f"{one.quantize(_SHOWN).normalize():f}" for one in (bounds.low, bounds.high))
    return low if low == high else f"{low} - {high}"


def compute_price_tolerance(case: Case, line: Line) -> Decimal:
    """What a price of energy may differ by; one found from an amount is known to a cent only."""
    energy = compute_row_kwh(line.row)
    if line.row.unit_price is not None or not energy:
        return case.rules.eur_per_mwh
    return case.rules.eur_per_mwh + Decimal("0.01") / abs(energy) * 1000
