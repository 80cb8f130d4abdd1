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
from itertools import pairwise
from zoneinfo import ZoneInfo

from synergie.calendar import day_bounds, day_of, load_time_zone
from synergie.energy.plan.tariff.control.meaning import classify_words
from synergie.energy.plan.tariff.curves import with_hours
from synergie.energy.records.tariff import ClassKwh, PeriodUse
from synergie.schemas.readings.invoice_line import InvoiceLine
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.register_reading import RegisterReading

type Measured = PeriodEnergy | RegisterReading | MeterCurve | InvoiceLine
type _Energies = dict[tuple[str, date, date], dict[tuple[str, str], Decimal]]
"""By point, first day and the day after the last: energy by calendar and class."""

type _Indexes = dict[tuple[str, str, str, str], list[RegisterReading]]
"""By point, quantity, calendar and class."""
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
    more classes is taken. An index that falls (a meter was changed) makes no energy.
    """
    tz = load_time_zone(time_zone)
    energies: _Energies = defaultdict(dict)
    indexes: _Indexes = defaultdict(list)
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
        found[point].append(_build_measured_use(begins, ends, by_class))
    ordered = {point: sorted(uses, key=lambda use: use.from_date) for point, uses in found.items()}
    _lay_counted_hours(ordered, hours, indexes)
    return ordered


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
    for of_point, quantity, calendar, name in indexes:
        if (of_point, quantity) == (point, "overrun_time"):
            found[calendar].add(name)
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
    if one.energy_kwh is not None and one.energy == "electricity":
        of_days = energies[one.supply_point or "", one.from_date, one.to_date]
        key = (f"{one.grid or '-'}/{one.calendar or '-'}", one.tariff_class or "BASE")
        of_days[key] = of_days.get(key, Decimal(0)) + one.energy_kwh


def _add_register_index(one: RegisterReading, indexes: "_Indexes") -> None:
    if one.quantity in _COUNTED and one.unit in _COUNTED[one.quantity]:
        calendar = f"{one.grid or '-'}/{one.calendar or '-'}/{one.meter or '-'}"
        key = (one.supply_point or "", one.quantity, calendar, one.register_class or "BASE")
        indexes[key].append(one)


def _add_index_differences(
    indexes: "_Indexes", into: "tuple[_Energies, _Hours]", tz: ZoneInfo
) -> None:
    """Index after index of one register, between the civil days on which they were read.

    Where one class of a calendar falls, the others of these days are no energy of the point either.
    """
    energies, hours = into
    fallen: set[tuple[tuple[str, date, date], str]] = set()
    for (point, quantity, calendar, name), readings in indexes.items():
        readings.sort(key=lambda one: one.instant)
        for before, after in pairwise(readings):
            begins, ends = day_of(before.instant, tz), day_of(after.instant, tz)
            counted = Decimal(str(after.value)) - Decimal(str(before.value))
            if counted < 0 and quantity == "active_energy":
                fallen.add(((point, begins, ends), calendar))
            if begins >= ends or counted < 0 or before.unit != after.unit:
                continue
            counted /= _COUNTED[quantity][after.unit]
            if quantity == "active_energy":
                of_days = energies[point, begins, ends]
                of_days[calendar, name] = of_days.get((calendar, name), Decimal(0)) + counted
            else:
                of_calendars = hours.setdefault((point, begins, ends), {})
                by_class = of_calendars.setdefault(calendar, {})
                by_class[name] = by_class.get(name, Decimal(0)) + counted
    for days, calendar in fallen:
        left = {key: kwh for key, kwh in energies.pop(days, {}).items() if key[0] != calendar}
        if left:
            energies[days] = left


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
