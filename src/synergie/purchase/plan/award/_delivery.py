"""The days of a delivery: how much of a year's energy a point draws in each civil year of it.

The energy of a class is spread evenly over the days of its season: HPH and HCH from November to
March, HPB and HCB (HPE, HCE) from April to October, peak hours (PTE) from December to February,
every other class over the whole year (TURPE 7, CRE 2025). A civil year in force from end to end
is the year of the survey, leap or not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from typing import Literal

from synergie.purchase.records.purchase import DeliveryPeriod, PurchasePoint

type Season = Literal["high", "low", "peak", "year"]

WATT_HOUR = Decimal("0.000001")
"""The grain of scaled energies, MWh: rounded once, by point, class and civil year."""

_CENT = Decimal("0.01")

_MONTHS: Mapping[Season, frozenset[int]] = {
    "high": frozenset({11, 12, 1, 2, 3}),
    "low": frozenset(range(4, 11)),
    "peak": frozenset({12, 1, 2}),
    "year": frozenset(range(1, 13)),
}
_SEASONS: Mapping[str, Season] = {
    **dict.fromkeys(("HPH", "HCH"), "high"),
    **dict.fromkeys(("HPB", "HCB", "HPE", "HCE"), "low"),
    **dict.fromkeys(("PTE", "POINTE"), "peak"),
}


@dataclass(frozen=True, slots=True)
class Force:
    """The civil years a point is bought for, and how much of each season of each of them."""

    parts: tuple[tuple[int | None, Mapping[Season, Fraction]], ...]
    years: Fraction
    """How many years of subscription it pays."""
    whole: bool
    """Whether every year is in force from end to end."""


_ONE_YEAR = Force(((None, dict.fromkeys(_MONTHS, Fraction(1))),), Fraction(1), whole=True)


def find_season(time_class: str) -> Season:
    """The season whose days a class is spread over."""
    return _SEASONS.get(time_class, "year")


@dataclass(frozen=True, slots=True)
class Term:
    """How long is bought. Without a delivery: one year, amounts a year."""

    period: DeliveryPeriod | None = None

    @property
    def years(self) -> Fraction:
        """Length in civil years: 1 January 2027 to 1 January 2030 is exactly 3."""
        if self.period is None:
            return Fraction(1)
        return _compute_force(self.period.starts, self.period.ends).years

    @property
    def civil(self) -> tuple[int, ...]:
        """The civil years of which a day is delivered; empty without a delivery."""
        if self.period is None:
            return ()
        return tuple(range(self.period.starts.year, (self.period.ends - _DAY).year + 1))

    def force(self, point: PurchasePoint) -> Force:
        """When *point* is bought for: inside the delivery, from its entry to its exit."""
        if self.period is None:
            return _ONE_YEAR
        starts = max(self.period.starts, point.entry or self.period.starts)
        ends = min(self.period.ends, point.exit or self.period.ends)
        return _compute_force(starts, ends)


_DAY = timedelta(days=1)


@cache
def _compute_force(starts: date, ends: date) -> Force:
    if starts >= ends:
        return Force((), Fraction(0), whole=False)
    years = range(starts.year, (ends - _DAY).year + 1)
    parts = tuple((year, _of_year(year, starts, ends)) for year in years)
    length = sum((shares["year"] for _, shares in parts), Fraction(0))
    return Force(parts, length, whole=length == len(years))


def _of_year(year: int, starts: date, ends: date) -> Mapping[Season, Fraction]:
    first, last = date(year, 1, 1), date(year + 1, 1, 1)
    inside = (max(starts, first), min(ends, last))
    return {
        name: Fraction(_count_month_days(months, *inside), _count_month_days(months, first, last))
        for name, months in _MONTHS.items()
    }


def _count_month_days(months: frozenset[int], starts: date, ends: date) -> int:
    """Days of *months* in [starts, ends), both in one civil year."""
    count = (starts + timedelta(days=n) for n in range((ends - starts).days))
    return sum(day.month in months for day in count)


def scale_energy(mwh: Decimal, share: Fraction) -> Decimal:
    """A year's energy over a share of its season, to the watt-hour, halves up."""
    if share.denominator == 1:
        return mwh * share.numerator
    exact = mwh * share.numerator / share.denominator
    return exact.quantize(WATT_HOUR, ROUND_HALF_UP)


def yearly(amount: Decimal, years: Fraction) -> Decimal:
    """A yearly amount over the delivery, to the cent."""
    return to_cents(Fraction(amount) * years)


def to_cents(amount: Fraction) -> Decimal:
    """The nearest cent, halves away from zero, of an exact amount."""
    whole = int(abs(amount) * 100 + Fraction(1, 2))
    return Decimal(whole if amount >= 0 else -whole).scaleb(-2)


def exact_cents(amount: Decimal) -> Decimal:
    """As `to_cents` of an amount in decimals, quicker."""
    return amount.quantize(_CENT, ROUND_HALF_UP) + 0  # no minus before nothing


def a_year(volume: Decimal, years: Fraction) -> Decimal:
    """The yearly mean of a volume of the delivery, to the watt-hour: what people read."""
    if years == 1:
        return volume
    exact = volume * years.denominator / years.numerator
    return exact.quantize(WATT_HOUR, ROUND_HALF_UP)


def is_volume_in_window(
    volume: Decimal, window: tuple[Decimal, Decimal | None], years: Fraction
) -> bool:
    """Whether the yearly mean of *volume* is in *window*, MWh a year, ends included, exactly."""
    low, high = window
    over, under = years.denominator, years.numerator
    total = volume * over
    return low * under <= total and (high is None or total <= high * under)
