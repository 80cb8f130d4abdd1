"""What was measured, as uses of civil days: what invoices are compared with.

Index differences and energies of bills become uses of their class; curves become days, whose class
does not matter for a comparison of energies. Hours above the subscribed power are those that the
meter counted (R171, DD) over the days of an energy, or that the grid operator billed (F12). Nothing
is completed: a day with a missing step is left out, and an invoice is only compared when every day
of it is known.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.energy.plan.tariff.control.meaning import classify_words
from synergie.energy.plan.tariff.curves import with_hours
from synergie.energy.records.tariff import ClassKwh, PeriodUse
from synergie.policy.readings.register_energies import (
    Register,
    iterate_counted_periods,
    split_classes_by_kind,
)
from synergie.schemas.readings.invoice_line import InvoiceLine
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.register_reading import RegisterReading

type Measured = PeriodEnergy | RegisterReading | MeterCurve | InvoiceLine
type _Energies = dict[tuple[str, date, date], dict[tuple[str, str], Decimal | None]]
"""By point, first day and the day after the last: energy by calendar and class. None: not told."""

type _Indexes = dict[tuple[str, str, str], dict[Register, list[RegisterReading]]]
"""By point, quantity and calendar: the readings of each register."""
type _Hours = dict[tuple[str, date, date], dict[str, dict[str, Decimal]]]
"""By point, first day and the day after the last: hours by calendar and class."""

_COUNTED: dict[str, dict[str, Decimal]] = {
    "active_energy": {"Wh": Decimal(1000), "kWh": Decimal(1)},
    "overrun_time": {"s": Decimal(3600), "h": Decimal(1)},
}
"""How many units of a register make a kWh, or an hour."""
_BILLED = "billed"
"""Calendar of the hours of an invoice."""
_HOUR_UNITS = frozenset({"h", "heure", "heures"})
_CURVE = {"W": Decimal(1), "kW": Decimal(1000), "Wh": Decimal(1), "kWh": Decimal(1000)}
_HOUR, _KILO, _SIX = 3600, Decimal(1000), Decimal("0.000001")


def uses_of_records(
    records: Iterable[Measured], *, time_zone: str = "Europe/Paris"
) -> dict[str, list[PeriodUse]]:
    """The uses of each delivery point, in order of days.

    Only electricity that is drawn counts. Of two calendars that count the same energy the one with
    more classes is taken. An index that falls (a meter was changed) makes no energy, and a day on
    which one class was not read bounds none.
    """
    tz = load_time_zone(time_zone)
    energies: _Energies = defaultdict(dict)
    indexes: _Indexes = defaultdict(dict)
    hours: _Hours = {}
    found: dict[str, list[PeriodUse]] = defaultdict(list)
    for one in records:
        if isinstance(one, InvoiceLine):
            _add_billed_hours(one, hours)
        elif one.direction != "import" or one.supply_point is None:
            continue
        elif isinstance(one, PeriodEnergy):
            _add_period_energy(one, energies)
        elif isinstance(one, RegisterReading):
            _add_register_index(one, indexes)
        else:
            found[one.supply_point] += _iterate_whole_days(one, tz)
    _add_index_differences(indexes, (energies, hours), tz)
    for (point, begins, ends), by_class in sorted(energies.items()):
        use = _build_measured_use(begins, ends, by_class)
        if use is not None:
            found[point].append(use)
    ordered = {point: sorted(uses, key=lambda use: use.from_date) for point, uses in found.items()}
    _lay_counted_hours(ordered, hours, indexes)
    return ordered


def select_finest_uses(uses: Iterable[PeriodUse]) -> tuple[PeriodUse, ...]:
    """Of *uses* that overlap those with the most classes, then the earlier, then the shorter.

    Registers of a meter, or a curve beside them, tell the same energy: it is priced once.
    """
    kept: list[PeriodUse] = []
    for use in sorted(uses, key=lambda one: (-len(one.energy), one.from_date, one.to_date)):
        if all(use.to_date <= one.from_date or one.to_date <= use.from_date for one in kept):
            kept.append(use)
    return tuple(sorted(kept, key=lambda one: one.from_date))


def _lay_counted_hours(
    uses: dict[str, list[PeriodUse]], hours: "_Hours", indexes: "_Indexes"
) -> None:
    for (point, begins, ends), by_calendar in sorted(hours.items()):
        counted = _sum_counted_hours(by_calendar, _list_counted_classes(indexes, point))
        if counted is not None and point in uses:
            uses[point] = _lay_hours(uses[point], (begins, ends), counted)


def _list_counted_classes(indexes: "_Indexes", point: str) -> dict[str, set[str]]:
    """The classes of each calendar in which the meter of a point counts hours."""
    found: dict[str, set[str]] = defaultdict(set)
    for (of_point, quantity, calendar), registers in indexes.items():
        if (of_point, quantity) == (point, "overrun_time"):
            found[calendar] |= {name or "BASE" for name, _ in registers}
    return found


def _sum_counted_hours(
    by_calendar: dict[str, dict[str, Decimal]], classes: dict[str, set[str]]
) -> Decimal | None:
    """Those billed, else those of the calendar with the most classes, without its total.

    None: no calendar has every class of it (one was counted anew).
    """
    whole = [
        of_calendar for calendar, of_calendar in by_calendar.items()
        if calendar == _BILLED or of_calendar.keys() == classes[calendar]
    ]  # fmt: skip
    if not whole:
        return None
    chosen = dict(by_calendar.get(_BILLED) or max(whole, key=len))
    if len(chosen) > 1:
        chosen.pop("BASE", None)
    return sum(chosen.values(), Decimal(0))


def _lay_hours(uses: list[PeriodUse], days: tuple[date, date], hours: Decimal) -> list[PeriodUse]:
    """*uses* with the hours of some days, shared by days, where whole uses make up these days."""
    inside = [use for use in uses if days[0] <= use.from_date and use.to_date <= days[1]]
    if sum((use.to_date - use.from_date).days for use in inside) != (days[1] - days[0]).days:
        return uses
    told = dict(zip(map(id, inside), with_hours(inside, hours), strict=True))
    return [told.get(id(use), use) for use in uses]


def _add_billed_hours(line: InvoiceLine, hours: "_Hours") -> None:
    """Hours above the subscribed power of a line of an F12."""
    is_hours = (line.quantity_unit or "").strip().lower() in _HOUR_UNITS
    if not is_hours or line.quantity is None or line.from_date is None or line.to_date is None:
        return
    if classify_words(f"{line.label or ''} {line.element}") == "cmdps":
        of_days = hours.setdefault((line.supply_point, line.from_date, line.to_date), {})
        billed = of_days.setdefault(_BILLED, {})
        billed[line.line] = line.quantity


def _add_period_energy(one: PeriodEnergy, energies: _Energies) -> None:
    if one.energy == "electricity":
        of_days = energies[one.supply_point or "", one.from_date, one.to_date]
        key = (f"{one.grid or '-'}/{one.calendar or '-'}", one.tariff_class or "BASE")
        before = of_days.get(key, Decimal(0))
        told = one.energy_kwh
        of_days[key] = None if before is None or told is None else before + told


def _add_register_index(one: RegisterReading, indexes: "_Indexes") -> None:
    if one.quantity in _COUNTED and one.unit in _COUNTED[one.quantity]:
        calendar = f"{one.grid or '-'}/{one.calendar or '-'}/{one.meter or '-'}/{one.unit}"
        registers = indexes[one.supply_point or "", one.quantity, calendar]
        registers.setdefault((one.register_class, one.register_rank), []).append(one)


def _add_index_differences(
    indexes: "_Indexes", into: "tuple[_Energies, _Hours]", tz: ZoneInfo
) -> None:
    """Index after index, between the civil days on which every class of the meter was read."""
    energies, hours = into
    for (point, quantity, calendar), registers in indexes.items():
        dated = {
            register: [
                (day_of(one.instant, tz), one) for one in sorted(some, key=lambda one: one.instant)
            ]
            for register, some in registers.items()
        }
        for period in iterate_counted_periods(dated):
            counted = {
                name or "BASE": (after.value - before.value) / _COUNTED[quantity][after.unit]
                for name, (before, after) in period.counted.items()
            }
            days = point, period.begins, period.ends
            if quantity == "active_energy":
                told = {(calendar, name): kwh for name, kwh in counted.items()}
                energies[days].update(told)
            else:
                hours.setdefault(days, {}).setdefault(calendar, {}).update(counted)


def _build_measured_use(
    begins: date, ends: date, by_class: dict[tuple[str, str], Decimal | None]
) -> PeriodUse | None:
    """One use, by the calendar with the most classes; its total register is not added to them.

    None where every calendar lacks a class: the others are a part of the energy.
    """
    calendars: dict[str, dict[str, Decimal | None]] = defaultdict(dict)
    for (calendar, name), kwh in by_class.items():
        calendars[calendar][name] = kwh
    whole = [known for told in calendars.values() if (known := _keep_whole_classes(told))]
    if not whole:
        return None
    energy = tuple(
        ClassKwh(time_class=name[:6] if name.isalpha() else "BASE", kwh=kwh.quantize(_SIX))
        for name, kwh in sorted(max(whole, key=len).items())
    )
    return PeriodUse(from_date=begins, to_date=ends, energy=energy)


def _keep_whole_classes(told: dict[str, Decimal | None]) -> dict[str, Decimal]:
    """Of a calendar the most classes of one kind of which each is known; nothing else."""
    found: dict[str, Decimal] = {}
    for names in split_classes_by_kind(told.keys()):
        known = {name: kwh for name in names if (kwh := told[name]) is not None}
        if len(names) == len(known) > len(found):
            found = known
    return found


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
