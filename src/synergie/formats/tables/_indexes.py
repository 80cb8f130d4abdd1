"""Indexes: a row a register and day, and the energies between two of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain, pairwise

from synergie.calendar import day_bounds, load_time_zone
from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._points import resolve_label_times
from synergie.formats.report import Place, Report
from synergie.formats.tables._cells import Cell, is_blank, parse_amount, parse_moment_cell
from synergie.formats.tables._row import RowReader, build_row_record
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._totals import Data
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.register_reading import RegisterReading
from synergie.schemas.readings.table_profile import ENERGIES, TableColumn, TableField

_TO_KWH = {"Wh": Decimal("0.001"), "kWh": Decimal(1), "MWh": Decimal(1000)}
_SIDE = "whether an index is of the start or the end of its day, declared"
_ENERGY = "an index in Wh, kWh or MWh"
_POSITIVE = "an index of at least 0"
_WHEN = "the day of the index"
_ONCE = "the index already given for this register and day"
_EXISTS = "a day that exists"

type _Register = tuple[str, str | None, str]


@dataclass(frozen=True, slots=True)
class _Dial:
    """An index of one register."""

    day: date
    """The civil day that begins at the index, or holds it."""
    value: Decimal
    """kWh."""
    place: Place
    cells: Sequence[Cell]
    column: TableColumn


def build_index_records(
    table: Iterator[TableRow], reader: RowReader
) -> Iterator[RegisterReading | PeriodEnergy]:
    """Each index, then the energy between two neighbours of a register; totals are passed over.

    An index that goes down begins another register: no energy is counted over it. BadInput when
    the profile does not say which side of its day an index without hour is of.
    """
    dials: dict[_Register, dict[date, _Dial]] = {}
    for place, cells in Data(reader, []).rows(table):
        try:
            found = list(_of_row(reader, place, cells))
            new = [(one, dial) for one, dial in found if _is_new(one, dial, dials)]
        except BadInput as fault:
            reader.report.refuse(place, fault)
            continue
        if found and not new:
            reader.report.duplicates += 1
            continue
        reader.report.kept += 1
        for register, dial in new:
            dials.setdefault(register, {})[dial.day] = dial
        for _, dial in new:
            if reader.point(cells) is not None:
                yield _build_dial_reading(reader, dial)
    _tell_meters(reader, dials)
    made = (
        _build_dial_energies(reader, [days[day] for day in sorted(days)]) for days in dials.values()
    )
    yield from _merge_meter_energies(chain.from_iterable(made))


def _tell_meters(reader: RowReader, dials: dict[_Register, dict[date, _Dial]]) -> None:
    """A doubt over two meters of a point and class that are read over the same days."""
    spans: dict[tuple[str, str | None], list[tuple[date, date, str]]] = {}
    for (point, tariff_class, meter), days in dials.items():
        spans.setdefault((point, tariff_class), []).append((min(days), max(days), meter))
    for (point, _), some in spans.items():
        for (_, end, meter), (begin, _, other) in pairwise(sorted(some)):
            if begin < end:
                reader.report.find(checks.METERS_TOGETHER, point, meter, other)


def _merge_meter_energies(made: Iterator[PeriodEnergy]) -> Iterator[PeriodEnergy]:
    """One energy a point, class and period: that of its meters together."""
    out: dict[str, PeriodEnergy] = {}
    for one in made:
        before = out.get(one.external_id)
        if before is not None and before.energy_kwh is not None and one.energy_kwh is not None:
            one = before.model_copy(update={"energy_kwh": before.energy_kwh + one.energy_kwh})  # noqa: PLW2901
        out[one.external_id] = one
    yield from out.values()


def _of_row(
    reader: RowReader, place: Place, cells: Sequence[Cell]
) -> Iterator[tuple[_Register, _Dial]]:
    name, key = reader.named(cells)
    day = _compute_index_day(reader, cells)
    meter = reader.text(cells, "meter") or ""
    reader.quality(cells)  # a row that was set beforehand is refused here
    for column, at in reader.values:
        if is_blank(cells[at], reader.table):
            continue
        unit = reader.unit(cells, column)
        if unit not in ENERGIES:
            raise BadInput(f"/{column.name}", unit, _ENERGY, checks.UNIT_UNKNOWN.code)
        where = f"/{column.name}"
        value = parse_amount(cells[at], where, reader.table, unit=unit, lost=reader.lost)
        if value < 0:
            raise BadInput(where, str(cells[at]), _POSITIVE, checks.NEGATIVE_ENERGY.code)
        register = key or name, reader.tariff_class(cells, column), meter
        yield register, _Dial(day, value * _TO_KWH[unit], place, cells, column)


def _is_new(register: _Register, dial: _Dial, known: dict[_Register, dict[date, _Dial]]) -> bool:
    same = known.get(register, {}).get(dial.day)
    if same is None:
        return True
    if same.value == dial.value:
        return False
    where = f"/{dial.column.name}"
    raise BadInput(where, dial.value, _ONCE, checks.CONFLICTING_DUPLICATE.code)


def _compute_index_day(reader: RowReader, cells: Sequence[Cell]) -> date:
    """The civil day that begins at the index; one with an hour is of the day that holds it."""
    what: TableField = "datetime" if "datetime" in reader.at else "date"
    cell = reader.cell(cells, what)
    if cell is None:
        raise BadInput(reader.where(what), "", _WHEN)
    label = parse_moment_cell(cell, reader.where(what), reader.table)
    if label.tzinfo is not None:
        label = label.astimezone(load_time_zone(reader.whole.time_zone))
    if label.hour or label.minute or label.second:
        return label.date()
    if reader.whole.stamp is None:
        raise BadInput(reader.where(what), "", _SIDE, checks.STAMP_SIDE_UNKNOWN.code)
    if reader.whole.stamp == "start":
        return label.date()
    try:
        return label.date() + timedelta(days=1)
    except OverflowError as error:
        raise BadInput(reader.where(what), str(cell), _EXISTS) from error


def _build_dial_reading(reader: RowReader, dial: _Dial) -> RegisterReading:
    key = reader.key(dial.cells)
    quality, told = reader.quality(dial.cells)
    return build_row_record(
        RegisterReading,
        lambda _: f"/{dial.column.name}",
        supply_point=key,
        quantity="active_energy",
        direction=reader.direction(dial.cells),
        unit="kWh",
        register_class=reader.tariff_class(dial.cells, dial.column),
        meter=reader.text(dial.cells, "meter"),
        instant=_parse_dial_instant(reader, dial),
        value=dial.value,
        quality=quality,
        source_quality=told,
        source=reader.source,
        provenance=reader.provenance(key),
    )


def _parse_dial_instant(reader: RowReader, dial: _Dial) -> datetime:
    what: TableField = "datetime" if "datetime" in reader.at else "date"
    cell = reader.cell(dial.cells, what)
    label = parse_moment_cell(cell if cell is not None else "", reader.where(what), reader.table)
    if label.tzinfo is not None:
        return label.astimezone(UTC)
    if label.hour or label.minute or label.second:
        (stamp,) = resolve_label_times([label], [dial.place], reader.whole.time_zone, Report())
        if stamp is not None:
            return datetime.fromtimestamp(stamp, UTC)
    return day_bounds(dial.day, load_time_zone(reader.whole.time_zone))[0]


def _is_rollover(before: _Dial, after: _Dial) -> bool:
    """Whether a dial went over its last digit: from nine tenths of 10ⁿ to one tenth or less."""
    full = Decimal(10) ** len(str(int(before.value)))
    return before.value >= full * 9 / 10 and after.value <= full / 10


def _build_dial_energies(reader: RowReader, row: list[_Dial]) -> Iterator[PeriodEnergy]:
    for before, after in pairwise(row):
        if after.value < before.value:
            check = (
                checks.REGISTER_DECREASING if _is_rollover(before, after) else checks.REGISTER_FALLS
            )
            reader.report.find(check, before.value, after.value, place=after.place)
            continue
        name, key = reader.named(after.cells)
        quality, told = reader.quality(after.cells)
        yield build_row_record(
            PeriodEnergy,
            lambda _: "row",
            name=name,
            supply_point=key,
            direction=reader.direction(after.cells),
            from_date=before.day,
            to_date=after.day,
            energy_kwh=after.value - before.value,
            energy=reader.table.energy,
            tariff_class=reader.tariff_class(after.cells, after.column),
            quality=quality,
            source_quality=told,
            source=reader.source,
            provenance=reader.provenance(key),
        )
