"""Readings over whole civil days, or over gas days, as energies of periods."""

from datetime import time
from zoneinfo import ZoneInfo

from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.period_energy import PeriodEnergy

_GAS_DAY = time(6)


def counts_energy(one: IntervalReading) -> bool:
    """Whether it tells an energy at all."""
    return one.quantity in ("active_energy", "gas_energy") and one.unit in ("Wh", "kWh")


def period_of_interval(one: IntervalReading, tz: ZoneInfo) -> PeriodEnergy | None:
    """The period of an energy. None: it tells none, or not of whole days."""
    local = [moment.astimezone(tz) for moment in (one.start, one.end)]
    whole = {moment.time() for moment in local} in ({time()}, {_GAS_DAY})
    if not counts_energy(one) or not whole:
        return None
    kwh = one.value if one.value is None or one.unit == "kWh" else one.value.scaleb(-3)
    return PeriodEnergy(
        name=one.supply_point,
        supply_point=one.supply_point,
        direction=one.direction,
        from_date=local[0].date(),
        to_date=local[1].date(),
        energy_kwh=kwh,
        energy="gas" if one.quantity == "gas_energy" else "electricity",
        quality=one.quality,
        source=one.source,
        provenance=one.provenance,
    )
