"""A table read back from CSV: columns by name, in any order; cells as they were written."""

from collections.abc import Iterator
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats._csv.columns import Cell
from synergie.formats._csv.dialect import Dialect, value_of
from synergie.formats._csv.tables import Table
from synergie.formats.report import Report
from synergie.formats.text import Block, detect_encoding, read_csv_blocks

type Cells = dict[str, Cell]

_ONE_EACH = "as many cells as the header has columns"


def header_of(first: str, dialect: Dialect) -> list[str]:
    """The names of columns that the first line of a file holds."""
    return [name.strip().strip('"') for name in first.split(dialect.separator)]


def rows_of(
    source: BinaryIO, table: Table, dialect: Dialect, report: Report, *, strange: bool = False
) -> Iterator[tuple[int, Cells]]:
    """Line and cells of each row, by name of column; a bad cell costs its row.

    BadInput when a column that the table needs is not there, or is there twice. Columns that it
    does not know are passed over with a remark; *strange*: their texts are given with the others.
    """
    for header, block in blocks_of(source, table, dialect, report):
        yield from cells_of(header, block, table, dialect, report=report, strange=strange)


def blocks_of(
    source: BinaryIO, table: Table, dialect: Dialect, report: Report
) -> Iterator[tuple[list[str], Block]]:
    """The header and rows that have as many cells, as they are written. Errors as `rows_of`."""
    each = read_csv_blocks(
        source, detect_encoding(source, report), separator=dialect.separator, report=report
    )
    start = next(each, Block((1,), [[]]))
    header = start.rows[0]
    _check_header(header, table, dialect, report, at=start.lines[0])
    yield from _split_uneven_block(header, Block(start.lines[1:], start.rows[1:]), report)
    for block in each:
        yield from _split_uneven_block(header, block, report)


def cells_of(
    header: list[str],
    block: Block,
    table: Table,
    dialect: Dialect,
    *,
    report: Report,
    strange: bool = False,
) -> Iterator[tuple[int, Cells]]:
    """Line and cells of each row of *block*; a bad cell costs its row. *strange*: as `rows_of`."""
    known = {column.name: column for column in table.columns}
    for number, cells in zip(block.lines, block.rows, strict=True):
        row = zip(header, cells, strict=True)
        try:
            told = {
                name: value_of(text, known[name], dialect) if name in known else text
                for name, text in row
                if strange or name in known
            }
        except BadInput as fault:
            report.refuse(number, fault)
        else:
            yield number, told


def _check_header(
    header: list[str], table: Table, dialect: Dialect, report: Report, *, at: int
) -> None:
    """BadInput for a header without the columns that the table needs, or with one twice."""
    needed = [column.name for column in table.columns if column.required]
    if not set(needed) <= set(header):
        where, found = f"line {at}", dialect.separator.join(header)
        raise BadInput(where, found, dialect.separator.join(needed))
    if len(set(header)) < len(header):
        raise BadInput(f"line {at}", dialect.separator.join(header), "each column once")
    known = {column.name for column in table.columns}
    if strange := [name for name in header if name not in known]:
        report.note("columns passed over: {}", ", ".join(strange))


def _split_uneven_block(
    header: list[str], block: Block, report: Report
) -> Iterator[tuple[list[str], Block]]:
    """*block*, or each of its rows alone where one has another number of cells."""
    if set(map(len, block.rows)) == {len(header)}:
        yield header, block
        return
    for number, cells in zip(block.lines, block.rows, strict=True):
        if len(cells) == len(header):
            yield header, Block((number,), [cells])
        else:
            report.refuse(number, BadInput("row", f"{len(cells)} cells", _ONE_EACH))
