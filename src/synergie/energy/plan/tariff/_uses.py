"""What was used between two days, from uses that may be longer: shared by days, and said so."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from synergie.energy.plan.tariff.options import GAS_OPTIONS, option_name
from synergie.energy.plan.tariff.time_classes import (
    count_class_days,
    regroup_energy,
    time_class_name,
)
from synergie.energy.records.tariff import PeriodUse
from synergie.errors import BadInput


@dataclass(frozen=True, slots=True)
class Used:
    """What was used over some days."""

    kwh: dict[str, Decimal]
    """Energy by class of the option, kWh."""
    overrun_h: Decimal = Decimal(0)
    reactive_kvarh: Decimal = Decimal(0)
    overruns: dict[str, Decimal] = field(default_factory=dict)
    """Quadratic sums of power above what is subscribed, by class, kW (HTA)."""

    @property
    def total(self) -> Decimal:
        """Energy of all classes, kWh."""
        return sum(self.kwh.values(), Decimal(0))


@dataclass(slots=True)
class Uses:
    """The uses of a period, in order of days, by class of one tariff option."""

    uses: Sequence[PeriodUse]
    classes: tuple[str, ...]
    option: str = ""
    """The tariff option: it decides on which days there is a peak."""
    shared: set[date] = field(default_factory=set)
    """First days of the uses whose energy was shared by days."""

    def between(self, begins: date, ends: date) -> Used:
        """What was used in [begins, ends): whole uses, and of the others their share by days.

        The energy of a class is shared by the days that have it: summer hours lie before November.
        So is reactive energy, by the days with peak hours of the high season, and in HTA what is
        above the subscribed power; hours above it are told of all classes together.
        """
        kwh = dict.fromkeys(self.classes, Decimal(0))
        overrun, reactive = Decimal(0), Decimal(0)
        overruns: dict[str, Decimal] = {}
        for n, use in enumerate(self.uses):
            share = self._share(use, "BASE", begins, ends)
            if not share:
                continue
            for name, amount in self._by_class(n, begins, ends).items():
                kwh[name] += amount
            overrun += use.overrun_hours * share
            for each in use.overruns:
                name = time_class_name(each.time_class)
                part = each.kw * self._share(use, name, begins, ends)
                overruns[name] = overruns.get(name, Decimal(0)) + part
            of_peak = self._share(use, "HPH", begins, ends)
            reactive += use.reactive_kvarh * of_peak
            if (use.overrun_hours or use.overruns) and share < 1:
                self.shared.add(use.from_date)
            if use.reactive_kvarh and 0 < of_peak < 1:
                self.shared.add(use.from_date)
        return Used(kwh, overrun, reactive, overruns)

    def _by_class(self, n: int, begins: date, ends: date) -> dict[str, Decimal]:
        energy: dict[str, Decimal] = {}
        use = self.uses[n]
        for one in use.energy:
            share = self._share(use, time_class_name(one.time_class), begins, ends)
            if one.kwh and 0 < share < 1:
                self.shared.add(use.from_date)
            energy[one.time_class] = energy.get(one.time_class, Decimal(0)) + one.kwh * share
        try:
            return regroup_energy(energy, self.classes)
        except BadInput as fault:
            raise fault.at(f"/uses/{n}") from fault

    def _share(self, use: PeriodUse, name: str, begins: date, ends: date) -> Decimal:
        """The days of a use within [begins, ends), of those that have a class."""
        first, last = max(begins, use.from_date), min(ends, use.to_date)
        if first >= last:
            return Decimal(0)
        if (first, last) == (use.from_date, use.to_date):
            return Decimal(1)
        whole = count_class_days(self.option, name, use.from_date, use.to_date)
        inside = count_class_days(self.option, name, first, last)
        return Decimal(inside) / whole if whole else Decimal(0)


def sort_period_uses(uses: Sequence[PeriodUse]) -> tuple[PeriodUse, ...]:
    """*uses* in order of days. BadInput: none, two of one day, or a day in none."""
    if not uses:
        raise BadInput("/uses", "", "at least one period with its energy")
    found = tuple(sorted(uses, key=lambda use: use.from_date))
    for before, after in pairwise(found):
        if after.from_date < before.to_date:
            raise BadInput("/uses", after.from_date, "periods that do not overlap")
        if after.from_date > before.to_date:
            raise BadInput("/uses", before.to_date, "a use for every day of the period")
    return found


def check_use_classes(option: str, uses: Sequence[PeriodUse]) -> None:
    """BadInput: an energy, or an overrun, of a class that no day of its use has.

    Winter hours in August, summer hours in January, the fixed peak of HTA in November.
    """
    option = option_name(option)
    for n, use in enumerate(uses):
        told = [(one.time_class, f"/uses/{n}/energy", one.kwh) for one in use.energy]
        told += [(one.time_class, f"/uses/{n}/overruns", one.kw) for one in use.overruns]
        for name, where, value in told:
            if not value:
                continue
            if option in GAS_OPTIONS and time_class_name(name) != "BASE":
                raise BadInput(f"{where}/{name}", name, "BASE: gas has one class")
            if not count_class_days(option, time_class_name(name), use.from_date, use.to_date):
                last = use.to_date - timedelta(days=1)
                found = f"{name}={value.normalize():f}, {use.from_date} - {last}"
                raise BadInput(f"{where}/{name}", found, _IN_SEASON)


_IN_SEASON = (
    "a class that the calendar of the grid has on some day of its use: HPH and HCH from November "
    "to March, HPB and HCB from April to October, the fixed peak from December to February"
)
