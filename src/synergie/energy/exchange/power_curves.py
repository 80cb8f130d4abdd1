"""Runs of a meter as curves of mean power in W, and the peaks that its register keeps."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from synergie.calendar import day_of, load_time_zone
from synergie.energy.plan.power.curves import Curve
from synergie.schemas.readings.curve import Value
from synergie.schemas.readings.meter_curve import MeterCurve

_KILO = {"kW": 1000, "kWh": 1000, "kVA": 1000}
_ZONE = "Europe/Paris"
_HOUR_S = 3600


def is_curve(record: MeterCurve) -> bool:
    """Whether *record* tells active power drawn, or the energy of steps shorter than a day."""
    kind = (record.quantity, record.form)
    told = kind in {("active_power", "mean_power"), ("active_energy", "interval_energy")}
    return told and record.direction == "import" and record.step_s is not None


def is_peak(record: MeterCurve) -> bool:
    """Whether *record* tells the greatest apparent power of each day (Enedis PMAX)."""
    return (
        record.quantity == "apparent_power_max"
        and record.direction == "import"
        and record.step == "P1D"
        and record.unit in {"VA", "kVA"}
    )


def curve_of(record: MeterCurve) -> Curve:
    """The run in W; a missing value is NaN."""
    return build_curve(
        record.start,
        record.step_s or _HOUR_S,
        record.values,
        unit=record.unit,
        form=record.form,
        zone=_ZONE,
    )


def build_curve(
    start: datetime, step_s: int, values: Sequence[Value], *, unit: str, form: str, zone: str
) -> Curve:
    """Steps of *step_s* seconds as a curve in W; a missing value is NaN."""
    factor = Decimal(_KILO.get(unit, 1))
    if form == "interval_energy":
        factor *= Decimal(_HOUR_S) / step_s
    watts = np.array(values, np.float64)  # None becomes NaN
    if factor != 1:
        watts = np.round(watts * float(factor), 3)
    return Curve(start, step_s, watts, zone)


def peaks_of(record: MeterCurve) -> dict[date, int]:
    """VA of each civil day, rounded up; days without a value are left out."""
    first = day_of(record.start, load_time_zone(_ZONE))
    factor = _KILO.get(record.unit, 1)
    return {
        first + timedelta(days=n): int(np.ceil(float(value) * factor))
        for n, value in enumerate(record.values)
        if value is not None
    }
