"""A table read through its profile, whatever holds its rows."""

from collections.abc import Iterator
from itertools import chain

from synergie.formats import checks
from synergie.formats.format import Record
from synergie.formats.report import Report
from synergie.formats.tables._curve import curve
from synergie.formats.tables._head import LOOKED_AT, list_personal_columns, locate_profile_head
from synergie.formats.tables._indexes import build_index_records
from synergie.formats.tables._later import look_above
from synergie.formats.tables._list import points
from synergie.formats.tables._periods import build_period_energies, wide_months
from synergie.formats.tables._row import RowReader
from synergie.formats.tables._shape import is_made_plain, plain_table
from synergie.formats.tables._texts import TableBlock, TableRow, in_blocks, in_rows
from synergie.formats.tables.energies import count_refusals
from synergie.schemas.readings.profile import Profile
from synergie.schemas.readings.table_profile import TableProfile


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
