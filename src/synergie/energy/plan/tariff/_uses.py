"""What was used between two days, from uses that may be longer: shared by days, and said so."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise

from synergie.energy.plan.tariff.time_classes import regroup_energy, time_class_name
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
    shared: set[date] = field(default_factory=set)
    """First days of the uses whose energy was shared by days."""

    def between(self, begins: date, ends: date) -> Used:
        """What was used in [begins, ends): whole uses, and of the others their share by days."""
        kwh = dict.fromkeys(self.classes, Decimal(0))
        overrun, reactive = Decimal(0), Decimal(0)
        overruns: dict[str, Decimal] = {}
        for n, use in enumerate(self.uses):
            share = self._share(use, begins, ends)
            if not share:
                continue
            for name, amount in self._by_class(n).items():
                kwh[name] += amount * share
            overrun += use.overrun_hours * share
            for each in use.overruns:
                name = time_class_name(each.time_class)
                overruns[name] = overruns.get(name, Decimal(0)) + each.kw * share
            reactive += use.reactive_kvarh * share
        return Used(kwh, overrun, reactive, overruns)

    def _by_class(self, n: int) -> dict[str, Decimal]:
        energy: dict[str, Decimal] = {}
        for one in self.uses[n].energy:
            energy[one.time_class] = energy.get(one.time_class, Decimal(0)) + one.kwh
        try:
            return regroup_energy(energy, self.classes)
        except BadInput as fault:
            raise fault.at(f"/uses/{n}") from fault

    def _share(self, use: PeriodUse, begins: date, ends: date) -> Decimal:
        inside = (min(ends, use.to_date) - max(begins, use.from_date)).days
        whole = (use.to_date - use.from_date).days
        if inside <= 0:
            return Decimal(0)
        if inside < whole and any(one.kwh for one in use.energy):
            self.shared.add(use.from_date)
        return Decimal(inside) / whole


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
