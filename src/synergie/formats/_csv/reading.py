"""A table read back from CSV: columns by name, in any order; cells as they were written."""

from collections.abc import Iterator
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats._csv.columns import Cell
from synergie.formats._csv.dialect import Dialect, value_of
from synergie.formats._csv.tables import Table
from synergie.formats._report import Report
from synergie.formats._text import encoding, rows

type Cells = dict[str, Cell]

_ONE_EACH = "as many cells as the header has columns"


def header_of(first: str, dialect: Dialect) -> list[str]:
    """The names of columns that the first line of a file holds."""
    return [name.strip().strip('"') for name in first.split(dialect.separator)]


def rows_of(
    source: BinaryIO, table: Table, dialect: Dialect, report: Report
) -> Iterator[tuple[int, Cells]]:
    """Line and cells of each row, by name of column; a bad cell costs its row.

    BadInput when a column that the table needs is not there, or is there twice. Columns that it
    does not know are passed over with a remark.
    """
    lines = rows(source, encoding(source, report), separator=dialect.separator, report=report)
    at, header = next(lines, (1, []))
    known = {column.name: column for column in table.columns}
    missing = [c.name for c in table.columns if c.required and c.name not in header]
    if missing:
        raise BadInput(f"line {at}", dialect.separator.join(header), _needed(table, dialect))
    if len(set(header)) < len(header):
        raise BadInput(f"line {at}", dialect.separator.join(header), "each column once")
    if strange := [name for name in header if name not in known]:
        report.note("columns passed over: {}", ", ".join(strange))
    for number, cells in lines:
        if len(cells) != len(header):
            report.refuse(number, BadInput("row", f"{len(cells)} cells", _ONE_EACH))
            continue
        row = zip(header, cells, strict=True)
        try:
            told = {
                name: value_of(text, known[name], dialect) for name, text in row if name in known
            }
        except BadInput as fault:
            report.refuse(number, fault)
        else:
            yield number, told


def _needed(table: Table, dialect: Dialect) -> str:
    return dialect.separator.join(column.name for column in table.columns if column.required)
