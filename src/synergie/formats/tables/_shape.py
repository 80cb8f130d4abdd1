"""A table as it stands, made one with a row for each figure and names that are spelt right."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, islice
from typing import NamedTuple

from synergie.errors import BadInput
from synergie.formats.report import Report
from synergie.formats.tables._across import FIELDS, Crossed, find_crossed_layout
from synergie.formats.tables._blocks import Titled, find_titled_blocks
from synergie.formats.tables._cells import strip_cell_text
from synergie.formats.tables._head import LOOKED_AT, Head, find_head, join_head_rows
from synergie.formats.tables._period_cells import (
    SplitColumn,
    find_period_column,
    find_split,
    find_split_name,
)
from synergie.formats.tables._spelling import (
    Spelling,
    correct_head_names,
    correct_row_names,
    find_misspelt_months,
)
from synergie.formats.tables._texts import TableRow
from synergie.schemas.readings.table_profile import TableField, TableProfile

_CROSSED = "a head with columns of the points, years or hours that the profile tells of"


class Shape(NamedTuple):
    """The first rows of a table, made plain."""

    rows: list[TableRow]
    head: Head
    cross: Crossed | Titled | None
    """How its columns were points, years or hours, or its titles the points."""
    spelling: Spelling
    """Months that may be misspelt."""

    @property
    def sites(self) -> tuple[str, ...]:
        """Columns that may be a site each."""
        found = self.cross if isinstance(self.cross, Crossed) else None
        return tuple(found.keys) if found and found.kind == "sites" else ()

    @property
    def field(self) -> dict[int, TableField]:
        """The column that was made of the head, and what it holds."""
        if self.cross is None or self.cross.kind == "periods":
            return {}
        if isinstance(self.cross, Titled):
            return self.cross.field
        return {len(self.cross.names): FIELDS[self.cross.kind]}


def _find_shape_head(some: Sequence[TableRow], named: AbstractSet[str]) -> Head:
    """The head that its words tell, else the row of the names that a person said the role of."""
    try:
        return find_head(some)
    except BadInput:
        for rank, (_, cells) in enumerate(some[:LOOKED_AT]):
            names = join_head_rows([cells]) if any(map(strip_cell_text, cells)) else ()
            if len(named & set(names)) > 1:
                return Head(rank, 1, names)
        raise


def shape_of(some: Sequence[TableRow], ignored: AbstractSet[str]) -> Shape:
    """The first rows made plain; names that are *ignored* are no misspelt months.

    BadInput: no head is found.
    """
    cross = _find_layout(some[:LOOKED_AT])
    if cross is not None:
        plain = list(islice(cross.rows(some), len(some)))
        head, plain = _split(find_period_column(cross.flat, plain), cross.flat, plain)
        return Shape(plain, head, cross, {})
    head, some = _split(find_period_column(raw := _find_shape_head(some, ignored), some), raw, some)
    spelling = {
        name: one for name, one in find_misspelt_months(head.names).items() if name not in ignored
    }
    return Shape(list(some), correct_head_names(head, spelling), None, spelling)


def _find_layout(start: Sequence[TableRow]) -> Crossed | Titled | None:
    return find_titled_blocks(start) or find_crossed_layout(start)


def _split(
    split: SplitColumn | None, head: Head, rows: Sequence[TableRow]
) -> tuple[Head, list[TableRow]]:
    return (head, list(rows)) if split is None else (split.flat, list(split.rows(rows)))


def is_made_plain(table: TableProfile) -> bool:
    """Whether tables of *table* are read otherwise than they stand."""
    split = any(find_split_name(column.name) for column in table.columns)
    return split or table.across is not None or bool(table.respelt)


def plain_table(
    rows: Iterator[TableRow], table: TableProfile, report: Report
) -> Iterator[TableRow]:
    """All rows made plain as *table* says. BadInput: the head is none of that kind."""
    names = [column.name for column in table.columns]
    if table.across is None:
        told = correct_row_names(rows, {one.name: one.meant for one in table.respelt})
        start = list(islice(told, LOOKED_AT))
        split = find_split(names, start)
        whole = chain(start, told)
        return whole if split is None else split.rows(whole)
    start = list(islice(rows, LOOKED_AT))
    found = _find_layout(start)
    if found is None or found.kind != table.across:
        raise BadInput("line 1", "; ".join(c.name for c in table.columns[:8])[:80], _CROSSED)
    if isinstance(found, Titled):
        report.note("titles were read as the points of the rows below: {}", ", ".join(found.titles))
    else:
        report.note("columns of the head were read as rows: {}", ", ".join(found.keys))
    split = find_split(names, list(found.rows(start)))
    plain = found.rows(chain(start, rows))
    return plain if split is None else split.rows(plain)
