"""Small tables that an agent types, in any usual coding: rows by column, cells as they are read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from synergie.errors import BadInput
from synergie.formats.csv_text import shipped_rows
from synergie.formats.tables.energies import is_total_label
from synergie.formats.tables.plain_rows import plain_rows
from synergie.formats.values import date_parts, is_grouped, normalize_column_name, read_number
from synergie.lighting.plan import _rows_text as _text
from synergie.park.records.park import SetAside

_YES = frozenset({"oui", "o", "yes", "y", "vrai", "true", "1"})
_NO = frozenset({"non", "n", "no", "faux", "false", "0"})
_MIDNIGHT = "T00:00:00"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by column, and where it stands."""

    cells: Mapping[str, str]
    where: str

    def text(self, name: str) -> str | None:
        """The cell, None when it is blank."""
        return self.cells.get(name) or None

    def words(self, name: str) -> tuple[str, ...]:
        """The cell as words, parted by commas or spaces."""
        return tuple(self.cells.get(name, "").replace(",", " ").replace("|", " ").split())

    def needed(self, name: str, expected: str) -> str:
        """The cell; BadInput when it is blank."""
        told = self.text(name)
        if told is None:
            raise self.fault(name, "", expected)
        return told

    def decimal(self, name: str) -> Decimal | None:
        """The cell as a number with a comma or a dot; None when it is blank.

        BadInput for `1,250`, which may be a thousand and more.
        """
        told = self.text(name)
        return None if told is None else self._decimal(name, told)

    def _decimal(self, name: str, text: str) -> Decimal:
        if is_grouped(text):
            raise self.fault(name, text, _text.GROUPED)
        return self._plain(name, text)

    def _plain(self, name: str, text: str) -> Decimal:
        found = read_number(text)
        if found is None:
            raise self.fault(name, text, _text.NUMBER)
        return found

    def degrees(self, name: str) -> float | None:
        """The cell as a coordinate: no thousands come up, so that `6,129` has three decimals."""
        told = self.text(name)
        return None if told is None else float(self._plain(name, told))

    def number(self, name: str) -> float | None:
        """The same as a binary number."""
        found = self.decimal(name)
        return None if found is None else float(found)

    def read_integer(self, name: str, expected: str = _text.WHOLE) -> int | None:
        """The cell as a whole number; None when it is blank."""
        found = self.decimal(name)
        if found is not None and found % 1:
            raise self.fault(name, self.cells[name], expected)
        return None if found is None else int(found)

    def share(self, name: str) -> float | None:
        """The cell as a share from 0 to 1: `0,04` or `4 %`; None when it is blank."""
        told = self.text(name)
        if told is None:
            return None
        value = self._decimal(name, told.removesuffix("%")) / (100 if told.endswith("%") else 1)
        if not 0 <= value <= 1:
            raise self.fault(name, told, _text.SHARE)
        return float(value)

    def yes(self, name: str) -> bool | None:
        """The cell as oui or non; None when it is blank."""
        word = normalize_column_name(self.cells.get(name, ""))
        if word and word not in _YES | _NO:
            raise self.fault(name, self.cells[name], _text.YES_NO)
        return word in _YES if word else None

    def day(self, name: str) -> date | None:
        """The cell as `31/12/2027`, `2027-12-31`, or a day of a workbook; None: blank."""
        told = self.text(name)
        if told is None:
            return None
        try:
            return date(*date_parts(told.removesuffix(_MIDNIGHT)) or (0, 0, 0))
        except ValueError:
            raise self.fault(name, told, _text.DAY) from None

    def fault(self, name: str, found: object, expected: str) -> BadInput:
        """What is wrong with a cell, or with the whole row where *name* is empty."""
        return BadInput(f"{self.where}, {name}" if name else self.where, found, expected)


@dataclass(frozen=True, slots=True)
class Heads:
    """The columns of one table."""

    names: Mapping[str, tuple[str, ...]]
    """Plain head → the columns that it may name, the likeliest first; empty: one that is passed."""
    needed: tuple[str, ...]
    """Columns without which nothing is read."""
    absent: str
    """What is expected where one of them is not there."""
    strange: str = _text.COLUMNS
    """What is expected where a head is not known."""
    even: bool = False
    """Whether each row has as many cells as the head; else blank ones may be cut at its end."""

    @classmethod
    def shipped(cls, package: str, table: str, needed: str, absent: str) -> "Heads":
        """Those of a *table* of the `heads.csv` that *package* carries."""
        names: dict[str, tuple[str, ...]] = {}
        for row in shipped_rows(package, "heads.csv"):
            for head in map(
                normalize_column_name, row["heads"].split() if row["table"] == table else ()
            ):
                names[head] = (*names.get(head, ()), row["column"])
        return cls(names, (needed,), absent)

    def of(self, cells: Sequence[str], where: str) -> list[str]:
        """The column of each cell of a head; empty for a blank one. BadInput: another head."""
        told = ", ".join(cell.strip() for cell in cells)[:80]
        strange = [
            c.strip()
            for c in cells
            if normalize_column_name(c) and normalize_column_name(c) not in self.names
        ]
        names = self.columns(cells)
        if not set(self.needed) <= set(names):
            raise BadInput(where, told, self.absent)
        if strange:
            raise BadInput(where, ", ".join(strange)[:80], self.strange)
        known = list(filter(None, names))
        if len(set(known)) < len(known):
            raise BadInput(where, told, _text.ONCE)
        return names

    def columns(self, heads: Sequence[str]) -> list[str]:
        """The column of each head, empty for none; what may name several takes one left over."""
        each = [self.names.get(normalize_column_name(head), ("",)) for head in heads]
        sure = {some[0] for some in each if len(some) == 1} - {""}
        return [
            some[0] if len(some) == 1 else next(o for o in (*some, "") if o not in sure)
            for some in each
        ]


def rows_of(
    source: Path | bytes, heads: Heads, aside: list[SetAside], *, name: str | None = None
) -> Iterator[Row]:
    """The rows of a table (CSV, XLSX, ODS) that hold something.

    Rows that no table has, and those of more cells than the head, go to *aside*. BadInput as
    `Heads.of` says. *name*: of the file, where it is in memory.
    """
    called = source.name if isinstance(source, Path) else name or ""
    lines, report = plain_rows(source, name=name)
    for one in report.refused:
        fault = one.with_line()
        aside.append(set_aside(f"{called}, {fault.where}", fault.found, fault.expected))
    first, head = lines[0] if lines else (1, [])
    names = heads.of(head, f"{called}, line {first}")
    for line, cells in lines[1:]:
        where = f"{called}, line {line}"
        beyond = any(cell.strip() for cell in cells[len(names) :])
        if beyond or (heads.even and len(cells) != len(names) and any(map(str.strip, cells))):
            aside.append(set_aside(where, len(cells), _text.CELLS))
        elif is_total_label(label := next(filter(None, map(str.strip, cells)), "")):
            aside.append(set_aside(where, label, _text.TOTAL))
        elif any(cell.strip() for cell in cells):
            told = {n: cell.strip() for n, cell in zip(names, cells, strict=False) if n}
            yield Row(told, where)


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
