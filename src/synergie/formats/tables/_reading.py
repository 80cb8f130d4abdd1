"""A table read through its profile, whatever holds its rows."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain, pairwise
from typing import Literal, cast

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._points import (
    Days,
    Head,
    Number,
    Points,
    build_daily_curves,
    build_stamped_curves,
    compute_clock_time,
    resolved_walls,
)
from synergie.formats.format import Record
from synergie.formats.report import Place, Report
from synergie.formats.tables._curve_rows import Gathered, group_readings_by_series
from synergie.formats.tables._head import LOOKED_AT, list_personal_columns, locate_profile_head
from synergie.formats.tables._indexes import build_index_records
from synergie.formats.tables._later import look_above
from synergie.formats.tables._list import points
from synergie.formats.tables._periods import build_period_energies, wide_months
from synergie.formats.tables._row import RowReader
from synergie.formats.tables._shape import is_made_plain, plain_table
from synergie.formats.tables._texts import TableBlock, TableRow, in_blocks, in_rows
from synergie.formats.tables.energies import count_refusals
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.quality import Quality
from synergie.schemas.readings.table_profile import POWERS, TableProfile, TableUnit
from synergie.schemas.series import Direction, Form, Quantity, Unit
from synergie.units import STEP_SECONDS


def records(
    blocks: Iterator[TableBlock],
    table: TableProfile,
    whole: Profile,
    report: Report,
    *,
    source: str,
) -> Iterator[Record]:
    """Records of the rows under the head that *table* was made for.

    BadInput when the head is another; a bad row is refused in *report* and reading goes on.
    """
    report.confirmed = frozenset(table.confirmed)
    blocks = _plain_blocks(blocks, table, report)
    start: list[TableRow] = []
    while len(start) < LOOKED_AT and (block := next(blocks, None)) is not None:
        start += zip(*block, strict=True)
    head = locate_profile_head(start[:LOOKED_AT], table)
    if list_personal_columns(head.names, table):
        report.find(checks.PERSONAL_DATA_DROPPED)
    reader = RowReader(head, whole, table, report, source=source)
    look_above(start[: head.first], reader)
    below = chain(in_blocks(iter(start[head.first + head.rows :])), blocks)
    match table.layout:
        case "periods":
            yield from build_period_energies(in_rows(below), reader)
        case "wide_months":
            yield from wide_months(in_rows(below), reader)
        case "curve":
            yield from curve(below, reader)
        case "indexes":
            yield from build_index_records(in_rows(below), reader)
        case "points":
            yield from points(in_rows(below), reader)
    reader.end()
    count_refusals(report)


def _plain_blocks(
    blocks: Iterator[TableBlock], table: TableProfile, report: Report
) -> Iterator[TableBlock]:
    """The same as a plain table; where nothing is to be made plain, many rows at once."""
    if not is_made_plain(table):
        return blocks
    return in_blocks(plain_table(in_rows(blocks), table, report), 1)


# Curves: a row a step, of one point or of several mixed together.

_IN_KW: dict[TableUnit, Decimal] = {
    "W": Decimal("0.001"), "kW": Decimal(1), "Wh": Decimal("0.001"), "kWh": Decimal(1),
    "MWh": Decimal(1000),
}  # fmt: skip
_MOST_KW = Decimal(342)
"""Mean power of 250 MWh a month, which no building takes (formats.md §13)."""
_CHANGES = frozenset({3, 10})
"""Months in which clocks change."""
_DAY_S = 86_400
_MANY = 12
"""Values from which on one that never falls is looked at."""
_ONE_VALUE = "one column of values"
_CURVE_UNIT = "a unit of power, energy or volume: W, kW, Wh, kWh, MWh, m3"
_SIDE = "the side that stamps mark, declared: start or end"
_ALIKE = "a time with its offset, or without, as in the first row"


def curve(table: Iterator[TableBlock], reader: RowReader) -> Iterator[MeterCurve]:
    """Runs of equal steps, series after series; days when the rows have no hour.

    BadInput when the profile leaves the stamp side open; TooLarge over MAX_READINGS.
    """
    if len(reader.values) != 1:
        raise BadInput("profile", f"{len(reader.values)} columns", _ONE_VALUE)
    by_day = "date" in reader.at and not reader.at.keys() & {"time", "datetime"}
    side = reader.whole.stamp
    if side is None and not by_day:
        raise BadInput("profile", "", _SIDE, checks.STAMP_SIDE_UNKNOWN.code)
    for (point, direction, unit), found in group_readings_by_series(
        table, reader, by_day=by_day
    ).items():
        if unit not in POWERS and _is_growing(found):
            first, last = found.values[0], found.values[-1]
            reader.report.find(checks.NEVER_FALLS, point, first, last, place=found.places[0])
        _stop_over(found, unit, reader, point)
        head = _build_table_head(reader, point, direction, unit)
        if by_day:
            yield from _build_table_days(head, found, reader)
        else:
            _stop_other_side(found, reader, side, point)
            yield from _build_table_steps(head, found, reader, side or "start")


def _stop_over(found: Gathered, unit: TableUnit, reader: RowReader, point: str) -> None:
    """Find a curve whose mean is above what any building takes."""
    told = [value for value in found.values if value is not None]
    scale = _IN_KW.get(unit)
    if scale is None or not told:
        return
    mean = Decimal(sum(told)) / len(told) * scale
    if unit not in POWERS:
        days = {wall // _DAY_S for wall in found.walls}
        mean = mean * len(told) / (24 * len(days))
    if mean > _MOST_KW:
        monthly = f"{mean * 730:.0f}"
        reader.report.find(checks.OVER_THE_USUAL, point, monthly, place=found.places[0])


def _stop_other_side(
    found: Gathered, reader: RowReader, side: Literal["start", "end"] | None, point: str
) -> None:
    """Find whole days of French clock time whose stamps mark the other side than *side*.

    Steps of whole days begin at 00:00 and the last ends at 24:00: from 01:00 to 24:00 are ends.
    """
    if found.offsets.count(None) < len(found.offsets) or reader.whole.time_zone != "Europe/Paris":
        return
    some = sorted(set(found.walls[: _MANY * 2]))
    if len(some) < _MANY:
        return
    step = min(b - a for a, b in pairwise(some))
    low, high = min(found.walls), max(found.walls)
    edges = low % _DAY_S, high % _DAY_S
    marked = {(0, _DAY_S - step): "start", (step, 0): "end"}.get(edges)
    if marked is not None and marked != side:
        last = f"{compute_clock_time(high):%H:%M}" if edges[1] else "24:00"
        told = point, f"{compute_clock_time(low):%H:%M}", last
        reader.report.find(checks.STAMP_OTHER_SIDE, *told, place=found.places[0])


def _is_growing(found: Gathered) -> bool:
    """Whether values never fall but from one day to the next: a dial, or a sum of the day."""
    times = (wall // _DAY_S for wall in found.walls)
    told = [(day, v) for day, v in zip(times, found.values, strict=True) if v is not None]
    steps = list(pairwise(told))
    rises = sum(b > a for (_, a), (_, b) in steps)
    falls = [(t, u) for (t, a), (u, b) in steps if b < a]
    if len(told) < _MANY or rises * 2 < len(steps):
        return False
    days = {day for day, _ in told}
    over_night = all(t != u for t, u in falls)
    return not falls or (over_night and len(falls) == len(days) - 1 and rises >= _MANY)


def _build_table_head(reader: RowReader, point: str, direction: Direction, unit: TableUnit) -> Head:
    quantity, form = _choose_quantity_and_form(unit, reader.table.energy)
    told: Unit = "kWh" if unit == "MWh" else unit
    return Head(
        supply_point=point,
        quantity=quantity,
        unit=told,
        form=form,
        direction=direction,
        provenance=reader.provenance(point),
    )


def _choose_quantity_and_form(
    unit: TableUnit, energy: Literal["electricity", "gas"]
) -> tuple[Quantity, Form]:
    if unit in POWERS:
        return "active_power", "mean_power"
    if unit == "m3":
        return "gas_volume", "interval_energy"
    if unit in {"VA", "kVA"}:
        raise BadInput("profile", unit, _CURVE_UNIT, checks.UNIT_UNKNOWN.code)
    return ("gas_energy" if energy == "gas" else "active_energy"), "interval_energy"


def _build_table_days(head: Head, found: Gathered, reader: RowReader) -> Iterator[MeterCurve]:
    days = Days()
    for wall, value, quality, place in _iterate_readings(found):
        days.add(compute_clock_time(wall).date(), value, quality, place)
    yield from build_daily_curves(
        head, days, time_zone=reader.whole.time_zone, report=reader.report
    )


def _build_table_steps(
    head: Head, found: Gathered, reader: RowReader, side: Literal["start", "end"]
) -> Iterator[MeterCurve]:
    step = reader.table.step
    seconds = STEP_SECONDS.get(step) if step else None
    stamps = _compute_row_stamps(found, reader)
    if None in stamps:
        points = Points()
        for stamp, (_, value, quality, place) in zip(stamps, _iterate_readings(found), strict=True):
            if stamp is not None:
                points.add(stamp, value, quality, place)
    else:
        qualities = found.qualities
        if None in found.values:
            told = zip(found.values, qualities, strict=True)
            qualities = ["missing" if v is None else quality for v, quality in told]
        points = Points(cast("list[int]", stamps), found.values, qualities, found.places)
    yield from build_stamped_curves(head, points, side=side, steps=seconds, report=reader.report)


def _stop_at_skipped(
    walls: Sequence[int], each: Sequence[int | None], report: Report, before: int
) -> None:
    """Find times that the clocks of the zone skip, or show twice and are told once."""
    refused = (
        compute_clock_time(wall) for wall, stamp in zip(walls, each, strict=True) if stamp is None
    )
    skipped = next((label for label in refused if label.month in _CHANGES), None)
    if skipped is not None and report.refusals > before:
        report.find(checks.ZONE_OTHER, skipped.isoformat(" ", "minutes"))


def _iterate_readings(found: Gathered) -> Iterator[tuple[int, Number, Quality, Place]]:
    return zip(found.walls, found.values, found.qualities, found.places, strict=True)


def _compute_row_stamps(found: Gathered, reader: RowReader) -> list[int | None]:
    """Epoch seconds of each label; None where it was refused."""
    aware = found.offsets[0] is not None
    alike = found.offsets.count(None) in {0, len(found.offsets)}
    each = () if alike else enumerate(found.offsets)
    other = [i for i, one in each if (one is not None) != aware]
    for i in other:
        label = compute_clock_time(found.walls[i], found.offsets[i]).isoformat(" ")
        reader.report.refuse(found.places[i], BadInput("/time", label, _ALIKE))
    if not aware:
        return _resolve_stamps(found, set(other), reader)
    pairs = zip(found.walls, found.offsets, strict=True)
    return [None if apart is None else wall - apart for wall, apart in pairs]


def _resolve_stamps(found: Gathered, other: set[int], reader: RowReader) -> list[int | None]:
    if not other:
        return _resolved_all(found.walls, found.places, reader)
    kept = [i for i in range(len(found.walls)) if i not in other]
    walls = [found.walls[i] for i in kept]
    each = _resolved_all(walls, [found.places[i] for i in kept], reader)
    out: list[int | None] = [None] * len(found.walls)
    for i, stamp in zip(kept, each, strict=True):
        out[i] = stamp
    return out


def _resolved_all(
    walls: Sequence[int], places: Sequence[Place], reader: RowReader
) -> list[int | None]:
    name, report = reader.whole.time_zone, reader.report
    each: list[int | None] = []
    if reader.table.fold == "refuse":
        for wall, place in zip(walls, places, strict=True):
            each += resolved_walls([wall], [place], name, report)
    elif name == "UTC":
        each += walls
    else:
        before = report.refusals
        each = resolved_walls(walls, places, name, report)
        _stop_at_skipped(walls, each, report, before)
    return each
