"""The tables we write: which records each takes, how a record becomes rows, and back."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import chain, repeat
from typing import Any, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from synergie.calendar import day_bounds, month_bounds, year_bounds
from synergie.errors import BadInput
from synergie.formats._csv.columns import Cell, columns_of, declare_column
from synergie.formats.columns import Column
from synergie.formats.format import Record
from synergie.schemas.assets.cabinet import CabinetRecord
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.lighting_network import CircuitRecord, SupportRecord
from synergie.schemas.assets.site import SiteRecord
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.faults import faults
from synergie.schemas.readings.curve import Value
from synergie.schemas.readings.interval_reading import IntervalReading
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.quality import Quality
from synergie.schemas.readings.register_reading import RegisterReading
from synergie.schemas.series import Direction, Form, Quantity, Unit
from synergie.units import STEP_SECONDS, Provenance, Step

type Zoned = tuple[datetime, datetime]
"""Start and end of a step, UTC, half-open."""

_CIVIL: dict[str, Callable[[date, ZoneInfo], Zoned]] = {
    "P1D": day_bounds,
    "P1M": month_bounds,
    "P1Y": year_bounds,
}
_MINUTE = 60
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table: its name in files, its French title, the record it holds, its columns."""

    name: str
    title: str
    record: type[BaseModel]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns that tell two rows apart."""
    rows: Callable[[Any, ZoneInfo], Iterator[tuple[Cell, ...]]]
    """The rows of one record, a cell a column."""

    def column(self, name: str) -> Column:
        """The column of that *name*."""
        return next(column for column in self.columns if column.name == name)


def _list_choices(alias: Any) -> tuple[str, ...]:
    return get_args(alias.__value__)


STEP = (
    declare_column("start_utc", "instant", required=True),
    declare_column("end_utc", "instant", required=True),
    declare_column("local_start", "local"),
    declare_column("offset", pattern=r"^[+-][0-9]{2}:[0-9]{2}$"),
)
"""A step of time: twice in UTC, once as people read it."""
CURVE_COLUMNS = (
    *STEP,
    declare_column("value", "decimal"),
    declare_column("unit", choices=_list_choices(Unit), required=True),
    declare_column("quality", choices=_list_choices(Quality)),
    declare_column("supply_point", pattern=r"^(prm|pce|other):[0-9A-Za-z]{1,33}$", required=True),
    declare_column("quantity", choices=_list_choices(Quantity), required=True),
    declare_column("form", choices=_list_choices(Form), required=True),
    declare_column("direction", choices=_list_choices(Direction), required=True),
    declare_column("step", choices=get_args(Step), required=True),
    declare_column("provenance", choices=get_args(Provenance), required=True),
)
"""The first seven are the public CSV of curves (formats.md §13); the others name the series."""


def convert_to_local(moment: datetime, tz: ZoneInfo) -> tuple[datetime, str]:
    """Naive local time of *moment*, and its offset: `+02:00`."""
    there = moment.astimezone(tz)
    return there.replace(tzinfo=None), _format_offset(there.utcoffset() or timedelta(0))


@lru_cache(maxsize=64)
def _format_offset(apart: timedelta) -> str:
    minutes = round(apart.total_seconds() / _MINUTE)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}:{rest:02}"


def build_exact_decimal(value: Value, decimals: int) -> Decimal | None:
    """*value* with *decimals* digits after the dot, more when it has more; None stays None."""
    if value is None:
        return None
    number = Decimal(repr(value))
    rounded = number.quantize(Decimal(1).scaleb(-decimals))
    return rounded if rounded == number else number.normalize()


def iterate_step_bounds(start: datetime, step: Step, tz: ZoneInfo) -> Iterator[Zoned]:
    """The steps of a curve from *start* on, without end; civil steps follow the days of *tz*."""
    seconds = STEP_SECONDS.get(step)
    if seconds is not None:
        width = timedelta(seconds=seconds)
        while True:
            yield start, (start := start + width)
    day = start.astimezone(tz).date()
    while True:
        begin, end = _CIVIL[step](day, tz)
        yield begin, end
        day = end.astimezone(tz).date()


def check_day_range(day: date, where: str) -> None:
    """BadInput for a day whose hours cannot be told in every zone."""
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise BadInput(where, day.isoformat(), "a date between 1900 and 2199")


def _build_curve_rows(curve: MeterCurve, tz: ZoneInfo) -> Iterator[tuple[Cell, ...]]:
    check_day_range(curve.start, "/start")
    series = (
        curve.supply_point, curve.quantity, curve.form, curve.direction, curve.step,
        curve.provenance,
    )  # fmt: skip
    start = curve.start.astimezone(UTC)
    steps = zip(
        iterate_step_bounds(start, curve.step, tz),
        curve.values,
        iterate_qualities(curve),
        strict=False,
    )
    for (begin, end), value, quality in steps:
        number = build_exact_decimal(value, curve.decimals)
        yield begin, end, *convert_to_local(begin, tz), number, curve.unit, quality, *series


def iterate_qualities(curve: MeterCurve) -> Iterator[str]:
    """The quality of each value of *curve*."""
    if curve.quality is None:
        return ("missing" if value is None else "measured" for value in curve.values)
    return chain.from_iterable(repeat(run.quality, run.n) for run in curve.quality)


def _build_plain_cells(record: BaseModel) -> Iterator[Cell]:
    """The fields of *record* as `columns_of` names them."""
    for column in _PLAIN[type(record)]:
        if column.name in ("longitude", "latitude"):
            place = getattr(record, "location")  # noqa: B009 (records with such columns have it)
            yield None if place is None else getattr(place, column.name)
        else:
            yield _convert_plain_cell(getattr(record, column.name), column)


def _convert_plain_cell(value: Any, column: Column) -> Cell:
    if column.kind == "text" and isinstance(value, date):
        return value.isoformat()  # a moment or a civil day: only a text holds both
    cell: Cell = value
    return cell


def _build_plain_row(record: BaseModel, _: ZoneInfo) -> Iterator[tuple[Cell, ...]]:
    yield tuple(_build_plain_cells(record))


def _build_period_row(record: PeriodEnergy, tz: ZoneInfo) -> Iterator[tuple[Cell, ...]]:
    check_day_range(record.from_date, "/from_date")
    check_day_range(record.to_date, "/to_date")
    begin, end = day_bounds(record.from_date, tz)[0], day_bounds(record.to_date, tz)[0]
    yield begin, end, *convert_to_local(begin, tz), *_build_plain_cells(record)


_RECORDS: tuple[type[BaseModel], ...] = (
    PeriodEnergy, RegisterReading, IntervalReading, SupplyPointRecord, SiteRecord,
    LightPointRecord, CabinetRecord, SupportRecord, CircuitRecord, WorkOrder,
)  # fmt: skip
_PLAIN = {record: columns_of(record) for record in _RECORDS}
_TOLD_NULL = {
    record: {
        c.name for c in columns if not c.required and record.model_fields[c.name].is_required()
    }
    for record, columns in (
        (record, [c for c in _PLAIN[record] if c.name in record.model_fields])
        for record in _RECORDS
    )
}
"""Fields without a default whose blank is a null that has to be told."""


def _build_plain_table(name: str, title: str, record: type[BaseModel], *key: str) -> Table:
    return Table(
        name=name,
        title=title,
        record=record,
        columns=_PLAIN[record],
        key=key,
        rows=_build_plain_row,
    )


CURVES = Table(
    name="curves",
    title="Courbes",
    record=MeterCurve,
    columns=CURVE_COLUMNS,
    key=("supply_point", "quantity", "form", "direction", "start_utc"),
    rows=_build_curve_rows,
)
ENERGIES = Table(
    name="energies",
    title="Énergies",
    record=PeriodEnergy,
    columns=(*(replace(column, required=False) for column in STEP), *_PLAIN[PeriodEnergy]),
    key=("name", "energy", "direction", "grid", "calendar", "tariff_class", "from_date", "to_date"),
    rows=_build_period_row,
)
TABLES: tuple[Table, ...] = (
    CURVES,
    ENERGIES,
    _build_plain_table(
        "readings", "Relevés", IntervalReading, "supply_point", "quantity", "start", "end"
    ),
    _build_plain_table("indexes", "Index", RegisterReading),
    _build_plain_table("supply_points", "Points de livraison", SupplyPointRecord, "scheme", "code"),
    _build_plain_table("sites", "Sites", SiteRecord, "external_id"),
    _build_plain_table("light_points", "Points lumineux", LightPointRecord, "external_id"),
    _build_plain_table("cabinets", "Armoires", CabinetRecord, "external_id"),
    _build_plain_table("supports", "Supports", SupportRecord, "external_id"),
    _build_plain_table("circuits", "Départs", CircuitRecord, "external_id"),
    _build_plain_table("work_orders", "Interventions", WorkOrder, "external_id"),
)
"""Every table, in the order in which files hold them."""

_BY_RECORD = {table.record: table for table in TABLES}


def table_of(record: Record) -> Table:
    """The table that holds *record*; BadInput when none does."""
    table = _BY_RECORD.get(type(record))
    if table is None:
        raise BadInput("record", type(record).__name__, "a record that a table holds")
    return table


def record_of(table: Table, cells: Mapping[str, Cell]) -> Any:
    """The record that the *cells* of a row tell, by name of column; BadInput at the column.

    Blank cells are unknown. Not for curves, whose records are many rows.
    """
    fields: dict[str, Any] = {name: cell for name, cell in cells.items() if cell is not None}
    place = {end: fields.pop(end) for end in ("longitude", "latitude") if end in fields}
    if place:
        fields["location"] = place
    told = _TOLD_NULL[table.record]
    names = (name for name in table.record.model_fields if name in fields or name in told)
    known = {name: fields.get(name) for name in names}
    try:
        return table.record.model_validate(known)
    except ValidationError as error:
        fault = faults(error)[0]
        where = fault.where.replace("/location/", "/")
        raise BadInput("row" if where == "/" else where, fault.found, fault.expected) from error


def table_with(names: Collection[str]) -> Table | None:
    """The table whose columns *names* are: the one that knows most of them. None: not ours."""
    known = set(names)
    fit = [t for t in TABLES if {c.name for c in t.columns if c.required} <= known]
    return max(fit, key=lambda t: len(known & {c.name for c in t.columns}), default=None)
