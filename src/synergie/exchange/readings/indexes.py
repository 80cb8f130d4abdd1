"""Indexes of registers made into energies of periods: the difference of two readings."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal

from synergie.calendar import load_time_zone
from synergie.policy.readings.register_energies import Register, iterate_counted_periods
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.quality import WORST_FIRST
from synergie.schemas.readings.register_reading import RegisterReading

_A_KWH = {"Wh": Decimal("0.001"), "kWh": Decimal(1)}
_NEAR_MIDNIGHT = time(0, 5)
"""Events are stamped 00:01 and 00:02 of their day (formats.md §3.4)."""


class Indexes:
    """Registers of active energy drawn, of many points."""

    def __init__(self) -> None:
        self._calendars: dict[tuple[object, ...], dict[Register, list[RegisterReading]]] = (
            defaultdict(dict)
        )

    def add(self, one: RegisterReading) -> None:
        """One more reading, if it counts energy drawn by a delivery point."""
        counts = one.quantity == "active_energy" and one.direction == "import"
        if counts and one.supply_point is not None and one.unit in _A_KWH:
            key = one.supply_point, one.source, one.grid, one.calendar, one.meter, one.unit
            register = one.register_class, one.register_rank
            self._calendars[key].setdefault(register, []).append(one)

    def periods(self, time_zone: str) -> Iterator[PeriodEnergy]:
        """Energy between neighbouring days at whose midnight every class was read.

        A register that goes down is another one: no energy is counted over it, of no class.
        """
        for registers in self._calendars.values():
            placed = {
                register: [
                    (_find_midnight_day(one, time_zone), one)
                    for one in sorted(readings, key=lambda one: one.instant)
                ]
                for register, readings in registers.items()
            }
            for period in iterate_counted_periods(placed):
                for before, after in period.counted.values():
                    yield _build_period_energy(before, after, period.begins, period.ends)


def _find_midnight_day(one: RegisterReading, time_zone: str) -> date | None:
    """The day that begins at the reading. None: it was made at another hour."""
    local = one.instant.astimezone(load_time_zone(time_zone))
    return local.date() if local.time() <= _NEAR_MIDNIGHT else None


def _build_period_energy(
    before: RegisterReading, after: RegisterReading, start: date, end: date
) -> PeriodEnergy:
    worst = min(before.quality, after.quality, key=WORST_FIRST.index)
    return PeriodEnergy(
        name=before.subject,
        supply_point=before.supply_point,
        from_date=start,
        to_date=end,
        energy_kwh=(after.value - before.value) * _A_KWH[before.unit],
        grid=before.grid,
        calendar=before.calendar,
        tariff_class=before.register_class,
        quality=worst,
        source=before.source,
        provenance=before.provenance,
    )
