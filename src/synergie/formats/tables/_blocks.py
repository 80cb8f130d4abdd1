"""Blocks of rows under a title each, with the head again: the title is the point of its rows."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from synergie.errors import BadInput
from synergie.formats.tables import _sample as sample
from synergie.formats.tables._across import MARK_TITLES
from synergie.formats.tables._cells import Cell, strip_cell_text
from synergie.formats.tables._head import Head, find_head, is_head_repeated
from synergie.formats.tables._texts import TableRow
from synergie.formats.tables._words import find_name_meaning
from synergie.schemas.readings.table_profile import TableField

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
