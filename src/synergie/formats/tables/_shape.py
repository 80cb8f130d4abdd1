"""A table as it stands, made one with a row for each figure and names that are spelt right."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from difflib import get_close_matches
from itertools import chain, islice
from typing import Literal, NamedTuple

from synergie.errors import BadInput
from synergie.formats.report import Report
from synergie.formats.tables import _sample as sample
from synergie.formats.tables._across import FIELDS, MARK_TITLES, Crossed, find_crossed_layout
from synergie.formats.tables._cells import MONTH_NAMES, Cell, month_of, strip_cell_text
from synergie.formats.tables._head import (
    LOOKED_AT,
    MONTHS,
    Head,
    find_head,
    is_head_repeated,
    join_head_rows,
)
from synergie.formats.tables._period_cells import (
    SplitColumn,
    find_period_column,
    find_split,
    find_split_name,
)
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._words import find_name_meaning
from synergie.schemas.readings.table_profile import TableField, TableProfile

# Months that are misspelt in a head: proposed as they may be meant, never read so unasked.

_ALIKE = 0.74
"""Least likeness of a word to the name of a month."""

type Spelling = Mapping[str, str]
"""Name of a column as it is written, and as it is meant."""


def find_misspelt_months(names: Sequence[str]) -> dict[str, str]:
    """Names that are those of a month, but for a letter or two, among columns of months."""
    months = {told for name in names if (told := month_of(name))}
    if len(months) < MONTHS:
        return {}
    found: dict[str, str] = {}
    for name in names:
        meant = None if month_of(name) else _correct_month_name(name)
        if meant is not None and month_of(meant) not in months:
            found[name] = meant
    return found


def _correct_month_name(name: str) -> str | None:
    """*name* with its month spelt as months are; None when no word is nearly one."""
    for word in re.findall(r"[^\W\d_]{3,}", name):
        near = get_close_matches(word.casefold(), MONTH_NAMES, 1, _ALIKE)
        meant = name.replace(word, near[0]) if near else ""
        if month_of(meant) is not None:
            return meant
    return None


def correct_row_names(rows: Iterable[TableRow], spelling: Spelling) -> Iterator[TableRow]:
    """The rows with the names of their head as they are meant."""
    for rank, (place, cells) in enumerate(rows):
        if rank < LOOKED_AT and spelling:
            yield place, [spelling.get(strip_cell_text(cell), cell) for cell in cells]
        else:
            yield place, cells


def correct_head_names(head: Head, spelling: Spelling) -> Head:
    """The head with its names as they are meant."""
    return head._replace(names=tuple(spelling.get(name, name) for name in head.names))


# Blocks of rows under a title each, with the head again: the title is the point of its rows.

_NAMES: dict[str, TableField] = {f"Site{MARK_TITLES}": "name", f"PRM{MARK_TITLES}": "supply_point"}
_POINT = re.compile(r"(?<![\w.,])(?:\d{14}|GI\d{6})(?![\w.,])")
_CALLED = re.compile(
    r"(?i)\b(?:prm|pdl|pce|rae|site|b[âa]timent|compteur|point(?: de livraison)?)\b"
    r"\s*(?:n°)?\s*[:=]"
    r"|\b(?:prm|pdl|pce|rae)\b\s*(?:n°)?"
)
_OF_POINTS = frozenset({"supply_point", "name"})
_MOST_CELLS, _MOST_LINES = 3, 3


class Titled(NamedTuple):
    """A table whose head stands again under the title of each point."""

    kind: Literal["titles"]
    head: Head
    lines: int
    """Rows of the title of each block."""
    made: tuple[str, ...]
    """The columns that are made of it."""
    titles: tuple[str, ...]
    """Those of the first rows."""

    @property
    def flat(self) -> Head:
        """The head of the table that it is read as."""
        first = self.head.first - self.lines
        return Head(first, 1, (*self.head.names, *self.made))

    @property
    def field(self) -> dict[int, TableField]:
        """The columns that are made, and what they hold."""
        width = len(self.head.names)
        return {width + at: _NAMES[name] for at, name in enumerate(self.made)}

    def rows(self, table: Iterable[TableRow]) -> Iterator[TableRow]:
        """The rows above the first title, then each head and each row with its point behind."""
        texts: list[TableRow] = []
        made: list[Cell] | None = None
        for place, cells in table:
            if is_head_repeated(self.head.names, cells):
                yield from self._notes(texts[: -self.lines], made)
                made = self._point([row for _, row in texts[-self.lines :]])
                texts = []
                yield place, list(self.flat.names)
            elif _is_title(cells):
                texts.append((place, cells))
            else:
                yield from self._notes(texts, made)
                texts = []
                yield place, [*self._pad(cells), *(made or [])]
        yield from self._notes(texts, made)

    def _pad(self, cells: Sequence[Cell]) -> list[Cell]:
        width = len(self.head.names)
        return [*cells[:width], *[""] * (width - len(cells))]

    def _notes(self, texts: Sequence[TableRow], made: object) -> Iterator[TableRow]:
        """Rows of texts that are no title: those above as they are, notes as one cell."""
        for place, cells in texts:
            yield place, cells if made is None else self._pad(cells)

    def _point(self, rows: Sequence[Sequence[Cell]]) -> list[Cell]:
        told: list[Cell] = [*_read_title(rows)]
        return told[: len(self.made)]


def find_titled_blocks(rows: Sequence[TableRow]) -> Titled | None:
    """How each block of the first rows stands under its title; None: they are no such blocks."""
    try:
        head = find_head(rows)
    except BadInput:
        return None
    told = [find_name_meaning(name) for name in head.names]
    if head.rows > 1 or any(one and one.field in _OF_POINTS for one in told):
        return None
    again = [at for at, (_, row) in enumerate(rows) if is_head_repeated(head.names, row)]
    lines = {_count_titles(rows, at) for at in again if at > head.first}
    if len(again) < 2 or len(lines) != 1:  # noqa: PLR2004 (two blocks)
        return None
    count = lines.pop()
    if not 0 < count <= min(_MOST_LINES, _count_titles(rows, head.first)):
        return None
    found = [_read_title([row for _, row in rows[at - count : at]]) for at in again]
    if len({*found}) < len(found):
        return None
    numbered = all(number for _, number in found)
    made = tuple(_NAMES) if numbered else tuple(_NAMES)[:1]
    return Titled("titles", head, count, made, tuple(name for name, _ in found))


def _count_titles(rows: Sequence[TableRow], head: int) -> int:
    """How many rows of a text each stand one under the other above a head."""
    count = 0
    while count < head and _is_title(rows[head - 1 - count][1]):
        count += 1
    return count


def _is_title(cells: Sequence[Cell]) -> bool:
    """Whether a row is of texts: few, and no number but that of a point."""
    filled = [cell for cell in cells if strip_cell_text(cell)]
    texts = [one for one in filled if not _POINT.fullmatch(strip_cell_text(one))]
    return 0 < len(filled) <= _MOST_CELLS and not any(
        sample.is_number(one) or sample.is_date(one) for one in texts
    )


def _read_title(rows: Sequence[Sequence[Cell]]) -> tuple[str, str]:
    """The name and the number of the point that a title tells; empty: none."""
    text = " ".join(strip_cell_text(cell) for row in rows for cell in row if strip_cell_text(cell))
    number = _POINT.search(text)
    bare = _CALLED.sub(" ", _POINT.sub(" ", text))
    name = " ".join(bare.split()).strip(" -–—:;,()|")
    return name or text, number[0] if number else ""


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
