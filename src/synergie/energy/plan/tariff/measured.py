"""What was measured, as uses of civil days: what invoices are compared with.

Index differences and energies of bills become uses of their class; curves become days, whose class
does not matter for a comparison of energies. Nothing is completed: a day with a missing step is
left out, and an invoice is only compared when every day of it is known.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.energy.records.tariff import ClassKwh, PeriodUse
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.register_reading import RegisterReading

type Measured = PeriodEnergy | RegisterReading | MeterCurve
type _Energies = dict[tuple[str, date, date], dict[tuple[str, str], Decimal]]
"""By point, first day and the day after the last: energy by calendar and class."""

_KWH = {"Wh": Decimal("0.001"), "kWh": Decimal(1)}
_CURVE = {"W": Decimal(1), "kW": Decimal(1000), "Wh": Decimal(1), "kWh": Decimal(1000)}
_HOUR, _KILO, _SIX = 3600, Decimal(1000), Decimal("0.000001")


def uses_of_records(
    records: Iterable[Measured], *, time_zone: str = "Europe/Paris"
) -> dict[str, list[PeriodUse]]:
    """The uses of each delivery point, in order of days.

    Only electricity that is drawn counts. Of two calendars that count the same energy the one with
    more classes is taken. An index that falls (a meter was changed) makes no energy.
    """
    tz = load_time_zone(time_zone)
    energies: _Energies = defaultdict(dict)
    indexes: dict[tuple[str, str, str], list[RegisterReading]] = defaultdict(list)
    found: dict[str, list[PeriodUse]] = defaultdict(list)
    for one in records:
        if one.direction != "import" or one.supply_point is None:
            continue
        if isinstance(one, PeriodEnergy):
            _add_period_energy(one, energies)
        elif isinstance(one, RegisterReading):
            _add_register_index(one, indexes)
        else:
            found[one.supply_point] += _iterate_whole_days(one, tz)
    _add_index_differences(indexes, energies, tz)
    for (point, begins, ends), by_class in sorted(energies.items()):
        found[point].append(_build_measured_use(begins, ends, by_class))
    return {point: sorted(uses, key=lambda use: use.from_date) for point, uses in found.items()}


def _add_period_energy(one: PeriodEnergy, energies: _Energies) -> None:
    if one.energy_kwh is not None and one.energy == "electricity":
        of_days = energies[one.supply_point or "", one.from_date, one.to_date]
        key = (f"{one.grid or '-'}/{one.calendar or '-'}", one.tariff_class or "BASE")
        of_days[key] = of_days.get(key, Decimal(0)) + one.energy_kwh


def _add_register_index(
    one: RegisterReading, indexes: dict[tuple[str, str, str], list[RegisterReading]]
) -> None:
    if one.quantity == "active_energy" and one.unit in _KWH:
        calendar = f"{one.grid or '-'}/{one.calendar or '-'}/{one.meter or '-'}"
        indexes[one.supply_point or "", calendar, one.register_class or "BASE"].append(one)


def _add_index_differences(
    indexes: dict[tuple[str, str, str], list[RegisterReading]], energies: _Energies, tz: ZoneInfo
) -> None:
    """Index after index of one register, between the civil days on which they were read."""
    for (point, calendar, name), readings in indexes.items():
        readings.sort(key=lambda one: one.instant)
        for before, after in pairwise(readings):
            begins, ends = day_of(before.instant, tz), day_of(after.instant, tz)
            kwh = (Decimal(str(after.value)) - Decimal(str(before.value))) * _KWH[after.unit]
            if begins < ends and kwh >= 0 and before.unit == after.unit:
                of_days = energies[point, begins, ends]
                of_days[calendar, name] = of_days.get((calendar, name), Decimal(0)) + kwh


def _build_measured_use(
    begins: date, ends: date, by_class: dict[tuple[str, str], Decimal]
) -> PeriodUse:
    """One use, by the calendar with the most classes; its total register is not added to them."""
    calendars: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for (calendar, name), kwh in by_class.items():
        calendars[calendar][name] = kwh
    chosen = max(calendars.values(), key=len)
    if len(chosen) > 1:
        chosen.pop("BASE", None)
    return PeriodUse(
        from_date=begins,
        to_date=ends,
        energy=tuple(
            ClassKwh(time_class=name[:6] if name.isalpha() else "BASE", kwh=kwh.quantize(_SIX))
            for name, kwh in sorted(chosen.items())
        ),
    )


def _iterate_whole_days(run: MeterCurve, tz: ZoneInfo) -> Iterator[PeriodUse]:
    """The whole days of a curve that have every value."""
    step, scale = run.step_s, _CURVE.get(run.unit)
    if step is None or scale is None or run.quantity not in {"active_power", "active_energy"}:
        return
    if run.form != "interval_energy":
        scale = scale * step / _HOUR
    day = day_of(run.start, tz)
    while True:
        start, end = day_bounds(day, tz)
        first = int((start - run.start).total_seconds()) // step
        last = int((end - run.start).total_seconds()) // step
        if last > len(run.values):
            return
        if first >= 0:
            wh = _sum_known_values(run.values[first:last])
            if wh is not None:
                yield PeriodUse(
                    from_date=day,
                    to_date=day + timedelta(days=1),
                    energy=(ClassKwh(time_class="BASE", kwh=(wh * scale / _KILO).quantize(_SIX)),),
                    method="curve",
                )
        day += timedelta(days=1)


def _sum_known_values(values: Sequence[float | None]) -> Decimal | None:
    """The sum of *values*; None when one is missing."""
    total = Decimal(0)
    for value in values:
        if value is None:
            return None
        total += Decimal(str(value))
    return total
