"""Records read back from Arrow batches, whichever file holds them."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import partial
from itertools import chain
from math import isfinite
from typing import Any, get_args

from synergie.errors import BadInput
from synergie.formats._csv import TABLES, Cell, Table, record_of, table_with
from synergie.formats.format import Record
from synergie.formats.frames._arrow import CURVE, value_column
from synergie.formats.frames._steps import curves_of
from synergie.formats.report import Place, Report
from synergie.formats.tables.energies import iterate_energies_once
from synergie.schemas.readings.meter_curve import MeterCurve
from synergie.schemas.readings.period_energy import PeriodEnergy
from synergie.schemas.series import Unit

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
