"""What a file to fill is: a table of columns, and the records that its rows give."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from synergie.formats.columns import Column, Values, load_columns, load_words
from synergie.formats.format import Record
from synergie.formats.report import Place, Report
from synergie.formats.text import normalize_column_name


class ReadRow(NamedTuple):
    """What one row gives."""

    place: Place
    records: tuple[Record, ...]
    beside: Mapping[str, str]
    """What stands in the columns that the template does not have, by their names."""


class Above(NamedTuple):
    """What stands above the rows."""

    titles: Sequence[str]
    names: Sequence[str]
    """Those of the columns, ours or not, but for those of words of a list."""


type Together = Callable[[Iterator[ReadRow], Above, Report], Iterator[Record]]
"""The records of all rows, from those of each; doubts go into the report."""

HELP = "# Aide"
"""How the row begins that explains the columns of a CSV; passed over when read."""

WORDS = load_words("synergie.formats.templates")
"""Code → French word, by the name of the list (`words.csv`)."""
TABLES = load_columns("synergie.formats.templates", WORDS)
"""The columns of each table, in the order of its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One blank file."""

    name: str
    """Name on the command line. Example: `light-points`."""
    title: str
    """French title; name of the sheet. Example: `Points lumineux`."""
    about: str
    """What the file is for, a French sentence."""
    columns: tuple[Column, ...]
    records: Callable[[Values], tuple[Record, ...]]
    """What a row gives. Raises BadInput or pydantic's ValidationError at the name of a column."""
    rows: Callable[[Iterable[Record]], Iterator[Values]]
    """The rows that hold records. Raises BadInput for a record that the template cannot hold."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Field of a record → name of the column, where they differ."""
    sheets: tuple["Template", ...] = ()
    """The sheets of its workbook, when each kind of row has one of its own. Empty: one sheet."""

    @property
    def mark(self) -> str:
        """The defined name by which a workbook tells that it is this template."""
        return f"synergie_{self.name.replace('-', '_')}"

    together: Together | None = None
    """What all rows hold beside one another. None: each row stands for itself, once."""
    beside: str = ""
    """Words of heads, as a pattern, that are none of its columns and change what these tell."""
    kind: str = ""
    """The code in the column `kind` of the rows that stand on this sheet."""

    def of(self, rows: Iterable[Values]) -> Iterator[Values]:
        """Those of *rows* that stand on this sheet."""
        return (values for values in rows if values.get("kind") == self.kind)

    @property
    def tables(self) -> tuple["Template", ...]:
        """Every table that is this template: the whole, or a sheet of it."""
        return self, *self.sheets

    def column(self, name: str) -> Column | None:
        """The column of that *name*, or None."""
        return next((column for column in self.columns if column.name == name), None)

    def at(self, header: list[str]) -> dict[int, Column]:
        """Place → column, for the titles that *header* holds; case and accents do not count."""
        known = {normalize_column_name(column.title): column for column in self.columns}
        found = {
            i: known[normalize_column_name(name)]
            for i, name in enumerate(header)
            if normalize_column_name(name) in known
        }
        names = [column.name for column in found.values()]
        return found if len(names) == len(set(names)) else {}

    def is_header(self, header: list[str]) -> bool:
        """Whether *header* is surely ours: every column that is needed, and half of the others."""
        found = {column.name for column in self.at(header).values()}
        needed = {column.name for column in self.columns if column.required}
        return needed <= found and 2 * len(found) >= len(self.columns) and len(found) > 1
