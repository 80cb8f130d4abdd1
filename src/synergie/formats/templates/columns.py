"""What a template is: columns with their purpose and an example, and the records a row gives."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple, cast

from synergie.formats.csv_text import shipped_rows
from synergie.formats.format import Record
from synergie.formats.report import Place, Report
from synergie.formats.text import normalize_column_name

type Kind = Literal[
    "text", "digits", "whole", "decimal", "degrees", "date", "moment", "choice", "yes_no"
]
"""`digits`: an identifier, always text; `moment`: a date, with or without an hour; `degrees`: a
coordinate, with a comma or a dot."""
type Value = str | int | Decimal | date | datetime | bool
"""A cell that was read or is written. A blank one is absent: not known, never zero."""
type Values = dict[str, Value]
"""Cells of a row by name of column."""


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

TO_FILL = "à compléter"
"""What stands in a cell that somebody has to fill; read back as blank."""
HELP = "# Aide"
"""How the row begins that explains the columns of a CSV; passed over when read."""

YES_NO: Mapping[str, str] = {"true": "oui", "false": "non"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. Its texts are French: they are a part of the file."""

    name: str
    """Key of its value in a row."""
    title: str
    """Head of the column, with its unit. Example: `Puissance (W)`."""
    purpose: str
    """What it is for, a sentence."""
    example: str
    """A right cell."""
    kind: Kind = "text"
    words: Mapping[str, str] = field(default_factory=dict)
    """Code → French word, for `choice`; both are read, the word is written."""
    free: bool = False
    """Whether other words are taken as they are: the list only helps."""
    required: bool = False
    """Whether a row without it is refused."""
    where: str = ""
    """Where to find what goes there, when a blank is to be told. Empty: it may stay blank."""

    @property
    def is_summed(self) -> bool:
        """Whether a row of totals may tell its sum."""
        return self.kind in {"whole", "decimal"} or self.name == "power"

    @property
    def choices(self) -> tuple[str, ...]:
        """The words of its list, as a spreadsheet offers them."""
        return tuple((YES_NO if self.kind == "yes_no" else self.words).values())


_HERE = "synergie.formats.templates"


def _load_word_lists() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in shipped_rows(_HERE, "words.csv"):
        found.setdefault(row["list"], {})[row["code"]] = row["word"] or row["code"]
    return found


WORDS: Mapping[str, Mapping[str, str]] = _load_word_lists()
"""Code → French word, by the name of the list (`words.csv`)."""


def _load_column_tables() -> dict[str, tuple[Column, ...]]:
    """Columns by table (`columns.csv`); a blank cell is that of the column `*` of the same name."""
    shared: dict[str, dict[str, str]] = {}
    found: dict[str, tuple[Column, ...]] = {}
    for row in shipped_rows(_HERE, "columns.csv"):
        cells = {name: cell for name, cell in row.items() if cell}
        if row["table"] == "*":
            shared[row["name"]] = cells
        else:
            told = shared.get(row["name"], {}) | cells
            found[row["table"]] = (*found.get(row["table"], ()), _build_template_column(told))
    return found


def _build_template_column(cells: Mapping[str, str]) -> Column:
    return Column(
        name=cells["name"],
        title=cells["title"],
        purpose=cells["purpose"],
        example=cells.get("example", ""),
        kind=cast("Kind", cells.get("kind", "text")),
        words=WORDS[cells["words"]] if "words" in cells else {},
        free="free" in cells,
        required="required" in cells,
        where=cells.get("where", ""),
    )


TABLES: Mapping[str, tuple[Column, ...]] = _load_column_tables()
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
