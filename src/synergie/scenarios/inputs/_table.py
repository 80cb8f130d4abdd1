"""Small tables that an agent types: CSV with `;`, `,` or tabs, UTF-8 or cp1252, decimal comma."""

import csv
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from synergie.errors import BadInput, TooLarge
from synergie.scenarios.inputs import _text
from synergie.schemas.park import SetAside

MAX_BYTES = 32 * 1024 * 1024
"""Bytes of such a table."""
_YES, _NO = frozenset({"oui", "o", "yes", "y", "vrai", "true", "1"}), frozenset(
    {"non", "n", "no", "faux", "false", "0"}
)  # fmt: skip
_SPACES = str.maketrans("", "", " \u00a0\u202f")


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
        try:
            found = float(told.translate(_SPACES).replace("\u2212", "-").replace(",", "."))
        except ValueError:
            raise self.fault(name, told, _text.A_NUMBER) from None
        if found != found or found in (float("inf"), float("-inf")):  # noqa: PLR0124 (nan)
            raise self.fault(name, told, _text.A_NUMBER)
        return found

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


def rows_of(path: Path, heads: Mapping[str, str], needed: str) -> Iterator[Row]:
    """The rows of the table in *path*; *heads*: plain head → name of the column.

    BadInput when the column *needed* is not there, or a head is not known.
    """
    lines = csv.reader(StringIO(decoded(path)), delimiter=_delimiter(decoded(path)))
    head = [plain(cell) for cell in next(lines, [])]
    names = [heads.get(cell, "") for cell in head]
    if needed not in names:
        raise BadInput(f"{path.name}, line 1", ", ".join(head)[:80], _text.NO_COLUMN.format(needed))
    strange = [cell for cell, name in zip(head, names, strict=True) if cell and not name]
    if strange:
        raise BadInput(f"{path.name}, line 1", ", ".join(strange), _text.COLUMNS)
    for cells in lines:
        if any(cell.strip() for cell in cells):
            told = {n: c.strip() for n, c in zip(names, cells, strict=False) if n}
            yield Row(told, f"{path.name}, line {lines.line_num}")


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
    """The text of *path*: UTF-8 with or without BOM, else Windows-1252."""
    with path.open("rb") as source:
        content = source.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise TooLarge(MAX_BYTES, "bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(";,\t", key=first.count)
