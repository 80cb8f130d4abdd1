"""A longer period beside shorter ones inside it: whether their sum can be its energy. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from synergie.exchange.readings.energies.bills import ESTIMATES
from synergie.schemas.readings.period_energy import PeriodEnergy

SHARE = Decimal("0.01")
"""Share by which two tellings of one energy may differ."""


def is_estimate(one: object) -> bool:
    """Whether it is an energy that nobody read."""
    return isinstance(one, PeriodEnergy) and one.quality in ESTIMATES


def is_apart(one: Decimal, other: Decimal) -> bool:
    """Whether *one* differs from *other* by more than the share."""
    return abs(one - other) > SHARE * abs(other)


def has_common_day(one: PeriodEnergy, other: PeriodEnergy) -> bool:
    """Whether two different periods, neither of them a credit, have a day in common."""
    span, apart = (one.from_date, one.to_date), (other.from_date, other.to_date)
    credit = (one.energy_kwh or 0) < 0 or (other.energy_kwh or 0) < 0
    return span != apart and span[0] < apart[1] and apart[0] < span[1] and not credit


def is_inside(one: PeriodEnergy, outer: PeriodEnergy) -> bool:
    """Whether all days of *one* are days of *outer*."""
    return outer.from_date <= one.from_date and one.to_date <= outer.to_date


def months_of(one: PeriodEnergy) -> Iterator[date]:
    """First days of the months that it reaches."""
    day = one.from_date.replace(day=1)
    while day < one.to_date:
        yield day
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)


@dataclass(slots=True)
class Parts:
    """Shorter periods inside *outer*, of one source: their energy, days, and whether all is read.

    `outer` may be of the file and they of the store, or the other way round.
    """

    outer: PeriodEnergy
    kwh: Decimal = Decimal(0)
    days: int = 0
    read: bool = True

    def add(self, some: Iterable[PeriodEnergy]) -> "Parts":
        """Count *some* in."""
        for one in some:
            self.kwh += one.energy_kwh or 0
            self.days += (one.to_date - one.from_date).days
            self.read = self.read and one.energy_kwh is not None and not is_estimate(one)
        return self

    @property
    def lack(self) -> int:
        """Days of it that they do not tell; below 0 they overlap one another."""
        return (self.outer.to_date - self.outer.from_date).days - self.days

    @property
    def contradict(self) -> bool:
        """Whether their sum is not its energy; of a part of it, whether it is more than that."""
        total = self.outer.energy_kwh
        if total is None or not self.read or is_estimate(self.outer):
            return False
        comparable = self.lack == 0 or (self.lack > 0 and self.kwh > total)
        return comparable and is_apart(self.kwh, total)
