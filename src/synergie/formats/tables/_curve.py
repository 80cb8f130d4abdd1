"""Curves: a row a step, of one point or of several mixed together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from synergie.calendar import zone
from synergie.errors import BadInput, TooLarge
from synergie.formats import checks
from synergie.formats._points import Days, Head, Number, Points, curves, daily, resolved
from synergie.formats._report import Place, Report
from synergie.formats.tables._cells import Cell, amount, blank, civil, clock, moment
from synergie.formats.tables._row import RowReader
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._totals import Data
from synergie.schemas.meter_curve import MeterCurve
from synergie.schemas.quality import Quality
from synergie.schemas.series import Direction, Form, Quantity, Unit
from synergie.schemas.table_profile import POWERS, TableUnit
from synergie.units import STEP_SECONDS

MAX_READINGS = 2_500_000
"""Readings of one file, held until its series are in order."""

_IN_KW: dict[TableUnit, Decimal] = {
    "W": Decimal("0.001"), "kW": Decimal(1), "Wh": Decimal("0.001"), "kWh": Decimal(1),
    "MWh": Decimal(1000),
}  # fmt: skip
_MOST_KW = Decimal(342)
"""Mean power of 250 MWh a month, which no building takes (formats.md §13)."""
_MARCH = 3
_MANY = 12
"""Values from which on one that never falls is looked at."""
_ONE_VALUE = "one column of values"
_CURVE_UNIT = "a unit of power, energy or volume: W, kW, Wh, kWh, MWh, m3"
_POSITIVE = "a number of at least 0; what is fed in is told by the direction"
_SIDE = "the side that stamps mark, declared: start or end"
_WHEN = "a time: date and hour, or one column of both"
_ALIKE = "a time with its offset, or without, as in the first row"

type _Key = tuple[str, Direction, TableUnit]


@dataclass(slots=True)
class _Gathered:
    """Readings of one series in file order, before their times are resolved."""

    labels: list[datetime] = field(default_factory=list)
    values: list[Number] = field(default_factory=list)
    qualities: list[Quality] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def add(self, label: datetime, value: Number, quality: Quality, place: Place) -> None:
        self.labels.append(label)
        self.values.append(value)
        self.qualities.append(quality)
        self.places.append(place)


def curve(table: Iterator[TableRow], reader: RowReader) -> Iterator[MeterCurve]:
    """Runs of equal steps, series after series; days when the rows have no hour.

    BadInput when the profile leaves the stamp side open; TooLarge over MAX_READINGS.
    """
    if len(reader.values) != 1:
        raise BadInput("profile", f"{len(reader.values)} columns", _ONE_VALUE)
    by_day = "date" in reader.at and not reader.at.keys() & {"time", "datetime"}
    side = reader.whole.stamp
    if side is None and not by_day:
        raise BadInput("profile", "", _SIDE, checks.STAMP_SIDE_UNKNOWN.code)
    for (point, direction, unit), found in _gathered(table, reader, by_day=by_day).items():
        if unit not in POWERS and _grows(found):
            first, last = found.values[0], found.values[-1]
            reader.report.find(checks.NEVER_FALLS, point, first, last, place=found.places[0])
        _stop_over(found, unit, reader, point)
        head = _head(reader, point, direction, unit)
        if by_day:
            yield from _days(head, found, reader)
        else:
            yield from _steps(head, found, reader, side or "start")


def _stop_over(found: _Gathered, unit: TableUnit, reader: RowReader, point: str) -> None:
    """Find a curve whose mean is above what any building takes."""
    told = [Decimal(str(value)) for value in found.values if value is not None]
    scale = _IN_KW.get(unit)
    if scale is None or not told:
        return
    mean = sum(told, Decimal(0)) / len(told) * scale
    days = {label.date() for label in found.labels}
    if unit not in POWERS:
        mean = mean * len(told) / (24 * len(days))
    if mean > _MOST_KW:
        monthly = f"{mean * 730:.0f}"
        reader.report.find(checks.OVER_THE_USUAL, point, monthly, place=found.places[0])


def _grows(found: _Gathered) -> bool:
    """Whether values never fall but from one day to the next: a dial, or a sum of the day."""
    told = [(t, v) for t, v in zip(found.labels, found.values, strict=True) if v is not None]
    steps = list(pairwise(told))
    rises = sum(b > a for (_, a), (_, b) in steps)
    falls = [(t, u) for (t, a), (u, b) in steps if b < a]
    if len(told) < _MANY or rises * 2 < len(steps):
        return False
    days = {label.date() for label, _ in told}
    over_night = all(t.date() != u.date() for t, u in falls)
    return not falls or (over_night and len(falls) == len(days) - 1 and rises >= _MANY)


def _gathered(
    table: Iterator[TableRow], reader: RowReader, *, by_day: bool
) -> dict[_Key, _Gathered]:
    series: dict[_Key, _Gathered] = {}
    column, at = reader.values[0]
    count = 0
    for place, cells in Data(reader, []).rows(table):
        count += 1
        if count > MAX_READINGS:
            raise TooLarge(MAX_READINGS, "rows")
        try:
            unit = reader.unit(cells, column)
            key = reader.key(cells), reader.direction(cells), unit
            label = _label(cells, reader, by_day=by_day)
            value, quality = _value(cells[at], unit, reader), reader.quality(cells)[0]
        except BadInput as fault:
            reader.report.refuse(place, fault)
            continue
        series.setdefault(key, _Gathered()).add(label, value, quality, place)
    return series


def _label(cells: Sequence[Cell], reader: RowReader, *, by_day: bool) -> datetime:
    whole = reader.cell(cells, "datetime")
    if whole is not None:
        return moment(whole, reader.where("datetime"), reader.table)
    day = reader.cell(cells, "date")
    hour = reader.cell(cells, "time")
    if day is None or (hour is None and not by_day):
        raise BadInput(reader.where("datetime" if "datetime" in reader.at else "date"), "", _WHEN)
    label = datetime.combine(civil(day, reader.where("date"), reader.table), datetime.min.time())
    if hour is None:
        return label
    try:
        return label + clock(hour, reader.where("time"))
    except OverflowError as error:
        raise BadInput(reader.where("date"), str(day), _WHEN) from error


def _value(cell: Cell, unit: TableUnit, reader: RowReader) -> Number:
    """The reading in the unit of its curve; MWh become kWh."""
    if blank(cell, reader.table):
        return None
    where = f"/{reader.values[0][0].name}"
    value = amount(cell, where, reader.table, unit=unit, lost=reader.lost)
    if value < 0:
        raise BadInput(where, str(cell), _POSITIVE, checks.NEGATIVE_ENERGY.code)
    if unit == "MWh":
        value *= 1000
    return int(value) if value == value.to_integral_value() else value


def _head(reader: RowReader, point: str, direction: Direction, unit: TableUnit) -> Head:
    quantity, form = _what(unit, reader.table.energy)
    told: Unit = "kWh" if unit == "MWh" else unit
    return Head(
        supply_point=point,
        quantity=quantity,
        unit=told,
        form=form,
        direction=direction,
        provenance=reader.provenance(point),
    )


def _what(unit: TableUnit, energy: Literal["electricity", "gas"]) -> tuple[Quantity, Form]:
    if unit in POWERS:
        return "active_power", "mean_power"
    if unit == "m3":
        return "gas_volume", "interval_energy"
    if unit in {"VA", "kVA"}:
        raise BadInput("profile", unit, _CURVE_UNIT, checks.UNIT_UNKNOWN.code)
    return ("gas_energy" if energy == "gas" else "active_energy"), "interval_energy"


def _days(head: Head, found: _Gathered, reader: RowReader) -> Iterator[MeterCurve]:
    days = Days()
    for label, value, quality, place in _each(found):
        days.add(label.date(), value, quality, place)
    yield from daily(head, days, time_zone=reader.whole.time_zone, report=reader.report)


def _steps(
    head: Head, found: _Gathered, reader: RowReader, side: Literal["start", "end"]
) -> Iterator[MeterCurve]:
    step = reader.table.step
    seconds = STEP_SECONDS.get(step) if step else None
    points = Points()
    for stamp, (_, value, quality, place) in zip(_stamps(found, reader), _each(found), strict=True):
        if stamp is not None:
            points.add(stamp, value, quality, place)
    yield from curves(head, points, side=side, steps=seconds, report=reader.report)


def _stop_at_skipped(
    labels: Sequence[datetime], each: Sequence[int | None], report: Report, before: int
) -> None:
    """Find times that the clocks of the zone skip: the file is in another one."""
    skipped = [
        label
        for label, stamp in zip(labels, each, strict=True)
        if stamp is None and label.month == _MARCH
    ]
    if skipped and report.refusals > before:
        report.find(checks.ZONE_OTHER, skipped[0].isoformat(" ", "minutes"))


def _each(found: _Gathered) -> Iterator[tuple[datetime, Number, Quality, Place]]:
    return zip(found.labels, found.values, found.qualities, found.places, strict=True)


def _stamps(found: _Gathered, reader: RowReader) -> list[int | None]:
    """Epoch seconds of each label; None where it was refused."""
    aware = found.labels[0].tzinfo is not None
    other = [i for i, one in enumerate(found.labels) if (one.tzinfo is not None) != aware]
    for i in other:
        where = found.labels[i].isoformat(" ")
        reader.report.refuse(found.places[i], BadInput("/time", where, _ALIKE))
    if aware:
        odd = set(other)
        return [None if i in odd else int(one.timestamp()) for i, one in enumerate(found.labels)]
    return _resolved(found, set(other), reader)


def _resolved(found: _Gathered, other: set[int], reader: RowReader) -> list[int | None]:
    kept = [i for i in range(len(found.labels)) if i not in other]
    labels = [found.labels[i] for i in kept]
    places = [found.places[i] for i in kept]
    name, report = reader.whole.time_zone, reader.report
    tz = zone(name)
    if reader.table.fold == "refuse":
        each: list[int | None] = []
        for label, place in zip(labels, places, strict=True):
            each += resolved([label], [place], name, report)
    elif name == "UTC":
        each = [int(label.replace(tzinfo=tz).timestamp()) for label in labels]
    else:
        before = report.refusals
        each = resolved(labels, places, name, report)
        _stop_at_skipped(labels, each, report, before)
    out: list[int | None] = [None] * len(found.labels)
    for i, stamp in zip(kept, each, strict=True):
        out[i] = stamp
    return out
