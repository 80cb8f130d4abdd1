"""pyarrow, imported when a file needs it, and our tables as Arrow batches.

The unit is in the name of a column (`value_kwh`): polars and pandas drop Arrow metadata.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from itertools import batched
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from zoneinfo import ZoneInfo

from synergie.errors import BadInput, Words
from synergie.formats._csv import Cell, Table, table_of
from synergie.formats.columnar.opening import ROWS
from synergie.formats.columnar.sizes import import_arrow
from synergie.formats.columns import Column
from synergie.formats.format import Record
from synergie.schemas.about import About
from synergie.schemas.readings.meter_curve import MeterCurve

CURVE = ("start", "end", "local_start", "quality", "supply_point", "quantity", "form", "direction",
         "step", "decimals", "provenance", "unit")  # fmt: skip
"""Columns of a file of curves beside its values. `unit` is that of a row without a measure, too."""
_VALUE, _UNIT = "value", "unit"
_SPOOL = 32 << 20
_ONE_RECORD = "at least one record: the columns follow from it"
_ONE_KIND = "records of one kind in one file"


def build_metadata(about: About | None) -> dict[str, str]:
    """What the file says of itself, for the metadata of its schema."""
    return {} if about is None else about.model_dump(mode="json", exclude_none=True)


def build_record_batches(
    records: Iterable[Record], tz: ZoneInfo, about: About | None
) -> tuple[Any, Any]:
    """The schema of *records*, and their batches one by one.

    All are of one kind; curves are spooled once, so that their units become columns. BadInput for
    no record, or records of two kinds.
    """
    waiting = iter(records)
    first = next(waiting, None)
    if first is None:
        raise BadInput("records", Words("nothing"), _ONE_RECORD)
    table = table_of(first)
    same = _check_same_kind(first, waiting, table)
    if table.record is MeterCurve:
        return _build_curve_batches(same, tz, about)
    schema = _build_arrow_schema([(c.name, _choose_arrow_type(c)) for c in table.columns], about)
    rows = (row for record in same for row in table.rows(record, tz))
    return schema, _build_row_batches(rows, schema)


def _check_same_kind(first: Record, others: Iterator[Record], table: Table) -> Iterator[Any]:
    yield first
    for record in others:
        if not isinstance(record, table.record):
            raise BadInput("record", type(record).__name__, _ONE_KIND)
        yield record


def _build_arrow_schema(fields: Sequence[tuple[str, Any]], about: About | None) -> Any:
    return import_arrow().schema(fields, metadata=build_metadata(about))


def _choose_arrow_type(column: Column) -> Any:
    pa = import_arrow()
    return {
        "text": pa.string(),
        "whole": pa.int64(),
        "number": pa.float64(),
        "decimal": pa.decimal128(27, 6),
        "date": pa.date32(),
        "instant": pa.timestamp("us", "UTC"),
        "local": pa.timestamp("us"),
        "yes_no": pa.bool_(),
    }[column.kind]


def _build_row_batches(rows: Iterator[Sequence[Cell]], schema: Any) -> Iterator[Any]:
    pa = import_arrow()
    for some in batched(rows, ROWS):
        columns = zip(*some, strict=True)
        arrays = [pa.array(cells, one.type) for cells, one in zip(columns, schema, strict=True)]
        yield pa.record_batch(arrays, schema=schema)


def _build_curve_batches(
    curves: Iterator[MeterCurve], tz: ZoneInfo, about: About | None
) -> tuple[Any, Any]:
    """Curves spooled with a column of units, then told with a column a unit."""
    pa, units = import_arrow(), dict[str, None]()
    moment, text = pa.timestamp("us", "UTC"), pa.string()
    types = {"start": moment, "end": moment, "decimals": pa.int8()}
    beside = [(name, types.get(name, text)) for name in CURVE]
    spooled = _build_arrow_schema([*beside, (_VALUE, pa.float64())], None)
    with ExitStack() as stack:
        spool = stack.enter_context(SpooledTemporaryFile(max_size=_SPOOL))
        with pa.ipc.new_stream(spool, spooled) as sink:
            for batch in _build_row_batches(_iterate_step_rows(curves, tz, units), spooled):
                sink.write_batch(batch)
        stack.pop_all()  # `_by_unit` closes it
    spool.seek(0)
    values = [(value_column(unit), pa.float64()) for unit in units]
    schema = _build_arrow_schema([*beside[:3], *values, *beside[3:]], about)
    return schema, _by_unit(spool, schema, list(units))


def value_column(unit: str) -> str:
    """Name of the column of values in *unit*: `value_kwh`."""
    return f"value_{unit.lower()}"


def _iterate_step_rows(
    curves: Iterator[MeterCurve], tz: ZoneInfo, units: dict[str, None]
) -> Iterator[Sequence[Cell]]:
    table = None
    for curve in curves:
        table = table or table_of(curve)
        units.setdefault(curve.unit)
        for row in table.rows(curve, tz):
            start, end, label, offset, value, unit, quality, *series = row
            told = f"{label.isoformat()}{offset}" if isinstance(label, datetime) else None
            number = None if value is None else float(str(value))
            yield (
                start, end, told, quality, *series[:-1], curve.decimals, series[-1], unit, number,
            )  # fmt: skip


def _by_unit(spool: IO[bytes], schema: Any, units: Sequence[str]) -> Iterator[Any]:
    pa = import_arrow()
    import pyarrow.compute as pc  # noqa: PLC0415 (as arrow)

    with spool, pa.ipc.open_stream(spool) as reader:
        for batch in reader:
            mine = {name: batch.column(name) for name in CURVE}
            for unit in units:
                here = pc.equal(batch.column(_UNIT), unit)
                none = pa.scalar(None, pa.float64())
                mine[value_column(unit)] = pc.if_else(here, batch.column(_VALUE), none)
            yield pa.record_batch([mine[one.name] for one in schema], schema=schema)
