"""Small tables that an agent types, in any usual coding, with decimal commas."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from synergie.errors import BadInput, TooLarge
from synergie.formats.tables.plain_rows import plain_rows
from synergie.formats.values import read_number
from synergie.scenarios.inputs import _text
from synergie.schemas.park import SetAside

MAX_BYTES = 32 * 1024 * 1024
"""Bytes of a JSON file that is read whole."""
_YES, _NO = frozenset({"oui", "o", "yes", "y", "vrai", "true", "1"}), frozenset(
    {"non", "n", "no", "faux", "false", "0"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by their plain head, and where it stands."""

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

    def number(self, name: str) -> float | None:
        """The cell as a number with a comma or a dot; None when it is blank."""
        told = self.text(name)
        if told is None:
            return None
        found = read_number(told)
        if found is None:
            raise self.fault(name, told, _text.A_NUMBER)
        return float(found)

    def whole(self, name: str, expected: str = _text.A_NUMBER) -> int | None:
        """The cell as a whole number; None when it is blank."""
        found = self.number(name)
        if found is None:
            return None
        if not found.is_integer():
            raise self.fault(name, self.cells[name], expected)
        return int(found)

    def yes(self, name: str) -> bool | None:
        """The cell as oui or non; None when it is blank."""
        told = plain(self.text(name) or "")
        if not told:
            return None
        if told not in _YES | _NO:
            raise self.fault(name, told, _text.YES_NO)
        return told in _YES

    def fault(self, name: str, found: object, expected: str) -> BadInput:
        """What is wrong with a cell."""
        return BadInput(f"{self.where}, {name}", found, expected)


def rows_of(
    path: Path, heads: Mapping[str, str], needed: str, aside: list[SetAside]
) -> Iterator[Row]:
    """The rows of the table in *path* (CSV, XLSX, ODS); *heads*: plain head → name of the column.

    Rows that no table has go to *aside*. BadInput when the column *needed* is not there, or a head
    is not known.
    """
    lines, report = plain_rows(path)
    for one in report.refused:
        fault = one.told()
        aside.append(set_aside(f"{path.name}, {fault.where}", fault.found, fault.expected))
    first, head = lines[0] if lines else (1, [])
    names = [heads.get(plain(cell), "") for cell in head]
    where = f"{path.name}, line {first}"
    if needed not in names:
        raise BadInput(where, ", ".join(head)[:80], _text.NO_COLUMN[needed])
    strange = [cell for cell, name in zip(head, names, strict=True) if plain(cell) and not name]
    if strange:
        raise BadInput(where, ", ".join(strange), _text.COLUMNS)
    for line, cells in lines[1:]:
        told = {n: c.strip() for n, c in zip(names, cells, strict=False) if n}
        yield Row(told, f"{path.name}, line {line}")


def kept[T](parse: Callable[[Row], T], rows: Iterator[Row], aside: list[SetAside]) -> Iterator[T]:
    """What *parse* makes of the rows; a row that it refuses goes to *aside*."""
    for row in rows:
        try:
            yield parse(row)
        except BadInput as fault:
            aside.append(set_aside(fault.where, fault.found, fault.expected))


def set_aside(where: str, found: object, expected: str) -> SetAside:
    """One row set aside, cut to what its fields hold."""
    return SetAside(where=where[:200], found=str(found)[:2000] or "–", expected=expected[:2000])


def plain(text: str) -> str:
    """Lower case, no accents, `_` between words: `Année ` → `annee`."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "_".join(bare.casefold().replace("'", " ").replace("-", " ").replace("_", " ").split())


def decoded(path: Path) -> str:
    """The text of *path*, UTF-8 with or without BOM; TooLarge above `MAX_BYTES`."""
    with path.open("rb") as source:
        content = source.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise TooLarge(MAX_BYTES, "bytes")
    return content.decode("utf-8-sig", "replace")
