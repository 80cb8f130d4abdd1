"""Parquet and Arrow files, both ways: for pandas, polars, DuckDB, R.

Times are UTC and aware; the local time is a text with its offset, so that grouping by UTC never
meets the hour that comes twice.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import partial
from itertools import chain
from math import isfinite
from typing import Any, BinaryIO, get_args

from synergie.calendar import load_time_zone
from synergie.errors import BadInput
from synergie.formats._csv import TABLES, Cell, Table, record_of, table_with
from synergie.formats.columnar.batches import select_columns
from synergie.formats.columnar.opening import (
    ARROW,
    PARQUET,
    map_arrow_errors,
    open_arrow,
    open_parquet,
    read_pieces,
)
from synergie.formats.columnar.sizes import import_arrow
from synergie.formats.format import Format, Record, Sample
from synergie.formats.frames._arrow import CURVE, build_record_batches, value_column
from synergie.formats.frames._steps import curves_of
from synergie.formats.report import Place, Report
from synergie.formats.tables.energies import iterate_energies_once
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.readings.profile import Profile
from synergie.schemas.series import Unit

# Records read back from Arrow batches, whichever file holds them.

type Cells = dict[str, Cell]

_UNITS = {value_column(unit): unit for unit in get_args(Unit.__value__)}
_NEEDED = set(CURVE) - {"local_start", "decimals", "quality", "unit"}
KNOWN = {column.name for table in TABLES for column in table.columns} | set(CURVE) | set(_UNITS)
"""Columns that some table of ours has; others are not read."""
_COLUMNS = "the columns of a table of synergie"
_ONE_VALUE = "a value in one unit"


def records_of(
    names: list[str], batches: Iterable[list[Cells]], time_zone: str, report: Report
) -> Iterator[Record]:
    """Records of *batches* of rows under *names*. BadInput when they are no table of ours.

    Energies go by the rules of any table of them, and are all there before the first is given.
    """
    numbered = _number_rows(batches)
    if set(names) >= _NEEDED:
        yield from curves_of(_curve_rows(numbered, report, _curve_row), time_zone, report)
        return
    table = table_with(names)
    if table is None:
        raise BadInput("columns", ", ".join(names), _COLUMNS)
    if table.record is MeterCurve:
        yield from curves_of(_curve_rows(numbered, report, _plain_row), time_zone, report)
        return
    if table.record is PeriodEnergy:
        yield from iterate_energies_once(
            numbered, report, partial(_build_table_record, table), nested=True
        )
        return
    yield from report.keep(lambda cells: _build_table_record(table, cells), numbered)


def _number_rows(batches: Iterable[list[Cells]]) -> Iterator[tuple[Place, Cells]]:
    for number, row in enumerate(chain.from_iterable(batches), start=1):
        yield f"row {number}", row


def _build_table_record(table: Table, cells: Cells) -> Any:
    known = {c.name: cells[c.name] for c in table.columns if c.name in cells}
    for name, cell in known.items():
        if isinstance(cell, float) and not isfinite(cell):
            raise BadInput(f"/{name}", cell, "a finite number")
        if isinstance(cell, Decimal):
            known[name] = _strip_zeros(cell)
    return record_of(table, known)


def _strip_zeros(number: Decimal) -> Decimal:
    """*number* without the zeros that a column of fixed decimals adds."""
    whole = number == number.to_integral_value()
    return number.quantize(Decimal(1)) if whole else number.normalize()


def _curve_rows(
    rows: Iterable[tuple[Place, Cells]], report: Report, parse: Callable[[Cells], Cells]
) -> Iterator[tuple[Place, Cells]]:
    for place, cells in rows:
        try:
            yield place, parse(cells)
        except BadInput as fault:
            report.refuse(place, fault)


def _plain_row(cells: Cells) -> Cells:
    """The row under the columns of our table of curves, as a file of others has it."""
    return {**cells, "value": _restore_decimals(cells.get("value"), None)}


def _curve_row(cells: Cells) -> Cells:
    """The row of our Parquet, as the CSV of curves has it."""
    told = [(name, unit) for name, unit in _UNITS.items() if name in cells]
    filled = [(name, unit) for name, unit in told if cells[name] is not None]
    if len(filled) > 1 or not told:
        raise BadInput("/value", ", ".join(name for name, _ in filled), _ONE_VALUE)
    name, unit = (filled or told)[0]
    row = {"start_utc": cells["start"], "end_utc": cells["end"], "unit": unit, **cells}
    return {**row, "value": _restore_decimals(cells[name], cells.get("decimals"))}


def _restore_decimals(cell: Cell, decimals: Cell) -> Cell:
    """The value with the decimals that its series keeps."""
    if not isinstance(cell, float) or not isfinite(cell):
        return None if cell is None else str(cell)
    exact = Decimal(repr(cell))
    if not isinstance(decimals, int) or not 0 <= decimals <= 6:  # noqa: PLR2004 (of a series)
        return exact
    rounded = exact.quantize(Decimal(1).scaleb(-decimals)) if abs(exact) < 10**15 else exact
    return rounded if rounded == exact else exact


_OURS = b"provenance"
"""A column of every table of ours."""


def _sniff_parquet(sample: Sample) -> float:
    """Its magic, and a column of ours in the schema at its end, where that was looked at."""
    ours = _OURS in sample.end or not sample.end
    return 0.7 if ours and sample.start.startswith(PARQUET) else 0.0


def _sniff_arrow(sample: Sample) -> float:
    """Its magic, and a column of ours in the schema that follows it."""
    return 1.0 if _OURS in sample.start and sample.start.startswith(ARROW) else 0.0


def _read_arrow_records(
    source: BinaryIO,
    profile: Profile,
    opened: Callable[[BinaryIO], tuple[Any, Callable[[list[str]], Iterator[Any]]]],
) -> tuple[Iterator[Record], Report]:
    """Records in file order, a batch in memory. BadInput: damaged, or no table of ours."""
    report = Report()
    with map_arrow_errors():
        schema, batches = opened(source)
        names = select_columns(schema, KNOWN)
    pieces = read_pieces(batches(names), names)
    return records_of(schema.names, pieces, profile.time_zone, report), report


def _write_parquet(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """Records of one kind; a row group each 65,536 rows, packed by zstd.

    What the file says of itself is in the metadata of its schema. BadInput for no record.
    """
    schema, told = build_record_batches(records, load_time_zone(profile.time_zone), profile.about)
    import pyarrow.parquet as pq  # noqa: PLC0415 (as arrow)

    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for batch in told:
            writer.write_batch(batch)


def _write_arrow(records: Iterable[Record], sink: BinaryIO, profile: Profile) -> None:
    """As Parquet, in the Arrow IPC file format (Feather 2)."""
    schema, told = build_record_batches(records, load_time_zone(profile.time_zone), profile.about)
    with import_arrow().ipc.new_file(sink, schema) as writer:
        for batch in told:
            writer.write_batch(batch)


FORMAT = Format(
    name="parquet",
    title="Tables of synergie (Parquet)",
    sniff=_sniff_parquet,
    read=lambda source, profile: _read_arrow_records(source, profile, open_parquet),
    write=_write_parquet,
)
FORMAT_ARROW = Format(
    name="arrow",
    title="Tables of synergie (Arrow IPC file)",
    sniff=_sniff_arrow,
    read=lambda source, profile: _read_arrow_records(source, profile, open_arrow),
    write=_write_arrow,
)
