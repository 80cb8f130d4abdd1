"""Small tables that an agent types, in any usual coding: rows by column, cells as they are read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synergie.errors import BadInput
from synergie.formats.cells import CellRules, read_cell, spell_cell
from synergie.formats.columns import Column, index_heads
from synergie.formats.tables.energies import is_total_label
from synergie.formats.tables.plain_rows import plain_rows
from synergie.formats.values import is_grouped, normalize_column_name
from synergie.lighting.plan import _rows_text as _text
from synergie.park.records.park import SetAside

_RULES = CellRules(
    expected=_text.CELLS_OF_KIND,
    is_doubtful=is_grouped,
    yes=frozenset({"oui", "o", "yes", "y", "vrai", "true", "1"}),
    no=frozenset({"non", "n", "no", "faux", "false", "0"}),
)
_MIDNIGHT = "T00:00:00"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by column, and where it stands."""

    cells: Mapping[str, str]
    where: str
    columns: Mapping[str, Column]
    """Those of its table, by name."""

    def text(self, name: str) -> str | None:
        """The cell, None when it is blank, or still to be filled."""
        return spell_cell(self.cells.get(name, "")) or None

    def words(self, name: str) -> tuple[str, ...]:
        """The cell as words, parted by commas or spaces."""
        return tuple(self.cells.get(name, "").replace(",", " ").replace("|", " ").split())

    def needed(self, name: str, expected: str) -> str:
        """The cell; BadInput when it is blank."""
        told = self.text(name)
        if told is None:
            raise self.fault(name, "", expected)
        return told

    def value(self, name: str, expected: str = "") -> Any:
        """What the cell says, by the kind of its column; None when it is blank or not there.

        BadInput with the cell as it stands; *expected*: in place of what its kind says.
        """
        text = self.text(name)
        if text is None:
            return None
        column = self.columns[name]
        if column.kind == "yes_no" and not normalize_column_name(text):
            return None  # a dash
        cell = text.removesuffix(_MIDNIGHT) if column.kind == "date" else text
        try:
            return read_cell(cell, column, "Europe/Paris", rules=_RULES)
        except BadInput as fault:
            raise self.fault(name, text, expected or fault.expected) from fault

    def fault(self, name: str, found: object, expected: str) -> BadInput:
        """What is wrong with a cell, or with the whole row where *name* is empty."""
        title = self.columns[name].title or name if name in self.columns else name
        return BadInput(f"{self.where}, {title}" if title else self.where, found, expected)


@dataclass(frozen=True, slots=True)
class TypedTable:
    """The columns of one table."""

    columns: tuple[Column, ...]
    """A head may name several, the likeliest first; those without a name are passed over."""
    needed: tuple[str, ...]
    """Columns without which nothing is read."""
    absent: str
    """What is expected where one of them is not there."""
    strange: str = _text.COLUMNS
    """What is expected where a head is not known."""
    even: bool = False
    """Whether each row has as many cells as the head; else blank ones may be cut at its end."""
    by_name: Mapping[str, Column] = field(init=False)
    by_head: Mapping[str, tuple[Column, ...]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {one.name: one for one in self.columns})
        object.__setattr__(self, "by_head", index_heads(self.columns))

    def read_head(self, cells: Sequence[str], where: str) -> list[str]:
        """The column of each cell of a head; empty for a blank one. BadInput: another head."""
        told = ", ".join(cell.strip() for cell in cells)[:80]
        strange = [
            c.strip()
            for c in cells
            if normalize_column_name(c) and normalize_column_name(c) not in self.by_head
        ]
        names = self.place_columns(cells)
        if not set(self.needed) <= set(names):
            raise BadInput(where, told, self.absent)
        if strange:
            raise BadInput(where, ", ".join(strange)[:80], self.strange)
        known = list(filter(None, names))
        if len(set(known)) < len(known):
            raise BadInput(where, told, _text.ONCE)
        return names

    def place_columns(self, heads: Sequence[str]) -> list[str]:
        """The column of each head, empty for none; what may name several takes one left over."""
        each = [
            [one.name for one in self.by_head.get(normalize_column_name(head), ())] or [""]
            for head in heads
        ]
        sure = {some[0] for some in each if len(some) == 1} - {""}
        return [
            some[0] if len(some) == 1 else next(o for o in (*some, "") if o not in sure)
            for some in each
        ]


def rows_of(
    source: Path | bytes, table: TypedTable, aside: list[SetAside], *, name: str | None = None
) -> Iterator[Row]:
    """The rows of a table (CSV, XLSX, ODS) that hold something.

    Rows that no table has, and those of more cells than the head, go to *aside*. BadInput as
    `TypedTable.read_head` says. *name*: of the file, where it is in memory.
    """
    called = source.name if isinstance(source, Path) else name or ""
    lines, report = plain_rows(source, name=name)
    for one in report.refused:
        fault = one.with_line()
        aside.append(set_aside(f"{called}, {fault.where}", fault.found, fault.expected))
    first, head = lines[0] if lines else (1, [])
    names = table.read_head(head, f"{called}, line {first}")
    for line, cells in lines[1:]:
        where = f"{called}, line {line}"
        beyond = any(cell.strip() for cell in cells[len(names) :])
        if beyond or (table.even and len(cells) != len(names) and any(map(str.strip, cells))):
            aside.append(set_aside(where, len(cells), _text.CELLS))
        elif is_total_label(label := next(filter(None, map(str.strip, cells)), "")):
            aside.append(set_aside(where, label, _text.TOTAL))
        elif any(cell.strip() for cell in cells):
            told = {n: cell.strip() for n, cell in zip(names, cells, strict=False) if n}
            yield Row(told, where, table.by_name)


def parse_catalogue_rows[T](
    parse: Callable[[Row], T], rows: Iterator[Row], aside: list[SetAside]
) -> Iterator[T]:
    """What *parse* makes of the rows; a row that it refuses goes to *aside*."""
    for row in rows:
        try:
            yield parse(row)
        except BadInput as fault:
            aside.append(set_aside(fault.where, fault.found, fault.expected))


def set_aside(where: str, found: object, expected: str) -> SetAside:
    """One row set aside, cut to what its fields hold."""
    return SetAside(where=where[:200], found=str(found)[:2000] or "–", expected=expected[:2000])
