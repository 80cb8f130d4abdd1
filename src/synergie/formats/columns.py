"""What a column is, in every table of ours: its name, its words, its unit, what its cells hold.

Tables are instances of it: files to fill, tables that are written, catalogues, inputs of a study,
lines of invoices. Their columns are data, in a CSV beside the code.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, cast

from synergie.formats.csv_text import shipped_rows
from synergie.formats.values import normalize_column_name

type Kind = Literal[
    "text", "digits", "whole", "number", "decimal", "degrees", "share",
    "date", "moment", "instant", "local", "choice", "yes_no",
]  # fmt: skip
"""`digits`: an identifier, always text; `decimal` is exact, `number` is not; `degrees`: a
coordinate; `moment`: a date, with or without an hour; `instant` is in UTC, `local` a naive time."""
type Value = str | int | float | Decimal | date | datetime | bool
"""A cell that was read or is written. A blank one is absent: not known, never zero."""
type Values = dict[str, Value]
"""Cells of a row by name of column."""

YES_NO: Mapping[str, str] = {"true": "oui", "false": "non"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. Its title and its texts are French: they are a part of the file."""

    name: str
    """Key of its value in a row."""
    kind: Kind = "text"
    unit: str = ""
    title: str = ""
    """Head of the column, with its unit. Example: `Puissance (W)`."""
    purpose: str = ""
    """What it is for, a sentence. Empty: its title says it all."""
    example: str = ""
    """A right cell."""
    heads: tuple[str, ...] = ()
    """What else its head may be, as `plain` writes it."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Code → French word of a closed list; both are read, the word is written. Empty: any text."""
    free: bool = False
    """Whether other words are taken as they are: the list only helps."""
    required: bool = False
    """Whether a row without it is refused."""
    where: str = ""
    """Where to find what goes there, when a blank is to be told. Empty: it may stay blank."""
    pattern: str = ""
    """Form of a text. Empty: any."""

    @property
    def is_summed(self) -> bool:
        """Whether a row of totals may tell its sum."""
        return self.kind in {"whole", "decimal"} or self.name == "power"

    @property
    def choices(self) -> tuple[str, ...]:
        """The words of its list, as a spreadsheet offers them."""
        return tuple((YES_NO if self.kind == "yes_no" else self.words).values())


type Words = Mapping[str, Mapping[str, str]]
"""Code → French word, by the name of the list."""


def load_words(package: str) -> Words:
    """The lists of words that *package* carries (`words.csv`)."""
    lists: dict[str, dict[str, str]] = {}
    for row in shipped_rows(package, "words.csv"):
        lists.setdefault(row["list"], {})[row["code"]] = row["word"] or row["code"]
    return lists


def load_synonyms(package: str) -> dict[str, dict[str, str]]:
    """Plain word of a cell → code, by the name of the list, that *package* carries.

    (`synonyms.csv`: a row a code, its words parted by spaces.)
    """
    lists: dict[str, dict[str, str]] = {}
    for row in shipped_rows(package, "synonyms.csv"):
        lists.setdefault(row["list"], {}).update(dict.fromkeys(row["words"].split(), row["code"]))
    return lists


def load_columns(package: str, words: Words | None = None) -> dict[str, tuple[Column, ...]]:
    """The columns of each table that *package* carries (`columns.csv`), in the order of the file.

    A blank cell is that of the column of the same name of the table `*`; *words*: its lists.
    """
    shared: dict[str, dict[str, str]] = {}
    tables: dict[str, tuple[Column, ...]] = {}
    for row in shipped_rows(package, "columns.csv"):
        cells = {name: cell for name, cell in row.items() if cell}
        if row["table"] == "*":
            shared[row["name"]] = cells
        else:
            column = _build_column(shared.get(row.get("name", ""), {}) | cells, words or {})
            tables[row["table"]] = (*tables.get(row["table"], ()), column)
    return tables


def _build_column(cells: Mapping[str, str], words: Words) -> Column:
    return Column(
        name=cells.get("name", ""),
        kind=cast("Kind", cells.get("kind", "text")),
        title=cells.get("title", ""),
        purpose=cells.get("purpose", ""),
        example=cells.get("example", ""),
        heads=tuple(cells.get("heads", "").split()),
        words=words[cells["words"]] if "words" in cells else {},
        free="free" in cells,
        required="required" in cells,
        where=cells.get("where", ""),
    )


def index_heads(columns: Iterable[Column]) -> dict[str, tuple[Column, ...]]:
    """Plain head → the columns that it may name, the likeliest first: by title, or other heads."""
    index: dict[str, tuple[Column, ...]] = {}
    for column in columns:
        for head in dict.fromkeys(
            map(normalize_column_name, filter(None, (column.title, *column.heads)))
        ):
            index[head] = (*index.get(head, ()), column)
    return index
