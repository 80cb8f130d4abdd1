"""A table written as CSV: the header, then the rows of each record, one record in memory."""

from collections.abc import Iterable
from itertools import batched
from typing import BinaryIO
from zoneinfo import ZoneInfo

from synergie.errors import BadInput
from synergie.formats._csv.dialect import Dialect, format_row, format_rows, text_of
from synergie.formats._csv.tables import Table
from synergie.formats.format import Record

_BOM = b"\xef\xbb\xbf"
_ROWS = 1_000


def write_header(table: Table, sink: BinaryIO, dialect: Dialect) -> None:
    """The names of the columns, after a BOM where a spreadsheet needs one."""
    sink.write(_BOM if dialect.french else b"")
    sink.write(format_row((column.name for column in table.columns), dialect))


def write_record(
    record: Record, table: Table, sink: BinaryIO, dialect: Dialect, *, tz: ZoneInfo
) -> None:
    """The rows of *record*; BadInput when *table* does not hold such records."""
    if not isinstance(record, table.record):
        raise BadInput("record", type(record).__name__, "a record of the kind of this file")
    columns = table.columns
    told = (
        [text_of(cell, column, dialect) for cell, column in zip(row, columns, strict=True)]
        for row in table.rows(record, tz)
    )
    sink.writelines(format_rows(some, dialect) for some in batched(told, _ROWS))


def write_table(
    records: Iterable[Record], table: Table, sink: BinaryIO, dialect: Dialect, *, tz: ZoneInfo
) -> None:
    """The header and every record; BadInput for a record of another kind."""
    write_header(table, sink, dialect)
    for record in records:
        write_record(record, table, sink, dialect, tz=tz)
