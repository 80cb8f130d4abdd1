"""Our tables that have no CSV of their own: sites, points, cabinets, readings, indexes.

`tables-csv` (comma, dot) for programs; `tables-csv-fr` for a French spreadsheet. The columns are
those of `specs/tables/`, under their names, in any order.
"""

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats._csv import (
    FRENCH,
    OPEN,
    Dialect,
    Table,
    header_of,
    record_of,
    rows_of,
    table_with,
)
from synergie.formats.format import Format, Record, Sample
from synergie.formats.report import Report
from synergie.schemas.readings.profile import Profile

TABLES = frozenset({"readings", "indexes", "supply_points", "sites", "cabinets"})
"""Names of the tables."""

_HEAD_BYTES = 64 * 1024
_OURS = "the columns of a table of synergie"


def _find_table(header: str, dialect: Dialect) -> Table | None:
    """The table whose columns *header* names; None when it names one that the table has not."""
    names = header_of(header, dialect)
    table = table_with(names)
    known = table is not None and set(names) <= {column.name for column in table.columns}
    return table if known and table is not None and table.name in TABLES else None


def _sniff_table(sample: Sample, dialect: Dialect) -> float:
    """1.0 when the first line names the columns of such a table, and no other."""
    return 1.0 if _find_table(next(iter(sample.lines(1)), ""), dialect) else 0.0


def _read_table(source: BinaryIO, _: Profile, dialect: Dialect) -> tuple[Iterator[Record], Report]:
    """Records in file order. BadInput when the first line names no such table."""
    report = Report()
    header = source.read(_HEAD_BYTES).decode("utf-8-sig", "replace").partition("\n")[0].rstrip("\r")
    source.seek(0)
    table = _find_table(header, dialect)
    if table is None:
        raise BadInput("line 1", header[:80], _OURS)
    rows = rows_of(source, table, dialect, report)
    return report.keep(partial(record_of, table), rows), report


FORMAT = Format(
    name="tables-csv",
    title="Sites, points, cabinets, readings, indexes of synergie (CSV, comma, decimal dot)",
    sniff=lambda sample: _sniff_table(sample, OPEN),
    read=lambda source, profile: _read_table(source, profile, OPEN),
)
FORMAT_FR = Format(
    name="tables-csv-fr",
    title="Sites, points, cabinets, readings, indexes of synergie (CSV for a French spreadsheet)",
    sniff=lambda sample: _sniff_table(sample, FRENCH),
    read=lambda source, profile: _read_table(source, profile, FRENCH),
)
